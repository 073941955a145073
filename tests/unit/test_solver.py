"""What branch and bound gives when it is not done: the same on every machine."""

import numpy as np
import pytest
from scipy.sparse import csr_array, hstack, identity

from engine import solver
from engine.errors import AuditFailed, Contradiction
from engine.feasibility import intervals
from engine.solver import Optimum, Polytope
from engine.system import System


CELLS, SUMS = 40, 20


@pytest.fixture
def hard():
    """Choose cells that cost least, so that enough of every sum is among them."""
    random = np.random.default_rng(1)
    part = random.integers(1, 12, (SUMS, CELLS)) * (random.random((SUMS, CELLS)) < 0.3)
    over = identity(SUMS, dtype=np.int64)
    none = np.zeros(CELLS + SUMS, dtype=np.int64)
    most = np.concatenate([none[:CELLS] + 1, none[CELLS:] + 1_000])
    need = part.sum(axis=1) // 2
    matrix = csr_array(hstack([csr_array(part), -over], format="csr"))
    costs = np.concatenate([-random.integers(5, 30, CELLS), none[CELLS:]])
    return Polytope(matrix, need, none, most), costs.astype(float)


def test_a_question_that_is_done_is_proven(hard):
    polytope, costs = hard
    best = polytope.maximise_whole(costs)
    assert best.bound == pytest.approx(costs @ best.whole)


def test_a_question_of_too_many_branches_stays_open_with_a_bound(hard, monkeypatch):
    polytope, costs = hard
    best = polytope.maximise_whole(costs).bound
    monkeypatch.setattr(solver, "BRANCHES", 0)
    first, again = polytope.maximise_whole(costs), polytope.maximise_whole(costs)
    assert first.bound > best > costs @ first.whole - 1e-6
    assert (first.bound, *first.whole) == (again.bound, *again.whole)


def test_a_large_question_has_fewer_branches():
    assert solver.nodes(1_000) > solver.nodes(100_000) > 0


PAIRS = System(
    csr_array(np.array([[1, 1, 0], [0, 1, 1], [1, 0, 1]])),
    np.array([1, 1, 1]),
    np.zeros(3, dtype=np.int64),
    np.ones(3, dtype=np.int64),
)
"""Each two of three cells are 1 together: halves are, and no whole numbers."""


def test_what_no_whole_numbers_satisfy_is_a_contradiction():
    with pytest.raises(Contradiction, match="3 cells contradict"):
        intervals(PAIRS, np.arange(3))


def test_what_was_not_settled_is_no_contradiction(monkeypatch):
    gave_up = Optimum(0.0, np.full(3, 0.5), None)
    monkeypatch.setattr(Polytope, "maximise_whole", lambda *_: gave_up)
    with pytest.raises(AuditFailed, match="nor that there are none"):
        intervals(PAIRS, np.arange(3))
