"""Statistical periods: the half-year, its first and last day, its reference date."""

import re
from dataclasses import dataclass
from datetime import date

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
    def previous(self) -> "HalfYear":
        return HalfYear(self.year, 1) if self.half == 2 else HalfYear(self.year - 1, 2)

    @property
    def next(self) -> "HalfYear":
        return HalfYear(self.year, 2) if self.half == 1 else HalfYear(self.year + 1, 1)

    @property
    def dutch(self) -> str:
        """As CBS prints it: `1e halfjaar 2023`."""
        return f"{self.half}e halfjaar {self.year}"
