"""The cells that cost least to hide, and a bound that no other choice can beat.

Where a sensitive cell cannot be as low or as high as it must be able to be, the prices
of that answer say which shown cells hold it there: a cut, of which enough must be
hidden. Cells are chosen, cuts are found, and cells are chosen again, first in part and
then as wholes (Fischetti and Salazar 2001).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from engine.cover import Cover, Covers
from engine.parts import parts
from engine.reached import NEAR, WORTH_ASKING, Reached
from engine.safety import Goals
from engine.solver import UNBOUNDED, Floats, Ints, Polytope


Mask = NDArray[np.bool_]

IN_PART = 12
"""So often cells are chosen in part before they are chosen as wholes."""

AS_WHOLES = 4
"""So often cells are chosen as wholes; what they leave open is for complements."""

TIE = 1e-4
"""What hiding a large cell costs more than hiding one without a count, in cells.

In steps of twice as large, so that every step is more than the solver's tolerance.
"""

LARGE = 1_000
"""A cell of so much, and more, is a large one."""


@dataclass(frozen=True, slots=True)
class Question:
    """Cells between what they are when shown and when hidden, and what some need.

    `matrix` has a column for each cell, then those of remainders. `cost` says what it
    costs to hide each cell; infinite: it stays as it is. `hidden` are hidden anyway.
    """

    matrix: csr_array
    shown: tuple[Ints, Ints]
    unseen: tuple[Ints, Ints]
    cost: Floats
    hidden: Mask
    goals: Goals


@dataclass(frozen=True, slots=True)
class Choice:
    """The cells hidden, and what any choice that reaches the goals costs at least.

    Where it is not `settled` the search was given up, and goals may be open still.
    """

    hidden: Mask
    bound: int
    settled: bool


def cheapest(question: Question) -> Choice | None:
    """The best choice found; None when none was found in time, or there is none."""
    search = _Search(question)
    part = search.in_part()
    if not search.is_open and _is_whole(part.share):
        return search.choice(part, part.bound)
    found: Cover | None = None
    bound = part.bound
    for _ in range(AS_WHOLES):
        cover = search.covers.whole()
        if cover is None:
            break
        found, bound = cover, max(bound, cover.bound)
        if not search.cut(cover.share, whole=True):
            break
    return None if found is None else search.choice(found, bound)


def least(question: Question) -> int:
    """What any choice costs at least, from cells that are hidden in part."""
    search = _Search(question)
    return search.least(search.in_part().bound)


def _is_whole(share: Floats) -> bool:
    return bool(np.all(np.abs(share - np.rint(share)) < NEAR))


class _Search:
    """Chooses among the cells that may be hidden, and finds cuts."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._by_cell = question.matrix.T.tocsr()
        self._free = np.flatnonzero(np.isfinite(question.cost) & ~question.hidden)
        none = np.zeros(len(self._free))
        size = np.minimum(question.shown[1][self._free], LARGE)
        tie = TIE * np.log1p(size) / np.log1p(LARGE)
        cost = question.cost[self._free]
        self.covers = Covers(cost + tie * (cost > 0), none, none + 1)
        self.covers.add(*_neighbours(question, self._free))
        safety = question.goals.safety
        room = np.maximum((safety.high - safety.low + 1) // 2, safety.width)
        self._far = max(1.0, float(np.median(room))) if len(room) else 1.0
        hidden = question.hidden
        self._held = tuple(
            np.where(hidden, unseen, shown)
            for unseen, shown in zip(question.unseen, question.shown, strict=True)
        )
        # a world with smaller values is a world too, and keeps the questions bounded
        known = np.concatenate(
            [question.shown[1][~hidden], question.unseen[0], safety.high]
        )
        self._enough = 1_000.0 + 4.0 * known[known < UNBOUNDED].max(initial=0)
        self._number = np.full(question.matrix.shape[1], -1)
        self._number[question.goals.cells] = np.arange(len(question.goals.cells))
        self.is_open = True
        """Whether the choice that was asked about last leaves a goal open."""

    def choice(self, cover: Cover, bound: float) -> Choice:
        """The cells that are hidden with this choice, those hidden anyway too."""
        hidden = self._question.hidden.copy()
        hidden[self._free] |= cover.share > 0.5
        return Choice(hidden, self.least(bound), settled=not self.is_open)

    def least(self, bound: float) -> int:
        """The bound in whole costs, without what tells ties apart."""
        return max(0, int(np.ceil(bound / (1 + TIE) - NEAR)))

    def in_part(self) -> Cover:
        """Choose cells in part and find cuts, till there are none; the last choice."""
        found = Cover(np.zeros(len(self._free)), 0.0)
        for _ in range(IN_PART):
            cover = self.covers.in_part()
            if cover is None:
                break
            found = cover
            if not self.cut(cover.share, whole=False):
                break
        return found

    def cut(self, share: Floats, *, whole: bool) -> int:
        """Find cuts that this choice hides too little of; gives how many.

        Goals that are reached with nothing chosen are not asked about again.
        """
        matrix = self._question.matrix
        low, high = self._limits(share, whole=whole)
        is_open = low < high
        rhs = -(matrix @ np.where(is_open, 0.0, low))
        found = []
        self.is_open = False
        for unknowns, rows, part in parts(matrix, is_open, self._number >= 0):
            numbers = self._number[unknowns]
            targets = np.flatnonzero(numbers >= 0)
            goals = Goals(targets, self._question.goals.safety.take(numbers[targets]))
            view = Polytope(part, rhs[rows], low[unknowns], high[unknowns])
            probe = _Probe(view, goals, len(unknowns))
            for prices, need in probe.short():
                hides = self._cut(prices, need, rows, unknowns)
                if hides is not None and hides @ share < 1 - NEAR:
                    found.append(hides)
            still = probe.reached.still_open()
            self.is_open |= len(still) > 0
            if not share.any():
                self._number[unknowns[np.delete(targets, still)]] = -1
        if found:
            self.covers.add(csr_array(np.array(found)), np.ones(len(found)))
        return len(found)

    def _limits(self, share: Floats, *, whole: bool) -> tuple[Floats, Floats]:
        """Of every unknown, with cells hidden in part free to move in part.

        A cell that moves as far as most goals ask for is as good as one without limit.
        """
        question, free = self._question, self._free
        ends = []
        for end, (held, unseen) in enumerate(
            zip(self._held, question.unseen, strict=True)
        ):
            limit = held.astype(np.float64)
            room = np.abs(unseen[free] - limit[free])
            if not whole:
                room = np.minimum(room, self._far)
            limit[free] += np.where(share > NEAR, share, 0.0) * (room if end else -room)
            more = self._question.matrix.shape[1] - len(limit)
            ends.append(np.concatenate([limit, np.full(more, float(UNBOUNDED * end))]))
        return ends[0], np.minimum(ends[1], self._enough)

    def _cut(
        self, prices: list[tuple[Floats, Floats]], need: float, rows: Ints, cells: Ints
    ) -> Floats | None:
        """Per cell the share of what is needed that hiding it gives, 1 at most.

        `prices` are of the equations in `rows`, with what was asked for of `cells`.
        """
        question, free = self._question, self._free
        low, high = self._held
        gain = np.zeros(len(free))
        for of_rows, asked in prices:
            of_all = np.zeros(question.matrix.shape[0])
            of_all[rows] = of_rows
            price = self._by_cell @ of_all
            price[cells] += asked
            price[np.abs(price) < NEAR] = 0.0
            own, more = np.split(price, [len(low)])
            limit = np.where(own > 0, high, low)
            if np.any(more > 0) or np.any((own > 0) & (limit >= UNBOUNDED)):
                return None  # a limit that keeps questions bounded, and is none
            need -= float(own @ limit)
            up, down = np.maximum(own, 0)[free], np.maximum(-own, 0)[free]
            gain += up * (question.unseen[1] - high)[free]
            gain += down * (low - question.unseen[0])[free]
        return None if need < NEAR else np.minimum(gain / need, 1.0)


class _Probe:
    """Asks a part for worlds, and says at what prices goals are out of reach."""

    def __init__(self, view: Polytope, goals: Goals, size: int) -> None:
        self._view, self._goals, self._size = view, goals, size
        self.reached = Reached(goals.cells, goals)
        self._random = np.random.default_rng(1)

    def short(self) -> Iterator[tuple[list[tuple[Floats, Floats]], float]]:
        """Answers that together fall short of what is needed: prices and costs."""
        self._ask_for_many()
        for number in self.reached.still_open().tolist():
            yield from self._short_of(number)

    def _ask_for_many(self) -> None:
        """Look for worlds that reach many goals at once, as long as that pays."""
        count = WORTH_ASKING
        while count >= WORTH_ASKING:
            before = self.reached.count_open()
            self._ask(self._goals.cells, self.reached.push(self._random))
            count = before - self.reached.count_open()

    def _ask(self, cells: Ints, costs: Floats) -> tuple[Floats, Floats] | None:
        """Ask for a world; gives the prices of its equations, and the costs."""
        whole = np.zeros(self._size)
        whole[cells] = costs
        world = self._view.corner(whole)
        if world is None:
            return None
        self.reached.add(world)
        return self._view.prices(), whole

    def _short_of(
        self, number: int
    ) -> Iterator[tuple[list[tuple[Floats, Floats]], float]]:
        """What keeps a cell from its safety interval, if anything does."""
        safety, target = self._goals.safety, self._goals.cells[[number]]
        found = {}
        for sign in (1.0, -1.0):
            if self.reached.is_open(number, upward=sign > 0):
                answer = self._ask(target, np.array([sign]))
                if answer is not None:
                    found[sign] = answer
        least, most = self.reached.ends(number)
        low, high = float(safety.low[number]), float(safety.high[number])
        width = float(safety.width[number])
        for ways, reach, need in (
            ((1.0,), most, high),
            ((-1.0,), -least, -low),
            ((1.0, -1.0), most - least, width),
        ):
            if reach < need - NEAR and all(way in found for way in ways):
                yield [found[way] for way in ways], need


def _neighbours(question: Question, free: Ints) -> tuple[csr_array, Floats]:
    """What a choice needs by single sums of figures that are exact.

    Nothing can move in a sum with one hidden cell: if that is sensitive another is
    hidden too, and if it is not it can be shown.
    """
    hidden, goals = question.hidden, question.goals
    columns = question.matrix.shape[1]
    is_exact = np.zeros(columns, dtype=bool)
    is_exact[: len(hidden)] = (question.shown[0] == question.shown[1]) | hidden
    place = np.full(columns, -1)
    place[free] = np.arange(len(free))
    safety = goals.safety
    moves = np.zeros(columns, dtype=bool)
    moves[goals.cells] = (safety.low < safety.high) | (safety.width > 0)
    rows: list[Ints] = []
    shares: list[Floats] = []
    needs: list[float] = []
    for start, end in pairwise(question.matrix.indptr.tolist()):
        cells = question.matrix.indices[start:end]
        own = place[cells][place[cells] >= 0]
        among = cells[(cells < len(hidden))]
        unseen = among[hidden[among]]
        if not len(own) or not is_exact[cells].all():
            continue
        if len(unseen) == 1 and moves[unseen[0]]:
            rows.append(own)
            shares.append(np.ones(len(own)))
            needs.append(1.0)
        elif not len(unseen):
            rows += [own] * len(own)
            shares += list(1.0 - 2.0 * np.eye(len(own)))
            needs += [0.0] * len(own)
    lengths = [len(row) for row in rows]
    at = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    none = np.zeros(0)
    parts = (
        np.concatenate([none, *shares]),
        np.concatenate([none.astype(np.int64), *rows]),
        at,
    )
    return csr_array(parts, shape=(len(rows), len(free))), np.array(needs)
