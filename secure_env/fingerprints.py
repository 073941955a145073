"""Many 128-bit hashes, sorted, as two columns of 64 bits: found in bulk, exactly."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa


Half = npt.NDArray[np.uint64]
_RUNS = 16


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
        place = np.searchsorted(self.high, high)
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


@dataclass(slots=True)
class Seen:
    """What went by so far: 16 bytes each."""

    _runs: list[Fingerprints] = field(default_factory=list)

    def repeats(self, content: bytes) -> npt.NDArray[np.bool_]:
        """Which of these hashes went by before; each is remembered."""
        high, low = halves(content)
        repeated = np.zeros(len(high), bool)
        for run in self._runs:
            repeated |= run.find(high, low) >= 0
        order = Fingerprints.order(high, low)
        high, low = high[order], low[order]
        again = (high[1:] == high[:-1]) & (low[1:] == low[:-1])
        repeated[order[1:][again]] = True
        self._remember(Fingerprints(high, low))
        return repeated

    def _remember(self, run: Fingerprints) -> None:
        """Keep the run; join all runs when there are many."""
        self._runs.append(run)
        if len(self._runs) > _RUNS:
            high = np.concatenate([each.high for each in self._runs])
            low = np.concatenate([each.low for each in self._runs])
            order = np.argsort(high, kind="stable")  # merges what is sorted already
            self._runs = [Fingerprints(high[order], low[order])]


def halves(content: bytes) -> tuple[Half, Half]:
    """Hashes of 16 bytes, one after the other, as two columns."""
    pairs = np.frombuffer(content, ">u8").reshape(-1, 2).astype(np.uint64)
    return np.ascontiguousarray(pairs[:, 0]), np.ascontiguousarray(pairs[:, 1])


def content(hashes: pa.Array) -> bytes:
    """The bytes of hashes of 16 bytes (`pa.binary(16)`), one after the other."""
    values: pa.Buffer = hashes.buffers()[1]
    start = hashes.offset * 16
    return bytes(memoryview(values)[start : start + len(hashes) * 16])
