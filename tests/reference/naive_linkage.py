"""Linkage as its definitions say it: loops over records, the standard library only.

Written from docs/assumptions.md and the sources it names, not from the SQL.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import TypedDict

from rules.period import HalfYear, Span
from tests.reference.naive_merging import WmoRecord, merge_arrangements, spell_of


class JeugdRecord(TypedDict):
    """A record of youth care, as far as linkage looks at it."""

    person_key: str
    provider: str
    kind: str
    form: str
    reason: str | None
    starts: date
    ends: date | None


class Home(TypedDict):
    """A spell at an address."""

    person_key: str
    gemeente: str
    wijk: str | None
    starts: date
    ends: date | None


Spell = tuple[date, date | None]


def ran(spell: Spell, period: Span) -> bool:
    """Liep op een dag van het halfjaar."""
    starts, ends = spell
    return starts <= period.last_day and (ends is None or ends >= period.first_day)


# --- Wmo: both halves of a year -------------------------------------------------------


def arrangements_in(
    period: HalfYear, own: Sequence[WmoRecord], other: Sequence[WmoRecord]
) -> list[tuple[str, Spell]]:
    """De arrangementen van dit halfjaar; het andere halfjaar zegt wat samenhoort, en,
    als het later is, wanneer het eindigde."""
    later, earlier = (own, other) if period.half == 2 else (other, own)
    kept = [*later, *(r for r in earlier if not is_among(r, later))]
    found = []
    for arrangement in merge_arrangements(kept):
        of_period = [r for r in arrangement if is_among(r, own)]
        newest = [r for r in arrangement if any(r is each for each in later)]
        if any(ran((r["starts"], r["ends"]), period) for r in of_period):
            starts, _ = spell_of(arrangement)
            _, ends = spell_of(newest or arrangement)
            found.append((arrangement[0]["person_key"], (starts, ends)))
    return found


def is_among(record: WmoRecord, others: Sequence[WmoRecord]) -> bool:
    """Hetzelfde record: alleen einde en reden kunnen verschillen."""
    same = ("person_key", "gemeente", "type", "financing", "allocation", "starts")
    return any(all(record[k] == other[k] for k in same) for other in others)


# --- Jeugd: measures over institutions ------------------------------------------------


def trajectories_in(
    period: Span, records: Sequence[JeugdRecord]
) -> list[tuple[str, str, Spell]]:
    """Persoon, soort en looptijd van elk traject; wat is overgedragen is er een."""
    different: list[JeugdRecord] = []
    for record in records:
        if record not in different:
            different.append(record)
    groups = [[record] for record in different]
    while (pair := next(_handed_over(groups), None)) is not None:
        first, second = pair
        groups.remove(first)
        groups.remove(second)
        groups.append(first + second)
    found = []
    for group in groups:
        if any(ran((r["starts"], r["ends"]), period) for r in group):
            ends = [r["ends"] for r in group]
            known = [day for day in ends if day is not None]
            last = max(known) if len(known) == len(ends) else None
            spell = (min(r["starts"] for r in group), last)
            found.append((group[0]["person_key"], group[0]["kind"], spell))
    return found


def _handed_over(
    groups: Sequence[list[JeugdRecord]],
) -> Iterator[tuple[list[JeugdRecord], list[JeugdRecord]]]:
    for first in groups:
        for second in groups:
            if first is not second and any(
                takes_over(later, earlier) for earlier in first for later in second
            ):
                yield first, second


def takes_over(later: JeugdRecord, earlier: JeugdRecord) -> bool:
    """Dezelfde maatregel van dezelfde jongere bij een andere instelling, vanaf de dag
    nadat de eerste zonder reden eindigde."""
    if earlier["kind"] not in {"2", "3"} or earlier["reason"] is not None:
        return False
    if any(later[key] != earlier[key] for key in ("person_key", "kind", "form")):
        return False
    ends = earlier["ends"]
    return (
        later["provider"] != earlier["provider"]
        and ends is not None
        and later["starts"] == ends + timedelta(days=1)
    )


# --- who, and where -------------------------------------------------------------------


def person_of(
    traits: tuple[str, date], gemeente: str,
    people: Mapping[str, tuple[str, date]], homes: Sequence[Home], period: HalfYear,
) -> str | None:  # fmt: skip
    """De enige persoon met dit geslacht en deze geboortedatum die in het halfjaar in de
    gemeente woonde."""
    found = {
        home["person_key"]
        for home in homes
        if home["gemeente"] == gemeente
        and ran((home["starts"], home["ends"]), period)
        and people.get(home["person_key"]) == traits
    }
    return found.pop() if len(found) == 1 else None


def responsible(
    person: str, birth_date: date, guardians: Sequence[str], homes: Sequence[Home],
    period: HalfYear,
) -> Home | None:  # fmt: skip
    """Het laatste adres in het halfjaar van wie gezag heeft; vanaf 18 het eigen."""
    own = latest(person, homes, period)
    if is_of_age(birth_date, period.last_day):
        return own
    theirs = [home for g in sorted(guardians) if (home := latest(g, homes, period))]
    for same in ("wijk", "gemeente"):
        for home in theirs:
            if own is not None and own[same] is not None and home[same] == own[same]:
                return home
    return theirs[0] if theirs else own


def is_of_age(birth_date: date, day: date) -> bool:
    had_birthday = (day.month, day.day) >= (birth_date.month, birth_date.day)
    return day.year - birth_date.year - (not had_birthday) >= 18


def latest(person: str, homes: Sequence[Home], period: HalfYear) -> Home | None:
    own = [
        home
        for home in homes
        if home["person_key"] == person and ran((home["starts"], home["ends"]), period)
    ]
    return max(own, key=lambda home: home["starts"], default=None)
