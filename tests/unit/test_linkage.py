"""From deliveries to linked microdata: merging, spells, households, consent."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.denominators import denominators
from engine.duckdb_database import DuckDBDatabase
from engine.errors import WrongShape
from engine.microdata import LinkedMicrodata
from engine.tabulate import tabulate
from rules.catalogue import load
from rules.period import HalfYear
from secure_env.linkage import DeliveredSources, link
from secure_env.sources import COLUMNS
from tests.reference.naive import WmoRecord, merge_arrangements, spell_of
from tests.support.texttable import parse


PERIOD = HalfYear(2023, 1)
CATALOGUE = load()
PLAIN = {
    "wmo": {"gemeente": "GM0363", "type": "01", "financing": "1"},
    "jeugd": {"provider": "01234567", "kind": "1", "form": "01", "referrer": "02"},
    "bus": {"gemeente": "GM0363", "scheme": "01", "year": "2023", "month": "6"},
    "srg": {"gemeente": "GM0363", "type": "01", "year": "2023", "month": "6"},
    "personen": {"birth_date": "1950-04-15", "sex": "2"},
    "adressen": {"gemeente": "GM0363", "starts": "2020-01-01"},
    "huishoudens": {"type": "4", "place": "3", "starts": "2020-01-01"},
    "regio": {"provincie": "PV27"},
    "toestemming": {"part": "WMO_BASIS"},
    "ouders": {"authority": "J"},
    "inkomen": {},
    "wmokosten": {"gemeente": "GM0363", "type": "02"},
    "herkomst": {},
}
PLAIN |= {"wmo_other": PLAIN["wmo"], "jeugd_previous": PLAIN["jeugd"]}
"""What a record has where an example does not say it."""

REGIO = """
    wijk     | gemeente | provincie
    ---------+----------+----------
    WK036301 | GM0363   | PV27
    WK036302 | GM0363   | PV27
    WK039201 | GM0392   | PV27
    WK034401 | GM0344   | PV26
