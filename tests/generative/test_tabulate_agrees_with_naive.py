"""The engine against the naive twin, on populations that nobody thought of."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.duckdb_database import DuckDBDatabase
from rules import catalogue
from tests.generative.agreement import must_agree
from tests.generative.populations import populations, rewordings


RULES = catalogue.load()
LIGHTER = settings(max_examples=settings().max_examples // 5)
"""All tables go by one query, so that each indicator need not look as hard."""


@pytest.fixture(scope="module")
def database() -> Iterator[DuckDBDatabase]:
    with DuckDBDatabase() as opened:
        yield opened


@pytest.mark.parametrize("code", RULES.indicators)
@LIGHTER
@given(data=st.data())
def test_every_indicator_of_the_catalogue(code, data, database):
    """On any of its published tables, as it is or in other words that it could use."""
    indicator = RULES.indicators[code]
    population = data.draw(populations(indicator.where))
    table = data.draw(st.sampled_from(RULES.tables[indicator.table].published()))
    if data.draw(st.booleans()):
        indicator = replace(indicator, **data.draw(rewordings(indicator, table)))
    must_agree(population, indicator, table, database)
