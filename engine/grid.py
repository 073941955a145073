"""The protector's own picture of tables: cells in a row, equations, blocks of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from engine.celltable import CellTable, Limit
from engine.earlier import NOW, EarlierTable
from engine.family import Family
from engine.solver import Ints
from rules.classification import Additivity, Dimension


Table: TypeAlias = CellTable | EarlierTable


SMALL = 6_000
"""Tables of so many cells together are protected as one block, if figures are exact."""

REGION = 1_500
"""A region of so many cells, with all below it, is protected as one block.

So are tables with rounded figures: these leave room in every sum, so that regions
hardly depend on one another, and the search among more cells takes long.
"""

_OUTSIDE = -1
"""The number of a cell that a block does not have."""


@dataclass(frozen=True, slots=True)
class Block:
    """Cells that are decided together: a region, its parts, and all their cells.

    `cells` are places in the group, `matrix` the equations between them (columns in
    the order of `cells`, then `remainders` unknowns that no table shows). `upper_row`
    marks the cells that an earlier block has decided.
    """

    cells: Ints
    matrix: csr_array
    remainders: int
    upper_row: NDArray[np.bool_]


class Grid:
    """All cells of a group of tables in one row, and the equations between them.

    Cells of earlier releases are among them; those that are the same number as a cell
    of now share its place. Equations are rows with coefficients 1 (whole) and -1
    (parts, remainder); columns beyond `size` are remainders, one for each equation that
    is not exact.
    """

    def __init__(
        self,
        tables: Sequence[CellTable],
        limits: Sequence[Limit] = (),
        before: Sequence[EarlierTable] = (),
    ) -> None:
        self.tables, self.before = tuple(tables), tuple(before)
        self._every: tuple[Table, ...] = (*tables, *before)
        sizes = [int(np.prod(table.shape)) for table in self._every]
        self.offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        self.size = int(self.offsets[-1])
        self.cells = _share(self._every, self.offsets)
        self.matrix = self._equations(limits)
        self._by_cell = self.matrix.T.tocsr()
        self._number = np.full(self.matrix.shape[1], _OUTSIDE)

    def places(self) -> Iterator[Ints]:
        """Per table the place in the group of each cell of its own grid."""
        yield from self._all_places()[: len(self.tables)]

    def places_before(self) -> Iterator[Ints]:
        """The same for the tables of earlier releases."""
        yield from self._all_places()[len(self.tables) :]

    def _all_places(self) -> list[Ints]:
        return [self.cells[first:last] for first, last in pairwise(self.offsets)]

    def _equations(self, limits: Sequence[Limit]) -> csr_array:
        sums = _Sums(self.size)
        for table, places in zip(self._every, self._all_places(), strict=True):
            cells = places.reshape(table.shape)
            for axis, dimension in enumerate(table.dimensions):
                along = np.moveaxis(cells, axis, 0).reshape(len(dimension.codes), -1)
                for whole, members, loose in _sums(dimension):
                    sums.add(along[[whole]], along[members], loose)
        by_name = {
            table.name: (table, places.reshape(table.shape))
            for table, places in zip(self._every, self._all_places(), strict=True)
        }
        for limit in limits:
            regions = limit.within({each.name: each.dimensions for each in self._every})
            larger, smaller = (
                np.array(
                    [
                        _per_region(*by_name[name], codes, regions)
                        for name, codes in cells
                    ]
                )
                for cells in (limit.larger, limit.smaller)
            )
            sums.add(larger, smaller, -1)
        return sums.matrix()

    def blocks(self, few: int) -> Iterator[Block]:
        """All cells when they are few; else a block per region, top down.

        A region with its parts, or with all that is below it when that is little. Of
        several trees each region is among the parts of another once or more. All is one
        block when there are `few` cells, or no trees in common.
        """
        family = self._family()
        if self.size <= few or family is None:
            yield self.whole()
            return
        place = self._by_first_dimension()
        total = self._every[0].dimensions[0].total
        within: set[str] = set()
        for parent in family.downward(total):
            if parent in within:
                continue
            own = family.all_below(parent)
            if sum(len(place[code]) for code in own) > min(few, REGION):
                own = [parent, *family.parts[parent]]
            elif within.isdisjoint(own):
                within.update(own)
            cells = np.unique(np.concatenate([place[code] for code in own]))
            above = np.isin(cells, place[parent]) & (parent != total)
            yield self._block(cells, above)

    def is_tree(self) -> bool:
        """Whether each region is part of one other in all tables, and of no more."""
        family = self._family()
        return family is not None and all(len(w) == 1 for w in family.wholes.values())

    def chains(self, cells: Ints, heights: Ints) -> Iterator[Block]:
        """Blocks for single cells: all below a region above each, and the rows above.

        `heights` says how many steps above its own region a cell's block begins. Cells
        below the same region share a block. At height 0 it is the region with its
        parts, and the rows that it is a part of. All is one block where tables have no
        first dimension in common.
        """
        family = self._family()
        if family is None:
            yield from [self.whole()] * bool(len(cells))
            return
        place = self._by_first_dimension()
        region = {cell: code for code, own in place.items() for cell in own.tolist()}
        order = {code: number for number, code in enumerate(place)}
        tops: set[str] = set()
        near: set[str] = set()
        for cell, height in zip(cells.tolist(), heights.tolist(), strict=True):
            if height:
                tops |= family.above(region[cell], height)
            else:
                near.add(region[cell])
        for top in sorted(tops | near, key=order.__getitem__):
            if not tops.intersection(family.all_above(top)):
                yield self._chain(top, family, place, near=top not in tops)

    def _chain(
        self, top: str, family: Family, place: Mapping[str, Ints], *, near: bool
    ) -> Block:
        """All below a region, and the rows that its margins are parts of.

        When it has to be `near`, only the next below, and the next rows above. No
        equations between these rows alone: what those narrow is for a block of more.
        """
        below = [top, *family.parts.get(top, [])] if near else family.all_below(top)
        above = family.wholes.get(top, []) if near else family.all_above(top)
        rows = [row for code in above for row in (code, *family.parts[code])]
        own = np.concatenate([place[code] for code in below])
        whole = np.unique(np.concatenate([own, *(place[row] for row in rows)]))
        return self._block(whole, ~np.isin(whole, own), of=own)

    def _family(self) -> Family | None:
        """The trees of the first dimension, if it is one, and the same in all tables.

        A table may lack some regions: another then has their parts alone.
        """
        first = {id(each.dimensions[0]): each.dimensions[0] for each in self._every}
        dimensions = sorted(first.values(), key=lambda d: len(d.codes), reverse=True)
        if len({(each.name, each.total) for each in dimensions}) > 1:
            return None
        found = Family.of(dimensions)
        return found if found.parts else None

    def _by_first_dimension(self) -> dict[str, Ints]:
        found: dict[str, list[Ints]] = {}
        for table, places in zip(self._every, self._all_places(), strict=True):
            rows = places.reshape(table.shape[0], -1)
            for code, row in zip(table.dimensions[0].codes, rows, strict=True):
                found.setdefault(code, []).append(row)
        return {code: np.concatenate(rows) for code, rows in found.items()}

    def whole(self) -> Block:
        """All cells as one block."""
        return self._block(np.unique(self.cells))

    def _block(
        self,
        cells: Ints,
        above: NDArray[np.bool_] | None = None,
        of: Ints | None = None,
    ) -> Block:
        """These cells, and the equations between them; only those `of` some of them."""
        number = self._number
        number[cells] = np.arange(len(cells))
        rows = np.unique(self._by_cell[cells if of is None else of].indices)
        part = self.matrix[rows]
        is_cell = part.indices < self.size
        outside = is_cell & (number[part.indices] == _OUTSIDE)
        part = part[np.add.reduceat(outside, part.indptr[:-1]) == 0]
        remainders = np.unique(part.indices[part.indices >= self.size])
        columns = np.concatenate([cells, remainders])
        number[columns] = np.arange(len(columns))
        local = csr_array(
            (part.data, number[part.indices], part.indptr),
            shape=(part.shape[0], len(columns)),
        )
        number[columns] = _OUTSIDE
        if above is None:
            above = np.zeros(len(cells), dtype=bool)
        return Block(cells, local, len(remainders), above)


class _Sums:
    """Collects equations: wholes less parts, less or plus a remainder, is nothing."""

    def __init__(self, size: int) -> None:
        self._rows = 0
        self._columns = size
        self._entries: list[tuple[Ints, Ints, Ints]] = []

    def add(self, wholes: Ints, parts: Ints, loose: int) -> None:
        """One equation per column; `loose` is the sign of the remainder, 0: none."""
        count = wholes.shape[1]
        row = self._rows + np.arange(count)
        for cells, sign in ((wholes, 1), (parts, -1)):
            rows = np.tile(row, len(cells))
            self._entries.append((rows, cells.ravel(), np.full(cells.size, sign)))
        if loose:
            remainder = self._columns + np.arange(count)
            self._entries.append((row, remainder, np.full(count, loose)))
            self._columns += count
        self._rows += count

    def matrix(self) -> csr_array:
        if not self._entries:
            return csr_array((0, self._columns), dtype=np.int64)
        row, column, sign = (
            np.concatenate(part) for part in zip(*self._entries, strict=True)
        )
        shape = (self._rows, self._columns)
        return coo_array((sign, (row, column)), shape=shape).tocsr()


def _per_region(
    table: Table, cells: Ints, codes: tuple[str, ...], regions: Sequence[str]
) -> Ints:
    """The places of one combination of codes, for each of the regions."""
    for dimension, code in reversed(
        list(zip(table.dimensions[1:], codes, strict=True))
    ):
        cells = cells[..., dimension.codes.index(code)]
    number = {code: place for place, code in enumerate(table.dimensions[0].codes)}
    return cells[[number[region] for region in regions]]


def _sums(dimension: Dimension) -> Iterator[tuple[int, list[int], int]]:
    """(whole, parts, sign of the remainder) as numbers of codes; 0: no remainder.

    Each once, also when several trees have it; and not that a part is no more than its
    whole where another sum says so of more parts.
    """
    number = {code: i for i, code in enumerate(dimension.codes)}
    said = {
        (parent, tuple(sorted(children)), tree.kind(parent)): None
        for tree in dimension.hierarchies
        for parent, children in tree.children().items()
    }
    within = {
        (parent, child)
        for parent, children, kind in said
        if kind is not Additivity.OVERLAP
        for child in children
    }
    for parent, children, kind in said:
        members = [number[child] for child in children]
        if kind is not Additivity.OVERLAP:
            sign = -1 if kind is Additivity.AT_MOST else 0
            yield number[parent], members, sign
            continue
        yield number[parent], members, 1
        for child in children:
            if (parent, child) not in within:
                within.add((parent, child))
                yield number[parent], [number[child]], -1


def _share(tables: Sequence[Table], offsets: Ints) -> Ints:
    """Place of each cell, where equal cells of linked tables have one place.

    Cells are equal when their tables have the same measure and they have the same
    codes on the dimensions that both have, and the total on the others; of different
    times only when they are the same number.
    """
    places: list[Ints] = []
    for number, table in enumerate(tables):
        own = np.arange(int(np.prod(table.shape)), dtype=np.int64) + offsets[number]
        for earlier in range(number):
            if tables[earlier].measure == table.measure:
                mine, theirs = _equal_cells(table, tables[earlier])
                same = _numbers(table)[mine] == _numbers(tables[earlier])[theirs]
                own[mine[same]] = places[earlier][theirs[same]]
        places.append(own)
    return np.concatenate(places)


def _numbers(table: Table) -> Ints:
    if isinstance(table, EarlierTable):
        return table.numbers
    return np.full(int(np.prod(table.shape)), NOW)


def _equal_cells(table: Table, other: Table) -> tuple[Ints, Ints]:
    """Places in both grids of the cells that are the same cell."""
    mine, shared = _total_unless_in(table, other)
    theirs, _ = _total_unless_in(other, table)
    names = [d.name for d in other.dimensions if d.name in shared]
    order = [names.index(name) for name in shared]
    return mine.ravel(), theirs.transpose(order).ravel()


def _total_unless_in(table: Table, other: Table) -> tuple[Ints, list[str]]:
    """Places of the cells at the total of every dimension that `other` lacks.

    With an axis for each dimension that both have, codes in one order; and their names.
    """
    codes = {dimension.name: set(dimension.codes) for dimension in other.dimensions}
    places = np.arange(int(np.prod(table.shape)), dtype=np.int64).reshape(table.shape)
    shared: list[str] = []
    for axis in reversed(range(len(table.dimensions))):
        dimension = table.dimensions[axis]
        number = {code: i for i, code in enumerate(dimension.codes)}
        if dimension.name in codes:
            common = sorted(codes[dimension.name] & set(number))
            places = places.take([number[code] for code in common], axis)
            shared.insert(0, dimension.name)
        else:
            places = np.take(places, [number[dimension.total]], axis).squeeze(axis)
    return places, shared
