"""All worlds of tables that are published together: equal cells are one number.

The statements of each table come from the all-worlds twin; what links them is written
down here, cell by cell.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import combinations

from rules.classification import Dimension
from rules.disclosure import DisclosurePolicy
from tests.generative.tables import Codes, View
from tests.reference.worlds import (
    Range,
    Relation,
    Release,
    every_world,
    narrowed,
    statements,
)


CEILING = 400
"""A value of so much counts as one without limit; no figure here implies as much."""

Cell = tuple[str, Codes]
"""The name of a table and the codes of a cell in it."""


Law = tuple[Sequence[Cell], Sequence[Cell]]
"""The first cells together are at most the second; a cell that is twice there counts
twice."""


def intervals_together(
    view: Sequence[View],
    policy: DisclosurePolicy,
    wanted: Collection[Cell] = (),
    laws: Sequence[Law] = (),
) -> dict[Cell, tuple[int, int | None]]:
    """The smallest and largest value of cells over all worlds of all tables.

    Of every cell, or of those that are wanted.
    """
    cells, release = release_together(view, policy, laws)
    places = [at for at, cell in enumerate(cells) if not wanted or cell in wanted]
    found = extremes(release, places)
    return {cells[place]: found[place] for place in places}


def release_together(
    view: Sequence[View], policy: DisclosurePolicy, laws: Sequence[Law] = ()
) -> tuple[list[Cell], Release]:
    """All statements of all tables, which cells are the same, and what is known."""
    cells: list[Cell] = []
    ranges: list[Range] = []
    relations: list[Relation] = []
    for each in view:
        own = statements(each.dimensions, each.figures, policy, each.statuses, CEILING)
        begin = len(cells)
        cells += [(each.name, codes) for codes in own.cells]
        ranges += own.ranges
        relations += [
            Relation(
                tuple(begin + place for place in relation.larger),
                tuple(begin + place for place in relation.smaller),
            )
            for relation in own.relations
        ]
    dimensions = {each.name: each.dimensions for each in view}
    measure = {each.name: each.measure for each in view}
    for (one, first), (other, second) in combinations(enumerate(cells), 2):
        if (
            first[0] != second[0]
            and measure[first[0]] == measure[second[0]]
            and are_equal(first, second, dimensions)
        ):
            relations += [Relation((one,), (other,)), Relation((other,), (one,))]
    number = {cell: place for place, cell in enumerate(cells)}
    relations += [
        Relation(
            tuple(number[cell] for cell in larger),
            tuple(number[cell] for cell in smaller),
        )
        for smaller, larger in laws
    ]
    places = tuple((str(place),) for place in range(len(cells)))
    return cells, Release(places, tuple(ranges), tuple(relations), CEILING)


def are_equal(
    one: Cell, other: Cell, dimensions: dict[str, tuple[Dimension, ...]]
) -> bool:
    """The same code where both tables have the dimension, the total where one has."""
    mine, theirs = (_code_and_total(cell, dimensions[cell[0]]) for cell in (one, other))
    return all(
        mine[name] == theirs[name]
        if name in mine and name in theirs
        else len(set((mine | theirs)[name])) == 1
        for name in mine | theirs
    )


def _code_and_total(
    cell: Cell, dimensions: Sequence[Dimension]
) -> dict[str, tuple[str, str]]:
    _, codes = cell
    return {
        dimension.name: (code, dimension.total)
        for dimension, code in zip(dimensions, codes, strict=True)
    }


def extremes(
    release: Release, wanted: Collection[int]
) -> dict[int, tuple[int, int | None]]:
    """The smallest and largest value of these cells over all worlds.

    A world that was found for one cell is where the search for the next begins.
    """
    first = next(every_world(release, limit=1), None)
    if first is None:
        raise ValueError("no table of whole numbers would have been published so")
    release = replace(release, ranges=narrowed(release))
    seen = [first]
    found = {}
    for cell in wanted:
        high = _extreme(release, cell, seen, upward=True)
        low = _extreme(release, cell, seen, upward=False)
        found[cell] = (low, None if high >= CEILING else high)
    return found


def _extreme(
    release: Release, cell: int, seen: list[tuple[int, ...]], *, upward: bool
) -> int:
    """Halve the range in which the extreme lies, world by world."""
    low, high = release.ranges[cell]
    values = [world[cell] for world in seen]
    best = max(values) if upward else min(values)
    while upward and best < high and best < release.ceiling:
        middle = min((best + high + 1) // 2, 2 * best + release.ceiling)
        found = _world_with(release, cell, (middle, high), seen)
        best, high = (found, high) if found is not None else (best, middle - 1)
    while not upward and best > low:
        middle = (low + best) // 2
        found = _world_with(release, cell, (low, middle), seen)
        low, best = (low, found) if found is not None else (middle + 1, best)
    return best


def _world_with(
    release: Release, cell: int, wanted: Range, seen: list[tuple[int, ...]]
) -> int | None:
    """The value of the cell in some world where it lies in this range."""
    ranges = [*release.ranges]
    ranges[cell] = wanted
    world = next(every_world(replace(release, ranges=tuple(ranges)), limit=1), None)
    if world is None:
        return None
    seen.append(world)
    return world[cell]
