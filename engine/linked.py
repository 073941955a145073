"""Tables that share cells: every distinct cell once, and how cells add up.

Where the codes of two tables agree (the total, for a dimension that one of them lacks)
their cells are one cell, and whatever is said of it in one table is said of it in all.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from engine.solver import Ints
from rules.classification import Additivity, Dimension
from rules.errors import RuleError


LARGEST = 30_000_000
"""More cells than this in one table is refused."""

NOWHERE = -1
"""The number of a cell that no table has."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums of one parent in one dimension: a whole and its parts, a column each."""

    dimension: str
    kind: Additivity
    wholes: Ints
    parts: Ints


@dataclass(frozen=True)
class Cells:
    """The distinct cells of tables that share cells, numbered from 0."""

    tables: tuple[tuple[Dimension, ...], ...]

    @cached_property
    def codes(self) -> Mapping[str, tuple[str, ...]]:
        """Per dimension of any table all its codes, the total first."""
        found: dict[str, dict[str, None]] = {}
        for dimension in (each for table in self.tables for each in table):
            found.setdefault(dimension.name, {}).update(dict.fromkeys(dimension.codes))
        return {name: tuple(codes) for name, codes in found.items()}

    @cached_property
    def _frames(self) -> tuple[Ints, ...]:
        """Per table the key of each cell of its frame, last dimension fastest."""
        sizes = [len(codes) for codes in self.codes.values()]
        if np.prod([float(size) for size in sizes]) > 2.0**62:
            raise RuleError(f"{len(sizes)} dimensions have too many codes; use fewer")
        strides = np.concatenate([np.cumprod(sizes[:0:-1], dtype=np.int64)[::-1], [1]])
        stride = dict(zip(self.codes, strides.tolist(), strict=True))
        return tuple(self._frame(table, stride) for table in self.tables)

    def _frame(self, table: Sequence[Dimension], stride: Mapping[str, int]) -> Ints:
        size = np.prod([float(len(dimension.codes)) for dimension in table])
        if size > LARGEST:
            raise RuleError(
                f"a table of {size:.0f} cells is larger than {LARGEST}; split it"
            )
        steps = []
        for dimension in table:
            number = {code: n for n, code in enumerate(self.codes[dimension.name])}
            own = np.array([number[code] for code in dimension.codes], dtype=np.int64)
            steps.append(own * stride[dimension.name])
        return np.asarray(reduce(np.add.outer, steps)).ravel()

    @cached_property
    def _keys(self) -> Ints:
        return np.unique(np.concatenate(self._frames))

    @property
    def count(self) -> int:
        return len(self._keys)

    @cached_property
    def places(self) -> tuple[Ints, ...]:
        """Per table the cell at each place of its frame."""
        return tuple(np.searchsorted(self._keys, frame) for frame in self._frames)

    def numbers(self, places: Mapping[str, Ints]) -> Ints:
        """The cells with these places in `codes`; `NOWHERE` where no table has one."""
        key = np.zeros(len(next(iter(places.values()))), dtype=np.int64)
        for name, codes in self.codes.items():
            key = key * len(codes) + places[name]
        number = np.minimum(np.searchsorted(self._keys, key), self.count - 1)
        return np.where(self._keys[number] == key, number, NOWHERE)

    def numbers_of(self, rows: pa.Table) -> Ints:
        """The cells of rows with their codes; a dimension they lack is at its total."""
        places = {
            name: pc.index_in(rows[name], value_set=pa.array(codes)).to_numpy()
            if name in rows.column_names
            else np.zeros(rows.num_rows, dtype=np.int64)
            for name, codes in self.codes.items()
        }
        return self.numbers(places)

    def coded(self, numbers: Ints) -> dict[str, pa.DictionaryArray]:
        """The codes of these cells, per dimension."""
        key, found = self._keys[numbers], {}
        for name, codes in reversed(list(self.codes.items())):
            key, place = np.divmod(key, len(codes))
            found[name] = pa.DictionaryArray.from_arrays(
                pa.array(place.astype(np.int32)), pa.array(codes, pa.string())
            )
        return {name: found[name] for name in self.codes}

    def sums(self) -> Iterator[Sums]:
        """Every sum of every table; of a chain of parents the lowest first."""
        for table, places in zip(self.tables, self.places, strict=True):
            grid = places.reshape([len(dimension.codes) for dimension in table])
            for axis, dimension in enumerate(table):
                along = np.moveaxis(grid, axis, 0).reshape(len(dimension.codes), -1)
                yield from _sums_along(along, dimension)

    def margins(self) -> NDArray[np.bool_]:
        """Whether each cell is a whole in any sum."""
        found = np.zeros(self.count, dtype=bool)
        for sums in self.sums():
            found[sums.wholes] = True
        return found


def _sums_along(along: Ints, dimension: Dimension) -> Iterator[Sums]:
    number = {code: n for n, code in enumerate(dimension.codes)}
    for tree in dimension.hierarchies:
        children = tree.children()
        order = [dimension.total]
        for code in order:
            order.extend(child for child in children.get(code, []) if child in children)
        for parent in reversed(order):
            parts = along[[number[child] for child in children[parent]]]
            yield Sums(dimension.name, tree.kind(parent), along[number[parent]], parts)
