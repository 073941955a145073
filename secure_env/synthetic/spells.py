"""Where persons were registered and in which household, until the end of a half-year.

Persons are numbered within their gemeente: first those of 1 January, then those who
are born in the year.
"""

from dataclasses import dataclass

import numpy as np

from secure_env.synthetic.arrays import Ints
from secure_env.synthetic.days import OPEN
from secure_env.synthetic.events import Event, Events
from secure_env.synthetic.households import Kind
from secure_env.synthetic.population import Population, Role


NUMBERS_PER_HOUSEHOLD = 3
"""A household bears a number, gets another when it changes; its leaver gets a third."""

_ALONE = 1
_CHILD, _MEMBER = 1, 9
_REFERENCE_OF_OTHER, _OTHER_HOUSEHOLD = 8, 7
# TYPHH by kind of household, unmarried and married.
_TYPE_OF = np.array([[1, 1], [2, 3], [4, 5], [6, 6], [7, 7], [8, 8]])
# PLHH of the adults, by TYPHH.
_PLACE_IN = np.array([0, 2, 3, 4, 5, 6, 7, _REFERENCE_OF_OTHER, 10])


@dataclass(frozen=True, slots=True)
class Address:
    """Stretches of days that a person is registered in a place."""

    person: Ints
    starts: Ints
    ends: Ints
    place: Ints


@dataclass(frozen=True, slots=True)
class Membership:
    """Stretches of days that a person belongs to a household."""

    person: Ints
    starts: Ints
    ends: Ints
    number: Ints
    type: Ints
    role: Ints


def born(population: Population, events: Events, last_day: int) -> Ints:
    """The persons of this year who are born by that day."""
    by_then = events.day[events.newborn_household] <= last_day
    return len(population.persons.sex) + np.flatnonzero(by_then)


def addresses(population: Population, events: Events, last_day: int) -> Address:
    persons, homes = population.persons, population.households
    of = persons.household
    event, when = events.until(last_day)[of], events.day[of]
    is_actor = events.actor[of] == np.arange(len(of))
    goes = (event == Event.MOVE) | ((event == Event.LEAVE) & is_actor)
    dies = (event == Event.DEATH) & is_actor
    came = np.flatnonzero((homes.earlier_since != OPEN)[of])
    came = came[persons.birth[came] < homes.since[of[came]]]
    new = np.flatnonzero(goes)
    children = born(population, events, last_day)
    home = events.newborn_household[children - len(of)]
    return Address(
        person=np.r_[came, np.arange(len(of)), new, children],
        starts=np.r_[
            np.maximum(homes.earlier_since[of], persons.birth)[came],
            np.maximum(homes.since[of], persons.birth),
            when[new],
            events.day[home],
        ],
        ends=np.r_[
            homes.since[of[came]] - 1,
            np.select([goes, dies], [when - 1, when], OPEN),
            np.full(len(new) + len(children), OPEN),
        ],
        place=np.r_[
            homes.earlier_place[of[came]],
            homes.place[of],
            events.place[of[new]],
            homes.place[home],
        ],
    )


def memberships(population: Population, events: Events, last_day: int) -> Membership:
    persons, homes = population.persons, population.households
    of = persons.household
    event, when = events.until(last_day)[of], events.day[of]
    is_actor = events.actor[of] == np.arange(len(of))
    dies = (event == Event.DEATH) & is_actor
    leaves = (event == Event.LEAVE) & is_actor
    after = np.flatnonzero((event != Event.NONE) & ~dies)
    children = born(population, events, last_day)
    home = events.newborn_household[children - len(of)]
    old_type = _TYPE_OF[homes.kind, homes.married.astype(np.int64)]
    new_type = _types_after(population, events)
    new_types = np.where(leaves[after], _ALONE, new_type[of[after]])
    types = np.r_[old_type[of], new_types, new_type[home]]
    roles = np.r_[
        persons.role,
        np.where(leaves[after], Role.HEAD, persons.role[after]),
        np.full(len(children), Role.CHILD),
    ]
    numbers = NUMBERS_PER_HOUSEHOLD
    return Membership(
        person=np.r_[np.arange(len(of)), after, children],
        starts=np.r_[_together_since(population)[of], when[after], events.day[home]],
        ends=np.r_[
            np.select([dies, event != Event.NONE], [when, when - 1], OPEN),
            np.full(len(after) + len(children), OPEN),
        ],
        number=np.r_[
            of * numbers, of[after] * numbers + 1 + leaves[after], home * numbers + 1
        ],
        type=types,
        role=_roles_in(types, roles),
    )


def _together_since(population: Population) -> Ints:
    """From when the household has had its present members."""
    homes = population.households
    youngest: Ints = np.full(len(homes.since), -OPEN)
    np.maximum.at(youngest, population.persons.household, population.persons.birth)
    return np.maximum(homes.since, youngest)


def _types_after(population: Population, events: Events) -> Ints:
    """TYPHH of each household after its event, without whoever left or died."""
    persons, homes = population.persons, population.households
    children = np.bincount(
        persons.household[persons.role == Role.CHILD], minlength=len(homes.size)
    )
    adults = homes.size - children
    actor = np.flatnonzero(events.actor >= 0)
    is_child = persons.role[events.actor[actor]] == Role.CHILD
    children[actor] -= is_child
    adults[actor] -= ~is_child
    children[events.newborn_household] += 1
    kind = np.select(
        [
            events.into_care | (homes.kind == Kind.INSTITUTION),
            (adults == 0) | ((homes.kind == Kind.OTHER) & (adults > 1)),
            adults == 1,
        ],
        [
            Kind.INSTITUTION,
            Kind.OTHER,
            np.where(children > 0, Kind.SINGLE_PARENT, Kind.SINGLE),
        ],
        np.where(children > 0, Kind.COUPLE_WITH_CHILDREN, Kind.COUPLE),
    )
    types: Ints = _TYPE_OF[kind, homes.married.astype(np.int64)]
    return types


def _roles_in(types: Ints, roles: Ints) -> Ints:
    """PLHH: child, or the place of an adult in a household of that type."""
    other = types == _OTHER_HOUSEHOLD
    return np.select(
        [other & (roles != Role.HEAD), roles == Role.CHILD],
        [_MEMBER, _CHILD],
        _PLACE_IN[types],
    )
