"""Equations over unknown whole numbers, and the parts into which they fall."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from engine.solver import Ints


@dataclass(frozen=True, slots=True)
class System:
    """Unknown whole numbers: matrix @ x = rhs, lower <= x <= upper."""

    matrix: csr_array
    rhs: Ints
    lower: Ints
    upper: Ints


def components(whole: System) -> Iterator[tuple[Ints, System]]:
    """The parts of the system that no open unknown connects, each by itself.

    Unknowns that can have one value only are constants and connect nothing.
    """
    matrix, lower, upper = whole.matrix, whole.lower, whole.upper
    open_ = lower < upper
    rhs = whole.rhs - matrix @ np.where(open_, 0, lower)
    entries = matrix.tocoo()
    keep = open_[entries.col]
    row, column, sign = entries.row[keep], entries.col[keep], entries.data[keep]
    rows, columns = matrix.shape
    graph = coo_array(
        (np.ones(len(row), dtype=np.int8), (row, column + rows)),
        shape=(rows + columns, rows + columns),
    )
    _, label = connected_components(graph, directed=False)
    unknowns = np.flatnonzero(open_)
    order = unknowns[np.argsort(label[rows:][unknowns], kind="stable")]
    groups = np.split(order, np.flatnonzero(np.diff(label[rows:][order])) + 1)
    entry_order = np.argsort(label[row], kind="stable")
    entry_label = label[row][entry_order]
    for group in groups if len(order) else []:
        own = label[rows + group[0]]
        first, last = np.searchsorted(entry_label, [own, own + 1])
        mine = entry_order[first:last]
        own_rows, new_row = np.unique(row[mine], return_inverse=True)
        new_column = np.searchsorted(group, column[mine])
        part = coo_array(
            (sign[mine], (new_row, new_column)), shape=(len(own_rows), len(group))
        ).tocsr()
        yield group, System(part, rhs[own_rows], lower[group], upper[group])


def side_by_side(
    constants: Ints, parts: list[tuple[Ints, list[Ints]]]
) -> Iterator[Ints]:
    """Worlds of the whole release: the components' worlds, one of each at a time."""
    count = max((len(worlds) for _, worlds in parts), default=1)
    for row in range(count):
        world = constants.copy()
        for unknowns, worlds in parts:
            world[unknowns] = worlds[row % len(worlds)]
        yield world
