"""Equations over unknown whole numbers, and the parts into which they fall."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from engine.propagation import Entries
from engine.solver import Ints, Mask


@dataclass(frozen=True, slots=True)
class System:
    """Unknown whole numbers: matrix @ x = rhs, lower <= x <= upper."""

    matrix: csr_array
    rhs: Ints
    lower: Ints
    upper: Ints


@dataclass(frozen=True, slots=True)
class Loose:
    """Equations that limit nothing, each with the unknown that only it has."""

    matrix: csr_array
    rhs: Ints
    unknowns: Ints
    signs: Ints

    def complete(self, world: Ints) -> Ints:
        """The world, in place, with the unknowns that make these equations true."""
        world[self.unknowns] = 0
        world[self.unknowns] = self.signs * (self.rhs - self.matrix @ world)
        return world


def without_loose(whole: System, asked: Mask) -> tuple[System, Loose]:
    """The system without the equations that cannot bind.

    Such an equation has an unknown that no other equation has and that is not asked
    for, and the bounds of the others leave it what it needs. So it is a constant here.
    """
    matrix = whole.matrix
    column = matrix.indices
    alone = np.bincount(column, minlength=matrix.shape[1]) == 1
    alone &= ~asked
    at_least, at_most = Entries(matrix, whole.rhs).implied(whole.lower, whole.upper)
    fits = alone[column] & (np.abs(matrix.data) == 1)
    fits &= (at_least >= whole.lower[column]) & (at_most <= whole.upper[column])
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    rows, first = np.unique(row[fits], return_index=True)
    unknowns, signs = column[fits][first], matrix.data[fits][first]
    kept = np.ones(matrix.shape[0], dtype=bool)
    kept[rows] = False
    upper = whole.upper.copy()
    upper[unknowns] = whole.lower[unknowns]
    loose = Loose(matrix[rows], whole.rhs[rows], unknowns, signs)
    return System(matrix[kept], whole.rhs[kept], whole.lower, upper), loose


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
