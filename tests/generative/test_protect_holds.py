"""What protection promises: nothing sensitive is given away, whatever the table."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, islice

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.protect import least_loss
from engine.rounding import figures
from rules.disclosure import DisclosurePolicy, Zeros
from tests.generative.protection import KEY, audited, protected, protected_once, seen
from tests.generative.tables import (
    PROTECTABLE,
    Table,
    View,
    linked_tables,
    possible_figures,
    tables,
)
from tests.reference.naive_publication import is_sensitive


@given(tables(), st.sampled_from(PROTECTABLE))
def test_the_audit_finds_nothing(table: Table, policy: DisclosurePolicy):
    """After few rounds; and each cell is hidden for a reason, or shown as it should."""
    (view,) = protected([table], policy)
    for codes, value in table.counts.items():
        figure, status = view.figures[codes], view.statuses[codes]
        if table.given.get(codes) in {"o", "w"}:
            assert (figure, status) == (None, table.given[codes])
        elif is_sensitive(value, policy):
            assert (figure, status) == (None, "u")
        elif status == "x":
            assert figure is None
        else:
            assert status == "s"
            assert figure in possible_figures(value, policy)


PUBLISHING = tuple(each for each in PROTECTABLE if each.zeros is Zeros.PUBLISH)


@settings(max_examples=60)
@given(tables(), st.sampled_from(PUBLISHING))
def test_a_zero_that_is_published_is_never_hidden_for_another(
    table: Table, policy: DisclosurePolicy
):
    (view,) = protected([table], policy)
    zeros = [codes for codes, value in table.counts.items() if value == 0]
    assert not [codes for codes in zeros if view.statuses[codes] in {"u", "x"}]


@settings(max_examples=60)
@given(linked_tables(), st.sampled_from(PROTECTABLE))
def test_linked_tables_give_nothing_away_together(
    linked: tuple[Table, Table], policy: DisclosurePolicy
):
    """And a cell that both have is hidden in both, or shown alike."""
    left, right = protected(linked, policy)
    for codes in left.figures:
        if codes[1] == "T":
            assert left.statuses[codes] == right.statuses[codes]
            assert left.figures[codes] == right.figures[codes]


@settings(max_examples=60)
@given(st.data(), tables(), st.sampled_from(PROTECTABLE))
def test_the_order_of_rows_changes_nothing(
    data: st.DataObject, table: Table, policy: DisclosurePolicy
):
    protected([table], policy)
    shuffled = table.shuffled(data.draw(st.permutations(range(len(table.counts)))))
    (plain,) = protected_once([table], policy)
    (other,) = protected_once([shuffled], policy)
    assert list(seen(other, shuffled).figures) == list(shuffled.counts)
    assert seen(other, shuffled).figures == seen(plain, table).figures


@settings(max_examples=60)
@given(tables(), st.sampled_from(PROTECTABLE))
def test_protecting_what_is_protected_changes_nothing(
    table: Table, policy: DisclosurePolicy
):
    """What is hidden for itself is given as such, and the same others are hidden."""
    protected([table], policy)
    (once,) = protected_once([table], policy)
    statuses = seen(once, table).statuses
    own = {codes: letter for codes, letter in statuses.items() if letter in "uow"}
    (twice,) = protected_once([replace(table, given=own)], policy)
    assert twice.cells["status"].equals(once.cells["status"])
    assert twice.cells["published"].equals(once.cells["published"])


@settings(max_examples=40)
@given(tables(), st.sampled_from(PROTECTABLE))
def test_no_pattern_hides_less_than_the_bound(table: Table, policy: DisclosurePolicy):
    """Every pattern with fewer cells than the bound says gives some cell away."""
    (view,) = protected([table], policy)
    exact = [table.exact()]
    shown = figures(exact, policy.rounding, KEY)
    bound = least_loss(exact, policy, shown=shown)
    assert bound <= list(view.statuses.values()).count("x")
    all_shown = without_secondaries(view, shown[table.name][exact[0].places()].tolist())
    for fewer in range(bound):
        for other in islice(patterns(all_shown, table, policy, fewer), 20):
            assert audited([other], [table], policy).exposed


def without_secondaries(view: View, shown: list[int]) -> View:
    """The view with nothing hidden but what is so for itself."""
    figure = dict(view.figures)
    statuses = dict(view.statuses)
    for codes, own in zip(view.figures, shown, strict=True):
        if statuses[codes] == "x":
            figure[codes], statuses[codes] = own, "s"
    return replace(view, figures=figure, statuses=statuses)


def patterns(
    view: View, table: Table, policy: DisclosurePolicy, count: int
) -> Iterator[View]:
    """The view with so many more cells hidden, one way after the other."""
    is_shown = [
        codes
        for codes, status in view.statuses.items()
        if status == "s"
        and not (policy.zeros is Zeros.PUBLISH and not table.counts[codes])
    ]
    for chosen in combinations(is_shown, count):
        yield replace(
            view,
            figures=view.figures | dict.fromkeys(chosen),
            statuses=view.statuses | dict.fromkeys(chosen, "x"),
        )
