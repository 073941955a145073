"""The only module that knows all rooms up to the audit: hands each the one before.

Every step finds what was made before from the same deliveries and rules, and makes it
otherwise. Killed at any moment, the next call goes on where the last room was whole.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

import pyarrow as pa

from engine.celltable import CellTable
from engine.cohort import COHORT_SCHEMAS, CohortMicrodata
from engine.database import Database
from engine.denominators import denominators
from engine.duckdb_database import DuckDBDatabase
from engine.errors import AuditFailed
from engine.levensweg import tabulate_cohort
from engine.microdata import LinkedMicrodata
from engine.tabulate import tabulate_all
from outputs.symbols import ReleaseStatus
from rules.vocabulary import PARTS
from secure_env import linking
from secure_env.auditing import audited
from secure_env.candidate import Figures, candidate_files
from secure_env.estimate import estimated
from secure_env.protecting import protected_cells
from secure_env.rooms import (
    Cells,
    Period,
    Progress,
    Published,
    digest_of,
    summary_of,
)
from secure_env.rounds import MOST_ROUNDS, audit_digest, newest_round
from secure_env.shares import shares
from secure_env.store import Folder


Opening = Callable[[], AbstractContextManager[Database]]
"""Opens the database that counts."""


def link(period: Period, progress: Progress) -> Folder:
    """Deliveries -> linked microdata; of a cohort or year, of all its half-years."""
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
                tables[each.name] = cells.cells
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
        return tabulate_all(microdata, indicator, specs, period.counted, database)
    followed = (linked.table(name) for name in COHORT_SCHEMAS)
    cohort = CohortMicrodata(microdata, *followed)
    return tabulate_cohort(cohort, measure, specs, database)


def protect(period: Period, progress: Progress) -> Folder:
    """Exact cells -> cells with a status, a reason and a published value."""
    this = newest_round(period)
    place = ("protected", this.digest)
    return _once(
        period, place, progress, lambda: protected_cells(period, this, progress)
    )


def audit(period: Period, progress: Progress, status: ReleaseStatus) -> Folder:
    """Protected cells -> proof that nothing hidden can be derived, and the candidate.

    Of a year or a day there is no candidate: the proof is of its own cells, without
    those of half-years beside it. Gives the audit then.

    Raises AuditFailed, after keeping its findings, when the view gives cells away.
    """
    this = newest_round(period)
    protected = period.existing("protected", this.digest, "protect")
    place = ("audited", audit_digest(this.digest))
    verdict = _once(
        period,
        place,
        progress,
        lambda: audited(period, protected, this.released, progress),
    )
    exposed, told = (summary_of(verdict)[name] for name in ("exposed", "told"))
    if told:
        progress(
            f"{told} cells of {period.counted} were narrowed below their safety "
            "interval by earlier releases alone, which cannot be undone; this one "
            f"narrows {exposed}"
        )
    if exposed:
        raise AuditFailed(
            f"{exposed} hidden cells of {period.counted} can be narrowed below their "
            "safety interval; run gmsd protect again, it now knows which"
        )
    if period.span is not None:
        return verdict
    place = ("candidate", _candidate_digest(verdict, status))
    return _once(
        period, place, progress, lambda: _candidate(period, protected, verdict, status)
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
    this = newest_round(period)
    verdict = period.existing("audited", audit_digest(this.digest), "run")
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
