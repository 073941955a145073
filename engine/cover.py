"""Which cells to hide at least cost, so that enough of every cut is hidden.

A cut is a set of shown cells that gives a sensitive cell away as long as too few of
them are hidden (Fischetti and Salazar 2001: capacity constraints).
"""

from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import csr_array

from engine.solver import Floats, nodes


WHOLE_COSTS = 0.99
"""Of two sums of whole costs that are closer than this the smaller is the least."""


_FEASIBLE = int(highspy.SolutionStatus.kSolutionStatusFeasible)


@dataclass(frozen=True, slots=True)
class Cover:
    """How far each cell is hidden (0 to 1), and a bound on the cost of any choice."""

    share: Floats
    bound: float


class Covers:
    """Choices of cells such that cuts @ choice >= needs; warm between questions."""

    def __init__(self, cost: Floats, least: Floats, most: Floats) -> None:
        self._size = len(cost)
        self._columns = np.arange(self._size, dtype=np.int32)
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("random_seed", 1),
            ("mip_rel_gap", 0.0),
            ("mip_abs_gap", WHOLE_COSTS),
            ("mip_max_nodes", nodes(self._size)),
        ):
            self._highs.setOptionValue(option, value)
        self._highs.addVars(self._size, least, most)
        self._highs.changeColsCost(self._size, self._columns, cost)

    def add(self, cuts: csr_array, needs: Floats) -> None:
        """Ask of every cut that so much of it is hidden."""
        count = len(needs)
        self._highs.addRows(
            count,
            needs,
            np.full(count, highspy.kHighsInf),
            cuts.nnz,
            cuts.indptr.astype(np.int32),
            cuts.indices.astype(np.int32),
            cuts.data.astype(np.float64),
        )

    def in_part(self) -> Cover | None:
        """The cheapest where cells may be hidden in part; None when there is none."""
        self._ask_of(highspy.HighsVarType.kContinuous)
        return self._answer(self._highs.getInfo().objective_function_value)

    def whole(self) -> Cover | None:
        """The cheapest with whole cells; None when no branch has one."""
        self._ask_of(highspy.HighsVarType.kInteger)
        found = self._answer(self._highs.getInfo().mip_dual_bound)
        return None if found is None else Cover(np.rint(found.share), found.bound)

    def _ask_of(self, kind: highspy.HighsVarType) -> None:
        kinds = np.full(self._size, kind)
        self._highs.changeColsIntegrality(self._size, self._columns, kinds)
        self._highs.run()

    def _answer(self, bound: float) -> Cover | None:
        if self._highs.getInfo().primal_solution_status != _FEASIBLE:
            return None
        share = np.asarray(self._highs.getSolution().col_value)
        return Cover(share, float(bound))
