"""Published cells -> the tidy CSV of a table: counts, and rates made from them.

Takes published values only, so that no exact value can reach a rate. A region name that
a spreadsheet would run as a formula is refused, not quoted: quoting would change the
published name, and no Dutch region has such a name.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from engine.rounding import rates_per_1000
from outputs.errors import ReleaseRefused
from outputs.layout import (
    REGION_CODE,
    REGION_LEVELS,
    columns,
    is_plain,
    rate_code,
    region_order,
)
from outputs.symbols import HIDDEN, SHOWN_STATUSES, WITHOUT_VALUE, ReleaseStatus, symbol
from rules.indicator import Indicator, TableSpec
from rules.period import HalfYear


Positions = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class MeasureCells:
    """One indicator as it may be published, with the population its rates divide by.

    `cells` has the columns region, the table's dimensions, `published` (int64, null
    when hidden) and `status` (a letter of `CellStatus`); where the indicator has a rate
    also `denominator`, the unrounded count of 1 January, null when it is not known.
    """

    indicator: Indicator
    cells: pa.Table


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of one measure; places are positions in the orders of the table."""

    measure: str
    places: tuple[Positions, ...]
    values: list[int | None]
    symbols: list[str]


def region_names(regions: pa.Table) -> dict[str, str]:
    """Code -> name of Nederland and of all in the linked table `regions`."""
    names = {"NL": "Nederland"}
    for level in ("provincie", "gemeente", "wijk"):
        names.update(
            zip(
                regions[level].to_pylist(),
                regions[f"{level}_name"].to_pylist(),
                strict=True,
            )
        )
    for areas in regions["areas"].to_pylist():
        names.update((each["code"], each["name"]) for each in areas or ())
    return names


def table_csv(
    table: TableSpec,
    measures: Sequence[MeasureCells],
    *,
    regions: Mapping[str, str],
    period: HalfYear,
    status: ReleaseStatus,
) -> bytes:
    """The table as RFC 4180 CSV (UTF-8, line feeds), always in the same order."""
    _must_be_plain(table, regions)
    names = [dimension.name for dimension in table.dimensions]
    orders = [sorted(regions, key=region_order)]
    orders += [list(dimension.codes) for dimension in table.dimensions]
    rows = [
        one
        for cells in measures
        for one in _measure_rows(cells, ["region", *names], orders, status)
    ]
    file = io.BytesIO()
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns(names))
    writer.writerows(_sorted_lines(rows, orders, regions, str(period)))
    text.flush()
    return file.getvalue()


def _measure_rows(
    measure: MeasureCells,
    names: Sequence[str],
    orders: Sequence[Sequence[str]],
    status: ReleaseStatus,
) -> Iterator[_Rows]:
    """The count, and the rate where the indicator has a denominator."""
    code, cells = measure.indicator.code, measure.cells
    letters = cells["status"].to_pylist()
    shown = np.array([letter in SHOWN_STATUSES for letter in letters], dtype=bool)
    _must_agree(code, cells, letters, shown)
    places = tuple(
        _places(code, name, cells[name], order)
        for name, order in zip(names, orders, strict=True)
    )
    signs = [symbol(letter, status).sign for letter in letters]
    yield _Rows(code, places, cells["published"].to_pylist(), signs)
    if measure.indicator.denominator is None:
        return
    denominators = pc.fill_null(cells["denominator"], 0).to_numpy()
    divisible = denominators > 0
    rates = rates_per_1000(
        pc.fill_null(cells["published"], 0).to_numpy(), np.maximum(denominators, 1)
    )
    yield _Rows(
        rate_code(code),
        places,
        [
            int(rate) if there else None
            for rate, there in zip(rates, shown & divisible, strict=True)
        ],
        [
            HIDDEN.sign if there and not divides else sign
            for sign, there, divides in zip(signs, shown, divisible, strict=True)
        ],
    )


def _places(
    measure: str, name: str, codes: pa.ChunkedArray, order: Sequence[str]
) -> Positions:
    places = pc.index_in(codes, value_set=pa.array(order, pa.string()))
    if places.null_count:
        raise ReleaseRefused(
            f"measure {measure}: {places.null_count} cells have a code of {name} that "
            f"the table does not have; correct the classification or the region file"
        )
    return np.asarray(places.to_numpy(), dtype=np.int64)


def _sorted_lines(
    rows: Sequence[_Rows],
    orders: Sequence[Sequence[str]],
    regions: Mapping[str, str],
    period: str,
) -> Iterator[tuple[object, ...]]:
    """All lines: by region, then by code of each dimension, then by measure."""
    if not rows:
        raise ReleaseRefused("a table without measures cannot be published; add one")
    places = [
        np.concatenate([one.places[i] for one in rows]) for i in range(len(orders))
    ]
    lengths = [len(one.values) for one in rows]
    measure_places = np.repeat(np.arange(len(rows)), lengths)
    order = np.lexsort((measure_places, *reversed(places)))
    codes = [
        np.array(words, dtype=object)[place[order]].tolist()
        for words, place in zip(orders, places, strict=True)
    ]
    measures = np.array([one.measure for one in rows], dtype=object)
    values = np.array([v for one in rows for v in one.values], dtype=object)
    signs = np.array([s for one in rows for s in one.symbols], dtype=object)
    return zip(
        [period] * len(order),
        [REGION_LEVELS[code[:2]] for code in codes[0]],
        codes[0],
        [regions[code] for code in codes[0]],
        *codes[1:],
        measures[measure_places[order]].tolist(),
        values[order].tolist(),
        signs[order].tolist(),
        strict=True,
    )


def _must_agree(
    measure: str, cells: pa.Table, letters: Sequence[str], shown: npt.NDArray[np.bool_]
) -> None:
    """A value where one may be shown, and nowhere else."""
    unknown = sum(
        letter not in SHOWN_STATUSES and letter not in WITHOUT_VALUE
        for letter in letters
    )
    has_value = pc.is_valid(cells["published"]).to_numpy()
    wrong = unknown + int((has_value != shown).sum())
    if wrong:
        raise ReleaseRefused(
            f"measure {measure}: {wrong} cells have a value and a status that do not "
            f"go together; protect the table again"
        )


def _must_be_plain(table: TableSpec, regions: Mapping[str, str]) -> None:
    unknown = sum(not REGION_CODE.fullmatch(code) for code in regions)
    strange = sum(not is_plain(name) for name in regions.values())
    if unknown or strange:
        raise ReleaseRefused(
            f"table {table.code}: {unknown} regions have a code of no known form and "
            f"{strange} a name that would be run as a formula or break a line; "
            f"correct the region file"
        )
