"""Numbers of persons: a BSN and a RINPERSOON for the how-manieth person.

Both are one-to-one, so numbers are unique without remembering which were given out.
"""

from dataclasses import dataclass
from math import gcd

import numpy as np
import pyarrow as pa

from secure_env.synthetic.arrays import Ints


_RINS = 999_999_000
# Seven leading digits, not all zero, times nine choices of an eighth digit.
_BSNS = 9_999_999 * 9
_ELEVEN_TEST = (9, 8, 7, 6, 5, 4, 3, 2)

MOST_PERSONS = 80_000_000
"""More persons than this cannot have a BSN of their own beside the unknown ones."""


@dataclass(frozen=True, slots=True)
class Numbering:
    """Two shufflings of the running number of a person, fixed by the seed."""

    seed: int

    def rin(self, persons: Ints) -> Ints:
        return _shuffled(persons, _RINS, self.seed, 1) + 1

    def bsn(self, persons: Ints) -> Ints:
        return _eleven_proof(_shuffled(persons, _BSNS, self.seed, 2))

    def unknown_bsn(self, strangers: Ints) -> Ints:
        """Valid numbers that no person of the country has."""
        return self.bsn(_BSNS - 1 - strangers)


def failing(bsns: Ints) -> Ints:
    """The same numbers with another last digit: they fail the eleven-test."""
    last = bsns % 10
    return bsns - last + (last + 1) % 10


def digits(values: Ints, width: int) -> pa.StringArray:
    """Numbers as text of exactly so many digits."""
    text = np.empty((len(values), width), np.uint8)
    rest = values.astype(np.int64)
    for column in range(width - 1, -1, -1):
        rest, digit = np.divmod(rest, 10)
        text[:, column] = digit + ord("0")
    ends = np.arange(0, (len(values) + 1) * width, width, dtype=np.int32)
    return pa.StringArray.from_buffers(
        len(values), pa.py_buffer(ends), pa.py_buffer(text)
    )


def _shuffled(values: Ints, size: int, seed: int, stream: int) -> Ints:
    """An affine permutation of 0 .. size - 1."""
    random = np.random.default_rng([seed, 0, stream])
    step = int(random.integers(size // 3, size // 2))
    while gcd(step, size) != 1:
        step += 1
    start = int(random.integers(size))
    return (values.astype(np.int64) * step + start) % size


def _eleven_proof(index: Ints) -> Ints:
    """The index-th number that passes 9a + 8b + ... + 2h - i = 0 (mod 11).

    Given seven digits, at most one eighth digit asks for a ninth "digit" of 10;
    nine of the others remain, and each has exactly one ninth digit.
    """
    seven, choice = index // 9 + 1, index % 9
    weighted = np.zeros_like(seven)
    rest = seven
    for weight in reversed(_ELEVEN_TEST[:7]):
        rest, digit = np.divmod(rest, 10)
        weighted += weight * digit
    # 2 * eighth = 10 - weighted (mod 11); the inverse of 2 is 6.
    impossible = (10 - weighted) * 6 % 11
    eighth = choice + (choice >= impossible)
    ninth = (weighted + 2 * eighth) % 11
    return (seven * 10 + eighth) * 10 + ninth
