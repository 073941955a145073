"""The only module that knows all rooms up to the audit: hands each the one before.

Every step finds what was made before from the same deliveries and rules, and makes it
otherwise. Killed at any moment, the next call goes on where the last room was whole.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from engine import parallel
from engine.audit import AuditReport
from engine.audit import audit as audit_group
from engine.celltable import CellStatus, CellTable, Limit
from engine.cohort import COHORT_SCHEMAS, CohortMicrodata
from engine.database import Database
from engine.denominators import denominators
from engine.duckdb_database import DuckDBDatabase
from engine.earlier import EarlierTable
from engine.errors import AuditFailed
from engine.levensweg import tabulate_cohort
from engine.microdata import LinkedMicrodata
from engine.protect import Wanting
from engine.published import PublishedTable
from engine.tabulate import tabulate_all
from outputs.symbols import ReleaseStatus
from rules.disclosure import DisclosurePolicy
from rules.vocabulary import PARTS
from secure_env import linking
from secure_env.before import Before, Given, protected_beside
from secure_env.candidate import Figures, candidate_files
from secure_env.estimate import estimated
from secure_env.register import released_patterns
from secure_env.rooms import (
    Cells,
    Period,
    Places,
    Published,
    as_seen,
    digest_of,
    named,
    places_by_table,
    summary_of,
)
from secure_env.shares import shares
from secure_env.store import Folder


MOST_ROUNDS = 6
"""So often may an audit send its findings back for another pattern."""

Progress = Callable[[str], None]
Opening = Callable[[], AbstractContextManager[Database]]
"""Opens the database that counts."""


def link(period: Period, progress: Progress) -> Folder:
    """Deliveries -> linked microdata; of a cohort, of all its half-years."""
    for half_year in period.followed:
        link(half_year, progress)
    if period.regions_of is not None:
        link(period.in_own_regions, progress)
    place = ("linked", period.linked_digest)
    return _once(period, place, progress, lambda: linking.link(period, progress))


def tabulate(
    period: Period, progress: Progress, opening: Opening = DuckDBDatabase
) -> Folder:
    """Linked microdata -> exact cells of every table, and the denominators.

    Every database that may be opened gives the same cells.
    """
    place = ("cells", period.cells_digest)
    return _once(period, place, progress, lambda: _tabulate(period, progress, opening))


def _tabulate(period: Period, progress: Progress, opening: Opening) -> Folder:
    linked = period.existing("linked", period.linked_digest, "link")
    microdata = linking.opened(linked)
    tables: dict[str, pa.Table] = {}
    with opening() as database:
        for table, measures in period.by_table.items():
            spec = measures[0].table
            tables[f"denominators.{table}"] = denominators(microdata, spec)
        for code, group in period.groups.items():
            progress(f"tabulating {code}")
            found = _cells(period, linked, microdata, group, database)
            for each, cells in zip(group, found, strict=True):
                tables[each.name] = named(cells, each.name).cells
        counted = sum(t.num_rows for n, t in tables.items() if "denominators" not in n)
        tables |= {name: linked.table(name) for name in ("regions", "participation")}
        summary = {"tables": len(period.by_table), "cells": counted}
        return period.save("cells", period.cells_digest, tables, summary)


def _cells(
    period: Period,
    linked: Folder,
    microdata: LinkedMicrodata,
    group: Sequence[Published],
    database: Database,
) -> list[CellTable]:
    """The cells of each of an indicator's tables."""
    indicator, specs = group[0].indicator, [each.table for each in group]
    measure = period.cohort_measures.get(indicator.code)
    if measure is None:
        return tabulate_all(microdata, indicator, specs, period.half_year, database)
    followed = (linked.table(name) for name in COHORT_SCHEMAS)
    cohort = CohortMicrodata(microdata, *followed)
    return tabulate_cohort(cohort, measure, specs, database)


@dataclass(frozen=True, slots=True)
class _Round:
    """One pattern of hidden cells: what it is made from, and what audits found.

    `wanting` is the pattern that was found wanting last; this one adds to it.
    `released` are the digests of the patterns that were released before.
    """

    digest: str
    exposed: Mapping[str, Places]
    released: tuple[str, ...]
    wanting: Folder | None = None


