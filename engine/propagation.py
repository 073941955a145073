"""Bounds that follow from bounds: what a reader finds by adding and subtracting."""

import numpy as np
from scipy.sparse import csr_array

from engine.errors import Contradiction
from engine.solver import UNBOUNDED, Ints


MOST_ROUNDS = 200
"""Propagation may creep by ones; what is left after this many rounds is for the LP."""


def propagate(
    matrix: csr_array, lower: Ints, upper: Ints, rhs: Ints | None = None
) -> tuple[Ints, Ints]:
    """The bounds narrowed until no single equation narrows them further.

    The coefficients of `matrix` are whole numbers; an equation adds up to its `rhs`,
    without one to 0. Raises Contradiction when no whole numbers can satisfy them.
    """
    low, high = narrowed(matrix, lower, upper, rhs)
    if crossing := int(np.sum(low > high)):
        raise Contradiction(
            f"no whole numbers satisfy what is published: {crossing} cells would "
            "have to be larger than they can be"
        )
    return low, high


def narrowed(
    matrix: csr_array, lower: Ints, upper: Ints, rhs: Ints | None = None
) -> tuple[Ints, Ints]:
    """The same, but bounds that cross each other are given as they were found."""
    none = np.zeros(matrix.shape[0], dtype=np.int64)
    entries = Entries(matrix, none if rhs is None else rhs)
    for _ in range(MOST_ROUNDS):
        before = lower, upper
        lower, upper = entries.narrow(lower, upper)
        same = np.array_equal(lower, before[0]) and np.array_equal(upper, before[1])
        if same or np.any(lower > upper):
            break
    return lower, upper


class Entries:
    """The entries of the matrix, by equation and (through `order`) by unknown."""

    def __init__(self, matrix: csr_array, rhs: Ints) -> None:
        self._column = matrix.indices.astype(np.int64)
        self._positive = matrix.data > 0
        self._times = np.abs(matrix.data)
        lengths = np.diff(matrix.indptr)
        self._starts = matrix.indptr[:-1][lengths > 0].astype(np.int64)
        self._lengths = lengths[lengths > 0]
        self._sum = np.repeat(rhs, lengths)
        self._order = np.argsort(self._column, kind="stable")
        columns, starts = np.unique(self._column[self._order], return_index=True)
        self._columns, self._column_starts = columns, starts

    def narrow(self, lower: Ints, upper: Ints) -> tuple[Ints, Ints]:
        """The bounds after one look at every equation."""
        at_least, at_most = self.implied(lower, upper)
        return (
            self._per_unknown(np.maximum, lower, at_least),
            self._per_unknown(np.minimum, upper, at_most),
        )

    def implied(self, lower: Ints, upper: Ints) -> tuple[Ints, Ints]:
        """Per entry what its equation alone says of its unknown."""
        low, high = lower[self._column], upper[self._column]
        least = self._times * np.where(self._positive, low, -high)
        most = self._times * np.where(self._positive, high, -low)
        # x = sum - others: at most the sum less their least, at least less their most
        ceiling = self._sum - self._others(least, -UNBOUNDED)
        floor = self._sum - self._others(most, UNBOUNDED)
        at_most = np.where(self._positive, ceiling, -floor) // self._times
        at_least = -(np.where(self._positive, -floor, ceiling) // self._times)
        return at_least, at_most

    def _others(self, bound: Ints, endless_sum: int) -> Ints:
        """Per entry: the sum of the other entries' bounds in its equation."""
        endless = np.abs(bound) >= UNBOUNDED
        finite = np.where(endless, 0, bound)
        total = np.repeat(np.add.reduceat(finite, self._starts), self._lengths)
        endless_count = np.add.reduceat(endless.astype(np.int64), self._starts)
        others_endless = np.repeat(endless_count, self._lengths) - endless
        endless_sums = endless_sum * self._times
        return np.where(others_endless > 0, endless_sums, total - finite)

    def _per_unknown(self, pick: np.ufunc, now: Ints, candidate: Ints) -> Ints:
        best = now.copy()
        found = pick.reduceat(candidate[self._order], self._column_starts)
        best[self._columns] = pick(best[self._columns], found)
        return np.clip(best, -UNBOUNDED, UNBOUNDED)
