"""Cells with their evidence: what tabulation gives and protection decides upon."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from rules.classification import Dimension


class CellStatus(Enum):
    """Why a cell may or may not be shown."""

    SAFE = "s"
    """May be published."""
    PRIMARY = "u"
    """Sensitive in itself: primary suppression."""
    SECONDARY = "x"
    """Withheld to protect another cell: secondary suppression."""
    OPT_OUT = "o"
    """The gemeente does not publish this."""
    IMPOSSIBLE = "w"
    """Cannot occur (structural zero); printed blank."""
    MUST_SHOW = "z"
    """Has to be shown, whatever the cost elsewhere; only ever given, never decided."""


EVIDENCE = ("value", "contributors", "largest", "second_largest")
"""The integer columns of a cell: its value and what the sensitivity rules judge."""


@dataclass(frozen=True, slots=True)
class CellTable:
    """All cells of one published measure, margins included, each exactly once.

    `cells` has one string column per dimension (its code), the int64 columns of
    `EVIDENCE`, and a string column `status` (a `CellStatus` value). A frequency
    table has `magnitude` False: contributors equals value there; an amount of the
    monitor has a column `clients`, on how many it was spent. A column `weight` says
    what it costs to hide a cell; without it each costs 1. Tables of the same `measure`
    count the same thing: where their codes agree, their cells are the same.
    """

    name: str
    dimensions: tuple[Dimension, ...]
    cells: pa.Table
    measure: str
    magnitude: bool = False

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of codes of each dimension."""
        return tuple(len(dimension.codes) for dimension in self.dimensions)

    def places(self) -> NDArray[np.int64]:
        """Where each row of `cells` stands in the grid of all codes, last fastest."""
        return places(self.cells, self.dimensions)

    def grid(self, column: str) -> NDArray[np.int64]:
        """An integer column as an array with an axis per dimension, codes in order."""
        flat = np.zeros(int(np.prod(self.shape)), dtype=np.int64)
        flat[self.places()] = self.cells[column].to_numpy()
        return flat.reshape(self.shape)

    def statuses(self) -> NDArray[np.str_]:
        """The status letters, in the same form as `grid`."""
        flat = np.full(int(np.prod(self.shape)), "", dtype="<U1")
        flat[self.places()] = self.cells["status"].to_pylist()
        return flat.reshape(self.shape)


LimitedCell = tuple[str, tuple[str, ...]]


def places(cells: pa.Table, dimensions: Sequence[Dimension]) -> NDArray[np.int64]:
    """Where each row of a table stands in the grid of all codes, last fastest."""
    place = np.zeros(cells.num_rows, dtype=np.int64)
    for dimension in dimensions:
        number = {code: i for i, code in enumerate(dimension.codes)}
        encoded = cells[dimension.name].combine_chunks().dictionary_encode()
        codes = [number[code] for code in encoded.dictionary.to_pylist()]
        place *= len(dimension.codes)
        place += np.array(codes, dtype=np.int64)[encoded.indices.to_numpy()]
    return place


def frame_codes(dimensions: Sequence[Dimension], at: NDArray[np.int64]) -> pa.Table:
    """The codes of the cells at these places of the grid of all codes."""
    columns, place = {}, at
    for dimension in reversed(dimensions):
        place, code = np.divmod(place, len(dimension.codes))
        columns[dimension.name] = pa.array(dimension.codes, pa.string()).take(code)
    return pa.table({each.name: columns[each.name] for each in dimensions})


@dataclass(frozen=True, slots=True)
class Limit:
    """In every region the `smaller` cells together are at most the `larger` together.

    A cell is the name of its table and its codes on the dimensions after the first; one
    that is named twice counts twice. The tables share their first dimension, and what
    is said holds in the `regions` named, or in all that all of them have. Anybody who
    knows what is counted knows it.
    """

    smaller: tuple[LimitedCell, ...]
    larger: tuple[LimitedCell, ...]
    regions: tuple[str, ...] | None = None

    @property
    def names(self) -> frozenset[str]:
        """The tables that its cells are of."""
        return frozenset(name for name, _ in (*self.smaller, *self.larger))

    def within(self, dimensions: Mapping[str, Sequence[Dimension]]) -> tuple[str, ...]:
        """The regions in which it holds, given the dimensions of each table."""
        codes = [dimensions[name][0].codes for name in sorted(self.names)]
        named = codes[0] if self.regions is None else self.regions
        common = set(named).intersection(*codes)
        return tuple(code for code in codes[0] if code in common)


@dataclass(frozen=True, slots=True)
class ProtectedTable:
    """One measure as it may be published: every cell has a status and a reason.

    `cells` has the columns of `CellTable` plus `published` (int64, null when hidden)
    and `reason` (the rule that decided, empty when safe).
    """

    name: str
    dimensions: tuple[Dimension, ...]
    cells: pa.Table
    measure: str

    def places(self) -> NDArray[np.int64]:
        """Where each row of `cells` stands in the grid of all codes, last fastest."""
        return places(self.cells, self.dimensions)
