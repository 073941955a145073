"""The population of a gemeente on 1 January: households, and the persons in them."""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum

import numpy as np

from secure_env.synthetic.apportion import place_in_group
from secure_env.synthetic.arrays import Floats, Ints, Mask
from secure_env.synthetic.days import OPEN, day
from secure_env.synthetic.households import (
    SMALLEST,
    Kind,
    households_by_kind,
    more_children,
)
from secure_env.synthetic.regions import AGE_SHARES, Areas


class Role(IntEnum):
    """The place of a person in the household."""

    HEAD = 0
    PARTNER = 1
    CHILD = 2
    MEMBER = 3


MAN, WOMAN = 1, 2

_ROLES = np.array(
    [
        [Role.HEAD, Role.HEAD, Role.HEAD],
        [Role.HEAD, Role.PARTNER, Role.PARTNER],
        [Role.HEAD, Role.PARTNER, Role.CHILD],
        [Role.HEAD, Role.CHILD, Role.CHILD],
        [Role.HEAD, Role.MEMBER, Role.MEMBER],
        [Role.HEAD, Role.HEAD, Role.HEAD],
    ]
)
"""By kind of household and place in it (first, second, later)."""

# Ages of the first person of a household, by kind: 18-24, 25-44, 45-64, 65 and older.
_HEAD_AGES = np.array(
    [
        [0.10, 0.29, 0.27, 0.34],
        [0.03, 0.20, 0.34, 0.43],
        [0.005, 0.53, 0.435, 0.03],
        [0.02, 0.46, 0.48, 0.04],
        [0.25, 0.45, 0.18, 0.12],
        [0.04, 0.10, 0.11, 0.75],
    ]
)
_AGE_FROM = np.array([18, 25, 45, 65])
_AGE_WIDTH = np.array([7, 20, 20, 30])
_HEAD_IS_WOMAN = np.array([0.51, 0.5, 0.5, 0.83, 0.48, 0.66])
_SAME_SEX = 0.015
_DAYS_IN_YEAR = 365.2425
_MEAN_STAY = 2_900
_LATELY = 365


@dataclass(frozen=True, slots=True)
class Households:
    """The households of a gemeente, one element each."""

    area: Ints
    """Position among the areas of the gemeente."""
    kind: Ints
    married: Mask
    place: Ints
    since: Ints
    """The day from which they live there."""
    earlier_place: Ints
    earlier_since: Ints
    """Where they lived before, when they came lately; else open."""
    first: Ints
    """The first of its persons; the others follow."""
    size: Ints


@dataclass(frozen=True, slots=True)
class Persons:
    """The persons of a gemeente, one element each, household by household."""

    household: Ints
    role: Ints
    sex: Ints
    birth: Ints
    age: Ints
    """Completed years on 1 January."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Which gemeente it is, and how many persons and households come before it."""

    gemeente: int
    first_person: int
    """Counting those who are born in the year too."""
    first_household: int


@dataclass(frozen=True, slots=True)
class Population:
    """Everybody who lives in a gemeente on 1 January of a year."""

    year: int
    households: Households
    persons: Persons

    @property
    def new_year(self) -> int:
        return day(date(self.year, 1, 1))


def populate(areas: Areas, year: int, random: np.random.Generator) -> Population:
    households = _households(areas, year, random)
    return Population(year, households, _persons(households, areas, year, random))


