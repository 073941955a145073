"""The worlds found so far, and what they reach of the goals."""

import numpy as np
from numpy.typing import NDArray

from engine.safety import Goals
from engine.solver import Floats, Ints


Mask = NDArray[np.bool_]

NEAR = 1e-6
"""How far the solver's fractions may be from the whole numbers they stand for."""

WORTH_ASKING = 2
"""Ask for many goals at once while a question reaches at least so many of them."""


class Reached:
    """The worlds found in a block so far, and what they reach of the goals."""

    def __init__(self, targets: Ints, goals: Goals) -> None:
        self._targets = targets
        self._safety = goals.safety
        self.keep([])

    def keep(self, worlds: list[Floats]) -> None:
        """Forget all worlds but these."""
        self.worlds = list(worlds)
        seen = np.array([world[self._targets] for world in worlds])
        seen = seen.reshape(len(worlds), len(self._targets))
        self._least = np.min(seen, axis=0, initial=np.inf)
        self._most = np.max(seen, axis=0, initial=-np.inf)

    def add(self, world: Floats) -> None:
        self.worlds.append(world)
        value = world[self._targets]
        self._least = np.minimum(self._least, value)
        self._most = np.maximum(self._most, value)

    def open_goals(self) -> tuple[Mask, Mask]:
        """Per protected cell: whether no world is low enough, and none high enough."""
        narrow = self._most - self._least < self._safety.width - NEAR
        low = self._least > self._safety.low + NEAR
        high = self._most < self._safety.high - NEAR
        return low | narrow, high | narrow

    def still_open(self) -> Ints:
        """The protected cells, by number, that no world is low or high enough for."""
        low, high = self.open_goals()
        return np.flatnonzero(low | high)

    def push(self, random: np.random.Generator) -> Floats:
        """Costs that move every cell with an open goal towards one of these."""
        low, high = self.open_goals()
        coin = random.random(len(low)) < 0.5
        sign = np.where(high & (coin | ~low), 1.0, np.where(low, -1.0, 0.0))
        return np.asarray(sign * random.uniform(0.5, 1.5, len(low)))

    def count_open(self) -> int:
        return int(np.sum(self.open_goals()))

    def ends(self, number: int) -> tuple[float, float]:
        """The least and the most that a protected cell is in any world."""
        return float(self._least[number]), float(self._most[number])

    def is_open(self, number: int, *, upward: bool) -> bool:
        safety, least, most = self._safety, self._least[number], self._most[number]
        if most - least < safety.width[number] - NEAR:
            return True
        if upward:
            return bool(most < safety.high[number] - NEAR)
        return bool(least > safety.low[number] + NEAR)

    def goal(self, number: int, *, upward: bool) -> int:
        """How high, or low, the cell must be able to be.

        A width counts from the furthest value on the other side.
        """
        width = int(self._safety.width[number])
        least, most = self._least[number], self._most[number]
        narrow = most - least < width - NEAR
        if upward:
            high = int(self._safety.high[number])
            return max(high, int(np.ceil(least - NEAR)) + width) if narrow else high
        low = int(self._safety.low[number])
        return min(low, int(np.floor(most + NEAR)) - width) if narrow else low

    def settle_for(self, number: int, low: int, high: int) -> None:
        """The cell cannot be lower, or higher, than this: it need not be."""
        safety = self._safety
        safety.low[number] = max(safety.low[number], low)
        safety.high[number] = min(safety.high[number], high)
        safety.width[number] = min(safety.width[number], high - low)