def _newest_round(period: Period) -> _Round:
    """The pattern to look at: the first that no audit has found wanting."""
    findings: list[pa.Table] = []
    wanting: Folder | None = None
    released = released_patterns(period)
    for _ in range(MOST_ROUNDS):
        exposed = places_by_table(findings)
        said = json.dumps({name: at.tolist() for name, at in sorted(exposed.items())})
        digest = digest_of("protected", period.cells_digest, said, *released)
        current = _Round(digest, exposed, released, wanting)
        verdict = period.folder("audited", _audit_digest(current.digest))
        if verdict is None or not summary_of(verdict)["exposed"]:
            return current
        findings.append(verdict.table("exposed"))
        wanting = period.existing("protected", digest, "protect")
    raise AuditFailed(
        f"{MOST_ROUNDS} patterns of hidden cells were audited and each gave "
        f"{findings[-1].num_rows} or more cells away; tell the makers of gmsd"
    )


def _audit_digest(protected: str) -> str:
    return digest_of("audited", protected)


def protect(period: Period, progress: Progress) -> Folder:
    """Exact cells -> cells with a status, a reason and a published value."""
    this = _newest_round(period)
    place = ("protected", this.digest)
    return _once(period, place, progress, lambda: _protect(period, this, progress))


def _protect(period: Period, this: _Round, progress: Progress) -> Folder:
    cells = Cells.of(period)
    before = Before.of(cells, this.released)
    work: list[Given] = [
        (
            [*(cells.exact(each) for each in group), *before.tables(group)],
            period.policy(group[0]),
            _wanting(cells, group, this),
            before.limits(group),
        )
        for group in period.groups.values()
    ]
    progress(f"protecting {sum(map(len, period.groups.values()))} tables")
    groups = parallel.each(protected_beside, work, cells.sizes)
    protected = [table for group in groups for table in group]
    status = np.concatenate([t.cells["status"].to_pylist() for t in protected])
    counts = {
        each.name.lower(): int(np.sum(status == each.value)) for each in CellStatus
    }
    policies = {code: f"{period.policy(own[0])}" for code, own in period.groups.items()}
    made_from = {"cells_digest": period.cells_digest, "policies": policies}
    tables = {table.name: table.cells for table in protected}
    summary = {"cells": len(status), **counts, **made_from}
    return period.save("protected", this.digest, tables, summary)


def _wanting(cells: Cells, group: Sequence[Published], this: _Round) -> Wanting | None:
    if this.wanting is None:
        return None
    pattern = [cells.protected(each, this.wanting) for each in group]
    return Wanting(pattern, this.exposed)


def audit(period: Period, progress: Progress, status: ReleaseStatus) -> Folder:
    """Protected cells -> proof that nothing hidden can be derived, and the candidate.

    Raises AuditFailed, after keeping its findings, when the view gives cells away.
    """
    this = _newest_round(period)
    protected = period.existing("protected", this.digest, "protect")
    place = ("audited", _audit_digest(this.digest))
    verdict = _once(
        period,
        place,
        progress,
        lambda: _audit(period, protected, this.released, progress),
    )
    exposed, told = (summary_of(verdict)[name] for name in ("exposed", "told"))
    if told:
        progress(
            f"{told} cells of {period.half_year} were narrowed below their safety "
            "interval by earlier releases alone, which cannot be undone; this one "
            f"narrows {exposed}"
        )
    if exposed:
        raise AuditFailed(
            f"{exposed} hidden cells of {period.half_year} can be narrowed below their "
            "safety interval; run gmsd protect again, it now knows which"
        )
    place = ("candidate", _candidate_digest(verdict, status))
    return _once(
        period, place, progress, lambda: _candidate(period, protected, verdict, status)
    )


def _audit(
    period: Period, protected: Folder, released: Sequence[str], progress: Progress
) -> Folder:
    cells = Cells.of(period)
    before = Before.of(cells, released)
    work = [
        (
            [as_seen(cells.protected(each, protected)) for each in group],
            [cells.exact(each) for each in group],
            period.policy(group[0]),
            before.limits(group),
            before.tables(group),
        )
        for group in period.groups.values()
    ]
    progress(f"auditing {sum(len(view) for view, *_ in work)} tables")
    hidden = [sum(int(table.hidden.sum()) for table in view) for view, *_ in work]
    found = parallel.each(_audit_group, work, hidden)
    reports = dict(zip(period.groups, found, strict=True))
    tables: dict[str, pa.Table] = {"exposed": _exposed(work, reports.values())}
    for code, report in reports.items():
        tables[f"witnesses.{code}"] = pa.table(
            {f"w{i}": world for i, world in enumerate(report.worlds)}
        )
        tables |= {f"intervals.{t.name}": t.intervals for t in report.tables}
    summary = {
        "hidden": sum(report.hidden for report in reports.values()),
        "exposed": sum(report.exposed for report in reports.values()),
        "told": sum(report.told for report in reports.values()),
        "exact": sum(
            int(np.sum(table.intervals["exact"].to_numpy(zero_copy_only=False)))
            for report in reports.values()
            for table in report.tables
        ),
        "worlds": sum(len(report.worlds) for report in reports.values()),
        "protected": protected.digest,
        "released": list(released),
    }
    return period.save("audited", _audit_digest(protected.digest), tables, summary)


