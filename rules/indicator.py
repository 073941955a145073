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

    INHABITANTS = "inhabitants"
    """Everybody who lived there on 1 January, with a provision or without."""
    PERSONS = "persons"
    """A person, wherever and however often served."""
    HOUSEHOLDS = "households"
    """A private household on the reference date, with all its members' provisions."""
    CLIENTS = "clients"
    """A person within one delivering gemeente: a client of two gemeenten counts in
    both, so that gemeenten add up to their provincie (StatLine's Wmo-client)."""
    PROVISIONS = "provisions"
    """A provision: an arrangement, a trajectory, a benefit."""
    EUROS = "euros"
    """Whole thousands of euros of costs, each spent on one type; who is paid them is
    the contributor: a provider, or the client with a budget of the own."""
    DAYS = "days"
    """The days that a provision lasted, first and last day counted; the person is the
    contributor."""
    RESPONDENTS = "respondents"
    """Who answered a questionnaire of a gemeente: a sample, of which nobody's number is
    known."""

    USERS = "users"
    """Users as they are told in totals of a gemeente, without persons: who uses several
    kinds counts in each, and so in their sum."""

    @property
    def is_amount(self) -> bool:
        """Whether amounts are added up, to which some contribute more than others."""
        return self in {CountedUnit.EUROS, CountedUnit.DAYS}


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
    ON_FIRST_OF_JANUARY = "on_first_of_january"
    """Of inhabitants: those of 1 January, whom rates divide by."""


class RegionRule(Enum):
    """Where a provision counts."""

    RESIDENCE = "residence"
    """Where the person lives on the reference date."""
    CLIENT = "client"
    """In the gemeente that delivered it; in the wijk of residence if it lies there."""


class Denominator(Enum):
    """By what a rate per 1 000 divides: counts of 1 January, unrounded.

    In a table by age, sex, income or origin: those of that age, sex, income or origin.
    """

    INHABITANTS = "inhabitants"
    """Inhabitants."""
    HOUSEHOLDS = "households"
    """Private households."""
    YOUNG = "young"
    """Inhabitants under 23."""
    EVERYBODY = "everybody"
    """Inhabitants, whatever characteristic the cell is of: the rate is a share."""


class Characteristic(Enum):
    """What the codes of a dimension say: of a provision, of a unit, or of a person."""

    TYPE = "type"
    """Of each provision its type, the detail within it, and that with its financing:
    `VO`, `VO15`, `VO15P`. A unit can be in several."""
    REASON = "reason"
    """Of each provision why it ended; `ONB` where that is not known."""
    REFERRER = "referrer"
    """Of each provision who referred to it."""
    LIVING = "living"
    """Of each benefit the kind of household it is for (`Leefvorm`)."""
    COURSE = "course"
    """What each provision did in the half-year: it ran already when that began (`B`),
    or started in it (`I`; `IN`, or `IH` after an earlier one of the same person had
    ended; `ICJ` with a crisis, `ICN` without, `ICO` where that is not known); it ran on
    (`E`; `ED` and the completed months so far), or ended in it (`U`; `UR` and the
    reason, `UD` and the completed months that it lasted)."""
    INTENSITY = "intensity"
    """Of each provision how many whole hours a week it is granted for; `ONB` where that
    is not known, or is not counted in time."""
    PERSPECTIVE = "perspective"
    """Of each trajectory of help what it is to achieve (asked up to 2018); `ONB` where
    that is not known."""
    CHAIN = "chain"
    """How the heaviest that a unit had on the last day stands to the heaviest when the
    half-year began: lighter `L`, as heavy `G`, heavier `Z`. `I` had nothing when it
    began, `U` nothing on the last day (`UB` went on to basic support, `UZ` to the Zvw,
    `UW` to the Wlz, `UO` elsewhere), `K` neither."""
    COMBINATION = "combination"
    """The laws that all provisions of a unit are from."""
    NUMBER = "number"
    """How many provisions a unit has, 6 or more as `6+`."""
    FINANCING = "financing"
    """How all provisions of a unit are financed: in kind `Z`, a budget `P`, `ZP`."""
    MEASURES = "measures"
    """Whether a young person has help `H`, protection `B`, probation `R`."""
    PAIR = "pair"
    """The two types, and details, of who has exactly two provisions."""
    AGE = "age"
    """Completed years on the reference date."""
    SEX = "sex"
    """1 man, 2 woman."""
    PENSION = "pension"
    """Before (`TOT`) or after (`VANAF`) reaching the pension age of the year."""
    HOUSEHOLD = "household"
    """The type of the household on the reference date (`TYPHH`)."""
    CHILD = "child"
    """Child at home in a one-parent family, with a couple, or otherwise."""
    INCOME = "income"
    """Income of the household in whole thousands of euros; `ONB` where not known."""
    ORIGIN = "origin"
    """Country or part of the world that the person, or a parent, was born in."""
    CARE = "care"
    """Whether the person had care by the Wlz or the Zvw in the half-year too."""
    INDEX = "index"
    """The group of the social-domain index: provisions of one law (`W`, `J`, `P`), of
    more (`M`), or care by the Wlz or the Zvw too (`V`)."""
    USE = "use"
    """The laws of the provisions that a unit had in the half-year beside what is
    counted, such as its early warnings: a combination, or none `G`."""
    ANSWER = "answer"
    """Of each statement of a questionnaire that it was answered (`1`) and how: agrees
    (`1E`), neither (`1N`), disagrees (`1O`), anything but agrees (`1XE`) or but
    disagrees (`1XO`)."""

    @property
    def is_personal(self) -> bool:
        """Whether it is said of a person, so that inhabitants have it too."""
        return self in _PERSONAL


