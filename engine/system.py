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
    among = csr_array(matrix[:, open_])
    of_row, of_column = _labels(among)
    row_order = np.argsort(of_row, kind="stable")
    order = np.argsort(of_column, kind="stable")
    sorted_ = csr_array(among[row_order][:, order])
    unknowns = np.flatnonzero(open_)[order]
    labels, begin = np.unique(of_column[order], return_index=True)
    first_row = np.searchsorted(of_row[row_order], labels)
    last_row = np.searchsorted(of_row[row_order], labels, side="right")
    end = np.append(begin[1:], len(order))
    for rows, columns in zip(
        map(slice, first_row, last_row), map(slice, begin, end), strict=True
    ):
        group = unknowns[columns]
        own_rows = row_order[rows]
        part = _piece(sorted_, rows, columns)
        yield group, System(part, rhs[own_rows], lower[group], upper[group])


def _labels(matrix: csr_array) -> tuple[Ints, Ints]:
    """Of each row and of each column the number of its component."""
    rows, columns = matrix.shape
    entries = matrix.tocoo()
    graph = coo_array(
        (np.ones(matrix.nnz, dtype=np.int8), (entries.row, entries.col + rows)),
        shape=(rows + columns, rows + columns),
    )
    _, found = connected_components(graph, directed=False)
    label = found.astype(np.int64)
    return label[:rows], label[rows:]


def _piece(matrix: csr_array, rows: slice, columns: slice) -> csr_array:
    """A block of a matrix that has nothing else in these rows."""
    start = matrix.indptr[rows.start : rows.stop + 1]
    entries = slice(start[0], start[-1])
    parts = (
        matrix.data[entries],
        matrix.indices[entries] - columns.start,
        start - start[0],
    )
    shape = (rows.stop - rows.start, columns.stop - columns.start)
    return csr_array(parts, shape=shape)


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
