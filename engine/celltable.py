"""Cells with their evidence: what tabulation gives and protection decides upon."""

from dataclasses import dataclass
from enum import Enum

import pyarrow as pa

from rules.classification import Dimension


class CellStatus(Enum):
    """Why a cell may or may not be shown."""

    SAFE = "s"
    """May be published."""
    PRIMARY = "u"
    """Sensitive in itself: primary suppression."""
    SECONDARY = "x"
    """Withheld to protect another cell: secondary suppression."""
    OPT_OUT = "o"
    """The gemeente does not publish this."""
    IMPOSSIBLE = "w"
    """Cannot occur (structural zero); printed blank."""
    MUST_SHOW = "z"
    """Has to be shown, whatever the cost elsewhere; only ever given, never decided."""


EVIDENCE = ("value", "contributors", "largest", "second_largest")
"""The integer columns of a cell: its value and what the sensitivity rules judge."""


@dataclass(frozen=True, slots=True)
class CellTable:
    """All cells of one published measure, margins included, each exactly once.

    `cells` has one string column per dimension (its code), the int64 columns of
    `EVIDENCE`, and a string column `status` (a `CellStatus` value). A frequency
    table has `magnitude` False: contributors equals value there.
    """

    name: str
    dimensions: tuple[Dimension, ...]
    cells: pa.Table
    magnitude: bool = False


@dataclass(frozen=True, slots=True)
class ProtectedTable:
    """One measure as it may be published: every cell has a status and a reason.

    `cells` has the columns of `CellTable` plus `published` (int64, null when hidden)
    and `reason` (the rule that decided, empty when safe).
    """

    name: str
    dimensions: tuple[Dimension, ...]
    cells: pa.Table
    magnitude: bool = False
