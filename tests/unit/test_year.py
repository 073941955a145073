"""The linked microdata of a year: who takes part, what was paid, what is left out."""

from collections.abc import Iterator

import pyarrow as pa
import pytest

from engine.duckdb_database import DuckDBDatabase
from rules.period import Year
from secure_env.linkage import DeliveredSources
from secure_env.sources import COLUMNS
from secure_env.year import both, link_year
from tests.support.linking import REGIO, delivered, linked


YEAR = Year(2023)
CARE = COLUMNS["wlzzvw"]
ONE, TWO = "R000000001", "R000000002"


@pytest.fixture(scope="module")
def database() -> Iterator[DuckDBDatabase]:
    with DuckDBDatabase(memory_limit="500MB", threads=1) as opened:
        yield opened


def half(**texts: str) -> DeliveredSources:
    sources = {name: delivered(name, text) for name, text in texts.items()}
    return DeliveredSources(regio=delivered("regio", REGIO), **sources)


BENEFIT = f"""
    person | registration | year | month | starts     | ends
    -------+--------------+------+-------+------------+-----------
    {ONE}  | 71           | 2023 |     6 | 2023-02-01 |
"""
THE_SAME = f"""
    person | registration | year | month | starts     | ends
    -------+--------------+------+-------+------------+-----------
    {ONE}  | 71           | 2023 |     7 | 2023-02-01 | 2023-07-31
    {TWO}  | 72           | 2023 |    12 | 2023-12-01 |
"""


def test_who_was_in_both_halves_is_there_once(database: DuckDBDatabase):
    halves = linked(database, bus=BENEFIT), linked(database)
    sources = half(bus=BENEFIT), half(bus=THE_SAME)
    rows = link_year(sources, halves, YEAR, database).provisions.to_pylist()
    found = [(row["person_id"], str(row["starts"]), str(row["ends"])) for row in rows]
    assert found == [
        (ONE, "2023-02-01", "2023-07-31"),
        (TWO, "2023-12-01", "None"),
    ]


WARNED = f"""
    person | gemeente | kind | starts     | arrears
    -------+----------+------+------------+--------
    {ONE}  | GM0363   | HUUR | 2023-06-30 | 250
"""
AGAIN = f"""
    person | gemeente | kind | starts     | arrears
    -------+----------+------+------------+--------
    {ONE}  | GM0363   | HUUR | 2023-06-30 | 250
    {ONE}  | GM0363   | HUUR | 2023-07-31 | 250
"""


def test_a_warning_that_both_halves_delivered_is_one(database: DuckDBDatabase):
    halves = linked(database, vroegsignalen=WARNED), linked(database)
    sources = half(vroegsignalen=WARNED), half(vroegsignalen=AGAIN)
    rows = link_year(sources, halves, YEAR, database).provisions.to_pylist()
    found = [(row["domain"], str(row["starts"])) for row in rows]
    assert found == [("signal", "2023-06-30"), ("signal", "2023-07-31")]


HOMES = f"""
    person | gemeente | wijk     | starts     | ends
    -------+----------+----------+------------+-----------
    {ONE}  | GM0363   | WK036301 | 2020-01-01 | 2023-06-30
    {ONE}  | GM0344   | WK034401 | 2023-07-01 |
"""


def test_where_somebody_lives_is_asked_on_the_last_day(database: DuckDBDatabase):
    """Also of who had something in the first half alone."""
    ended = BENEFIT.replace("2023-02-01 |", "2023-02-01 | 2023-03-31")
    sources = half(bus=ended), half(adressen=HOMES)
    halves = linked(database, bus=ended), linked(database)
    (row,) = link_year(sources, halves, YEAR, database).provisions.to_pylist()
    assert (row["client_gemeente"], row["gemeente"], row["wijk"]) == (
        "GM0363",
        "GM0344",
        "WK034401",
    )


ARRANGEMENT = f"""
    person | gemeente | starts     | ends
    -------+----------+------------+-----
    {ONE}  | GM0363   | 2023-02-01 |
"""
AGREED = """
    gemeente | part      | publishes
    ---------+-----------+----------
    GM0363   | WMO_BASIS | J
"""


def test_a_gemeente_takes_part_that_does_so_in_both_halves(database: DuckDBDatabase):
    """Amsterdam delivered Wmo twice, Utrecht in the first half alone."""
    of_two = f"{ARRANGEMENT.rstrip()}\n    {TWO}  | GM0344   | 2023-02-01 |\n"
    halves = linked(database, wmo=of_two), linked(database, wmo=ARRANGEMENT)
    assert halves[0].participants("wmo_basis") == ("GM0344", "GM0363")
    found = link_year((half(wmo=of_two), half(wmo=ARRANGEMENT)), halves, YEAR, database)
    assert found.participants("wmo_basis") == ("GM0363",)


TOTALS = """
    gemeente | kind | form | clients | costs
    ---------+------+------+---------+---------
    GM0363   | 1    | 01   |      12 | 50000.00
"""
ANSWERS = """
    gemeente | respondent | fits_need
    ---------+------------+----------
    GM0363   | 1          | 1
"""


def test_costs_are_those_of_both_halves_and_answers_of_neither(
    database: DuckDBDatabase,
):
    """Users stay apart per half: they may be the same."""
    told = {"jeugdkosten": TOTALS, "wmoceo": ANSWERS}
    halves = linked(database, **told), linked(database, **told)
    found = link_year((half(**told), half(**told)), halves, YEAR, database)
    rows = [(row["users"], row["cents"]) for row in found.costs.to_pylist()]
    assert rows == [(12, 5_000_000), (12, 5_000_000)]
    assert found.answers.num_rows == 0


def test_care_is_known_of_a_year_if_it_is_of_both_halves():
    care = pa.table({name: pa.nulls(1, kind) for name, kind in CARE.items()})
    with_care, without = DeliveredSources(wlzzvw=care), DeliveredSources()
    assert both(with_care, without).wlzzvw is None
    assert both(without, with_care).wlzzvw is None
    together = both(with_care, DeliveredSources(wlzzvw=care)).held("wlzzvw")
    assert together.num_rows == 2
