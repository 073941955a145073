"""Laws between cells held against the exact cells: used where these keep to them.

A law that the cells break somewhere would mislead a reader there, and an audit would
find a contradiction. Its other regions still tell what it says.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace

import numpy as np

from engine.celltable import CellTable, Limit, LimitedCell
from engine.solver import Ints
from rules.classification import Dimension


class Holding:
    """Limits held against exact cells; what several need is looked up once."""

    def __init__(self, tables: Mapping[str, CellTable]) -> None:
        self._dimensions = {name: table.dimensions for name, table in tables.items()}
        self._value = {name: table.grid("value") for name, table in tables.items()}
        self._trees = {
            name: _children(first) for name, (first, *_) in self._dimensions.items()
        }
        self._place = {
            name: {code: place for place, code in enumerate(first.codes)}
            for name, (first, *_) in self._dimensions.items()
        }
        self._whole: dict[tuple[str, str], set[str]] = {}

    def of(self, limit: Limit) -> tuple[Limit, int]:
        """The limit in the regions where it holds, and how many others break it.

        A region of which a smaller cell counts a part that a larger one leaves out
        (another set of gemeenten) is neither: the law says nothing of it.
        """
        common = set(limit.within(self._dimensions))
        for one in {name for name, _ in limit.smaller}:
            for other in {name for name, _ in limit.larger}:
                common &= self._whole_in(one, other)
        regions = [code for code in limit.within(self._dimensions) if code in common]
        smaller = self._together(limit.smaller, regions)
        kept = smaller <= self._together(limit.larger, regions)
        named = tuple(code for code, keeps in zip(regions, kept, strict=True) if keeps)
        return replace(limit, regions=named), int(np.sum(~kept))

    def _whole_in(self, one: str, other: str) -> set[str]:
        """The regions of which each smallest part in one table is in the other too."""
        if (one, other) not in self._whole:
            trees = self._trees[one], self._trees[other]
            codes = set(self._place[one])
            self._whole[one, other] = {c for c in codes if _has_all(c, *trees)}
        return self._whole[one, other]

    def _together(self, cells: Sequence[LimitedCell], regions: Sequence[str]) -> Ints:
        """What the cells are together in each of the regions."""
        columns = [self._values(name, codes, regions) for name, codes in cells]
        return np.asarray(np.sum(columns, axis=0, dtype=np.int64))

    def _values(self, name: str, codes: Sequence[str], regions: Sequence[str]) -> Ints:
        place = self._place[name]
        value = self._value[name][[place[region] for region in regions]]
        for dimension, code in zip(self._dimensions[name][1:], codes, strict=True):
            value = value[:, dimension.codes.index(code)]
        return value


Children = Mapping[str, set[str]]


def _has_all(code: str, one: Children, other: Children) -> bool:
    """Whether each smallest part in one table is a part in the other, or within one.

    Regions in between may differ.
    """
    if code not in one or code not in other:
        return True  # one of them goes no further down
    found = _below(code, other)
    smallest = {part for part in found if part not in other}
    covered = found | {part for each in smallest for part in _below(each, one)}
    return {part for part in _below(code, one) if part not in one} <= covered


def _below(code: str, children: Children) -> set[str]:
    found: set[str] = set()
    left = [code]
    while left:
        parts = children.get(left.pop(), set()) - found
        found |= parts
        left += parts
    return found


def _children(region: Dimension) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for tree in region.hierarchies:
        for parent, parts in tree.children().items():
            found.setdefault(parent, set()).update(parts)
    return found


def joined(sets: Sequence[Set[str]], names: Sequence[str]) -> Iterator[list[str]]:
    """The names in groups: those of one set, and of sets that have a name in common."""
    left = list(names)
    while left:
        group = {left[0]}
        while more := {name for each in sets if each & group for name in each - group}:
            group |= more
        yield [name for name in left if name in group]
        left = [name for name in left if name not in group]
