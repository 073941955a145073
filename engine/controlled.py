"""Controlled rounding: each cell to a multiple near it, so that parts still add up.

Fewest units away from the exact counts (Salazar, Bycroft, Staggemeier 2005). Tables of
two ways, one of them flat, are networks: their linear programme has a whole answer,
which is the optimum. Others are rounded by region, top down, each in the row it got.
"""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array, hstack

from engine.errors import NotProtectable
from engine.grid import Block, Grid
from engine.solver import UNBOUNDED, Ints, Polytope
from rules.disclosure import Rounding


NEAR_ENOUGH = 0.01
"""By so large a share the rounding of a region may miss the best one."""

OPEN = -1


def controlled(grid: Grid, exact: Ints, rounding: Rounding) -> Ints:
    """The figure of each cell of the group.

    No cell is further from its exact value than `rounding.slack`, and none further than
    the base where that can be helped. Raises NotProtectable when it cannot be so.
    """
    most = rounding.slack()[0]
    windows = [np.full(grid.size, n) for n in range(rounding.base - 1, most + 1)]
    return adding_up(grid, exact, rounding.base, windows)


def adding_up(grid: Grid, exact: Ints, base: int, windows: Sequence[Ints]) -> Ints:
    """The figure of each cell, no further from its exact value than its window.

    A window is only used where those before it have no answer.
    """
    steps = np.full(grid.size, OPEN)
    ways = {dimension.name for table in grid.tables for dimension in table.dimensions}
    if len(ways) <= 2:
        everything = grid.whole()
        problem = _Problem(everything, exact[everything.cells], steps, base)
        found = problem.relaxed(windows[0][everything.cells])
        if found is not None:
            steps[everything.cells] = found
            return steps * base
    for block in grid.blocks(few=0) if grid.is_tree() else [grid.whole()]:
        problem = _Problem(block, exact[block.cells], steps, base)
        steps[block.cells] = _rounded(problem, [own[block.cells] for own in windows])
    return steps * base


def _rounded(problem: "_Problem", windows: Sequence[Ints]) -> Ints:
    """The steps of a block, no further from the counts than they have to be."""
    for window in windows:
        found = problem.relaxed(window)
        if found is None:
            found = problem.whole(window)
        if found is not None:
            return found
    most, base = int(windows[-1].max()), problem.base
    raise NotProtectable(
        f"{len(windows[-1])} cells that add up cannot be rounded to multiples of "
        f"{base} within {most} of their counts; let them be further: "
        f"window = {max(most + 1, base)} (policy, rounding)"
    )


class _Problem:
    """Cells as unknown numbers of steps of the base, some of them decided before."""

    def __init__(self, block: Block, exact: Ints, decided: Ints, base: int) -> None:
        self._matrix, self._remainders = block.matrix, block.remainders
        self._exact, self.base = exact, base
        self._given = np.where(block.upper_row, decided[block.cells], OPEN)
        self._free = self._given == OPEN
        self._start = np.where(self._free, exact // base, self._given)

    def relaxed(self, window: Ints) -> Ints | None:
        """The nearest steps, if those of the linear programme are whole."""
        best = self._polytope(window).maximise(self._gain(window))
        return None if best is None or best.whole is None else self._steps(best.whole)

    def whole(self, window: Ints) -> Ints | None:
        """Steps about as near as can be; None where there are none in the window."""
        best = self._polytope(window).maximise_whole(self._gain(window), NEAR_ENOUGH)
        return None if best is None or best.whole is None else self._steps(best.whole)

    def _polytope(self, window: Ints) -> Polytope:
        """Unknowns: a last step up, remainders, and steps beyond it up and down."""
        base, exact = self.base, self._exact
        whole_up = -(-exact // base)
        up = np.where(self._free, whole_up - self._start, 0)
        above = np.where(self._free, (exact + window) // base - whole_up, 0)
        lowest = np.maximum(-(-(exact - window) // base), 0)
        below = np.where(self._free, self._start - lowest, 0)
        matrix, upper = self._matrix, [up, np.full(self._remainders, UNBOUNDED)]
        start = np.concatenate([self._start, np.zeros(self._remainders, np.int64)])
        if window.max() >= base:
            cells = matrix[:, : len(exact)]
            matrix = csr_array(hstack([matrix, cells, -cells], format="csr"))
            upper += [above, below]
        most = np.concatenate(upper)
        rhs = -(self._matrix @ start)
        return Polytope(matrix, rhs, np.zeros_like(most), most, presolve=False)

    def _gain(self, window: Ints) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Units nearer per step: the last one passes the count, others leave it."""
        base = self.base
        last = 2 * (self._exact % base) - base
        beyond = np.full(2 * len(last) * int(window.max() >= base), -base)
        remainders = np.zeros(self._remainders)
        return np.concatenate([last, remainders, beyond]).astype(np.float64)

    def _steps(self, answer: Ints) -> Ints:
        count = len(self._exact)
        steps = self._start + answer[:count]
        beyond = answer[count + self._remainders :]
        if len(beyond):
            above, below = np.split(beyond, 2)
            steps = steps + above - below
        return np.asarray(steps)
