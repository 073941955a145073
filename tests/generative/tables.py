"""Small tables of every shape that a release may have, and what is published of them.

Dimensions are drawn from shapes, counts are built backwards: persons are put into the
codes that one person may have together, so that every table is one that could be
counted. Policies are all of those that the words allow.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import product

import numpy as np
import pyarrow as pa
from hypothesis import strategies as st

from engine.celltable import CellTable
from engine.published import PublishedTable
from rules.classification import Additivity, Dimension, Hierarchy
from rules.disclosure import (
    Covers,
    DisclosurePolicy,
    Protection,
    Reader,
    Rounding,
    RoundingMethod,
    Zeros,
)
from rules.errors import RuleError
from tests.reference.naive_publication import is_sensitive


Codes = tuple[str, ...]
Counts = dict[Codes, int]

EXACT, AT_MOST, OVERLAP = Additivity.EXACT, Additivity.AT_MOST, Additivity.OVERLAP

DEEP = {"a": "T", "b": "T", "a1": "a", "a2": "a"}
SHAPES: Mapping[str, tuple[Hierarchy, ...]] = {
    "total only": (Hierarchy({}),),
    "one part": (Hierarchy({"a": "T"}),),
    "two parts": (Hierarchy({"a": "T", "b": "T"}),),
    "three parts": (Hierarchy({"a": "T", "b": "T", "c": "T"}),),
    "two at most": (Hierarchy({"a": "T", "b": "T"}, {"T": AT_MOST}),),
    "two overlap": (Hierarchy({"a": "T", "b": "T"}, {"T": OVERLAP}),),
    "three overlap": (Hierarchy({"a": "T", "b": "T", "c": "T"}, {"T": OVERLAP}),),
    "deep": (Hierarchy(DEEP),),
    "deep, at most below": (Hierarchy(DEEP, {"a": AT_MOST}),),
    "deep, at most above": (Hierarchy(DEEP, {"T": AT_MOST}),),
    "deep, overlap below": (Hierarchy(DEEP, {"a": OVERLAP}),),
    "two trees": (
        Hierarchy({"a": "T", "b": "T"}),
        Hierarchy({"x": "T", "y": "T"}, {"T": AT_MOST}),
    ),
    "two trees that share codes": (
        Hierarchy(DEEP),
        Hierarchy({"x": "T", "y": "T", "a1": "x", "b": "x", "a2": "y"}),
    ),
    "two trees, one goes further down": (
        Hierarchy(DEEP | {"a11": "a1"}, {"a1": AT_MOST}),
        Hierarchy({"x": "T", "y": "T", "a1": "x", "b": "x", "a2": "y"}),
    ),
}
"""Every way in which parts make up a total, by name."""

SMALL = ("total only", "one part", "two parts", "two at most", "two overlap")
"""The shapes of the dimensions of a table that has three of them."""

WIDE = tuple(sorted(set(SHAPES) - set(SMALL)))

MOST_CELLS = 40
"""A table of more cells is too large for the list of all worlds."""


def all_policies() -> Iterator[DisclosurePolicy]:
    """Every combination of the words of a policy that the rules accept."""
    roundings = [
        Rounding(),
        *(Rounding(base, RoundingMethod.CONVENTIONAL) for base in (3, 5, 10)),
        Rounding(5, RoundingMethod.RANDOM),
        Rounding(3, RoundingMethod.CONTROLLED),
    ]
    readers = [Reader(*knows) for knows in product((True, False), repeat=3)]
    hides = [(0, 7), (1, 4), (0, 2), (0, 3), None]
    for zeros, hide, rounding, reader in product(Zeros, hides, roundings, readers):
        try:
            yield DisclosurePolicy(
                hide=hide, zeros=zeros, rounding=rounding, reader=reader
            )
        except RuleError:
            continue  # shows small counts as zero beside true zeros


POLICIES = tuple(all_policies())


@dataclass(frozen=True)
class Table:
    """The counts of one table, and the status that some cells have beforehand."""

    name: str
    dimensions: tuple[Dimension, ...]
    counts: Counts
    given: Mapping[Codes, str]
    measure: str = "persons"

    def exact(self) -> CellTable:
        """As tabulation gives it."""
        value = np.array(list(self.counts.values()))
        columns = {
            "value": value,
            "contributors": value,
            "largest": np.minimum(value, 1),
            "second_largest": np.minimum(np.maximum(value - 1, 0), 1),
            "status": [self.given.get(codes, "s") for codes in self.counts],
        }
        cells = pa.table(
            columns_of(self.dimensions, list(self.counts))
            | {name: pa.array(column) for name, column in columns.items()}
        )
        return CellTable(self.name, self.dimensions, cells, self.measure)

    def shuffled(self, order: Sequence[int]) -> "Table":
        """The same table, its rows in another order."""
        rows = list(self.counts.items())
        return replace(self, counts=dict(rows[number] for number in order))


@dataclass(frozen=True)
class View:
    """What is published of a table: a figure or a symbol, and a status, per cell."""

    name: str
    dimensions: tuple[Dimension, ...]
    figures: dict[Codes, int | None]
    statuses: dict[Codes, str]
    measure: str = "persons"

    def table(self) -> PublishedTable:
        figures = pa.array(list(self.figures.values()), pa.int64())
        statuses = pa.array(
            [self.statuses[codes] for codes in self.figures], pa.string()
        )
        cells = pa.table(
            columns_of(self.dimensions, list(self.figures))
            | {"published": figures, "status": statuses}
        )
        return PublishedTable(self.name, self.dimensions, cells, self.measure)

    def showing(self, codes: Codes, figure: int, status: str) -> "View":
        """The same view with one more figure."""
        return replace(
            self,
            figures={**self.figures, codes: figure},
            statuses={**self.statuses, codes: status},
        )


def columns_of(
    dimensions: Sequence[Dimension], rows: Sequence[Codes]
) -> dict[str, pa.Array]:
    """The codes of these cells as columns."""
    return {
        dimension.name: pa.array([codes[axis] for codes in rows], pa.string())
        for axis, dimension in enumerate(dimensions)
    }


# --- counts ---------------------------------------------------------------------------


@cache
def code_sets(shape: str) -> tuple[frozenset[str], ...]:
    """Every set of codes that one person may have on a dimension of this shape."""
    trees = [list(_below(tree, "T")) for tree in SHAPES[shape]]
    shared = frozenset.intersection(
        *(frozenset(tree.parents) for tree in SHAPES[shape])
    )
    return tuple(
        frozenset.union(*sets)
        for sets in product(*trees)
        if len({codes & shared for codes in sets}) == 1
    )


def _below(tree: Hierarchy, code: str) -> Iterator[frozenset[str]]:
    """The codes that a person may have at and below a code, which the person has."""
    parts = tree.children().get(code, [])
    kind = tree.kind(code)
    if not parts or kind is AT_MOST:
        yield frozenset([code])
    if kind is OVERLAP:
        per_part = [[frozenset[str](), *_below(tree, part)] for part in parts]
        for some in product(*per_part):
            if any(some):
                yield frozenset([code]).union(*some)
    else:
        for part in parts:
            for codes in _below(tree, part):
                yield codes | {code}


@st.composite
def tables(
    draw: st.DrawFn, *, opt_out: bool = True, most_cells: int = MOST_CELLS
) -> Table:
    """One table of one to three dimensions."""
    shapes = draw(shapes_of_a_table(most_cells))
    dimensions = dimensions_of(shapes)
    groups = draw(groups_of_persons(shapes))
    return draw(with_statuses("t", dimensions, groups, opt_out=opt_out))


@st.composite
def shapes_of_a_table(draw: st.DrawFn, most_cells: int) -> tuple[str, ...]:
    """So few cells that all worlds can be listed."""
    count = draw(st.sampled_from([1, 1, 2, 2, 2, 3]))
    known = st.sampled_from(SMALL if count == 3 else sorted(SHAPES))
    shapes = tuple(draw(known) for _ in range(count))
    while np.prod([len(d.codes) for d in dimensions_of(shapes)]) > most_cells:
        shapes = (*shapes[:-1], "two parts") if shapes[-1] in WIDE else shapes[:-1]
    return shapes


def dimensions_of(shapes: Sequence[str], first: int = 0) -> tuple[Dimension, ...]:
    return tuple(
        Dimension(f"d{number}", "T", SHAPES[shape])
        for number, shape in enumerate(shapes, start=first)
    )


Group = tuple[tuple[frozenset[str], ...], int]
"""Persons who have the same codes, and how many they are."""


@st.composite
def groups_of_persons(draw: st.DrawFn, shapes: Sequence[str]) -> list[Group]:
    kinds = st.tuples(*(st.sampled_from(code_sets(shape)) for shape in shapes))
    sizes = st.sampled_from([1, 1, 2, 3, 5, 7, 8, 12])
    return draw(st.lists(st.tuples(kinds, sizes), max_size=8))


@st.composite
def with_statuses(
    draw: st.DrawFn,
    name: str,
    dimensions: tuple[Dimension, ...],
    groups: Sequence[Group],
    *,
    opt_out: bool,
) -> Table:
    """Some cells cannot occur; a code of the first dimension may not be published."""
    counts = count(dimensions, groups)
    given = {
        codes: "w"
        for codes, number in counts.items()
        if number == 0 and draw(st.integers(0, 4)) == 4
    }
    closed = draw(st.sampled_from(dimensions[0].codes[1:] or ("T",)))
    if opt_out and draw(st.integers(0, 2)) == 2 and closed != "T":
        own = {codes: "o" for codes in counts if codes[0] == closed}
        given = own | given
    return Table(name, dimensions, counts, given)


def count(dimensions: Sequence[Dimension], groups: Sequence[Group]) -> Counts:
    """Every cell: how many persons have all of its codes."""
    cells = product(*(dimension.codes for dimension in dimensions))
    return {
        codes: sum(
            size
            for sets, size in groups
            if all(code in own for code, own in zip(codes, sets, strict=True))
        )
        for codes in cells
    }


@st.composite
def linked_tables(draw: st.DrawFn) -> tuple[Table, Table]:
    """Two tables of the same persons that have their first dimension in common."""
    shapes = tuple(draw(st.sampled_from(SMALL[1:])) for _ in range(3))
    groups = draw(groups_of_persons(shapes))
    every = dimensions_of(shapes)
    found = []
    for name, axes in (("left", (0, 1)), ("right", (0, 2))):
        own = [(tuple(sets[axis] for axis in axes), n) for sets, n in groups]
        dimensions = tuple(every[axis] for axis in axes)
        found.append(Table(name, dimensions, count(dimensions, own), {}))
    return found[0], found[1]


# --- what is published ----------------------------------------------------------------


@st.composite
def views(draw: st.DrawFn, table: Table, policy: DisclosurePolicy) -> View:
    """Any publication of a table under a policy, well protected or not at all.

    Some safe cells are hidden besides, some are absent, some have to be shown.
    """
    figures: dict[Codes, int | None] = {}
    statuses: dict[Codes, str] = {}
    for codes, value in table.counts.items():
        status = table.given.get(codes) or draw(statuses_of(value, policy))
        if status == "absent":
            continue
        shown = status in {"s", "z"}
        figures[codes] = draw(figures_of(value, policy)) if shown else None
        statuses[codes] = status
    return View(table.name, table.dimensions, figures, statuses, table.measure)


def statuses_of(value: int, policy: DisclosurePolicy) -> st.SearchStrategy[str]:
    """What the cell may be published as. A zero that may be shown is never hidden."""
    if is_sensitive(value, policy):
        return st.sampled_from(["u", "u", "u", "u", "z", "absent"])
    if value == 0 and policy.zeros is Zeros.PUBLISH:
        return st.sampled_from(["s", "s", "s", "s", "absent"])
    return st.sampled_from(["s", "s", "s", "x", "x", "z", "absent"])


def figures_of(value: int, policy: DisclosurePolicy) -> st.SearchStrategy[int]:
    """The figures that the rounding may give for a value."""
    return st.sampled_from(sorted(possible_figures(value, policy)))


def possible_figures(value: int, policy: DisclosurePolicy) -> set[int]:
    """The multiples that the rounding may show for a value; itself, if it does not."""
    base = policy.rounding.base
    down, up = value // base * base, -(-value // base) * base
    if policy.rounding.method in {RoundingMethod.RANDOM, RoundingMethod.CONTROLLED}:
        return {down, up}
    if policy.rounding.method is RoundingMethod.CONVENTIONAL:
        return {up if 2 * (value - down) >= base else down}
    return {value}


PROTECTABLE = tuple(
    replace(policy, protection=protection)
    for policy in POLICIES
    if policy.hide
    for protection in (
        (
            Protection(),
            Protection(Covers.WIDTH, width=1),
            Protection(Covers.DISTANCE, below=1, above=1),
        )
        if policy.reader.knows_reason
        else (Protection(Covers.WIDTH, width=2),)
    )
)
"""Policies with the safety interval that protection is to reach."""
