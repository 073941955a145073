"""Half-years whose newest linked microdata is not what linking would give now.

A later delivery changes an earlier half-year: the second half's Wmo says how
arrangements of the first ended, and a newer key file knows more persons.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rules.indicator import Text
from rules.period import HalfYear, parse_span
from secure_env.environment import Environment
from secure_env.received import current_deliveries
from secure_env.rooms import MADE_FROM, Period


_WORDS = {
    "deliveries": Text("leveringen van het halfjaar", "deliveries of the half-year"),
    "wmo_other": Text(
        "Wmo van het andere halfjaar", "the Wmo of the other half of the year"
    ),
    "jeugd_previous": Text(
        "Jeugd van het halfjaar ervoor", "the youth care of the half-year before"
    ),
    "sleutel": Text("het sleutelbestand", "the key file"),
    "consent": Text("de regels van toestemming", "the rules of consent"),
    "program": Text("het programma", "the program"),
}


@dataclass(frozen=True, slots=True)
class Outdated:
    """A half-year that was linked before something else came."""

    half_year: HalfYear
    changed: tuple[Text, ...]
    """What was added, corrected or taken away since."""

    @property
    def dutch(self) -> str:
        changed = ", ".join(text.nl for text in self.changed)
        return (
            f"{self.half_year} is gekoppeld voor een wijziging ({changed}); geef "
            f"gmsd run {self.half_year} opnieuw"
        )

    def __str__(self) -> str:
        changed = ", ".join(text.en for text in self.changed)
        return (
            f"{self.half_year} was linked before a change ({changed}); "
            f"give gmsd run {self.half_year} again"
        )


def outdated(environment: Environment, period: HalfYear) -> list[Outdated]:
    """Of this half-year and those that look at it, the ones that have to be redone."""
    linked = _linked(environment)
    looking = (period.previous, period, period.next)
    found = (_outdated(environment, each, linked[each]) for each in looking)
    return [each for each in found if each is not None]


def _outdated(
    environment: Environment, half_year: HalfYear, digests: Sequence[str]
) -> Outdated | None:
    """`digests`: of what was linked of it, oldest first."""
    period = Period.of(environment, half_year)
    folders = (period.folder("linked", each) for each in reversed(digests))
    last = next((f for f in folders if f and MADE_FROM in f.documents), None)
    if last is None or not current_deliveries(environment, half_year):
        return None  # not linked, purged, or nothing to link any more
    if last.digest == period.linked_digest:
        return None
    before, now = json.loads(last.document(MADE_FROM)), period.made_from
    changed = [name for name, made_from in now.items() if before[name] != made_from]
    if "program" in changed:  # it is in every digest
        changed = ["program"]
    return Outdated(half_year, tuple(_WORDS[name] for name in changed))


def _linked(environment: Environment) -> Mapping[HalfYear, Sequence[str]]:
    """Half-year -> the digests of what was linked, in the order of the journal."""
    found: defaultdict[HalfYear, list[str]] = defaultdict(list)
    for entry in environment.journal.entries():
        if entry.step == "linked":
            span = parse_span(str(entry.subject["period"]))
            if isinstance(span, HalfYear):
                found[span].append(str(entry.subject["digest"]))
    return found
