"""How a count is shown: rounding of what remains after suppression."""

import hashlib
import hmac
from collections.abc import Sequence

import numpy as np

from engine.errors import EngineError
from engine.solver import Ints
from rules.disclosure import Rounding, RoundingMethod


def rounded(
    value: Ints,
    rounding: Rounding,
    cells: Sequence[bytes] = (),
    key: bytes | None = None,
) -> Ints:
    """The values as shown; each for itself, so that totals need not add up.

    Conventional: to the nearest multiple, halves up (CBS, Toelichting Wijk- en
    Buurtkaart: "afgerond op vijftallen"). Random: up with probability remainder/base,
    drawn from HMAC-SHA256 of the cell under a secret key, so that the same cell is
    rounded the same way in every table and release.
    """
    base = rounding.base
    if rounding.method is RoundingMethod.NONE:
        return value
    if rounding.method is RoundingMethod.CONVENTIONAL:
        return np.asarray((2 * value + base) // (2 * base) * base)
    if rounding.method is RoundingMethod.RANDOM:
        return _at_random(value, base, cells, key)
    raise EngineError("controlled rounding is decided over a whole table, not per cell")


def _at_random(
    value: Ints, base: int, cells: Sequence[bytes], key: bytes | None
) -> Ints:
    if key is None or len(cells) != len(value):
        raise EngineError(
            "random rounding needs a secret key and the name of each cell"
        )
    draw = np.array([_uniform(key, cell) for cell in cells])
    down = value // base * base
    return np.where(draw * base < value - down, down + base, down)


def _uniform(key: bytes, cell: bytes) -> float:
    digest = hmac.digest(key, b"gmsd/rounding/v1|" + cell, hashlib.sha256)
    return int.from_bytes(digest[:8], "big") / 2.0**64
