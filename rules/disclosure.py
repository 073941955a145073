"""How tables are protected: every number and choice of the disclosure policy.

Words: SDC Handbook (2nd ed.). Numbers of the monitor: `disclosure.toml`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from rules.errors import RuleError


class RoundingMethod(Enum):
    """How a shown count is rounded to a multiple of the base."""

    NONE = "none"
    """Not rounded."""
    CONVENTIONAL = "conventional"
    """To the nearest multiple, halves up; parts and totals each for themselves."""
    RANDOM = "random"
    """To one of the two neighbours, unbiased; the same cell always the same way."""
    CONTROLLED = "controlled"
    """To one of the two neighbours, such that parts still add up to their total."""
    SMALL_COUNTS = "small_counts"
    """Of the lowest cells those below the base, to 0 or the base; others are sums."""


class Zeros(Enum):
    """What happens to a true zero."""

    AS_HIDE = "as_hide"
    """A zero is treated as any count of the hidden range."""
    PUBLISH = "publish"
    """A zero is shown, so that a hidden cell is known to be at least 1."""


class Covers(Enum):
    """What the feasible interval of a protected cell has to cover."""

    HIDDEN_RANGE = "hidden_range"
    """All of the hidden range: the reader learns nothing beyond the symbol."""
    WIDTH = "width"
    """At least so many whole numbers beside one another."""
    DISTANCE = "distance"
    """At least so far below and above the true value."""
    PERCENT = "percent"
    """At least so many per cent of the true value below and above it (at least 1)."""


@dataclass(frozen=True, slots=True)
class Rounding:
    """Rounding of what is shown: the base and the method.

    `window` is how far controlled rounding may go from the true value where it must, so
    that parts add up; 0: less than the base.
    """

    base: int = 1
    method: RoundingMethod = RoundingMethod.NONE
    window: int = 0

    def __post_init__(self) -> None:
        if self.base < 1:
            raise RuleError(f"rounding base must be 1 or more, got {self.base}")
        if self.window and self.method is not RoundingMethod.CONTROLLED:
            raise RuleError("only controlled rounding has a window; leave it out")
        if self.window and self.window < self.base:
            raise RuleError(
                f"a rounding window of less than the base {self.base} is none; leave "
                "it out, or make it wider"
            )

    def slack(self) -> tuple[int, int]:
        """How far a true value can lie below and above the rounded one.

        Of small-count rounding: in a lowest cell.
        """
        if self.method is RoundingMethod.NONE or self.base == 1:
            return 0, 0
        if self.method is RoundingMethod.CONVENTIONAL:
            return self.base // 2, (self.base - 1) // 2
        window = self.window or self.base - 1
        return window, window


@dataclass(frozen=True, slots=True)
class Protection:
    """The safety interval that a feasible interval must cover."""

    covers: Covers = Covers.HIDDEN_RANGE
    width: int = 0
    below: int = 0
    above: int = 0


class KnowsOwn(Enum):
    """Whether somebody who is alone in a cell is reckoned with as its reader."""

    AMOUNTS = "amounts"
    """In tables of amounts: who is paid knows what, and often that nobody else is."""
    ALWAYS = "always"
    """In counts too: a person who is counted alone is taken to know that."""
    NEVER = "never"
    """Nobody knows more than is published."""


@dataclass(frozen=True, slots=True)
class Reader:
    """The attacker model: what is known besides the published figures.

    `knows_reason`: the reader can tell a primary from another hidden cell, so that a
    primary is known to lie in the hidden range. `knows_zeros`: where zeros are
    published, a hidden cell is known to be at least 1. `knows_rule`: the reader knows
    the hidden range, so that a shown cell is known to lie outside it. `knows_own`: who
    contributes to a cell alone knows its value, and may learn no other from it.
    """

    knows_reason: bool = True
    knows_zeros: bool = True
    knows_rule: bool = False
    knows_own: KnowsOwn = KnowsOwn.AMOUNTS

    def is_inside(self, magnitude: bool) -> bool:
        """Whether readers who are alone in a cell of such a table are reckoned with."""
        if self.knows_own is KnowsOwn.AMOUNTS:
            return magnitude
        return self.knows_own is KnowsOwn.ALWAYS


@dataclass(frozen=True, slots=True)
class Dominance:
    """(n,k)-rule: sensitive if the n largest contribute more than share k."""

    n: int
    k: float


@dataclass(frozen=True, slots=True)
class DisclosurePolicy:
    """Everything that decides which cells are hidden and how the rest is shown.

    `hide` is the range of counts that is sensitive, both ends included; an amount is so
    below a number of contributors, and of clients that it was spent on. The opt-out
    protection is the share of the true value that must stay open on either side.
    """

    hide: tuple[int, int] | None = (0, 7)
    rounding: Rounding = Rounding(5, RoundingMethod.CONVENTIONAL)
    zeros: Zeros = Zeros.AS_HIDE
    contributors_below: int = 0
    clients_below: int = 0
    dominance: Dominance | None = None
    p_percent: float | None = None
    group_share_at_least: float | None = None
    protection: Protection = Protection()
    reader: Reader = Reader()
    opt_out_percent: int = 20

    def __post_init__(self) -> None:
        if self.rounding.method is RoundingMethod.SMALL_COUNTS and self._hides:
            raise RuleError(
                "small-count rounding shows every count; leave out hide and all other "
                "rules that hide cells, or round in another way"
            )
        if not self.reader.knows_rule or self.hide is None:
            return
        shown_as_zero = self.rounding.slack()[1]
        if self.zeros is Zeros.PUBLISH and 0 < self.hide[1] < shown_as_zero:
            raise RuleError(
                f"counts of {self.hide[1] + 1} to {shown_as_zero} would be shown as 0 "
                "beside true zeros; hide more, or round to a smaller base"
            )

    @property
    def _hides(self) -> bool:
        """Whether any rule hides cells."""
        of_amounts = self.contributors_below or self.clients_below
        others = (self.hide, self.dominance, self.p_percent, self.group_share_at_least)
        return bool(of_amounts) or any(rule is not None for rule in others)

    def hidden_range(self) -> tuple[int, int]:
        """The values that a hidden sensitive count can have in the reader's eyes."""
        low, high = self.hide or (0, 0)
        if self.zeros is Zeros.PUBLISH and self.reader.knows_zeros:
            low = max(low, 1)
        return low, high


Policies = DisclosurePolicy | Mapping[str, DisclosurePolicy]
"""One policy for all tables that are published together, or one for each measure."""


def policy_of(policies: Policies, measure: str) -> DisclosurePolicy:
    """The policy under which a measure is published."""
    if isinstance(policies, DisclosurePolicy):
        return policies
    return policies[measure]
