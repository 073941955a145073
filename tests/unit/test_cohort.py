"""Who is in a cohort, where they lived, and how long they can be followed."""

from datetime import date

import pyarrow as pa
import pytest

from engine.duckdb_database import DuckDBDatabase
from rules.period import HalfYear
from secure_env.cohort import LIFE_EVENTS, FollowedHalfYear, follow
from tests.support.country import GEMEENTEN, linked, place, provisions_of
from tests.support.texttable import parse


FIRST, SECOND = HalfYear(2015, 1), HalfYear(2015, 2)
ADDRESSES = pa.schema(
    [
        *((name, pa.string()) for name in ("person_key", "gemeente", "wijk")),
        *((name, pa.date32()) for name in ("starts", "ends")),
    ]
)
HOUSEHOLDS = pa.schema(
    [
        *((name, pa.string()) for name in ("person_key", "type")),
        *((name, pa.date32()) for name in ("starts", "ends")),
    ]
)


def register(text: str, schema: pa.Schema) -> pa.Table:
    """Spells of the register; from 2010 on and still running where nothing is said."""
    rows = []
    for row in parse(text):
        gemeente, wijk = place(row.get("lives"))
        starts, ends = row.get("starts") or "2010-01-01", row.get("ends")
        found = {
            "person_key": row["person"],
            "gemeente": gemeente,
            "wijk": wijk,
            "type": row.get("type"),
            "starts": date.fromisoformat(starts),
            "ends": date.fromisoformat(ends) if ends else None,
        }
        rows.append({name: found[name] for name in schema.names})
    return pa.Table.from_pylist(rows, schema)


def cohort(
    first: str,
    second: str,
    addresses: str,
    *,
    households: str = "person | type\n---\nnobody | 1",
    events: tuple[tuple[str, str, date], ...] = (),
    second_participants: tuple[str, ...] = GEMEENTEN,
):
    """The cohort of 1 January 2015, followed for two half-years."""
    homes = register(addresses, ADDRESSES)
    rows = [dict(zip(LIFE_EVENTS.names, event, strict=True)) for event in events]
    lived = pa.Table.from_pylist(rows, LIFE_EVENTS)
    half_years = [
        FollowedHalfYear(
            period,
            linked(provisions_of(text, period), participants=participants),
            homes,
            lived,
        )
        for period, text, participants in (
            (FIRST, first, GEMEENTEN),
            (SECOND, second, second_participants),
        )
    ]
    with DuckDBDatabase(threads=1) as database:
        return follow(half_years, register(households, HOUSEHOLDS), database)


def rows(table: pa.Table) -> list[tuple[object, ...]]:
    return [tuple(row.values()) for row in table.to_pylist()]


NOTHING = "person\n---\n"


def test_where_somebody_lived_on_the_start_date_counts_after_a_move_too():
    found = cohort(
        "person | lives\n---\nanna | WK036301",
        "person | lives\n---\nanna | WK034401",
        """
        person | lives    | starts     | ends
        -------+----------+------------+-----------
        anna   | WK036301 | 2010-01-01 | 2015-02-28
        anna   | WK034401 | 2015-03-01 |
        """,
        households="person | type\n---\nanna | 6",
    )
    assert rows(found.persons) == [("anna", "GM0363", "WK036301", "6")]
    assert rows(found.away) == []
    assert [row[:3] for row in rows(found.uses)] == [
        ("anna", 1, "wmo"), ("anna", 2, "wmo"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("starts", "ends", "on_start"),
    [
        ("2014-01-01", "2015-01-01", True),
        ("2015-01-01", None, True),
        ("2015-01-02", None, False),
    ],
)
def test_the_start_group_had_a_provision_on_the_very_day(starts, ends, on_start):
    found = cohort(
        f"person | starts | ends\n---\nanna | {starts} | {ends or ''}",
        NOTHING,
        "person | lives\n---\nanna | WK036301",
    )
    assert [row[-1] for row in rows(found.uses)] == [on_start]


def test_who_died_left_or_moved_out_of_sight_cannot_be_followed():
    found = cohort(
        """
        person | lives
        -------+---------
        anna   | WK036301
        bram   | WK036301
        carla  | WK036301
        """,
        NOTHING,
        """
        person | lives    | starts     | ends
        -------+----------+------------+-----------
        anna   | WK036301 | 2010-01-01 | 2015-05-01
        bram   | WK036301 | 2010-01-01 | 2015-07-31
        bram   | WK034401 | 2015-08-01 |
        carla  | WK036301 | 2010-01-01 |
        """,
        second_participants=("GM0363", "GM0392"),
    )
    assert rows(found.away) == [("anna", 1), ("anna", 2), ("bram", 2)]


def test_a_gemeente_has_to_take_part_in_every_half_year():
    found = cohort(
        "person | lives\n---\nanna | WK036301\nbram | WK034401",
        "person | lives\n---\nanna | WK036301\nbram | WK034401",
        "person | lives\n---\nanna | WK036301\nbram | WK034401",
        second_participants=("GM0363",),
    )
    assert found.linked.participants("wmo_basis") == ("GM0363",)
    assert [row[0] for row in rows(found.persons)] == ["anna"]
    assert {row[0] for row in rows(found.uses)} == {"anna"}


def test_what_a_gemeente_without_part_granted_is_not_seen():
    """Anna lives where we may look, and is a client where we may not."""
    found = cohort(
        "person | lives | client\n---\nanna | WK036301 | GM0344",
        NOTHING,
        "person | lives\n---\nanna | WK036301",
        second_participants=("GM0363",),
        events=(("anna", "01", date(2014, 5, 1)),),
    )
    assert rows(found.uses) == []
    assert rows(found.events) == [("anna", "01", date(2014, 5, 1))]


def test_who_is_not_in_the_registers_is_in_no_cohort():
    found = cohort(
        "person\n---\nSunknown",
        NOTHING,
        "person | lives\n---\nanna | WK036301",
        events=(("bram", "01", date(2014, 5, 1)),),
    )
    assert [table.num_rows for table in (found.persons, found.uses, found.events)] == [
        0, 0, 0,
    ]  # fmt: skip


def test_a_life_event_in_two_files_is_one():
    event = ("anna", "08", date(2014, 5, 1))
    found = cohort(
        NOTHING, NOTHING, "person | lives\n---\nanna | GM0363", events=(event,)
    )
    assert rows(found.events) == [event]
    assert rows(found.persons) == [("anna", "GM0363", None, None)]
