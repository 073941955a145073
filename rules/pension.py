"""The pension age (AOW) of each year, and who has reached it."""

from calendar import monthrange
from datetime import date

from rules.errors import RuleError


MONTHS = {
    2013: 65 * 12 + 1,
    2014: 65 * 12 + 2,
    2015: 65 * 12 + 3,
    2016: 65 * 12 + 6,
    2017: 65 * 12 + 9,
    2018: 66 * 12,
    2019: 66 * 12 + 4,
    2020: 66 * 12 + 4,
    2021: 66 * 12 + 4,
    2022: 66 * 12 + 7,
    2023: 66 * 12 + 10,
    2024: 67 * 12,
    2025: 67 * 12,
    2026: 67 * 12,
    2027: 67 * 12,
}
"""Year -> the age in months (CBS, Toelichting Wijk- en Buurtkaart; 2019 to 2021 and
from 2025 on by the Algemene Ouderdomswet)."""


def born_by(day: date) -> date:
    """The last day of birth of who has reached the pension age of the year on a day."""
    if day.year not in MONTHS:
        raise RuleError(
            f"no pension age is known for {day.year}; add it to rules/pension.py"
        )
    months = 12 * day.year + day.month - 1 - MONTHS[day.year]
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
