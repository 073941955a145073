"""Linkage against the naive twin: which Wmo records are one arrangement."""

from collections.abc import Iterator

import pytest
from hypothesis import given

from engine.duckdb_database import DuckDBDatabase
from tests.generative.agreement import must_merge_alike
from tests.generative.populations import wmo_records


@pytest.fixture(scope="module")
def database() -> Iterator[DuckDBDatabase]:
    with DuckDBDatabase() as opened:
        yield opened


@pytest.mark.slow
@given(records=wmo_records())
def test_arrangements(records, database):
    must_merge_alike(records, database)
