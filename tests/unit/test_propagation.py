"""What follows from bounds by adding and subtracting, one equation at a time."""

from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from engine.errors import Contradiction
from engine.propagation import MOST_ROUNDS, narrowed, propagate
from engine.solver import UNBOUNDED


BOUNDS = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(sorted)
SIGNS = st.sampled_from([1, -1])
TIMES = st.sampled_from([-3, -1, 0, 1, 2])


def of(rows, lower, upper, rhs=None):
    """The bounds as lists, narrowed by these equations."""
    matrix = csr_array(np.array(rows, dtype=np.int64))
    ends = (np.array(end, dtype=np.int64) for end in (lower, upper))
    given = None if rhs is None else np.array(rhs)
    return tuple(end.tolist() for end in propagate(matrix, *ends, given))


@settings(max_examples=100)
@given(st.lists(st.tuples(SIGNS, BOUNDS), min_size=1, max_size=4), st.integers(-3, 6))
def test_one_equation_leaves_each_unknown_what_some_answer_has(terms, rhs):
    signs = [sign for sign, _ in terms]
    lower, upper = zip(*(bounds for _, bounds in terms), strict=True)
    ranges = [range(low, high + 1) for low, high in zip(lower, upper, strict=True)]
    answers = [x for x in product(*ranges) if np.dot(signs, x) == rhs]
    if answers:
        ends = [np.min(answers, axis=0).tolist(), np.max(answers, axis=0).tolist()]
        assert list(of([signs], lower, upper, [rhs])) == ends
    else:
        with pytest.raises(Contradiction):
            of([signs], lower, upper, [rhs])


@settings(max_examples=60)
@given(
    st.lists(st.lists(TIMES, min_size=4, max_size=4), max_size=3),
    st.lists(BOUNDS, min_size=4, max_size=4),
)
def test_no_answer_is_lost_and_nothing_is_left_to_narrow(rows, bounds):
    lower, upper = zip(*bounds, strict=True)
    ranges = [range(low, high + 1) for low, high in bounds]
    rows = rows or [[0] * 4]
    answers = [x for x in product(*ranges) if not np.any(np.array(rows) @ x)]
    assume(answers)
    low, high = of(rows, lower, upper)
    assert np.all(np.array(low) <= np.min(answers, axis=0))
    assert np.all(np.array(high) >= np.max(answers, axis=0))
    assert of(rows, low, high) == (low, high)


def test_what_nothing_limits_stays_endless_and_limits_nothing():
    whole_of_two = [[1, -1, -1]]
    assert of(whole_of_two, [5, 0, 0], [10, UNBOUNDED, UNBOUNDED]) == (
        [5, 0, 0], [10, 10, 10],
    )  # fmt: skip
    assert of(whole_of_two, [0, 2, 3], [UNBOUNDED] * 3) == (
        [5, 2, 3], [UNBOUNDED] * 3,
    )  # fmt: skip
    assert of(whole_of_two, [9, 0, 0], [UNBOUNDED, UNBOUNDED, 4]) == (
        [9, 5, 0], [UNBOUNDED, UNBOUNDED, 4],
    )  # fmt: skip
    assert of([[1, -1, 1]], [0, 0, 3], [UNBOUNDED, UNBOUNDED, 5]) == (
        [0, 3, 3], [UNBOUNDED, UNBOUNDED, 5],
    )  # fmt: skip


def test_what_counts_several_times_is_limited_to_its_share():
    """Three of the one and two of the other are 20 at most: 6 of the one."""
    three_and_two = [[3, 2, 1]]
    assert of(three_and_two, [0, 1, 0], [UNBOUNDED] * 3, [20]) == (
        [0, 1, 0], [6, 10, 18],
    )  # fmt: skip
    assert of([[3, -2, 0]], [0, 5, 0], [UNBOUNDED] * 3) == (
        [4, 6, 0], [UNBOUNDED] * 3,
    )  # fmt: skip


def test_what_one_equation_says_the_next_one_uses():
    chain = [[1, -1, 0, 0], [0, 1, -1, 0], [0, 0, 1, -1]]
    assert of(chain, [0, 0, 0, 3], [9, 9, 9, 7]) == ([3] * 4, [7] * 4)
    assert of(chain, [0, 0, 0, 0], [9, 9, 9, 7]) == ([0] * 4, [7] * 4)
    assert of(chain, [0, 0, 0, 3], [9, 9, 9, 9]) == ([3] * 4, [9] * 4)


def test_an_unknown_in_no_equation_is_left():
    assert of([[0, 0]], [1, 2], [3, 4]) == ([1, 2], [3, 4])
    assert of([[0, 1]], [1, 0], [3, 4]) == ([1, 0], [3, 0])


def test_an_equation_of_nothing_says_nothing():
    none = csr_array((0, 2), dtype=np.int64)
    low, high = propagate(none, np.array([1, 2]), np.array([3, 4]))
    assert (low.tolist(), high.tolist()) == ([1, 2], [3, 4])
    for rows in ([[1, -1], [0, 0]], [[0, 0], [1, -1]]):
        assert of(rows, [1, 2], [3, 4]) == ([2, 2], [3, 3])


def test_a_contradiction_says_how_many_cells_cross():
    with pytest.raises(Contradiction, match=r"published: 2 cells would have to be lar"):
        of([[1, -1]], [5, 0], [9, 4])


def test_the_first_crossing_is_told_and_not_what_follows_from_it():
    """x of 5 or more is y of 4 or less; z is y, and would cross one step later."""
    with pytest.raises(Contradiction, match="published: 2 cells"):
        of([[1, -1, 0], [0, 1, -1]], [5, 0, 0], [9, 4, 9])


def test_bounds_that_creep_are_left_to_the_solver():
    """x is y, and z of 1 less: a contradiction that takes a thousand steps to see."""
    matrix = csr_array(np.array([[1, -1, 0], [1, -1, -1]]))
    lower, upper = np.array([0, 0, 1]), np.array([9_000, 9_000, 1])
    low, high = narrowed(matrix, lower, upper)
    assert np.all(low <= high)
    assert low.max() <= 2 * MOST_ROUNDS
    assert high[:2].min() >= 9_000 - 2 * MOST_ROUNDS
    assert high[0] < 9_000
