"""For a notebook: of a cohort's published counts, who still uses, and for how long.

Everything is of published, rounded counts: whoever has the release can make the same.
Report and dashboard show the counts themselves, since they compute no number. What
needs a hidden count is empty. Codes as in `rules/levensweg_tables.py`.
"""

import math
import re
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass


Counts = Mapping[str, int | None]
"""Code -> published count of one region; None: hidden."""

_NORMAL_95 = 1.959964
HOUSEHOLDS = ("A", "B", "C", "D", "E", "F")
LAWS = ("J", "P", "V", "W")


@dataclass(frozen=True, slots=True)
class Step:
    """One half-year of a survival curve: the share that used in every one so far."""

    half_year: int
    survival: float
    low: float
    high: float


def percentage(part: int | None, whole: int | None) -> float | None:
    """One decimal, the half upwards; None when a count is hidden or nobody is left."""
    if part is None or not whole:
        return None
    return math.floor(1000 * part / whole + 0.5) / 10


def still_using(counts: Counts, number: int, group: str = "") -> float | None:
    """Figures 5.1 and 5.2: of those who can be followed, who use in the half-year."""
    uses, none = (counts.get(f"{group}{number}{state}") for state in "UN")
    if uses is None or none is None:
        return None
    return percentage(uses, uses + none)


def after_event(counts: Counts, event: str) -> float | None:
    """Figure 5.3: of those with the event, who use in the first half-year."""
    return percentage(counts.get(f"{event}U"), counts.get(event))


def survival(counts: Counts, group: str = "") -> Iterator[Step]:
    """Kaplan-Meier, with Greenwood's 95 % interval, until a count is hidden.

    An exit is the first half-year without use. Who could not be followed in a half-year
    was not at risk in it. `group`: of a type of household, or a law on the start date.
    """
    last = _half_years(counts)
    share, variance = 1.0, 0.0
    for number in range(2, last + 1):
        left = _left(counts, number, group)
        still = _still(counts, number, last, group)
        if left is None or still is None or left + still == 0:
            return
        share *= still / (left + still)
        variance += left / ((left + still) * still) if still else 0.0
        margin = _NORMAL_95 * share * math.sqrt(variance)
        yield Step(number, share, max(share - margin, 0.0), min(share + margin, 1.0))


def _left(counts: Counts, number: int, group: str) -> int | None:
    """Who left first in this half-year; in the second that is who does not use."""
    code = f"{group}{number}N"
    if number > 2 or code not in counts:
        code = f"{group}E{number}"
    return counts.get(code)


def _still(counts: Counts, number: int, last: int, group: str) -> int | None:
    """Who used in every half-year up to this one."""
    if number == 2 and f"{group}2U" in counts:
        return counts[f"{group}2U"]
    later = [f"{way}{n}" for n in range(number + 1, last + 1) for way in "EL"]
    found = [counts.get(f"{group}{code}") for code in ("S", *later)]
    known = [value for value in found if value is not None]
    return sum(known) if len(known) == len(found) else None


def _half_years(counts: Counts) -> int:
    found = (re.fullmatch(r"E?([0-9]+)[UNX]?", code) for code in counts)
    return max(int(match[1]) for match in found if match)


def course_of(rows: Iterable[Mapping[Hashable, object]]) -> list[dict[str, object]]:
    """Percentages and survival per region and half-year, of a table of the release.

    In: the rows of the table `levensweg_..._startgroep`, with region_code, startgroep
    and value. Out: a row per region and half-year; None where a hidden count is needed.
    """
    return [
        {"region_code": region, **figures}
        for region, counts in _by_region(rows).items()
        for figures in _figures(counts)
    ]


def _by_region(
    rows: Iterable[Mapping[Hashable, object]],
) -> dict[str, dict[str, int | None]]:
    regions: dict[str, dict[str, int | None]] = {}
    for row in rows:
        counts = regions.setdefault(str(row["region_code"]), {})
        value = row["value"]
        counts[str(row["startgroep"])] = value if isinstance(value, int) else None
    return regions


def exits_of(rows: Iterable[Mapping[Hashable, object]]) -> list[dict[str, object]]:
    """Survival per region, group and half-year, of the table `levensweg_.._uitstroom`.

    A group is a type of household, or a law on the start date (`""`: all together).
    """
    return [
        {
            "region_code": region,
            "group": group,
            "half_year": step.half_year,
            "survival": step.survival,
            "survival_low": step.low,
            "survival_high": step.high,
        }
        for region, counts in _by_region(rows).items()
        for group in ("", *HOUSEHOLDS, *LAWS)
        for step in survival(counts, group)
    ]


def _figures(counts: Counts) -> Iterator[dict[str, object]]:
    steps = {step.half_year: step for step in survival(counts)}
    for number in range(2, _half_years(counts) + 1):
        step = steps.get(number)
        yield {
            "half_year": number,
            "percentage": still_using(counts, number),
            **{f"percentage_{g}": still_using(counts, number, g) for g in HOUSEHOLDS},
            "survival": step and step.survival,
            "survival_low": step and step.low,
            "survival_high": step and step.high,
        }
