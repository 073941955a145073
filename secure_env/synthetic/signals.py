"""Early warnings of payment arrears that suppliers of fixed charges send to gemeenten.

They are of households in need, who get more than one; how many is invented.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from secure_env.synthetic.arrays import Ints
from secure_env.synthetic.days import OPEN, as_text
from secure_env.synthetic.dirt import Sheet
from secure_env.synthetic.households import Kind
from secure_env.synthetic.identity import digits
from secure_env.synthetic.need import Lives, happens
from secure_env.synthetic.population import Role
from secure_env.synthetic.records import Records


_KINDS = ("HUUR", "ENERGIE", "WATER", "ZORG", "OVERIG")
_WEIGHTS = (0.12, 0.26, 0.20, 0.40, 0.02)
_WARNED = 0.06
"""The share of average households that is warned of in a year."""
_LAST = 0.4
"""The chance that a warning is the last one of the year."""
_OF_PARTNER = 0.3
_DAYS = 365
_MEDIAN_CENTS, _SPREAD = 25_000, 0.8
_FOLLOWED = 4


@dataclass(frozen=True)
class SignalRecords(Records):
    """A warning about the head of a household, or a partner, on one day."""

    gemeente: Ints
    kind: Ints
    """Position among the kinds of the layout."""
    starts: Ints
    ends: Ints
    cents: Ints
    followed_up: Ints


def signal_records(lives: Lives, random: np.random.Generator) -> SignalRecords:
    """The warnings of a year, in the gemeente where the household lives that day."""
    persons, homes = lives.population.persons, lives.population.households
    expected = np.where(homes.kind == Kind.INSTITUTION, 0.0, _WARNED)
    warned = np.flatnonzero(happens(expected * lives.factor["pwet"], random))
    head = np.repeat(homes.first[warned], random.geometric(_LAST, len(warned)))
    size, new_year = len(head), lives.population.new_year
    partner = np.minimum(head + 1, len(persons.age) - 1)
    shared = persons.household[partner] == persons.household[head]
    shared &= persons.role[partner] == Role.PARTNER
    shared &= random.random(size) < _OF_PARTNER
    person = np.where(shared, partner, head)
    starts = new_year + random.integers(0, _DAYS, size)
    cents = _MEDIAN_CENTS * np.exp(random.normal(0, _SPREAD, size))
    moved = (lives.moves[person] != OPEN) & (lives.moves[person] <= starts)
    sent = SignalRecords(
        person=lives.first_person + person,
        gemeente=np.where(moved, lives.goes_to[person], lives.gemeente),
        kind=random.choice(len(_KINDS), size, p=_WEIGHTS),
        starts=starts,
        ends=starts,
        cents=cents.astype(np.int64),
        followed_up=random.integers(0, _FOLLOWED, size),
    )
    return sent.of(starts <= lives.dies[person])


def signals_table(records: SignalRecords, sheet: Sheet, *, gemeente: str) -> pa.Table:
    """The records of the sheet in the columns that a gemeente delivers."""
    records = records.of(sheet.row)
    cents = records.cents
    columns = {
        "Gemeentecode": pa.repeat(gemeente, len(sheet)),
        "BSN": digits(sheet.bsn, 9),
        "Soort_signaal": pa.array(_KINDS).take(pa.array(records.kind)),
        "Datum_signaal": as_text(sheet.starts),
        "Bedrag_achterstand": pc.binary_join_element_wise(
            pc.cast(pa.array(cents // 100), pa.string()), digits(cents % 100, 2), ","
        ),
        "Opvolging": digits(records.followed_up, 1),
    }
    return pa.table(columns)
