"""Feasibility intervals: the exact values a cell can have, given everything published.

A *world* is a table of whole numbers that would have been published exactly so. Every
world found widens what is known to be possible for all cells at once; bounds from the
relaxation close in from outside. A cell is settled where the two meet.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from engine.errors import Contradiction
from engine.propagation import propagate
from engine.repair import Repair
from engine.solver import UNBOUNDED, Endless, Floats, Ints, Optimum, Polytope


WORTH_ASKING = 2
"""Ask for many cells at once while a question settles at least so many ends."""


TOLERANCE = 1e-3
"""A bound so little below a whole number may be that number: the solver rounds."""

FIRST_TRIES = 5
"""So many corners are tried for a first world, before branch and bound."""

NEAREST = 2
"""From so many worlds a single cell is tried to be moved with its neighbours only."""

BASES = 200
"""So many worlds are tried to hold what lies above the parts."""


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
    matrix: csr_array,
    lower: Ints,
    upper: Ints,
    targets: Ints,
    depth: Ints | None = None,
) -> Feasibility:
    """The feasibility interval of every target, by propagation, worlds and solver.

    `depth` says how deep each unknown lies in a hierarchy: with all above some depth
    held as they are, the parts below fall apart and are asked one by one.
    Raises Contradiction when no whole numbers satisfy the system.
    """
    lower, upper = propagate(matrix, lower, upper)
    lower, upper = lower.copy(), upper.copy()
    least, most = lower.copy(), upper.copy()
    wanted = np.zeros(len(lower), dtype=bool)
    wanted[targets] = True
    parts: list[tuple[Ints, Ints]] = []
    if depth is None:
        depth = np.zeros_like(lower)
    rhs = np.zeros(matrix.shape[0], dtype=np.int64)
    for unknowns, system in components(System(matrix, rhs, lower, upper)):
        prober = Prober(system, np.flatnonzero(wanted[unknowns]))
        prober.settle(depth[unknowns])
        lower[unknowns], upper[unknowns] = prober.lower, prober.upper
        least[unknowns], most[unknowns] = prober.least, prober.most
        parts.append((unknowns, np.array(prober.worlds)))
    return Feasibility(lower, upper, least, most, _side_by_side(lower, parts))


def components(whole: System) -> Iterator[tuple[Ints, System]]:
    """The parts of the system that no open unknown connects, each by itself.

    Unknowns that can have one value only are constants and connect nothing.
    """
    matrix, lower, upper = whole.matrix, whole.lower, whole.upper
    open_ = lower < upper
    rhs = whole.rhs - matrix @ np.where(open_, 0, lower)
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
        self._system = system
        parts = (system.matrix, system.rhs, system.lower, system.upper)
        self._polytope = Polytope(*parts)
        self._repair = Repair(*parts)
        self._random = np.random.default_rng(1)

    def settle(self, depth: Ints) -> None:
        """Ask until every target's interval is exact: top down, then over the whole."""
        self._first_world()
        levels = np.unique(depth[self._targets])
        for level in levels[levels > 0]:
            self._ask_apart(depth, int(level), self.worlds[-BASES:])
            self._close_in_apart(depth, int(level))
        self._ask_while_it_pays(depth, int(levels.max(initial=0)))
        for target in self._targets:
            if self.most[target] < self.upper[target]:
                self._ask_for_one(target, 1)
            if self.least[target] > self.lower[target]:
                self._ask_for_one(target, -1)

    def _ask_while_it_pays(self, depth: Ints | None = None, level: int = 0) -> None:
        """Ask for many at once while each question settles more than one could.

        What the whole is in the answer, the parts below a level may add to.
        """
        settled = WORTH_ASKING
        while settled >= WORTH_ASKING:
            before = self._unsettled()
            if not before:
                return
            self._ask_for_many()
            if depth is not None and level > 0:
                self._ask_apart(depth, level, self.worlds[-1:])
            settled = before - self._unsettled()

    def _ask_apart(self, depth: Ints, level: int, bases: list[Ints]) -> None:
        """Hold all above a level as it is in some world; ask each part left by itself.

        The worlds of the parts, side by side, are worlds of the whole. What they do to
        this level is where the parts of the next one start from.
        """
        held = depth < level
        here = (depth == level) & (self._system.lower < self._system.upper)
        for base in bases:
            low, high = propagate(
                self._system.matrix,
                np.where(held, base, self._system.lower),
                np.where(held, base, self._system.upper),
                self._system.rhs,
            )
            reach = self._in_reach(low, high) & here
            if not np.any(reach):
                continue
            below = System(self._system.matrix, self._system.rhs, low, high)
            parts = [
                (unknowns, np.array(worlds))
                for unknowns, system in components(below)
                if (worlds := self._worlds_of_part(unknowns, system, reach))
            ]
            for world in _side_by_side(base, parts) if parts else []:
                self._record(world)

    def _in_reach(self, low: Ints, high: Ints) -> NDArray[np.bool_]:
        """Unknowns with an open end that limits like these leave within reach."""
        up = (self.most < self.upper) & (high >= self.upper)
        down = (self.least > self.lower) & (low <= self.lower)
        return np.asarray(up | down)

    def _worlds_of_part(
        self, unknowns: Ints, system: System, reach: NDArray[np.bool_]
    ) -> list[Ints]:
        wanted = reach[unknowns]
        if not np.any(wanted):
            return []
        part = Prober(system, np.flatnonzero(wanted))
        part.lower, part.upper = self.lower[unknowns], self.upper[unknowns]
        part.least, part.most = self.least[unknowns], self.most[unknowns]
        part._ask_while_it_pays()
        return part.worlds

    def _close_in_apart(self, depth: Ints, level: int) -> None:
        """Without the equations of what lies above, the rest falls apart.

        Fewer equations allow more: what limits a part by itself limits the whole.
        """
        above = (depth < level - 1).astype(np.int64)
        touches = abs(self._system.matrix) @ above > 0
        below = np.flatnonzero(~touches)
        rest = System(
            self._system.matrix[below],
            self._system.rhs[below],
            self.lower,
            self.upper,
        )
        open_ = self._open_targets() & (depth == level)
        for unknowns, system in components(rest):
            targets = np.flatnonzero(open_[unknowns])
            if not len(targets):
                continue
            polytope = Polytope(system.matrix, system.rhs, system.lower, system.upper)
            for target in targets:
                self._close_in_by(polytope, unknowns, int(target))

    def _close_in_by(self, polytope: Polytope, unknowns: Ints, target: int) -> None:
        place = int(unknowns[target])
        for sign in (1, -1):
            if not self._settled(place, sign):
                costs = np.zeros(len(unknowns))
                costs[target] = sign
                with suppress(Endless):
                    best = polytope.maximise(costs)
                    if best is not None:
                        self._close_in(place, sign, best)

    def _open_targets(self) -> NDArray[np.bool_]:
        open_ = (self.most < self.upper) | (self.least > self.lower)
        wanted = np.zeros(len(open_), dtype=bool)
        wanted[self._targets] = True
        return np.asarray(open_ & wanted)

    def _unsettled(self) -> int:
        at = self._targets
        return int(
            np.sum(self.most[at] < self.upper[at])
            + np.sum(self.least[at] > self.lower[at])
        )

    def _first_world(self) -> None:
        """Find a world at all: a corner somewhere, of which most are whole already."""
        limited = self._system.upper < UNBOUNDED
        for _ in range(FIRST_TRIES):
            costs = self._random.uniform(-1.0, 1.0, len(self.lower)) * limited
            best = self._polytope.maximise(costs)
            if best is None:
                break
            mended = best.whole
            if mended is None:
                mended = self._repair.whole_near(costs, best.point)
            if self._record(mended):
                return
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
        return best is not None and self._record(self._whole(costs, best))

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
        self._record(best.whole)
        for base in self._nearest(target, sign):
            if not self._settled(target, sign):
                goal = self.upper[target] if sign > 0 else self.lower[target]
                self._record(self._repair.reach(target, int(goal), base))
        if not self._settled(target, sign):
            proof = self._polytope.maximise_whole(costs)
            if proof is not None:
                self._close_in(target, sign, proof)
                self._record(proof.whole)

    def _nearest(self, target: int, sign: int) -> list[Ints]:
        """The worlds in which the target is closest to the end that is asked for."""
        return sorted(self.worlds, key=lambda world: -sign * world[target])[:NEAREST]

    def _whole(self, costs: Floats, best: Optimum) -> Ints | None:
        """The optimum in whole numbers; mended where it is a fraction."""
        if best.whole is not None:
            return best.whole
        mended = self._repair.whole_near(costs, best.point)
        if mended is not None:
            return mended
        found = self._polytope.maximise_whole(costs)
        return None if found is None else found.whole

    def _settled(self, target: int, sign: int) -> bool:
        if sign > 0:
            return bool(self.most[target] == self.upper[target])
        return bool(self.least[target] == self.lower[target])

    def _close_in(self, target: int, sign: int, best: Optimum) -> None:
        if not np.isfinite(best.bound):
            return
        limit = int(np.floor(best.bound + TOLERANCE))
        if sign > 0:
            self.upper[target] = min(self.upper[target], limit)
        else:
            self.lower[target] = max(self.lower[target], -limit)

    def _record(self, world: Ints | None) -> bool:
        if world is None:
            return False
        self.least = np.minimum(self.least, world)
        self.most = np.maximum(self.most, world)
        self.worlds.append(world)
        return True


def _side_by_side(constants: Ints, parts: list[tuple[Ints, Ints]]) -> Ints:
    """Worlds of the whole release: the components' worlds, one of each at a time."""
    count = max((len(worlds) for _, worlds in parts), default=1)
    whole = np.tile(constants, (count, 1))
    for unknowns, worlds in parts:
        whole[:, unknowns] = worlds[np.arange(count) % len(worlds)]
    return whole
