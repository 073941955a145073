"""The naive twin of linking a year: what either half delivered, each provision once.

Loops over the records of both halves, the standard library only.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple, TypedDict

from rules.period import Year
from tests.reference.naive_linkage import (
    JeugdRecord,
    Spell,
    is_among,
    ran,
    trajectories_in,
)
from tests.reference.naive_merging import WmoRecord, merge_arrangements, spell_of


class Month(TypedDict):
    """A benefit in the delivery of one month."""

    person_key: str
    gemeente: str
    registration: str
    year: int
    month: int
    starts: date
    ends: date | None


class Employment(TypedDict):
    """Somebody in sheltered employment (status 1), or waiting for it."""

    person_key: str
    gemeente: str
    status: str
    starts: date
    ends: date | None


class Delivered(NamedTuple):
    """What one half of the year delivered."""

    wmo: Sequence[WmoRecord]
    jeugd: Sequence[JeugdRecord]
    bus: Sequence[Month]
    wsw: Sequence[Employment]


Held = tuple[str, str, Spell]
"""Persoon, domein en looptijd."""


def provisions_in(year: Year, first: Delivered, last: Delivered) -> list[Held]:
    """Elke voorziening van het jaar één keer, ook als beide helften haar leverden."""
    return [
        *arrangements_in(year, first.wmo, last.wmo),
        *trajectories(year, first.jeugd, last.jeugd),
        *benefits_in(year, [*first.bus, *last.bus]),
        *employments_in(year, first.wsw, last.wsw),
    ]


def arrangements_in(
    year: Year, first: Sequence[WmoRecord], last: Sequence[WmoRecord]
) -> Iterator[Held]:
    """Een record dat beide helften hebben is er een, en de tweede helft kent het einde;
    een arrangement telt als een van zijn records in het jaar liep."""
    kept = [*last, *(record for record in first if not is_among(record, last))]
    for arrangement in merge_arrangements(kept):
        newest = [r for r in arrangement if any(r is each for each in last)]
        if any(ran((r["starts"], r["ends"]), year) for r in arrangement):
            starts, _ = spell_of(arrangement)
            _, ends = spell_of(newest or arrangement)
            yield arrangement[0]["person_key"], "wmo", (starts, ends)


def trajectories(
    year: Year, first: Sequence[JeugdRecord], last: Sequence[JeugdRecord]
) -> Iterator[Held]:
    """Zelfde jongere, instelling, vorm en begin in beide helften is één traject."""

    def same(one: JeugdRecord, other: JeugdRecord) -> bool:
        return all(
            one[key] == other[key]
            for key in ("person_key", "provider", "kind", "form", "starts")
        )

    kept = [r for r in first if not any(same(r, each) for each in last)]
    for person, _kind, spell in trajectories_in(year, [*last, *kept]):
        yield person, "jeugd", spell


def benefits_in(year: Year, months: Sequence[Month]) -> Iterator[Held]:
    """Van het eerste begin tot het einde dat de nieuwste maand geeft."""
    keys = {(m["person_key"], m["gemeente"], m["registration"]) for m in months}
    for person, gemeente, registration in sorted(keys):
        own = [
            month
            for month in months
            if month["person_key"] == person
            and month["gemeente"] == gemeente
            and month["registration"] == registration
        ]
        newest = max(own, key=lambda month: (month["year"], month["month"]))
        spell = (min(month["starts"] for month in own), newest["ends"])
        if ran(spell, year):
            yield person, "pwet", spell


def employments_in(
    year: Year, first: Sequence[Employment], last: Sequence[Employment]
) -> Iterator[Held]:
    """Wie werkt (status 1); zelfde persoon, gemeente en begin in beide helften is één
    dienstbetrekking, en de tweede helft kent haar einde."""
    working = [record for record in last if record["status"] == "1"]
    begun = {(r["person_key"], r["gemeente"], r["starts"]) for r in working}
    for record in first:
        key = (record["person_key"], record["gemeente"], record["starts"])
        if record["status"] == "1" and key not in begun:
            working.append(record)
    for record in working:
        spell = (record["starts"], record["ends"])
        if ran(spell, year):
            yield record["person_key"], "wsw", spell
