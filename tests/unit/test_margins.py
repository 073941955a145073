"""Margins: those left out are computed, those given agree with their parts."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.celltable import EVIDENCE
from engine.errors import Contradiction
from engine.linked import Cells
from engine.margins import completed, must_agree
from rules.classification import Additivity, Dimension, Hierarchy
from rules.errors import RuleError


DEEP = Dimension(
    "region", "T", (Hierarchy({"a": "T", "b": "T", "a1": "a", "a2": "a"}),)
)
SEX = Dimension.flat("sex", "T", ["m", "f"])


def keys_of(cells):
    columns = cells.coded(np.arange(cells.count)).values()
    return list(zip(*(column.to_pylist() for column in columns), strict=True))


def whole_table(dimensions, rows):
    """Per cell its evidence, after completion; `rows`: evidence by codes."""
    cells = Cells((tuple(dimensions),))
    keys = keys_of(cells)
    evidence = {name: np.zeros(cells.count, dtype=np.int64) for name in EVIDENCE}
    given = np.zeros(cells.count, dtype=bool)
    for codes, row in rows.items():
        given[keys.index(codes)] = True
        for name, number in zip(EVIDENCE, row, strict=True):
            evidence[name][keys.index(codes)] = number
    found = completed(cells, evidence, given)
    assert all(evidence[name][~given].max(initial=0) == 0 for name in EVIDENCE)
    columns = (found[name].tolist() for name in EVIDENCE)
    return dict(zip(keys, zip(*columns, strict=True), strict=True))


def test_margins_are_computed_from_below():
    found = whole_table(
        [DEEP],
        {("a1",): (10, 3, 7, 2), ("a2",): (9, 4, 5, 3), ("b",): (30, 2, 29, 1)},
    )
    assert found["a",] == (19, 7, 7, 5)
    assert found["T",] == (49, 9, 29, 7)


def test_a_part_that_is_absent_is_nothing():
    found = whole_table([DEEP], {("a1",): (10, 3, 7, 2)})
    assert found["a2",] == (0, 0, 0, 0)
    assert found["a",] == found["T",] == (10, 3, 7, 2)


def test_a_margin_that_is_given_is_left_and_used():
    found = whole_table([DEEP], {("a",): (50, 6, 20, 9), ("b",): (1, 1, 1, 0)})
    assert found["a",] == (50, 6, 20, 9)
    assert found["T",] == (51, 7, 20, 9)


def test_two_dimensions_are_computed_one_after_the_other():
    found = whole_table(
        [DEEP, SEX], {("a1", "m"): (5, 2, 4, 1), ("b", "f"): (6, 3, 3, 2)}
    )
    assert found["T", "m"] == (5, 2, 4, 1)
    assert found["T", "f"] == (6, 3, 3, 2)
    assert found["T", "T"] == (11, 5, 4, 3)
    assert found["a", "T"] == (5, 2, 4, 1)


def test_a_margin_waits_for_all_of_its_parts():
    """The margin of a1 is given, that of a2 is not: only together they are a."""
    five, one = (5, 2, 4, 1), (1, 1, 1, 0)
    rows = {("a1", "m"): five, ("a1", "T"): five, ("a2", "m"): one}
    assert whole_table([DEEP, SEX], rows)["a", "T"] == (6, 3, 4, 1)


@pytest.mark.parametrize("kind", ["at_most", "overlap"])
def test_a_margin_that_is_no_sum_has_to_be_given(kind):
    loose = Dimension.flat("region", "T", ["a", "b"], Additivity(kind))
    part = (5, 5, 1, 1)
    with pytest.raises(RuleError) as error:
        whole_table([loose, SEX], {("a", "m"): part})
    assert str(error.value).startswith("dimension 'region': 3 margins are absent")
    assert f"(additive = '{kind}')" in str(error.value)
    rows = {(code, sex): part for code in ("T", "a") for sex in "mf"}
    found = whole_table([loose, SEX], rows)
    assert found["T", "T"] == (10, 10, 1, 1)


# --- margins that are given -----------------------------------------------------------


BOUNDS = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(sorted)
HOLDS = {
    "exact": lambda whole, parts: whole == sum(parts),
    "at_most": lambda whole, parts: whole >= sum(parts),
    "overlap": lambda whole, parts: max(parts) <= whole <= sum(parts),
}


SAID = {
    "exact": "parts add up to the whole",
    "at_most": "parts add up to the whole or less",
    "overlap": "no part exceeds the whole, nor the whole the sum of its parts",
}


@pytest.mark.parametrize("kind", HOLDS)
@settings(max_examples=80)
@given(every=st.lists(BOUNDS, min_size=3, max_size=4))
def test_bounds_agree_when_some_values_within_them_do(kind, every):
    codes = [f"p{number}" for number in range(len(every) - 1)]
    cells = Cells(((Dimension.flat("d", "T", codes, Additivity(kind)),),))
    ranges = [range(first, last + 1) for first, last in every]
    is_possible = any(HOLDS[kind](w[0], w[1:]) for w in product(*ranges))
    low, high = np.array(every, dtype=np.int64).T
    if is_possible:
        must_agree(cells, low, high, "do this")
    else:
        with pytest.raises(Contradiction) as error:
            must_agree(cells, low, high, "do this")
        assert (
            f" 1 margins contradict their parts (rule {kind}: {SAID[kind]}); do this"
            in str(error.value)
        )


def test_what_contradicts_is_counted_by_dimension_and_rule():
    loose = Dimension.flat("age", "T", ["y", "o"], Additivity.AT_MOST)
    cells = Cells(((SEX, loose),))
    value = {("m", "T"): 1, ("m", "y"): 2, ("f", "T"): 9, ("f", "o"): 9, ("T", "T"): 9}
    exact = np.array([value.get(key, 0) for key in keys_of(cells)])
    with pytest.raises(Contradiction) as error:
        must_agree(cells, exact, exact, "correct them")
    assert str(error.value) == (
        "dimension 'sex': 3 margins contradict their parts (rule exact: parts add up "
        "to the whole); dimension 'age': 1 margins contradict their parts (rule "
        "at_most: parts add up to the whole or less); correct them"
    )
