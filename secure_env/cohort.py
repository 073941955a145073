"""From the linked half-years of a follow-up to the microdata of its cohort.

Where somebody lives, and in which household, is taken on the start date. Who is
registered in a gemeente that takes part in every half-year can be followed.
Persons who are not in the key file have no address, and so are in no cohort.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import pyarrow as pa

from engine.cohort import AWAY, EVENTS, PERSONS, USES, CohortMicrodata
from engine.database import Database
from engine.microdata import PARTICIPATION, PROVISIONS, LinkedMicrodata
from engine.query import Clause, Query, identifier, literal, phrase
from rules.period import HalfYear
from secure_env.sources import Source


PART = "wmo_basis"
"""Whoever does not take part in this is left out of every cohort."""

LIFE_EVENTS = pa.schema(
    [("person_key", pa.string()), ("event", pa.string()), ("day", pa.date32())]
)
"""What is looked at in the register of life events."""

_RELEVANT = phrase(
    "select person_id as person_key from uses "
    "union select person_key from gebeurtenissen"
)
"""Everyone with a provision or a life event."""

_NEVER = phrase("false")


@dataclass(frozen=True, slots=True)
class FollowedHalfYear:
    """A half-year of the follow-up: what was linked, and who was registered where."""

    period: HalfYear
    linked: LinkedMicrodata
    addresses: Source
    """The register of the half-year; read once."""
    life_events: pa.Table


def follow(
    half_years: Sequence[FollowedHalfYear], households: Source, database: Database
) -> CohortMicrodata:
    """The cohort of the first day of the first half-year; `households` is its register.

    What was used by persons who are not in it is not kept.
    """
    first = half_years[0]
    linked = replace(
        first.linked,
        provisions=PROVISIONS.empty_table(),
        participation=taking_part_throughout([each.linked for each in half_years]),
        summary=None,
    )
    gemeenten = pa.array(linked.participants(PART), pa.string())
    database.register("participating", pa.table({"gemeente": gemeenten}))
    database.register("regions", linked.regions)
    start = first.period.first_day
    uses = [_uses(n, each, start, database) for n, each in _numbered(half_years)]
    database.register("uses", pa.concat_tables(uses))
    events = pa.concat_tables([each.life_events for each in half_years])
    database.register("gebeurtenissen", events)
    persons, away = _whereabouts(half_years, households, database)
    found = CohortMicrodata(
        linked,
        persons,
        uses=database.run(_query("cohort_kept_uses")).cast(USES),
        away=away,
        events=database.run(_query("cohort_events")).cast(EVENTS),
    )
    database.forget("participating", "regions", "uses", "gebeurtenissen", "persons")
    return found


def _whereabouts(
    half_years: Sequence[FollowedHalfYear], households: Source, database: Database
) -> tuple[pa.Table, pa.Table]:
    """The persons of the cohort, known as `persons` from here on; and who was away."""
    start = half_years[0].period.first_day
    database.register("huishoudens", households)
    members = _query("cohort_members").fill(on_start=_on_day(start))
    database.materialise("members", members)
    persons, away = PERSONS.empty_table(), []
    for number, each in _numbered(half_years):
        database.register("adressen", each.addresses)
        homes = _query("cohort_homes").fill(
            on_start=_on_day(start) if number == 1 else _NEVER,
            on_last=_on_day(each.period.last_day),
        )
        database.materialise("homes", homes)
        if number == 1:
            newest = _query("newest_homes").fill(
                whose=_RELEVANT, moment=identifier("on_start")
            )
            database.materialise("newest_homes", newest)
            persons = database.run(_query("cohort_persons")).cast(PERSONS)
            database.register("persons", persons)
            database.forget("newest_homes")
        absent = _query("cohort_away").fill(number=literal(number))
        away.append(database.run(absent).cast(AWAY))
        database.forget("adressen", "homes")
    database.forget("huishoudens", "members")
    return persons, pa.concat_tables(away)


def _numbered(
    half_years: Sequence[FollowedHalfYear],
) -> list[tuple[int, FollowedHalfYear]]:
    return list(enumerate(half_years, start=1))


def _uses(
    number: int, each: FollowedHalfYear, start: date, database: Database
) -> pa.Table:
    database.register("provisions", each.linked.provisions)
    query = _query("cohort_uses").fill(
        number=literal(number), on_start=_on_day(start) if number == 1 else _NEVER
    )
    found = database.run(query).cast(USES)
    database.forget("provisions")
    return found


def taking_part_throughout(half_years: Sequence[LinkedMicrodata]) -> pa.Table:
    """The parts of the first half-year, and who takes part in them in every one."""
    rows = half_years[0].participation.to_pylist()
    throughout = {
        part: set.intersection(*(set(each.participants(part)) for each in half_years))
        for part in {row["part"] for row in rows}
    }
    for row in rows:
        row["participates"] = row["gemeente"] in throughout[row["part"]]
    return pa.Table.from_pylist(rows, PARTICIPATION)


def _on_day(day: date) -> Clause:
    return phrase(
        "starts <= {day} and (ends is null or ends >= {day})", day=literal(day)
    )


def _query(name: str) -> Query:
    return Query.load(name, "secure_env")
