"""Wmo: the arrangements of a year, and the records that report them."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator

from secure_env.synthetic.apportion import place_in_group
from secure_env.synthetic.arrays import Ints
from secure_env.synthetic.days import OPEN
from secure_env.synthetic.need import (
    Lives,
    distinct,
    happens,
    running_or_new,
    stops,
)
from secure_env.synthetic.records import Records


DIED, MOVED, AS_PLANNED = 1, 11, 5
"""Reasons for ending."""

IN_KIND, PGB = 1, 2

# By age: up to 17, 18-44, 45-64, 65-74, 75-84, 85 and older.
_TYPE_AGES = [18, 65]
_AGES = np.array([18, 45, 65, 75, 85])
_RATES = np.array([0.006, 0.020, 0.055, 0.13, 0.38, 1.0])
_ON_BENEFIT = 4.0
"""How much more often persons with a benefit get an arrangement."""

_ARRANGEMENTS = np.array([0.50, 0.27, 0.14, 0.06, 0.02, 0.01])

# Weights of categories 01..18 for the young, for adults and for those over 65.
_TYPES = np.array(
    [
        [0.1, 30, 8, 8, 1, 6, 8, 6, 1, 2, 9, 7, 6, 3, 0.1, 0.1, 0, 0.1],
        [14, 26, 2, 1, 2, 5, 8, 8, 1, 2, 7, 6, 6, 2, 5, 4, 0.6, 0.5],
        [32, 7, 1, 1, 2, 3, 6, 18, 1, 1.5, 11, 9, 12, 2, 0.7, 0.3, 0.05, 0.2],
    ]
)
_REASONS = np.array([2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 15, 16])
_REASON_WEIGHTS = np.array([3, 1, 1, 52, 2, 2, 16, 1, 8, 2, 1, 5, 3, 3]) / 100
_PLANNED_YEARS = 4
_EXTENDED = 0.22
_ELSEWHERE = 0.008
_PGB_SHARE = 0.07
_TRANSFERRED = 0.85
_NUMBERS = 16
"""Numbers of arrangements kept free for each person."""
_SETTLED = 45
# Days from the end of a record to the start of the next: most adjoin, within three
# days; some overlap; a few were interrupted and do not belong together.
_GAPS = np.array([[1, 1], [2, 3], [-14, 0], [4, 20]])
_GAP_WEIGHTS = np.array([0.62, 0.18, 0.15, 0.05])


@dataclass(frozen=True)
class WmoRecords(Records):
    """Records of a year; several of one arrangement share its number."""

    gemeente: Ints
    """The one that grants and delivers."""
    arrangement: Ints
    type: Ints
    financing: Ints
    starts: Ints
    ends: Ints
    over: Ints
    """When the whole arrangement ends."""
    reason: Ints
    """Why it ends, when it does."""
    planned: Ints
    """The legal end for as long as the actual one is unknown."""
    next_starts: Ints
    """Start of the following record of the same arrangement, else open."""


def wmo_records(
    lives: Lives, on_benefit: Ints, gemeenten: int, random: Generator
) -> WmoRecords:
    """What the residents of a gemeente get in a year, there and elsewhere."""
    age, new_year = lives.population.persons.age, lives.population.new_year
    rates = _RATES[np.searchsorted(_AGES, age, side="right")]
    rates[on_benefit - lives.first_person] *= _ON_BENEFIT
    clients = np.flatnonzero(happens(lives.need("wmo", rates), random))
    counts = 1 + random.choice(len(_ARRANGEMENTS), len(clients), p=_ARRANGEMENTS)
    group = np.searchsorted(_TYPE_AGES, age[clients], side="right")
    types = 1 + distinct(_TYPES[group], counts, random)
    person = np.repeat(clients, counts)
    size = len(person)
    starts = running_or_new(new_year, size, running=0.82, past=800, random=random)
    ends = stops(starts, new_year, mean=1_500, random=random)
    # A small share is client of another gemeente than the one of residence.
    other = lives.gemeente + random.integers(1, max(gemeenten, 2), size)
    elsewhere = random.random(size) < _ELSEWHERE
    granted = WmoRecords(
        person=lives.first_person + person,
        gemeente=np.where(elsewhere, other % gemeenten, lives.gemeente),
        arrangement=(lives.first_person + person) * _NUMBERS + place_in_group(person),
        type=types,
        financing=np.where(random.random(size) < _PGB_SHARE, PGB, IN_KIND),
        starts=starts,
        ends=ends,
        over=ends,
        reason=random.choice(_REASONS, size, p=_REASON_WEIGHTS),
        planned=_planned(new_year, size, random),
        next_starts=np.full(size, OPEN),
    )
    lived = _cut_by_life(granted, lives, random)
    return _in_pieces(_in_pieces(lived, new_year, random), new_year, random)


def _planned(new_year: int, size: int, random: Generator) -> Ints:
    later = new_year + 365 + random.integers(0, _PLANNED_YEARS * 12, size) * 30
    return np.where(random.random(size) < 0.4, later, OPEN)


def _cut_by_life(granted: WmoRecords, lives: Lives, random: Generator) -> WmoRecords:
    """Death ends an arrangement; most movers get it from their new gemeente instead."""
    person = granted.person - lives.first_person
    dies, moves = lives.dies[person], lives.moves[person]
    leaves = lives.emigrates(person, granted.ends)
    leaves &= granted.gemeente == lives.gemeente
    leaves &= random.random(len(moves)) < _TRANSFERRED
    ends = np.where(leaves, moves - 1, np.minimum(dies, granted.ends))
    died = (dies <= granted.ends) & (dies != OPEN)
    reason = np.select([leaves, died], [MOVED, DIED], granted.reason)
    old = replace(granted, ends=ends, over=ends, reason=reason)
    begins = moves + random.integers(0, 30, len(moves))
    year_ends = lives.population.new_year + 365
    again = leaves & (random.random(len(moves)) < 0.6) & (begins < year_ends)
    new = replace(
        granted,
        gemeente=lives.goes_to[person],
        arrangement=granted.arrangement + _NUMBERS // 2,
        starts=begins,
        ends=np.full(len(moves), OPEN),
        over=np.full(len(moves), OPEN),
    )
    return WmoRecords.joined([old.of(old.starts <= old.ends), new.of(again)])


def _in_pieces(records: WmoRecords, new_year: int, random: Generator) -> WmoRecords:
    """Some records become two, by an extension that adjoins, overlaps or comes late."""
    earliest = np.maximum(records.starts + _SETTLED, new_year - 200)
    latest = np.minimum(records.ends, new_year + 364) - _SETTLED
    chosen = (latest > earliest) & (random.random(len(records)) < _EXTENDED)
    cut = earliest + (random.random(len(records)) * (latest - earliest)).astype(int)
    gap = random.choice(len(_GAPS), len(records), p=_GAP_WEIGHTS)
    begins = cut + random.integers(_GAPS[gap, 0], _GAPS[gap, 1] + 1)
    first = replace(
        records,
        ends=np.where(chosen, cut, records.ends),
        next_starts=np.where(chosen, begins, records.next_starts),
    )
    second = replace(records, starts=begins).of(chosen)
    return WmoRecords.joined([first, second])
