"""How a published cell is printed: one table of symbols, and the Dutch way of numbers.

The letters are those of `engine.celltable.CellStatus`; the symbols are CBS's.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum

from rules.indicator import Text
from rules.period import HalfYear


@dataclass(frozen=True, slots=True)
class Symbol:
    """What is printed in the column `symbol`, and what it tells the reader."""

    sign: str
    meaning: Text


class ReleaseStatus(Enum):
    """How final the figures of a release are."""

    PRELIMINARY = "voorlopig"
    """Deliveries may still come in or be replaced."""
    REVISED = "nader voorlopig"
    """Preliminary figures, compiled once more."""
    FINAL = "definitief"
    """Will not change."""


HIDDEN = Symbol(
    ".",
    Text(
        "Het cijfer is onbekend, onvoldoende betrouwbaar of geheim",
        "Figure is unknown, insufficiently reliable or confidential",
    ),
)
IMPOSSIBLE = Symbol(
    "",
    Text(
        "Een leeg vakje zonder symbool: het cijfer kan op logische gronden niet "
        "voorkomen",
        "An empty cell without a symbol: figure not applicable",
    ),
)
SHOWN = {
    ReleaseStatus.PRELIMINARY: Symbol(
        "*", Text("Voorlopig cijfer", "Provisional figure")
    ),
    ReleaseStatus.REVISED: Symbol(
        "**", Text("Nader voorlopig cijfer", "Revised provisional figure")
    ),
    ReleaseStatus.FINAL: Symbol("", Text("Definitief cijfer", "Final figure")),
}

SHOWN_STATUSES = frozenset({"s", "z"})
"""Cells that have a value: safe ones, and those that must be shown."""

WITHOUT_VALUE = {"u": HIDDEN, "x": HIDDEN, "o": HIDDEN, "w": IMPOSSIBLE}
"""Cells without one: primary, secondary, opt-out; and those that cannot occur."""


def symbol(cell: str, status: ReleaseStatus) -> Symbol:
    """The symbol of a cell with this status letter, in a release of this status."""
    return SHOWN[status] if cell in SHOWN_STATUSES else WITHOUT_VALUE[cell]


def signs_of(statuses: Collection[ReleaseStatus]) -> list[Symbol]:
    """The symbols of these statuses that have a sign, from the least final."""
    return [SHOWN[one] for one in ReleaseStatus if one in statuses and SHOWN[one].sign]


def period_label(period: HalfYear, status: ReleaseStatus) -> Text:
    """The half-year as CBS writes it: 1e halfjaar 2023*."""
    half = {1: "First half of", 2: "Second half of"}[period.half]
    sign = SHOWN[status].sign
    return Text(f"{period.dutch}{sign}", f"{half} {period.year}{sign}")


def dutch_number(number: int) -> str:
    """1234567 -> 1.234.567."""
    return f"{number:,}".replace(",", ".")
