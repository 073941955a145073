"""Two releases of one half-year: what was counted and published then, and what is now.

Between them a part of the first dimension comes or goes (a gemeente that takes part),
and a few persons are counted that were not, or the other way round (a correction).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from hypothesis import strategies as st

from engine.earlier import EarlierTable, Stand, covers, numbers
from engine.safety import Goals, SafetyIntervals, safety_intervals
from rules.classification import Dimension, Hierarchy
from rules.disclosure import DisclosurePolicy, Zeros
from tests.generative.tables import (
    SHAPES,
    Codes,
    Group,
    Table,
    View,
    count,
    dimensions_of,
    groups_of_persons,
)
from tests.generative.together import extremes
from tests.reference.worlds import Edition, of_editions


REGIONS = ("two parts", "three parts", "two at most", "deep", "deep, at most below")
"""Shapes of the dimension of which a part may come or go."""

CEILING = 400

Interval = tuple[int, int | None]


@dataclass(frozen=True)
class Pair:
    """What there was to count at an earlier release, and what there is now."""

    before: Table
    now: Table


@st.composite
def pairs(draw: st.DrawFn) -> Pair:
    """A table at two times, of so few cells that all worlds of both can be listed."""
    region = draw(st.sampled_from(REGIONS))
    is_small = len(SHAPES[region][0].parents) == 2
    others = draw(st.sampled_from([(), ("two parts",), ("two at most",)]))
    shapes = (region, *(others if is_small else ()))
    groups = draw(groups_of_persons(shapes))
    changed = [
        (codes, max(size + draw(st.sampled_from([0, 0, -1, 1, 1, 9])), 0))
        for codes, size in groups
    ]
    gone, come = draw(st.sampled_from([(1, 0), (0, 1), (0, 0), (1, 0), (0, 1)]))
    part = draw(st.sampled_from(sorted(_may_go(SHAPES[shapes[0]][0]))))
    return Pair(
        _without("t", shapes, groups, [part] * come),
        _without("t", shapes, changed, [part] * gone),
    )


@st.composite
def planted(draw: st.DrawFn) -> Pair:
    """Few persons in one part, that comes, goes, or is counted again with one more.

    The others are many, and their total has to be shown: another part is hidden.
    """
    few = draw(st.integers(1, 6))
    sizes = {"a": 20, "b": 33, "c": few}
    groups: list[Group] = [
        ((frozenset(["T", code]),), size) for code, size in sizes.items()
    ]
    what = draw(st.sampled_from(["comes", "goes", "is corrected"]))
    again = [*groups[:2], (groups[2][0], few + (what == "is corrected"))]
    shape = ("three parts",)
    before = _without("t", shape, groups, ["c"] * (what == "comes"))
    now = _without("t", shape, again, ["c"] * (what == "goes"))
    shown = {("T",): "z"}
    return Pair(replace(before, given=shown), replace(now, given=shown))


def _may_go(tree: Hierarchy) -> set[str]:
    """Lowest codes that are not the only part of their parent."""
    children = tree.children()
    return {
        code
        for code, parent in tree.parents.items()
        if code not in children and len(children[parent]) > 1
    }


def _without(
    name: str, shapes: Sequence[str], groups: Sequence[Group], left_out: Sequence[str]
) -> Table:
    """The table without these codes of its first dimension, nor who has them."""
    first, *others = dimensions_of(shapes)
    (tree,) = first.hierarchies
    kept = {code: up for code, up in tree.parents.items() if code not in left_out}
    region = Dimension(first.name, "T", (Hierarchy(kept, tree.additivity),))
    own = [(sets, size) for sets, size in groups if not sets[0] & set(left_out)]
    dimensions = (region, *others)
    return Table(name, dimensions, count(dimensions, own), {})


def stand(table: Table) -> Stand:
    shape = [len(dimension.codes) for dimension in table.dimensions]
    counts = np.array(list(table.counts.values())).reshape(shape)
    return Stand(table.dimensions, counts, covers(table.dimensions))


def earlier(
    pair: Pair, view: View, policy: DisclosurePolicy, name: str = "t@1"
) -> EarlierTable:
    """The earlier release, as protector and auditor are given it."""
    table = pair.before
    (which,) = numbers(stand(pair.now), [stand(table)])
    cells = view.table().cells
    return EarlierTable(
        name, table.dimensions, cells, view.measure, which, goals(table, view, policy)
    )


def goals(table: Table, view: View, policy: DisclosurePolicy) -> Goals:
    """What has to stay possible of the sensitive cells of a release."""
    place = {codes: number for number, codes in enumerate(table.counts)}
    hidden = [codes for codes, status in view.statuses.items() if status == "u"]
    value = np.array([table.counts[codes] for codes in hidden], dtype=np.int64)
    opted_out = np.zeros(len(hidden), dtype=np.int64)
    safety = safety_intervals(value, opted_out, policy, magnitude=False)
    return Goals(np.array([place[codes] for codes in hidden], dtype=np.int64), safety)


Cell = tuple[int, Codes]
"""Of which release, the earlier one (0) or that of now (1), and the codes."""


def by_all_worlds(
    pair: Pair,
    views: tuple[View, View],
    policy: DisclosurePolicy,
    wanted: Collection[Cell] | None = None,
) -> dict[Cell, Interval]:
    """The interval of every cell of both releases, or of those that are wanted."""
    tables = (pair.before, pair.now)
    editions = [
        Edition(table.dimensions, table.counts, view.figures, view.statuses)
        for table, view in zip(tables, views, strict=True)
    ]
    release = of_editions(editions, policy, CEILING)
    cells = [(int(number), tuple(codes)) for number, *codes in release.cells]
    asked = [at for at, cell in enumerate(cells) if wanted is None or cell in wanted]
    found = extremes(release, asked)
    return {cells[place]: found[place] for place in asked}


def all_hidden(view: View, policy: DisclosurePolicy) -> View:
    """Every figure that could have been a symbol is one."""
    stays = {
        codes
        for codes, figure in view.figures.items()
        if figure == 0 and policy.zeros is Zeros.PUBLISH
    }
    figures = {c: f if c in stays else None for c, f in view.figures.items()}
    statuses: Mapping[Codes, str] = {
        codes: "x" if status in {"s", "z"} and codes not in stays else status
        for codes, status in view.statuses.items()
    }
    return View(view.name, view.dimensions, figures, dict(statuses), view.measure)


def short_of(
    found: Interval, kept: Interval, safety: SafetyIntervals, number: int
) -> bool:
    """Whether an interval covers less than could have been kept of a safety interval.

    `kept` is the interval with all of now hidden, as far as nothing can be undone.
    """
    (low, high), (least, most) = found, kept
    ceiling = 10 * CEILING
    high, most = (ceiling if end is None else end for end in (high, most))
    wanted_low = min(max(int(safety.low[number]), least), most)
    wanted_high = min(max(int(safety.high[number]), least), most)
    width = min(int(safety.width[number]), most - least)
    return low > wanted_low or high < wanted_high or high - low < width