def _households(areas: Areas, year: int, random: np.random.Generator) -> Households:
    counts = households_by_kind(areas, random)
    cell = np.repeat(np.arange(counts.size), counts.ravel())
    area, kind = np.divmod(cell, len(Kind))
    size = SMALLEST[kind]
    has_children = (kind == Kind.COUPLE_WITH_CHILDREN) | (kind == Kind.SINGLE_PARENT)
    size[has_children] += more_children(counts, areas.inhabitants, random)
    stay = np.minimum(random.exponential(_MEAN_STAY, len(cell)), 25_000)
    since = day(date(year, 1, 1)) - stay.astype(np.int64)
    before = since - random.integers(30, _MEAN_STAY, len(cell))
    drawn = random.integers(0, areas.places[area])
    anywhere = (areas.first_place[0], areas.first_place[-1] + areas.places[-1])
    return Households(
        area=area,
        kind=kind,
        married=random.random(len(cell)) < 0.72,
        place=areas.first_place[area] + drawn,
        since=since,
        earlier_place=random.integers(*anywhere, len(cell)),
        earlier_since=np.where(stay < _LATELY, before, OPEN),
        first=np.cumsum(size) - size,
        size=size,
    )


def _persons(
    households: Households, areas: Areas, year: int, random: np.random.Generator
) -> Persons:
    of = np.repeat(np.arange(len(households.size)), households.size)
    position = place_in_group(of)
    kind = households.kind[of]
    role = _ROLES[kind, np.minimum(position, 2)]
    head_age = _head_ages(households, areas, random)
    age = head_age[of]
    partner = (role == Role.PARTNER) | (role == Role.MEMBER)
    shift = np.rint(random.normal(-1, 4, partner.sum())).astype(np.int64)
    age[partner] = np.clip(age[partner] + shift, 18, 99)
    child = role == Role.CHILD
    rank = position - (kind == Kind.COUPLE_WITH_CHILDREN) - 1
    oldest = _oldest_child(head_age, random)
    gap = random.integers(1, 5, len(head_age))
    age[child] = np.maximum(oldest[of] - rank * gap[of], 0)[child]
    within_year = random.integers(1, 365, len(of))
    birth = day(date(year, 1, 1)) - (age * _DAYS_IN_YEAR).astype(np.int64)
    sex = _sexes(households, role, of, random)
    return Persons(of, role, sex, birth - within_year, age)


def _head_ages(
    households: Households, areas: Areas, random: np.random.Generator
) -> Ints:
    """Drawn by kind of household, tilted to the ages of the area."""
    tilt = areas.age_shares[:, 1:] / np.array(AGE_SHARES[1:])
    weights = _HEAD_AGES[None, :, :] * np.maximum(tilt, 0.05)[:, None, :]
    weights = weights.cumsum(axis=2) / weights.sum(axis=2, keepdims=True)
    bounds = weights[households.area, households.kind]
    group = (random.random(len(bounds))[:, None] > bounds[:, :3]).sum(axis=1)
    within = random.random(len(bounds))
    # The oldest are few: within the last group most are young.
    within = np.where(group == 3, 1 - np.sqrt(1 - within), within)
    age: Ints = (_AGE_FROM[group] + within * _AGE_WIDTH[group]).astype(np.int64)
    in_home = (households.kind == Kind.INSTITUTION) & (group == 3)
    return np.where(in_home, np.minimum(age + 10, 99), age)


def _oldest_child(head_age: Ints, random: np.random.Generator) -> Ints:
    by_birth = head_age - np.rint(random.normal(30.5, 4.5, len(head_age)))
    still_home = random.integers(13, 27, len(head_age))
    age: Ints = np.where(by_birth > 24, still_home, np.maximum(by_birth, 0))
    # Nobody is a parent before the age of sixteen.
    return np.clip(age, 0, np.maximum(head_age - 16, 0)).astype(np.int64)


def _sexes(
    households: Households, role: Ints, of: Ints, random: np.random.Generator
) -> Ints:
    woman = random.random(len(households.kind)) < _HEAD_IS_WOMAN[households.kind]
    like_head = random.random(len(of)) < _SAME_SEX
    own = random.random(len(of)) < 0.49
    is_woman: Floats | Mask = np.select(
        [role == Role.HEAD, role == Role.PARTNER],
        [woman[of], woman[of] == like_head],
        own,
    )
    return np.where(is_woman, WOMAN, MAN)
