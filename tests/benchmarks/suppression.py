"""Suppression of exact tables, 1 to 4 hidden and zeros published: gmsd beside others.

Every tool's pattern is judged by the same audit, under three readers: one who knows no
more than that counts are 0 or more, one who knows a hidden count to be 1 or more, and
one who knows why a cell is hidden too: a sensitive count to be 1 to 4.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa

from engine.audit import audit
from engine.celltable import CellTable
from engine.published import PublishedTable
from rules.disclosure import (
    Covers,
    DisclosurePolicy,
    Protection,
    Reader,
    Rounding,
    Zeros,
)
from secure_env.table_commands import protect_file
from secure_env.table_files import read_table
from tests.benchmarks.instances import Instance, three_way, two_way
from tests.benchmarks.measured import Line, measured
from tests.benchmarks.others import asked


WORK = "suppression"
SMALL = 16_000
"""The slow of the other tools are asked about tables of so many cells at most."""

_COMMON = """
hide = [1, 4]
zeros = "publish"
rounding = {{ method = "none" }}
reader = {{ knows_reason = false, knows_zeros = "{zeros}" }}
protection = {{ {protection} }}
"""
PERCENT = _COMMON.format(
    zeros="never", protection="below_percent = 20, above_percent = 20"
)
WIDTH = _COMMON.format(zeros="if_published", protection="width = 1")
FIVES = """
hide = [0, 7]
rounding = { base = 5, method = "conventional" }
"""
"""As the monitor publishes: a sensitive count is known to be 0 to 7, and no better."""

_EXACT = DisclosurePolicy(hide=(1, 4), zeros=Zeros.PUBLISH, rounding=Rounding())
READERS = {
    "x>=0": replace(
        _EXACT,
        reader=Reader(knows_reason=False, knows_zeros=False),
        protection=Protection(Covers.PERCENT, below=20, above=20),
    ),
    "x>=1": replace(
        _EXACT,
        reader=Reader(knows_reason=False, knows_zeros=True),
        protection=Protection(Covers.WIDTH, width=1),
    ),
    "reason": replace(
        _EXACT,
        reader=Reader(knows_reason=True, knows_zeros=True),
        protection=Protection(Covers.WIDTH, width=1),
    ),
}


SETTINGS = {"gmsd 20%": PERCENT, "gmsd width 1": WIDTH, "gmsd fives": FIVES}


def lines(*, national: bool) -> Iterator[Line]:
    small = [two_way(4), two_way(13), two_way(40), three_way(13, wijken=False)]
    large = [two_way(400), three_way(400, wijken=True)]
    for instance in small + (large if national else []):
        yield from _on(instance)


def _on(instance: Instance) -> Iterator[Line]:
    with TemporaryDirectory() as folder:
        at = Path(folder)
        for who, policy in SETTINGS.items():
            table, spec = instance.write(at, policy)
            found, cost = measured(_protected, table, spec, at / "out.csv")
            hidden, gap = found
            judged = f"{len(hidden)} more cells, of a rounded table"
            if policy is not FIVES:
                judged = _judged(instance, hidden)
            yield Line(WORK, instance.name, who, cost, f"{judged}; {gap}")
        table, _ = instance.write(at, PERCENT)
        is_small = instance.table().cells.num_rows <= SMALL
        others = [("tauargus MOD", "tauargus", "MOD")]
        if is_small:
            others += [
                ("tauargus OPT", "tauargus", "OPT"),
                ("gconfid", "confid", "suppress"),
            ]
        for who, script, what in others:
            said = asked(script, table, what)
            result = said.refused
            if "secondary" in said.said:
                found = {tuple(codes) for codes in said.said["secondary"]}
                result = _judged(instance, found)
            yield Line(WORK, instance.name, who, said.cost, result)


def _protected(
    table: Path, spec: Path, output: Path
) -> tuple[set[tuple[str, ...]], str]:
    """The secondary cells of `gmsd table protect`, which audits; how near the bound."""
    made = protect_file(table, spec, output)
    with table.open(encoding="utf-8") as file:
        names = file.readline().rstrip("\n").split(",")[:-1]
    found = read_table(output, [*names, "published", "status", "reason"], ())
    codes = zip(*(found.texts(name).tolist() for name in names), strict=True)
    status = found.texts("status").tolist()
    more = {cell for cell, own in zip(codes, status, strict=True) if own == "x"}
    return more, f"{made.gap}"


def _judged(instance: Instance, secondary: set[tuple[str, ...]]) -> str:
    table = instance.table()
    names = [dimension.name for dimension in table.dimensions]
    codes = list(zip(*(table.cells[n].to_pylist() for n in names), strict=True))
    value = table.cells["value"].to_numpy()
    hidden = np.array([each in secondary for each in codes])
    view = _view(table, hidden)
    found = [f"{hidden.sum()} more cells of {value[hidden].sum()}"]
    for name, policy in READERS.items():
        report = audit([view], [table], policy)
        own = report.tables[0].intervals
        exact = own["lower"].to_numpy() == own["upper"].fill_null(-1).to_numpy()
        known = int(np.sum(exact & own["protected"].to_numpy(zero_copy_only=False)))
        found.append(f"{name}: {known} known, {report.exposed} too narrow")
    return "; ".join(found)


def _view(table: CellTable, hidden: np.ndarray) -> PublishedTable:
    value = table.cells["value"].to_numpy()
    sensitive = (value >= 1) & (value <= 4)
    status = np.where(sensitive, "u", np.where(hidden, "x", "s"))
    cells = table.cells.select([dimension.name for dimension in table.dimensions])
    cells = cells.append_column("published", pa.array(value, mask=sensitive | hidden))
    cells = cells.append_column("status", pa.array(status.tolist(), pa.string()))
    return PublishedTable(table.name, table.dimensions, cells, table.measure)
