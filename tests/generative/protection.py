"""Protection and audit of small tables, round by round, as the monitor runs them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from hypothesis import reject
from numpy.typing import NDArray

from engine.audit import AuditReport, audit
from engine.celltable import ProtectedTable
from engine.errors import NotProtectable
from engine.protect import Wanting, protect
from engine.rounding import figures
from engine.safety import beyond_the_symbols, safety_intervals
from engine.solver import UNBOUNDED
from rules.disclosure import DisclosurePolicy, Zeros
from tests.generative.tables import Codes, Table, View
from tests.generative.together import Cell, intervals_together
from tests.reference.naive_publication import is_sensitive


ROUNDS = 4
"""So often a pattern that the audit found wanting is protected again."""

KEY = b"the key of random rounding"

Places = Mapping[str, NDArray[np.int64]]


def protected(given: Sequence[Table], policy: DisclosurePolicy) -> list[View]:
    """Protected, audited, and protected again where the audit found it wanting.

    An example that the protector refuses is none, if all worlds say that the symbols
    alone give a cell away.
    """
    wanting: Wanting | None = None
    for _ in range(ROUNDS):
        try:
            done = protected_once(given, policy, wanting)
        except NotProtectable:
            assert symbols_give_away(given, policy)
            reject()
        view = [seen(each, table) for each, table in zip(done, given, strict=True)]
        report = audited(view, given, policy)
        if not report.exposed:
            return view
        before = wanting.exposed if wanting else {}
        wanting = Wanting(done, with_exposed(before, view, report))
    raise AssertionError(f"cells are exposed after {ROUNDS} rounds")


def protected_once(
    given: Sequence[Table],
    policy: DisclosurePolicy,
    wanting: Wanting | None = None,
) -> tuple[ProtectedTable, ...]:
    """One pattern. An example that controlled rounding has no answer for is none."""
    exact = [table.exact() for table in given]
    try:
        shown = figures(exact, policy.rounding, KEY)
    except NotProtectable:
        reject()
    return protect(exact, policy, wanting, shown=shown)


def seen(table: ProtectedTable, original: Table) -> View:
    """What a reader gets of a protected table."""
    columns = [table.cells[dimension.name] for dimension in table.dimensions]
    codes = list(zip(*(column.to_pylist() for column in columns), strict=True))
    return View(
        table.name,
        original.dimensions,
        dict(zip(codes, table.cells["published"].to_pylist(), strict=True)),
        dict(zip(codes, table.cells["status"].to_pylist(), strict=True)),
        table.measure,
    )


def audited(
    view: Sequence[View], given: Sequence[Table], policy: DisclosurePolicy
) -> AuditReport:
    return audit(
        [each.table() for each in view], [table.exact() for table in given], policy
    )


def with_exposed(
    exposed: Places, view: Sequence[View], report: AuditReport
) -> dict[str, NDArray[np.int64]]:
    """Places of exposed cells per table, with those of earlier rounds."""
    found = {}
    for each, table in zip(view, report.tables, strict=True):
        published = each.table()
        places = published.positions[published.hidden][table.exposed]
        found[each.name] = np.concatenate([exposed.get(each.name, places[:0]), places])
    return found


def exposed_cells(report: AuditReport) -> set[Cell]:
    """By the audit: the cells that are given away."""
    evidence = ["lower", "upper", "exact", "protected"]
    return {
        (table.name, tuple(row.values()))
        for table in report.tables
        for row in table.intervals.drop_columns(evidence)
        .take(table.exposed)
        .to_pylist()
    }


def without_figures(view: View, policy: DisclosurePolicy) -> View:
    """Every figure that could have been a symbol is one; a zero that is shown stays."""
    figures = dict(view.figures)
    statuses = dict(view.statuses)
    for codes, figure in view.figures.items():
        is_shown = statuses[codes] in {"s", "z"}
        if is_shown and not (figure == 0 and policy.zeros is Zeros.PUBLISH):
            figures[codes], statuses[codes] = None, "x"
    return replace(view, figures=figures, statuses=statuses)


def symbols_give_away(given: Sequence[Table], policy: DisclosurePolicy) -> bool:
    """By all worlds: whether a protected cell is known too well with all hidden."""
    hidden = [_all_hidden(table, policy) for table in given]
    found = intervals_together(hidden, policy)
    return any(
        is_too_narrow(found[each.name, codes], table.counts[codes], status, policy)
        for each, table in zip(hidden, given, strict=True)
        for codes, status in each.statuses.items()
        if status in {"u", "o"}
    )


def _all_hidden(table: Table, policy: DisclosurePolicy) -> View:
    figures: dict[Codes, int | None] = {}
    statuses = {}
    for codes, value in table.counts.items():
        own = "u" if is_sensitive(value, policy) else "s"
        statuses[codes] = table.given.get(codes, own)
        figures[codes] = value if statuses[codes] == "s" else None
    view = View(table.name, table.dimensions, figures, statuses, table.measure)
    return without_figures(view, policy)


def is_too_narrow(
    found: tuple[int, int | None],
    value: int,
    status: str,
    policy: DisclosurePolicy,
    kept: tuple[int, int | None] = (0, None),
) -> bool:
    """Whether the cell is narrower than it has to be, and than could be `kept`."""
    opted_out = np.array([int(status == "o")])
    own = safety_intervals(np.array([value]), opted_out, policy, magnitude=False)
    ends = (np.array([UNBOUNDED if end is None else end]) for end in kept)
    safety = beyond_the_symbols(own, *ends)
    low, high = found
    if low > safety.low[0]:
        return True
    return high is not None and bool(
        high < safety.high[0] or high - low < safety.width[0]
    )
