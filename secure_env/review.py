"""The dossier of a period, from its candidate, its protection and its audit."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from engine.celltable import CellStatus
from outputs.changes import changed_cells, changes, outliers
from outputs.checklist import checklist
from outputs.errors import ReleaseRefused
from outputs.layout import REGION_LEVELS
from outputs.manifest import TableFacts
from outputs.published import read_published
from outputs.released import Publication
from outputs.residual import narrowed
from outputs.review import (
    Comparison,
    Dossier,
    HiddenCell,
    Level,
    MeasureReview,
    Proof,
    dossier_html,
)
from rules.indicator import TableSpec
from secure_env.earlier import Edition, editions_before
from secure_env.publish import candidate_in, problems_at_the_door, release_facts
from secure_env.rooms import Cells, Period, Published, summary_of
from secure_env.store import Folder


MOST_CELLS = 60
"""So many hidden cells of a measure are listed, the narrowest; the others counted."""

MOST_OUTLIERS = MOST_CHANGES = 60

_WHY = {
    CellStatus.PRIMARY.value: "gevoelig",
    CellStatus.SECONDARY.value: "ter bescherming van een andere cel",
    CellStatus.OPT_OUT.value: "de gemeente publiceert dit niet",
}


def dossier(
    period: Period,
    proven: tuple[Folder, Folder],
    proposed: Folder,
    since: Sequence[Path] = (),
) -> Dossier:
    """What checkers need to know; `since` are earlier releases, each verified.

    Without `since` those that the register knows, where their bytes are still here.
    """
    protected, audited = proven
    candidate = candidate_in(proposed)
    facts = release_facts(period, proposed, period.environment.journal.head)
    files = {path: candidate.read(path) for path in candidate.files}
    now = Edition.of_candidate(candidate, facts.period, facts.status)
    before = [_given(path, now) for path in since] or editions_before(period, candidate)
    names = {r.code: r.name for table in now.tables.values() for r in table.regions}
    regions = Cells.of(period).regions.select(["gemeente", "provincie"]).to_pylist()
    lies_in = {row["gemeente"]: row["provincie"] for row in regions}
    listed = [(path, len(files[path]), sha) for path, sha in candidate.files.items()]
    return Dossier(
        now.label,
        facts.status.value,
        period.environment.statistician,
        candidate.digest,
        tuple(sorted(listed)),
        tuple(checklist(files, facts.tables, facts.status)),
        tuple(problems_at_the_door(period, proposed, candidate)),
        tuple(
            _measure(each, protected, audited, names)
            for group in period.by_table.values()
            for each in group
        ),
        _proof(audited, facts.certificate),
        tuple(_comparison(each, now, facts.tables, lies_in) for each in before),
    )


def write(made: Dossier, path: str | Path) -> str:
    """Write the page; gives what there is to say of it."""
    Path(path).write_text(dossier_html(made), "utf-8")
    return f"{path}: {made.failed} of {len(made.checks)} checks need attention"


def _proof(audited: Folder, certificate: str) -> Proof:
    said = summary_of(audited)
    counts = {
        key: int(str(said[key])) for key in ("hidden", "exposed", "exact", "worlds")
    }
    return Proof(certificate, **counts)


def _measure(
    each: Published,
    protected: Folder,
    audited: Folder,
    names: Mapping[str, str],
) -> MeasureReview:
    dimensions = ["region", *(one.name for one in each.table.dimensions)]
    cells = protected.table(each.name, [*dimensions, "published", "status", "reason"])
    hidden = _narrowest_first(
        cells, audited.table(f"intervals.{each.name}"), dimensions
    )
    return MeasureReview(
        each.table.code,
        each.indicator.title.nl,
        tuple(_levels(cells)),
        tuple(
            HiddenCell(
                names.get(cell["region"], cell["region"]),
                _words(each.table, cell),
                _WHY[cell["status"]],
                cell["reason"],
                cell["lower"],
                cell["upper"],
            )
            for cell in hidden.slice(0, MOST_CELLS).to_pylist()
        ),
        max(hidden.num_rows - MOST_CELLS, 0),
    )


def _narrowest_first(
    cells: pa.Table, intervals: pa.Table, dimensions: Sequence[str]
) -> pa.Table:
    """The hidden cells, each with the interval that the audit found for it."""
    order = [(name, "ascending") for name in dimensions]
    is_hidden = pc.and_(
        pc.is_null(cells["published"]),
        pc.not_equal(cells["status"], CellStatus.IMPOSSIBLE.value),
    )
    hidden, known = cells.filter(is_hidden).sort_by(order), intervals.sort_by(order)
    for name in ("lower", "upper"):
        hidden = hidden.append_column(name, known[name])
    width = pc.subtract(known["upper"], known["lower"])  # null: without an end, last
    return hidden.append_column("width", width).sort_by(
        [("width", "ascending"), *order]
    )


def _words(table: TableSpec, cell: Mapping[str, str]) -> str:
    labels = [table.labels[one.name][cell[one.name]].nl for one in table.dimensions]
    return ", ".join(labels) or "Totaal"


def _levels(cells: pa.Table) -> Iterator[Level]:
    """Per level of regions how many cells there are, and why some are hidden."""
    levels = pc.utf8_slice_codeunits(cells["region"], 0, 2)
    counts = pa.table({"level": levels, "status": cells["status"]})
    found = {
        (one["level"], one["status"]): one["status_count"]
        for one in counts.group_by(["level", "status"])
        .aggregate([("status", "count")])
        .to_pylist()
    }
    for prefix, name in REGION_LEVELS.items():
        of = {one.value: found.get((prefix, one.value), 0) for one in CellStatus}
        impossible = of[CellStatus.IMPOSSIBLE.value]
        if sum(of.values()):
            why = [of[status] for status in _WHY]
            yield Level(name, sum(of.values()) - impossible, *why)


def _given(folder: Path, now: Edition) -> Edition:
    """An earlier release in a folder."""
    found = Edition.of_release(Publication(read_published(folder)))
    if found.period > now.period:
        raise ReleaseRefused(
            f"{folder} is of {found.period}, later than {now.period}; "
            "compare with an earlier release"
        )
    return found


def _comparison(
    earlier: Edition,
    now: Edition,
    facts: Mapping[str, TableFacts],
    provincies: Mapping[str, str],
) -> Comparison:
    """What the candidate changes of an earlier release, and gives away beside it."""
    before, tables = earlier.tables, now.tables
    both = [name for name in tables if name in before]
    changed = {name: changes(before[name], tables[name]) for name in both}
    far = [
        one
        for name in both
        for one in outliers(before[name], tables[name], list(facts[name].measures))
    ]
    is_revision = earlier.period == now.period
    revised = chain.from_iterable(
        changed_cells(before[name], tables[name]) for name in both if is_revision
    )
    told = sum(
        narrowed(before[name], tables[name], facts[name], provincies)
        for name in both
        if is_revision
    )
    return Comparison(
        earlier.label,
        is_revision,
        tuple(one for one in changed.values() if one is not None),
        tuple(name for name in tables if changed.get(name) is None),
        tuple(sorted(far, key=lambda one: -abs(one.spread))[:MOST_OUTLIERS]),
        tuple(islice(revised, MOST_CHANGES)),
        told,
    )
