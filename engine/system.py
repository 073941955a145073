"""Equations over unknown whole numbers, and the parts into which they fall."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from engine.parts import parts
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


def components(
    whole: System, wanted: Mask | None = None, few: int = 0
) -> Iterator[tuple[Ints, System]]:
    """The parts of the system that no open unknown connects, each by itself.

    Unknowns that can have one value only are constants and connect nothing. With
    `wanted` only the parts that have one of these unknowns; parts may be given several
    at a time, of `few` unknowns together.
    """
    matrix, lower, upper = whole.matrix, whole.lower, whole.upper
    open_ = lower < upper
    rhs = whole.rhs - matrix @ np.where(open_, 0, lower)
    for unknowns, rows, part in parts(matrix, open_, wanted, few):
        yield unknowns, System(part, rhs[rows], lower[unknowns], upper[unknowns])


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
