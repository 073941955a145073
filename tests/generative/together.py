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
from tests.reference.worlds import Range, Relation, Release, every_world, statements


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
    found = {}
    for place, cell in enumerate(cells):
        if wanted and cell not in wanted:
            continue
        high = extreme(release, place, upward=True)
        low = extreme(release, place, upward=False)
        found[cell] = (low, None if high >= CEILING else high)
    return found


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


def extreme(release: Release, cell: int, *, upward: bool) -> int:
    """Halve the range in which the extreme lies, world by world."""
    low, high = release.ranges[cell]
    best = _world_with(release, cell, (low, high))
    if best is None:
        raise ValueError("no table of whole numbers would have been published so")
    while upward and best < high and best < release.ceiling:
        middle = min((best + high + 1) // 2, 2 * best + release.ceiling)
        found = _world_with(release, cell, (middle, high))
        best, high = (found, high) if found is not None else (best, middle - 1)
    while not upward and best > low:
        middle = (low + best) // 2
        found = _world_with(release, cell, (low, middle))
        low, best = (low, found) if found is not None else (middle + 1, best)
    return best


def _world_with(release: Release, cell: int, wanted: Range) -> int | None:
    """The value of the cell in some world where it lies in this range."""
    ranges = [*release.ranges]
    ranges[cell] = wanted
    world = next(every_world(replace(release, ranges=tuple(ranges)), limit=1), None)
    return None if world is None else world[cell]
