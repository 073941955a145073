"""The parts into which unknowns fall that no equation connects."""

from collections.abc import Iterator

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from engine.solver import Ints, Mask


def parts(
    matrix: csr_array, open_: Mask, wanted: Mask | None = None, few: int = 0
) -> Iterator[tuple[Ints, Ints, csr_array]]:
    """Open unknowns that equations connect, those equations, and the matrix of both.

    With `wanted` only the parts that have one of these unknowns. Parts that come one
    after the other are given as one while they have no more than `few` unknowns.
    """
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
    asked = labels if wanted is None else np.unique(of_column[wanted[open_]])
    for first, last in _joined(np.searchsorted(labels, asked), end - begin, few):
        rows = slice(first_row[first], last_row[last])
        columns = slice(begin[first], end[last])
        yield unknowns[columns], row_order[rows], _piece(sorted_, rows, columns)


def _joined(asked: Ints, sizes: Ints, few: int) -> Iterator[tuple[int, int]]:
    """The first and last of parts in a row that have few unknowns together."""
    start = 0
    while start < len(asked):
        stop, size = start + 1, sizes[asked[start]]
        while (
            stop < len(asked)
            and asked[stop] == asked[stop - 1] + 1
            and size + sizes[asked[stop]] <= few
        ):
            size += sizes[asked[stop]]
            stop += 1
        yield int(asked[start]), int(asked[stop - 1])
        start = stop


def _labels(matrix: csr_array) -> tuple[Ints, Ints]:
    """Of each row and of each column the number of its component."""
    rows, columns = matrix.shape
    entries = matrix.tocoo()
    graph = coo_array(
        (np.ones(matrix.nnz, dtype=np.int8), (entries.row, entries.col + rows)),
        shape=(rows + columns, rows + columns),
    )
    _, found = connected_components(graph)
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
