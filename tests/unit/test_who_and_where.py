"""Persons over time and without a number, measures over providers, halves of years."""

from collections.abc import Iterator

import pyarrow as pa
import pytest

from engine.duckdb_database import DuckDBDatabase
from engine.microdata import LinkedMicrodata
from rules.period import HalfYear
from secure_env.linkage import DeliveredSources, link
from tests.support.linking import PERIOD, REGIO, delivered, linked, spells


SECOND = HalfYear(2023, 2)
HASH = "ab" * 16
LATER_KNOWN = f"S{HASH}"
NOBODY, NOBODY_ELSE = f"N{'01' * 16}", f"N{'02' * 16}"


@pytest.fixture
def database() -> Iterator[DuckDBDatabase]:
    with DuckDBDatabase(memory_limit="500MB", threads=1) as database:
        yield database


def in_second_half(database: DuckDBDatabase, **sources: str) -> LinkedMicrodata:
    tables = {name: delivered(name, text) for name, text in sources.items()}
    tables["regio"] = delivered("regio", REGIO)
    return link(DeliveredSources(**tables), SECOND, database)


def dates(found: LinkedMicrodata) -> list[tuple[str, str | None]]:
    rows = found.provisions.to_pylist()
    spells = [(f"{row['starts']}", row["ends"] and f"{row['ends']}") for row in rows]
    return sorted(spells, key=lambda spell: (spell[0], spell[1] or ""))


# --- persons who become known later ---------------------------------------------------


def key_file(*known: tuple[str, int]) -> pa.Table:
    return pa.table(
        {
            "hash": pa.array([bytes.fromhex(one) for one, _ in known], pa.binary(16)),
            "rin": pa.array([rin for _, rin in known], pa.uint32()),
        }
    )


def test_a_person_who_is_in_the_newest_key_file_is_followed(database):
    """The delivery came in when the person was not yet in the register."""
    wmo = delivered("wmo", f"person | starts\n---\n{LATER_KNOWN} | 2023-01-01")
    jeugd = delivered("jeugd", "person | starts\n---\nR000000007 | 2023-02-01")
    sources = DeliveredSources(
        wmo=wmo, jeugd=jeugd, sleutel=key_file(("cd" * 16, 5), (HASH, 7))
    )
    found = link(sources, PERIOD, database)
    assert [person for person, *_ in spells(found)] == ["R000000007"] * 2
    assert found.summary.not_in_key_file == 0
    assert found.summary.lost["followed"] == {
        "wmo": 1,
        "jeugd": 0,
        "bus": 0,
        "srg": 0,
        "wsw": 0,
        "vroegsignalen": 0,
    }


def test_a_person_in_no_key_file_stays_unknown(database):
    wmo = delivered("wmo", f"person | starts\n---\n{LATER_KNOWN} | 2023-01-01")
    found = link(
        DeliveredSources(wmo=wmo, sleutel=key_file(("cd" * 16, 5))), PERIOD, database
    )
    assert [person for person, *_ in spells(found)] == [LATER_KNOWN]
    assert found.summary.lost["unknown"]["wmo"] == 1


# --- records without a number ---------------------------------------------------------


PEOPLE = """
    person     | birth_date | sex
    -----------+------------+----
    R000000001 | 2010-05-17 | 1
    R000000002 | 2010-05-17 | 2
    R000000003 | 2010-05-17 | 1
"""
HOMES = """
    person     | gemeente | wijk     | starts     | ends
    -----------+----------+----------+------------+-----------
    R000000001 | GM0363   | WK036301 | 2015-01-01 | 2023-03-31
    R000000001 | GM0392   | WK039201 | 2023-04-01 |
    R000000002 | GM0363   | WK036301 | 2015-01-01 |
    R000000003 | GM0344   | WK034401 | 2015-01-01 |
"""


def who(database: DuckDBDatabase, record: str, homes: str = HOMES) -> str:
    head = "person | birth_date | sex | gemeente | starts\n---\n"
    found = linked(
        database,
        jeugd=f"{head}{NOBODY} | {record} | 2023-02-01",
        personen=PEOPLE,
        adressen=homes,
    )
    ((person, *_),) = spells(found)
    return person


@pytest.mark.parametrize(
    ("record", "person"),
    [
        ("20100517 | M | GM0363", "R000000001"),
        ("20100517 | M | GM0392", "R000000001"),  # moved there in the period
        ("20100517 | V | GM0363", "R000000002"),
        ("20100517 | M | GM0599", NOBODY),  # nobody like this lives there
        ("20100518 | M | GM0363", NOBODY),
        ("20100500 | M | GM0363", NOBODY),  # the day is unknown
        ("99999999 | M | GM0363", NOBODY),  # unborn
        ("20100517 | O | GM0363", NOBODY),
        ("20100517 | M |", NOBODY),
    ],
)
def test_sex_birth_date_and_gemeente_may_point_at_one_person(database, record, person):
    assert who(database, record) == person


