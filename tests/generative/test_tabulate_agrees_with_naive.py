"""The engine against the naive twin, on populations that nobody thought of."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.duckdb_database import DuckDBDatabase
from rules import catalogue
from tests.generative.agreement import must_agree
from tests.generative.populations import populations, rewordings


RULES = catalogue.load()


@pytest.fixture(scope="module")
def database() -> Iterator[DuckDBDatabase]:
    with DuckDBDatabase() as opened:
        yield opened


@pytest.mark.parametrize("code", RULES.indicators)
@given(population=populations())
def test_every_indicator_of_the_catalogue(code, population, database):
    indicator = RULES.indicators[code]
    must_agree(population, indicator, RULES.tables[indicator.table], database)


@pytest.mark.parametrize("code", RULES.indicators)
@given(population=populations(), data=st.data())
def test_every_word_that_an_indicator_could_use(code, population, data, database):
    indicator = RULES.indicators[code]
    reworded = replace(indicator, **data.draw(rewordings(indicator)))
    must_agree(population, reworded, RULES.tables[indicator.table], database)
