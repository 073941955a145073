"""Unknowns fall into parts that no equation connects."""

import numpy as np
from scipy.sparse import csr_array

from engine.parts import parts


#                    0  1  2  3  4  5  6
EQUATIONS = csr_array([
    [+1, 0, -1, 0, 0, 0, 0],
    [0, +1, 0, -1, 0, 0, -1],
    [0, 0, +1, 0, 0, -1, 0],
    [0, 0, 0, -1, +1, 0, 0],
])  # fmt: skip
"""Unknowns 0, 2 and 5 are one part; 1, 3, 4 and 6 the other."""


def found(open_, wanted=None):
    """Per part its unknowns, its equations, and the numbers between these."""
    mask = np.isin(np.arange(7), open_)
    only = None if wanted is None else np.isin(np.arange(7), wanted)
    return [
        (unknowns.tolist(), rows.tolist(), matrix.toarray().tolist())
        for unknowns, rows, matrix in parts(EQUATIONS, mask, only)
    ]


FIRST = ([0, 2, 5], [0, 2], [[1, -1, 0], [0, 1, -1]])
SECOND = ([1, 3, 4, 6], [1, 3], [[1, -1, 0, -1], [0, -1, 1, 0]])


def test_what_equations_connect_is_one_part():
    assert found(range(7)) == [FIRST, SECOND]


def test_what_is_not_open_connects_nothing():
    """Without 3 the unknown 4 has an equation of its own, without 0 and 2 so has 5."""
    assert found([1, 4, 5, 6]) == [
        ([1, 6], [1], [[1, -1]]),
        ([5], [2], [[-1]]),
        ([4], [3], [[1]]),
    ]


def test_only_parts_that_have_what_is_wanted_are_given():
    assert found(range(7), [4]) == [SECOND]
    assert found(range(7), [5, 1, 2]) == [FIRST, SECOND]
    assert found(range(7), []) == []


def test_an_unknown_without_equations_is_a_part_alone():
    alone = csr_array(np.array([[1, -1, 0]]))
    (pair, single) = parts(alone, np.ones(3, dtype=bool))
    assert pair[0].tolist() == [0, 1]
    assert (single[0].tolist(), single[1].tolist()) == ([2], [])
    assert single[2].shape == (0, 1)
