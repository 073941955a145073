"""What happens in lives besides what the other registers show: the life events.

Codes as in `rules/levensweg.toml`. Deaths, births and partings of the year are those of
the household registers; all others are drawn, over the years before too.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from secure_env.synthetic.arrays import Ints, Mask
from secure_env.synthetic.events import Event, Events
from secure_env.synthetic.population import Population, Role


PARTING, LOSS, CHILD = 1, 2, 8
YEARS_BEFORE = 3
_DAYS = 365
_YOUNGEST = 16

RATES: Mapping[int, float] = {
    PARTING: 0.008,
    LOSS: 0.012,
    3: 0.0015,
    4: 0.009,
    5: 0.030,
    6: 0.030,
    7: 0.010,
    CHILD: 0.022,
    9: 0.015,
}
"""Code -> how many of the adults it happens to in a year."""


@dataclass(frozen=True, slots=True)
class LifeEvents:
    """Life events, one element each."""

    person: Ints
    event: Ints
    day: Ints


def live(
    population: Population, events: Events, random: np.random.Generator
) -> LifeEvents:
    """The life events of a gemeente, of this whole year and the ones before."""
    adults = np.flatnonzero(population.persons.age >= _YOUNGEST)
    drawn = [
        _drawn(adults, code, rate, population.new_year, random)
        for code, rate in RATES.items()
    ]
    found = [*_registered(population, events), *drawn]
    return LifeEvents(
        person=np.concatenate([each.person for each in found]),
        event=np.concatenate([each.event for each in found]),
        day=np.concatenate([each.day for each in found]),
    )


def _drawn(
    adults: Ints, code: int, rate: float, new_year: int, random: np.random.Generator
) -> LifeEvents:
    """Of years before; of this year too, unless the household registers show it."""
    is_registered = code in {PARTING, LOSS, CHILD}
    years = YEARS_BEFORE + (not is_registered)
    hit = adults[random.random(len(adults)) < rate * years]
    since = new_year - YEARS_BEFORE * _DAYS
    when = since + random.integers(0, years * _DAYS, len(hit))
    return LifeEvents(hit, np.full(len(hit), code), when)


def _registered(population: Population, events: Events) -> list[LifeEvents]:
    """Who loses a member of the household, gets a child, or parts from a partner."""
    persons = population.persons
    of = persons.household
    kind, is_adult = events.kind[of], persons.role != Role.CHILD
    is_actor = events.actor[of] == np.arange(len(of))
    leaver = persons.role[np.maximum(events.actor, 0)][of]
    found: dict[int, Mask] = {
        LOSS: (kind == Event.DEATH) & ~is_actor,
        CHILD: (kind == Event.BIRTH) & is_adult,
        PARTING: (kind == Event.LEAVE) & (leaver != Role.CHILD) & is_adult,
    }
    return [
        LifeEvents(who, np.full(len(who), code), events.day[of[who]])
        for code, mask in found.items()
        for who in [np.flatnonzero(mask)]
    ]
