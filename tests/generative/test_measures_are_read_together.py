"""Two measures that a law joins: what a reader of both believes, and is kept from."""

from collections.abc import Sequence

import numpy as np
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from engine.feasibility import intervals
from engine.statements import statements
from rules.disclosure import DisclosurePolicy
from tests.generative.measures import (
    given_away,
    laws_of,
    limits_of,
    narrowed,
    persons_and_pairs,
    protected_together,
)
from tests.generative.protection import protected
from tests.generative.tables import POLICIES, Table, View, views
from tests.generative.test_audit_agrees_with_worlds import as_interval
from tests.generative.test_audit_is_not_blind import HIDDEN_RANGE
from tests.generative.together import Cell, intervals_together


Measures = tuple[Table, Table]


@settings(max_examples=25)
@given(st.data(), persons_and_pairs(), st.sampled_from(POLICIES))
def test_every_interval_under_a_law_is_that_of_all_worlds(
    data: st.DataObject, measures: Measures, policy: DisclosurePolicy
):
    view = [data.draw(views(table, policy)) for table in measures]
    said = statements([each.table() for each in view], policy, limits_of(measures))
    found = intervals(said.system, np.arange(said.offsets[1] * 2), said.depth)
    twin = intervals_together(view, policy, laws=laws_of(measures))
    for table, offset in zip(measures, said.offsets, strict=True):
        for place, codes in enumerate(table.counts, start=offset):
            assert as_interval(found, place) == twin[table.name, codes]


def found_together(
    view: Sequence[View], measures: Measures, policy: DisclosurePolicy
) -> set[Cell]:
    places = given_away(view, measures, policy)
    return {
        (table.name, list(table.counts)[place])
        for table, own in zip(measures, places, strict=True)
        for place in own.tolist()
    }


def test_what_measures_protected_apart_give_away_is_found():
    """By the audit of both together, to the last cell that all worlds see."""
    caught = 0

    @settings(max_examples=60, phases=[Phase.generate])
    @given(persons_and_pairs(), st.sampled_from(HIDDEN_RANGE))
    def look(measures: Measures, policy: DisclosurePolicy) -> None:
        nonlocal caught
        assume(all(any(table.counts.values()) for table in measures))
        view = [protected([table], policy)[0] for table in measures]
        given_away_ = narrowed(view, policy, laws_of(measures))
        assert found_together(view, measures, policy) == given_away_
        caught += bool(given_away_)

    look()
    assert caught >= 4, "the law gives too little away to try the audit"


@settings(max_examples=25)
@given(persons_and_pairs(), st.sampled_from(HIDDEN_RANGE))
def test_measures_protected_together_give_nothing_away(
    measures: Measures, policy: DisclosurePolicy
):
    view = protected_together(measures, policy)
    assert narrowed(view, policy, laws_of(measures)) == set()
