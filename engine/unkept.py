"""What a release gives away, apart from what no release could have kept.

Symbols say something, and so does what was released before; no pattern of hidden cells
takes that back. A release is held to what they leave, and may add nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.contributors import Insider
from engine.feasibility import Feasibility, intervals
from engine.safety import SafetyIntervals, beyond_the_symbols
from engine.solver import UNBOUNDED, Ints
from engine.statements import Statements
from engine.system import components


Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class GivenAway:
    """Of each protected cell whether this release gives it away, or others did before.

    A cell that is `told` is narrower than its safety interval, but would be so with
    every figure of this release a symbol.
    """

    exposed: Mask
    told: Mask


@dataclass(frozen=True)
class Judge:
    """A release as it is said, and what was found of it; judges its protected cells.

    `figures` are the unknowns whose figure could have been a symbol, `before` those of
    earlier releases. `inside` are readers who know cells of their own.
    """

    said: Statements
    found: Feasibility
    figures: Ints
    before: Ints
    inside: Sequence[Insider] = ()

    @cached_property
    def _hidden(self) -> Statements:
        """With every figure of now a symbol: no pattern of now says less."""
        return self.said.without(self.figures)

    @cached_property
    def _kept(self) -> tuple[Ints, Ints]:
        return self._hidden.limits()

    @cached_property
    def _kept_alone(self) -> tuple[Ints, Ints]:
        """If nothing had been released before."""
        return self.said.without(self.figures, self.before).limits()

    def of(self, at: Ints, safety: SafetyIntervals) -> GivenAway:
        """The verdict on these unknowns, which have to cover these intervals."""
        least, most = self.found.least[at], self.found.most[at]
        low, high = self._kept
        wanted = beyond_the_symbols(safety, low[at], high[at])
        short = ~wanted.covered(least, most)
        told = np.zeros_like(short)
        if len(self.before):
            if short.any():
                own = _within_reach(self._hidden, at[short], wanted.take(short))
                short[short] = ~own.covered(least[short], most[short])
            low, high = self._kept_alone
            alone = beyond_the_symbols(safety, low[at], high[at])
            told = ~short & ~alone.covered(least, most)
        for known in self.inside:
            others = np.flatnonzero(~short & ~np.isin(at, known.cells))
            short[others] = self._narrowed(known, at[others], wanted.take(others))
        return GivenAway(short, told & ~short)

    def _narrowed(self, known: Insider, at: Ints, wanted: SafetyIntervals) -> Mask:
        """Which of these the reader can narrow who knows cells of the own.

        All of them are wide enough for anybody else.
        """
        least, most = self._worlds_of(known, at)
        short = ~wanted.covered(least, most)
        if short.any():
            asked = at[short], wanted.take(short)
            least, most = self._ends_beside(known, *asked)
            still = ~asked[1].covered(least, most)
            hidden = self._hidden.beside(known.cells, known.values)
            if still.any():
                own = _within_reach(hidden, asked[0][still], asked[1].take(still))
                still[still] = ~own.covered(least[still], most[still])
            short[short] = still
        return short

    def _worlds_of(self, known: Insider, at: Ints) -> tuple[Ints, Ints]:
        """The ends that these have in the worlds found that the reader believes in."""
        same = np.all(self.found.worlds[:, known.cells] == known.values, axis=1)
        value = self.found.worlds[np.ix_(same, at)]
        return value.min(axis=0, initial=UNBOUNDED), value.max(axis=0, initial=-1)

    def _ends_beside(
        self, known: Insider, at: Ints, wanted: SafetyIntervals
    ) -> tuple[Ints, Ints]:
        """The ends of these beside what the reader knows, found where it matters.

        What nothing open connects with a known cell is to this reader as to others.
        """
        found = self.found
        least, most = found.least.copy(), found.most.copy()
        is_known = np.zeros(len(least), dtype=bool)
        is_known[known.cells] = True
        whole = replace(self.said.system, lower=found.lower, upper=found.upper)
        said = self.said.beside(known.cells, known.values)
        for unknowns, part in components(whole, is_known):
            asked = np.flatnonzero(np.isin(at, unknowns))
            lower = np.maximum(part.lower, said.lower[unknowns])
            upper = np.minimum(part.upper, said.upper[unknowns])
            own = intervals(
                replace(part, lower=lower, upper=upper),
                np.searchsorted(unknowns, at[asked]),
                said.depth[unknowns],
                wanted.take(asked),
            )
            least[unknowns], most[unknowns] = own.least, own.most
        return least[at], most[at]


def _within_reach(
    hidden: Statements, at: Ints, wanted: SafetyIntervals
) -> SafetyIntervals:
    """What is wanted of these, without what is ruled out with every figure hidden."""
    exact = intervals(hidden.system, at, hidden.depth)
    return beyond_the_symbols(wanted, exact.lower[at], exact.upper[at])
