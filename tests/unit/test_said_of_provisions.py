"""What linkage keeps of a record besides whose it is and when."""

from collections.abc import Iterator

import pytest

from engine.duckdb_database import DuckDBDatabase
from tests.support.linking import linked


@pytest.fixture
def database() -> Iterator[DuckDBDatabase]:
    with DuckDBDatabase(threads=1) as opened:
        yield opened


@pytest.mark.parametrize(
    ("intensity", "unit", "frequency", "hours"),
    [
        ("090", "01", "2", 1),
        ("59", "01", "2", 0),
        ("2", "04", "1", 14),
        ("1", "16", "2", 4),
        ("13", "04", "4", 3),
        ("200", "04", "2", None),
        ("2", "82", "2", None),
        ("2", "04", "6", None),
        ("veel", "04", "2", None),
        ("", "", "", None),
    ],
)
def test_hours_a_week(intensity, unit, frequency, hours, database):
    """Of minutes, hours and parts of a day; a month is a twelfth of 52 weeks."""
    microdata = linked(
        database,
        wmo=f"""
            person | starts     | intensity   | unit   | frequency
            -------+------------+-------------+--------+------------
            R1     | 2023-02-01 | {intensity} | {unit} | {frequency}
        """,
    )
    assert microdata.provisions["hours"].to_pylist() == [hours]


def test_an_arrangement_is_as_intense_as_its_last_record(database):
    microdata = linked(
        database,
        wmo="""
            person | starts     | ends       | intensity | unit | frequency
            -------+------------+------------+-----------+------+----------
            R1     | 2023-01-01 | 2023-02-28 | 8         | 04   | 2
            R1     | 2023-03-01 |            | 4         | 04   | 2
        """,
    )
    assert microdata.provisions["hours"].to_pylist() == [4]


def test_help_of_the_half_year_before_is_known_to_have_ended(database):
    """Of the person, the first end; what did not end says nothing, nor a measure."""
    microdata = linked(
        database,
        jeugd="""
            person | kind | form | starts     | perspective
            -------+------+------+------------+------------
            R1     | 1    | 01   | 2023-02-01 | 03
            R2     | 1    | 01   | 2023-02-01 |
            R3     | 2    | 11   | 2023-02-01 |
        """,
        jeugd_previous="""
            person | kind | form | starts     | ends
            -------+------+------+------------+-----------
            R1     | 1    | 02   | 2022-01-01 | 2022-11-30
            R1     | 1    | 03   | 2022-01-01 | 2022-10-31
            R2     | 1    | 02   | 2022-01-01 |
            R3     | 1    | 02   | 2022-01-01 | 2022-11-30
        """,
    )
    found = microdata.provisions.select(["person_id", "perspective", "ended_before"])
    assert [
        (row["person_id"], row["perspective"], str(row["ended_before"]))
        for row in found.to_pylist()
    ] == [("R1", "03", "2022-10-31"), ("R2", None, "None"), ("R3", None, "None")]
