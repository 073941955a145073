"""What happens to households in a year: moves, leavers, births and deaths.

A household has at most one event in a year. All events of the year are drawn, also
when the first half-year is made: the second one then agrees with it.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from secure_env.synthetic.arrays import Floats, Ints, Mask
from secure_env.synthetic.days import OPEN
from secure_env.synthetic.households import Kind
from secure_env.synthetic.population import MAN, WOMAN, Population, Role
from secure_env.synthetic.regions import Areas


class Event(IntEnum):
    """What happens to a household."""

    NONE = 0
    DEATH = 1
    """A member dies."""
    BIRTH = 2
    LEAVE = 3
    """A grown child or a partner leaves and lives alone."""
    MOVE = 4
    """All members move together."""


@dataclass(frozen=True, slots=True)
class Events:
    """The event of every household, and the persons born by it."""

    kind: Ints
    day: Ints
    actor: Ints
    """The person who dies or leaves, else -1."""
    place: Ints
    """Where the leaver or the household goes."""
    gemeente: Ints
    """The gemeente of that place."""
    into_care: Mask
    """Moves into an institution."""
    newborn_household: Ints
    newborn_sex: Ints

    def until(self, last_day: int) -> Ints:
        """The events that happened by then, NONE for the others."""
        return np.where(self.day <= last_day, self.kind, Event.NONE)


@dataclass(frozen=True, slots=True)
class Destinations:
    """Places to move to: areas weighted by their inhabitants."""

    areas: Areas
    up_to: Floats
    """Inhabitants of all areas up to and including each."""

    @staticmethod
    def of(areas: Areas) -> "Destinations":
        return Destinations(areas, np.cumsum(areas.inhabitants.astype(np.float64)))

    def draw(
        self, number: int, within: slice | None, random: np.random.Generator
    ) -> tuple[Ints, Ints]:
        """Places with their gemeente, within some areas or anywhere."""
        first = within.start if within else 0
        last = (within.stop if within else len(self.up_to)) - 1
        low = self.up_to[first - 1] if first else 0.0
        target = low + random.random(number) * (self.up_to[last] - low)
        area = np.minimum(np.searchsorted(self.up_to, target, side="right"), last)
        drawn = random.integers(0, self.areas.places[area])
        return self.areas.first_place[area] + drawn, self.areas.gemeente[area]


def happen(
    population: Population,
    destinations: Destinations,
    own: slice,
    random: np.random.Generator,
) -> Events:
    """The events of a year in the gemeente whose areas are `own`."""
    number = len(population.households.kind)
    dying = _first_per_household(population, _dies(population, random))
    leaver = _leavers(population, random)
    births = _gives_birth(population, random)
    moves = _moves(population, random)
    kind = np.select(
        [dying >= 0, births, leaver >= 0, moves],
        [Event.DEATH, Event.BIRTH, Event.LEAVE, Event.MOVE],
        Event.NONE,
    )
    place, gemeente = destinations.draw(number, own, random)
    elsewhere = destinations.draw(number, None, random)
    far = random.random(number) < np.where(kind == Event.LEAVE, 0.45, 0.35)
    when = population.new_year + random.integers(1, 365, number)
    newborn = np.flatnonzero(kind == Event.BIRTH)
    return Events(
        kind=kind,
        day=np.where(kind == Event.NONE, OPEN, when),
        actor=np.select(
            [kind == Event.DEATH, kind == Event.LEAVE], [dying, leaver], -1
        ),
        place=np.where(far, elsewhere[0], place),
        gemeente=np.where(far, elsewhere[1], gemeente),
        into_care=_into_care(population, kind, random),
        newborn_household=newborn,
        newborn_sex=np.where(random.random(len(newborn)) < 0.487, WOMAN, MAN),
    )


def _dies(population: Population, random: np.random.Generator) -> Mask:
    persons = population.persons
    # Gompertz: doubles every seven years; about 170 000 deaths a year nationally.
    risk = 2.2e-5 * np.exp(0.097 * persons.age)
    in_home = population.households.kind[persons.household] == Kind.INSTITUTION
    dies: Mask = random.random(len(risk)) < np.minimum(risk * (1 + in_home), 0.6)
    return dies


def _first_per_household(population: Population, chosen: Mask) -> Ints:
    """The first chosen person of each household, -1 where none is."""
    found = np.full(len(population.households.kind), -1)
    who = np.flatnonzero(chosen)[::-1]
    found[population.persons.household[who]] = who
    return found


def _leavers(population: Population, random: np.random.Generator) -> Ints:
    persons, households = population.persons, population.households
    grown = (persons.role == Role.CHILD) & (persons.age >= 18)
    child = _first_per_household(population, grown)
    child[random.random(len(child)) > 0.13] = -1
    couple = (households.kind == Kind.COUPLE) | (
        households.kind == Kind.COUPLE_WITH_CHILDREN
    )
    parts = couple & (random.random(len(child)) < 0.012)
    return np.where(parts, households.first + 1, child)


def _gives_birth(population: Population, random: np.random.Generator) -> Mask:
    persons, households = population.persons, population.households
    head_age = persons.age[households.first]
    rate = np.select(
        [households.kind == Kind.COUPLE, households.kind == Kind.COUPLE_WITH_CHILDREN],
        [0.19, np.where(households.size <= 4, 0.095, 0.02)],
        0.0,
    )
    fertile = (head_age >= 20) & (head_age < 43)
    return fertile & (random.random(len(rate)) < rate)


def _moves(population: Population, random: np.random.Generator) -> Mask:
    head_age = population.persons.age[population.households.first]
    rate = 0.03 + 0.17 * np.exp(-(head_age - 18) / 18)
    return random.random(len(rate)) < rate


def _into_care(population: Population, kind: Ints, random: np.random.Generator) -> Mask:
    households = population.households
    head_age = population.persons.age[households.first]
    old_single = (households.kind == Kind.SINGLE) & (head_age >= 78)
    chance = random.random(len(kind)) < 0.5
    into_care: Mask = old_single & (kind == Event.MOVE) & chance
    return into_care
