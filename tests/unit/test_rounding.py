"""Figures as shown: conventional, random with a key, or controlled to add up."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.celltable import CellTable
from engine.errors import EngineError, NotProtectable
from engine.rounding import figures
from rules.classification import Additivity, Dimension, Hierarchy
from rules.disclosure import Rounding, RoundingMethod
from rules.errors import RuleError
from rules.policy import policy_from
from tests.support.cells import Counts, cells_of, flat, table_of


CONVENTIONAL = Rounding(5, RoundingMethod.CONVENTIONAL)
RANDOM = Rounding(5, RoundingMethod.RANDOM)
CONTROLLED = Rounding(5, RoundingMethod.CONTROLLED)
KEY = b"a key"


def shown(table: CellTable, rounding: Rounding, key: bytes | None = None) -> Counts:
    return figures([table], rounding, key)["t"].reshape(table.shape)


def column(*counts: int) -> CellTable:
    return table_of(np.array(counts), flat("a", len(counts)))


# --- each cell for itself -------------------------------------------------------------


def test_conventional_goes_to_the_nearest_multiple_halves_up():
    assert shown(column(0, 2, 3, 5), CONVENTIONAL).tolist() == [10, 0, 0, 5, 5]
    tens = Rounding(10, RoundingMethod.CONVENTIONAL)
    assert shown(column(4, 5, 15), tens).tolist() == [20, 0, 10, 20]


def test_no_rounding_shows_the_count():
    assert shown(column(1, 7), Rounding()).tolist() == [8, 1, 7]
    assert shown(column(1, 7), Rounding(5)).tolist() == [8, 1, 7]


def test_random_goes_to_a_neighbour_and_leaves_multiples():
    found = shown(column(*range(21)), RANDOM, KEY)[1:]
    assert np.all(found % 5 == 0)
    assert np.all(np.abs(found - np.arange(21)) < 5)
    assert found[::5].tolist() == [0, 5, 10, 15, 20]


def test_random_is_right_on_average():
    """Of 4 000 cells of 7 a fifth of 2 x 4 000 goes up: 1 600, give or take 31."""
    found = shown(column(*[7] * 4000), RANDOM, KEY)[1:]
    assert abs(np.sum(found == 10) - 1600) < 4 * 31


def test_another_key_rounds_otherwise():
    one, other = (shown(column(*[7] * 100), RANDOM, key) for key in (KEY, b"other"))
    assert not np.array_equal(one, other)


def test_random_needs_a_key():
    with pytest.raises(EngineError, match="needs a secret key"):
        figures([column(1)], RANDOM)


def test_the_same_cell_is_rounded_alike_in_every_table():
    """The regions by age, and by age and sex, in another order of the dimensions."""
    rng = np.random.default_rng(1)
    counts = rng.integers(0, 50, (4, 8, 2))
    region, age, sex = flat("region", 4), flat("age", 8), flat("sex", 2)
    both = shown(table_of(counts, region, age, sex), RANDOM, KEY)
    without = table_of(counts.sum(2).T, age, region)
    assert np.array_equal(shown(without, RANDOM, KEY), both[:, :, 0].T)


def test_another_measure_is_drawn_for_itself():
    counts, age = np.full(100, 7), flat("age", 100)
    one, other = (table_of(counts, age, measure=name) for name in ("one", "other"))
    assert not np.array_equal(shown(one, RANDOM, KEY), shown(other, RANDOM, KEY))


def test_a_wijk_that_is_its_gemeente_has_the_same_figure():
    """Two draws for one number would tell more than one."""
    parents = {f"GM{n}": "NL" for n in range(200)}
    parents |= {f"WK{n}": f"GM{n}" for n in range(200)}
    region = Dimension("region", "NL", (Hierarchy(parents),))
    value = np.array([1400] + [7] * 400)
    found = shown(cells_of(value, [region]), RANDOM, KEY)
    assert np.array_equal(found[1:201], found[201:])
    loose = dict.fromkeys(set(parents.values()), Additivity.AT_MOST)
    region = Dimension("region", "NL", (Hierarchy(parents, loose),))
    found = shown(cells_of(value, [region]), RANDOM, KEY)
    assert not np.array_equal(found[1:201], found[201:])


# --- controlled: parts add up ---------------------------------------------------------


def adds_up(value: Counts) -> bool:
    """Whether the first of every axis is the sum of the others."""
    return all(
        np.array_equal(value.take(0, axis), value.sum(axis) - value.take(0, axis))
        for axis in range(value.ndim)
    )


def best_by_trying(table: CellTable, base: int) -> int:
    """The least distance over every choice of down or up for the leaves."""
    value = table.grid("value")
    leaves = value[(slice(1, None),) * value.ndim]
    steps_of = [sorted({n // base, -(-n // base)}) for n in leaves.ravel().tolist()]
    found = []
    for steps in product(*steps_of):
        tried = table_of(
            base * np.array(steps).reshape(leaves.shape), *table.dimensions
        )
        away = np.abs(tried.grid("value") - value)
        if away.max() < base:
            found.append(int(away.sum()))
    return min(found)


SHAPES = st.sampled_from([(2, 2), (2, 3), (3, 2)])


@settings(max_examples=40)
@given(
    arrays(np.int64, SHAPES, elements=st.integers(0, 12)), st.sampled_from([2, 3, 5])
)
def test_two_ways_add_up_as_near_as_can_be(counts: Counts, base: int):
    table = table_of(counts, flat("a", counts.shape[0]), flat("b", counts.shape[1]))
    found = shown(table, Rounding(base, RoundingMethod.CONTROLLED))
    away = np.abs(found - table.grid("value"))
    assert adds_up(found)
    assert np.all(found % base == 0)
    assert away.max() < base
    assert away.sum() == best_by_trying(table, base)


@settings(max_examples=20)
@given(arrays(np.int64, (2, 3, 2), elements=st.integers(0, 30)))
def test_three_ways_add_up_within_their_window(counts: Counts):
    table = table_of(counts, flat("a", 2), flat("b", 3), flat("c", 2))
    found = shown(table, Rounding(5, RoundingMethod.CONTROLLED, 9))
    assert adds_up(found)
    assert np.all(found >= 0)
    assert np.abs(found - table.grid("value")).max() <= 9


TIGHT = np.array([[[1, 1], [1, 1]], [[0, 1], [1, 0]]])
"""Three ways of which no rounding to twos is within one of every count."""


def test_what_has_no_rounding_in_its_window_is_refused_with_one_that_has():
    table = table_of(TIGHT, flat("a", 2), flat("b", 2), flat("c", 2))
    with pytest.raises(NotProtectable, match=r"27 cells .* within 1 .* window = 2"):
        shown(table, Rounding(2, RoundingMethod.CONTROLLED))
    found = shown(table, Rounding(2, RoundingMethod.CONTROLLED, 2))
    assert adds_up(found)
    assert np.abs(found - table.grid("value")).max() == 2


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ({"base": 5, "method": "random", "window": 5}, "only controlled rounding"),
        ({"base": 5, "method": "controlled", "window": 4}, "less than the base 5"),
    ],
    ids=["random", "narrow"],
)
def test_a_window_that_means_nothing_is_refused(entry, problem):
    with pytest.raises(RuleError, match=rf"^here\.rounding: .*{problem}"):
        policy_from({"rounding": entry}, "here")


def test_a_reader_is_taken_to_know_the_whole_window():
    entry = {"base": 5, "method": "controlled", "window": 5}
    assert policy_from({"rounding": entry}, "here").rounding.slack() == (5, 5)


def test_a_window_is_only_used_where_it_must_be():
    table = table_of(np.array([[3, 4], [1, 8]]), flat("a", 2), flat("b", 2))
    wide = Rounding(5, RoundingMethod.CONTROLLED, 9)
    assert np.array_equal(shown(table, wide), shown(table, CONTROLLED))


def test_regions_are_rounded_in_the_row_that_they_got():
    """Three ways, so region by region: NL, then two provinces with their parts."""
    rng = np.random.default_rng(2)
    leaves = rng.integers(0, 40, (4, 3, 2))
    parents = {"N": "NL", "S": "NL", "n1": "N", "n2": "N", "s1": "S", "s2": "S"}
    region = Dimension("region", "NL", (Hierarchy(parents),))
    rows = [leaves, leaves[:2], leaves[2:], *leaves[:, None]]
    value = np.array([row.sum(0) for row in rows])
    for axis in (1, 2):
        value = np.concatenate([value.sum(axis, keepdims=True), value], axis)
    order = [("NL", "N", "S", "n1", "n2", "s1", "s2").index(c) for c in region.codes]
    table = cells_of(value[order], [region, flat("age", 3), flat("sex", 2)])
    found = shown(table, Rounding(5, RoundingMethod.CONTROLLED, 5))
    row = dict(zip(region.codes, found, strict=True))
    assert np.array_equal(row["NL"], row["N"] + row["S"])
    assert np.array_equal(row["N"], row["n1"] + row["n2"])
    assert all(adds_up(each) for each in found)


def test_parts_that_need_not_add_up_are_never_more_than_their_whole():
    loose = Dimension.flat("a", "T", ["a0", "a1"], Additivity.AT_MOST)
    found = shown(cells_of(np.array([14, 3, 9]), [loose]), CONTROLLED)
    assert found[1] + found[2] <= found[0]
    assert found.tolist() == [15, 5, 10]


def test_what_linked_tables_share_has_one_figure():
    counts = np.random.default_rng(3).integers(0, 60, (5, 4))
    region = flat("region", 5)
    one = table_of(counts, region, flat("age", 4))
    total = counts.sum(1)
    sex = np.stack([total // 3, total - total // 3], 1)
    other = table_of(sex, region, flat("sex", 2))
    other = CellTable("u", other.dimensions, other.cells, other.measure)
    wide = Rounding(5, RoundingMethod.CONTROLLED, 9)
    found = figures([one, other], wide)
    left, right = found["t"].reshape(one.shape), found["u"].reshape(other.shape)
    assert adds_up(left)
    assert adds_up(right)
    assert np.array_equal(left[:, 0], right[:, 0])


def test_controlled_where_the_first_dimension_is_a_total_only():
    """Three dimensions and no regions: nothing is above another, all is one block."""
    alone = [Dimension(name, "T", (Hierarchy({}),)) for name in ("year", "sex")]
    value = np.array([17, 4, 6, 7]).reshape(1, 4, 1)
    table = cells_of(value, [alone[0], flat("a", 3), alone[1]])
    found = figures([table], CONTROLLED)[table.name]
    assert np.all(np.abs(found - value.ravel()) < 5)
    assert found[0] == found[1:].sum()
