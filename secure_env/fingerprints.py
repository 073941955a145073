"""Hashes of 128 bits as two columns of 64: made of records, found in bulk, exactly."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pandas.util import hash_array

from secure_env.columns import Column


Half = npt.NDArray[np.uint64]
_RUNS = 16
_BEGINNINGS = np.arange(16, dtype=np.uint64) << np.uint64(60)
_NOTHING = chr(30)
"""Stands for no value; it is in none that passed its checks."""


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """Hashes in the order of their first half."""

    high: Half
    low: Half

    @staticmethod
    def order(high: Half, low: Half) -> npt.NDArray[np.intp]:
        """How to sort; of equal hashes the first stays first."""
        order = np.argsort(high, kind="stable")
        sorted_ = high[order]
        if (sorted_[1:] == sorted_[:-1]).any():
            order = np.lexsort((low, high))  # three times slower
        return order

    def find(self, high: Half, low: Half) -> npt.NDArray[np.intp]:
        """Where each hash is; -1 where it is not."""
        order = np.argsort(high, kind="stable")  # in order the search is quicker
        place = np.empty(len(high), np.intp)
        place[order] = np.searchsorted(self.high, high[order])
        found = np.full(len(high), -1, np.intp)
        open_ = np.arange(len(high))
        while len(open_):  # once more only where two hashes share their first half
            open_ = open_[place[open_] < len(self.high)]
            open_ = open_[self.high[place[open_]] == high[open_]]
            same = self.low[place[open_]] == low[open_]
            found[open_[same]] = place[open_[same]]
            open_ = open_[~same]
            place[open_] += 1
        return found


class Seen:
    """What went by so far: 16 bytes for each that was new.

    In parts by how a hash begins, so that to join the runs of a part takes little.
    """

    def __init__(self) -> None:
        self._parts = [_Runs() for _ in _BEGINNINGS]

    def repeats(self, high: Half, low: Half) -> npt.NDArray[np.bool_]:
        """Which of these hashes went by before; each is remembered."""
        order = Fingerprints.order(high, low)
        high, low = high[order], low[order]
        again = np.zeros(len(order), bool)
        again[1:] = (high[1:] == high[:-1]) & (low[1:] == low[:-1])
        ends = np.searchsorted(high, _BEGINNINGS)
        for runs, start, stop in zip(
            self._parts, ends, [*ends[1:], len(high)], strict=True
        ):
            of_part = slice(start, stop)
            again[of_part] |= runs.have(high[of_part], low[of_part])
            new = ~again[of_part]
            runs.remember(high[of_part][new], low[of_part][new])
        repeated = np.empty(len(order), bool)
        repeated[order] = again
        return repeated


@dataclass(slots=True)
class _Runs:
    """Hashes in several runs, each in order."""

    _runs: list[Fingerprints] = field(default_factory=list)

    def have(self, high: Half, low: Half) -> npt.NDArray[np.bool_]:
        found = np.zeros(len(high), bool)
        for run in self._runs:
            found |= run.find(high, low) >= 0
        return found

    def remember(self, high: Half, low: Half) -> None:
        """As another run; join all runs when there are many."""
        self._runs.append(Fingerprints(high, low))
        if len(self._runs) > _RUNS:
            high = np.concatenate([each.high for each in self._runs])
            low = np.concatenate([each.low for each in self._runs])
            order = np.argsort(high, kind="stable")  # merges what is sorted already
            self._runs = [Fingerprints(high[order], low[order])]


class Prints:
    """Gives 128 bits for the values of a record together: equal ones, equal bits.

    Every value is hashed under a key of this moment, and what stands in different
    columns is told apart by a factor, so nobody can make two records alike.
    """

    def __init__(self, columns: int) -> None:
        self._key = secrets.token_hex(8)
        numbers = [secrets.randbits(64) | 1 for _ in range(2 * columns)]
        self._factors = np.array(numbers, np.uint64).reshape(columns, 2)

    def of(self, columns: Sequence[Column]) -> tuple[Half, Half]:
        """The two halves, for every record."""
        high = low = np.zeros(len(columns[0].at), np.uint64)
        for column, (one, other) in zip(columns, self._factors, strict=True):
            texts = pc.fill_null(column.values.cast(pa.string()), _NOTHING)
            hashed = hash_array(
                texts.to_numpy(zero_copy_only=False),
                hash_key=self._key,
                categorize=False,
            )
            high = high + (hashed * one)[column.at]
            low = low + (hashed * other)[column.at]
        return high, low


def halves(content: bytes) -> tuple[Half, Half]:
    """Hashes of 16 bytes, one after the other, as two columns."""
    pairs = np.frombuffer(content, ">u8").reshape(-1, 2).astype(np.uint64)
    return np.ascontiguousarray(pairs[:, 0]), np.ascontiguousarray(pairs[:, 1])


def content(hashes: pa.Array) -> bytes:
    """The bytes of hashes of 16 bytes (`pa.binary(16)`), one after the other."""
    values: pa.Buffer = hashes.buffers()[1]
    start = hashes.offset * 16
    return bytes(memoryview(values)[start : start + len(hashes) * 16])
