"""How counts are shown: rounding of what remains after suppression."""

import hashlib
import hmac
from collections.abc import Sequence
from functools import reduce
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.celltable import CellTable, Limit
from engine.controlled import controlled
from engine.errors import EngineError
from engine.grid import Grid
from engine.small_counts import small_counts
from engine.solver import Ints
from rules.classification import Additivity, Dimension
from rules.disclosure import Rounding, RoundingMethod


def figures(
    tables: Sequence[CellTable],
    rounding: Rounding,
    key: bytes | None = None,
    limits: Sequence[Limit] = (),
) -> dict[str, Ints]:
    """Per table the figure of every cell of its grid, were it shown.

    Conventional: to the nearest multiple, halves up (CBS, Toelichting Wijk- en
    Buurtkaart: "afgerond op vijftallen"); each cell for itself, so that totals need not
    add up. Random: up with probability remainder/base, drawn with a secret key, so that
    a cell is rounded the same way in every table and release. Controlled: parts add up.
    Small counts: of the lowest cells those below the base, and all others are sums.
    Raises NotProtectable when no controlled rounding lies in its window.
    """
    if rounding.method is RoundingMethod.CONTROLLED:
        return _adding_up(tables, rounding, limits)
    if rounding.method is RoundingMethod.RANDOM:
        if key is None:
            raise EngineError("random rounding needs a secret key; give one")
        return {table.name: _at_random(table, rounding.base, key) for table in tables}
    if rounding.method is RoundingMethod.SMALL_COUNTS:
        return small_counts(tables, rounding.base)
    found = {table.name: table.grid("value").ravel() for table in tables}
    if rounding.method is RoundingMethod.CONVENTIONAL:
        return {name: to_nearest(value, rounding.base) for name, value in found.items()}
    return found


Whole = TypeVar("Whole", int, Ints)


def to_nearest(value: Whole, base: int) -> Whole:
    """The nearest multiple of the base, halves up."""
    return (2 * value + base) // (2 * base) * base


def rates_per_1000(counts: Ints, denominators: Ints) -> Ints:
    """Rates of rounded counts, halves up: 345 of 15 334 is 22; CBS's way since 2017.

    floor(1000 n / d + 1/2), in whole numbers.
    """
    return (2000 * counts + denominators) // (2 * denominators)


def _adding_up(
    tables: Sequence[CellTable], rounding: Rounding, limits: Sequence[Limit]
) -> dict[str, Ints]:
    grid = Grid(tables, limits)
    exact = np.zeros(grid.size, dtype=np.int64)
    for table, own in zip(tables, grid.places(), strict=True):
        exact[own] = table.grid("value").ravel()
    found = controlled(grid, exact, rounding)
    return {
        table.name: found[own] for table, own in zip(tables, grid.places(), strict=True)
    }


def _at_random(table: CellTable, base: int, key: bytes) -> Ints:
    value = table.grid("value").ravel()
    down = value // base * base
    between = np.flatnonzero(value > down)
    names = cell_names(table).ravel()[between].tolist()
    draw = np.array([_uniform(key, name) for name in names])
    down[between] += np.where(draw * base < (value - down)[between], base, 0)
    return down


def _uniform(key: bytes, name: str) -> float:
    digest = hmac.digest(key, b"gmsd/rounding/v1|" + name.encode(), hashlib.sha256)
    return int.from_bytes(digest[:8], "big") / 2.0**64


def cell_names(table: CellTable) -> NDArray[np.object_]:
    """What each cell of the grid is called wherever it is published.

    Its measure and its codes but for totals. A code that is all of its parent is called
    as its parent is: their cells are equal, and figures that differ would tell more.
    """
    order = sorted(range(len(table.dimensions)), key=lambda n: table.dimensions[n].name)
    words = [_words(table.dimensions[number]) for number in order]
    names = reduce(np.add.outer, words)
    return np.asarray(table.measure + names.transpose(np.argsort(order)))


def _words(dimension: Dimension) -> NDArray[np.object_]:
    same = {
        children[0]: parent
        for tree in dimension.hierarchies
        for parent, children in tree.children().items()
        if len(children) == 1 and tree.kind(parent) is not Additivity.AT_MOST
    }
    found = []
    for code in dimension.codes:
        name = code
        while name in same:
            name = same[name]
        known = name == dimension.total
        found.append("" if known else f"\x1f{dimension.name}\x1e{name}")
    return np.array(found, dtype=object)
