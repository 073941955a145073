"""The complement question: which shown cells would have to be otherwise, at least cost.

A world in which a protected cell is as low or as high as it must be able to be may
need shown cells outside what was published. Each unit outside costs what hiding the
cell costs; cells that end outside are the complements to hide.
"""

import numpy as np
from scipy.sparse import csr_array, hstack

from engine.solver import UNBOUNDED, Floats, Ints, Polytope


NEAR = 1e-6
"""How far the solver's fractions may be from the whole numbers they stand for."""


class Complements:
    """Worlds that may leave the published bounds at a price, kept warm.

    Every cell is `inside + above - below`: inside its published bounds for free, above
    or below them at `cost` a unit, never below `floor`. An infinite cost forbids it.
    """

    def __init__(
        self, matrix: csr_array, low: Ints, high: Ints, floor: Ints, cost: Floats
    ) -> None:
        size = matrix.shape[1]
        self._size = size
        self._low, self._high = low, high
        allowed = np.isfinite(cost)
        above = np.where(allowed, UNBOUNDED, 0)
        below = np.where(allowed, np.maximum(low - floor, 0), 0)
        none = np.zeros(size, dtype=np.int64)
        self._polytope = Polytope(
            hstack([matrix, matrix, -matrix], format="csr"),
            np.zeros(matrix.shape[0], dtype=np.int64),
            np.concatenate([low, none, none]),
            np.concatenate([high, above, below]),
        )
        price = np.where(allowed, cost, 0.0)
        self._price = -np.concatenate([np.zeros(size), price, price])

    def cheapest(self, target: int, goal: int, *, upward: bool) -> Floats | None:
        """The world that costs least with the target at `goal` or beyond, if any."""
        low, high = self._low[target], self._high[target]
        ends = (max(low, goal), high) if upward else (low, min(high, goal))
        if ends[0] > ends[1]:
            return None
        self._bound(target, *ends)
        world = self._polytope.corner(self._price)
        self._bound(target, low, high)
        if world is None:
            return None
        inside, above, below = np.split(world, 3)
        return np.asarray(inside + above - below)

    def ends(self, target: int) -> tuple[int, int]:
        """The lowest and highest value of a cell when all that may be hidden is.

        Fractions of whole numbers are left out.
        """
        found = []
        for sign in (1.0, -1.0):
            costs = np.zeros(3 * self._size)
            costs[target :: self._size] = -sign * np.array([1.0, 1.0, -1.0])
            world = self._polytope.corner(costs)
            assert world is not None, "there was a world"  # noqa: S101
            inside, above, below = np.split(world, 3)
            found.append(float((inside + above - below)[target]))
        return int(np.ceil(found[0] - NEAR)), int(np.floor(found[1] + NEAR))

    def hide(self, cells: Ints) -> None:
        """These cells are hidden from now on: being otherwise costs nothing more."""
        self._price[self._size + cells] = 0.0
        self._price[2 * self._size + cells] = 0.0

    def _bound(self, target: int, low: int, high: int) -> None:
        self._polytope.restrict(np.array([target]), np.array([low]), np.array([high]))
