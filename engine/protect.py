"""Protection of tables that are published together.

Which cells are hidden, and how the others are shown: opt-out, then primary, then
secondary, then rounding.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from engine.celltable import CellStatus, CellTable, Limit, ProtectedTable
from engine.contributors import insiders
from engine.earlier import EarlierTable
from engine.fixed import fixed, with_those_before
from engine.grid import Grid
from engine.primary import HIDDEN_RANGE, primary
from engine.propagation import propagate
from engine.rounding import figures
from engine.safety import (
    Goals,
    SafetyIntervals,
    beyond_the_symbols,
    protected_as_opt_outs,
    safety_intervals,
)
from engine.secondary import Readings, Start, against_insider, least_cost, secondary
from engine.solver import UNBOUNDED, Ints, Mask
from rules.disclosure import (
    DisclosurePolicy,
    Policies,
    RoundingMethod,
    Zeros,
    policy_of,
)


Words = NDArray[np.str_]


HIDDEN_ALREADY = (CellStatus.PRIMARY.value, CellStatus.OPT_OUT.value)
"""The statuses of cells that are hidden before others are to protect them."""

PROTECTS_ANOTHER = "protects another cell"


@dataclass(frozen=True, slots=True)
class Wanting:
    """A pattern of hidden cells, and per table the places of the cells it gives away.

    A cell that audits before found too is named as often as it was found: the more is
    decided once more around it. `by_laws` are those that laws between measures give
    away, which have their reason nearby. Tables of earlier releases are among them.
    """

    pattern: Sequence[ProtectedTable]
    exposed: Mapping[str, Ints]
    by_laws: Mapping[str, Ints] = field(default_factory=dict)


def protect(
    given: Sequence[CellTable | EarlierTable],
    policies: Policies,
    wanting: Wanting | None = None,
    limits: Sequence[Limit] = (),
    shown: Mapping[str, Ints] | None = None,
) -> tuple[ProtectedTable, ...]:
    """The tables as they may be published together.

    Earlier releases of them among those given stay as they are. `limits` are what
    anybody knows of the cells besides the sums. Cells are added to the pattern that is
    `wanting`, if any. `shown` are the `figures` of all cells where they need a key, or
    were made before. Raises NotProtectable when what must be shown gives a sensitive
    cell away.
    """
    tables = [table for table in given if isinstance(table, CellTable)]
    before = [table for table in given if isinstance(table, EarlierTable)]
    grid = Grid(tables, limits, before)
    if shown is None:
        shown = _figures(tables, policies, limits)
    marks, readings, goals = _problem(grid, policies, shown)
    status, reason = marks.status, marks.reason
    hidden = np.isin(status, HIDDEN_ALREADY)
    pattern = hidden | secondary(grid, readings, hidden, goals, _start(grid, wanting))
    height = _times(grid, wanting.exposed).max(initial=0) if wanting else 0
    for known in insiders(tables, policies):
        cells = grid.cells[known.cells]
        against_insider(
            grid,
            readings.beside(cells, known.values),
            pattern,
            goals.take(~np.isin(goals.cells, cells)),
            (cells[known.values > 0], int(height)),
        )
    more = pattern & ~hidden
    status[more] = CellStatus.SECONDARY.value
    reason[more] = PROTECTS_ANOTHER
    return tuple(
        _as_published(table, shown[table.name], status[places], reason[places])
        for table, places in zip(tables, grid.places(), strict=True)
    )


def least_loss(
    tables: Sequence[CellTable],
    policies: Policies,
    limits: Sequence[Limit] = (),
    shown: Mapping[str, Ints] | None = None,
) -> int:
    """What the cells weigh at least that any pattern hides to protect others.

    No pattern that passes an audit is below it. Given as `protect` is.
    """
    grid = Grid(tables, limits)
    if shown is None:
        shown = _figures(tables, policies, limits)
    marks, readings, goals = _problem(grid, policies, shown)
    return least_cost(grid, readings, np.isin(marks.status, HIDDEN_ALREADY), goals)


def cells_lost(tables: Sequence[CellTable], pattern: Sequence[ProtectedTable]) -> int:
    """How many cells a pattern hides to protect others; what tables share is one."""
    return len(_secondaries(Grid(tables), pattern))


def _problem(
    grid: Grid, policies: Policies, shown: Mapping[str, Ints]
) -> tuple["_Marks", Readings, Goals]:
    """What is decided of each cell, what a reader can believe, and what some need."""
    marks = _Marks(*_decided(grid, policies), _exact(grid))
    readings = fixed(grid, _readings(grid, policies, shown, marks), policies)
    hidden = np.isin(marks.status, HIDDEN_ALREADY)
    protected = np.unique(grid.cells[hidden[grid.cells]])
    own = Goals(protected, _safety(grid, policies, marks).take(protected))
    goals = with_those_before(grid, own)
    must_show = (marks.status == CellStatus.MUST_SHOW.value) & (marks.exact > 0)
    symbols = _symbols_alone(grid, readings, hidden | must_show)
    ends = [bound[goals.cells] for bound in symbols]
    return marks, readings, Goals(goals.cells, beyond_the_symbols(goals.safety, *ends))


def _figures(
    tables: Sequence[CellTable], policies: Policies, limits: Sequence[Limit]
) -> dict[str, Ints]:
    """The figure of every cell, rounded with all that are published in one way."""
    found: dict[str, Ints] = {}
    own = [policy_of(policies, table.measure).rounding for table in tables]
    for rounding in dict.fromkeys(own):
        alike = [t for t, way in zip(tables, own, strict=True) if way == rounding]
        names = {table.name for table in alike}
        among = [limit for limit in limits if limit.names <= names]
        found |= figures(alike, rounding, limits=among)
    return found


def _decided(grid: Grid, policies: Policies) -> tuple[Words, Words]:
    """Status and reason of every cell of the group before secondary suppression.

    Where linked tables share a cell, the first rule that hides it in any of them holds.
    """
    status = np.full(grid.size, CellStatus.SAFE.value, dtype="<U1")
    reason = np.full(grid.size, "", dtype="<U24")
    for table, own in zip(grid.tables, grid.places(), strict=True):
        given = table.statuses().ravel()
        hit = primary(table, policy_of(policies, table.measure)).ravel()
        found = np.where(hit != "", CellStatus.PRIMARY.value, given)
        free = status[own] == CellStatus.SAFE.value
        status[own[free]] = found[free]
        opted_out = given == CellStatus.OPT_OUT.value
        reason[own[free]] = np.where(opted_out, "opt-out", hit)[free]
    return status, reason


@dataclass(frozen=True, slots=True)
class _Marks:
    """Of each cell its status, the rule that hides it, and its value.

    Of a value only that counts which the symbol or figure tells as well.
    """

    status: Words
    reason: Words
    exact: Ints

    @property
    def in_range(self) -> Mask:
        """The cells that a reader takes to be in the hidden range."""
        return np.asarray(self.reason == HIDDEN_RANGE)

    def take(self, at: Ints) -> "_Marks":
        return _Marks(self.status[at], self.reason[at], self.exact[at])


def _exact(grid: Grid) -> Ints:
    value = np.zeros(grid.size, dtype=np.int64)
    for table, own in zip(grid.tables, grid.places(), strict=True):
        value[own] = table.grid("value").ravel()
    return value


def _safety(grid: Grid, policies: Policies, marks: _Marks) -> SafetyIntervals:
    """The safety interval of each cell, were it protected."""
    none = np.zeros(grid.size, dtype=np.int64)
    low, high, width = none.copy(), none.copy(), none.copy()
    for table, own in zip(grid.tables, grid.places(), strict=True):
        policy, here = policy_of(policies, table.measure), marks.take(own)
        as_opt_out = here.status == CellStatus.OPT_OUT.value
        if protected_as_opt_outs(policy):
            as_opt_out |= ~here.in_range
        found = safety_intervals(
            here.exact, as_opt_out.astype(np.int64), policy, magnitude=table.magnitude
        )
        low[own], high[own], width[own] = found.low, found.high, found.width
    return SafetyIntervals(low, high, width)


def _readings(
    grid: Grid, policies: Policies, shown: Mapping[str, Ints], marks: _Marks
) -> Readings:
    """What a reader can believe of each cell by itself, shown or hidden."""
    ends = np.zeros((4, grid.size), dtype=np.int64)
    hideable = np.zeros(grid.size, dtype=bool)
    weight = np.ones(grid.size, dtype=np.int64)
    for table, own in zip(grid.tables, grid.places(), strict=True):
        policy, here = policy_of(policies, table.measure), marks.take(own)
        ends[:2, own] = _shown_readings(policy, shown[table.name], here)
        ends[2:, own] = _hidden_readings(policy, here)
        hideable[own] = here.status == CellStatus.SAFE.value
        if policy.zeros is Zeros.PUBLISH:
            hideable[own] &= here.exact != 0
        if "weight" in table.cells.column_names:
            weight[own] = table.grid("weight").ravel()
    return Readings(ends[0], ends[1], ends[2], ends[3], hideable, weight)


def _shown_readings(
    policy: DisclosurePolicy, figure: Ints, marks: _Marks
) -> tuple[Ints, Ints]:
    exact = marks.exact
    if policy.rounding.method is RoundingMethod.SMALL_COUNTS:
        return np.zeros_like(exact), np.full(len(exact), UNBOUNDED)  # nothing is hidden
    below, above = policy.rounding.slack()
    low, high = np.maximum(figure - below, 0), figure + above
    high[marks.status == CellStatus.IMPOSSIBLE.value] = 0
    if policy.reader.knows_rule and policy.hide is not None:
        first, last = policy.hide
        first = max(first, 1) if policy.zeros is Zeros.PUBLISH else first
        low = np.where(exact > last, np.maximum(low, last + 1), low)
        high = np.where(exact < first, np.minimum(high, first - 1), high)
    return low, high


def _hidden_readings(policy: DisclosurePolicy, marks: _Marks) -> tuple[Ints, Ints]:
    zero_means_zero = policy.zeros is Zeros.PUBLISH and policy.reader.knows_zeros
    opted_out = marks.status == CellStatus.OPT_OUT.value
    low = np.where(opted_out, 0, 1 if zero_means_zero else 0)
    high = np.full(len(marks.exact), UNBOUNDED)
    if policy.reader.knows_reason and policy.hide is not None:
        first, last = policy.hidden_range()
        low = np.where(marks.in_range, first, low)
        high = np.where(marks.in_range, last, high)
    return low, high


def _symbols_alone(grid: Grid, readings: Readings, hidden: Mask) -> tuple[Ints, Ints]:
    """What could be believed of each cell if all that can be hidden were hidden."""
    unseen = hidden | readings.hideable
    low = np.where(unseen, readings.hidden_low, readings.shown_low)
    high = np.where(unseen, readings.hidden_high, readings.shown_high)
    remainder = np.zeros(grid.matrix.shape[1] - grid.size, dtype=np.int64)
    return propagate(
        grid.matrix,
        np.concatenate([low, remainder]),
        np.concatenate([high, remainder + UNBOUNDED]),
    )


def _times(grid: Grid, found: Mapping[str, Ints]) -> Ints:
    """How often each cell of the group is among those given by their own table.

    What tables share is one cell, and counts as often as in the one with most.
    """
    names = [t.name for t in grid.tables] + [t.name for t in grid.before]
    every = zip(names, chain(grid.places(), grid.places_before()), strict=True)
    times = np.zeros(grid.size, dtype=np.int64)
    for name, places in every:
        if name in found:
            own = np.bincount(places[found[name]], minlength=grid.size)
            times = np.maximum(times, own)
    return times


def _start(grid: Grid, wanting: Wanting | None) -> Start:
    if wanting is None:
        none = np.zeros(0, dtype=np.int64)
        return Start(None, none, none)
    by_audits, by_laws = _times(grid, wanting.exposed), _times(grid, wanting.by_laws)
    at = np.flatnonzero(by_audits + by_laws)
    heights = by_audits[at] + np.maximum(by_laws[at] - 1, 0)
    return Start(_secondaries(grid, wanting.pattern), at, heights)


def _secondaries(grid: Grid, pattern: Sequence[ProtectedTable]) -> Ints:
    """The places in the group of the cells that a pattern hides to protect others."""
    found = []
    for table, made, places in zip(grid.tables, pattern, grid.places(), strict=True):
        secondary = pc.equal(made.cells["status"], CellStatus.SECONDARY.value)
        found.append(places[table.places()[secondary.to_numpy()]])
    return np.unique(np.concatenate(found))


def _as_published(
    table: CellTable, shown: Ints, status: Words, reason: Words
) -> ProtectedTable:
    at = table.places()
    own = status[at]
    given = np.isin(own, [CellStatus.SAFE.value, CellStatus.MUST_SHOW.value])
    published = pa.array(shown[at], mask=~given)
    cells = (
        table.cells.drop_columns(["status"])
        .append_column("published", published)
        .append_column("status", pa.array(own.tolist(), pa.string()))
        .append_column("reason", pa.array(reason[at].tolist(), pa.string()))
    )
    return ProtectedTable(table.name, table.dimensions, cells, table.measure)
