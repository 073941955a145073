"""Linkage against the naive twin: which Wmo records are one arrangement."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings

from engine.duckdb_database import DuckDBDatabase
from tests.generative.agreement import must_merge_alike
from tests.generative.populations import wmo_deliveries


LIGHTER = settings(max_examples=settings().max_examples // 10)
"""Each example is many deliveries."""


@pytest.fixture(scope="module")
def database() -> Iterator[DuckDBDatabase]:
    with DuckDBDatabase() as opened:
        yield opened


@pytest.mark.slow
@LIGHTER
@given(deliveries=wmo_deliveries())
def test_arrangements(deliveries, database):
    must_merge_alike(deliveries, database)
