"""Populations that meet the edges of a year or of a reference day."""

from typing import cast

from rules.period import Day, Year
from tests.generative.batches import Populations
from tests.generative.populations import DAY, PERIOD, Population
from tests.reference.records import Provision


YEAR = Year(PERIOD.year)
REFERENCE_DAY = Day(PERIOD.last_day)
"""Its edges are those of the half-year that it ends."""

LATER = {
    PERIOD.last_day + number * DAY: YEAR.last_day + number * DAY
    for number in (-1, 0, 1)
}
"""What is at the end of the half-year, at the end of the year."""


def of_the_year(populations: Populations) -> Populations:
    """The same populations with the last days of the half-year those of the year."""
    return Populations(map(_of_the_year, populations))


def _of_the_year(population: Population) -> Population:
    rows = tuple(_lasting(row) for row in population.provisions)
    return Population(
        rows, population.participants, population.costs, population.answers
    )


def _lasting(row: Provision) -> Provision:
    starts, ends = row["starts"], row["ends"]
    moved = {
        "starts": LATER.get(starts, starts),
        "ends": None if ends is None else LATER.get(ends, ends),
    }
    return cast("Provision", {**row, **moved})
