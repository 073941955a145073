"""Whatever a table holds, every format gives its cells back, and no other."""

import csv
import io
import json
from itertools import product

import numpy as np
import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from outputs import excel, odata3, odata4, parquet, sdmx, swing
from outputs.description import (
    COUNT_UNIT,
    DimensionText,
    MeasureText,
    TableDescription,
)
from outputs.published import (
    IS_HIDDEN,
    IS_IMPOSSIBLE,
    IS_SHOWN,
    Region,
    ReleasedTable,
)
from outputs.symbols import HIDDEN, SHOWN, ReleaseStatus
from rules.indicator import Text
from rules.period import HalfYear


ALL_REGIONS = (
    Region("land", "NL", "Nederland"),
    Region("provincie", "PV26", "Utrecht"),
    Region("gemeente", "GM0003", 'Ons\' Dorp; "Zuid"'),
    Region("gemeente", "GM0344", "Utrecht"),
    Region("wijk", "WK034401", "Wijk 01, West"),
)


@st.composite
def tables(draw) -> ReleasedTable:
    """Any table: one to three dimensions, any of its cells hidden or impossible."""
    text = TableDescription(
        "proef",
        Text("Proef", "Trial"),
        "",
        tuple(_measures(draw(st.integers(1, 2)))),
        tuple(_dimensions(draw(st.lists(st.integers(1, 3), min_size=1, max_size=3)))),
        ("Dit is een proef.",),
    )
    regions = ALL_REGIONS[: draw(st.integers(1, len(ALL_REGIONS)))]
    shape = (
        len(regions),
        *(len(one.codes) for one in text.dimensions),
        len(text.measures),
    )
    size = int(np.prod(shape))
    states = draw(st.lists(st.integers(0, 2), min_size=size, max_size=size))
    values = draw(st.lists(st.integers(0, 10**9), min_size=size, max_size=size))
    shown = np.array(states) == IS_SHOWN
    return ReleasedTable(
        text,
        HalfYear(draw(st.integers(2015, 2030)), draw(st.integers(1, 2))),
        draw(st.sampled_from(list(ReleaseStatus))),
        regions,
        np.where(shown, np.array(values, dtype=np.int64), 0).reshape(shape),
        np.array(states, dtype=np.uint8).reshape(shape),
    )


def _measures(count: int) -> list[MeasureText]:
    return [
        MeasureText(
            f"M_{i}", Text(f"Maat {i}", f"Measure {i}"), Text("", ""), COUNT_UNIT
        )
        for i in range(count)
    ]


def _dimensions(sizes: list[int]) -> list[DimensionText]:
    return [
        DimensionText(
            f"d{i}",
            Text(f"Indeling {i}", f"Dimension {i}"),
            {
                f"{code}+": Text(f"Meer dan {code}", f"Over {code}")
                for code in range(size)
            },
        )
        for i, size in enumerate(sizes)
    ]


def cells(table: ReleasedTable) -> list[int | str]:
    """A value, a point or nothing for each cell, in the order of the cube."""
    words = {IS_HIDDEN: ".", IS_IMPOSSIBLE: ""}
    pairs = zip(table.values.ravel(), table.states.ravel(), strict=True)
    return [int(value) if state == IS_SHOWN else words[state] for value, state in pairs]


@settings(max_examples=settings.default.max_examples // 5)
@given(tables())
def test_every_format_gives_the_cells_back(table):
    expected = cells(table)
    assert of_odata3(table) == expected
    assert of_odata4(table) == expected
    assert of_parquet(table) == expected
    assert of_sdmx(table) == expected
    assert of_swing(table) == [one if isinstance(one, int) else "" for one in expected]
    assert of_excel(table) == expected


def of_odata3(table: ReleasedTable) -> list[int | str]:
    """Numbers of the typed set, texts of the untyped one; they have to agree."""
    sets = odata3.entity_sets(table)
    topics = odata3.topic_keys(table)
    found: list[int | str] = []
    rows = zip(sets["TypedDataSet"].rows(), sets["UntypedDataSet"].rows(), strict=True)
    for typed, untyped in rows:
        for topic in topics:
            value, text = typed[topic], str(untyped[topic]).strip()
            assert text == (str(value) if value is not None else text)
            found.append(text if value is None else int(value))
    return found


def of_odata4(table: ReleasedTable) -> list[int | str]:
    found: list[int | str] = []
    observations = list(odata4.entity_sets(table)["Observations"].rows())
    for row, place in zip(observations, product(*table.codes), strict=True):
        assert row["Measure"] == place[-1]
        assert row["RegioS"] == ("NL01" if place[0] == "NL" else place[0])
        assert json.dumps(row)
        reason = {"None": None, "Unknown": ".", "Impossible": ""}[row["ValueAttribute"]]
        assert (row["Value"] is None) == (reason is not None)
        found.append(row["Value"] if reason is None else reason)
    return found


def of_parquet(table: ReleasedTable) -> list[int | str]:
    rows = parquet.arrow_table(table).to_pylist()
    shown = SHOWN[table.status].sign
    for row in rows:
        assert row["value"] is None or row["symbol"] == shown
        assert row["period"] == str(table.period)
    return [row["symbol"] if row["value"] is None else row["value"] for row in rows]


def of_sdmx(table: ReleasedTable) -> list[int | str]:
    shown = "A" if table.status is ReleaseStatus.FINAL else "P"
    reasons = {("Q", "C"): ".", ("M", "F"): "", (shown, "F"): None}
    found: list[int | str] = []
    for row in csv.DictReader(io.StringIO(sdmx.data(table).decode())):
        reason = reasons[row["OBS_STATUS"], row["CONF_STATUS"]]
        assert (row["OBS_VALUE"] == "") == (reason is not None)
        found.append(int(row["OBS_VALUE"]) if reason is None else reason)
    return found


def of_swing(table: ReleasedTable) -> list[int | str]:
    lines = swing.import_csv(table).decode().splitlines()[1:]
    values = [int(text) for line in lines for text in line.split(";")[3:]]
    return ["" if value == swing.MISSING else value for value in values]


def of_excel(table: ReleasedTable) -> list[int | str]:
    book = openpyxl.load_workbook(io.BytesIO(excel.workbook(table)), read_only=True)
    skipped = 2 + len(table.text.dimensions)
    found = [
        cell
        for name in book.sheetnames[3:]
        for row in book[name].iter_rows(min_row=5, values_only=True)
        for cell in row[skipped:]
    ]
    book.close()
    words = {excel.NOT_APPLICABLE: "", HIDDEN.sign: "."}
    return [words.get(cell, cell) for cell in found]
