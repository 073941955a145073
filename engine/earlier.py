"""Tables as an earlier release has them: fixed, and about the same persons.

A cell of an earlier release and the cell of now with the same codes are one number when
they count the same persons: the total of other gemeenten is another number, and so is a
count that was corrected since. A reader is taken to know which did not change.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from engine.celltable import places
from engine.safety import Goals
from engine.solver import Ints
from rules.classification import Dimension
from rules.errors import RuleError


NOW = 0
"""The number of a cell that is the number of now."""

Covers = Mapping[str, Mapping[str, frozenset[str]]]
"""Per dimension and code whom it counts: the smallest parts that were there then."""


@dataclass(frozen=True)
class EarlierTable:
    """One measure of an earlier release; nothing of it can be hidden any more.

    `cells` has the codes, `published` (int64, null when hidden) and `status`, as its
    reader knows it. `numbers` says of each cell of the frame which of the numbers it
    was that cells of these codes have had: `NOW`, or another. `goals` are cells of its
    frame that have to stay as hidden as they are, and their safety intervals.
    """

    name: str
    dimensions: tuple[Dimension, ...]
    cells: pa.Table
    measure: str
    numbers: Ints
    goals: Goals

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of codes of each dimension."""
        return tuple(len(dimension.codes) for dimension in self.dimensions)

    def places(self) -> Ints:
        """Where each row of `cells` stands in the frame of all codes, last fastest."""
        return places(self.cells, self.dimensions)


@dataclass(frozen=True)
class Stand:
    """What there was to count at one time: whom every code covers, and the counts.

    `counts` has an axis per dimension; any numbers that are equal where counts are.
    """

    dimensions: tuple[Dimension, ...]
    counts: Ints
    covers: Covers

    @cached_property
    def places(self) -> list[dict[tuple[str, frozenset[str]], int]]:
        """Per dimension the place of each code with whom it covers."""
        return [
            {
                (code, self.covers[dimension.name][code]): place
                for place, code in enumerate(dimension.codes)
            }
            for dimension in self.dimensions
        ]


def covers(dimensions: Sequence[Dimension]) -> Covers:
    """The lowest codes below every code, in all of its trees together."""
    found = {}
    for dimension in dimensions:
        trees = [tree.children() for tree in dimension.hierarchies]
        found[dimension.name] = {code: _lowest(trees, code) for code in dimension.codes}
    return found


def _lowest(trees: Sequence[Mapping[str, list[str]]], code: str) -> frozenset[str]:
    found: set[str] = set()
    for children in trees:
        below = [code]
        for each in below:
            below.extend(children.get(each, ()))
        found |= {each for each in below if each not in children}
    return frozenset(found)


def numbers(now: Stand, before: Sequence[Stand]) -> list[Ints]:
    """Of every cell of earlier stands, the oldest first, which number it was.

    Cells of equal codes that cover the same and have equal counts are one number.
    """
    stands, found = [now], [np.zeros(now.counts.shape, dtype=np.int64)]
    for own, stand in enumerate(before, start=1):
        mine = np.full(stand.counts.shape, own, dtype=np.int64)
        for other, known in reversed(list(zip(stands, found, strict=True))):
            here, there = _in_both(stand, other)
            same = stand.counts[here] == other.counts[there]
            mine[here] = np.where(same, known[there], mine[here])
        stands.append(stand)
        found.append(mine)
    return [each.ravel() for each in found[1:]]


Index = tuple[Ints, ...]


def _in_both(one: Stand, other: Stand) -> tuple[Index, Index]:
    """Where the cells of two stands are that have the same codes and cover the same."""
    names = [[d.name for d in stand.dimensions] for stand in (one, other)]
    if names[0] != names[1]:
        raise RuleError(
            f"an earlier table has dimensions {', '.join(names[0])}, and not "
            f"{', '.join(names[1])} as now; they cannot be held beside each other"
        )
    pairs = [
        [(mine[key], theirs[key]) for key in mine if key in theirs]
        for mine, theirs in zip(one.places, other.places, strict=True)
    ]
    here, there = (
        np.ix_(*(np.array([p[end] for p in own], dtype=np.int64) for own in pairs))
        for end in (0, 1)
    )
    return here, there