def test_two_people_with_the_same_traits_are_not_told_apart(database):
    both = HOMES.replace("R000000003 | GM0344   | WK034401", "R000000003 | GM0363 | ")
    assert who(database, "20100517 | M | GM0363", both) == NOBODY


def test_who_has_a_number_that_is_not_known_is_not_looked_for_by_traits(database):
    found = linked(
        database,
        jeugd=f"""
        person        | birth_date | sex | gemeente | starts
        --------------+------------+-----+----------+-----------
        {LATER_KNOWN} | 20100517   | M   | GM0363   | 2023-02-01
        """,
        personen=PEOPLE,
        adressen=HOMES,
    )
    assert [person for person, *_ in spells(found)] == [LATER_KNOWN]


# --- measures that are handed over ----------------------------------------------------


def measures(database: DuckDBDatabase, text: str) -> list[tuple[str, str | None]]:
    return dates(linked(database, jeugd=text))


def test_a_measure_handed_over_is_one_from_the_first_start_to_the_last_end(database):
    assert measures(
        database,
        """
        person | kind | form | provider | starts     | ends       | reason
        -------+------+------+----------+------------+------------+-------
        anna   | 2    | 11   | 00000001 | 2022-06-01 | 2023-02-14 |
        anna   | 2    | 11   | 00000002 | 2023-02-15 | 2023-04-30 |
        anna   | 2    | 11   | 00000003 | 2023-05-01 | 2023-06-15 | 04
        """,
    ) == [("2022-06-01", "2023-06-15")]


def test_dates_of_a_hand_over_go_before_begin_and_end(database):
    """The second institution gives the begin of the measure, not of its own part."""
    text = """
        person | kind | form | provider | starts     | handed_over | taken_over
        -------+------+------+----------+------------+-------------+-----------
        anna   | 2    | 11   | 00000001 | 2022-06-01 | 2023-02-14  |
        anna   | 2    | 11   | 00000002 | 2022-06-01 |             | {}
    """
    assert measures(database, text.format("2023-02-15")) == [("2022-06-01", None)]
    assert measures(database, text.format("2023-02-16")) == [
        ("2022-06-01", None),
        ("2022-06-01", "2023-02-14"),
    ]


@pytest.mark.parametrize(
    "second",
    [
        "anna | 2 | 11 | 00000002 | 2023-02-16",  # a day too late
        "anna | 2 | 12 | 00000002 | 2023-02-15",  # another measure
        "anna | 3 | 11 | 00000002 | 2023-02-15",  # another kind
        "anna | 2 | 11 | 00000001 | 2023-02-15",  # the same institution
        "bram | 2 | 11 | 00000002 | 2023-02-15",  # another person
    ],
)
def test_what_is_no_hand_over_is_another_measure(database, second):
    text = f"""
        person | kind | form | provider | starts     | ends
        -------+------+------+----------+------------+-----------
        anna   | 2    | 11   | 00000001 | 2022-06-01 | 2023-02-14
        {second} |
    """
    assert len(measures(database, text)) == 2


def test_a_trajectory_keeps_whether_it_began_with_a_crisis(database):
    found = linked(
        database,
        jeugd="""
            person | starts     | crisis
            -------+------------+-------
            anna   | 2023-02-01 | J
            bram   | 2023-02-01 | N
            carla  | 2023-02-01 |
            carla  | 2023-02-01 | J
        """,
    )
    rows = found.provisions.to_pylist()
    assert [(row["person_id"], row["crisis"]) for row in rows] == [
        ("anna", True),
        ("bram", False),
        ("carla", True),
    ]


def test_a_measure_with_a_reason_of_ending_has_ended(database):
    text = """
        person | kind | form | provider | starts     | ends       | reason
        -------+------+------+----------+------------+------------+-------
        anna   | 2    | 11   | 00000001 | 2022-06-01 | 2023-02-14 | {}
        anna   | 2    | 11   | 00000002 | 2023-02-15 |            |
    """
    assert len(measures(database, text.format("04"))) == 2
    assert len(measures(database, text.format(""))) == 1


def test_help_of_two_providers_is_two_trajectories(database):
    assert (
        len(
            measures(
                database,
                """
        person | kind | form | provider | starts     | ends
        -------+------+------+----------+------------+-----------
        anna   | 1    | 02   | 00000001 | 2022-06-01 | 2023-02-14
        anna   | 1    | 02   | 00000002 | 2023-02-15 |
        """,
            )
        )
        == 2
    )


