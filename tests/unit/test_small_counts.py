"""Small-count rounding: what changes, that all adds up, and what a reader knows."""

from itertools import product

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine import small_counts
from engine.celltable import CellTable
from engine.errors import Contradiction
from engine.feasibility import intervals
from engine.published import PublishedTable
from engine.rounding import figures
from engine.statements import statements
from rules.catalogue import load
from rules.classification import Additivity, Dimension, Hierarchy
from rules.disclosure import DisclosurePolicy, Rounding, RoundingMethod
from rules.errors import RuleError
from tests.reference import worlds
from tests.support.cells import Counts, cells_of, flat, table_of
from tests.support.tables import Folder


THREES = Rounding(3, RoundingMethod.SMALL_COUNTS)
FIVES = Rounding(5, RoundingMethod.SMALL_COUNTS)
BY_THREES = DisclosurePolicy(hide=None, rounding=THREES)
DEEP = Dimension(
    "r", "T", (Hierarchy({"a": "T", "b": "T", "a1": "a", "a2": "a", "a3": "a"}),)
)
"""T is a and b; a is a1, a2 and a3. Lowest are b, a1, a2 and a3."""
LOWEST = [2, 3, 4, 5]
"""Their places among T, a, b, a1, a2, a3 less the totals."""


def shown(table: CellTable, rounding: Rounding) -> Counts:
    return figures([table], rounding)["t"].reshape(table.shape)


def deep(lowest: Counts) -> CellTable:
    """Counts of b, a1, a2 and a3 by other dimensions, with all margins."""
    for axis in range(1, lowest.ndim):
        lowest = np.concatenate([lowest.sum(axis, keepdims=True), lowest], axis)
    b, a = lowest[:1], lowest[1:]
    whole = [lowest.sum(0, keepdims=True), a.sum(0, keepdims=True), b, a]
    others = [flat(f"o{axis}", n - 1) for axis, n in enumerate(lowest.shape[1:])]
    return cells_of(np.concatenate(whole), (DEEP, *others))


def without_margins(value: Counts) -> Counts:
    """The lowest cells of a table of `deep`."""
    return value[(slice(2, None), *[slice(1, None)] * (value.ndim - 1))]


def view_of(table: CellTable, figure: Counts) -> PublishedTable:
    names = [dimension.name for dimension in table.dimensions]
    cells = table.cells.select(names)
    cells = cells.append_column("published", pa.array(figure.ravel()))
    status = pa.array(["s"] * figure.size)
    cells = cells.append_column("status", status)
    return PublishedTable("t", table.dimensions, cells, "m")


def believed(view: PublishedTable) -> list[tuple[int, int]]:
    said = statements([view], BY_THREES)
    found = intervals(said.system, np.arange(view.frame_size), said.depth)
    assert found.exact().all()
    return list(zip(found.lower.tolist(), found.upper.tolist(), strict=True))


def test_one_of_three_small_counts_stands_for_all():
    """1, 1, 1 and 7: one of the ones becomes 3, and the total stays 10."""
    found = shown(table_of(np.array([1, 1, 1, 7]), flat("a", 4)), THREES)
    assert sorted(found.tolist()) == [0, 0, 3, 7, 10]
    assert found[0] == 10
    assert found[4] == 7


SMALL = st.integers(0, 9)


@given(st.data())
def test_small_counts_become_0_or_the_base_and_all_adds_up(data):
    shape = data.draw(st.sampled_from([(4,), (4, 2), (4, 3), (4, 2, 2), (4, 3, 2)]))
    table = deep(data.draw(arrays(np.int64, shape, elements=SMALL)))
    found = shown(table, FIVES)
    before, after = (without_margins(x) for x in (table.grid("value"), found))
    small = (before > 0) & (before < 5)
    assert np.array_equal(before[~small], after[~small])
    assert np.isin(after[small], (0, 5)).all()
    assert np.array_equal(deep(after).grid("value"), found)


@given(arrays(np.int64, (4, 2), elements=SMALL))
@settings(max_examples=25)
def test_sums_are_off_least_in_two_ways(lowest):
    """Beside every choice of which small counts go up."""
    table = deep(lowest)
    exact = table.grid("value")
    options = [worlds.shown_as(count, 3) for count in lowest.ravel().tolist()]
    choices = (np.array(each).reshape(lowest.shape) for each in product(*options))
    least = min(int(np.abs(deep(one).grid("value") - exact).sum()) for one in choices)
    assert np.abs(shown(table, THREES) - exact).sum() == least


def test_three_ways_always_have_an_answer():
    """Which controlled rounding of the same counts need not have."""
    random = np.random.default_rng(1)
    for _ in range(20):
        table = deep(random.integers(0, 5, (4, 3, 3)))
        found = without_margins(shown(table, FIVES))
        assert np.isin(found, (0, 5)).all()


def test_a_sum_over_other_dimensions_may_be_as_far_off_as_all_of_it(monkeypatch):
    """Nine ones in one region may all have to go up: 36 off; in a column 4 at most."""
    windows = []
    monkeypatch.setattr(
        small_counts, "adding_up", lambda *given: windows.append(given) or given[1]
    )
    lowest = np.zeros((4, 3, 3), dtype=np.int64)
    lowest[1] = 1
    figures([deep(lowest)], FIVES)
    near, far = (each.reshape(6, 4, 4) for each in windows[0][3])
    assert (near == 4).all()
    assert far[1, 0, 0] == far[3, 0, 0] == 36
    assert far[3, 1, 0] == 12
    assert (far[:, 1:, 1:] == 4).all()


# --- what a reader knows --------------------------------------------------------------


