"""The audit: what a reader can know of every hidden cell.

Intervals are computed from the published view alone. Only then are they held against
the exact cells and the policy, to judge whether each protected cell's safety interval
is covered.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.celltable import CellStatus, CellTable, Limit, frame_codes
from engine.contributors import insiders
from engine.earlier import EarlierTable
from engine.errors import AuditFailed
from engine.feasibility import intervals
from engine.published import PublishedTable
from engine.safety import SafetyIntervals, safety_intervals
from engine.solver import UNBOUNDED, Ints
from engine.statements import statements
from engine.unkept import GivenAway, Judge
from rules.disclosure import DisclosurePolicy, Policies, Zeros, policy_of


PROTECTED = (CellStatus.PRIMARY.value, CellStatus.OPT_OUT.value)
FREE = (CellStatus.MUST_SHOW.value, CellStatus.IMPOSSIBLE.value)


@dataclass(frozen=True, slots=True)
class TableAudit:
    """One audited table.

    `intervals` has the codes of every hidden cell, `lower` and `upper` (null: nothing
    limits it), `exact` (whether both ends are proven and attained) and `protected`.
    `exposed` are the rows of `intervals` that the view gives away, `told` those that
    earlier releases gave away by themselves, and to which this one adds nothing.
    Of an earlier table the rows are the cells that have to stay hidden.
    """

    name: str
    intervals: pa.Table
    exposed: Ints
    told: Ints


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What an audit found: per table the intervals, and the worlds that prove them.

    `worlds` has a row per world and a column per cell, tables one after another, those
    of earlier releases last.
    """

    tables: tuple[TableAudit, ...]
    worlds: Ints
    before: tuple[TableAudit, ...] = ()

    @property
    def hidden(self) -> int:
        return sum(table.intervals.num_rows for table in self.tables)

    @property
    def exposed(self) -> int:
        return sum(len(table.exposed) for table in (*self.tables, *self.before))

    @property
    def told(self) -> int:
        return sum(len(table.told) for table in (*self.tables, *self.before))


def audit(
    view: Sequence[PublishedTable],
    exact: Sequence[CellTable],
    policies: Policies,
    limits: Sequence[Limit] = (),
    before: Sequence[EarlierTable] = (),
) -> AuditReport:
    """Audit tables that are published together.

    `view` is what a reader gets, and got `before`; `exact` holds the same tables' true
    values, used for nothing but the judgement. Raises Contradiction when no whole
    numbers could have been published so, AuditFailed when a sensitive count is shown.
    """
    for table, truth in zip(view, exact, strict=True):
        _must_hide(table, truth, policy_of(policies, table.measure))
    every = [*view, *map(PublishedTable.of_earlier, before)]
    said = statements(every, policies, limits)
    now, then = said.offsets[: len(view)], said.offsets[len(view) :]
    hidden = [
        table.positions[table.hidden] + offset
        for table, offset in zip(view, now, strict=True)
    ]
    kept = [each.goals.cells + start for each, start in zip(before, then, strict=True)]
    found = intervals(said.system, np.concatenate([*hidden, *kept]), said.depth)
    cells = sum(table.frame_size for table in every)
    earlier = np.arange(then[0] if then else cells, cells)
    judge = Judge(
        said,
        found,
        could_be_symbols(view, now, policies),
        earlier,
        insiders(exact, policies),
    )
    return AuditReport(
        tuple(
            _judge(table, truth, at, (judge, policy_of(policies, table.measure)))
            for table, truth, at in zip(view, exact, hidden, strict=True)
        ),
        found.worlds[:, :cells],
        tuple(
            _judge_earlier(table, at, judge)
            for table, at in zip(before, kept, strict=True)
        ),
    )


def _must_hide(
    table: PublishedTable, truth: CellTable, policy: DisclosurePolicy
) -> None:
    """Refuse a figure for a count that the policy hides; what must be shown may be."""
    if policy.hide is None or truth.magnitude:
        return
    low, high = policy.hide
    low = max(low, 1) if policy.zeros is Zeros.PUBLISH else low
    value = truth.grid("value").ravel()[table.positions]
    free = np.isin(table.statuses, FREE)
    shown = np.sum(~table.hidden & ~free & (value >= low) & (value <= high))
    if shown:
        raise AuditFailed(
            f"table {table.name}: {shown} cells are shown although their count is "
            f"{low} to {high}, which the policy hides; protect the table again"
        )


def _judge(
    table: PublishedTable,
    truth: CellTable,
    at: Ints,
    by: tuple[Judge, DisclosurePolicy],
) -> TableAudit:
    """The hidden cells of a table, which are these unknowns."""
    judge, policy = by
    protected = np.isin(table.statuses[table.hidden], PROTECTED)
    verdict = judge.of(at[protected], safety_of(table, truth, policy).take(protected))
    rows = table.cells.filter(pa.array(table.hidden))
    codes = rows.select([dimension.name for dimension in table.dimensions])
    return _audited(table.name, codes, _Asked(at, protected), (judge, verdict))


def safety_of(
    table: PublishedTable, truth: CellTable, policy: DisclosurePolicy
) -> SafetyIntervals:
    """The safety interval of each hidden cell, were it protected."""
    status = table.statuses[table.hidden]
    return safety_intervals(
        truth.grid("value").ravel()[table.positions[table.hidden]],
        (status == CellStatus.OPT_OUT.value).astype(np.int64),
        policy,
        magnitude=truth.magnitude,
    )


def _judge_earlier(table: EarlierTable, at: Ints, judge: Judge) -> TableAudit:
    verdict = judge.of(at, table.goals.safety)
    everything = np.ones(len(at), dtype=bool)
    codes = frame_codes(table.dimensions, table.goals.cells)
    return _audited(table.name, codes, _Asked(at, everything), (judge, verdict))


@dataclass(frozen=True, slots=True)
class _Asked:
    """The unknowns that a table's intervals are of, and which of them are protected."""

    at: Ints
    protected: NDArray[np.bool_]


def _audited(
    name: str, codes: pa.Table, asked: _Asked, seen: tuple[Judge, GivenAway]
) -> TableAudit:
    judge, verdict = seen
    found, at = judge.found, asked.at
    upper = found.upper[at]
    protected = np.flatnonzero(asked.protected)
    return TableAudit(
        name,
        codes.append_column("lower", pa.array(found.lower[at]))
        .append_column("upper", pa.array(upper, mask=upper >= UNBOUNDED))
        .append_column("exact", pa.array(found.exact()[at]))
        .append_column("protected", pa.array(asked.protected)),
        protected[verdict.exposed],
        protected[verdict.told],
    )


def could_be_symbols(
    view: Sequence[PublishedTable], offsets: Sequence[int], policies: Policies
) -> Ints:
    """The figures that could have been symbols.

    A published zero could not; what has to be shown is no excuse either.
    """
    figures = []
    for table, offset in zip(view, offsets, strict=True):
        figure = ~table.hidden & (table.statuses != CellStatus.IMPOSSIBLE.value)
        if policy_of(policies, table.measure).zeros is Zeros.PUBLISH:
            figure &= table.values > 0
        figures.append(table.positions[figure] + offset)
    return np.concatenate(figures)
