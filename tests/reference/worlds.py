"""The all-worlds twin: what a reader of a tiny published table can still believe.

A *world* is a table of whole numbers that would have been published exactly so. The
statements of the release are written down cell by cell (what is published, what is
known of what is hidden) and relation by relation (how parts make up their whole); the
worlds are then listed by trying values, halving the range of one unknown cell at a
time. No solver, no algebra: standard library and `rules` only.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from rules.classification import Additivity, Dimension
from rules.disclosure import DisclosurePolicy, RoundingMethod, Zeros
from tests.reference.naive_publication import is_sensitive


Codes = tuple[str, ...]

PRIMARY, OPT_OUT, IMPOSSIBLE, MUST_SHOW = "u", "o", "w", "z"
"""The statuses, as a table writes them, of which a reader knows something special."""


@dataclass(frozen=True, slots=True)
class Relation:
    """The `larger` cells together are at least the `smaller` cells together."""

    larger: tuple[int, ...]
    smaller: tuple[int, ...]


Range = tuple[int, int]
"""The smallest and largest value that a cell may have."""


@dataclass(frozen=True, slots=True)
class Release:
    """All statements of a release: a range per cell, and the relations between cells.

    A cell without upper bound has a range far beyond the ceiling.
    """

    cells: tuple[Codes, ...]
    ranges: tuple[Range, ...]
    relations: tuple[Relation, ...]
    ceiling: int


def intervals(
    dimensions: Sequence[Dimension],
    published: Mapping[Codes, int | None],
    policy: DisclosurePolicy,
    statuses: Mapping[Codes, str] | None = None,
    *,
    ceiling: int = 1000,
) -> dict[Codes, tuple[int, int | None]]:
    """The smallest and largest value of every cell over all worlds; None: no largest.

    A value of `ceiling` or more counts as "no largest"; it must exceed every bound that
    the published figures can imply. Cells that are not in `published` are included.
    """
    release = statements(dimensions, published, policy, statuses, ceiling)
    seen = list(every_world(release, limit=1))
    if not seen:
        raise ValueError("no table of whole numbers would have been published so")
    found = {}
    for cell, codes in enumerate(release.cells):
        low = _smallest(release, cell, seen)
        high = _largest(release, cell, seen)
        found[codes] = (low, None if high >= ceiling else high)
    return found


def every_world(
    release: Release, *, limit: int | None = None
) -> Iterator[tuple[int, ...]]:
    """Every world of a release (or the first `limit`), cells in the release's order."""
    for number, world in enumerate(_explore(release, list(release.ranges)), start=1):
        yield world
        if number == limit:
            return


def narrowed(release: Release) -> tuple[Range, ...]:
    """The ranges, without what the relations alone forbid."""
    ranges = [*release.ranges]
    _narrow(release.relations, ranges)
    return tuple(ranges)


# --- the statements of a release ------------------------------------------------------


def statements(
    dimensions: Sequence[Dimension],
    published: Mapping[Codes, int | None],
    policy: DisclosurePolicy,
    statuses: Mapping[Codes, str] | None = None,
    ceiling: int = 1000,
) -> Release:
    """What the release says, in the worst reader's eyes."""
    cells = tuple(product(*(dimension.codes for dimension in dimensions)))
    if unknown := set(published) - set(cells):
        raise ValueError(f"{len(unknown)} published cells are not in the dimensions")
    shown = [value for value in published.values() if value is not None]
    # Beyond every sum of finite values, so that an endless cell stays endless.
    far = 4 * (ceiling + sum(shown) + len(cells) * policy.rounding.base)
    ranges = []
    for codes in cells:
        if codes not in published:
            ranges.append((0, far))
            continue
        status = PRIMARY if statuses is None else statuses[codes]
        value = published[codes]
        if policy.rounding.method is RoundingMethod.SMALL_COUNTS:
            ranges.append(_of_sum_or_small(codes, dimensions, value, (policy, far)))
            continue
        ranges.append(
            _of_hidden(status, policy, far)
            if value is None
            else _of_shown(value, status, policy)
        )
    return Release(cells, tuple(ranges), tuple(relations(dimensions)), ceiling)


