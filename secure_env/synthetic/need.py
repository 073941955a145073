"""How likely each person and household is to use provisions.

Need runs in households and in wijken: both have a frailty of their own, which makes
provisions pile up in some households and leaves most wijk cells small.
"""

from dataclasses import dataclass

import numpy as np

from secure_env.synthetic.arrays import Floats, Ints, Mask
from secure_env.synthetic.days import OPEN
from secure_env.synthetic.events import Event, Events
from secure_env.synthetic.population import Origin, Population


DOMAINS = ("wmo", "jeugd", "pwet")


@dataclass(frozen=True, slots=True)
class Deprivation:
    """Per area and domain: how much more than average is used there."""

    factor: dict[str, Floats]

    def part(self, areas: slice) -> dict[str, Floats]:
        return {domain: factor[areas] for domain, factor in self.factor.items()}

    @staticmethod
    def of(areas: int, seed: int) -> "Deprivation":
        random = np.random.default_rng([seed, 4])
        shared = random.normal(0, 0.40, areas)
        return Deprivation(
            {
                domain: np.exp(shared + random.normal(0, 0.30, areas) - 0.125)
                for domain in DOMAINS
            }
        )


@dataclass(frozen=True, slots=True)
class Lives:
    """What of a year bears on provisions, for everybody of a gemeente on 1 January."""

    population: Population
    gemeente: int
    first_person: int
    first_household: int
    """As in the origin."""
    factor: dict[str, Floats]
    """Per household and domain: its own frailty times what its area adds."""
    dies: Ints
    """Day of death, open when alive at the end of the year."""
    moves: Ints
    """Day of going to another address, open when staying."""
    goes_to: Ints
    """The gemeente of that address."""

    @staticmethod
    def of(
        population: Population,
        events: Events,
        origin: Origin,
        deprivation: dict[str, Floats],
        random: np.random.Generator,
    ) -> "Lives":
        homes, of = population.households, population.persons.household
        frailty = random.gamma(0.9, 1 / 0.9, len(homes.kind))
        event = events.kind[of]
        is_actor = events.actor[of] == np.arange(len(of))
        goes = (event == Event.MOVE) | ((event == Event.LEAVE) & is_actor)
        dies = (event == Event.DEATH) & is_actor
        when = events.day[of]
        return Lives(
            population=population,
            gemeente=origin.gemeente,
            first_person=origin.first_person,
            first_household=origin.first_household,
            factor={d: frailty * deprivation[d][homes.area] for d in DOMAINS},
            dies=np.where(dies, when, OPEN),
            moves=np.where(goes, when, OPEN),
            goes_to=events.gemeente[of],
        )

    def need(self, domain: str, rates: Floats) -> Floats:
        """Rates per person, more where the household and its area need more."""
        return rates * self.factor[domain][self.population.persons.household]

    def emigrates(self, persons: Ints, ends: Ints) -> Mask:
        """Who goes to another gemeente before something of theirs ends."""
        moves = self.moves[persons]
        away: Mask = (moves != OPEN) & (self.goes_to[persons] != self.gemeente)
        return away & (moves <= ends)


def happens(expected: Floats, random: np.random.Generator) -> Mask:
    """Whether something that is expected so many times happens at all."""
    return random.random(len(expected)) < -np.expm1(-expected)


def distinct(weights: Floats, counts: Ints, random: np.random.Generator) -> Ints:
    """For every row so many different columns, by weight; row by row, joined.

    The largest of log(weight) + Gumbel noise are a weighted sample without
    replacement.
    """
    with np.errstate(divide="ignore"):
        scores = np.log(weights) + random.gumbel(size=weights.shape)
    ranked = np.argsort(-scores, axis=1, kind="stable")
    return ranked[np.arange(weights.shape[1])[None, :] < counts[:, None]]


def running_or_new(
    new_year: int,
    size: int,
    *,
    running: float,
    past: float,
    random: np.random.Generator,
) -> Ints:
    """Start days: a share ran on 1 January already, since an exponential time ago."""
    before = new_year - 1 - np.minimum(random.exponential(past, size), 6_000)
    after = new_year + random.integers(0, 365, size)
    ran = random.random(size) < running
    return np.where(ran, before, after).astype(np.int64)


def stops(
    starts: Ints, new_year: int, *, mean: float, random: np.random.Generator
) -> Ints:
    """Last days, exponentially long after 1 January or the start; open if next year."""
    lasts = random.exponential(mean, len(starts)).astype(np.int64)
    ends = np.maximum(starts, new_year) + lasts
    return np.where(ends < new_year + 365, ends, OPEN)
