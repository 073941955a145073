"""The dossier that checkers read before they vote: one HTML page, made inside.

From the candidate, what was published before, and what protection and audit found: for
a hidden cell why it is hidden and what a reader can believe, never what it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from outputs.changes import ChangedCell, Changes, Outlier
from outputs.checklist import Check
from outputs.pages import page


@dataclass(frozen=True, slots=True)
class HiddenCell:
    """A hidden cell: where it is, why, and what a reader can still believe of it."""

    region: str
    cell: str
    why: str
    rule: str
    lower: int
    upper: int | None

    @property
    def width(self) -> int | None:
        """How many values are left besides one; None when there is no end."""
        return None if self.upper is None else self.upper - self.lower


@dataclass(frozen=True, slots=True)
class Level:
    """The cells of one level of regions: how many, and why some are hidden."""

    name: str
    cells: int
    sensitive: int
    protecting: int
    opted_out: int

    @property
    def hidden(self) -> int:
        return self.sensitive + self.protecting + self.opted_out

    @property
    def share(self) -> float:
        return self.hidden / self.cells if self.cells else 0.0


@dataclass(frozen=True, slots=True)
class MeasureReview:
    """One measure on one table, as it was protected and audited."""

    table: str
    title: str
    levels: tuple[Level, ...]
    narrowest: tuple[HiddenCell, ...]
    more: int

    @property
    def all_levels(self) -> Level:
        """All levels together."""
        parts = ("cells", "sensitive", "protecting", "opted_out")
        sums = [sum(getattr(level, part) for level in self.levels) for part in parts]
        return Level("Samen", *sums)


@dataclass(frozen=True, slots=True)
class Proof:
    """What the audit proved, as it is in its summary."""

    certificate: str
    hidden: int
    exposed: int
    exact: int
    worlds: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed since an earlier release, table by table; and what stands out."""

    label: str
    is_revision: bool
    changes: tuple[Changes, ...]
    incomparable: tuple[str, ...]
    outliers: tuple[Outlier, ...]
    cells: tuple[ChangedCell, ...] = ()
    """Of a revision the cells that changed, or the first of them."""
    narrowed: int = 0
    """Of a revision the hidden cells of gemeenten that came or went, which the totals
    of both narrow together."""

    @property
    def changed(self) -> int:
        """Cells that are shown otherwise, of all tables."""
        return sum(o.changed + o.now_hidden + o.now_shown for o in self.changes)


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that is on the page."""

    period: str
    status: str
    author: str
    digest: str
    files: tuple[tuple[str, int, str], ...]
    checks: tuple[Check, ...]
    door: tuple[str, ...]
    measures: tuple[MeasureReview, ...]
    proof: Proof
    comparisons: tuple[Comparison, ...]

    @property
    def failed(self) -> int:
        return sum(not check.passed for check in self.checks)

    @property
    def total(self) -> Level:
        parts = [one.all_levels for one in self.measures]
        return Level(
            "Alles",
            sum(one.cells for one in parts),
            sum(one.sensitive for one in parts),
            sum(one.protecting for one in parts),
            sum(one.opted_out for one in parts),
        )


def dossier_html(dossier: Dossier, ballot: "Ballot | None" = None) -> str:
    """The page; with a ballot it ends in a form to vote with."""
    return page("review.html", d=dossier, ballot=ballot)


@dataclass(frozen=True, slots=True)
class Ballot:
    """What a checker sees under the dossier: the form, or what became of the vote."""

    name: str
    token: str
    said: Sequence[str] = ()
    voted: bool = False