@given(arrays(np.int64, (2, 2), elements=st.integers(0, 4)), st.data())
@settings(max_examples=20)
def test_a_reader_knows_what_all_tables_that_would_be_shown_so_say(lowest, data):
    """Of 2 by 2 lowest cells, each table and each choice of what goes up is tried."""
    options = [worlds.shown_as(count, 3) for count in lowest.ravel().tolist()]
    figure = np.array([data.draw(st.sampled_from(each)) for each in options])
    alike = [
        np.array(counts).reshape(2, 2)
        for counts in product(range(8), repeat=4)
        if all(
            own in worlds.shown_as(count, 3)
            for own, count in zip(figure.tolist(), counts, strict=True)
        )
    ]
    axes = (flat("a", 2), flat("b", 2))
    possible = np.array([table_of(one, *axes).grid("value").ravel() for one in alike])
    table = table_of(figure.reshape(2, 2), *axes)
    wanted = list(zip(possible.min(0).tolist(), possible.max(0).tolist(), strict=True))
    assert believed(view_of(table, table.grid("value"))) == wanted


@given(arrays(np.int64, (4, 2), elements=st.integers(0, 5)))
@settings(max_examples=25)
def test_auditor_and_twin_agree(lowest):
    table = deep(lowest)
    figure = shown(table, THREES)
    view = view_of(table, figure)
    codes = list(product(*(dimension.codes for dimension in table.dimensions)))
    published = dict(zip(codes, figure.ravel().tolist(), strict=True))
    status = dict.fromkeys(codes, "s")
    twin = worlds.intervals(table.dimensions, published, BY_THREES, status)
    assert believed(view) == [twin[each] for each in codes]
    exact = table.grid("value").ravel()
    assert all(
        low <= count <= high
        for count, (low, high) in zip(exact.tolist(), believed(view), strict=True)
    )


def test_no_small_count_is_known(tmp_path):
    """2 and 21 in a column: 0 or 5, and 21; by protect, audit and verify of files."""
    text = """
        region | care | value
        -------+------+------
        n1     | home |     2
        n2     | home |    21
        s1     | home |     5
        s2     | home |     0
        n1     | stay |     4
        n2     | stay |     1
        s1     | stay |    30
        s2     | stay |     3
    """
    policy = '[policy]\nrounding = { base = 5, method = "small_counts" }\n'
    folder = Folder(tmp_path, policy=policy)
    made = folder.protect(text)
    assert "0 hidden" in str(made)
    rows = {(r["region"], r["care"]): r["published"] for r in folder.rows("out.csv")}
    assert (rows["n2", "home"], rows["s1", "stay"]) == ("21", "30")
    assert {rows["n1", "home"], rows["n2", "stay"]} <= {"0", "5"}
    assert folder.audit().exposed == 0
    found = {
        (row["region"], row["care"]): (row["lower"], row["upper"])
        for row in folder.rows("intervals.csv")
    }
    ends = {"0": ("0", "4"), "5": ("1", "5"), "21": ("21", "21"), "30": ("30", "30")}
    for cell in product(("n1", "n2", "s1", "s2"), ("home", "stay")):
        assert found[cell] == ends[rows[cell]]
    folder.verify()


# --- what is refused ------------------------------------------------------------------


def test_it_hides_nothing():
    with pytest.raises(RuleError, match="leave out hide"):
        DisclosurePolicy(hide=(1, 4), rounding=FIVES)
    assert load().policies  # none of the monitor rounds so


LOOSE = Dimension("r", "T", (Hierarchy({"a": "T"}, {"T": Additivity.AT_MOST}),))
TWICE = Dimension("r", "T", (Hierarchy({"a": "T"}), Hierarchy({"b": "T"})))


@pytest.mark.parametrize("dimension", [LOOSE, TWICE], ids=["at most", "two trees"])
def test_lowest_cells_make_up_all_others(dimension):
    counts = np.full(len(dimension.codes), 2)
    with pytest.raises(RuleError, match="parts add up to their whole"):
        shown(cells_of(counts, (dimension,)), FIVES)


def test_one_table_at_a_time():
    table = table_of(np.array([1, 2]), flat("a", 2))
    with pytest.raises(RuleError, match="for one table, not for 2"):
        figures([table, table], FIVES)
    view = view_of(table, np.array([3, 0, 3]))
    with pytest.raises(RuleError, match="for one table, and 2 are read"):
        statements([view, view], BY_THREES)


def test_what_is_absent_or_hidden_is_no_small_count():
    """A margin would tell the figure of a part that is not there."""
    table = table_of(np.array([1, 2]), flat("a", 2))
    view = view_of(table, np.array([3, 0, 3]))
    fewer = PublishedTable("t", view.dimensions, view.cells.slice(0, 2), "m")
    with pytest.raises(RuleError, match="1 cells are hidden or absent"):
        statements([fewer], BY_THREES)


@pytest.mark.parametrize(
    ("total", "problem"),
    [(35, "1 margins contradict their parts"), (2, "1 figures are no multiples")],
    ids=["a sum that is none", "a small count"],
)
def test_figures_that_it_cannot_have_made_are_refused(tmp_path, total, problem):
    region = "code,parent\na,T\nb,T\n"
    table = (
        '[table]\n[[table.dimension]]\nname = "r"\ntotal = "T"\nhierarchy = "r.csv"\n'
    )
    policy = '[policy]\nrounding = { base = 5, method = "small_counts" }\n'
    folder = Folder(tmp_path, table=table, policy=policy)
    folder.write("r.csv", region)
    rows = f"r | published\n--+----------\nT | {total}\na | 5\nb | 20\n"
    with pytest.raises((Contradiction, RuleError), match=problem):
        folder.audit(rows)
