"""Who is alone in a cell learns nothing of another: by all worlds."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.disclosure import DisclosurePolicy, KnowsOwn, RoundingMethod
from tests.generative.inside import narrowed_by_one_inside
from tests.generative.protection import audited, exposed_cells, protected
from tests.generative.tables import (
    PROTECTABLE,
    SMALL,
    Table,
    code_sets,
    dimensions_of,
    linked_tables,
    views,
    with_statuses,
)


EXACT = [p for p in PROTECTABLE if p.rounding.method is RoundingMethod.NONE]
POLICIES = st.sampled_from(EXACT) | st.sampled_from(PROTECTABLE)
"""Where figures are rounded, who knows a cell seldom learns much from that."""


@st.composite
def tables_of_few(draw: st.DrawFn) -> Table:
    """In which many are alone in some cell."""
    first, second = draw(st.sampled_from(SMALL[1:])), draw(st.sampled_from(SMALL))
    shapes = (first, second)
    dimensions = dimensions_of(shapes)
    kinds = st.tuples(*(st.sampled_from(code_sets(shape)) for shape in shapes))
    sizes = st.sampled_from([1, 1, 1, 2, 3, 8])
    groups = draw(st.lists(st.tuples(kinds, sizes), min_size=3, max_size=8))
    return draw(with_statuses("t", dimensions, groups, opt_out=True))


def with_reader(policy: DisclosurePolicy, knows_own: KnowsOwn) -> DisclosurePolicy:
    return replace(policy, reader=replace(policy.reader, knows_own=knows_own))


@settings(max_examples=150)
@given(st.data(), tables_of_few(), POLICIES)
def test_the_audit_finds_what_worlds_tell_them(
    data: st.DataObject, table: Table, policy: DisclosurePolicy
):
    """Of any publication, well protected or not: what is given away to one inside."""
    view = [data.draw(views(table, policy))]
    anybody, inside = (
        exposed_cells(audited(view, [table], with_reader(policy, knows)))
        for knows in (KnowsOwn.NEVER, KnowsOwn.ALWAYS)
    )
    assert inside == anybody | narrowed_by_one_inside(view, [table], policy)


@settings(max_examples=60)
@given(tables_of_few(), POLICIES)
def test_what_is_protected_tells_them_nothing(table: Table, policy: DisclosurePolicy):
    view = protected([table], with_reader(policy, KnowsOwn.ALWAYS))
    assert not narrowed_by_one_inside(view, [table], policy)


@settings(max_examples=30)
@given(linked_tables(), POLICIES)
def test_nor_do_tables_that_share_cells(
    linked: tuple[Table, Table], policy: DisclosurePolicy
):
    view = protected(linked, with_reader(policy, KnowsOwn.ALWAYS))
    assert not narrowed_by_one_inside(view, linked, policy)