def _of_shown(value: int, status: str, policy: DisclosurePolicy) -> Range:
    """The true values that are rounded to this one, and that the rule would show."""
    below, above = policy.rounding.slack()
    values = range(max(value - below, 0), value + above + 1)
    if policy.reader.knows_rule and status != MUST_SHOW:
        shown = [value for value in values if not is_sensitive(value, policy)]
        if not shown:
            raise ValueError("a shown value can only stem from the hidden range")
        if len(shown) <= shown[-1] - shown[0]:
            raise ValueError("the hidden range leaves a gap in a rounded value")
        return shown[0], shown[-1]
    return values[0], values[-1]


def _of_sum_or_small(
    codes: Codes,
    dimensions: Sequence[Dimension],
    value: int | None,
    known: tuple[DisclosurePolicy, int],
) -> Range:
    """Of a lowest cell the counts that may be shown so; of a sum of figures nothing."""
    policy, far = known
    base = policy.rounding.base
    if value is None:
        return 0, 0  # cannot occur; nothing else is hidden
    if any(
        code in tree.parents.values()
        for code, dimension in zip(codes, dimensions, strict=True)
        for tree in dimension.hierarchies
    ):
        return 0, far
    may = [count for count in range(value + base) if value in shown_as(count, base)]
    return may[0], may[-1]


def shown_as(count: int, base: int) -> tuple[int, ...]:
    """What small-count rounding may make of a lowest cell."""
    return (0, base) if 0 < count < base else (count,)


def _of_hidden(status: str, policy: DisclosurePolicy, far: int) -> Range:
    if status == IMPOSSIBLE:
        return 0, 0
    if status == PRIMARY and policy.reader.knows_reason and policy.hide is not None:
        return policy.hidden_range()
    zeros_show = policy.zeros is Zeros.PUBLISH and policy.reader.knows_zeros
    return (1 if zeros_show and status != OPT_OUT else 0), far


def relations(dimensions: Sequence[Dimension]) -> Iterator[Relation]:
    """How parts make up their whole: per tree, per combination of the other codes."""
    cells = product(*(dimension.codes for dimension in dimensions))
    place = {codes: number for number, codes in enumerate(cells)}
    for axis, dimension in enumerate(dimensions):
        rest = [
            other.codes if number != axis else ("",)
            for number, other in enumerate(dimensions)
        ]
        for hierarchy in dimension.hierarchies:
            for parent, children in hierarchy.children().items():
                for around in product(*rest):
                    line = [
                        place[(*around[:axis], code, *around[axis + 1 :])]
                        for code in (parent, *children)
                    ]
                    yield from _made_up(hierarchy.kind(parent), line[0], line[1:])


def _made_up(kind: Additivity, whole: int, parts: Sequence[int]) -> Iterator[Relation]:
    if kind is Additivity.OVERLAP:
        for part in parts:
            yield Relation((whole,), (part,))
    else:
        yield Relation((whole,), tuple(parts))
    if kind is not Additivity.AT_MOST:
        yield Relation(tuple(parts), (whole,))


# --- the statements of several releases -----------------------------------------------


@dataclass(frozen=True, slots=True)
class Edition:
    """A table as it was released once: what was counted then, and what was published.

    The dimensions have the codes that took part then.
    """

    dimensions: Sequence[Dimension]
    counts: Mapping[Codes, int]
    published: Mapping[Codes, int | None]
    statuses: Mapping[Codes, str]


def of_editions(
    editions: Sequence[Edition], policy: DisclosurePolicy, ceiling: int = 1000
) -> Release:
    """What all releases of a table say together; their cells one after another.

    The reader knows which cells are the same number: those that count the same codes,
    and have the same count.
    """
    cells: list[tuple[int, Codes]] = []
    ranges: list[Range] = []
    every: list[Relation] = []
    for number, edition in enumerate(editions):
        own = statements(
            edition.dimensions, edition.published, policy, edition.statuses, ceiling
        )
        begin = len(cells)
        cells += [(number, codes) for codes in own.cells]
        ranges += own.ranges
        every += [_shifted(relation, begin) for relation in own.relations]
    for (one, first), (other, second) in combinations(enumerate(cells), 2):
        (was, codes), (now, other_codes) = first, second
        if codes == other_codes and _is_one_number(codes, editions[was], editions[now]):
            every += [Relation((one,), (other,)), Relation((other,), (one,))]
    names = tuple((f"{number}", *codes) for number, codes in cells)
    return Release(names, tuple(ranges), tuple(every), ceiling)