def test_a_measure_began_with_the_institution_of_the_half_year_before(database):
    found = linked(
        database,
        jeugd_previous="""
        person | kind | form | provider | starts     | ends
        -------+------+------+----------+------------+-----------
        anna   | 2    | 11   | 00000001 | 2021-06-01 | 2022-12-31
        bram   | 2    | 11   | 00000001 | 2021-06-01 | 2022-12-31
        cleo   | 1    | 02   | 00000001 | 2021-06-01 |
        """,
        jeugd="""
        person | kind | form | provider | starts     | ends
        -------+------+------+----------+------------+-----------
        anna   | 2    | 11   | 00000002 | 2023-01-01 |
        """,
    )
    assert dates(found) == [("2021-06-01", None)]


# --- the gemeente that is responsible for youth care ----------------------------------


YOUNG = """
    person     | birth_date | sex
    -----------+------------+----
    R000000001 | 2005-07-01 | 1
    R000000002 | 2005-06-30 | 2
"""
"""On the last day of the half-year one is 17 and the other 18."""


def responsible(database: DuckDBDatabase, homes: str, parents: str) -> dict[str, str]:
    """Person -> wijk, or gemeente, that is responsible."""
    found = linked(
        database,
        jeugd="""
        person     | gemeente | starts
        -----------+----------+-----------
        R000000001 | GM0599   | 2023-01-01
        R000000002 | GM0599   | 2023-01-01
        """,
        personen=YOUNG,
        adressen=homes,
        ouders=parents,
    )
    return {
        row["person_id"][-1]: row["client_wijk"] or row["client_gemeente"]
        for row in found.provisions.to_pylist()
    }


PARENTS = """
    person     | parent
    -----------+----------
    R000000001 | 000000008
    R000000002 | 000000008
"""


def test_a_minor_is_where_who_has_authority_lives_and_an_adult_at_home(database):
    homes = """
        person     | gemeente | wijk
        -----------+----------+---------
        R000000001 | GM0363   | WK036301
        R000000002 | GM0363   | WK036301
        R000000008 | GM0344   | WK034401
    """
    assert responsible(database, homes, PARENTS) == {"1": "WK034401", "2": "WK036301"}


def test_it_is_the_latest_address_in_the_period_not_that_of_the_last_day(database):
    homes = """
        person     | gemeente | wijk     | starts     | ends
        -----------+----------+----------+------------+-----------
        R000000008 | GM0363   | WK036301 | 2015-01-01 | 2023-02-28
        R000000008 | GM0344   | WK034401 | 2023-03-01 | 2023-05-31
        R000000002 | GM0363   | WK036302 | 2015-01-01 | 2023-01-01
    """
    assert responsible(database, homes, PARENTS) == {"1": "WK034401", "2": "WK036302"}


def test_of_two_parents_the_one_whom_the_child_lives_with_decides(database):
    homes = """
        person     | gemeente | wijk
        -----------+----------+---------
        R000000001 | GM0363   | WK036302
        R000000007 | GM0344   | WK034401
        R000000008 | GM0363   | {}
    """
    parents = """
        person     | parent
        -----------+----------
        R000000001 | 000000007
        R000000001 | 000000008
    """
    for wijk in ("WK036302", "WK036301"):
        assert responsible(database, homes.format(wijk), parents)["1"] == wijk
    apart = homes.format("").replace("R000000001", "R000000006")
    assert responsible(database, apart, parents)["1"] == "WK034401"


def test_without_anybody_with_an_address_the_own_one_counts_and_then_the_record(
    database,
):
    homes = """
        person     | gemeente | wijk
        -----------+----------+---------
        R000000001 | GM0363   | WK036301
    """
    ended = PARENTS.replace("parent", "parent | ends").replace(
        "000000008", "000000008 | 2023-05-31"
    )
    for parents in (PARENTS, ended):
        assert responsible(database, homes, parents) == {"1": "WK036301", "2": "GM0599"}


def test_stapeling_still_goes_by_the_own_address_on_the_reference_date(database):
    found = linked(
        database,
        jeugd="person | starts\n---\nR000000001 | 2023-01-01",
        personen=YOUNG,
        adressen="person|wijk|gemeente\n---\nR000000001|WK036301|GM0363\n"
        "R000000008|WK034401|GM0344",
        ouders=PARENTS,
    )
    (row,) = found.provisions.to_pylist()
    assert (row["wijk"], row["client_wijk"]) == ("WK036301", "WK034401")


# --- two halves of a year -------------------------------------------------------------


