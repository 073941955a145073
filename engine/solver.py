"""HiGHS, asked one kind of question: the extreme point of whole numbers in a polytope.

Protector and auditor may share the solver; neither shares the model it is given.
"""

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array


Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

UNBOUNDED = 1 << 40
"""Upper bound of a cell that nothing published limits; no count comes near it."""

_NEAR = 1e-6

BRANCHES = 2_000_000
"""Nodes times unknowns of branch and bound; what it has not proven then stays open.

No limit of time: whether a cell is hidden would hang on how busy the machine is.
"""

FEW = 0.01
"""A question about so small a share of the unknowns has an answer near the last."""

_DUAL, _PRIMAL = 1, 4
"""HiGHS's simplex strategies: dual finds a far answer sooner, primal a near one."""

_ANSWERED = {highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kSolutionLimit}

_ENDLESS = {
    highspy.HighsModelStatus.kUnbounded,
    highspy.HighsModelStatus.kUnboundedOrInfeasible,
}


@dataclass(frozen=True, slots=True)
class Optimum:
    """The best point found, and a proven bound on the objective of any other.

    `whole` is the point in whole numbers, or None where what was found is a fraction,
    or nothing was found in so many branches.
    """

    bound: float
    point: Floats
    whole: Ints | None


class Endless(ArithmeticError):
    """What was asked to be large has no limit."""


class Polytope:
    """All x with matrix @ x = rhs and lower <= x <= upper; warm between questions.

    Without `presolve` where looking for what can be left out costs more than it saves.
    """

    def __init__(
        self,
        matrix: csr_array,
        rhs: Ints | Floats,
        lower: Ints | Floats,
        upper: Ints | Floats,
        *,
        presolve: bool = True,
    ) -> None:
        self._matrix = matrix
        self._rhs = rhs
        self._lower, self._upper = lower, upper
        self._size = matrix.shape[1]
        self._columns = np.arange(self._size, dtype=np.int32)
        self._relaxed = _model(matrix, rhs, lower, upper)
        if not presolve:
            self._relaxed.setOptionValue("presolve", "off")
        self._settled = self._near = False
        self._basis: highspy.HighsBasis | None = None
        self._home: highspy.HighsBasis | None = None

    def begin_here(self) -> None:
        """Look for every corner from the last one on, and not each from the one before.

        That pays where many are asked for that are far from each other.
        """
        self._home = self._relaxed.getBasis()

    def corner(self, costs: Floats) -> Floats | None:
        """The point where costs @ x is largest; None when there is no point at all.

        It may be a fraction. Raises Endless when costs @ x has no limit.
        """
        few = int(np.count_nonzero(costs)) < FEW * self._size
        self._near = self._settled and few
        if self._home is not None:
            self._relaxed.setBasis(self._home)
        strategy = _PRIMAL if self._near else _DUAL
        self._relaxed.setOptionValue("simplex_strategy", strategy)
        self._relaxed.changeColsCost(self._size, self._columns, -costs)
        self._settled = _answered(self._relaxed)
        if not self._settled:
            return None
        return np.asarray(self._relaxed.getSolution().col_value)

    def maximise(self, costs: Floats) -> Optimum | None:
        """The same, with a bound, and in whole numbers where the corner is whole."""
        point = self.corner(costs)
        if point is None:
            return None
        whole = whole_numbers(self._matrix, self._rhs, point)
        self._remember(whole=whole is not None)
        return Optimum(float(costs @ point), point, whole)

    def _remember(self, *, whole: bool) -> None:
        """Ask on from a whole answer: a fraction would stay in all answers near it."""
        if whole:
            self._basis = self._relaxed.getBasis()
        elif self._near and self._basis is not None:
            self._relaxed.setBasis(self._basis)

    def maximise_whole(self, costs: Floats, gap: float = 0.0) -> Optimum | None:
        """The best whole point, by branch and bound; None when there is none at all.

        Or one that falls short of the best by a share `gap` at most. After `BRANCHES`
        the best that was found, if any, and what bounds the others.
        """
        highs = _model(self._matrix, self._rhs, self._lower, self._upper)
        kinds = np.full(self._size, highspy.HighsVarType.kInteger)
        highs.changeColsIntegrality(self._size, self._columns, kinds)
        highs.setOptionValue("mip_max_nodes", nodes(self._size))
        # by itself HiGHS calls an answer optimal that is 0.01 per cent off
        highs.setOptionValue("mip_rel_gap", gap)
        highs.changeColsCost(self._size, self._columns, -costs)
        if not _answered(highs):
            return None
        bound = -float(highs.getInfo().mip_dual_bound)
        solution = highs.getSolution()
        point = np.asarray(solution.col_value)
        found = solution.value_valid
        whole = whole_numbers(self._matrix, self._rhs, point) if found else None
        return Optimum(bound, point, whole)

    def prices(self) -> Floats:
        """Of each equation: what the last corner's costs @ x loses with its rhs."""
        return np.asarray(self._relaxed.getSolution().row_dual)

    def restrict(self, columns: Ints, lower: Ints, upper: Ints) -> None:
        """Replace the bounds of some unknowns, for `maximise`."""
        self._settled = False
        self._basis = self._home = None
        self._relaxed.changeColsBounds(
            len(columns),
            columns.astype(np.int32),
            lower.astype(np.float64),
            _infinite(upper),
        )


def nodes(unknowns: int) -> int:
    """So many nodes branch and bound may look at in a question of this size."""
    return 1 + BRANCHES // max(unknowns, 1)


def _answered(highs: "highspy.Highs") -> bool:
    """Run; whether there is a point, or may be. Raises Endless."""
    highs.run()
    status = highs.getModelStatus()
    if status in _ENDLESS:
        raise Endless
    return status in _ANSWERED


def whole_numbers(matrix: csr_array, rhs: Ints | Floats, point: Floats) -> Ints | None:
    """The point as whole numbers, when it is one and satisfies every equation."""
    rounded = np.rint(point)
    if np.max(np.abs(point - rounded), initial=0.0) > _NEAR:
        return None
    exact = rounded.astype(np.int64)
    return exact if np.array_equal(matrix @ exact, rhs) else None


def _model(
    matrix: csr_array, rhs: Ints | Floats, lower: Ints | Floats, upper: Ints | Floats
) -> "highspy.Highs":
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.silent()
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("random_seed", 1)
    rows, columns = matrix.shape
    model = highspy.HighsLp()
    model.num_col_ = columns
    model.num_row_ = rows
    model.col_cost_ = np.zeros(columns)
    model.col_lower_ = lower.astype(np.float64)
    model.col_upper_ = _infinite(upper)
    model.row_lower_ = rhs.astype(np.float64)
    model.row_upper_ = rhs.astype(np.float64)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = matrix.indptr.astype(np.int32)
    model.a_matrix_.index_ = matrix.indices.astype(np.int32)
    model.a_matrix_.value_ = matrix.data.astype(np.float64)
    highs.passModel(model)
    return highs


def _infinite(upper: Ints | Floats) -> Floats:
    bound = upper.astype(np.float64)
    bound[upper >= UNBOUNDED] = highspy.kHighsInf
    return bound
