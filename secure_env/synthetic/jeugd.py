"""Jeugd: the trajectories of a year, each reported by the provider that helps."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from secure_env.synthetic.arrays import Floats, Ints
from secure_env.synthetic.need import (
    Lives,
    distinct,
    happens,
    running_or_new,
    stops,
)
from secure_env.synthetic.records import Records


FORMS = (
    (1, "01"), (1, "02"), (1, "03"), (1, "04"), (1, "11"), (1, "12"), (1, "13"),
    (1, "14"), (2, "11"), (2, "12"), (2, "21"), (2, "23"),
    (3, "41"), (3, "42"), (3, "62"),
)  # fmt: skip
"""Soort (1 jeugdhulp, 2 jeugdbescherming, 3 jeugdreclassering) and Vorm."""

REFERRERS = np.array([1, 2, 3, 4, 5, 6, 8])
_REFERRER_WEIGHTS = np.array([0.42, 0.30, 0.06, 0.10, 0.07, 0.02, 0.03])

_OLDEST = 22
# By age: up to 3, 4-11, 12-17, 18-22.
_AGES = np.array([4, 12, 18])
_RATES = np.array([0.04, 0.23, 0.30, 0.075])
_TRAJECTORIES = np.array([0.76, 0.19, 0.05])
# Weights of the forms for children up to 11, from 12 to 17, and young adults.
_FORM_AGES = [12, 18]
_WEIGHTS = np.array(
    [
        [20, 45, 8, 12, 5, 2, 0.3, 3, 6, 0.6, 1.4, 0.2, 0, 0, 0],
        [14, 45, 6, 12, 4, 2, 1.5, 6, 5, 0.4, 1.2, 0.1, 1.6, 0.4, 0.1],
        [18, 52, 3, 10, 5, 2, 0.6, 6, 0, 0, 0, 0, 2.4, 0.6, 0.2],
    ]
)
_CRISIS = 0.05
"""The share of the trajectories that begin with one."""
_REASON_WEIGHTS = np.array([0.68, 0.13, 0.11, 0.03, 0.05])
_INHABITANTS_PER_PROVIDER = 40_000
_FEWEST_PROVIDERS = 3
_NEAR = 0.7
"""The share of the help that is given by a provider of the same part of the country."""


@dataclass(frozen=True)
class JeugdRecords(Records):
    """Trajectories: one young person, one form of help, one provider."""

    provider: Ints
    gemeente: Ints
    """Of residence when the year begins."""
    moves: Ints
    goes_to: Ints
    birth: Ints
    sex: Ints
    form: Ints
    """Position in FORMS."""
    referrer: Ints
    crisis: Ints
    """1: it began with a crisis."""
    starts: Ints
    ends: Ints
    reason: Ints


@dataclass(frozen=True, slots=True)
class Providers:
    """The providers of the country: their codes, and which are near a gemeente."""

    codes: tuple[str, ...]
    weights: Floats
    """How much of the help each gives; adds up to 1."""
    gemeenten: int

    @staticmethod
    def of(inhabitants: int, gemeenten: int, seed: int) -> "Providers":
        random = np.random.default_rng([seed, 5])
        number = max(inhabitants // _INHABITANTS_PER_PROVIDER, _FEWEST_PROVIDERS)
        weights = np.exp(random.normal(0, 0.8, number))
        first = 30_000_000 + int(random.integers(1_000_000))
        codes = tuple(str(first + 137 * place) for place in range(number))
        return Providers(codes, weights / weights.sum(), gemeenten)

    def near(self, gemeente: int) -> Ints:
        """Three providers beside each other."""
        number = len(self.codes)
        return (gemeente * number // self.gemeenten + np.arange(3)) % number


def jeugd_records(
    lives: Lives, providers: Providers, random: Generator
) -> JeugdRecords:
    persons, new_year = lives.population.persons, lives.population.new_year
    rates = _RATES[np.searchsorted(_AGES, persons.age, side="right")]
    rates = np.where(persons.age <= _OLDEST, rates, 0.0)
    young = np.flatnonzero(happens(lives.need("jeugd", rates), random))
    counts = 1 + random.choice(len(_TRAJECTORIES), len(young), p=_TRAJECTORIES)
    group = np.searchsorted(_FORM_AGES, persons.age[young], side="right")
    form = distinct(_WEIGHTS[group], counts, random)
    person = np.repeat(young, counts)
    size = len(person)
    starts = running_or_new(new_year, size, running=0.6, past=330, random=random)
    starts = np.maximum(starts, persons.birth[person])
    ends = stops(starts, new_year, mean=420, random=random)
    ends = np.minimum(ends, lives.dies[person])
    anywhere = random.choice(len(providers.codes), size, p=providers.weights)
    nearby = providers.near(lives.gemeente)[random.integers(0, 3, size)]
    return JeugdRecords(
        person=lives.first_person + person,
        provider=np.where(random.random(size) < _NEAR, nearby, anywhere),
        gemeente=np.full(size, lives.gemeente),
        moves=lives.moves[person],
        goes_to=lives.goes_to[person],
        birth=persons.birth[person],
        sex=persons.sex[person],
        form=form,
        referrer=random.choice(REFERRERS, size, p=_REFERRER_WEIGHTS),
        crisis=happens(np.full(size, _CRISIS), random.spawn(1)[0]).astype(np.int64),
        starts=starts,
        ends=ends,
        reason=1 + random.choice(len(_REASON_WEIGHTS), size, p=_REASON_WEIGHTS),
    ).of(starts <= ends)
