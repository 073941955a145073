"""What goes to Swing comes back as it was, and adds up to nothing that is hidden."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import openpyxl
import pytest

from outputs import swing
from outputs.published import (
    IS_HIDDEN,
    IS_SHOWN,
    Region,
    ReleasedTable,
    read_published,
)
from rules.period import HalfYear
from tests.support.releases import REGIONS, a_release


@pytest.fixture(scope="module")
def table(tmp_path_factory) -> ReleasedTable:
    where = tmp_path_factory.mktemp("release")
    a_release(where)
    return read_published(where / "release").tables[0]


@dataclass(frozen=True)
class Loaded:
    """What Swing has after an import: figures by area, and how each adds up."""

    figures: Mapping[tuple[str, str], Mapping[str, int]]
    kinds: Mapping[str, str]
    weights: Mapping[str, str]


def load(table: ReleasedTable) -> Loaded:
    """An import as Swing does it: -99998 is no figure."""
    text = swing.import_csv(table).decode()
    rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))
    named = ("PERIOD", "GEOLEVEL", "GEOITEM")
    figures = {
        (row["GEOLEVEL"], row["GEOITEM"]): {
            code: int(value)
            for code, value in row.items()
            if code not in named and int(value) != swing.MISSING
        }
        for row in rows
    }
    book = openpyxl.load_workbook(io.BytesIO(swing.indicator_sheet(table)))
    lines = list(book[swing.SHEET].iter_rows(values_only=True))
    book.close()
    sheet = [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]
    return Loaded(
        figures,
        {line["Indicator code"]: line["Data type"] for line in sheet},
        {line["Indicator code"]: line["Aggregation indicator"] or "" for line in sheet},
    )


PARTS = {
    ("nederland", "1"): [("provincie", "26")],
    ("provincie", "26"): [("gemeente", "310"), ("gemeente", "344")],
    ("gemeente", "344"): [("wijk", "34401"), ("wijk", "34402")],
}
"""Area -> the areas it is made of, by Swing's own division."""


def displayed(loaded: Loaded, area: tuple[str, str], code: str) -> int | None:
    """What Swing shows of an area: its own figure, else one made of its parts.

    ABF, "Wat is de volgorde en werking van aggregatie in Swing?": loaded figures always
    win; otherwise the level below is added up, an average by its weight; areas that are
    hidden take part.
    """
    own = loaded.figures.get(area, {}).get(code)
    if own is not None:
        return own
    if loaded.kinds[code] == "Mean" and not loaded.weights[code]:
        return None
    parts = [displayed(loaded, part, code) for part in PARTS.get(area, [])]
    shown = [part for part in parts if part is not None]
    return sum(shown) if shown else None


def test_the_import_file_comes_back_as_it_was(table):
    loaded = load(table)
    codes = swing.indicator_codes(table)
    shape = (len(table.regions), -1)
    values, states = table.values.reshape(shape), table.states.reshape(shape)
    for place, region in enumerate(table.regions):
        level = swing.LEVELS.get(region.level, region.level)
        found = loaded.figures[level, str(swing.geo_item(region))]
        shown = np.flatnonzero(states[place] == IS_SHOWN)
        assert found == {codes[i]: values[place, i] for i in shown}
    assert len(loaded.figures) == len(table.regions)


def test_every_level_of_the_release_is_delivered(table):
    levels = {level for level, _ in load(table).figures}
    assert levels == {"nederland", "provincie", "gemeente", "wijk"}


def test_swing_shows_nothing_where_a_figure_is_hidden(table):
    loaded = load(table)
    codes = swing.indicator_codes(table)
    hidden = np.argwhere(table.states.reshape(len(table.regions), -1) == IS_HIDDEN)
    assert len(hidden) > 10
    for place, at in hidden:
        region = table.regions[place]
        level = swing.LEVELS.get(region.level, region.level)
        area = (level, str(swing.geo_item(region)))
        assert displayed(loaded, area, codes[at]) is None


def secretly(table: ReleasedTable, region: str) -> tuple[ReleasedTable, int]:
    """The table with the total of a region hidden to protect others; and its total."""
    place = list(REGIONS).index(region)
    states = table.states.copy()
    states[place, 0, 0, 2] = IS_HIDDEN
    return replace(table, states=states), int(table.values[place, 0, 0, 2])


def test_a_sum_of_wijken_would_give_a_hidden_gemeente_back(table):
    """So the test above can fail: with figures that may be added up, Swing tells."""
    hidden, exact = secretly(table, "PV26")
    (code,) = [swing.indicator_codes(table)[2]]
    area = ("provincie", "26")
    loaded = load(hidden)
    assert displayed(loaded, area, code) is None
    summed = replace(loaded, kinds=dict.fromkeys(loaded.kinds, "Numeric"))
    assert abs(displayed(summed, area, code) - exact) <= 10


def test_a_gemeente_that_does_not_take_part_has_no_line(table):
    """It is not in the release, and nothing is made up for it."""
    kept = [place for place, one in enumerate(table.regions) if one.code != "GM0310"]
    without = replace(
        table,
        regions=tuple(table.regions[place] for place in kept),
        values=table.values[kept],
        states=table.states[kept],
    )
    loaded = load(without)
    assert ("gemeente", "310") not in loaded.figures
    code = swing.indicator_codes(table)[0]
    assert displayed(loaded, ("gemeente", "310"), code) is None


def test_the_codes_of_indicators_are_swings(table):
    codes = swing.indicator_codes(table)
    assert codes[:4] == [
        "sta_huishoudens_t_t",
        "sta_huishoudens_per_1000_t_t",
        "sta_clienten_t_t",
        "sta_huishoudens_t_1",
    ]
    assert all(len(code) <= 50 for code in codes)
    assert len(set(codes)) == len(codes) == table.values[0].size


def test_a_code_that_is_too_long_stays_different(table):
    long = table.text.measures[0]
    measures = tuple(replace(long, code=f"{'X' * 60}{number}") for number in range(3))
    codes = swing.indicator_codes(
        replace(table, text=replace(table.text, measures=measures))
    )
    assert len(set(codes)) == len(codes)
    assert {len(code) for code in codes} == {50}


@pytest.mark.parametrize(
    ("code", "item"),
    [("NL", 1), ("PV26", 26), ("GM0003", 3), ("GM0363", 363), ("WK000301", 301)],
)
def test_an_area_is_its_number(code, item):
    assert swing.geo_item(Region("", code, "")) == item


def test_a_half_year_is_written_with_its_half():
    assert swing.swing_period(HalfYear(2023, 2)) == "2023H2"