"""


def delivered(source: str, text: str) -> pa.Table:
    """The records of an example as intake stores them; one person each at least."""
    readers = {
        pa.date32(): date.fromisoformat,
        pa.int64(): int,
        pa.decimal128(12, 2): Decimal,
        pa.bool_(): lambda text: text == "J",
    }
    rows = [
        {"person_key": row.get("person")} | PLAIN[source] | row for row in parse(text)
    ]
    columns = {
        name: pa.array(
            [
                None if row.get(name) is None else readers.get(kind, str)(row[name])
                for row in rows
            ],
            kind,
        )
        for name, kind in COLUMNS[source].items()
    }
    return pa.table(columns)


@pytest.fixture
def database() -> Iterator[DuckDBDatabase]:
    with DuckDBDatabase(memory_limit="500MB", threads=1) as database:
        yield database


def linked(database: DuckDBDatabase, **sources: str) -> LinkedMicrodata:
    texts = {"regio": REGIO} | sources
    tables = {source: delivered(source, text) for source, text in texts.items()}
    suppliers = {
        source: frozenset(tables[source]["gemeente"].to_pylist())
        for source in tables.keys() & {"wmo", "bus"}
    }
    return link(DeliveredSources(**tables, suppliers=suppliers), PERIOD, database)


def spells(
    microdata: LinkedMicrodata,
) -> list[tuple[str, str, str, date, date | None]]:
    rows = microdata.provisions.to_pylist()
    names = ("person_id", "domain", "type", "starts", "ends")
    return sorted((tuple(row[name] for name in names) for row in rows), key=repr)


def wmo(database: DuckDBDatabase, text: str) -> list[tuple[str, str | None]]:
    """The arrangements of an example, as begin and end."""
    rows = linked(database, wmo=text).provisions.to_pylist()
    found = [(f"{row['starts']}", row["ends"] and f"{row['ends']}") for row in rows]
    return sorted(found, key=lambda spell: (spell[0], spell[1] or ""))


# --- Wmo: records into arrangements (domain.md 4.4) -----------------------------------


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


DAYS = st.sampled_from([date(2023, 1, day) for day in (1, 2, 4, 5, 6, 9, 12, 13)])


@st.composite
def wmo_records(draw: st.DrawFn) -> list[WmoRecord]:
    records = []
    for _ in range(draw(st.integers(1, 7))):
        first, second = sorted([draw(DAYS), draw(DAYS)])
        records.append(
            WmoRecord(
                person_key="anna",
                gemeente="GM0363",
                allocation=draw(st.sampled_from(["7", "8", "8", None])),
                type=draw(st.sampled_from(["01", "01", "01", "02"])),
                financing=draw(st.sampled_from(["1", "1", "1", None])),
                reason=None,
                starts=first,
                ends=draw(st.sampled_from([second, second, second, None])),
            )
        )
    return records


@given(wmo_records())
@settings(max_examples=60)  # a linkage each: 70 ms
def test_merging_is_what_the_naive_twin_does(records):
    wmo = pa.Table.from_pylist(records, pa.schema(list(COLUMNS["wmo"].items())))
    sources = DeliveredSources(wmo=wmo, regio=delivered("regio", REGIO))
    with DuckDBDatabase(memory_limit="200MB", threads=1) as database:
        rows = link(sources, PERIOD, database).provisions.to_pylist()
    found = sorted(((row["starts"], row["ends"]) for row in rows), key=repr)
    expected = [spell_of(each) for each in merge_arrangements(records)]
    assert found == sorted(expected, key=repr)


# --- what a provision is --------------------------------------------------------------


def test_a_type_becomes_its_main_group(database):
    found = linked(
        database,
        wmo="""
        person | type | starts
        -------+------+-----------
        anna   | 07   | 2023-01-01
        bram   | 15   | 2023-01-01
        cleo   | 10   | 2023-01-01
        """,
    )
    assert [(person, kind) for person, _, kind, *_ in spells(found)] == [
        ("anna", "OT"), ("bram", "VO"), ("cleo", "OV"),
    ]  # fmt: skip


def test_a_category_without_a_main_group_is_not_lost_silently(database):
    with pytest.raises(WrongShape, match="1 of 2 rows have no type"):
        linked(
            database,
            wmo="""
            person | type | starts
            -------+------+-----------
            anna   | 01   | 2023-01-01
            bram   | 99   | 2023-01-01
            """,
        )


def test_a_jeugd_record_is_a_provision_and_a_repetition_is_not(database):
    found = linked(
        database,
        jeugd="""
        person | kind | starts     | ends
        -------+------+------------+-----------
        anna   | 1    | 2023-01-01 |
        anna   | 1    | 2023-01-01 |
        anna   | 1    | 2023-02-01 |
        anna   | 2    | 2023-01-01 |
        anna   | 3    | 2023-01-01 | 2023-01-02
        """,
    )
    assert [kind for _, _, kind, *_ in spells(found)] == ["JB", "JH", "JH", "JR"]
    assert len(set(found.provisions["provision_id"].to_pylist())) == 4


def test_months_of_a_benefit_are_one_spell_and_partners_share_it(database):
    found = linked(
        database,
        bus="""
        person | registration | month | starts     | ends
        -------+--------------+-------+------------+-----------
        anna   | 5            | 1     | 2022-06-01 |
        bram   | 5            | 1     | 2023-01-01 |
        anna   | 5            | 2     | 2022-06-01 | 2023-02-28
        bram   | 5            | 2     | 2023-01-01 |
        cleo   | 6            | 2     | 2023-02-01 |
        """,
    )
    assert spells(found) == [
        ("anna", "pwet", "BU", date(2022, 6, 1), date(2023, 2, 28)),
        ("bram", "pwet", "BU", date(2023, 1, 1), None),
        ("cleo", "pwet", "BU", date(2023, 2, 1), None),
    ]
    numbers = found.provisions["provision_id"].to_pylist()
    assert numbers[0] == numbers[1] != numbers[2]


def test_the_same_registration_number_of_two_gemeenten_is_two_benefits(database):
    found = linked(
        database,
        bus="""
        person | registration | gemeente | starts
        -------+--------------+----------+-----------
        anna   | 5            | GM0363   | 2023-01-01
        anna   | 5            | GM0392   | 2023-01-01
        """,
    )
    assert len(set(found.provisions["provision_id"].to_pylist())) == 2


def test_only_general_benefits_count(database):
    schemes = ["01", "02", "03", "11", "12", "14"]
    rows = "\n".join(f"p{code} | {code} | {code} | 2023-01-01" for code in schemes)
    found = linked(
        database, bus=f"person | registration | scheme | starts\n-----\n{rows}"
    )
    assert [person for person, *_ in spells(found)] == ["p01", "p02", "p03", "p14"]


def test_a_reintegration_provision_is_its_number_and_type(database):
    found = linked(
        database,
        srg="""
        person | registration | type | month | starts     | ends
        -------+--------------+------+-------+------------+-----------
        anna   | 5            | 01   | 2     | 2023-02-01 |
        anna   | 5            | 01   | 3     | 2023-02-01 | 2023-03-15
        anna   | 5            | 02   | 3     | 2023-03-01 |
        """,
    )
    assert spells(found) == [
        ("anna", "pwet", "SR", date(2023, 2, 1), date(2023, 3, 15)),
        ("anna", "pwet", "SR", date(2023, 3, 1), None),
    ]


@pytest.mark.parametrize("source", ["wmo", "jeugd", "bus", "srg"])
@pytest.mark.parametrize(
    ("starts", "ends", "is_kept"),
    [
        ("2022-06-01", "2022-12-31", False),
        ("2022-06-01", "2023-01-01", True),
        ("2023-06-30", "", True),
        ("2023-06-30", "2023-06-30", True),
        ("2023-07-01", "", False),
    ],
)
def test_a_provision_must_have_run_in_the_half_year(
    database, source, starts, ends, is_kept
):
    text = f"person | registration | starts | ends\n---\nanna | 5 | {starts} | {ends}"
    found = linked(database, **{source: text})
    assert (found.provisions.num_rows == 1) is is_kept


def test_delivering_twice_in_another_order_changes_nothing(database):
    texts = {
        "wmo": """
            person | financing | starts     | ends
            -------+-----------+------------+-----------
            bram   | 1         | 2023-01-01 | 2023-01-31
            anna   | 1         | 2023-02-01 |
            bram   | 1         | 2023-02-01 |
            bram   |           | 2023-02-01 |
        """,
        "jeugd": """
            person | form | starts
            -------+------+-----------
            cleo   | 02   | 2023-01-01
            cleo   | 01   | 2023-01-01
        """,
        "bus": """
            person | registration | starts
            -------+--------------+-----------
            bram   | 9            | 2023-01-01
            anna   | 5            | 2023-01-01
        """,
    }
    once = {source: delivered(source, text) for source, text in texts.items()}
    twice = {
        source: pa.concat_tables([table.slice(1), table]).take(
            list(range(2 * table.num_rows - 2, -1, -1))
        )
        for source, table in once.items()
    }
    regio = delivered("regio", REGIO)
    first = link(DeliveredSources(**once, regio=regio), PERIOD, database)
    again = link(DeliveredSources(**twice, regio=regio), PERIOD, database)
    assert again.provisions == first.provisions
    assert first.provisions.num_rows == 7


# --- where people live, and with whom -------------------------------------------------


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
    table = CATALOGUE.tables["stapeling"].published()[0]
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


# --- consent --------------------------------------------------------------------------


def test_a_gemeente_takes_part_when_it_delivered_and_did_not_object(database):
    found = linked(
        database,
        wmo="""
        person | gemeente | starts
        -------+----------+-----------
        anna   | GM0363   | 2023-01-01
               | GM0392   | 2023-01-01
        """,
        toestemming="""
        gemeente | part            | publishes
        ---------+-----------------+----------
        GM0363   | WMO_BASIS       | J
        GM0363   | WMO_FACULTATIEF | N
        GM0392   | WMO_BASIS       | N
        GM0344   | WMO_BASIS       | J
        """,
    )
    assert {row["gemeente"] for row in found.participation.to_pylist()} == {
        "GM0344",
        "GM0363",
        "GM0392",
    }
    assert found.participants("wmo_basis") == ("GM0363",)
    assert found.participants("kosten_jeugd") == ()


# --- all of it, into cells ------------------------------------------------------------


def test_a_household_has_laws_that_none_of_its_members_has(database):
    """Child with jeugdhulp, parents with a benefit: the household is both."""
    found = linked(
        database,
        wmo="person | starts\n---\nzoe | 2023-01-01",
        jeugd="person | starts\n---\nanna | 2023-01-01",
        bus="""
        person | registration | starts
        -------+--------------+-----------
        bram   | 5            | 2023-01-01
        cleo   | 5            | 2023-01-01
        """,
        adressen="""
        person | wijk
        -------+---------
        anna   | WK036301
        bram   | WK036301
        cleo   | WK036301
        """,
        huishoudens="""
        person | household
        -------+----------
        anna   | 1
        bram   | 1
        cleo   | 1
        """,
    )
    table = CATALOGUE.tables["stapeling"]

    def positive(code: str, region: str) -> dict[tuple[str, str], int]:
        indicator = CATALOGUE.indicators[code]
        cells = tabulate(found, indicator, table, PERIOD, database).cells
        return {
            (row["combination"], row["number"]): row["value"]
            for row in cells.to_pylist()
            if row["region"] == region and row["value"]
        }

    assert positive("STA_HUISHOUDENS", "WK036301") == {
        ("T", "T"): 1, ("T", "2"): 1, ("JP", "T"): 1, ("JP", "2"): 1,
    }  # fmt: skip
    assert positive("STA_CLIENTEN", "NL") == {
        ("T", "T"): 3, ("T", "1"): 3, ("J", "T"): 1, ("J", "1"): 1, ("P", "T"): 2,
        ("P", "1"): 2,
    }  # fmt: skip


# --- the summary, and what cannot be used ---------------------------------------------


def test_the_summary_counts_what_was_linked(database):
    summary = linked(
        database,
        wmo="""
        person | gemeente | starts     | ends
        -------+----------+------------+-----------
        R1     | GM0363   | 2023-01-01 | 2023-01-31
        R1     | GM0363   | 2023-02-01 |
        Sabababababababababababababababab | GM0392   | 2023-01-01 |
               | GM0363   | 2023-01-01 |
        """,
        jeugd="person | starts\n---\nR1 | 2023-01-01\nR3 | 2023-01-01",
        adressen="""
        person | wijk
        -------+---------
        R1     | WK036301
        R3     |
        """,
        huishoudens="person | household\n---\nR1 | 1",
        toestemming="gemeente | publishes\n---\nGM0392 | N",
    ).summary
    assert summary is not None
    assert summary.records == {"wmo": 4, "jeugd": 2, "bus": 0, "srg": 0}
    assert summary.without_person == {"wmo": 1, "jeugd": 0, "bus": 0, "srg": 0}
    assert summary.provisions == {"wmo": 2, "jeugd": 2, "pwet": 0}
    assert summary.merged_records == 1
    assert (summary.persons, summary.not_in_key_file) == (3, 1)
    assert (summary.without_residence, summary.without_wijk) == (1, 1)
    assert summary.without_household == 2
    assert (summary.gemeenten, summary.participating) == (3, 1)


def test_nothing_delivered_is_an_empty_country(database):
    found = link(DeliveredSources(), PERIOD, database)
    assert found.provisions.num_rows == found.population.num_rows == 0
    assert found.participants("wmo_basis") == ()


def test_a_delivery_without_a_column_is_refused():
    table = delivered("wmo", "person | starts\n---\nanna | 2023-01-01")
    with pytest.raises(WrongShape, match=r"wmo: 1 columns are missing \(reason\)"):
        DeliveredSources(wmo=table.drop_columns("reason"))


def test_income_and_origin_of_clients_and_of_inhabitants(database):
    """Income in whole thousands; who is not in the register has one that is unknown."""
    found = linked(
        database,
        wmo="""
        person     | starts
        -----------+-----------
        R000000001 | 2023-01-01
        R000000002 | 2023-01-01
        """,
        adressen="""
        person     | wijk
        -----------+---------
        R000000001 | WK036301
        R000000002 | WK036301
        """,
        inkomen="""
        person     | income
        -----------+--------
        R000000001 |   19999
        R000000003 | 2000000
        """,
        herkomst="""
        person     | origin
        -----------+-------
        R000000001 | NL
        R000000002 | MAR
        """,
    )
    rows = found.provisions.to_pylist()
    assert [(row["income"], row["origin"]) for row in rows] == [
        (19, "NL"),
        (None, "MAR"),
    ]
    assert [tuple(row.values()) for row in found.profile.to_pylist()] == [
        ("GM0363", "WK036301", "income", "19", 1),
        ("GM0363", "WK036301", "income", "ONB", 1),
        ("GM0363", "WK036301", "origin", "MAR", 1),
        ("GM0363", "WK036301", "origin", "NL", 1),
    ]


def test_costs_are_of_who_is_paid(database):
    """Payments to a provider for a client are one; a budget is paid to the client."""
    found = linked(
        database,
        wmokosten="""
        person     | provider | type | costs
        -----------+----------+------+--------
        R000000001 | 20000001 | 02   | 1000.50
        R000000001 | 20000001 | 02   |   99.75
        R000000001 | 20000002 | 02   |   10.00
        R000000002 |          | 15   |  -20.00
        """,
    )
    assert [tuple(row.values()) for row in found.costs.to_pylist()] == [
        ("GM0363", "OT", "OT02", "20000001", "R000000001", 110_025),
        ("GM0363", "OT", "OT02", "20000002", "R000000001", 1_000),
        ("GM0363", "VO", "VO15", "R000000002", "R000000002", -2_000),
    ]
