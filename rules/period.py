"""Statistical periods: the half-year, the year, the reference day.

Each has a first and a last day; the last is the reference date for households and
addresses, and each is made of the half-years that were delivered.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from rules.errors import RuleError


@dataclass(frozen=True, slots=True, order=True)
class HalfYear:
    """A half-year, written `2023-H1`: January to June, or July to December."""

    year: int
    half: int

    def __post_init__(self) -> None:
        if self.half not in {1, 2} or not 2000 <= self.year <= 2100:
            raise RuleError(
                f"a half-year is written 2023-H1, got {self.year}-H{self.half}"
            )

    @staticmethod
    def parse(text: str) -> "HalfYear":
        match = re.fullmatch(r"(\d{4})-H([12])", text)
        if match is None:
            raise RuleError(f"a half-year is written 2023-H1, got {text!r}")
        return HalfYear(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.year}-H{self.half}"

    @property
    def first_day(self) -> date:
        return date(self.year, 1 if self.half == 1 else 7, 1)

    @property
    def last_day(self) -> date:
        """The last day; also the reference date for households and addresses."""
        return date(self.year, 6, 30) if self.half == 1 else date(self.year, 12, 31)

    @property
    def population_date(self) -> date:
        """1 January: inhabitants and households are counted on this day.

        CBS, Toelichting Wijk- en Buurtkaart: rates use the population of 1 January.
        """
        return date(self.year, 1, 1)

    @property
    def halves(self) -> tuple["HalfYear", ...]:
        """The half-years whose deliveries it is made of, the last one last."""
        return (self,)

    @property
    def previous(self) -> "HalfYear":
        return HalfYear(self.year, 1) if self.half == 2 else HalfYear(self.year - 1, 2)

    @property
    def next(self) -> "HalfYear":
        return HalfYear(self.year, 2) if self.half == 1 else HalfYear(self.year + 1, 1)

    @property
    def dutch(self) -> str:
        """As CBS prints it: `1e halfjaar 2023`."""
        return f"{self.half}e halfjaar {self.year}"


@dataclass(frozen=True, slots=True, order=True)
class Year:
    """A calendar year, written `2023`: both its half-years."""

    year: int

    def __post_init__(self) -> None:
        if not 2000 <= self.year <= 2100:
            raise RuleError(f"a year is written 2023, got {self.year}")

    def __str__(self) -> str:
        return f"{self.year}"

    @property
    def first_day(self) -> date:
        return self.halves[0].first_day

    @property
    def last_day(self) -> date:
        """The last day; also the reference date for households and addresses."""
        return self.halves[-1].last_day

    @property
    def population_date(self) -> date:
        return self.first_day

    @property
    def halves(self) -> tuple[HalfYear, ...]:
        return HalfYear(self.year, 1), HalfYear(self.year, 2)


@dataclass(frozen=True, slots=True, order=True)
class Day:
    """A reference day, written `2023-12-31`: the last day of a half-year.

    Of no other day households and addresses are linked (CBS, StatLine 85095NED: the
    last day of the period, 30 June or 31 December).
    """

    day: date

    def __post_init__(self) -> None:
        if self.day != self.halves[0].last_day:
            raise RuleError(
                "a reference day is the last of a half-year, as 2023-06-30 or "
                f"2023-12-31, got {self.day}"
            )

    def __str__(self) -> str:
        return self.day.isoformat()

    @property
    def first_day(self) -> date:
        return self.day

    @property
    def last_day(self) -> date:
        return self.day

    @property
    def population_date(self) -> date:
        return self.halves[0].population_date

    @property
    def halves(self) -> tuple[HalfYear, ...]:
        return (HalfYear(self.day.year, 1 if self.day.month <= 6 else 2),)


Span: TypeAlias = HalfYear | Year | Day
"""What figures can be of: days one after another, of which the last is looked at."""


def parse_span(text: str) -> Span:
    """The half-year, year or reference day that is written so."""
    if re.fullmatch(r"\d{4}", text):
        return Year(int(text))
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise RuleError(f"there is no day {text}") from None
        return Day(day)
    return HalfYear.parse(text)
