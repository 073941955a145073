"""The auditor against the all-worlds twin: the same intervals, to the last unit."""

from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.feasibility import Feasibility, intervals
from engine.solver import UNBOUNDED
from engine.statements import Statements, statements
from rules.disclosure import DisclosurePolicy, RoundingMethod, Zeros
from tests.generative.tables import (
    POLICIES,
    SHAPES,
    Table,
    View,
    linked_tables,
    tables,
    views,
)
from tests.generative.together import intervals_together


Interval = tuple[int, int | None]


def of_every_cell(
    view: Sequence[View], policy: DisclosurePolicy
) -> tuple[Statements, Feasibility]:
    """What the auditor finds, hidden cells and shown ones."""
    said = statements([each.table() for each in view], policy)
    cells = sum(each.table().frame_size for each in view)
    targets = np.arange(cells)
    return said, intervals(said.system, targets, said.depth)


def as_interval(found: Feasibility, place: int) -> Interval:
    upper = int(found.upper[place])
    return int(found.lower[place]), None if upper >= UNBOUNDED else upper


@given(st.data(), tables(), st.sampled_from(POLICIES))
def test_every_interval_is_that_of_all_worlds(
    data: st.DataObject, table: Table, policy: DisclosurePolicy
):
    view = data.draw(views(table, policy))
    _, found = of_every_cell([view], policy)
    by_audit = {
        (table.name, codes): as_interval(found, place)
        for place, codes in enumerate(table.counts)
    }
    assert by_audit == intervals_together([view], policy)
    assert np.all(found.exact()[: len(by_audit)])


@settings(max_examples=60)
@given(st.data(), linked_tables(), st.sampled_from(POLICIES))
def test_equal_cells_of_linked_tables_are_one_number(
    data: st.DataObject, linked: tuple[Table, Table], policy: DisclosurePolicy
):
    """Each table narrows the other: the worlds are those of both together."""
    view = [data.draw(views(table, policy)) for table in linked]
    said, found = of_every_cell(view, policy)
    twin = intervals_together(view, policy)
    for each, table, offset in zip(view, linked, said.offsets, strict=True):
        by_audit = {
            codes: as_interval(found, offset + place)
            for place, codes in enumerate(table.counts)
        }
        assert by_audit == {codes: twin[each.name, codes] for codes in table.counts}


@settings(max_examples=60)
@given(st.data(), tables(), st.sampled_from(POLICIES))
def test_every_world_would_have_been_published_so(
    data: st.DataObject, table: Table, policy: DisclosurePolicy
):
    """The proof needs no trust in a solver: each statement holds in each world."""
    view = data.draw(views(table, policy))
    said, found = of_every_cell([view], policy)
    for world in found.worlds:
        assert not np.any(said.matrix @ world)
        assert np.all((said.lower <= world) & (world <= said.upper))


@settings(max_examples=60)
@given(st.data(), tables(), st.sampled_from(POLICIES))
def test_both_ends_of_every_interval_occur_in_a_world(
    data: st.DataObject, table: Table, policy: DisclosurePolicy
):
    _, found = of_every_cell([data.draw(views(table, policy))], policy)
    cells = np.arange(len(table.counts))
    least, most = (np.array(end)[cells] for end in (found.lower, found.upper))
    limited = most < UNBOUNDED
    worlds_of_cells = found.worlds[:, cells]
    assert np.array_equal(worlds_of_cells.min(axis=0), least)
    assert np.array_equal(worlds_of_cells.max(axis=0)[limited], most[limited])


def features_of(table: Table, view: View, policy: DisclosurePolicy) -> set[str]:
    """What there is to see in a published table."""
    return {
        f"{len(table.dimensions)} dimensions",
        f"rounded {policy.rounding.method.value}",
        f"zeros {policy.zeros.value}",
        *(f"status {status}" for status in view.statuses.values()),
        *(
            f"shape {shape}"
            for shape, trees in SHAPES.items()
            if any(dimension.hierarchies == trees for dimension in table.dimensions)
        ),
        *(["absent cell"] if len(view.figures) < len(table.counts) else []),
        *(["nobody at all"] if not any(table.counts.values()) else []),
    }


def test_the_tables_reach_every_edge():
    """A feature that is never drawn would be a hole that nobody sees."""
    seen: dict[str, int] = {}

    @settings(max_examples=300)
    @given(st.data(), tables(), st.sampled_from(POLICIES))
    def look(data: st.DataObject, table: Table, policy: DisclosurePolicy) -> None:
        view = data.draw(views(table, policy))
        for feature in features_of(table, view, policy):
            seen[feature] = seen.get(feature, 0) + 1

    look()
    wanted = {
        *(f"{number} dimensions" for number in (1, 2, 3)),
        # Small counts are rounded in the lowest cells only: test_small_counts.py.
        *(
            f"rounded {method.value}"
            for method in set(RoundingMethod) - {RoundingMethod.SMALL_COUNTS}
        ),
        *(f"zeros {each.value}" for each in Zeros),
        *(f"status {letter}" for letter in "suxowz"),
        *(f"shape {shape}" for shape in SHAPES),
        "absent cell",
        "nobody at all",
    }
    assert set(seen) == wanted
    assert min(seen.values()) >= 3, min(seen, key=seen.__getitem__)
