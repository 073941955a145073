"""Use of Wlz and of district nursing (Zvw): who has it, and since when."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from secure_env.synthetic.arrays import Ints
from secure_env.synthetic.days import OPEN, as_text
from secure_env.synthetic.households import Kind
from secure_env.synthetic.identity import Numbering, digits
from secure_env.synthetic.population import Origin, Population
from secure_env.synthetic.records import Records


LAWS = ("WLZ", "ZVW")
_KINDS = ("VV", "WV")
# By age: under 65, 65-74, 75-84, 85 and older.
_AGES = np.array([65, 75, 85])
_NURSED = np.array([0.006, 0.03, 0.10, 0.25])
_IN_CARE = np.array([0.004, 0.006, 0.02, 0.09])
_MOST_DAYS = 1_500


@dataclass(frozen=True)
class CareRecords(Records):
    """A person with care by a law."""

    law: Ints
    """Position in `LAWS`."""
    starts: Ints


def care_records(
    population: Population, origin: Origin, random: np.random.Generator
) -> CareRecords:
    """Of the residents of a gemeente; who lives in an institution has Wlz care."""
    persons = population.persons
    group = np.searchsorted(_AGES, persons.age, side="right")
    kind = population.households.kind[persons.household]
    chance = np.where(kind == Kind.INSTITUTION, 1.0, _IN_CARE[group])
    who = [
        np.flatnonzero(random.random(len(group)) < each)
        for each in (chance, _NURSED[group])
    ]
    person = np.concatenate(who)
    born = persons.birth[person]
    starts = population.new_year - random.integers(0, _MOST_DAYS, len(person))
    return CareRecords(
        origin.first_person + person,
        np.repeat(np.arange(len(LAWS)), [len(each) for each in who]),
        np.maximum(starts, born),
    )


def care_table(records: CareRecords, numbering: Numbering) -> pa.Table:
    """All of it still runs, in the columns that Vektis delivers."""
    law = pa.array(records.law)
    columns = {
        "BSN": digits(numbering.bsn(records.person), 9),
        "Wet": pa.array(LAWS).take(law),
        "Zorgvorm": pa.array(_KINDS).take(law),
        "Datum_aanvang": as_text(records.starts),
        "Datum_einde": as_text(np.full(len(records), OPEN)),
    }
    return pa.table(columns)
