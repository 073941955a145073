"""Which Wmo records are one arrangement (CBS, microdata Wmo; domain facts, 4.4)."""

from collections.abc import Iterator

import pytest

from engine.duckdb_database import DuckDBDatabase
from tests.support.linking import linked


@pytest.fixture
def database() -> Iterator[DuckDBDatabase]:
    with DuckDBDatabase(memory_limit="500MB", threads=1) as database:
        yield database


def wmo(database: DuckDBDatabase, text: str) -> list[tuple[str, str | None]]:
    """The arrangements of an example, as begin and end."""
    rows = linked(database, wmo=text).provisions.to_pylist()
    found = [(f"{row['starts']}", row["ends"] and f"{row['ends']}") for row in rows]
    return sorted(found, key=lambda spell: (spell[0], spell[1] or ""))


def test_the_same_allocation_number_is_one_arrangement(database):
    """However far apart, as the gemeente numbers every record."""
    assert wmo(
        database,
        """
        person | allocation | starts     | ends
        -------+------------+------------+-----------
        anna   | 7          | 2023-01-01 | 2023-01-31
        anna   | 7          | 2023-04-01 | 2023-04-30
        anna   | 8          | 2023-02-01 | 2023-02-28
        """,
    ) == [("2023-01-01", "2023-04-30"), ("2023-02-01", "2023-02-28")]


@pytest.mark.parametrize("column", ["person", "gemeente", "type"])
def test_an_allocation_number_joins_no_two_persons_gemeenten_or_types(database, column):
    text = """
        person | gemeente | type | allocation | starts     | ends
        -------+----------+------+------------+------------+-----------
        anna   | GM0363   | 01   | 7          | 2023-01-01 | 2023-01-31
        anna   | GM0363   | 01   | 7          | 2023-02-01 | 2023-02-28
    """
    other = {"person": ("anna", "bram"), "gemeente": ("GM0363", "GM0392")}
    old, new = other.get(column, ("| 01  ", "| 02  "))
    head, _, tail = text.rpartition(old)
    assert len(wmo(database, text)) == 1
    assert len(wmo(database, head + new + tail)) == 2


def test_one_record_without_a_number_and_dates_decide_for_that_gemeente(database):
    assert wmo(
        database,
        """
        person | gemeente | allocation | starts     | ends
        -------+----------+------------+------------+-----------
        anna   | GM0363   | 7          | 2023-01-01 | 2023-01-31
        anna   | GM0363   | 7          | 2023-04-01 | 2023-04-30
        bram   | GM0363   |            | 2023-01-01 |
        cleo   | GM0392   | 7          | 2023-01-01 | 2023-01-31
        cleo   | GM0392   | 7          | 2023-04-01 | 2023-04-30
        """,
    ) == [
        ("2023-01-01", None),
        ("2023-01-01", "2023-01-31"),
        ("2023-01-01", "2023-04-30"),  # cleo: her gemeente numbers every record
        ("2023-04-01", "2023-04-30"),
    ]


def test_a_record_of_nobody_also_says_that_a_gemeente_does_not_number(database):
    text = """
        person | allocation | starts     | ends
        -------+------------+------------+-----------
        anna   | 7          | 2023-01-01 | 2023-01-31
        anna   | 7          | 2023-04-01 | 2023-04-30
               | {number}   | 2023-01-01 | 2023-01-31
    """
    assert len(wmo(database, text.format(number="8"))) == 1
    assert len(wmo(database, text.format(number=""))) == 2


@pytest.mark.parametrize(
    ("begin", "arrangements"),
    [
        ("2023-03-27", 2),  # 4 days before the end of the other
        ("2023-03-28", 1),
        ("2023-03-31", 1),
        ("2023-04-01", 1),
        ("2023-04-03", 1),
        ("2023-04-04", 2),  # 4 days after it
    ],
)
def test_a_begin_connects_to_an_end_within_three_days(database, begin, arrangements):
    found = wmo(
        database,
        f"""
        person | starts     | ends
        -------+------------+-----------
        anna   | 2023-01-01 | 2023-03-31
        anna   | {begin}    | 2023-05-31
        """,
    )
    assert len(found) == arrangements


