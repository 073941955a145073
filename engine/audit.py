"""The audit: what a reader can know of every hidden cell.

Intervals are computed from the published view alone. Only then are they held against
the exact cells and the policy, to judge whether each protected cell's safety interval
is covered.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from engine.celltable import CellStatus, CellTable, Limit
from engine.errors import AuditFailed
from engine.feasibility import Feasibility, intervals
from engine.published import PublishedTable
from engine.safety import beyond_the_symbols, safety_intervals
from engine.solver import UNBOUNDED, Ints
from engine.statements import Statements, statements
from rules.disclosure import DisclosurePolicy, Policies, Zeros, policy_of


PROTECTED = (CellStatus.PRIMARY.value, CellStatus.OPT_OUT.value)
FREE = (CellStatus.MUST_SHOW.value, CellStatus.IMPOSSIBLE.value)


@dataclass(frozen=True, slots=True)
class TableAudit:
    """One audited table.

    `intervals` has the codes of every hidden cell, `lower` and `upper` (null: nothing
    limits it), `exact` (whether both ends are proven and attained) and `protected`.
    `exposed` are the rows of `intervals` that the view gives away.
    """

    name: str
    intervals: pa.Table
    exposed: Ints


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What an audit found: per table the intervals, and the worlds that prove them.

    `worlds` has a row per world and a column per cell, tables one after another.
    """

    tables: tuple[TableAudit, ...]
    worlds: Ints

    @property
    def hidden(self) -> int:
        return sum(table.intervals.num_rows for table in self.tables)

    @property
    def exposed(self) -> int:
        return sum(len(table.exposed) for table in self.tables)


def audit(
    view: Sequence[PublishedTable],
    exact: Sequence[CellTable],
    policy: DisclosurePolicy,
    limits: Sequence[Limit] = (),
) -> AuditReport:
    """Audit tables that are published together under one policy.

    `view` is what a reader gets; `exact` holds the same tables' true values, used for
    nothing but the judgement. Raises Contradiction when no whole numbers could have
    been published so, AuditFailed when a sensitive count is shown.
    """
    for table, truth in zip(view, exact, strict=True):
        _must_hide(table, truth, policy)
    said = statements(view, policy, limits)
    hidden = [
        table.positions[table.hidden] + offset
        for table, offset in zip(view, said.offsets, strict=True)
    ]
    found = intervals(said.system, np.concatenate(hidden), said.depth)
    symbols = _symbols_alone(view, said, policy)
    reports = [
        _judge(table, truth, _Found(found, symbols, offset), policy)
        for table, truth, offset in zip(view, exact, said.offsets, strict=True)
    ]
    cells = sum(table.frame_size for table in view)
    return AuditReport(tuple(reports), found.worlds[:, :cells])


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


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found for all tables, and where one table's unknowns begin."""

    intervals: Feasibility
    symbols: tuple[Ints, Ints]
    offset: int


def _judge(
    table: PublishedTable, truth: CellTable, found: _Found, policy: DisclosurePolicy
) -> TableAudit:
    at = table.positions[table.hidden] + found.offset
    interval, symbols = found.intervals, found.symbols
    status = table.statuses[table.hidden]
    value = truth.grid("value").ravel()[at - found.offset]
    safety = beyond_the_symbols(
        safety_intervals(
            value,
            (status == CellStatus.OPT_OUT.value).astype(np.int64),
            policy,
            magnitude=truth.magnitude,
        ),
        symbols[0][at],
        symbols[1][at],
    )
    protected = np.isin(status, PROTECTED)
    covered = safety.covered(interval.least[at], interval.most[at])
    upper = interval.upper[at]
    return TableAudit(
        table.name,
        table.cells.filter(pa.array(table.hidden))
        .select([dimension.name for dimension in table.dimensions])
        .append_column("lower", pa.array(interval.lower[at]))
        .append_column("upper", pa.array(upper, mask=upper >= UNBOUNDED))
        .append_column("exact", pa.array(interval.exact()[at]))
        .append_column("protected", pa.array(protected)),
        np.flatnonzero(protected & ~covered),
    )


def _symbols_alone(
    view: Sequence[PublishedTable], said: Statements, policies: Policies
) -> tuple[Ints, Ints]:
    """What the symbols alone say, without any figure that could have been a symbol.

    A published zero could not; what has to be shown is no excuse either.
    """
    figures = []
    for table, offset in zip(view, said.offsets, strict=True):
        figure = ~table.hidden & (table.statuses != CellStatus.IMPOSSIBLE.value)
        if policy_of(policies, table.measure).zeros is Zeros.PUBLISH:
            figure &= table.values > 0
        figures.append(table.positions[figure] + offset)
    return said.without(np.concatenate(figures))
