"""Two releases of a half-year: auditor and protector against all worlds of both."""

import numpy as np
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.audit import AuditReport, audit
from engine.earlier import EarlierTable
from engine.feasibility import intervals
from engine.protect import Wanting, protect
from engine.published import PublishedTable
from engine.solver import UNBOUNDED
from engine.statements import statements
from rules.disclosure import Covers, DisclosurePolicy, RoundingMethod
from tests.generative.editions import (
    Cell,
    Pair,
    all_hidden,
    by_all_worlds,
    earlier,
    goals,
    pairs,
    planted,
    short_of,
)
from tests.generative.protection import ROUNDS, protected, seen
from tests.generative.tables import POLICIES, PROTECTABLE, View, views


@settings(max_examples=20)
@given(st.data(), pairs(), st.sampled_from(POLICIES))
def test_every_interval_is_that_of_all_worlds_of_both(
    data: st.DataObject, pair: Pair, policy: DisclosurePolicy
):
    """Of the release of now and of the earlier one, whatever both published."""
    was, now = (data.draw(views(each, policy)) for each in (pair.before, pair.now))
    before = earlier(pair, was, policy)
    said = statements([PublishedTable.of_earlier(before), now.table()], policy)
    cells = sum(len(each.counts) for each in (pair.before, pair.now))
    found = intervals(said.system, np.arange(cells), said.depth)
    by_audit = [
        (int(low), None if high >= UNBOUNDED else int(high))
        for low, high in zip(found.lower[:cells], found.upper[:cells], strict=True)
    ]
    assert by_audit == list(by_all_worlds(pair, (was, now), policy).values())
    assert np.all(found.exact()[:cells])


HELD = tuple(
    policy
    for policy in PROTECTABLE
    if policy.rounding.method in {RoundingMethod.NONE, RoundingMethod.CONVENTIONAL}
)


TOLD_EXACTLY = tuple(
    policy
    for policy in HELD
    if policy.rounding.method is RoundingMethod.NONE
    and policy.protection.covers is Covers.HIDDEN_RANGE
    and policy.hide == (0, 7)
)


@settings(max_examples=20)
@given(pairs(), st.sampled_from(HELD))
def test_what_is_protected_holds_beside_the_earlier_release(
    pair: Pair, policy: DisclosurePolicy
):
    """Of both; a cell that the earlier one gave away by itself is not narrowed more."""
    (was,) = protected([pair.before], policy)
    before = earlier(pair, was, policy)
    now = protected_beside(pair, before, policy)
    assert not given_away(pair, (was, now), policy)


def test_an_earlier_release_that_was_not_looked_at_is_found():
    """Protected by itself, as if nothing had been released: the audit says which."""
    caught = 0

    @settings(max_examples=12, phases=[Phase.generate])
    @given(planted(), st.sampled_from(TOLD_EXACTLY))
    def look(pair: Pair, policy: DisclosurePolicy) -> None:
        nonlocal caught
        (was,), (now,) = (protected([each], policy) for each in (pair.before, pair.now))
        before = earlier(pair, was, policy)
        report = audited_beside(pair, now, before, policy)
        found = given_away(pair, (was, now), policy)
        assert found <= exposed_in_both(report)
        assert bool(found) == bool(report.exposed)
        caught += bool(found)

    look()
    assert caught >= 4, "two releases give too little away to try the audit"


def protected_beside(
    pair: Pair, before: EarlierTable, policy: DisclosurePolicy
) -> View:
    """Protected beside it, and again where its audit found it wanting."""
    exact, wanting = [pair.now.exact()], None
    exposed: dict[str, NDArray[np.int64]] = {}
    for _ in range(ROUNDS):
        done = protect([*exact, before], policy, wanting)
        view = seen(done[0], pair.now)
        report = audited_beside(pair, view, before, policy)
        if not report.exposed:
            return view
        places = view.table().positions[view.table().hidden]
        (own,), (older,) = report.tables, report.before
        for name, at in (
            (own.name, places[own.exposed]),
            (older.name, before.goals.cells[older.exposed]),
        ):
            exposed[name] = np.sort(np.concatenate([exposed.get(name, at[:0]), at]))
        wanting = Wanting(done, exposed)
    raise AssertionError(f"cells are exposed after {ROUNDS} rounds")


def audited_beside(
    pair: Pair, view: View, before: EarlierTable, policy: DisclosurePolicy
) -> AuditReport:
    return audit([view.table()], [pair.now.exact()], policy, before=[before])


def given_away(
    pair: Pair, views: tuple[View, View], policy: DisclosurePolicy
) -> set[Cell]:
    """By all worlds: sensitive cells that the release of now narrows too much."""
    was, now = views
    asked = {
        (number, codes)
        for number, view in enumerate(views)
        for codes, status in view.statuses.items()
        if status == "u"
    }
    found = by_all_worlds(pair, views, policy, asked)
    kept = by_all_worlds(pair, (was, all_hidden(now, policy)), policy, asked)
    wrong = set()
    for number, table in enumerate((pair.before, pair.now)):
        wanted, codes = goals(table, views[number], policy), list(table.counts)
        for goal, place in enumerate(wanted.cells.tolist()):
            cell = (number, codes[place])
            if short_of(found[cell], kept[cell], wanted.safety, goal):
                wrong.add(cell)
    return wrong


def exposed_in_both(report: AuditReport) -> set[Cell]:
    """By the audit, in the same words."""
    evidence = ["lower", "upper", "exact", "protected"]
    return {
        (number, tuple(row.values()))
        for number, tables in enumerate((report.before, report.tables))
        for table in tables
        for row in table.intervals.drop_columns(evidence)
        .take(table.exposed)
        .to_pylist()
    }
