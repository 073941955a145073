"""What two publications of a half-year together tell of a gemeente that came or went.

A total counts who takes part. Published with and without a gemeente, it tells that
gemeente's cell to within the rounding of two figures: residual disclosure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outputs.manifest import TableFacts
from outputs.published import IS_HIDDEN, IS_IMPOSSIBLE, ReleasedTable


Numbers = NDArray[np.float64]
"""Per cell of a region, rates left out; endless where nothing limits it."""

COUNTRY = "NL"


@dataclass(frozen=True, slots=True)
class _Part:
    """A gemeente that came, or that went: then its numbers count against the total."""

    low: Numbers
    high: Numbers
    hidden: NDArray[np.bool_]
    sign: int

    @property
    def least(self) -> Numbers:
        return self.low if self.sign > 0 else -self.high

    @property
    def most(self) -> Numbers:
        return self.high if self.sign > 0 else -self.low


def narrowed(
    before: ReleasedTable,
    after: ReleasedTable,
    facts: TableFacts,
    provincies: Mapping[str, str],
) -> int:
    """How many hidden cells of gemeenten that came or went are narrowed by totals.

    To less than the hidden range, if nothing else changed. `provincies` has the
    provincie of each gemeente. 0 where cells are not the same cells.
    """
    if before.codes[1:] != after.codes[1:] or facts.hidden is None:
        return 0
    was, now = _read(before, facts, -1), _read(after, facts, +1)
    parts = {code: now[code] for code in now if code not in was}
    parts |= {code: was[code] for code in was if code not in now}
    parts = {code: part for code, part in parts.items() if code.startswith("GM")}
    found = {code: np.zeros_like(part.hidden) for code, part in parts.items()}
    for total in {COUNTRY, *provincies.values()} & was.keys() & now.keys():
        own = [c for c in parts if total in {COUNTRY, provincies.get(c)}]
        low, high = now[total].low - was[total].high, now[total].high - was[total].low
        for code in own:
            others = [parts[other] for other in own if other != code]
            rest = _Part(
                low - sum((other.most for other in others), np.zeros_like(low)),
                high - sum((other.least for other in others), np.zeros_like(high)),
                parts[code].hidden,
                parts[code].sign,
            )
            found[code] |= rest.hidden & (
                (rest.least > facts.hidden[0]) | (rest.most < facts.hidden[1])
            )
    return sum(int(cells.sum()) for cells in found.values())


def _read(table: ReleasedTable, facts: TableFacts, sign: int) -> dict[str, _Part]:
    """Per region what its figures and symbols say, each by itself."""
    counts = [one.code in facts.measures for one in table.text.measures]
    below, above = facts.rounding.slack()
    first, last = facts.hidden or (0, -1)
    values, states = table.values[..., counts], table.states[..., counts]
    low = np.maximum(values - below, 0).astype(np.float64)
    high = (values + above).astype(np.float64)
    low = np.where((low >= first) & (low <= last), last + 1, low)
    low = np.where(states == IS_HIDDEN, 0, low)
    high = np.where(states == IS_HIDDEN, np.inf, high)
    low[states == IS_IMPOSSIBLE] = high[states == IS_IMPOSSIBLE] = 0
    hidden = states == IS_HIDDEN
    regions: Iterable[tuple[int, str]] = enumerate(one.code for one in table.regions)
    return {code: _Part(low[at], high[at], hidden[at], sign) for at, code in regions}
