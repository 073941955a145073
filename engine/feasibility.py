"""Feasibility intervals: the exact values a cell can have, given everything published.

A *world* is a table of whole numbers that would have been published exactly so. Every
world found widens what is known to be possible for all cells at once; bounds from the
relaxation close in from outside. A cell is settled where the two meet.
"""

from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.errors import AuditFailed, Contradiction
from engine.propagation import propagate
from engine.repair import Repair
from engine.safety import SafetyIntervals
from engine.solver import UNBOUNDED, Endless, Floats, Ints, Optimum, Polytope
from engine.system import System, components, side_by_side, without_loose


WORTH_ASKING = 2
"""Ask for many cells at once while a question settles at least so many ends."""

TOLERANCE = 1e-3
"""A bound so little below a whole number may be that number: the solver rounds."""

FIRST_TRIES = 5
"""So many corners are tried for a first world, before branch and bound."""

NEAREST = 2
"""From so many worlds a single cell is tried to be moved with its neighbours only."""

SIDE_BY_SIDE = 1_000
"""So few unknowns are asked at once, also if they fall apart: a question has its cost.
"""

BASES = 200
"""So many worlds are tried to hold what lies above the parts."""


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
    whole: System,
    targets: Ints,
    depth: Ints | None = None,
    enough: SafetyIntervals | None = None,
) -> Feasibility:
    """The feasibility interval of every target, by propagation, worlds and solver.

    `depth` says how deep each unknown lies in a hierarchy: with all above some depth
    held as they are, the parts below fall apart and are asked one by one. With `enough`
    (of each target) nothing more is asked of a target that covers it.
    Raises Contradiction when no whole numbers satisfy the system.
    """
    found = propagate(whole.matrix, whole.lower, whole.upper, whole.rhs)
    lower, upper = (limit.copy() for limit in found)
    least, most = lower.copy(), upper.copy()
    wanted = np.zeros(len(lower), dtype=bool)
    wanted[targets] = True
    parts: list[tuple[Ints, list[Ints]]] = []
    if depth is None:
        depth = np.zeros_like(lower)
    needed = _nothing_covers(len(lower))
    if enough is not None:
        needed.low[targets] = enough.low
        needed.high[targets] = enough.high
        needed.width[targets] = enough.width
    tight, loose = without_loose(replace(whole, lower=lower, upper=upper), wanted)
    for unknowns, system in components(tight, few=SIDE_BY_SIDE):
        asked = np.flatnonzero(wanted[unknowns])
        prober = Prober(system, asked, needed.take(unknowns))
        prober.settle(depth[unknowns])
        lower[unknowns], upper[unknowns] = prober.lower, prober.upper
        least[unknowns], most[unknowns] = prober.least, prober.most
        parts.append((unknowns, prober.worlds))
    worlds = np.array([loose.complete(each) for each in side_by_side(lower, parts)])
    least[loose.unknowns] = worlds[:, loose.unknowns].min(axis=0)
    most[loose.unknowns] = worlds[:, loose.unknowns].max(axis=0)
    return Feasibility(lower, upper, least, most, worlds)


def _nothing_covers(count: int) -> SafetyIntervals:
    """What no interval covers."""
    low, high, width = np.zeros((3, count), dtype=np.int64)
    return SafetyIntervals(low - 1, high, width)


