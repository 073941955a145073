"""Early warnings of payment arrears that suppliers of fixed charges send to gemeenten.

They come from households in need, more than one from some; how many is invented.
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
from secure_env.synthetic.need import Lives
from secure_env.synthetic.records import Records


_KINDS = ("HUUR", "ENERGIE", "WATER", "ZORG", "OVERIG")
_WEIGHTS = (0.12, 0.26, 0.20, 0.40, 0.02)
_A_YEAR = 0.10
"""Expected of an average household."""
_DAYS = 365
_MEDIAN_CENTS, _SPREAD = 25_000, 0.8
_FOLLOWED = 4


@dataclass(frozen=True)
class SignalRecords(Records):
    """A warning about the head of a household, on one day."""

    gemeente: Ints
    kind: Ints
    """Position among the kinds of the layout."""
    starts: Ints
    ends: Ints
    cents: Ints
    followed_up: Ints


def signal_records(lives: Lives, random: np.random.Generator) -> SignalRecords:
    """The warnings of a year, in the gemeente where the household lives that day."""
    homes, new_year = lives.population.households, lives.population.new_year
    expected = np.where(homes.kind == Kind.INSTITUTION, 0.0, _A_YEAR)
    counts = random.poisson(expected * lives.factor["pwet"])
    person = np.repeat(homes.first, counts)
    size = len(person)
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
