"""What protection took from a table: cells and their value, and how far all is off.

For inside only: it is made from exact values. What a user of the release loses, so that
two ways to protect can be compared (SDC Handbook, 5.7: information loss).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from engine.celltable import CellStatus, ProtectedTable
from engine.rounding import rates_per_1000


OPT_OUT = "opt-out"


@dataclass(frozen=True, slots=True)
class Hidden:
    """Cells that are hidden for one reason, and the sum of what they hide."""

    cells: int
    value: int

    def __add__(self, other: "Hidden") -> "Hidden":
        return Hidden(self.cells + other.cells, self.value + other.value)


@dataclass(frozen=True, slots=True)
class Gap:
    """What the cells weigh that protect others, and at least do in any pattern.

    Without weights a cell weighs 1.
    """

    loss: int
    least: int

    def __add__(self, other: "Gap") -> "Gap":
        return Gap(self.loss + other.loss, self.least + other.least)

    def __str__(self) -> str:
        if self.loss <= self.least:
            return f"no pattern loses less than {self.loss}"
        share = 100 * (self.loss - self.least) / self.loss
        return f"loss {self.loss}, of any pattern at least {self.least} ({share:.1f}%)"


@dataclass(frozen=True, slots=True)
class InformationLoss:
    """What protection took from one table or, added up, from a release.

    `cells` are those that can occur, `value` is their sum, margins included. `off` says
    of how many shown cells the figure is so many above (or below) the exact value;
    `rates_off` the same for rates per 1 000, in whole units after rounding.
    """

    cells: int
    value: int
    hidden: Mapping[str, Hidden]
    off: Mapping[int, int]
    rates_off: Mapping[int, int]

    @property
    def hidden_cells(self) -> int:
        return sum(each.cells for each in self.hidden.values())

    @property
    def hidden_value(self) -> int:
        return sum(each.value for each in self.hidden.values())


def loss_of(table: ProtectedTable) -> InformationLoss:
    """The loss of one table; where it has rates its cells have a `denominator`."""
    cells = table.cells.filter(
        pc.not_equal(table.cells["status"], CellStatus.IMPOSSIBLE.value)
    )
    value = cells["value"].to_numpy()
    figure = cells["published"].fill_null(-1).to_numpy()
    shown = figure >= 0
    reasons = np.array(cells["reason"].to_pylist(), dtype=np.str_)
    rates: Counter[int] = Counter()
    if "denominator" in cells.column_names:
        of = cells["denominator"].fill_null(0).to_numpy()
        there = shown & (of > 0)
        found = rates_per_1000(figure[there], of[there])
        rates.update((found - rates_per_1000(value[there], of[there])).tolist())
    return InformationLoss(
        cells=len(value),
        value=int(value.sum()),
        hidden={
            reason: Hidden(int(own.sum()), int(value[own].sum()))
            for reason in np.unique(reasons[~shown]).tolist()
            for own in [~shown & (reasons == reason)]
        },
        off=Counter((figure - value)[shown].tolist()),
        rates_off=rates,
    )


def together(losses: Iterable[InformationLoss]) -> InformationLoss:
    """The loss of several tables; a cell that two of them have counts twice."""
    hidden: dict[str, Hidden] = {}
    off: Counter[int] = Counter()
    rates: Counter[int] = Counter()
    cells = value = 0
    for each in losses:
        cells, value = cells + each.cells, value + each.value
        off.update(each.off)
        rates.update(each.rates_off)
        for reason, lost in each.hidden.items():
            hidden[reason] = hidden.get(reason, Hidden(0, 0)) + lost
    return InformationLoss(cells, value, hidden, off, rates)
