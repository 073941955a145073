"""Where people live and with whom: registers of everyone, and how many there are."""

from collections.abc import Iterator
from dataclasses import replace

import pyarrow as pa
import pytest

from engine.denominators import denominators
from engine.duckdb_database import DuckDBDatabase
from rules.catalogue import load
from secure_env.linkage import DeliveredSources, link
from tests.support.linking import PERIOD, REGIO, delivered, linked


@pytest.fixture
def database() -> Iterator[DuckDBDatabase]:
    with DuckDBDatabase(memory_limit="500MB", threads=1) as database:
        yield database


ONE_EACH = """
    person | starts
    -------+-----------
    anna   | 2023-01-01
    bram   | 2023-01-01
    cleo   | 2023-01-01
"""


def test_residence_and_household_are_those_of_the_reference_date(database):
    found = linked(
        database,
        wmo=ONE_EACH,
        adressen="""
        person | gemeente | wijk     | starts     | ends
        -------+----------+----------+------------+-----------
        anna   | GM0392   | WK039201 | 2010-01-01 | 2023-06-29
        anna   | GM0363   | WK036301 | 2023-06-30 |
        bram   | GM0363   | WK036302 | 2010-01-01 | 2023-06-30
        bram   | GM0392   | WK039201 | 2023-07-01 |
        cleo   | GM0392   | WK039201 | 2010-01-01 | 2023-06-29
        """,
        huishoudens="""
        person | household | type | starts     | ends
        -------+-----------+------+------------+-----------
        anna   | 1         | 1    | 2010-01-01 | 2023-06-29
        anna   | 2         | 4    | 2023-06-30 |
        bram   | 3         | 8    | 2023-02-01 |
        cleo   | 4         | 1    | 2010-01-01 | 2023-06-29
        """,
    )
    names = ("household_id", "gemeente", "wijk", "client_gemeente", "client_wijk")
    rows = found.provisions.to_pylist()
    assert {row["person_id"]: tuple(row[name] for name in names) for row in rows} == {
        "anna": ("2", "GM0363", "WK036301", "GM0363", "WK036301"),
        "bram": (None, "GM0363", "WK036302", "GM0363", "WK036302"),
        "cleo": (None, None, None, "GM0363", None),
    }


def test_a_client_who_lives_in_another_gemeente_has_no_wijk_as_client(database):
    found = linked(
        database,
        wmo=ONE_EACH,
        adressen="""
        person | gemeente | wijk
        -------+----------+---------
        anna   | GM0392   | WK039201
        bram   | GM0363   | WK999999
        cleo   | GM0363   | WK039201
        """,
    )
    names = ("gemeente", "wijk", "client_gemeente", "client_wijk")
    rows = found.provisions.to_pylist()
    assert {row["person_id"]: tuple(row[name] for name in names) for row in rows} == {
        "anna": ("GM0392", "WK039201", "GM0363", None),
        "bram": ("GM0363", None, "GM0363", None),  # a wijk that does not exist
        "cleo": ("GM0363", None, "GM0363", None),  # a wijk of another gemeente
    }


def test_the_population_is_that_of_1_january(database):
    found = linked(
        database,
        adressen="""
        person | gemeente | wijk     | starts     | ends
        -------+----------+----------+------------+-----------
        anna   | GM0363   | WK036301 | 2010-01-01 |
        bram   | GM0363   | WK036301 | 2010-01-01 | 2023-01-01
        cleo   | GM0363   | WK036301 | 2010-01-01 | 2022-12-31
        cleo   | GM0392   | WK039201 | 2023-01-01 |
        dirk   | GM0363   |          | 2010-01-01 |
        emma   | GM0363   | WK036301 | 2023-01-02 |
        finn   | GM0363   | WK036302 | 2010-01-01 |
        """,
        huishoudens="""
        person | household | type | starts     | ends
        -------+-----------+------+------------+-----------
        anna   | 1         | 2    | 2010-01-01 |
        bram   | 1         | 2    | 2010-01-01 |
        cleo   | 2         | 1    | 2023-01-01 |
        dirk   | 3         | 1    | 2010-01-01 |
        emma   | 4         | 1    | 2023-01-02 |
        finn   | 5         | 8    | 2010-01-01 |
        """,
    )
    assert [tuple(row.values()) for row in found.population.to_pylist()] == [
        ("GM0363", "WK036301", 2, 1),
        ("GM0363", "WK036302", 1, 0),
        ("GM0363", None, 1, 1),
        ("GM0392", "WK039201", 1, 1),
    ]
    table = load().tables["stapeling"].published()[0]
    taking_part = found.participation.set_column(
        2, "participates", pa.array([True] * found.participation.num_rows)
    )
    everywhere = replace(found, participation=taking_part)
    (first, *_) = denominators(everywhere, table).to_pylist()
    assert (first["inhabitants"], first["households"]) == (5, 3)


def test_registers_may_come_as_readers(database):
    texts = {
        "adressen": "person | wijk\n---\nanna | WK036301",
        "huishoudens": "person | household\n---\nanna | 1",
        "wmo": "person | starts\n---\nanna | 2023-01-01",
        "regio": REGIO,
    }
    readers = {
        source: delivered(source, text).to_reader() for source, text in texts.items()
    }
    (row,) = link(DeliveredSources(**readers), PERIOD, database).provisions.to_pylist()
    assert (row["wijk"], row["household_id"]) == ("WK036301", "1")
