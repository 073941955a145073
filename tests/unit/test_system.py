"""Equations over unknown numbers: which of them bind, and what they leave open."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from engine.solver import UNBOUNDED
from engine.system import System, components, without_loose


def system(rows, rhs, lower, upper):
    matrix = csr_array(np.array(rows, dtype=np.int64))
    return System(matrix, *(np.array(part) for part in (rhs, lower, upper)))


def without(whole, asked=()):
    mask = np.zeros(len(whole.lower), dtype=bool)
    mask[list(asked)] = True
    return without_loose(whole, mask)


AT_MOST = [[1, -1, -1]]
"""The second is at most the first: a remainder makes up the rest."""


def test_an_equation_whose_remainder_always_fits_is_left_out():
    whole = system(AT_MOST, [0], [8, 0, 0], [12, 7, UNBOUNDED])
    tight, loose = without(whole)
    assert tight.matrix.shape[0] == 0
    assert loose.unknowns.tolist() == [2]
    assert loose.complete(np.array([9, 3, 77])).tolist() == [9, 3, 6]


def test_an_equation_that_can_bind_stays():
    for upper in (9, UNBOUNDED):
        whole = system(AT_MOST, [0], [8, 0, 0], [12, upper, UNBOUNDED])
        tight, loose = without(whole)
        assert (tight.matrix.shape[0], len(loose.unknowns)) == (1, 0)


def test_what_is_asked_for_is_no_remainder():
    whole = system(AT_MOST, [0], [8, 0, 0], [12, 7, UNBOUNDED])
    tight, _ = without(whole, asked=[2])
    assert tight.matrix.shape[0] == 1


@settings(max_examples=100)
@given(
    st.lists(st.lists(st.sampled_from([-2, -1, 0, 1, 1]), min_size=4, max_size=4)),
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), min_size=4, max_size=4),
    st.integers(0, 4),
)
def test_what_is_left_has_the_same_answers(rows, bounds, most):
    """Each answer of the rest, completed, is an answer; and no answer is lost."""
    rows = [
        [*row, *remainder]
        for row, remainder in zip(rows, -np.eye(len(rows), dtype=int), strict=True)
    ]
    lower = [low for low, _ in bounds] + [0] * len(rows)
    upper = [low + more for low, more in bounds] + [5 * most] * len(rows)
    if not rows:
        return
    whole = system(rows, [0] * len(rows), lower, upper)
    tight, loose = without(whole, asked=range(4))
    ranges = [range(low, low + more + 1) for low, more in bounds]
    for x in np.array(np.meshgrid(*ranges)).reshape(4, -1).T:
        remainders = np.array(rows)[:, :4] @ x
        answers = bool(np.all((remainders >= 0) & (remainders <= 5 * most)))
        world = np.concatenate([x, remainders])
        world[loose.unknowns] = tight.lower[loose.unknowns]
        left = np.all(tight.matrix @ world == tight.rhs)
        left &= np.all((world >= tight.lower) & (world <= tight.upper))
        assert left == answers
        assert np.all(whole.matrix @ loose.complete(world) == 0)


PAIRS = [[1, -1, 0, 0, 0, 0], [0, 0, 1, -1, 0, 0], [0, 0, 0, 0, 1, -1]]
"""Three pairs that are equal, and nothing between them."""


def test_small_parts_can_be_given_several_at_a_time():
    whole = system(PAIRS, [0, 0, 0], [0] * 6, [9] * 6)
    second = np.isin(np.arange(6), [2])

    def parts(**asked):
        found = components(whole, **asked)
        return [(sorted(cells.tolist()), own.matrix.shape) for cells, own in found]

    apart = [([0, 1], (1, 2)), ([2, 3], (1, 2)), ([4, 5], (1, 2))]
    assert parts() == parts(few=3) == apart
    assert parts(few=4) == [([0, 1, 2, 3], (2, 4)), ([4, 5], (1, 2))]
    assert parts(few=6) == [([0, 1, 2, 3, 4, 5], (3, 6))]
    assert parts(wanted=second, few=6) == apart[1:2]
    assert parts(wanted=~second & ~np.isin(np.arange(6), [3]), few=6) == [
        apart[0],
        apart[2],
    ]