Work = tuple[
    list[PublishedTable],
    list[CellTable],
    DisclosurePolicy,
    tuple[Limit, ...],
    list[EarlierTable],
]


def _audit_group(work: Work) -> AuditReport:
    return audit_group(*work)


def _exposed(work: Sequence[Work], reports: Iterable[AuditReport]) -> pa.Table:
    """The cells that were given away, as their place in their table."""
    names: list[str] = []
    places: list[int] = []
    for (views, *_, before), report in zip(work, reports, strict=True):
        asked = [
            *((view.name, view.positions[view.hidden]) for view in views),
            *((table.name, table.goals.cells) for table in before),
        ]
        for (name, cells), found in zip(
            asked, (*report.tables, *report.before), strict=True
        ):
            at = cells[found.exposed].tolist()
            names += [name] * len(at)
            places += at
    return pa.table(
        {"table": pa.array(names, pa.string()), "place": pa.array(places, pa.int64())}
    )


def _candidate(
    period: Period, protected: Folder, verdict: Folder, status: ReleaseStatus
) -> Folder:
    """The exact bytes that are proposed for release."""
    cells = Cells.of(period)
    figures = Figures(
        regions=cells.regions,
        taking_part={part: frozenset(cells.participants(part)) for part in PARTS},
        half_year=period.half_year,
        status=status,
        estimates=frozenset(
            rule.table.code for rule in period.estimates if not rule.wholes
        ),
    )
    measures = {
        table: [
            (each.indicator, cells.with_denominator(each, protected)) for each in group
        ]
        for table, group in period.by_table.items()
    }
    specs = {table: group[0].table for table, group in period.by_table.items()}
    policies = {
        table: period.policy(group[0]) for table, group in period.by_table.items()
    }
    for rule in period.estimates:
        policies[rule.table.code] = period.catalogue.policies[rule.value.disclosure]
        specs[rule.table.code] = rule.table
        measures[rule.table.code] = (
            shares(rule, cells, protected)
            if rule.wholes
            else estimated(rule, cells, protected, policies[rule.table.code])
        )
    files = candidate_files(specs, measures, policies, figures)
    summary = {"files": len(files), "status": status.value, "audited": verdict.digest}
    summary |= {"certificate": verdict.sha256}
    documents = {f"candidate/{path}": content for path, content in files.items()}
    digest = _candidate_digest(verdict, status)
    return period.save("candidate", digest, {}, summary, documents)


def proven(period: Period) -> tuple[Folder, Folder]:
    """The protected cells that an audit passed, and that audit."""
    this = _newest_round(period)
    verdict = period.existing("audited", _audit_digest(this.digest), "run")
    return period.existing("protected", this.digest, "run"), verdict


def candidate(period: Period) -> Folder:
    """The candidate of what was audited last, the most final one that was made."""
    _, verdict = proven(period)
    for status in reversed(ReleaseStatus):
        found = period.folder("candidate", _candidate_digest(verdict, status))
        if found is not None:
            return found
    return period.existing("candidate", "0" * 16, "run")


def _candidate_digest(verdict: Folder, status: ReleaseStatus) -> str:
    return digest_of("candidate", verdict.digest, status.value)


def run(
    period: Period,
    progress: Progress,
    status: ReleaseStatus = ReleaseStatus.PRELIMINARY,
) -> Folder:
    """All rooms from deliveries to the candidate, until no audit finds anything."""
    link(period, progress)
    tabulate(period, progress)
    for _ in range(MOST_ROUNDS):
        protect(period, progress)
        try:
            return audit(period, progress, status)
        except AuditFailed as failed:
            progress(f"{failed}")
    return audit(period, progress, status)


def _once(
    period: Period,
    place: tuple[str, str],
    progress: Progress,
    make: Callable[[], Folder],
) -> Folder:
    """The folder in this place; made by the first of those who ask at the same time."""
    found = period.folder(*place)
    if found is not None:
        return found
    with period.environment.alone("run", progress):
        return period.folder(*place) or make()
