"""From a fraction to whole numbers: mends a point where it is broken, and only there.

An extreme point of the relaxation is whole almost everywhere; its fractions stand in a
few small clusters. Around each the cells are set free and asked again, in whole
numbers; all others stay as they are.
"""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from engine.solver import Floats, Ints, Polytope


Mask = NDArray[np.bool_]

NEAR = 1e-6

ROUGH = 0.05
"""How far a mended point may fall short of the best: any whole point will do."""

WIDEST = 4_000
"""A cluster that has grown to so many cells is not mended here."""

SMALLEST = 40
"""With fewer cells than this around it, a cell hardly moves."""


class Repair:
    """Mends points of one system: matrix @ x = rhs, lower <= x <= upper."""

    def __init__(self, matrix: csr_array, rhs: Ints, lower: Ints, upper: Ints) -> None:
        self._matrix, self._rhs = matrix, rhs
        self._lower, self._upper = lower, upper

    @cached_property
    def _touches(self) -> csr_array:
        return csr_array(abs(self._matrix))

    @cached_property
    def _touched_by(self) -> csr_array:
        return self._touches.T.tocsr()

    def whole_near(self, costs: Floats, point: Floats) -> Ints | None:
        """A whole point that differs from this one near its fractions only."""
        whole = np.rint(point).astype(np.int64)
        broken = np.abs(point - whole) > NEAR
        while np.any(broken):
            grown = broken.copy()
            for cells in self._clusters(self._grow(broken)):
                if len(cells) > WIDEST:
                    return None
                if not self._mend(cells, costs, whole):
                    grown[cells] = True
            if np.array_equal(self._matrix @ whole, self._rhs):
                return whole
            if np.array_equal(grown, broken):
                return None
            broken = grown
        return whole

    def _grow(self, cells: Mask) -> Mask:
        """These cells and all that share an equation with one of them."""
        rows = self._touches @ cells.astype(np.int64) > 0
        return np.asarray(self._touched_by @ rows.astype(np.int64) > 0)

    def _clusters(self, free: Mask) -> list[Ints]:
        """Free cells that no equation connects, apart."""
        cells = np.flatnonzero(free)
        part = self._touched_by[cells].tocoo()
        count = len(cells)
        shape = (count + self._matrix.shape[0],) * 2
        graph = coo_array(
            (np.ones(part.nnz, dtype=np.int8), (part.row, part.col + count)), shape
        )
        _, label = connected_components(graph)
        order = np.argsort(label[:count], kind="stable")
        ends = np.flatnonzero(np.diff(label[:count][order])) + 1
        return np.split(cells[order], ends)

    def reach(self, target: int, goal: int, base: Ints) -> Ints | None:
        """A world that differs from `base` around the target only, where it is `goal`.

        Tried with more and more of its neighbours, up to `WIDEST`.
        """
        lower, upper = self._lower.copy(), self._upper.copy()
        lower[target] = upper[target] = goal
        free = np.zeros(len(base), dtype=bool)
        free[target] = True
        count = 0
        while count < np.sum(free) <= WIDEST:
            count = int(np.sum(free))
            if count >= SMALLEST:
                world = base.copy()
                costs = np.zeros(len(base))
                if self._mend(np.flatnonzero(free), costs, world, (lower, upper)):
                    return world
            free = self._grow(free)
        return None

    def _mend(
        self,
        cells: Ints,
        costs: Floats,
        whole: Ints,
        bounds: tuple[Ints, Ints] | None = None,
    ) -> bool:
        """Ask for the free cells in whole numbers, all others as they are now."""
        lower, upper = bounds or (self._lower, self._upper)
        rows = np.unique(self._touched_by[cells].indices)
        part = self._matrix[rows]
        rest = whole.copy()
        rest[cells] = 0
        rhs = self._rhs[rows] - part @ rest
        best = Polytope(
            csr_array(part[:, cells]), rhs, lower[cells], upper[cells]
        ).maximise_whole(costs[cells], ROUGH)
        if best is None or best.whole is None:
            return False
        whole[cells] = best.whole
        return True
