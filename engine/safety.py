"""The safety interval: what the feasible interval of a protected cell has to cover."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.solver import Ints
from rules.disclosure import Covers, DisclosurePolicy, Zeros


DEFAULT_PERCENT = 10
"""Room around a magnitude that no rule of the policy gives a percentage for."""


@dataclass(frozen=True, slots=True)
class SafetyIntervals:
    """What must be possible for each protected cell.

    A value of at most `low`, one of at least `high`, and two at least `width` apart.
    """

    low: Ints
    high: Ints
    width: Ints

    def take(self, at: Ints | NDArray[np.bool_]) -> "SafetyIntervals":
        """Those of some of the cells."""
        return SafetyIntervals(self.low[at], self.high[at], self.width[at])

    def covered(self, least: Ints, most: Ints) -> NDArray[np.bool_]:
        """Whether values from `least` to `most`, which worlds attain, cover these."""
        reached = (least <= self.low) & (most >= self.high)
        return np.asarray(reached & (most - least >= self.width))


@dataclass(frozen=True, slots=True)
class Goals:
    """Protected cells (their places) and the safety interval of each."""

    cells: Ints
    safety: SafetyIntervals

    def take(self, at: Ints | NDArray[np.bool_]) -> "Goals":
        """Some of the goals."""
        return Goals(self.cells[at], self.safety.take(at))


def beyond_the_symbols(
    safety: SafetyIntervals, low: Ints, high: Ints
) -> SafetyIntervals:
    """The safety intervals without what the symbols alone rule out.

    `low` and `high` limit the protected cells when every figure that could be hidden
    is: a hidden total of two hidden parts, each known to be 1 or more, is 2 or more
    whatever else is withheld. No pattern can hide that, and none is asked to.
    """
    new_low = np.clip(safety.low, low, high)
    new_high = np.clip(safety.high, low, high)
    return SafetyIntervals(new_low, new_high, np.minimum(safety.width, high - low))


def protected_as_opt_outs(policy: DisclosurePolicy) -> bool:
    """Whether sensitive counts outside the hidden range are protected as opt-outs are.

    They are where the range itself would be their safety interval, or the reading.
    """
    covers_range = policy.protection.covers is Covers.HIDDEN_RANGE
    return policy.hide is not None and (covers_range or policy.reader.knows_reason)


def safety_intervals(
    value: Ints, opted_out: Ints, policy: DisclosurePolicy, *, magnitude: bool
) -> SafetyIntervals:
    """Safety intervals of protected cells with these exact values.

    `opted_out` is 1 for a cell of a gemeente that does not publish, or that is
    protected so: it needs its share of the true value on either side, and never less
    room than the hidden range.
    """
    low, high, width = _sensitive(value, policy, magnitude=magnitude)
    if policy.reader.knows_reason and policy.hide is not None and not magnitude:
        first, last = policy.hidden_range()
        inside = (value >= first) & (value <= last)
        low = np.where(inside, np.maximum(low, first), low)
        high = np.where(inside, np.minimum(high, last), high)
        width = np.where(inside, np.minimum(width, last - first), width)
    room = 0 if policy.hide is None else policy.hide[1] - policy.hide[0]
    share = -(-value * policy.opt_out_percent // 100)
    out_low = np.maximum(value - share, 0)
    out_high = np.maximum(value + share, out_low + room)
    out = opted_out.astype(bool)
    return SafetyIntervals(
        np.where(out, out_low, low),
        np.where(out, out_high, high),
        np.where(out, 0, width),
    )


def _sensitive(
    value: Ints, policy: DisclosurePolicy, *, magnitude: bool
) -> tuple[Ints, Ints, Ints]:
    """Before what the reader knows of hidden cells limits it."""
    protection, none = policy.protection, np.zeros_like(value)
    if protection.covers is Covers.WIDTH:
        return value, value, none + protection.width
    if protection.covers is Covers.HIDDEN_RANGE and not magnitude:
        low, high = policy.hidden_range()
        return none + low, none + high, none
    below, above = protection.below, protection.above
    if protection.covers is Covers.HIDDEN_RANGE:
        below = above = round(policy.p_percent or DEFAULT_PERCENT)
    if protection.covers is Covers.DISTANCE:
        return np.maximum(value - below, 0), value + above, none
    below_by = np.maximum(-(-value * below // 100), 1)
    above_by = np.maximum(-(-value * above // 100), 1)
    floor = 1 if policy.zeros is Zeros.PUBLISH and policy.reader.knows_zeros else 0
    return (
        np.maximum(value - below_by, np.minimum(floor, value)),
        value + above_by,
        none,
    )