def test_an_end_of_the_first_half_does_not_cut_what_the_second_half_has(database):
    """The error in the figures of 2020 and 2021: with ends that came too early, clients
    of the second half were lost, and one arrangement was counted as two."""
    first = """
        person | allocation | starts     | ends
        -------+------------+------------+-----------
        anna   | {0}        | 2022-05-01 | 2023-06-30
        bram   | {1}        | 2022-05-01 |
        cleo   | {2}        | 2022-05-01 | 2023-07-31
    """
    second = """
        person | allocation | starts     | ends
        -------+------------+------------+-----------
        anna   | {0}        | 2022-05-01 |
        bram   | {1}        | 2022-05-01 | 2023-09-30
        cleo   | {2}        | 2022-05-01 | 2023-11-30
    """
    for numbers in (("7", "8", "9"), ("", "", "")):
        found = in_second_half(
            database, wmo_other=first.format(*numbers), wmo=second.format(*numbers)
        )
        assert dates(found) == [
            ("2022-05-01", None),
            ("2022-05-01", "2023-09-30"),
            ("2022-05-01", "2023-11-30"),
        ]


def test_the_first_half_knows_from_the_second_that_nothing_ended(database):
    found = linked(
        database,
        wmo="person | starts | ends\n---\nanna | 2022-05-01 | 2023-06-30",
        wmo_other="person | starts | ends\n---\nanna | 2022-05-01 |",
    )
    assert dates(found) == [("2022-05-01", None)]


def test_no_end_is_taken_from_absence_in_the_second_half(database):
    """Not in the delivery of the second half: no client of it, and yet not ended."""
    text = "person | starts\n---\nanna | 2022-05-01"
    other = "person | starts\n---\nbram | 2022-05-01"
    assert dates(linked(database, wmo=text, wmo_other=other)) == [("2022-05-01", None)]
    assert [
        p for p, *_ in spells(in_second_half(database, wmo=other, wmo_other=text))
    ] == ["bram"]


def test_an_arrangement_goes_on_from_the_first_half_into_the_second(database):
    assert dates(
        in_second_half(
            database,
            wmo_other="person | starts | ends\n---\nanna | 2022-05-01 | 2023-06-30",
            wmo="person | starts | ends\n---\nanna | 2023-07-01 |",
        )
    ) == [("2022-05-01", None)]


def test_numbers_decide_only_when_all_deliveries_of_the_year_have_them(database):
    numbered = """
        person | allocation | starts     | ends
        -------+------------+------------+-----------
        anna   | 7          | 2023-07-01 | 2023-08-01
        anna   | 7          | 2023-10-01 | 2023-11-01
    """
    first = "person | allocation | starts\n---\nbram | {} | 2023-01-01"
    together = in_second_half(database, wmo=numbered, wmo_other=first.format("5"))
    apart = in_second_half(database, wmo=numbered, wmo_other=first.format(""))
    assert (len(dates(together)), len(dates(apart))) == (1, 2)


# --- the report -----------------------------------------------------------------------


def test_the_report_tells_per_source_and_gemeente_what_was_lost_where(database):
    found = linked(
        database,
        wmo=f"""
        person        | gemeente | starts     | ends
        --------------+----------+------------+-----------
        R000000001    | GM0363   | 2023-01-01 |
        R000000002    | GM0363   | 2023-01-01 |
        R000000003    | GM0392   | 2023-01-01 |
        R000000004    | GM0392   | 2022-01-01 | 2022-02-01
        {LATER_KNOWN} | GM0392   | 2023-01-01 |
        """,
        jeugd=f"person|starts\n---\n{NOBODY}|2023-01-01\n{NOBODY_ELSE}|2023-02-01",
        adressen="""
        person     | gemeente | wijk     | starts     | ends
        -----------+----------+----------+------------+-----------
        R000000001 | GM0392   | WK039201 | 2015-01-01 | 2023-01-31
        R000000001 | GM0363   | WK036301 | 2023-02-01 |
        R000000002 | GM0363   |          | 2015-01-01 |
        """,
        huishoudens="person | household\n---\nR000000001 | 1",
    )
    names = ("source", "gemeente", "records", "key_file", "unknown", "nobody",
             "not_in_period", "without_residence", "without_wijk", "moved")  # fmt: skip
    rows = found.report.select(names).to_pylist()
    assert [tuple(row.values()) for row in rows] == [
        ("jeugd", None, 2, 0, 0, 2, 0, 2, 0, 0),
        ("wmo", "GM0363", 2, 2, 0, 0, 0, 0, 1, 1),
        ("wmo", "GM0392", 3, 2, 1, 0, 1, 2, 0, 0),
    ]
    assert found.summary.lost["without_residence"]["wmo"] == 2
    assert found.summary.lost["without_household"] == {
        "wmo": 3, "jeugd": 2, "bus": 0, "srg": 0, "wsw": 0, "vroegsignalen": 0,
    }  # fmt: skip
