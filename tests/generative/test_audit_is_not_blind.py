"""Tables protected too little, on purpose: what all worlds see, the audit sees."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from engine.errors import AuditFailed, Contradiction
from rules.disclosure import Covers, DisclosurePolicy, RoundingMethod
from tests.generative.protection import (
    audited,
    exposed_cells,
    protected,
    without_figures,
)
from tests.generative.tables import PROTECTABLE, Codes, Table, View, tables
from tests.generative.together import Cell, intervals_together
from tests.reference.naive_publication import protect_shown


HIDDEN_RANGE = tuple(
    policy
    for policy in PROTECTABLE
    if policy.protection.covers is Covers.HIDDEN_RANGE
    and policy.reader.knows_reason
    and policy.rounding.method in {RoundingMethod.NONE, RoundingMethod.CONVENTIONAL}
)
"""Policies under which all of the hidden range must remain, and a figure says much."""

Plant = Callable[[st.DataObject, View, Table, DisclosurePolicy], list[View]]
"""Publishes more than a protected view; the tables it is published with come after."""


def draw_cell(data: st.DataObject, view: View, status: str) -> Codes:
    """Some cell of this status; an example without one is none."""
    cells = [codes for codes, own in view.statuses.items() if own == status]
    assume(cells)
    return data.draw(st.sampled_from(cells))


def show_secondary_again(
    data: st.DataObject, view: View, table: Table, policy: DisclosurePolicy
) -> list[View]:
    """One cell that was hidden for another is shown after all."""
    codes = draw_cell(data, view, "x")
    figure = protect_shown(table.counts[codes], policy)
    assert figure is not None
    return [view.showing(codes, figure, "s")]


def show_sensitive(
    data: st.DataObject, view: View, table: Table, policy: DisclosurePolicy
) -> list[View]:
    """One sensitive cell has to be shown, and gives others away."""
    codes = draw_cell(data, view, "u")
    return [view.showing(codes, protect_alone(table.counts[codes], policy), "z")]


def publish_again(
    data: st.DataObject, view: View, table: Table, policy: DisclosurePolicy
) -> list[View]:
    """An earlier table of the same measure has a figure that is hidden now."""
    codes = draw_cell(data, view, data.draw(st.sampled_from("ux")))
    figure = protect_alone(table.counts[codes], policy)
    earlier = replace(
        view, name="earlier", figures={codes: figure}, statuses={codes: "z"}
    )
    return [view, earlier]


def protect_alone(value: int, policy: DisclosurePolicy) -> int:
    """The count as it is shown where nothing is hidden."""
    figure = protect_shown(value, replace(policy, hide=None))
    assert figure is not None
    return figure


PLANTS: tuple[Plant, ...] = (show_secondary_again, show_sensitive, publish_again)


def narrowed(view: Sequence[View], policy: DisclosurePolicy) -> set[Cell]:
    """By all worlds: the primary cells that lose a part of what their symbol says.

    What the symbols alone rule out counts for nothing: nobody can hide that.
    """
    found = intervals_together(view, policy)
    symbols = intervals_together(
        [without_figures(each, policy) for each in view], policy
    )
    return {
        (each.name, codes)
        for each in view
        for codes, status in each.statuses.items()
        if status == "u" and found[each.name, codes] != symbols[each.name, codes]
    }


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.__name__)
def test_what_all_worlds_see_the_audit_sees(plant: Plant):
    caught = 0

    # Few tables need a secondary cell: most have none that could be shown again.
    @settings(
        max_examples=50,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.filter_too_much],
    )
    @given(
        st.data(), tables(opt_out=False, most_cells=16), st.sampled_from(HIDDEN_RANGE)
    )
    def look(data: st.DataObject, table: Table, policy: DisclosurePolicy) -> None:
        nonlocal caught
        (safe,) = protected([table], policy)
        view = plant(data, safe, table, policy)
        given_away = narrowed(view, policy)
        report = audited(
            view, [replace(table, name=each.name) for each in view], policy
        )
        assert given_away <= exposed_cells(report)
        caught += bool(given_away)

    look()
    assert caught >= 10, "the plant gives too little away to try the audit"


@settings(max_examples=60)
@given(st.data(), tables(), st.sampled_from(HIDDEN_RANGE))
def test_a_sensitive_cell_that_is_shown_stops_the_audit(
    data: st.DataObject, table: Table, policy: DisclosurePolicy
):
    """By mistake, not because it must be."""
    (safe,) = protected([table], policy)
    codes = draw_cell(data, safe, "u")
    bare = safe.showing(codes, protect_alone(table.counts[codes], policy), "s")
    with pytest.raises((AuditFailed, Contradiction)):
        audited([bare], [table], policy)
