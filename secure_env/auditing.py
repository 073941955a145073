"""The audit of a period: each measure exactly, and what several give away."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pyarrow as pa

from engine import parallel
from engine.audit import AuditReport
from engine.audit import audit as audit_group
from engine.celltable import CellTable, Limit
from engine.earlier import EarlierTable
from engine.published import PublishedTable
from rules.disclosure import DisclosurePolicy
from secure_env.before import Before
from secure_env.joined import (
    Share,
    Together,
    all_given_away,
    given_away,
    in_shares,
    joined_measures,
    together,
)
from secure_env.rooms import Cells, Period, Places, Progress, as_seen
from secure_env.rounds import audit_digest, findings
from secure_env.store import Folder


def audited(
    period: Period, protected: Folder, released: Sequence[str], progress: Progress
) -> Folder:
    """What an audit of these protected cells found, kept as its room.

    Each measure exactly, and what laws between measures give away of several.
    """
    cells = Cells.of(period)
    work = list(_work(cells, protected, Before.of(cells, released)))
    shares = in_shares(list(_asked_together(cells, protected)))
    asked: list[Work | Share] = [*work, *shares]
    progress(f"auditing {sum(len(view) for view, *_ in work)} tables")
    views = [*(one[0] for one in work), *(one[0][0] for one in shares)]
    hidden = [sum(int(table.hidden.sum()) for table in view) for view in views]
    found = parallel.each(_look, asked, hidden)
    reports = [each for each in found if isinstance(each, AuditReport)]
    by_laws = all_given_away(each for each in found if isinstance(each, dict))
    tables = {
        "exposed": findings(_exposed(work, reports)),
        "by_laws": findings(by_laws),
        **dict(_kept(period, reports)),
    }
    summary = {
        "hidden": sum(report.hidden for report in reports),
        "exposed": sum(report.exposed for report in reports)
        + tables["by_laws"].num_rows,
        "told": sum(report.told for report in reports),
        "exact": sum(
            int(np.sum(table.intervals["exact"].to_numpy(zero_copy_only=False)))
            for report in reports
            for table in report.tables
        ),
        "worlds": sum(len(report.worlds) for report in reports),
        "protected": protected.digest,
        "released": list(released),
    }
    return period.save("audited", audit_digest(protected.digest), tables, summary)


Work = tuple[
    list[PublishedTable],
    list[CellTable],
    DisclosurePolicy,
    tuple[Limit, ...],
    list[EarlierTable],
]


def _work(cells: Cells, protected: Folder, before: Before) -> Iterator[Work]:
    for group in cells.period.groups.values():
        yield (
            [as_seen(cells.protected(each, protected)) for each in group],
            [cells.exact(each) for each in group],
            cells.period.policy(group[0]),
            before.limits(group),
            before.tables(group),
        )


def _asked_together(cells: Cells, protected: Folder) -> Iterator[Together]:
    for joined in joined_measures(cells.period):
        if joined.cases:
            tables = [cells.protected(each, protected) for each in joined.tables]
            yield together(cells, joined, {table.name: table for table in tables})


def _look(asked: Work | Share) -> AuditReport | dict[str, Places]:
    return given_away(asked) if len(asked) == 2 else audit_group(*asked)


def _kept(
    period: Period, reports: Sequence[AuditReport]
) -> Iterator[tuple[str, pa.Table]]:
    """Tables of the room: the intervals of the cells, and the worlds that show them."""
    for code, report in zip(period.groups, reports, strict=True):
        worlds = {f"w{i}": world for i, world in enumerate(report.worlds)}
        yield f"witnesses.{code}", pa.table(worlds)
        for table in report.tables:
            yield f"intervals.{table.name}", table.intervals


def _exposed(work: Sequence[Work], reports: Iterable[AuditReport]) -> dict[str, Places]:
    """The cells that were given away, as their places in their table."""
    found: dict[str, Places] = {}
    for (view, *_, before), report in zip(work, reports, strict=True):
        asked = [
            *(table.positions[table.hidden] for table in view),
            *(table.goals.cells for table in before),
        ]
        every = (*report.tables, *report.before)
        for audited_table, at in zip(every, asked, strict=True):
            found[audited_table.name] = at[audited_table.exposed]
    return found