def _shifted(relation: Relation, begin: int) -> Relation:
    return Relation(
        tuple(begin + cell for cell in relation.larger),
        tuple(begin + cell for cell in relation.smaller),
    )


def _is_one_number(codes: Codes, one: Edition, other: Edition) -> bool:
    """Whether a cell of these codes counts the same codes twice, and as many."""
    counts_the_same = all(
        parts_of(code, mine) == parts_of(code, theirs)
        for code, mine, theirs in zip(
            codes, one.dimensions, other.dimensions, strict=True
        )
    )
    return counts_the_same and one.counts[codes] == other.counts[codes]


def parts_of(code: str, dimension: Dimension) -> set[str]:
    """The codes without parts of their own that this code is made of, or itself."""
    found = set()
    for hierarchy in dimension.hierarchies:
        wholes = set(hierarchy.parents.values())
        for part in {code, *hierarchy.parents} - wholes:
            above = part
            while above != code and above in hierarchy.parents:
                above = hierarchy.parents[above]
            found |= {part} if above == code else set()
    return found


# --- the worlds -----------------------------------------------------------------------


def _explore(release: Release, ranges: list[Range]) -> Iterator[tuple[int, ...]]:
    """Narrow; halve the smallest open range; do the same with both halves."""
    if not _narrow(release.relations, ranges):
        return
    open_cells = [cell for cell, (low, high) in enumerate(ranges) if low < high]
    if not open_cells:
        yield tuple(low for low, _high in ranges)
        return
    cell = min(open_cells, key=lambda cell: ranges[cell][1] - ranges[cell][0])
    low, high = ranges[cell]
    middle = (low + high) // 2
    for half in ((low, middle), (middle + 1, high)):
        yield from _explore(release, [*ranges[:cell], half, *ranges[cell + 1 :]])


def _narrow(every: Sequence[Relation], ranges: list[Range]) -> bool:
    """Take away what a relation forbids, until none does; False: nothing is left."""
    changed = True
    while changed:
        changed = False
        for relation in every:
            most = sum([ranges[cell][1] for cell in relation.larger])
            least = sum([ranges[cell][0] for cell in relation.smaller])
            if most < least:
                return False
            spare = most - least
            for cell in relation.larger:
                low, high = ranges[cell]
                if high - low > spare:
                    ranges[cell] = (high - spare, high)
                    changed = True
            for cell in relation.smaller:
                low, high = ranges[cell]
                if high - low > spare:
                    ranges[cell] = (low, low + spare)
                    changed = True
    return True


def _smallest(release: Release, cell: int, seen: list[tuple[int, ...]]) -> int:
    """Go down from the smallest value seen, as long as there is a world below it."""
    while True:
        least = min(world[cell] for world in seen)
        if not _add_world(release, cell, (release.ranges[cell][0], least - 1), seen):
            return least


def _largest(release: Release, cell: int, seen: list[tuple[int, ...]]) -> int:
    """Go up from the largest value seen, as long as there is a world above it."""
    while True:
        most = max(world[cell] for world in seen)
        if most >= release.ceiling:
            return most
        above = (most + 1, release.ranges[cell][1])
        if not _add_world(release, cell, above, seen):
            return most


def _add_world(
    release: Release, cell: int, wanted: Range, seen: list[tuple[int, ...]]
) -> bool:
    """Find a world with the cell in the wanted range, and remember it."""
    if wanted[0] > wanted[1]:
        return False
    ranges = [*release.ranges]
    ranges[cell] = wanted
    world = next(_explore(release, ranges), None)
    if world is not None:
        seen.append(world)
    return world is not None