_PERSONAL = frozenset(
    {
        Characteristic.AGE,
        Characteristic.SEX,
        Characteristic.PENSION,
        Characteristic.HOUSEHOLD,
        Characteristic.CHILD,
        Characteristic.INCOME,
        Characteristic.ORIGIN,
    }
)


class RegionLevel(Enum):
    """How far a table goes down from Nederland."""

    LAND = "land"
    PROVINCIE = "provincie"
    GEMEENTE = "gemeente"
    WIJK = "wijk"


NEEDED = {Characteristic.CARE: "wlzzvw", Characteristic.INDEX: "wlzzvw"}
"""What everybody has a code of if this source was delivered, and else nobody."""


@dataclass(frozen=True, slots=True)
class Margin:
    """Some of a table's dimensions, published by themselves under a code and title.

    `codes` are, per dimension, the only ones published; without it, all.
    """

    code: str
    title: Text
    dimensions: tuple[str, ...]
    regions: RegionLevel = RegionLevel.WIJK
    areas: tuple[str, ...] = ()
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    source: str = ""
    half_yearly: bool = False


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

    `by` says per dimension what its codes mean. The table is published as its margins;
    without margins, with all its dimensions crossed.
    """

    code: str
    title: Text
    by: Mapping[str, Characteristic]
    dimensions: tuple[Dimension, ...]
    labels: Mapping[str, Mapping[str, Text]]
    impossible: tuple[Mapping[str, str], ...] = ()
    """Cells that cannot occur, as code per dimension: published blank."""
    consent: str = "wmo_basis"
    source: str = ""
    regions: RegionLevel = RegionLevel.WIJK
    """The lowest regions that it has."""
    areas: tuple[str, ...] = ()
    """The types of region (`rules.region`) that it has besides, of whole gemeenten."""
    half_yearly: bool = False
    """Whether it is in the half-yearly publication; the others are counted on request,
    and never published without being in it, so that all are protected together."""
    margins: tuple[Margin, ...] = ()
    statements: tuple[Statement, ...] = ()
    """Needed where margins are published and not the cells that would imply them."""

    def published(self) -> tuple["TableSpec", ...]:
        """The tables that are published of it, each with all its dimensions crossed."""
        return tuple(self._only(margin) for margin in self.margins) or (self,)

    @property
    def needs(self) -> frozenset[str]:
        """Sources without which it has no parts, so that it cannot be made."""
        return frozenset(NEEDED[word] for word in self.by.values() if word in NEEDED)

    def _only(self, margin: Margin) -> "TableSpec":
        kept = frozenset(margin.dimensions)
        dimensions = tuple(
            each.only(margin.codes[each.name]) if each.name in margin.codes else each
            for each in self.dimensions
            if each.name in kept
        )
        return replace(
            self,
            code=margin.code,
            title=margin.title,
            by={name: word for name, word in self.by.items() if name in kept},
            dimensions=dimensions,
            labels={name: texts for name, texts in self.labels.items() if name in kept},
            impossible=tuple(cell for cell in self.impossible if kept >= set(cell)),
            source=margin.source or self.source,
            regions=margin.regions,
            areas=margin.areas,
            half_yearly=margin.half_yearly,
            margins=(),
        )

    def of(self, counts: CountedUnit) -> "TableSpec":
        """The table as its parts add up for a unit.

        A provision is of one type only, and so is what is paid for it, or told of it:
        types overlap for none of these.
        """
        alone = {CountedUnit.PROVISIONS, CountedUnit.USERS}
        if counts not in alone and not counts.is_amount:
            return self
        exact = tuple(dimension.without_overlap() for dimension in self.dimensions)
        return replace(self, dimensions=exact)


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
    unit: Text | None = None
    """What its figures are, where they are not numbers of what is counted."""
    until: HalfYear | None = None
    """The last half-year in which it was asked for; None: it still is."""

    def covers(self, period: HalfYear) -> bool:
        """Whether what it counts is asked for in the half-year."""
        return self.since <= period and (self.until is None or period <= self.until)
