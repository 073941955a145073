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


def holding(limit: Limit, tables: Mapping[str, CellTable]) -> tuple[Limit, int]:
    """The limit in the regions where it holds, and the number of those that break it.

    A region of which a smaller cell counts a part that a larger one leaves out (another
    set of gemeenten) is neither: the law says nothing of it.
    """
    dimensions = {name: table.dimensions for name, table in tables.items()}
    regions = [
        code for code in limit.within(dimensions) if _is_part(code, limit, dimensions)
    ]
    smaller = _together(limit.smaller, tables, regions)
    larger = _together(limit.larger, tables, regions)
    kept = smaller <= larger
    named = tuple(code for code, keeps in zip(regions, kept, strict=True) if keeps)
    return replace(limit, regions=named), int(np.sum(~kept))


def _is_part(
    code: str, limit: Limit, dimensions: Mapping[str, Sequence[Dimension]]
) -> bool:
    """Whether each larger table has all parts of a region that a smaller one has."""
    smaller, larger = (
        [_children(dimensions[name][0]) for name in sorted({name for name, _ in cells})]
        for cells in (limit.smaller, limit.larger)
    )
    return all(_has_all(code, one, other) for one in smaller for other in larger)


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


def _together(
    cells: Sequence[LimitedCell],
    tables: Mapping[str, CellTable],
    regions: Sequence[str],
) -> Ints:
    """What the cells are together in each of the regions."""
    columns = [_values(tables[name], codes, regions) for name, codes in cells]
    return np.asarray(np.sum(columns, axis=0, dtype=np.int64))


def _values(table: CellTable, codes: Sequence[str], regions: Sequence[str]) -> Ints:
    first, *others = table.dimensions
    number = {code: place for place, code in enumerate(first.codes)}
    value = table.grid("value")[[number[region] for region in regions]]
    for dimension, code in zip(others, codes, strict=True):
        value = value[:, dimension.codes.index(code)]
    return value


def joined(sets: Sequence[Set[str]], names: Sequence[str]) -> Iterator[list[str]]:
    """The names in groups: those of one set, and of sets that have a name in common."""
    left = list(names)
    while left:
        group = {left[0]}
        while more := {name for each in sets if each & group for name in each - group}:
            group |= more
        yield [name for name in left if name in group]
        left = [name for name in left if name not in group]
