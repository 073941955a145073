"""Tables of cells for the engine, from arrays of counts."""

from collections.abc import Sequence
from itertools import product

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.celltable import CellTable
from rules.classification import Dimension


Counts = NDArray[np.int64]


def flat(name: str, parts: int) -> Dimension:
    return Dimension.flat(name, "T", [f"{name}{part}" for part in range(parts)])


def table_of(leaves: Counts, *dimensions: Dimension, measure: str = "m") -> CellTable:
    """A table of flat dimensions with its margins."""
    value = leaves
    for axis in range(value.ndim):
        value = np.concatenate([value.sum(axis, keepdims=True), value], axis)
    return cells_of(value, dimensions, measure)


def cells_of(
    value: Counts, dimensions: Sequence[Dimension], measure: str = "m"
) -> CellTable:
    codes = zip(*product(*(d.codes for d in dimensions)), strict=True)
    columns = {d.name: list(c) for d, c in zip(dimensions, codes, strict=True)}
    number = {name: value.ravel() for name in ("value", "contributors")}
    number |= {name: value.ravel() for name in ("largest", "second_largest")}
    cells = pa.table({**columns, **number, "status": ["s"] * value.size})
    return CellTable("t", tuple(dimensions), cells, measure)
