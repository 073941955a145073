"""What is wrong in real deliveries, planted and counted.

Every kind is rare: together about one record in a hundred, and never more than one in
fifty of a file, so that no file is refused for it.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
from numpy.random import Generator

from secure_env.synthetic.arrays import Ints, Mask
from secure_env.synthetic.days import OPEN
from secure_env.synthetic.identity import Numbering, failing
from secure_env.synthetic.records import Records


UNKNOWN_CODE = -1
BSN_WITHHELD = 999_999_999
UNBORN = 0
_MOST = 0.02
_STRANGERS = 1_000_000


class Dirt(Enum):
    """A kind of record that intake has to notice, with its share of the records."""

    BSN_FAILING = "bsn_failing"
    """The number fails the eleven-test."""
    BSN_UNKNOWN = "bsn_unknown"
    """A valid number that is not in the key file."""
    DUPLICATE = "duplicate"
    """The same record once more."""
    END_BEFORE_START = "end_before_start"
    ENDS_BEFORE_PERIOD = "ends_before_period"
    STARTS_AFTER_PERIOD = "starts_after_period"
    UNKNOWN_CODE = "unknown_code"
    """A type that is not in the code list."""
    WITHHELD = "bsn_withheld"
    """The number that means: BSN unknown. Jeugd only, and no error."""
    UNBORN = "unborn"
    """The number that means: not born yet. Jeugd only, and no error."""
    ADJOINING = "adjoining"
    """A next record starts one to three days after this one ends. No error."""
    OVERLAPPING = "overlapping"
    """A next record starts before this one ends. No error."""


SHARES = {
    Dirt.BSN_FAILING: 0.0015,
    Dirt.BSN_UNKNOWN: 0.0020,
    Dirt.DUPLICATE: 0.0025,
    Dirt.END_BEFORE_START: 0.0010,
    Dirt.ENDS_BEFORE_PERIOD: 0.0006,
    Dirt.STARTS_AFTER_PERIOD: 0.0006,
    Dirt.UNKNOWN_CODE: 0.0010,
}
"""What every source has."""

JEUGD_SHARES = SHARES | {Dirt.WITHHELD: 0.0010, Dirt.UNBORN: 0.0005}


@dataclass(frozen=True)
class Sheet(Records):
    """The records of one file: what dirt can change, and which record each is."""

    row: Ints
    """Position among the records of the source."""
    bsn: Ints
    starts: Ints
    ends: Ints
    code: Ints
    month: Ints
    """Month of the statistic; 0 where a file has no months."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What dirt is made with: the period's days, the numbers, the chance."""

    first_day: int
    last_day: int
    numbering: Numbering
    random: Generator


def soiled(
    sheet: Sheet, eligible: Mask, shares: dict[Dirt, float], ground: Ground
) -> tuple[Sheet, Counter[Dirt]]:
    """The sheet with dirt of these shares, in records that are eligible, and its count.

    A record has one kind of dirt at most. The order of the records changes.
    """
    free = ground.random.permutation(np.flatnonzero(eligible))
    stays = np.ones(len(sheet), np.bool_)
    room = int(len(sheet) * _MOST)
    planted = Counter[Dirt]()
    dirty: list[Sheet] = []
    for kind, share in shares.items():
        fit = free[_fit(sheet.of(free), kind, ground)]
        number = int(ground.random.binomial(len(sheet), share))
        chosen = fit[: min(number, room)]
        free = np.setdiff1d(free, chosen, assume_unique=True)
        room -= len(chosen)
        planted[kind] = len(chosen)
        dirty.append(_SOIL[kind](sheet.of(chosen), ground))
        stays[chosen] = kind in _ADDED
    whole = Sheet.joined([sheet.of(stays), *dirty])
    return whole.of(ground.random.permutation(len(whole))), planted


def _fit(sheet: Sheet, kind: Dirt, ground: Ground) -> Mask:
    """An end before the start must lie in the period, or it is dirt of another kind."""
    if kind is not Dirt.END_BEFORE_START:
        return np.ones(len(sheet), np.bool_)
    return (sheet.starts > ground.first_day) & (sheet.starts <= ground.last_day)


def _failing(sheet: Sheet, _: Ground) -> Sheet:
    return replace(sheet, bsn=failing(sheet.bsn))


def _unknown(sheet: Sheet, ground: Ground) -> Sheet:
    strangers = ground.random.integers(0, _STRANGERS, len(sheet))
    return replace(sheet, bsn=ground.numbering.unknown_bsn(strangers))


def _again(sheet: Sheet, _: Ground) -> Sheet:
    return sheet


def _backwards(sheet: Sheet, ground: Ground) -> Sheet:
    return replace(sheet, ends=ground.random.integers(ground.first_day, sheet.starts))


def _before(sheet: Sheet, ground: Ground) -> Sheet:
    ends = ground.first_day - ground.random.integers(1, 60, len(sheet))
    return replace(sheet, starts=ends - 300, ends=ends)


def _after(sheet: Sheet, ground: Ground) -> Sheet:
    starts = ground.last_day + ground.random.integers(1, 60, len(sheet))
    return replace(sheet, starts=starts, ends=np.full(len(sheet), OPEN))


def _uncoded(sheet: Sheet, _: Ground) -> Sheet:
    return replace(sheet, code=np.full(len(sheet), UNKNOWN_CODE))


def _withheld(sheet: Sheet, _: Ground) -> Sheet:
    return replace(sheet, bsn=np.full(len(sheet), BSN_WITHHELD))


def _unborn(sheet: Sheet, _: Ground) -> Sheet:
    return replace(sheet, bsn=np.full(len(sheet), UNBORN))


_SOIL: dict[Dirt, Callable[[Sheet, Ground], Sheet]] = {
    Dirt.BSN_FAILING: _failing,
    Dirt.BSN_UNKNOWN: _unknown,
    Dirt.DUPLICATE: _again,
    Dirt.END_BEFORE_START: _backwards,
    Dirt.ENDS_BEFORE_PERIOD: _before,
    Dirt.STARTS_AFTER_PERIOD: _after,
    Dirt.UNKNOWN_CODE: _uncoded,
    Dirt.WITHHELD: _withheld,
    Dirt.UNBORN: _unborn,
}
_ADDED = {Dirt.DUPLICATE, Dirt.ENDS_BEFORE_PERIOD, Dirt.STARTS_AFTER_PERIOD}
"""Kinds that add a record; the others change one."""
