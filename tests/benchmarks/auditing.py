"""Exact audit of a suppressed table: gmsd beside pytauargus and gconfid.

All audit the same pattern, for a reader who knows that counts are 0 or more; gmsd one
who knows a hidden count to be 1 or more too, and a table rounded to fives. What it
finds it proves by worlds, and these are verified.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from secure_env.table_commands import (
    AuditSummary,
    audit_file,
    protect_file,
    verify_file,
)
from secure_env.table_files import write_rows
from tests.benchmarks.instances import Instance, three_way, two_way
from tests.benchmarks.measured import Line, measured
from tests.benchmarks.others import asked
from tests.benchmarks.suppression import FIVES, PERCENT, SMALL, WIDTH


WORK = "audit"


def lines(*, national: bool) -> Iterator[Line]:
    for instance in [two_way(4), two_way(13)]:
        yield from _on(instance)
    if national:
        yield from _on(two_way(400))
        yield from _on(three_way(400, wijken=True))


def _on(instance: Instance) -> Iterator[Line]:
    with TemporaryDirectory() as folder:
        at = Path(folder)
        for who, policy in (("gmsd fives", FIVES), ("gmsd x>=1", WIDTH)):
            yield from _audited(instance, at, who, policy)
        yield from _audited(instance, at, "gmsd x>=0", PERCENT)
        if instance.table().cells.num_rows <= SMALL:
            yield from _others(instance, at)


def _audited(instance: Instance, at: Path, who: str, policy: str) -> Iterator[Line]:
    table, spec = instance.write(at, policy)
    published = at / "out.csv"
    protect_file(table, spec, published)
    found, cost = measured(_intervals, published, spec)
    known = _known(_ends(published.with_name("intervals.csv")))
    yield Line(WORK, instance.name, who, cost, f"{found}; {known}")
    proven, cost = measured(_verified, published, spec)
    yield Line("verify", instance.name, who, cost, proven)


def _intervals(published: Path, spec: Path) -> AuditSummary:
    intervals = published.with_name("intervals.csv")
    return audit_file(published, spec, intervals, published.with_suffix(".parquet"))


def _verified(published: Path, spec: Path) -> str:
    return f"{verify_file(published, spec, published.with_suffix('.parquet'))}"


def _ends(intervals: Path) -> list[tuple[str, str]]:
    """Both ends of the interval of every hidden cell; an endless one is empty."""
    found = _rows(intervals)
    return [(row["lower"], row["upper"]) for row in found if not row["published"]]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _known(ends: list[tuple[str, str]]) -> str:
    return f"{sum(low == high for low, high in ends)} hidden cells known"


def _others(instance: Instance, at: Path) -> Iterator[Line]:
    """The pattern that was audited last, by the others."""
    table, _ = instance.write(at, PERCENT)
    names = ["region", *(name for name, _ in instance.others)]
    rows = [row for row in _rows(at / "out.csv") if row["status"] in {"u", "x"}]
    hidden = [[row[name] for name in names] for row in rows]
    write_rows(table.with_name(f"{table.stem}_hidden.csv"), names, hidden)
    for who, script, what in (
        ("tauargus", "tauargus", "AUDIT"),
        ("gconfid", "confid", "audit"),
    ):
        said = asked(script, table, what)
        result = said.refused
        if "intervals" in said.said:
            ends = [
                (f"{low:.0f}", f"{high:.0f}") for low, high in said.said["intervals"]
            ]
            result = f"{len(ends)} intervals; {_known(ends)}"
        yield Line(WORK, instance.name, who, said.cost, result)
