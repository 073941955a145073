"""Controlled rounding to fives: gmsd beside gconfid and pytauargus."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from engine.celltable import CellTable
from engine.rounding import figures
from engine.solver import Ints
from rules.disclosure import Rounding, RoundingMethod
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
        away = table.grid("value").ravel() - found
        yield Line(WORK, instance.name, "gmsd", cost, _judged(away))
        if table.cells.num_rows <= SMALL:
            yield from _others(instance)


def _rounded(table: CellTable) -> Ints:
    return figures([table], ROUNDING)[table.name]


def _judged(away: Ints) -> str:
    distance = np.abs(away)
    far = int(np.sum(distance > 4))
    return f"{distance.sum()} units away, {distance.max()} at most, {far} cells over 4"


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
    cells = instance.table().cells
    columns = [cells[name].to_pylist() for name in cells.column_names[:-5]]
    exact = dict(
        zip(zip(*columns, strict=True), cells["value"].to_pylist(), strict=True)
    )
    away = [exact[tuple(codes)] - int(n) for *codes, n in answer.said["figures"]]
    return _judged(np.array(away))
