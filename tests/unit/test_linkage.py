"""From deliveries to linked microdata: provisions, spells, households, consent."""

from collections.abc import Iterator
from datetime import date

import pyarrow as pa
import pytest

from engine.duckdb_database import DuckDBDatabase
from engine.errors import WrongShape
from engine.tabulate import tabulate
from rules.catalogue import load
from secure_env.linkage import DeliveredSources, link
from tests.support.linking import PERIOD, REGIO, delivered, linked, spells


CATALOGUE = load()


@pytest.fixture
def database() -> Iterator[DuckDBDatabase]:
    with DuckDBDatabase(memory_limit="500MB", threads=1) as database:
        yield database


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


@pytest.mark.parametrize("source", ["wmo", "jeugd", "bus", "srg", "wsw"])
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


def test_what_a_gemeente_decides_goes_before_the_list(database):
    """Part by part: what it does not say of itself is as the list has it."""
    delivered = "person | gemeente\n---\nanna | GM0363\n | GM0392\n | GM0344"
    found = linked(
        database,
        wmo=delivered,
        toestemming="""
        gemeente | part            | publishes
        ---------+-----------------+----------
        GM0363   | WMO_BASIS       | N
        GM0392   | WMO_BASIS       | J
        GM0344   | WMO_FACULTATIEF | N
        """,
        besluit="""
        gemeente | part            | publishes
        ---------+-----------------+----------
        GM0363   | WMO_BASIS       | J
        GM0392   | WMO_BASIS       | N
        GM0344   | WMO_BASIS       | J
        """,
    )
    assert found.participants("wmo_basis") == ("GM0344", "GM0363")
    assert found.participants("wmo_facultatief") == ("GM0363",)


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
    assert summary.records == {
        "wmo": 4, "jeugd": 2, "bus": 0, "srg": 0, "wsw": 0, "vroegsignalen": 0,
    }  # fmt: skip
    assert summary.without_person == {
        "wmo": 1,
        "jeugd": 0,
        "bus": 0,
        "srg": 0,
        "wsw": 0,
        "vroegsignalen": 0,
    }
    assert summary.provisions == {
        "wmo": 2, "jeugd": 2, "pwet": 0, "wsw": 0, "signal": 0,
    }  # fmt: skip
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


def test_inhabitants_by_the_household_that_they_lived_in_on_1_january(database):
    """R4 was in an institution and a private household, and R5 came later."""
    found = linked(
        database,
        adressen="""
        person     | wijk     | starts
        -----------+----------+-----------
        R000000001 | WK036301 | 2020-01-01
        R000000002 | WK036301 | 2020-01-01
        R000000003 |          | 2020-01-01
        R000000004 | WK036301 | 2020-01-01
        R000000005 | WK036301 | 2023-01-02
        R000000006 | WK036301 | 2020-01-01
        """,
        huishoudens="""
        person     | household | type | starts
        -----------+-----------+------+-----------
        R000000001 | 1         | 4    | 2020-01-01
        R000000002 | 1         | 5    | 2020-01-01
        R000000003 | 2         | 1    | 2020-01-01
        R000000004 | 3         | 8    | 2020-01-01
        R000000004 | 4         | 1    | 2020-01-01
        R000000005 | 5         | 1    | 2020-01-01
        R000000006 | 6         | 8    | 2023-01-01
        """,
    )
    rows = [tuple(row.values()) for row in found.profile.to_pylist()]
    assert [row for row in rows if row[2] == "household"] == [
        ("GM0363", "WK036301", "household", "EEN", 1),
        ("GM0363", "WK036301", "household", "INST", 1),
        ("GM0363", "WK036301", "household", "PAARKIND", 2),
        ("GM0363", None, "household", "EEN", 1),
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
        ("GM0363", "wmo", "OT", "OT02", "20000001", "R000000001", 1, 110_025),
        ("GM0363", "wmo", "OT", "OT02", "20000002", "R000000001", 1, 1_000),
        ("GM0363", "wmo", "VO", "VO15", "R000000002", "R000000002", 1, -2_000),
    ]


