"""The engine against the naive twin, on populations that nobody thought of."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.duckdb_database import DuckDBDatabase
from engine.tabulate import tabulate
from rules import catalogue
from rules.indicator import CountedUnit
from tests.generative.agreement import must_agree
from tests.generative.populations import (
    GEMEENTEN,
    PERIOD,
    REGIONS,
    inhabitants,
    populations_of,
    rewordings,
    units_of,
)
from tests.reference import naive
from tests.support.country import linked
from tests.support.forms import cells_of


RULES = catalogue.load()
LIGHTER = settings(max_examples=settings().max_examples // 5)
"""All tables go by one query, so that each indicator need not look as hard."""


@pytest.fixture(scope="module")
def database() -> Iterator[DuckDBDatabase]:
    with DuckDBDatabase() as opened:
        yield opened


OF_PROVISIONS = [
    code
    for code, indicator in RULES.indicators.items()
    if indicator.counts is not CountedUnit.INHABITANTS
]


@pytest.mark.parametrize("code", OF_PROVISIONS)
@LIGHTER
@given(data=st.data())
def test_every_indicator_of_the_catalogue(code, data, database):
    """On any of its published tables, as it is or in other words that it could use."""
    indicator = RULES.indicators[code]
    population = data.draw(populations_of(indicator))
    table = data.draw(st.sampled_from(RULES.tables[indicator.table].published()))
    is_fixed = indicator.counts.is_amount or not units_of(table)
    if not is_fixed and data.draw(st.booleans()):
        indicator = replace(indicator, **data.draw(rewordings(indicator, table)))
    must_agree(population, indicator, table, database)


@LIGHTER
@given(everybody=inhabitants(), participants=st.sampled_from([GEMEENTEN, ("GM0344",)]))
def test_inhabitants_by_age(everybody, participants, database):
    indicator = RULES.indicators["BEV_INWONERS"]
    table = RULES.tables[indicator.table]
    microdata = linked([], REGIONS, participants, everybody)
    by_hand = naive.count_inhabitants(everybody, REGIONS, participants, table)
    counted = tabulate(microdata, indicator, table, PERIOD, database)
    assert cells_of(counted.cells.to_pylist(), table) == by_hand
