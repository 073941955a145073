"""What a gemeente pays for its Wmo records in a half-year, and to whom."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from secure_env.synthetic.days import as_text
from secure_env.synthetic.dirt import Ground, Sheet
from secure_env.synthetic.identity import digits
from secure_env.synthetic.wmo import PGB, WmoRecords


# Cents a day, by category 01..18.
_DAILY = 100 * np.array(
    [12, 22, 18, 30, 9, 15, 28, 6, 12, 10, 3, 2, 4, 2, 110, 95, 120, 80]
)
_SPREAD = 0.4
_PROVIDERS = 12
# Some gemeenten buy nearly all of one provider, others of many.
_SPREAD_OVER = (0.4, 2.0, 3.0, 2.5)
_FIRST_PROVIDER = 20_000_000
_ELSEWHERE_TOO = 7
"""Providers of a gemeente work in the next ones too."""


def costs_table(
    records: WmoRecords, sheet: Sheet, *, gemeente: str, ground: Ground
) -> pa.Table:
    """A record for each of the sheet; the largest providers have most of them."""
    records, size, random = records.of(sheet.row), len(sheet), ground.random
    from_day = np.maximum(sheet.starts, ground.first_day)
    days = np.minimum(sheet.ends, ground.last_day) - from_day + 1
    spread = np.exp(random.normal(0, _SPREAD, size))
    cents = (_DAILY[records.type - 1] * days * spread).astype(np.int64)
    number = int(gemeente[2:])
    spread_over = _SPREAD_OVER[number % len(_SPREAD_OVER)]
    rank = random.exponential(spread_over, size).astype(np.int64)
    rank = np.minimum(rank, _PROVIDERS - 1)
    provider = _FIRST_PROVIDER + number * _ELSEWHERE_TOO + rank
    in_kind = pa.array(records.financing != PGB)
    columns = {
        "Gemeentecode": pa.repeat(gemeente, size),
        "BSN": digits(sheet.bsn, 9),
        "Type_maatwerkarrangement": digits(records.type, 2),
        "Leveringsvorm": digits(records.financing, 1),
        "Aanbieder": pc.if_else(in_kind, digits(provider, 8), None),
        "Datum_start": as_text(sheet.starts),
        "Datum_einde": as_text(sheet.ends),
        "Bedrag": pc.binary_join_element_wise(
            pc.cast(pa.array(cents // 100), pa.string()), digits(cents % 100, 2), ","
        ),
    }
    return pa.table(columns)
