"""Every word that a catalogue entry may use to say what is counted, and where."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from rules.classification import Dimension
from rules.period import HalfYear


@dataclass(frozen=True, slots=True)
class Text:
    """A text for people in both languages; Dutch is what is published."""

    nl: str
    en: str


class CountedUnit(Enum):
    """Whom or what a cell counts; each counts once per cell."""

    PERSONS = "persons"
    """A person, wherever and however often served."""
    HOUSEHOLDS = "households"
    """A private household on the reference date, with all its members' provisions."""
    CLIENTS = "clients"
    """A person within one delivering gemeente: a client of two gemeenten counts in
    both, so that gemeenten add up to their provincie (StatLine's Wmo-client)."""
    PROVISIONS = "provisions"
    """A provision: an arrangement, a trajectory, a benefit."""


class TimeRule(Enum):
    """When a provision counts for a half-year."""

    DURING = "during"
    """It ran on at least one day of the half-year."""
    ON_REFERENCE_DATE = "on_reference_date"
    """It ran on the last day of the half-year."""
    STARTED_IN = "started_in"
    """Its first day lies in the half-year."""
    ENDED_IN = "ended_in"
    """Its last day lies in the half-year."""


class RegionRule(Enum):
    """Where a provision counts."""

    RESIDENCE = "residence"
    """Where the person lives on the reference date."""
    CLIENT = "client"
    """In the gemeente that delivered it; in the wijk of residence if it lies there."""


class Denominator(Enum):
    """By what a rate per 1 000 divides: counts of 1 January, unrounded."""

    INHABITANTS = "inhabitants"
    """Inhabitants."""
    HOUSEHOLDS = "households"
    """Private households."""


class Breakdown(Enum):
    """How a unit gets its codes on the dimensions of a table."""

    TYPE = "type"
    """One dimension, the type of each of its provisions: a unit can be in several."""
    STAPELING = "stapeling"
    """Two dimensions, over all of its provisions together: the combination of laws
    (`combination`) and the number of provisions (`number`, 6 or more as `6+`)."""


class RegionLevel(Enum):
    """How far a table goes down from Nederland."""

    PROVINCIE = "provincie"
    GEMEENTE = "gemeente"
    WIJK = "wijk"


@dataclass(frozen=True, slots=True)
class Margin:
    """Some of a table's dimensions, published by themselves under a code and title."""

    code: str
    title: Text
    dimensions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """What anybody knows of a table besides its sums, in every region.

    The `smaller` cells together are at most the `larger` cells together. A cell is
    given by its code per dimension; on the other dimensions it is at its total.
    """

    text: Text
    smaller: tuple[Mapping[str, str], ...]
    larger: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A table: its dimensions besides region, and who consented to it.

    It is published as its margins; without margins, with all its dimensions crossed.
    """

    code: str
    title: Text
    breakdown: Breakdown
    dimensions: tuple[Dimension, ...]
    labels: Mapping[str, Mapping[str, Text]]
    impossible: tuple[Mapping[str, str], ...] = ()
    """Cells that cannot occur, as code per dimension: published blank."""
    consent: str = "wmo_basis"
    source: str = ""
    regions: RegionLevel = RegionLevel.WIJK
    """The lowest regions that it has."""
    margins: tuple[Margin, ...] = ()
    statements: tuple[Statement, ...] = ()
    """Needed where margins are published and not the cells that would imply them."""

    def published(self) -> tuple["TableSpec", ...]:
        """The tables that are published of it, each with all its dimensions crossed."""
        return tuple(self._only(margin) for margin in self.margins) or (self,)

    def _only(self, margin: Margin) -> "TableSpec":
        kept = frozenset(margin.dimensions)
        return replace(
            self,
            code=margin.code,
            title=margin.title,
            dimensions=tuple(d for d in self.dimensions if d.name in kept),
            labels={name: texts for name, texts in self.labels.items() if name in kept},
            impossible=tuple(cell for cell in self.impossible if kept >= set(cell)),
            margins=(),
        )


@dataclass(frozen=True, slots=True)
class Indicator:
    """One published measure: who counts, when, where, on which table.

    `where` allows codes per column of the linked table `provisions`; an empty mapping
    allows all.
    """

    code: str
    title: Text
    definition: Text
    table: str
    counts: CountedUnit
    time: TimeRule
    region: RegionRule
    disclosure: str
    since: HalfYear
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    denominator: Denominator | None = None
    source: str = ""
