"""Overlap with Wlz and Zvw: what ran in the half-year, if it was delivered."""

from collections.abc import Iterator
from datetime import date

import pyarrow as pa
import pytest

from engine.duckdb_database import DuckDBDatabase
from rules.period import HalfYear
from secure_env.linkage import DeliveredSources, link
from secure_env.sources import COLUMNS


PERIOD = HalfYear(2023, 1)
ANNA, BRAM, CLEO = "R000000001", "R000000002", "R000000003"
RAN = {"starts": date(2020, 1, 1), "ends": None}
CARE = [
    {"person_key": ANNA, "law": "WLZ", **RAN},
    {
        "person_key": ANNA, "law": "ZVW",
        "starts": date(2023, 6, 30), "ends": date(2023, 7, 1),
    },
    {"person_key": BRAM, "law": "ZVW", **RAN, "ends": date(2023, 1, 1)},
    {"person_key": CLEO, "law": "WLZ", **RAN, "ends": date(2022, 12, 31)},
]  # fmt: skip


@pytest.fixture
def database() -> Iterator[DuckDBDatabase]:
    with DuckDBDatabase(threads=1) as opened:
        yield opened


def table(source: str, rows: list[dict[str, object]]) -> pa.Table:
    return pa.Table.from_pylist(rows, pa.schema(list(COLUMNS[source].items())))


def care_of(database: DuckDBDatabase, wlzzvw: pa.Table | None) -> list[str | None]:
    clients: list[dict[str, object]] = [
        {"person_key": who, "gemeente": "GM0363", "type": "01", **RAN}
        for who in (ANNA, BRAM, CLEO)
    ]
    sources = DeliveredSources(wmo=table("wmo", clients), wlzzvw=wlzzvw)
    found = link(sources, PERIOD, database).provisions
    return [row["care"] for row in found.to_pylist()]


def test_care_of_both_laws_of_one_and_of_none(database):
    assert care_of(database, table("wlzzvw", CARE)) == ["BEIDE", "ZVW", "GEEN"]


def test_without_a_delivery_nothing_is_known(database):
    assert care_of(database, None) == [None, None, None]


def test_an_empty_delivery_says_that_nobody_had_care(database):
    assert care_of(database, table("wlzzvw", [])) == ["GEEN", "GEEN", "GEEN"]
