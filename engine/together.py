"""What laws between measures give away: cells that all tables of a group narrow.

The worlds of a measure know nothing of other measures. This asks of the statements of
all together whether each safety interval stays open, in parts: each region with those
it consists of. Fewer equations allow more, and so do fractions: what is found is given
away. What is not found is open to all sums and bounds of the whole, and to the linear
programmes of these parts. A part that no law between measures can bind in is left to
the audit of each measure.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from engine.audit import PROTECTED, could_be_symbols, safety_of
from engine.celltable import CellTable, Limit
from engine.published import PublishedTable
from engine.safety import SafetyIntervals, beyond_the_symbols
from engine.solver import UNBOUNDED, Floats, Ints, Mask, Polytope
from engine.statements import Statements, statements
from engine.system import System, components, without_loose
from rules.disclosure import Policies, policy_of


ENDLESS = 10_000_000
"""No count is larger: what nothing limits is asked up to here."""

WORTH_ASKING = 2
"""Ask for many cells at once while a question settles at least so many ends."""

NEAR = 1e-3
"""A bound so little below a whole number may be that number: the solver rounds."""


@dataclass(frozen=True, slots=True)
class Look:
    """Where to look: at every `step`-th part from the `first` on, at these cells.

    `cells` are places in their tables, None: all. Hiding more gives nothing more away,
    so that after it only the cells that were given away need be looked at.
    """

    first: int = 0
    step: int = 1
    cells: Mapping[str, Ints] | None = None


EVERYWHERE = Look()


def given_away_together(
    view: Sequence[PublishedTable],
    exact: Sequence[CellTable],
    policies: Policies,
    limits: Sequence[Limit],
    look: Look = EVERYWHERE,
) -> tuple[Ints, ...]:
    """Per table the hidden cells, by number, that all tables and limits give away.

    `view` is what a reader gets; `exact` is used for nothing but the judgement.
    """
    said = statements(view, policies, limits)
    hidden, at, safety = _goals(view, exact, said, policies, look)
    figures = could_be_symbols(view, said.offsets, policies)
    least, most = (end[at] for end in said.without(figures).limits())
    wanted = beyond_the_symbols(safety, least, most)
    lower, upper = said.limits()
    found = ~wanted.covered(lower[at], upper[at])
    place = np.full(len(lower), -1, dtype=np.int64)
    place[at] = np.arange(len(at))
    parts = _parts(said, (lower, upper), at, _between(view, said))
    for unknowns, system in islice(parts, look.first, None, look.step):
        asked = place[unknowns]
        targets = np.flatnonzero((asked >= 0) & ~found[asked])
        own = asked[targets]
        found[own] |= _Relaxation(system, targets, wanted.take(own)).narrowed()
    ends = np.cumsum([len(rows) for rows in hidden])[:-1]
    return tuple(
        rows[mine] for rows, mine in zip(hidden, np.split(found, ends), strict=True)
    )


def _goals(
    view: Sequence[PublishedTable],
    exact: Sequence[CellTable],
    said: Statements,
    policies: Policies,
    look: Look,
) -> tuple[list[Ints], Ints, SafetyIntervals]:
    """The protected cells: per table by number, as unknowns, and their intervals."""
    rows, places, intervals = [], [], []
    for table, truth, offset in zip(view, exact, said.offsets, strict=True):
        wanted = np.isin(table.statuses[table.hidden], PROTECTED)
        if look.cells is not None:
            own = look.cells.get(table.name, np.zeros(0, dtype=np.int64))
            wanted &= np.isin(table.positions[table.hidden], own)
        protected = np.flatnonzero(wanted)
        safety = safety_of(table, truth, policy_of(policies, table.measure))
        rows.append(protected)
        places.append(table.positions[table.hidden][protected] + offset)
        intervals.append(safety.take(protected))
    low, high, width = (
        np.concatenate([getattr(each, end) for each in intervals])
        for end in ("low", "high", "width")
    )
    return rows, np.concatenate(places), SafetyIntervals(low, high, width)


def _between(view: Sequence[PublishedTable], said: Statements) -> Mask:
    """Which unknowns are what cells of one measure lack of those of another."""
    measures = {table.measure: number for number, table in enumerate(view)}
    sizes = [table.frame_size for table in view]
    owner = np.repeat([measures[table.measure] for table in view], sizes)
    of_cell = said.matrix.indices < len(owner)
    row = np.repeat(np.arange(said.matrix.shape[0]), np.diff(said.matrix.indptr))
    owners = owner[said.matrix.indices[of_cell]]
    first = np.full(said.matrix.shape[0], len(view))
    last = np.full(said.matrix.shape[0], -1)
    np.minimum.at(first, row[of_cell], owners)
    np.maximum.at(last, row[of_cell], owners)
    found = np.zeros(said.matrix.shape[1], dtype=bool)
    found[said.matrix.indices[~of_cell & (first < last)[row]]] = True
    return found


def _parts(
    said: Statements, limits: tuple[Ints, Ints], targets: Ints, between: Mask
) -> Iterator[tuple[Ints, System]]:
    """The equations of each region and its parts, where measures meet in them.

    Equations that cannot bind are left out; what then falls apart is asked apart.
    """
    lower, upper = limits
    asked = np.zeros(len(lower), dtype=bool)
    asked[targets] = True
    cells = said.depth < UNBOUNDED
    lowest = int(said.depth[cells].max(initial=0))
    touches = abs(said.matrix)
    for level in range(max(lowest, 1)):
        outside = (said.depth < level) | (said.depth > level + 1)
        inside = touches @ (outside & cells).astype(np.int64) == 0
        part = System(said.matrix[inside], np.zeros(inside.sum(), int), lower, upper)
        tight, _ = without_loose(part, asked)
        bound = np.bincount(tight.matrix.indices, minlength=len(between)) > 0
        for unknowns, system in components(tight, between & bound):
            if asked[unknowns].any():
                yield unknowns, system


class _Relaxation:
    """The fractions of one part, asked how far each of its targets can go."""

    def __init__(self, system: System, targets: Ints, wanted: SafetyIntervals) -> None:
        upper = np.minimum(system.upper, ENDLESS)
        self._polytope = Polytope(system.matrix, system.rhs, system.lower, upper)
        self._size = len(upper)
        self._targets, self._wanted = targets, wanted
        self._least: Floats = np.full(len(targets), np.inf)
        self._most: Floats = np.full(len(targets), -np.inf)
        self._random = np.random.default_rng(1)

    def narrowed(self) -> Mask:
        """Of each target, whether it cannot cover what is wanted."""
        settled: int = WORTH_ASKING
        while settled >= WORTH_ASKING:
            up, down = self._open()
            coin = self._random.random(len(up)) < 0.5
            sign = np.where(up & (coin | ~down), 1.0, np.where(down, -1.0, 0.0))
            self._ask(sign * self._random.uniform(0.5, 1.5, len(sign)))
            settled = int(np.sum([up, down]) - np.sum(self._open()))
        if np.any(self._open()):
            self._ask(np.full(len(self._targets), -1.0))
            self._polytope.begin_here()
        for number in range(len(self._targets)):
            for place, toward in ((0, 1.0), (1, -1.0)):
                if self._open()[place][number]:
                    costs = np.zeros(len(self._targets))
                    costs[number] = toward
                    self._ask(costs)
        up, down = self._open()
        return up | down

    def _open(self) -> tuple[Mask, Mask]:
        """Whether each target has to be seen higher, and lower."""
        wanted = self._wanted
        least, most = np.ceil(self._least - NEAR), np.floor(self._most + NEAR)
        narrow = most - least < wanted.width
        return (most < wanted.high) | narrow, (least > wanted.low) | narrow

    def _ask(self, costs: Floats) -> None:
        whole = np.zeros(self._size)
        whole[self._targets] = costs
        point = self._polytope.corner(whole)
        if point is not None:
            self._least = np.minimum(self._least, point[self._targets])
            self._most = np.maximum(self._most, point[self._targets])
