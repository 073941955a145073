"""Feasibility intervals: the exact values a cell can have, given everything published.

A *world* is a table of whole numbers that would have been published exactly so. Every
world found widens what is known to be possible for all cells at once; bounds from the
relaxation close in from outside. A cell is settled where the two meet.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from engine.errors import Contradiction
from engine.propagation import propagate
from engine.solver import UNBOUNDED, Endless, Floats, Ints, Optimum, Polytope


WORTH_ASKING = 2
"""Ask for many cells at once while a question settles at least so many ends."""


@dataclass(frozen=True, slots=True)
class System:
    """Unknown whole numbers: matrix @ x = rhs, lower <= x <= upper."""

    matrix: csr_array
    rhs: Ints
    lower: Ints
    upper: Ints


@dataclass(frozen=True, slots=True)
class Feasibility:
    """Per unknown the smallest and largest value possible, and worlds that show it.

    `lower` and `upper` are proven limits; `least` and `most` were attained in one of
    `worlds` (a row per world). Equal pairs are exact. An unknown that nothing limits
    has `upper` and `most` at `UNBOUNDED`.
    """

    lower: Ints
    upper: Ints
    least: Ints
    most: Ints
    worlds: Ints

    def exact(self) -> NDArray[np.bool_]:
        return np.asarray((self.least == self.lower) & (self.most == self.upper))


def intervals(
    matrix: csr_array, lower: Ints, upper: Ints, targets: Ints
) -> Feasibility:
    """The feasibility interval of every target, by propagation, worlds and solver.

    Raises Contradiction when no whole numbers satisfy the system.
    """
    lower, upper = propagate(matrix, lower, upper)
    lower, upper = lower.copy(), upper.copy()
    least, most = lower.copy(), upper.copy()
    wanted = np.zeros(len(lower), dtype=bool)
    wanted[targets] = True
    parts: list[tuple[Ints, Ints]] = []
    for unknowns, system in components(matrix, lower, upper):
        prober = Prober(system, np.flatnonzero(wanted[unknowns]))
        prober.settle()
        lower[unknowns], upper[unknowns] = prober.lower, prober.upper
        least[unknowns], most[unknowns] = prober.least, prober.most
        parts.append((unknowns, np.array(prober.worlds)))
    return Feasibility(lower, upper, least, most, _side_by_side(lower, parts))


def components(
    matrix: csr_array, lower: Ints, upper: Ints
) -> Iterator[tuple[Ints, System]]:
    """The parts of the system that no open unknown connects, each by itself.

    Unknowns that can have one value only are constants and connect nothing.
    """
    open_ = lower < upper
    constants = np.where(open_, 0, lower)
    rhs = -(matrix @ constants)
    entries = matrix.tocoo()
    keep = open_[entries.col]
    row, column, sign = entries.row[keep], entries.col[keep], entries.data[keep]
    rows, columns = matrix.shape
    graph = coo_array(
        (np.ones(len(row), dtype=np.int8), (row, column + rows)),
        shape=(rows + columns, rows + columns),
    )
    _, label = connected_components(graph, directed=False)
    unknowns = np.flatnonzero(open_)
    order = unknowns[np.argsort(label[rows:][unknowns], kind="stable")]
    groups = np.split(order, np.flatnonzero(np.diff(label[rows:][order])) + 1)
    entry_order = np.argsort(label[row], kind="stable")
    entry_label = label[row][entry_order]
    for group in groups if len(order) else []:
        own = label[rows + group[0]]
        first, last = np.searchsorted(entry_label, [own, own + 1])
        mine = entry_order[first:last]
        own_rows, new_row = np.unique(row[mine], return_inverse=True)
        new_column = np.searchsorted(group, column[mine])
        part = coo_array(
            (sign[mine], (new_row, new_column)), shape=(len(own_rows), len(group))
        ).tocsr()
        yield group, System(part, rhs[own_rows], lower[group], upper[group])


class Prober:
    """Settles the intervals of one connected system by asking for worlds."""

    def __init__(self, system: System, targets: Ints) -> None:
        self.lower, self.upper = system.lower.copy(), system.upper.copy()
        self.least = np.full(len(self.lower), UNBOUNDED, dtype=np.int64)
        self.most = np.full(len(self.lower), -1, dtype=np.int64)
        self.worlds: list[Ints] = []
        self._targets = targets
        self._polytope = Polytope(system.matrix, system.rhs, system.lower, system.upper)
        self._random = np.random.default_rng(1)

    def settle(self) -> None:
        """Ask until every target's interval is exact."""
        self._first_world()
        settled = WORTH_ASKING
        while settled >= WORTH_ASKING:
            before = self._unsettled()
            self._ask_for_many()
            settled = before - self._unsettled()
        for target in self._targets:
            if self.most[target] < self.upper[target]:
                self._ask_for_one(target, 1)
            if self.least[target] > self.lower[target]:
                self._ask_for_one(target, -1)

    def _unsettled(self) -> int:
        at = self._targets
        return int(
            np.sum(self.most[at] < self.upper[at])
            + np.sum(self.least[at] > self.lower[at])
        )

    def _first_world(self) -> None:
        if not self._ask_any(np.zeros(len(self.lower))):
            raise Contradiction(
                "no whole numbers satisfy what is published: the equations of "
                f"{len(self.lower)} connected cells contradict one another"
            )

    def _ask_for_many(self) -> None:
        """Push every target that is not settled towards one of its open ends."""
        at = self._targets
        up = (self.most[at] < self.upper[at]) & (self.upper[at] < UNBOUNDED)
        down = self.least[at] > self.lower[at]
        coin = self._random.random(len(at)) < 0.5
        costs = np.zeros(len(self.lower))
        costs[at] = np.where(up & (coin | ~down), 1.0, np.where(down, -1.0, 0.0))
        costs[at] *= self._random.uniform(0.5, 1.5, len(at))
        self._ask_any(costs)

    def _ask_any(self, costs: Floats) -> bool:
        """Record a world near the optimum, if there is one."""
        best = self._polytope.maximise(costs)
        if best is not None and best.whole is None:
            near = self._polytope.whole_near(costs, best.point)
            best = near or self._polytope.maximise_whole(costs)
        return self._record(best)

    def _ask_for_one(self, target: int, sign: int) -> None:
        """Settle one end of one interval: by the relaxation, or by branch and bound."""
        costs = np.zeros(len(self.lower))
        costs[target] = sign
        try:
            best = self._polytope.maximise(costs)
        except Endless:
            self.most[target] = UNBOUNDED
            return
        if best is None:
            return
        self._close_in(target, sign, best)
        if best.whole is None:
            self._record(self._polytope.whole_near(costs, best.point))
            if self._settled(target, sign):
                return
            best = self._polytope.maximise_whole(costs)
            if best is not None and best.proven:
                self._close_in(target, sign, best)
        self._record(best)

    def _settled(self, target: int, sign: int) -> bool:
        if sign > 0:
            return bool(self.most[target] == self.upper[target])
        return bool(self.least[target] == self.lower[target])

    def _close_in(self, target: int, sign: int, best: Optimum) -> None:
        limit = int(np.floor(best.objective + 1e-6))
        if sign > 0:
            self.upper[target] = min(self.upper[target], limit)
        else:
            self.lower[target] = max(self.lower[target], -limit)

    def _record(self, best: Optimum | None) -> bool:
        if best is None or best.whole is None:
            return False
        self.least = np.minimum(self.least, best.whole)
        self.most = np.maximum(self.most, best.whole)
        self.worlds.append(best.whole)
        return True


def _side_by_side(constants: Ints, parts: list[tuple[Ints, Ints]]) -> Ints:
    """Worlds of the whole release: the components' worlds, one of each at a time."""
    count = max((len(worlds) for _, worlds in parts), default=1)
    whole = np.tile(constants, (count, 1))
    for unknowns, worlds in parts:
        whole[:, unknowns] = worlds[np.arange(count) % len(worlds)]
    return whole
