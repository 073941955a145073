"""`gmsd table`: disclosure control on anybody's tables.

Files in, files out; the engine does the work. Each command gives a summary of counts.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.celltable import CellStatus
from engine.certificate import Certificate, View, certify, goals_of_view
from engine.errors import AuditFailed
from engine.linked import Cells
from engine.loss import Gap
from engine.solver import UNBOUNDED, Ints
from engine.verify import Reading, verify
from rules.disclosure import DisclosurePolicy, Rounding, RoundingMethod, Zeros
from rules.errors import RuleError
from rules.specification import Specification, read_specification
from secure_env.comparison import Pattern, compared
from secure_env.errors import UsageError
from secure_env.keys import make_secret, read_secret
from secure_env.table_earlier import (
    RELEASE,
    EarlierFile,
    axis,
    beside,
    coded_cells,
    earlier_tables,
)
from secure_env.table_files import (
    TableFile,
    code_columns,
    lines,
    read_table,
    read_worlds,
    unreadable,
    write_rows,
    write_worlds,
)
from secure_env.table_protection import WEIGHT, Protected, protected


PUBLISHED = "published"
SYMBOLS = ("", *"suxowz")
"""The statuses of OUT.csv, and none: a figure is shown, an empty cell is sensitive."""

HIDDEN = (
    CellStatus.PRIMARY.value,
    CellStatus.SECONDARY.value,
    CellStatus.OPT_OUT.value,
)


@dataclass(frozen=True, slots=True)
class ProtectSummary:
    """What `protect` wrote: cells by status, and the rounds that it took.

    `gap` says what the cells weigh that protect others.
    """

    cells: int
    statuses: Mapping[str, int]
    rounds: int
    gap: Gap

    def __str__(self) -> str:
        count = Counter(self.statuses)
        hidden = sum(count[status] for status in HIDDEN)
        return (
            f"{self.cells} cells, {hidden} hidden: {count['u']} sensitive, "
            f"{count['o']} opted out, {count['x']} to protect others; "
            f"{count['w']} cannot occur; audited, none exposed; {self.gap}"
        )


@dataclass(frozen=True, slots=True)
class AuditSummary:
    """What `audit` found: protected cells that are `exposed`, intervals not proven.

    Others were `told` by earlier releases alone.
    """

    cells: int
    hidden: int
    protected: int
    exposed: int
    unproven: int
    worlds: int
    told: int = 0

    def __str__(self) -> str:
        told = (
            f"; {self.told} others were so by earlier releases alone, which cannot be "
            "undone"
        ) * bool(self.told)
        unproven = f"; {self.unproven} intervals may be narrower" * bool(self.unproven)
        return (
            f"{self.cells} cells, {self.hidden} hidden, {self.protected} of them "
            f"sensitive or opted out: {self.exposed} are narrowed below their safety "
            f"interval{told}; {self.worlds} worlds{unproven}"
        )


@dataclass(frozen=True, slots=True)
class VerifySummary:
    """What `verify` checked, and found to be proven."""

    worlds: int
    cells: int
    protected: int

    def __str__(self) -> str:
        return (
            f"proven: {self.worlds} worlds of {self.cells} cells would be published "
            f"so, and {self.protected} protected cells attain their safety interval"
        )


def protect_file(
    table: Path, spec: Path, output: Path, key: Path | None = None
) -> ProtectSummary:
    """IN.csv -> OUT.csv, which passes its own audit.

    `key` is the file of the secret of random rounding. Raises AuditFailed, and writes
    nothing, when no pattern was found that does.
    """
    specification, rows = _input(table, spec)
    secret = _secret(key, specification.policy.rounding)
    found = protected(rows, specification, secret, _files(specification))
    _write_published(output, specification, found)
    statuses = Counter(found.status.tolist())
    return ProtectSummary(len(found.status), statuses, found.rounds, found.gap)


def compare_file(table: Path, spec: Path, package: str) -> Iterator[Pattern]:
    """Of IN.csv our pattern, and that of an R package, each with its audit."""
    specification, rows = _input(table, spec)
    return compared(rows, specification, package)


def audit_file(
    published: Path, spec: Path, output: Path, witnesses: Path | None = None
) -> AuditSummary:
    """PUBLISHED.csv -> INTERVALS.csv: what a reader can know of every cell.

    With `witnesses` the worlds that prove it.
    """
    specification = _specification(spec)
    policy = specification.policy
    view, order = _view(published, specification)
    before = earlier_tables(view.cells, _files(specification), policy)
    every = np.arange(view.cells.count)
    goals = goals_of_view(view, policy)
    certificate = certify(view, policy, goals, every, before)
    _write_intervals(output, specification, view, certificate, order)
    if witnesses is not None:
        write_worlds(witnesses, coded_cells(view.cells, before), certificate.worlds)
    return AuditSummary(
        cells=view.cells.count,
        hidden=int(view.hidden.sum()),
        protected=len(view.protected),
        exposed=len(certificate.exposed),
        told=certificate.told,
        unproven=int((~certificate.exact).sum()),
        worlds=len(certificate.worlds),
    )


def verify_file(published: Path, spec: Path, witnesses: Path) -> VerifySummary:
    """Hold worlds against PUBLISHED.csv; AuditFailed with everything that is wrong."""
    specification = _specification(spec)
    view, _ = _view(published, specification)
    policy = specification.policy
    before = earlier_tables(view.cells, _files(specification), policy)
    names = [*specification.columns, *([RELEASE] if before else [])]
    worlds = read_worlds(witnesses, names)
    axes = [[axis(each) for each in table] for table in view.cells.tables]
    plain = _plain(view, policy)
    if before:
        axes, plain = beside(axes, plain, (view.cells, before), policy)
    findings = verify(axes, plain, worlds, _reading(policy))
    if findings:
        raise AuditFailed(
            f"{witnesses.name} does not prove {published.name}: "
            f"{'; '.join(findings)}; audit again, and protect what it finds exposed"
        )
    count = len(np.unique(worlds["world"].to_numpy()))
    return VerifySummary(count, view.cells.count, len(view.protected))


def _secret(path: Path | None, rounding: Rounding) -> bytes | None:
    """The secret of random rounding, from its file; made when there is none yet."""
    if rounding.method is not RoundingMethod.RANDOM:
        return None
    if path is None:
        raise UsageError(
            "random rounding (policy, rounding) needs a secret: give --key FILE, which "
            "is made when it is not there, and the same file for tables that share "
            "cells"
        )
    if not path.exists():
        make_secret(path)
    return read_secret(path)


def _input(table: Path, spec: Path) -> tuple[Specification, TableFile]:
    specification = _specification(spec)
    mandatory = (*specification.columns, specification.value)
    optional = ("contributors", "largest", "second_largest", "status", WEIGHT)
    return specification, read_table(table, mandatory, optional)


def _specification(path: Path) -> Specification:
    try:
        return read_specification(path)
    except OSError as error:
        raise unreadable(Path(error.filename or path), error) from None


def _files(specification: Specification) -> list[EarlierFile]:
    """What the earlier files of a specification publish."""
    found = []
    for release in specification.earlier:
        before = specification.before(release)
        rows = _published(release.published, before, ("changed",))
        view, order = _seen(rows, before)
        texts = rows.texts("changed")
        changed = np.full(view.cells.count, "", dtype=texts.dtype)
        changed[order] = texts
        found.append(EarlierFile(view, changed))
    return found


def _view(path: Path, specification: Specification) -> tuple[View, Ints]:
    """What a file publishes, and its cells in the order of the file."""
    return _seen(_published(path, specification), specification)


def _published(
    path: Path, specification: Specification, more: Sequence[str] = ()
) -> TableFile:
    mandatory = (*specification.columns, PUBLISHED)
    return read_table(path, mandatory, ("status", "reason", *more))


def _seen(rows: TableFile, specification: Specification) -> tuple[View, Ints]:
    mandatory = (*specification.columns, PUBLISHED)
    cells = Cells(specification.dimensions({n: rows.seen(n) for n in mandatory[:-1]}))
    order = rows.cells(cells)
    figures = rows.whole_numbers(PUBLISHED, may_be_empty=True)
    status = rows.choices("status", SYMBOLS)
    empty = figures < 0
    guessed = np.where(empty, CellStatus.PRIMARY.value, CellStatus.SAFE.value)
    status = np.where(status == "", guessed, status)
    _must_fit(rows, figures, status, specification.policy)
    said = np.zeros(cells.count, dtype=bool)
    said[order] = True
    published = np.zeros(cells.count, dtype=np.int64)
    published[order] = np.where(empty, 0, figures)
    hidden = np.zeros(cells.count, dtype=bool)
    hidden[order] = np.isin(status, HIDDEN)
    texts = []
    for column in (status, rows.texts("reason")):
        text = np.full(cells.count, "", dtype=column.dtype)
        text[order] = column
        texts.append(text)
    return View(cells, said, hidden, published, *texts), order


def _must_fit(
    rows: TableFile, figures: Ints, status: NDArray[np.str_], policy: DisclosurePolicy
) -> None:
    empty = figures < 0
    should_be = np.isin(status, [*HIDDEN, CellStatus.IMPOSSIBLE.value])
    if (empty != should_be).any():
        wrong = empty != should_be
        raise RuleError(
            f"{rows.name}: {wrong.sum()} cells are shown though their status says "
            f"hidden, or the other way round{lines(wrong)}; correct the status, or "
            "leave the column out"
        )
    below, above = policy.rounding.slack()
    odd = ~empty & (figures % policy.rounding.base != 0)
    if policy.rounding.method is RoundingMethod.SMALL_COUNTS:
        odd &= figures < policy.rounding.base
    if below + above and odd.any():
        raise RuleError(
            f"{rows.name}: {odd.sum()} figures are no multiples of "
            f"{policy.rounding.base} (policy, rounding){lines(odd)}; correct the "
            "policy, or the figures"
        )


def _reading(policy: DisclosurePolicy) -> Reading:
    """What figures and symbols say under this policy, in plain numbers."""
    zeros_stay = policy.zeros is Zeros.PUBLISH
    never = policy.hide if policy.reader.knows_rule else None
    if never is not None and zeros_stay:
        never = max(never[0], 1), never[1]
    return Reading(
        slack=policy.rounding.slack(),
        never_shown=never,
        sensitive=policy.hidden_range(),
        least_hidden=int(zeros_stay and policy.reader.knows_zeros),
        zeros_stay=zeros_stay,
        small=_small(policy),
    )


def _small(policy: DisclosurePolicy) -> int:
    """The base of small-count rounding, of which sums say nothing by themselves."""
    rounding = policy.rounding
    return rounding.base * (rounding.method is RoundingMethod.SMALL_COUNTS)


def _plain(view: View, policy: DisclosurePolicy) -> pa.Table:
    """What is published, and what each protected cell has to attain."""
    goals = goals_of_view(view, policy)
    at = np.flatnonzero(view.said & ~(view.cells.margins() & (_small(policy) > 0)))
    ends = {}
    for name in ("low", "high", "width"):
        end = np.zeros(view.cells.count, dtype=np.int64)
        end[goals.cells] = getattr(goals.safety, name)
        ends[name] = pa.array(end[at])
    knows = policy.reader.knows_reason and policy.hide is not None
    shown = view.said & ~view.hidden & (view.status != CellStatus.IMPOSSIBLE.value)
    return pa.table(
        {
            **view.cells.coded(at),
            PUBLISHED: pa.array(view.published[at], mask=~shown[at]),
            "status": pa.array(view.status[at].tolist(), pa.string()),
            "in_range": pa.array((view.in_range & knows)[at]),
            "fixed": pa.array(np.zeros(len(at), dtype=bool)),
            **ends,
        }
    )


def _write_published(
    path: Path, specification: Specification, found: Protected
) -> None:
    order = _first(found.order, found.cells.count)
    published = ["" if n < 0 else n for n in found.published[order].tolist()]
    columns = [
        *code_columns(found.cells, order),
        published,
        found.status[order].tolist(),
        found.reason[order].tolist(),
    ]
    header = [*specification.columns, PUBLISHED, "status", "reason"]
    write_rows(path, header, zip(*columns, strict=True))


def _write_intervals(
    path: Path,
    specification: Specification,
    view: View,
    certificate: Certificate,
    order: Ints,
) -> None:
    order = _first(order, view.cells.count)
    shown = view.said & ~view.hidden & (view.status != CellStatus.IMPOSSIBLE.value)
    figures = np.where(shown, view.published, -1)[order].tolist()
    upper = certificate.upper[order].tolist()
    columns = [
        *code_columns(view.cells, order),
        ["" if figure < 0 else figure for figure in figures],
        certificate.lower[order].tolist(),
        ["" if end >= UNBOUNDED else end for end in upper],
    ]
    header = [*specification.columns, PUBLISHED, "lower", "upper"]
    write_rows(path, header, zip(*columns, strict=True))


def _first(order: Ints, count: int) -> Ints:
    """All cells: those of the file in its order, then the others."""
    return np.concatenate([order, np.setdiff1d(np.arange(count), order)])