def test_totals_are_of_users_without_persons(database):
    """What budgets and the gemeente itself cost is paid to no provider."""
    found = linked(
        database,
        jeugdkosten="""
        provider | kind | form | clients | costs
        ---------+------+------+---------+-------
        20000001 | 1    | 11   | 12      | 10.50
                 | 1    |      | 3       |  1.00
        20000001 | 4    | 31   | 9       |  9.00
        """,
        sbo="""
        kind | users | costs
        -----+-------+------
        03   |       | 5.00
        """,
        wlzzvwkosten="""
        law | kind | clients | costs
        ----+------+---------+------
        ZVW | WV   | 40      | 80.00
        """,
    )
    assert [tuple(row.values()) for row in found.costs.to_pylist()] == [
        ("GM0363", "care", "ZVW", "ZVWWV", "ZVW", None, 40, 8_000),
        ("GM0363", "jeugd", "JH", "JH", "GM0363", None, 3, 100),
        ("GM0363", "jeugd", "JH", "JH11", "20000001", None, 12, 1_050),
        ("GM0363", "sbo", "SB", "SB03", "GM0363", None, 0, 500),
    ]


def test_answers_are_agreement_disagreement_or_neither(database):
    """Whoever answered nothing is nobody; numbers are of one gemeente."""
    found = linked(
        database,
        wmoceo="""
        gemeente | respondent | fits_need | own_control | copes_better | lives_better
        ---------+------------+-----------+-------------+--------------+-------------
        GM0363   | 1          | 1         | 2           | 3            | 4
        GM0344   | 1          | 5         |             |              |
        GM0344   | 2          |           |             |              |
        """,
    )
    assert [tuple(row.values()) for row in found.answers.to_pylist()] == [
        ("GM0344", "GM0344 1", "1", "O"),
        ("GM0363", "GM0363 1", "1", "E"),
        ("GM0363", "GM0363 1", "2", "E"),
        ("GM0363", "GM0363 1", "3", "N"),
        ("GM0363", "GM0363 1", "4", "O"),
    ]


def test_who_waits_for_sheltered_employment_has_none(database):
    """Status 2 waits and 3 left."""
    found = linked(
        database,
        wsw="""
        person     | status | employment | starts
        -----------+--------+------------+-----------
        R000000001 | 1      | 2          | 2010-01-01
        R000000002 | 2      |            | 2010-01-01
        R000000003 | 3      | 1          | 2010-01-01
        R000000004 | 1      | 1          | 2010-01-01
        """,
    )
    rows = found.provisions.select(["person_id", "domain", "detail"]).to_pylist()
    assert [tuple(row.values()) for row in rows] == [
        ("R000000001", "wsw", "WS02"),
        ("R000000004", "wsw", "WS01"),
    ]


def test_a_signal_is_of_a_day_and_no_provision(database):
    """Delivered twice, or followed up later, it is one; another amount is another."""
    found = linked(
        database,
        vroegsignalen="""
        person     | kind    | starts     | arrears
        -----------+---------+------------+--------
        R000000001 | HUUR    | 2023-01-01 | 600.00
        R000000001 | HUUR    | 2023-01-01 | 600.00
        R000000001 | HUUR    | 2023-01-01 | 700.00
        R000000001 | ENERGIE | 2023-06-30 |
        R000000002 | WATER   | 2022-12-31 | 80.00
        R000000003 | ZORG    | 2023-02-01 | 80.00
                   | OVERIG  | 2023-02-01 | 80.00
        """,
        adressen="person | wijk\n---\nR000000001 | WK036301",
        huishoudens="person | household\n---\nR000000001 | 7",
    )
    names = ("person_id", "type", "starts", "ends", "wijk", "household_id")
    rows = found.provisions.select(names).to_pylist()
    new_year, june, winter = date(2023, 1, 1), date(2023, 6, 30), date(2023, 2, 1)
    assert sorted(tuple(row.values()) for row in rows) == [
        ("R000000001", "SE", june, june, "WK036301", "7"),
        ("R000000001", "SH", new_year, new_year, "WK036301", "7"),
        ("R000000001", "SH", new_year, new_year, "WK036301", "7"),
        ("R000000003", "SZ", winter, winter, None, None),
    ]
    assert len(set(found.provisions["provision_id"].to_pylist())) == 4
    assert found.summary.persons == 0
    assert found.summary.provisions["signal"] == 4
    assert found.summary.without_person["vroegsignalen"] == 1
