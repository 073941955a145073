"""Days as whole numbers since 1 January 1970, and a day that never comes."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from secure_env.synthetic.arrays import Ints


OPEN = np.iinfo(np.int32).max
"""Still running, or unknown: later than any day."""

_EPOCH = date(1970, 1, 1)
_FIRST = -(60 * 366)
_LAST = 150 * 366
# Every day from 1909 to 2120, written once, so that a column is a look-up.
_TEXTS = pa.array(
    [f"{_EPOCH + timedelta(days=n):%Y%m%d}" for n in range(_FIRST, _LAST)]
)


def day(when: date) -> int:
    return (when - _EPOCH).days


def as_text(days: Ints) -> pa.Array:
    """JJJJMMDD, null where open."""
    known = days != OPEN
    place = pa.array(np.where(known, days - _FIRST, 0), mask=~known)
    return _TEXTS.take(place)


def as_dates(days: Ints) -> pa.Array:
    """Arrow dates, null where open."""
    return pa.array(days.astype(np.int32), mask=days == OPEN).cast(pa.date32())
