"""What a reader can believe of every cell: equal to the twin that lists all worlds."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.certificate import View, certify, goals_of_view
from engine.errors import Contradiction
from engine.linked import Cells
from engine.solver import UNBOUNDED
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
from tests.reference import worlds as twin


EVERY = DisclosurePolicy(hide=(1, 4), rounding=Rounding(), zeros=Zeros.PUBLISH)


def view(dimensions, published, status):
    cells = Cells(tuple(dimensions))
    published = np.array(published)
    return View(
        cells,
        np.ones(cells.count, dtype=bool),
        published < 0,
        np.maximum(published, 0),
        np.array(status),
        np.full(cells.count, ""),
    )


def certified(seen, policy):
    every = np.arange(seen.cells.count)
    return certify(seen, policy, goals_of_view(seen, policy), every)


@st.composite
def policies(draw):
    shown_all = {RoundingMethod.SMALL_COUNTS}  # hides nothing: test_small_counts.py
    method = draw(
        st.sampled_from([one for one in RoundingMethod if one not in shown_all])
    )
    base = 1 if method is RoundingMethod.NONE else draw(st.sampled_from([3, 5]))
    return DisclosurePolicy(
        hide=draw(st.sampled_from([(0, 3), (1, 2), (1, 4)])),
        rounding=Rounding(base, method),
        zeros=draw(st.sampled_from(Zeros)),
        reader=Reader(draw(st.booleans()), draw(st.booleans())),
    )


@st.composite
def published_tables(draw):
    """A table of random values with random symbols, as its policy would show it."""
    policy = draw(policies())
    kinds = draw(st.lists(st.sampled_from(Additivity), min_size=2, max_size=2))
    tree = Hierarchy({"a": "T", "b": "T", "b1": "b", "b2": "b"}, {"b": kinds[0]})
    regions = Dimension("region", "T", (tree,))
    sexes = Dimension.flat("sex", "T", ["m", "f"], kinds[1])
    dimensions = (regions, sexes) if draw(st.booleans()) else (regions,)
    values = exact(draw, dimensions)
    published, status = {}, {}
    for codes, value in values.items():
        symbol = draw(st.sampled_from("sssuxo"))
        zeros_shown = policy.zeros is Zeros.PUBLISH
        if zeros_shown and (value == 0 or symbol == "o"):
            symbol = "s"
        low, high = policy.hide
        if symbol == "u" and not low <= value <= high:
            symbol = "x"
        status[codes] = symbol
        base = policy.rounding.base
        up = draw(st.booleans()) and value % base
        near = (2 * value + base) // (2 * base) * base
        either = value // base * base + (base if up else 0)
        conventional = policy.rounding.method is RoundingMethod.CONVENTIONAL
        shown = near if conventional else either
        published[codes] = shown if symbol == "s" else None
    return policy, dimensions, published, status


def exact(draw, dimensions):
    """Values that make every sum hold, from the leaves up."""
    values = {}
    number = st.integers(0, 6)
    order = [["a", "b1", "b2", "b", "T"], ["m", "f", "T"]][: len(dimensions)]
    for codes in product(*order):
        lower, upper = 0, None
        for place, dimension in enumerate(dimensions):
            tree = dimension.hierarchies[0]
            parts = tree.children().get(codes[place])
            if parts is None:
                continue
            found = [values[(*codes[:place], p, *codes[place + 1 :])] for p in parts]
            kind = tree.kind(codes[place])
            overlap = kind is Additivity.OVERLAP
            lower = max(lower, max(found) if overlap else sum(found))
            if kind is not Additivity.AT_MOST:
                upper = sum(found) if upper is None else min(upper, sum(found))
        assume(upper is None or lower <= upper)
        whole = any(c in {"T", "b"} for c in codes)
        top = upper if upper is not None else lower + 3
        values[codes] = draw(st.integers(lower, top)) if whole else draw(number)
    return values


@settings(max_examples=25)
@given(published_tables())
def test_every_interval_is_that_of_all_worlds(drawn):
    policy, dimensions, published, status = drawn
    frame = list(product(*(dimension.codes for dimension in dimensions)))
    figures = [-1 if published[c] is None else published[c] for c in frame]
    found = certified(view([dimensions], figures, [status[c] for c in frame]), policy)
    expected = twin.intervals(dimensions, published, policy, status)
    for number, codes in enumerate(frame):
        upper = int(found.upper[number])
        interval = (int(found.lower[number]), None if upper >= UNBOUNDED else upper)
        assert interval == expected[codes]
    assert found.exact.all()


REGION = Dimension.flat("region", "T", ["a", "b", "c"])


def test_a_hidden_cell_that_nothing_limits_has_worlds_that_are_high_enough():
    """Both parts of a hidden whole are endless, and protected by a width of 10."""
    policy = DisclosurePolicy(
        hide=(1, 4),
        rounding=Rounding(),
        protection=Protection(Covers.WIDTH, width=10),
        reader=Reader(knows_reason=False),
    )
    found = certified(view([[REGION]], [-1, -1, -1, 7], list("xuus")), policy)
    assert found.upper.tolist() == [UNBOUNDED, UNBOUNDED, UNBOUNDED, 7]
    assert not len(found.exposed)
    assert (np.ptp(found.worlds, axis=0) >= [10, 10, 10, 0]).all()


def test_an_equal_cell_of_another_table_narrows():
    """a and b are 4 together; by sex, a has 2 men and no women: both are 2."""
    sex = Dimension.flat("sex", "T", ["m", "f"])
    alone = certified(view([[REGION]], [13, -1, -1, 9], list("suxs")), EVERY)
    assert alone.lower.tolist() == [13, 1, 1, 9]
    assert alone.upper.tolist() == [13, 3, 3, 9]
    cells = Cells(((REGION,), (REGION, sex)))
    codes = cells.coded(np.arange(cells.count)).values()
    keys = list(zip(*(column.to_pylist() for column in codes), strict=True))
    figure = {("T", "T"): 13, ("c", "T"): 9, ("a", "m"): 2, ("a", "f"): 0}
    published = [figure.get(key, -1) for key in keys]
    status = ["s" if number >= 0 else "x" for number in published]
    linked = certified(view([[REGION], [REGION, sex]], published, status), EVERY)
    for region in ("a", "b"):
        place = keys.index((region, "T"))
        assert (linked.lower[place], linked.upper[place]) == (2, 2)


def test_published_margins_that_contradict_their_parts():
    with pytest.raises(Contradiction) as error:
        certified(view([[REGION]], [5, 4, 4, -1], list("sssx")), EVERY)
    assert str(error.value) == (
        "dimension 'region': 1 margins contradict their parts (rule exact: parts add "
        "up to the whole); no whole numbers would be published so; correct the "
        "published figures"
    )


def test_what_only_several_sums_together_contradict():
    """b and c are 4 at most each; so are their parts by sex, of which T has 20."""
    sex = Dimension.flat("sex", "T", ["m", "f"])
    small = Dimension.flat("region", "T", ["b", "c"])
    rows = {("T", "m"): 10, ("T", "f"): 10}
    rows |= {(code, "T"): None for code in "bc"}
    published = [rows.get((r, s)) or -1 for r in small.codes for s in sex.codes]
    status = ["s" if n >= 0 else "x" for n in published]
    for place in (3, 6):
        status[place] = "u"
    with pytest.raises(Contradiction) as error:
        certified(view([[small, sex]], published, status), EVERY)
    assert "dimension 'region': " in str(error.value)
    assert "margins contradict their parts (rule exact" in str(error.value)


def test_what_halves_would_satisfy_and_no_whole_numbers_do():
    """a and b are 3, b and c, c and a too, and each is what the others leave of NL."""
    trees = tuple(
        Hierarchy({pair: "T", rest: "T", **dict.fromkeys(pair, pair)})
        for pair, rest in (("ab", "c"), ("bc", "a"), ("ac", "b"))
    )
    region = Dimension("region", "T", trees)
    published = [3 if len(code) == 2 else -1 for code in region.codes]
    status = ["s" if figure >= 0 else "x" for figure in published]
    with pytest.raises(Contradiction) as error:
        certified(
            view([[region]], published, status), replace(EVERY, zeros=Zeros.AS_HIDE)
        )
    assert str(error.value) == (
        "dimensions 'region' together: no whole numbers satisfy what is published: the "
        "equations of 4 cells contradict one another"
    )


def test_what_a_reader_cannot_take_to_lie_in_the_range_needs_its_room():
    """Sensitive by another rule: it need not lie in [1, 4], but be as wide open."""
    seen = view([[REGION]], [20, -1, -1, 5], list("suxs"))
    by_rule = View(
        seen.cells, seen.said, seen.hidden, seen.published, seen.status,
        np.array(["", "group disclosure", "", ""]),
    )  # fmt: skip
    assert certified(seen, EVERY).upper.tolist() == [20, 4, 14, 5]
    assert certified(by_rule, EVERY).upper.tolist() == [20, 14, 14, 5]
    assert not len(certified(by_rule, EVERY).exposed)
    narrow = view([[REGION]], [8, -1, -1, 5], list("suxs"))
    by_rule = View(
        narrow.cells, narrow.said, narrow.hidden, narrow.published, narrow.status,
        by_rule.reason,
    )  # fmt: skip
    assert certified(by_rule, EVERY).exposed.now.tolist() == [1]
