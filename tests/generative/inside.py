"""Readers who are alone in a cell, from the definition: each world by world.

Such a reader knows the cell, all its parts, and what equals one of these.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

from rules.classification import Dimension
from rules.disclosure import DisclosurePolicy
from tests.generative.protection import is_too_narrow, without_figures
from tests.generative.tables import Table, View
from tests.generative.together import Cell, are_equal, extremes, release_together


Own = dict[Cell, int]
"""The cells that one reader knows, and their values."""


def readers(given: Sequence[Table]) -> list[Own]:
    """Everybody who is alone in some cell; who shares a cell of one is the same."""
    counts = {
        (table.name, codes): n for table in given for codes, n in table.counts.items()
    }
    known = [parts_of(cell, given) for cell, n in counts.items() if n == 1]
    joined: list[set[Cell]] = []
    for own in known:
        same = [each for each in joined if any(counts[c] == 1 for c in each & own)]
        joined = [each for each in joined if each not in same]
        joined.append(own.union(*same))
    return [{cell: counts[cell] for cell in own} for own in joined]


def parts_of(cell: Cell, given: Sequence[Table]) -> set[Cell]:
    """The cell, its parts, what equals one of these, and the parts of that."""
    dimensions = {table.name: table.dimensions for table in given}
    cells = [(table.name, codes) for table in given for codes in table.counts]
    found: set[Cell] = set()
    new = {cell}
    while new:
        found |= new
        reached = {
            other
            for name, codes in new
            for other in cells
            if (other[0] == name and is_within(other[1], codes, dimensions[name]))
            or (other[0] != name and are_equal((name, codes), other, dimensions))
        }
        new = reached - found
    return found


def is_within(
    codes: Sequence[str], of: Sequence[str], dimensions: Sequence[Dimension]
) -> bool:
    return all(
        whole in above(code, dimension)
        for code, whole, dimension in zip(codes, of, dimensions, strict=True)
    )


def above(code: str, dimension: Dimension) -> set[str]:
    """The code and all that it is a part of, in any tree."""
    parents = {tree.parents.get(code) for tree in dimension.hierarchies} - {None}
    return {code}.union(*(above(str(parent), dimension) for parent in parents))


def narrowed_by_one_inside(
    view: Sequence[View], given: Sequence[Table], policy: DisclosurePolicy
) -> set[Cell]:
    """The protected cells that some reader knows too well, who knows other cells."""
    hidden = [without_figures(each, policy) for each in view]
    counts = {table.name: table.counts for table in given}
    protected = {
        (each.name, codes): status
        for each in view
        for codes, status in each.statuses.items()
        if status in {"u", "o"} and each.figures[codes] is None
    }
    found = set()
    for own, (cell, status) in product(readers(given), protected.items()):
        if cell not in own:
            value = counts[cell[0]][cell[1]]
            seen, kept = (_ends(each, policy, own, cell) for each in (view, hidden))
            if is_too_narrow(seen, value, status, policy, kept):
                found.add(cell)
    return found


def _ends(
    view: Sequence[View], policy: DisclosurePolicy, own: Own, wanted: Cell
) -> tuple[int, int | None]:
    """What this reader can believe of the cell."""
    cells, release = release_together(view, policy)
    ranges = [
        (own[cell], own[cell]) if cell in own else range_
        for cell, range_ in zip(cells, release.ranges, strict=True)
    ]
    at = cells.index(wanted)
    return extremes(replace(release, ranges=tuple(ranges)), [at])[at]