@pytest.mark.parametrize("column", ["gemeente", "type", "financing", "reason"])
def test_connecting_records_must_be_alike(database, column):
    text = """
        person | gemeente | type | financing | reason | starts     | ends
        -------+----------+------+-----------+--------+------------+-----------
        anna   | GM0363   | 01   | 1         | 05     | 2023-01-01 | 2023-01-31
        anna   | {}       | {}   | {}        | {}     | 2023-02-01 | 2023-02-28
    """
    same = {"gemeente": "GM0363", "type": "01", "financing": "1", "reason": "05"}
    other = {"gemeente": "GM0392", "type": "02", "financing": "2", "reason": ""}
    assert len(wmo(database, text.format(*same.values()))) == 1
    changed = same | {column: other[column]}
    assert len(wmo(database, text.format(*changed.values()))) == 2


def test_unknown_financing_equals_unknown_financing(database):
    assert wmo(
        database,
        """
        person | financing | starts     | ends
        -------+-----------+------------+-----------
        anna   |           | 2023-01-01 | 2023-01-31
        anna   |           | 2023-02-01 |
        """,
    ) == [("2023-01-01", None)]


def test_equal_dates_are_one_arrangement_open_ends_too(database):
    assert wmo(
        database,
        """
        person | starts     | ends
        -------+------------+-----------
        anna   | 2023-01-01 |
        anna   | 2023-01-01 |
        anna   | 2023-01-01 | 2023-03-31
        anna   | 2023-01-01 | 2023-03-31
        """,
    ) == [("2023-01-01", None), ("2023-01-01", "2023-03-31")]


def test_an_open_end_connects_to_nothing_and_overlap_alone_does_not_join(database):
    assert wmo(
        database,
        """
        person | starts     | ends
        -------+------------+-----------
        anna   | 2023-01-01 |
        anna   | 2023-02-01 |
        anna   | 2023-02-10 | 2023-05-31
        """,
    ) == [("2023-01-01", None), ("2023-02-01", None), ("2023-02-10", "2023-05-31")]


def test_a_chain_is_one_arrangement_and_the_last_open_end_stays_open(database):
    assert wmo(
        database,
        """
        person | starts     | ends
        -------+------------+-----------
        anna   | 2022-10-01 | 2022-12-31
        anna   | 2023-01-01 | 2023-01-31
        anna   | 2023-02-02 | 2023-02-28
        anna   | 2023-03-03 |
        """,
    ) == [("2022-10-01", None)]


def test_two_chains_side_by_side_stay_two(database):
    """Two of the same aid, renewed at different moments: their records alternate."""
    assert wmo(
        database,
        """
        person | starts     | ends
        -------+------------+-----------
        anna   | 2023-01-01 | 2023-02-28
        anna   | 2023-02-01 | 2023-03-31
        anna   | 2023-03-01 | 2023-05-10
        anna   | 2023-04-01 | 2023-06-20
        """,
    ) == [("2023-01-01", "2023-05-10"), ("2023-02-01", "2023-06-20")]


def test_no_end_is_taken_from_absence(database):
    """A record that is open in an old delivery stays open."""
    assert wmo(
        database,
        """
        person | starts     | ends
        -------+------------+-----------
        anna   | 2015-01-01 |
        """,
    ) == [("2015-01-01", None)]


def test_an_arrangement_that_paused_all_half_year_is_not_of_this_half_year(database):
    assert (
        wmo(
            database,
            """
        person | allocation | starts     | ends
        -------+------------+------------+-----------
        anna   | 7          | 2022-01-01 | 2022-03-31
        anna   | 7          | 2023-09-01 | 2023-12-31
        """,
        )
        == []
    )
