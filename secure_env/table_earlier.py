"""Earlier published files of a specification, beside the cells of now.

A cell of such a file is the number of now, unless its column `changed` has a word, or
one of its codes is made of other parts than now. Cells of files with the same word, or
of the same parts, are one number among themselves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from engine.celltable import CellStatus, frame_codes
from engine.certificate import View, goals_of_view
from engine.earlier import NOW, EarlierTable, Stand, covers, numbers
from engine.linked import Cells
from engine.safety import Goals
from engine.solver import UNBOUNDED, Ints
from engine.verify import Axis
from rules.classification import Dimension
from rules.disclosure import DisclosurePolicy


@dataclass(frozen=True, slots=True)
class EarlierFile:
    """What an earlier file publishes, and per cell the word that says it changed."""

    view: View
    changed: NDArray[np.str_]


def earlier_tables(
    now: Cells, files: Sequence[EarlierFile], policy: DisclosurePolicy
) -> list[EarlierTable]:
    """The tables of each file, the oldest first, as protector and auditor take them."""
    words = {word: n for n, word in enumerate(_words(files))}
    found = []
    for at, dimensions in enumerate(now.tables):
        shape = tuple(len(dimension.codes) for dimension in dimensions)
        stands = [_stand(file, at, words) for file in files]
        own = Stand(dimensions, np.zeros(shape, dtype=np.int64), covers(dimensions))
        for number, (file, which) in enumerate(
            zip(files, numbers(own, stands), strict=True), start=1
        ):
            table = list(file.view.tables())[at]
            found.append(
                EarlierTable(
                    f"{table.name}@{number}",
                    table.dimensions,
                    table.cells,
                    table.measure,
                    which,
                    _goals(file.view, at, which, policy),
                )
            )
    return found


def _words(files: Sequence[EarlierFile]) -> list[str]:
    """No word, and every word of any file."""
    every = {word for file in files for word in file.changed.tolist()}
    return ["", *sorted(every - {""})]


def _stand(file: EarlierFile, at: int, words: dict[str, int]) -> Stand:
    dimensions, places = file.view.cells.tables[at], file.view.cells.places[at]
    shape = tuple(len(dimension.codes) for dimension in dimensions)
    marks = np.array([words[word] for word in file.changed[places].tolist()])
    return Stand(dimensions, marks.reshape(shape), covers(dimensions))


def _goals(view: View, at: int, which: Ints, policy: DisclosurePolicy) -> Goals:
    """The protected cells of a table; those that are a number of now are so there."""
    goals = goals_of_view(view, policy)
    places = view.cells.places[at]
    number = np.full(view.cells.count, -1)
    number[goals.cells] = np.arange(len(goals.cells))
    own = number[places]
    there = np.flatnonzero((own >= 0) & (which != NOW))
    return Goals(there, goals.safety.take(own[there]))


# --- the same for the verifier --------------------------------------------------------


RELEASE = "release"
"""The column of W.parquet that says which release a cell is of: 0 is that of now."""


def coded_cells(now: Cells, before: Sequence[EarlierTable]) -> dict[str, pa.Array]:
    """The codes of all cells of a world: of now, and then of each earlier table."""
    own = now.coded(np.arange(now.count))
    if not before:
        return dict(own)
    parts = [pa.table({**own, RELEASE: pa.array(["0"] * now.count)})]
    for table in before:
        size = int(np.prod(table.shape))
        codes = frame_codes(table.dimensions, np.arange(size))
        for name in own:
            if name not in codes.column_names:
                total = pa.array([now.codes[name][0]] * size)
                codes = codes.append_column(name, total)
        codes = codes.select(list(own))
        parts.append(codes.append_column(RELEASE, pa.array([table.name] * size)))
    texts = pa.schema([(name, pa.string()) for name in (*own, RELEASE)])
    whole = pa.concat_tables([part.cast(texts) for part in parts])
    return {name: whole[name].combine_chunks() for name in whole.column_names}


Axes = list[list[Axis]]


def axis(dimension: Dimension) -> Axis:
    """A dimension in plain words, for the verifier."""
    trees = [
        (
            dict(tree.parents),
            {code: kind.value for code, kind in tree.additivity.items()},
        )
        for tree in dimension.hierarchies
    ]
    return dimension.name, dimension.codes, trees


def beside(
    axes: Axes,
    plain: pa.Table,
    cells: tuple[Cells, Sequence[EarlierTable]],
    policy: DisclosurePolicy,
) -> tuple[Axes, pa.Table]:
    """Tables and statements of now and of earlier releases, with an axis of releases.

    A cell that is the number of another release is a sum of one part.
    """
    now, before = cells
    every = [[*table, (RELEASE, ["0"], [])] for table in axes]
    said = [plain.append_column(RELEASE, pa.array(["0"] * plain.num_rows))]
    equal: Axes = []
    for number, table in enumerate(before):
        every.append([*map(axis, table.dimensions), (RELEASE, [table.name], [])])
        said.append(_plain(table, now, policy).select(said[0].column_names))
        for release, places in _same(table, before[:number]):
            equal += _equal(table, release, places)
    types = pa.schema(
        [
            (f.name, pa.string() if f.name in now.codes else f.type)
            for f in said[0].schema
        ]
    )
    return [*equal, *every], pa.concat_tables([each.cast(types) for each in said])


def _plain(table: EarlierTable, now: Cells, policy: DisclosurePolicy) -> pa.Table:
    """What an earlier table says, and what each protected cell of it has to attain."""
    count = table.cells.num_rows
    goal = np.full(int(np.prod(table.shape)), -1)
    goal[table.goals.cells] = np.arange(len(table.goals.cells))
    own = goal[table.places()]
    status = np.array(table.cells["status"].to_pylist(), dtype=np.str_)
    knows = policy.reader.knows_reason and policy.hide is not None
    in_range = knows & (status == CellStatus.PRIMARY.value)
    opted_out = status == CellStatus.OPT_OUT.value
    status[(own >= 0) & ~opted_out] = CellStatus.PRIMARY.value
    columns = {
        name: table.cells[name]
        if name in table.cells.column_names
        else pa.array([codes[0]] * count)
        for name, codes in now.codes.items()
    }
    ends = {}
    for name, nothing in (("low", UNBOUNDED), ("high", 0), ("width", 0)):
        asked = getattr(table.goals.safety, name)
        ends[name] = np.where(own >= 0, np.append(asked, nothing)[own], nothing)
    return pa.table(
        {
            **columns,
            **ends,
            "published": table.cells["published"],
            "status": pa.array(status.tolist(), pa.string()),
            "in_range": in_range,
            "fixed": np.ones(count, dtype=bool),
            RELEASE: [table.name] * count,
        }
    )


def _same(
    table: EarlierTable, others: Sequence[EarlierTable]
) -> Iterator[tuple[str, Ints]]:
    """The places that are a number of now, or of a release before this one."""
    yield "0", np.flatnonzero(table.numbers == NOW)
    codes = frame_codes(table.dimensions, np.arange(len(table.numbers))).to_pylist()
    known = {
        (*cell.values(), number): place
        for place, (cell, number) in enumerate(
            zip(codes, table.numbers.tolist(), strict=True)
        )
        if number != NOW
    }
    for other in others:
        if [d.name for d in other.dimensions] == [d.name for d in table.dimensions]:
            theirs = frame_codes(other.dimensions, np.arange(len(other.numbers)))
            found = [
                known.pop((*cell.values(), number), -1)
                for cell, number in zip(
                    theirs.to_pylist(), other.numbers.tolist(), strict=True
                )
            ]
            yield other.name, np.array([at for at in found if at >= 0], dtype=np.int64)


def _equal(table: EarlierTable, release: str, places: Ints) -> Axes:
    """Sums of one part: the cells at these places, of this table and of a release."""
    if not len(places):
        return []
    cells = frame_codes(table.dimensions, places)
    last: Axis = (RELEASE, [release, table.name], [({table.name: release}, {})])
    codes = {name: pc.unique(cells[name]).to_pylist() for name in cells.column_names}
    if len(places) == np.prod([len(own) for own in codes.values()]):
        return [[*((name, own, []) for name, own in codes.items()), last]]
    return [
        [*((name, [code], []) for name, code in row.items()), last]
        for row in cells.to_pylist()
    ]
