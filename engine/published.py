"""The published view: exactly what a reader sees, and all that an audit may use."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.celltable import CellStatus
from engine.earlier import EarlierTable
from engine.solver import Ints
from rules.classification import Dimension
from rules.errors import RuleError


@dataclass(frozen=True)
class PublishedTable:
    """One published measure: a figure or a symbol for each of its cells.

    `cells` has one string column per dimension and `published` (int64, null where
    hidden); a column `status` where the publisher says why. Without it every hidden
    cell is taken as primary. A cell that is absent is one that nothing is said about.
    Tables of the same `measure` count the same thing: where their codes agree, their
    cells are the same number, unless `numbers` (per cell of the frame) says that they
    were different ones at different times. An empty measure is the table's own.
    """

    name: str
    dimensions: tuple[Dimension, ...]
    cells: pa.Table
    measure: str = ""
    numbers: Ints | None = None

    @staticmethod
    def of_earlier(table: EarlierTable) -> "PublishedTable":
        """An earlier release of a table, as it is read beside that of now."""
        return PublishedTable(
            table.name, table.dimensions, table.cells, table.measure, table.numbers
        )

    @property
    def frame_size(self) -> int:
        """The number of combinations of codes, published or not."""
        size = 1
        for dimension in self.dimensions:
            size *= len(dimension.codes)
        return size

    @cached_property
    def positions(self) -> Ints:
        """Where each cell stands among all combinations, last dimension fastest."""
        position = np.zeros(self.cells.num_rows, dtype=np.int64)
        for dimension in self.dimensions:
            position *= len(dimension.codes)
            position += _places(self.cells[dimension.name], dimension, self.name)
        if len(np.unique(position)) != len(position):
            twice = len(position) - len(np.unique(position))
            raise RuleError(f"table {self.name}: {twice} cells occur more than once")
        return position

    @cached_property
    def hidden(self) -> NDArray[np.bool_]:
        impossible = self.statuses == CellStatus.IMPOSSIBLE.value
        empty = self.cells["published"].is_null().to_numpy(zero_copy_only=False)
        return np.asarray(empty & ~impossible)

    @cached_property
    def values(self) -> Ints:
        """The figures; 0 where there is none."""
        filled = self.cells["published"].combine_chunks().fill_null(0)
        return np.asarray(filled.to_numpy(zero_copy_only=False), dtype=np.int64)

    @cached_property
    def statuses(self) -> NDArray[np.str_]:
        if "status" in self.cells.column_names:
            column = self.cells["status"].combine_chunks().fill_null("")
            given = np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.str_)
            return np.where(given == "", CellStatus.PRIMARY.value, given)
        return np.full(self.cells.num_rows, CellStatus.PRIMARY.value)


def _places(column: pa.ChunkedArray, dimension: Dimension, table: str) -> Ints:
    """The place of each row's code among the dimension's codes."""
    place = {code: i for i, code in enumerate(dimension.codes)}
    encoded = column.combine_chunks().dictionary_encode()
    words = encoded.dictionary.to_pylist()
    unknown = [word for word in words if word not in place]
    if unknown:
        raise RuleError(
            f"table {table}, dimension {dimension.name!r}: {len(unknown)} codes are "
            f"not in its hierarchy, the first is {unknown[0]!r}"
        )
    places = np.array([place[word] for word in words], dtype=np.int64)
    return np.asarray(places[encoded.indices.to_numpy()])
