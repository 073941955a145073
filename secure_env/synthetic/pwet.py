"""Participatiewet: benefits (BUS) and re-integration provisions (SRG) of a year."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator

from secure_env.synthetic.apportion import place_in_group
from secure_env.synthetic.arrays import Ints
from secure_env.synthetic.days import OPEN
from secure_env.synthetic.households import Kind
from secure_env.synthetic.need import (
    Lives,
    distinct,
    happens,
    running_or_new,
    stops,
)
from secure_env.synthetic.population import Role
from secure_env.synthetic.records import Records


SCHEMES = np.array([1, 2, 3, 14])
_SCHEME_WEIGHTS = np.array([0.93, 0.04, 0.01, 0.02])
_SPECIAL = 11
_SPECIAL_SHARE = 0.04

SRG_TYPES = ("01", "02", "03", "04", "05", "06", "07", "08", "99")
_SRG_WEIGHTS = np.array([0.03, 0.01, 0.05, 0.18, 0.05, 0.18, 0.02, 0.05, 0.43])
_SRG_NUMBERS = np.array([0.72, 0.21, 0.07])
_SRG_WITH_BENEFIT, _SRG_WITHOUT = 0.24, 0.004

# Benefits per household, by kind.
_RATES = np.array([0.115, 0.034, 0.032, 0.21, 0.08, 0.0])
_PENSION_AGE = 67
_NUMBERS = 4
"""Registration numbers kept free for each household, and for each person."""

_ENDED = np.array([1, 2, 5, 7, 11, 13, 14, 15, 18, 19, 31, 33, 34, 98])
_ENDED_WEIGHTS = np.array([4, 8, 2, 1, 45, 5, 2, 4, 3, 7, 9, 2, 4, 4]) / 100
_PARTED, _DIED, _MOVED = 2, 4, 32

_SRG_ENDED = np.array([0.6, 0.25, 0.15])
_SRG_STOPPED_BY_LIFE = 3

_ALONE, _PARENT_ALONE, _TOGETHER, _OTHERWISE = 1, 2, 3, 4
_LIVING = np.array([_ALONE, _TOGETHER, _TOGETHER, _PARENT_ALONE, _OTHERWISE, _ALONE])


@dataclass(frozen=True)
class BusRecords(Records):
    """Persons on benefits; partners share a registration number."""

    gemeente: Ints
    registration: Ints
    scheme: Ints
    living: Ints
    birth: Ints
    sex: Ints
    starts: Ints
    ends: Ints
    reason: Ints


@dataclass(frozen=True)
class SrgRecords(Records):
    """Re-integration provisions of persons."""

    gemeente: Ints
    registration: Ints
    birth: Ints
    sex: Ints
    type: Ints
    """Position in SRG_TYPES."""
    starts: Ints
    ends: Ints
    reason: Ints


def bus_records(lives: Lives, random: Generator) -> BusRecords:
    """The benefits of the households of a gemeente, wherever they move to."""
    persons, homes = lives.population.persons, lives.population.households
    head_age = persons.age[homes.first]
    rates = np.where(head_age < _PENSION_AGE, _RATES[homes.kind], 0.0)
    on_benefit = np.flatnonzero(happens(rates * lives.factor["pwet"], random))
    size, new_year = len(on_benefit), lives.population.new_year
    starts = running_or_new(new_year, size, running=0.88, past=1_500, random=random)
    ends = stops(starts, new_year, mean=1_700, random=random)
    scheme = random.choice(SCHEMES, size, p=_SCHEME_WEIGHTS)
    reason = random.choice(_ENDED, size, p=_ENDED_WEIGHTS)
    partner = np.minimum(homes.first + 1, len(persons.age) - 1)[on_benefit]
    shared = (persons.role[partner] == Role.PARTNER) & (homes.size[on_benefit] > 1)
    shared &= persons.age[partner] < _PENSION_AGE
    shared &= persons.household[partner] == on_benefit
    benefit = np.r_[np.arange(size), np.flatnonzero(shared)]
    person = np.r_[homes.first[on_benefit], partner[shared]]
    household = on_benefit[benefit]
    granted = BusRecords(
        person=lives.first_person + person,
        gemeente=np.full(len(person), lives.gemeente),
        registration=(lives.first_household + household) * _NUMBERS,
        scheme=scheme[benefit],
        living=_LIVING[homes.kind[household]],
        birth=persons.birth[person],
        sex=persons.sex[person],
        starts=starts[benefit],
        ends=ends[benefit],
        reason=reason[benefit],
    )
    special = granted.of(np.flatnonzero(random.random(size) < _SPECIAL_SHARE))
    special = replace(
        special,
        registration=special.registration + 1,
        scheme=np.full(len(special), _SPECIAL),
    )
    return _cut_by_life(BusRecords.joined([granted, special]), lives)


def _cut_by_life(granted: BusRecords, lives: Lives) -> BusRecords:
    """Death and parting end it for the person; movers apply in the new gemeente."""
    person = granted.person - lives.first_person
    dies, moves = lives.dies[person], lives.moves[person]
    away = lives.emigrates(person, granted.ends)
    of = lives.population.persons.household[person]
    head_stays = lives.moves[lives.population.households.first[of]] == OPEN
    parts = head_stays & (moves != OPEN) & (moves <= granted.ends)
    died = (dies != OPEN) & (dies <= granted.ends)
    old = replace(
        granted,
        ends=np.where(parts | away, moves - 1, np.minimum(dies, granted.ends)),
        reason=np.select([parts, away, died], [_PARTED, _MOVED, _DIED], granted.reason),
    )
    new = replace(
        granted,
        gemeente=lives.goes_to[person],
        registration=granted.registration + 2,
        starts=moves,
        ends=np.full(len(moves), OPEN),
    )
    return BusRecords.joined([old.of(old.starts <= old.ends), new.of(away & ~parts)])


def srg_records(lives: Lives, benefits: BusRecords, random: Generator) -> SrgRecords:
    """Re-integration provisions, mostly of persons with a benefit."""
    persons, new_year = lives.population.persons, lives.population.new_year
    rates = lives.need("pwet", np.full(len(persons.age), _SRG_WITHOUT))
    rates[benefits.person - lives.first_person] = _SRG_WITH_BENEFIT
    kind = lives.population.households.kind[persons.household]
    can_work = (persons.age >= 18) & (persons.age < _PENSION_AGE)
    rates = np.where(can_work & (kind != Kind.INSTITUTION), rates, 0.0)
    served = np.flatnonzero(happens(rates, random))
    counts = 1 + random.choice(len(_SRG_NUMBERS), len(served), p=_SRG_NUMBERS)
    types = distinct(np.tile(_SRG_WEIGHTS, (len(served), 1)), counts, random)
    person = np.repeat(served, counts)
    size = len(person)
    starts = running_or_new(new_year, size, running=0.7, past=400, random=random)
    ends = stops(starts, new_year, mean=700, random=random)
    away = lives.emigrates(person, ends)
    by_life = np.where(away, lives.moves[person] - 1, lives.dies[person])
    reason = 1 + random.choice(len(_SRG_ENDED), size, p=_SRG_ENDED)
    first_number = (lives.first_person + person) * _NUMBERS
    return SrgRecords(
        person=lives.first_person + person,
        gemeente=np.full(size, lives.gemeente),
        registration=first_number + place_in_group(person),
        birth=persons.birth[person],
        sex=persons.sex[person],
        type=types,
        starts=starts,
        ends=np.minimum(ends, by_life),
        reason=np.where(by_life < ends, _SRG_STOPPED_BY_LIFE, reason),
    ).of(starts <= np.minimum(ends, by_life))
