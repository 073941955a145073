"""What a release gives away, apart from what no release could have kept.

Symbols say something, and so does what was released before; no pattern of hidden cells
takes that back. A release is held to what they leave, and may add nothing.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.feasibility import Feasibility, intervals
from engine.safety import SafetyIntervals, beyond_the_symbols
from engine.solver import Ints
from engine.statements import Statements


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
    earlier releases.
    """

    said: Statements
    found: Feasibility
    figures: Ints
    before: Ints

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
        if not len(self.before):
            return GivenAway(short, np.zeros_like(short))
        if short.any():
            exact = intervals(self._hidden.system, at[short], self._hidden.depth)
            ends = exact.lower[at[short]], exact.upper[at[short]]
            own = beyond_the_symbols(wanted.take(short), *ends)
            short[short] = ~own.covered(least[short], most[short])
        low, high = self._kept_alone
        alone = beyond_the_symbols(safety, low[at], high[at])
        return GivenAway(short, ~short & ~alone.covered(least, most))
