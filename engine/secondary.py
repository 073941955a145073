"""Which more cells must be withheld, so that no sensitive cell can be narrowed.

The protector's attacker sees what a reader will see. For each goal (a sensitive cell
must be able to be as low, or as high, as its safety interval) it looks for a world; if
there is none, the world that needs the least of the shown cells to be otherwise says
which of them to hide (Fischetti and Salazar 2001; CONFID's complement LP).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.complements import Complements
from engine.errors import NotProtectable
from engine.grid import REGION, SMALL, Block, Grid
from engine.optimum import Question, cheapest, least
from engine.propagation import propagate
from engine.reached import NEAR, WORTH_ASKING, Reached
from engine.safety import Goals
from engine.solver import UNBOUNDED, Floats, Ints, Polytope


Mask = NDArray[np.bool_]

DEAR = 20.0
"""What it costs, in cells, to hide a cell that an earlier block has decided to show."""


@dataclass(frozen=True, slots=True)
class Readings:
    """Per cell of the group the values a reader can believe from the cell alone.

    `shown_low` and `shown_high` when it is shown, `hidden_low` and `hidden_high` when
    it is hidden. A cell that is not `hideable` stays as it is; hiding one costs its
    `weight`. No exact value is here, unless weights are: a pattern that hangs on one
    tells of it to whoever protects the figures again.
    """

    shown_low: Ints
    shown_high: Ints
    hidden_low: Ints
    hidden_high: Ints
    hideable: Mask
    weight: Ints

    def beside(self, cells: Ints, values: Ints) -> "Readings":
        """What somebody believes who knows these cells to have these values."""
        found = replace(
            self,
            shown_low=self.shown_low.copy(),
            shown_high=self.shown_high.copy(),
            hidden_low=self.hidden_low.copy(),
            hidden_high=self.hidden_high.copy(),
            hideable=self.hideable.copy(),
        )
        found.shown_low[cells] = found.shown_high[cells] = values
        found.hidden_low[cells] = found.hidden_high[cells] = values
        found.hideable[cells] = False
        return found


@dataclass(frozen=True, slots=True)
class _View:
    """What a reader knows of each cell, and of hidden ones above a block by sums.

    `told`: the reader may know so much besides that a goal cannot be reached.
    """

    readings: Readings
    pattern: Mask
    known: tuple[Ints, Ints]
    told: bool = False


@dataclass(frozen=True, slots=True)
class Start:
    """Where to begin: with the secondary cells of an earlier pattern, or with none.

    `exposed` are cells that an audit of it found given away, each once; `heights` how
    many steps above its region has to be decided once more, 0: what is near it.
    """

    secondaries: Ints | None
    exposed: Ints
    heights: Ints


def secondary(
    grid: Grid,
    readings: Readings,
    hidden: Mask,
    goals: Goals,
    start: Start,
) -> Mask:
    """The cells to hide besides those that are hidden already.

    `hidden` says which cells are hidden to begin with, `goals` what some of
    them need. Blocks are decided top down, or taken from an earlier pattern; exposed
    cells are decided once more, with what is around and above them.
    """
    pattern = hidden.copy()
    place = np.full(grid.size, -1, dtype=np.int64)
    place[goals.cells] = np.arange(len(goals.cells))
    known = (readings.hidden_low, readings.hidden_high)
    if start.secondaries is not None:
        pattern[start.secondaries] = True
    for block in _blocks(grid, readings) if start.secondaries is None else ():
        inside = place[block.cells]
        own = inside[(inside >= 0) & ~block.upper_row]
        if len(own):
            view = _View(readings, pattern, known, told=bool(grid.before))
            _protect_block(block, view, goals.take(own), search=True)
    stubborn = _protect_chains(grid, _View(readings, pattern, known), goals, start)
    if len(stubborn):
        view = _View(readings, pattern, known, told=bool(grid.before))
        _protect_block(grid.whole(), view, goals.take(place[stubborn]))
    return pattern & ~hidden


def against_insider(
    grid: Grid, readings: Readings, pattern: Mask, goals: Goals, asked: tuple[Ints, int]
) -> None:
    """Hide in the pattern what keeps these goals from a reader with these readings.

    Near the cells asked about, or so many steps higher.
    """
    cells, height = asked
    blocks = list(grid.chains(cells, np.full(len(cells), height)))
    known = _known(grid, readings, pattern, blocks)
    for block in blocks:
        own = goals.take(np.isin(goals.cells, block.cells))
        _protect_block(block, _View(readings, pattern, known, told=True), own)


def least_cost(grid: Grid, readings: Readings, hidden: Mask, goals: Goals) -> int:
    """What the cells cost at least that any pattern hides besides.

    Each block asked by itself; a row that two blocks have costs in the lower one.
    """
    place = np.full(grid.size, -1)
    place[goals.cells] = np.arange(len(goals.cells))
    weight = readings.weight.astype(np.float64)
    weight[~readings.hideable] = np.inf
    bound = 0
    blocks = list(_blocks(grid, readings))
    for block in reversed(blocks):
        at = block.cells
        inside = place[at][place[at] >= 0]
        question = Question(
            block.matrix,
            (readings.shown_low[at], readings.shown_high[at]),
            (readings.hidden_low[at], readings.hidden_high[at]),
            weight[at],
            hidden[at],
            Goals(np.searchsorted(at, goals.cells[inside]), goals.safety.take(inside)),
        )
        best = cheapest(question) if len(blocks) == 1 else None
        bound += best.bound if best else least(question)
        weight[at[np.isfinite(weight[at])]] = 0
    return bound


def _blocks(grid: Grid, readings: Readings) -> Iterator[Block]:
    exact = bool(np.all(readings.shown_low == readings.shown_high))
    return grid.blocks(SMALL if exact else REGION)


def _protect_chains(grid: Grid, view: _View, goals: Goals, start: Start) -> Ints:
    """Protect exposed cells; gives those that need the whole."""
    chains = list(grid.chains(start.exposed, start.heights))
    known = _known(grid, view.readings, view.pattern, chains) if chains else view.known
    place = dict(zip(goals.cells.tolist(), range(len(goals.cells)), strict=True))
    left: list[Ints] = []
    for block in chains:
        cells = np.intersect1d(block.cells[~block.upper_row], start.exposed)
        own = goals.take(np.array([place[cell] for cell in cells.tolist()]))
        try:
            _protect_block(block, _View(view.readings, view.pattern, known), own)
        except NotProtectable:
            left.append(cells)
    return np.concatenate([np.zeros(0, dtype=np.int64), *left])


def _known(
    grid: Grid, readings: Readings, pattern: Mask, blocks: Sequence[Block]
) -> tuple[Ints, Ints]:
    """What all other cells say of a cell, when all in these blocks are hidden.

    So that no block is held to what only its own figures give away: it may hide them.
    """
    unseen = pattern.copy()
    for block in blocks:
        own = block.cells[~block.upper_row]
        unseen[own] |= readings.hideable[own]
    low = np.where(unseen, readings.hidden_low, readings.shown_low)
    high = np.where(unseen, readings.hidden_high, readings.shown_high)
    more = np.zeros(grid.matrix.shape[1] - grid.size, dtype=np.int64)
    lower, upper = propagate(
        grid.matrix,
        np.concatenate([low, more]),
        np.concatenate([high, more + UNBOUNDED]),
    )
    return lower[: grid.size], upper[: grid.size]


def _protect_block(
    block: Block, view: _View, goals: Goals, *, search: bool = False
) -> None:
    """Hide cells of the block in the pattern until every goal is reached.

    With `search` those that cost least, as far as these are found.
    """
    attack = _Attack(block, view, goals)
    attack.ask_for_many()
    if not (search and attack.choose()):
        attack.show_again(attack.complement())
    view.pattern[block.cells] = attack.hidden


class _Attack:
    """The reader's view of one block, asked for worlds that reach the goals."""

    def __init__(self, block: Block, view: _View, goals: Goals) -> None:
        at, readings = block.cells, view.readings
        self._block = block
        self._shown = readings.shown_low[at], readings.shown_high[at]
        self._unseen = readings.hidden_low[at], readings.hidden_high[at]
        weight = readings.weight[at].astype(np.float64)
        self._cost = np.where(block.upper_row, DEAR, 1.0) * weight
        self._cost[~readings.hideable[at]] = np.inf
        self.hidden = view.pattern[at].copy()
        decided = self.hidden & block.upper_row
        for end, limit in zip(self._unseen, view.known, strict=True):
            end[decided] = limit[at][decided]
        self._told = view.told
        self._targets = np.searchsorted(at, goals.cells)
        self._safety = goals.safety
        self._found = Reached(self._targets, goals)
        # a world with smaller values is a world too, and keeps the questions bounded
        known = [self._shown[1][~self.hidden], self._unseen[0], goals.safety.high]
        limited = np.concatenate(known)
        limited = limited[limited < UNBOUNDED]  # symbols of earlier releases are not
        self._enough = 1_000 + 4 * int(limited.max(initial=0))
        self._random = np.random.default_rng(1)
        rhs = np.zeros(block.matrix.shape[0], dtype=np.int64)
        self._view = Polytope(block.matrix, rhs, *self._bounds())

    def _bounds(self) -> tuple[Ints, Ints]:
        low = np.where(self.hidden, self._unseen[0], self._shown[0])
        high = np.where(self.hidden, self._unseen[1], self._shown[1])
        more = np.zeros(self._block.remainders, dtype=np.int64)
        upper = np.concatenate([high, more + UNBOUNDED])
        return np.concatenate([low, more]), np.minimum(upper, self._enough)

    def _hide(self, cells: Ints, *, hidden: bool) -> None:
        self.hidden[cells] = hidden
        low, high = self._bounds()
        self._view.restrict(cells, low[cells], high[cells])

    def ask_for_many(self) -> None:
        """Look for worlds that reach many goals at once, as long as that pays.

        There is a world when this is done.
        """
        reached = WORTH_ASKING
        while reached >= WORTH_ASKING:
            before = self._found.count_open()
            if not self._ask(self._targets, self._found.push(self._random)):
                raise NotProtectable(
                    f"the exact values of {len(self.hidden)} cells contradict their "
                    "own margins"
                )
            reached = before - self._found.count_open()

    def choose(self) -> bool:
        """Hide the cells that cost least; whether every goal is reached with them.

        A goal that was reached is not asked about again: hiding more keeps it so.
        """
        still = self._found.still_open()
        if not len(still):
            return True
        found = cheapest(
            Question(
                self._block.matrix,
                self._shown,
                self._unseen,
                self._cost,
                self.hidden,
                Goals(self._targets[still], self._safety.take(still)),
            )
        )
        if found is None:
            return False
        self._hide(np.flatnonzero(found.hidden & ~self.hidden), hidden=True)
        if not found.settled:
            self.ask_for_many()
            self._reach_all()
        return found.settled

    def _ask(self, targets: Ints, costs: Floats) -> bool:
        whole = np.zeros(self._block.matrix.shape[1])
        whole[targets] = costs
        world = self._view.corner(whole)
        if world is not None:
            self._found.add(world)
        return world is not None

    def complement(self) -> list[int]:
        """Hide what the goals still open need; gives the cells hidden, in order."""
        added: list[int] = []
        complements: Complements | None = None
        for number in self._found.still_open().tolist():
            complements = complements or self._complements()
            added += self._hide_for_both(number, complements)
            if self._told and self._any_open(number):
                ends = complements.ends(int(self._targets[number]))
                self._found.settle_for(number, *ends)
                added += self._hide_for_both(number, complements)
            if self._any_open(number):
                raise NotProtectable(
                    "1 sensitive cell cannot be protected: too many of its neighbours "
                    "have to be shown"
                )
        return added

    def _any_open(self, number: int) -> bool:
        return self._found.is_open(number, upward=True) or self._found.is_open(
            number, upward=False
        )

    def _hide_for_both(self, number: int, complements: Complements) -> list[int]:
        added: list[int] = []
        for upward in (True, False):
            if self._found.is_open(number, upward=upward):
                added += self._hide_for(number, complements, upward=upward)
        return added

    def _hide_for(
        self, number: int, complements: Complements, *, upward: bool
    ) -> list[int]:
        goal = self._found.goal(number, upward=upward)
        world = complements.cheapest(int(self._targets[number]), goal, upward=upward)
        if world is None:
            return []
        changed = np.flatnonzero(self._outside(world) & ~self.hidden)
        self._hide(changed, hidden=True)
        complements.hide(changed)
        self._found.add(world)
        return [int(cell) for cell in changed]

    def _complements(self) -> Complements:
        low, high = self._bounds()
        none = np.zeros(self._block.remainders)
        floor = np.concatenate([self._unseen[0], none.astype(np.int64)])
        cost = np.concatenate([np.where(self.hidden, np.inf, self._cost), none])
        return Complements(self._block.matrix, low, high, floor, cost)

    def _outside(self, world: Floats) -> Mask:
        """The cells whose value in this world would not be published as they are."""
        value = world[: len(self.hidden)]
        low, high = self._shown
        return (value < low - NEAR) | (value > high + NEAR)

    def show_again(self, added: list[int]) -> None:
        """Show each added cell again, where every goal can be reached without it."""
        for cell in sorted(added, key=lambda c: -self._shown[1][c]):
            before = self._found.worlds
            self._hide(np.array([cell]), hidden=False)
            self._found.keep([w for w in before if not self._outside(w)[cell]])
            if not self._reach_all():
                self._hide(np.array([cell]), hidden=True)
                self._found.keep(before)

    def _reach_all(self) -> bool:
        for number in self._found.still_open().tolist():
            for upward in (True, False):
                if self._found.is_open(number, upward=upward):
                    self._ask(self._targets[[number]], np.array([2.0 * upward - 1]))
            if self._any_open(number):
                return False
        return True
