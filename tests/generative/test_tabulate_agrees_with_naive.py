"""The engine against the naive twin, on populations that nobody thought of."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from engine.duckdb_database import DuckDBDatabase
from engine.tabulate import tabulate
from rules import catalogue
from rules.indicator import CountedUnit, Indicator
from tests.generative.agreement import must_agree
from tests.generative.batches import SIZE, batches_of
from tests.generative.populations import (
    GEMEENTEN,
    NOBODY,
    PERIOD,
    REGIONS,
    inhabitants,
    rewordings,
)
from tests.reference import naive
from tests.support.country import linked
from tests.support.forms import cells_of


RULES = catalogue.load()
BATCHES = settings(
    max_examples=settings().max_examples // SIZE + 1, phases=[Phase.generate]
)
"""As many populations as the profile has examples, and the plainest; the first wrong
one is shown, and need not be made small."""
LIGHTER = settings(max_examples=settings().max_examples // 5)
"""Inhabitants have no life that examples could differ in."""


@pytest.fixture(scope="module")
def database() -> Iterator[DuckDBDatabase]:
    with DuckDBDatabase() as opened:
        yield opened


def alike() -> dict[str, list[Indicator]]:
    """The indicators that the same populations have something to count for."""
    found: dict[str, list[Indicator]] = {}
    for indicator in RULES.indicators.values():
        words = [code for codes in indicator.where.values() for code in codes]
        name = " ".join([drawn_from(indicator), *words])
        if indicator.counts is not CountedUnit.INHABITANTS:
            found.setdefault(name, []).append(indicator)
    return found


def drawn_from(indicator: Indicator) -> str:
    """What its populations are: provisions, payments, or answers."""
    if indicator.counts is CountedUnit.RESPONDENTS:
        return "asked"
    told = {CountedUnit.EUROS, CountedUnit.USERS}
    return "told" if indicator.counts in told else "lived"


@pytest.mark.parametrize("indicators", alike().values(), ids=alike())
@BATCHES
@given(data=st.data())
def test_every_indicator_of_the_catalogue(indicators, data, database):
    """On any of its published tables, as it is or in other words that it could use."""
    populations = data.draw(batches_of(indicators[0]))
    for indicator in indicators:
        table = data.draw(st.sampled_from(RULES.tables[indicator.table].published()))
        is_fixed = indicator.counts.is_amount or indicator.counts in NOBODY
        worded = indicator
        if not is_fixed and data.draw(st.booleans()):
            worded = replace(indicator, **data.draw(rewordings(indicator, table)))
        must_agree(populations, worded, table, database)


@LIGHTER
@given(
    everybody=inhabitants(),
    participants=st.sampled_from([GEMEENTEN, ("GM0344",)]),
    table=st.sampled_from(RULES.tables["bevolking"].published()),
)
def test_inhabitants_by_a_characteristic(everybody, participants, table, database):
    indicator = RULES.indicators["BEV_INWONERS"]
    microdata = linked([], REGIONS, participants, everybody)
    by_hand = naive.count_inhabitants(everybody, REGIONS, participants, table)
    counted = tabulate(microdata, indicator, table, PERIOD, database)
    assert cells_of(counted.cells.to_pylist(), table) == by_hand