class Prober:
    """Settles the intervals of one connected system by asking for worlds.

    An interval is settled where it is exact, or covers what is enough.
    """

    def __init__(self, system: System, targets: Ints, enough: SafetyIntervals) -> None:
        self.lower, self.upper = system.lower.copy(), system.upper.copy()
        self.least = np.full(len(self.lower), UNBOUNDED, dtype=np.int64)
        self.most = np.full(len(self.lower), -1, dtype=np.int64)
        self.worlds: list[Ints] = []
        self._targets = targets
        self._enough = enough
        self._system = system
        parts = (system.matrix, system.rhs, system.lower, system.upper)
        self._polytope = Polytope(*parts)
        self._repair = Repair(*parts)
        self._random = np.random.default_rng(1)

    def settle(self, depth: Ints) -> None:
        """Find a world, and more, until every target's interval is exact."""
        self._first_world()
        self._ask_below_figures(depth)
        self.ask(depth)
        for target in np.flatnonzero(self._open_targets()).tolist():
            for sign in (1, -1):
                if not self._settled(target, sign):
                    self._prove(target, sign)

    def _ask_below_figures(self, depth: Ints) -> None:
        """Where all of the topmost rows are figures: hold these, and ask the parts.

        Under the total alone all is one part.
        """
        top = np.min(depth[self._targets], initial=UNBOUNDED)
        if 1 < top < UNBOUNDED and np.any(depth < top):
            self._ask_for_many_while_it_pays(self._targets[depth[self._targets] == top])
            self._ask_below(depth, int(top) - 1)

    def ask(self, depth: Ints) -> None:
        """Ask the relaxation: the topmost targets, part by part below them, the rest.

        Starts from the worlds that are known. Few unknowns are asked together.
        """
        if not len(self._targets):
            return
        if len(self.lower) <= SIDE_BY_SIDE:
            self._ask_for(self._targets)
            return
        levels = np.unique(depth[self._targets])
        self._ask_for(self._targets[depth[self._targets] == levels[0]])
        if len(levels) > 1:
            self._ask_below(depth, int(levels[0]))
            self._limit_below(depth, int(levels[0]))
            self._ask_for(np.flatnonzero(self._open_targets()))

    def _ask_for(self, targets: Ints) -> None:
        """Ask for these cells, many at once while that pays, and then one by one."""
        self._ask_for_many_while_it_pays(targets)
        for target in targets:
            self._ask_for_one(int(target))

    def _ask_for_many_while_it_pays(self, targets: Ints) -> None:
        """Ask for many at once while each question settles more than one could."""
        settled = WORTH_ASKING
        while settled >= WORTH_ASKING:
            before = self._unsettled(targets)
            if not before:
                return
            self._ask_for_many(targets)
            settled = before - self._unsettled(targets)

    def _ask_below(self, depth: Ints, level: int) -> None:
        """Hold all down to a level as it is in some world; ask each part by itself.

        The worlds of the parts, side by side, are worlds of the whole. Once more is
        asked in vain than not, limits are sought from outside before asking on.
        """
        held = depth <= level
        limited = False
        for base in self.worlds[-BASES:]:
            if not np.any(self._open_targets() & ~held):
                return
            low, high = propagate(
                self._system.matrix,
                np.where(held, base, self._system.lower),
                np.where(held, base, self._system.upper),
                self._system.rhs,
            )
            reach = self._in_reach(low, high) & self._open_targets() & ~held
            if not np.any(reach):
                continue
            parts = []
            below, loose = without_loose(
                replace(self._system, lower=low, upper=high), reach
            )
            for unknowns, system in components(below, reach, SIDE_BY_SIDE):
                part = self._part(unknowns, system, reach)
                part.worlds.append(base[unknowns])
                part.ask(depth[unknowns])
                parts.append((unknowns, part.worlds[1:] or part.worlds))
            before = self._unsettled(self._targets)
            for world in side_by_side(base, parts):
                self._record(loose.complete(world))
            settled = before - self._unsettled(self._targets)
            if not limited and 2 * settled < np.sum(reach):
                self._limit_below(depth, level)
                limited = True

    def _in_reach(self, low: Ints, high: Ints) -> NDArray[np.bool_]:
        """Unknowns with an open end that limits like these leave within reach."""
        up, down = self._open(np.arange(len(self.lower)))
        return np.asarray(up & (high >= self.upper) | down & (low <= self.lower))

    def _part(
        self, unknowns: Ints, system: System, targets: NDArray[np.bool_]
    ) -> "Prober":
        """A part of this system, that knows what is known of its cells."""
        enough = self._enough.take(unknowns)
        part = Prober(system, np.flatnonzero(targets[unknowns]), enough)
        part.lower, part.upper = self.lower[unknowns], self.upper[unknowns]
        part.least, part.most = self.least[unknowns], self.most[unknowns]
        return part

    def _limit_below(self, depth: Ints, level: int) -> None:
        levels = np.unique(depth[self._targets])
        for below in levels[levels > level][::-1]:
            self._close_in_apart(depth, int(below))

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
        open_ = self._open_targets() & (depth >= level)
        for unknowns, system in components(rest, open_):
            targets = np.flatnonzero(open_[unknowns])
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
        up, down = self._open(self._targets)
        found = np.zeros(len(self.lower), dtype=bool)
        found[self._targets] = up | down
        return found

    def _open(self, at: Ints) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Whether there is more to find upward of each of these, and downward."""
        least, most = self.least[at], self.most[at]
        short = ~self._enough.take(at).covered(least, most)
        return short & (most < self.upper[at]), short & (least > self.lower[at])

    def _unsettled(self, at: Ints) -> int:
        return int(np.sum(self._open(at)))

    def _first_world(self) -> None:
        """Find a world at all: a corner somewhere, of which most are whole already."""
        limited = self._system.upper < UNBOUNDED
        for _ in range(FIRST_TRIES):
            costs = self._random.uniform(-1.0, 1.0, len(self.lower)) * limited
            best = self._polytope.maximise(costs)
            if best is None:
                break
            if self._record(self._mended(costs, best)):
                return
        found = self._polytope.maximise_whole(np.zeros(len(self.lower)))
        if found is None:
            raise Contradiction(
                "no whole numbers satisfy what is published: the equations of "
                f"{len(self.lower)} cells contradict one another"
            )
        if not self._record(found.whole):
            raise AuditFailed(
                "no whole numbers were found that satisfy what is published of "
                f"{len(self.lower)} cells, nor that there are none; split "
                "the table by region"
            )

    def _ask_for_many(self, at: Ints) -> None:
        """Push every target that is not settled towards one of its open ends."""
        up, down = self._open(at)
        up &= self.upper[at] < UNBOUNDED
        coin = self._random.random(len(at)) < 0.5
        costs = np.zeros(len(self.lower))
        costs[at] = np.where(up & (coin | ~down), 1.0, np.where(down, -1.0, 0.0))
        costs[at] *= self._random.uniform(0.5, 1.5, len(at))
        best = self._polytope.maximise(costs)
        if best is not None:
            self._record(self._mended(costs, best))

    def _ask_for_one(self, target: int) -> None:
        """Ask the relaxation for both ends of an interval, and mend what it answers."""
        for sign in (1, -1):
            if not self._settled(target, sign):
                self._ask_for_end(target, sign)

    def _ask_for_end(self, target: int, sign: int) -> None:
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
        if not self._settled(target, sign):
            self._record(self._mended(costs, best))

    def _prove(self, target: int, sign: int) -> None:
        """Settle an end that the relaxation did not, by branch and bound if need be."""
        for base in self._nearest(target, sign):
            if not self._settled(target, sign):
                goal = self.upper[target] if sign > 0 else self.lower[target]
                self._record(self._repair.reach(target, int(goal), base))
        if not self._settled(target, sign):
            costs = np.zeros(len(self.lower))
            costs[target] = sign
            proof = self._polytope.maximise_whole(costs)
            if proof is not None:
                self._close_in(target, sign, proof)
                self._record(proof.whole)

    def _nearest(self, target: int, sign: int) -> list[Ints]:
        """The worlds in which the target is closest to the end that is asked for."""
        return sorted(self.worlds, key=lambda world: -sign * world[target])[:NEAREST]

    def _mended(self, costs: Floats, best: Optimum) -> Ints | None:
        """The optimum, mended if it can be where it is a fraction."""
        if best.whole is not None:
            return best.whole
        return self._repair.whole_near(costs, best.point)

    def _settled(self, target: int, sign: int) -> bool:
        least, most = self.least[target], self.most[target]
        if sign > 0 and most == self.upper[target]:
            return True
        if sign < 0 and least == self.lower[target]:
            return True
        enough = self._enough
        return bool(
            least <= enough.low[target]
            and most >= enough.high[target]
            and most - least >= enough.width[target]
        )

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
