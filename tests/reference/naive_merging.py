"""The naive twin of merging: which Wmo records are one arrangement."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TypedDict


class WmoRecord(TypedDict):
    """A line of a Wmo delivery, as far as merging looks at it."""

    person_key: str
    gemeente: str
    allocation: str | None
    type: str
    financing: str | None
    reason: str | None
    starts: date
    ends: date | None


def merge_arrangements(records: Sequence[WmoRecord]) -> list[list[WmoRecord]]:
    """De records die samen één arrangement zijn; herhaald tot niets meer samengaat."""
    numbered = {
        record["gemeente"]: all(
            other["allocation"] is not None
            for other in records
            if other["gemeente"] == record["gemeente"]
        )
        for record in records
    }
    found = [[record] for record in records]
    while (pair := next(_joinable(found, numbered), None)) is not None:
        first, second = pair
        found.remove(first)
        found.remove(second)
        found.append(first + second)
    return found


def spell_of(records: Sequence[WmoRecord]) -> tuple[date, date | None]:
    """Van de eerste begindatum tot de laatste einddatum; open als er een nog loopt."""
    ends = [record["ends"] for record in records]
    known = [day for day in ends if day is not None]
    last = max(known) if len(known) == len(ends) else None
    return min(record["starts"] for record in records), last


def _joinable(
    found: Sequence[list[WmoRecord]], numbered: Mapping[str, bool]
) -> Iterator[tuple[list[WmoRecord], list[WmoRecord]]]:
    for position, first in enumerate(found):
        for second in found[position + 1 :]:
            if any(
                is_one_arrangement(one, other, numbered[one["gemeente"]])
                for one in first
                for other in second
            ):
                yield first, second


def is_one_arrangement(one: WmoRecord, other: WmoRecord, is_numbered: bool) -> bool:
    """Zelfde persoon, gemeente en type, en: hetzelfde toewijzingsnummer als de gemeente
    dat altijd levert; anders gelijke financiering en reden, en aansluitende data."""
    if any(one[key] != other[key] for key in ("person_key", "gemeente", "type")):
        return False
    if is_numbered:
        return one["allocation"] == other["allocation"]
    if any(one[key] != other[key] for key in ("financing", "reason")):
        return False
    return has_same_dates(one, other) or connects(one, other) or connects(other, one)


def has_same_dates(one: WmoRecord, other: WmoRecord) -> bool:
    """Begin- en einddatum zijn gelijk."""
    return one["starts"] == other["starts"] and one["ends"] == other["ends"]


def connects(earlier: WmoRecord, later: WmoRecord) -> bool:
    """De begindatum van de een sluit aan op de einddatum van de ander, met een marge
    van drie dagen."""
    ends = earlier["ends"]
    return ends is not None and abs((later["starts"] - ends).days) <= 3
