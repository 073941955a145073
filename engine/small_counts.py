"""Small-count rounding: lowest cells below the base become 0 or the base.

All other cells are sums of the lowest, so that everything adds up, and large counts of
single cells stay exact (Langsrud and Heldal 2018). Which go up is chosen as controlled
rounding does, of the small counts alone: so that sums of them are off least.
"""

from collections.abc import Sequence
from functools import reduce

import numpy as np

from engine.celltable import CellTable
from engine.controlled import adding_up
from engine.grid import Grid
from engine.solver import Ints
from rules.classification import Dimension
from rules.errors import RuleError


def small_counts(tables: Sequence[CellTable], base: int) -> dict[str, Ints]:
    """The figure of each cell of one table; RuleError where there is no lowest cell.

    A sum of counts in one region is as near as the base, as far as those are in one
    cell of all other dimensions; a sum over these is as near as can be.
    """
    if len(tables) != 1:
        raise RuleError(
            f"small-count rounding is for one table, not for {len(tables)} that are "
            "published together; round in another way"
        )
    (table,) = tables
    value = table.grid("value")
    lowest = [np.array(dimension.lowest) for dimension in table.dimensions]
    is_lowest = reduce(np.logical_and.outer, lowest)
    small = np.where(is_lowest & (value < base), value, 0)
    count = np.minimum(small, 1)
    for axis, dimension in enumerate(table.dimensions):
        small, count = (_summed(each, axis, dimension) for each in (small, count))
    near = reduce(np.logical_and.outer, [np.ones_like(lowest[0]), *lowest[1:]])
    as_far_as_all = np.where(near, 1, np.maximum(count, 1)).ravel()
    windows = [np.full(value.size, base - 1), (base - 1) * as_far_as_all]
    rounded = adding_up(Grid([table]), small.ravel(), base, windows)
    return {table.name: (value - small).ravel() + rounded}


def _summed(lowest: Ints, axis: int, dimension: Dimension) -> Ints:
    """The counts of every code along an axis, from those of codes without parts."""
    found = np.moveaxis(lowest, axis, 0).copy()
    number = {code: place for place, code in enumerate(dimension.codes)}
    parents = dimension.hierarchies[0].parents
    for code, is_lowest in zip(dimension.codes, dimension.lowest, strict=True):
        above = code
        while is_lowest and above in parents:
            above = parents[above]
            found[number[above]] += found[number[code]]
    return np.moveaxis(found, 0, axis)
