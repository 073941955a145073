"""Controlled rounding to fives: gmsd beside gconfid and pytauargus.

Nothing is hidden. Of each tool's small figures it is asked which counts of 1 to 4 a
reader finds who knows how far a figure can be off, by all figures together.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa

from engine.celltable import CellTable
from engine.feasibility import intervals
from engine.published import PublishedTable
from engine.rounding import figures
from engine.solver import Ints
from engine.statements import statements
from rules.disclosure import DisclosurePolicy, Rounding, RoundingMethod
from tests.benchmarks.instances import Instance, three_way, two_way
from tests.benchmarks.measured import Line, measured
from tests.benchmarks.others import Answer, asked


WORK = "rounding to 5"
ROUNDING = Rounding(5, RoundingMethod.CONTROLLED, window=5)
SMALL = 16_000
"""Other tools are asked about tables of so many cells at most."""


def lines(*, national: bool) -> Iterator[Line]:
    small = [two_way(40), three_way(13, wijken=False), three_way(13, wijken=True)]
    large = [two_way(400), three_way(400, wijken=False), three_way(400, wijken=True)]
    for instance in small + (large if national else []):
        table = instance.table()
        found, cost = measured(_rounded, table)
        yield Line(WORK, instance.name, "gmsd", cost, _judged(table, found))
        if table.cells.num_rows <= SMALL:
            yield from _others(instance)


def _rounded(table: CellTable) -> Ints:
    return figures([table], ROUNDING)[table.name]


def _judged(table: CellTable, found: Ints) -> str:
    value = table.grid("value").ravel()
    distance = np.abs(value - found)
    far = int(np.sum(distance > 4))
    units = f"{distance.sum()} units away, {distance.max()} at most, {far} cells over 4"
    if len(value) > SMALL:
        return units
    window = max(5, int(distance.max()))
    rounding = Rounding(5, RoundingMethod.CONTROLLED, window=window)
    names = [dimension.name for dimension in table.dimensions]
    cells = table.cells.select(names).append_column("published", pa.array(found))
    view = PublishedTable(table.name, table.dimensions, cells, table.measure)
    said = statements([view], DisclosurePolicy(hide=None, rounding=rounding))
    small = np.flatnonzero((value >= 1) & (value <= 4))
    known = intervals(said.system, small, said.depth)
    count = int(np.sum(known.lower[small] == known.upper[small]))
    return f"{units}; {count} of {len(small)} counts of 1-4 known"


def _others(instance: Instance) -> Iterator[Line]:
    with TemporaryDirectory() as folder:
        table, _ = instance.write(Path(folder), "")
        for who, script, what in (
            ("gconfid", "confid", "round"),
            ("tauargus RND", "tauargus", "RND"),
        ):
            said = asked(script, table, what)
            yield Line(WORK, instance.name, who, said.cost, _said(instance, said))


def _said(instance: Instance, answer: Answer) -> str:
    if "figures" not in answer.said:
        return answer.refused
    table = instance.table()
    names = [dimension.name for dimension in table.dimensions]
    columns = [table.cells[name].to_pylist() for name in names]
    figure = {tuple(codes): int(n) for *codes, n in answer.said["figures"]}
    found = [figure[codes] for codes in zip(*columns, strict=True)]
    return _judged(table, np.array(found))
