"""Which more cells must be withheld, so that no sensitive cell can be narrowed.

The protector's attacker sees what a reader will see. For each goal (a sensitive cell
must be able to be as low, or as high, as its safety interval) it looks for a world; if
there is none, the world that needs the least of the shown cells to be otherwise says
which of them to hide (Fischetti and Salazar 2001; CONFID's complement LP).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.complements import Complements
from engine.errors import NotProtectable
from engine.grid import Block, Grid
from engine.safety import Goals
from engine.solver import UNBOUNDED, Floats, Ints, Polytope


Mask = NDArray[np.bool_]

MANY_AT_ONCE = 0.1
"""Ask for many goals at once while a question reaches at least this share of them."""

_NEAR = 1e-6

DEAR = 20.0
"""What it costs, in cells, to hide a cell that an earlier block has decided to show."""


@dataclass(frozen=True, slots=True)
class Readings:
    """Per cell of the group the values a reader can believe from the cell alone.

    `shown_low` and `shown_high` when it is shown, `hidden_low` and `hidden_high` when
    it is hidden. A cell that is not `hideable` stays as it is. `exact` is the truth,
    which is always a world.
    """

    exact: Ints
    shown_low: Ints
    shown_high: Ints
    hidden_low: Ints
    hidden_high: Ints
    hideable: Mask


def secondary(
    grid: Grid,
    readings: Readings,
    hidden: Mask,
    goals: Goals,
    exposed: Ints,
) -> Mask:
    """The cells to hide besides those that are hidden already.

    `hidden` says which cells are hidden to begin with, `goals` what some of
    them need. Blocks are decided top down; `exposed` cells, which an audit
    found given away by the whole, are decided once more over the whole group.
    """
    pattern = hidden.copy()
    place = np.full(grid.size, -1, dtype=np.int64)
    place[goals.cells] = np.arange(len(goals.cells))
    for block in grid.blocks():
        inside = place[block.cells]
        own = inside[(inside >= 0) & ~block.upper_row]
        if len(own):
            _protect_block(block, readings, pattern, goals.take(own))
    if len(exposed):
        _protect_block(grid.whole(), readings, pattern, goals.take(place[exposed]))
    return pattern & ~hidden


def _protect_block(
    block: Block, readings: Readings, pattern: Mask, goals: Goals
) -> None:
    """Hide cells of the block in `pattern` until every goal is reached."""
    attack = _Attack(block, readings, pattern, goals)
    attack.ask_for_many()
    added = attack.complement()
    attack.show_again(added)
    pattern[block.cells] = attack.hidden


class _Attack:
    """The reader's view of one block, and the worlds found in it so far."""

    def __init__(
        self,
        block: Block,
        readings: Readings,
        pattern: Mask,
        goals: Goals,
    ) -> None:
        self._block = block
        at = block.cells
        self._shown = readings.shown_low[at], readings.shown_high[at]
        self._unseen = readings.hidden_low[at], readings.hidden_high[at]
        self._cost = np.where(block.upper_row, DEAR, 1.0)
        self._cost[~readings.hideable[at]] = np.inf
        self.hidden = pattern[at].copy()
        self._targets = np.searchsorted(at, goals.cells)
        self._safety = goals.safety
        self._truth = readings.exact[at][self._targets].astype(np.float64)
        self._enough = 1_000 + 4 * int(readings.exact[at].max())
        self._worlds: list[Floats] = []
        self._random = np.random.default_rng(1)
        self._view = self._polytope()

    def _bounds(self) -> tuple[Ints, Ints]:
        low = np.where(self.hidden, self._unseen[0], self._shown[0])
        high = np.where(self.hidden, self._unseen[1], self._shown[1])
        more = np.zeros(self._block.remainders, dtype=np.int64)
        lower = np.concatenate([low, more])
        upper = np.concatenate([high, more + UNBOUNDED])
        # a world with smaller values is a world too, and keeps the questions bounded
        return lower, np.minimum(upper, self._enough)

    def _polytope(self) -> Polytope:
        rhs = np.zeros(self._block.matrix.shape[0], dtype=np.int64)
        return Polytope(self._block.matrix, rhs, *self._bounds())

    # --- which goals are reached -------------------------------------------------

    def _range(self) -> tuple[Floats, Floats]:
        """Per protected cell the smallest and largest value in any world found."""
        seen = [self._truth, *(world[self._targets] for world in self._worlds)]
        return np.min(seen, axis=0), np.max(seen, axis=0)

    def _reached(self) -> tuple[Mask, Mask]:
        """Per protected cell: whether some world is low enough, and high enough."""
        least, most = self._range()
        wide = most - least >= self._safety.width - _NEAR
        low = (least <= self._safety.low + _NEAR) & wide
        high = (most >= self._safety.high - _NEAR) & wide
        return low, high

    def _open(self, number: int) -> tuple[bool, bool]:
        """Whether the low and the high goal of one protected cell is still open."""
        low, high = self._reached()
        return not low[number], not high[number]

    def _goal(self, number: int, *, upward: bool) -> int:
        """How high, or low, the cell must be able to be.

        A width counts from the furthest value on the other side.
        """
        width = int(self._safety.width[number])
        if not width:
            ends = self._safety.high if upward else self._safety.low
            return int(ends[number])
        least, most = self._range()
        if upward:
            return int(np.ceil(least[number] - _NEAR)) + width
        return int(np.floor(most[number] + _NEAR)) - width

    def ask_for_many(self) -> None:
        """Look for worlds that reach many goals at once, as long as that pays."""
        share = 1.0
        while share >= MANY_AT_ONCE:
            low, high = self._reached()
            before = int(np.sum(~low) + np.sum(~high))
            if not before:
                return
            coin = self._random.random(len(low)) < 0.5
            costs = np.zeros(self._block.matrix.shape[1])
            sign = np.where(~high & (coin | low), 1.0, np.where(~low, -1.0, 0.0))
            costs[self._targets] = sign * self._random.uniform(0.5, 1.5, len(low))
            best = self._view.maximise(costs)
            if best is None:
                raise NotProtectable(
                    f"the exact values of {len(self.hidden)} cells contradict their "
                    "own margins"
                )
            self._worlds.append(best.point)
            low, high = self._reached()
            share = 1 - int(np.sum(~low) + np.sum(~high)) / before

    # --- hiding more ---------------------------------------------------------------

    def complement(self) -> list[int]:
        """Hide what the goals still open need; gives the cells hidden, in order."""
        added: list[int] = []
        complements: Complements | None = None
        for number in range(len(self._targets)):
            if any(self._open(number)) and complements is None:
                complements = self._complements()
            for upward in (True, False):
                if complements and self._open(number)[upward]:
                    added += self._hide_for(number, complements, upward=upward)
            if any(self._open(number)):
                raise NotProtectable(
                    "1 sensitive cell cannot be protected: too many of its neighbours "
                    "have to be shown"
                )
        return added

    def _hide_for(
        self, number: int, complements: Complements, *, upward: bool
    ) -> list[int]:
        goal = self._goal(number, upward=upward)
        world = complements.cheapest(int(self._targets[number]), goal, upward=upward)
        if world is None:
            return []
        changed = np.flatnonzero(self._outside(world) & ~self.hidden)
        self.hidden[changed] = True
        complements.hide(changed)
        self._worlds.append(world)
        return [int(cell) for cell in changed]

    def _complements(self) -> Complements:
        low, high = self._bounds()
        floor = np.concatenate([self._unseen[0], np.zeros(self._block.remainders, int)])
        cost = np.concatenate([self._cost, np.zeros(self._block.remainders)])
        cost[: len(self.hidden)][self.hidden] = np.inf
        return Complements(self._block.matrix, low, high, floor, cost)

    def _outside(self, world: Floats) -> Mask:
        """The cells whose value in this world would not be published as they are."""
        value = world[: len(self.hidden)]
        low, high = self._shown
        return (value < low - 1e-6) | (value > high + 1e-6)

    # --- showing again what turned out not to be needed ------------------------------

    def show_again(self, added: list[int]) -> None:
        """Show each added cell again, where every goal can be reached without it."""
        for cell in sorted(added, key=lambda c: -self._shown[1][c]):
            hidden, worlds = self.hidden.copy(), self._worlds
            self.hidden[cell] = False
            self._worlds = [w for w in worlds if not self._outside(w)[cell]]
            self._view = self._polytope()
            if not self._reach_all():
                self.hidden, self._worlds = hidden, worlds

    def _reach_all(self) -> bool:
        for number, target in enumerate(self._targets):
            for upward in (True, False):
                if self._open(number)[upward]:
                    costs = np.zeros(self._block.matrix.shape[1])
                    costs[target] = 1.0 if upward else -1.0
                    best = self._view.maximise(costs)
                    if best is None:
                        return False
                    self._worlds.append(best.point)
            if any(self._open(number)):
                return False
        return True
