"""The Levensweganalyse: cohorts, life events, and what is published of a cohort."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path

from rules.entry import Entry
from rules.errors import RuleError
from rules.fingerprint import RULES
from rules.indicator import RegionLevel, Text
from rules.period import HalfYear


FILE = "levensweg.toml"


class Followed(Enum):
    """Whom a measure of the Levensweganalyse follows."""

    START_GROUP = "start_group"
    """Who had a provision on the start date: use in every later half-year."""
    EVENT = "event"
    """Who had a life event in the years before: use in the first half-year."""
    ENTRY = "entry"
    """Who first used a provision after the first half-year: what preceded."""


class Shown(Enum):
    """What a further analysis of a measure shows; each needs a third half-year."""

    TIME_TO_EXIT = "time_to_exit"
    """Of the start group, by type of household and by law on the start date, the first
    half-year without use: of the counts a survival curve is made."""
    RETURN = "return"
    """Of who left, the half-year of the return, and the laws then used."""
    TRANSITIONS = "transitions"
    """Of the start group, who keeps, leaves and enters a law from each half-year to the
    next."""
    PATHS = "paths"
    """Of new users, the life events that preceded by the laws that they led to, and
    the half-year of entry."""


ANALYSED = {
    Shown.TIME_TO_EXIT: Followed.START_GROUP,
    Shown.RETURN: Followed.START_GROUP,
    Shown.TRANSITIONS: Followed.START_GROUP,
    Shown.PATHS: Followed.ENTRY,
}
"""Whom a measure has to follow for a further analysis."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """The residents of a start date, followed for two or more half-years."""

    code: str
    first: HalfYear
    """The start date is its first day."""
    half_years: int

    @property
    def periods(self) -> tuple[HalfYear, ...]:
        """Every half-year of the follow-up, the first one first."""
        found = [self.first]
        while len(found) < self.half_years:
            found.append(found[-1].next)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class LifeEvent:
    """Something that may happen to somebody: its code and what it is called."""

    code: str
    title: Text


@dataclass(frozen=True, slots=True)
class HouseholdGroup:
    """A type of household of figure 5.2, with its codes TYPHH; `""`: none known."""

    code: str
    title: Text
    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FollowedMeasure:
    """What is published of every cohort: one table of one measure."""

    code: str
    follows: Followed
    title: Text
    definition: Text
    disclosure: str
    source: str


@dataclass(frozen=True, slots=True)
class Analysis:
    """A further table of a measure: what it shows, down to which regions."""

    code: str
    of: str
    shows: Shown
    title: Text
    regions: RegionLevel


@dataclass(frozen=True, slots=True)
class Levensweg:
    """All rules of the Levensweganalyse."""

    cohorts: Mapping[str, Cohort]
    events: tuple[LifeEvent, ...]
    households: tuple[HouseholdGroup, ...]
    measures: tuple[FollowedMeasure, ...]
    years_before: int
    """How long before the start date a life event may lie."""
    months_before_entry: int
    """How long before the first provision a life event may lie to have preceded it."""
    analyses: tuple[Analysis, ...] = ()

    def cohort(self, code: str) -> Cohort:
        if code not in self.cohorts:
            raise RuleError(
                f"{code!r} is no cohort; there are {', '.join(self.cohorts)}"
            )
        return self.cohorts[code]


@cache
def load_levensweg(folder: Path = RULES) -> Levensweg:
    """The rules in `levensweg.toml`; a RuleError has all that is wrong with them."""
    problems: list[str] = []
    path = folder / FILE
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RuleError(f"{FILE}: cannot be read as TOML: {error}") from None
    file = Entry(FILE, content, problems)
    file.only({"cohort", "window", "event", "household", "measure", "analysis"})
    window = content.get("window")
    window = Entry(
        f"{FILE}: window", window if isinstance(window, dict) else {}, problems
    )
    found = Levensweg(
        cohorts={each.code: each for each in map(_cohort, _listed(file, "cohort"))},
        events=tuple(map(_event, _listed(file, "event"))),
        households=tuple(map(_household, _listed(file, "household"))),
        measures=tuple(map(_measure, _listed(file, "measure"))),
        years_before=_number(window, "years_before"),
        months_before_entry=_number(window, "months_before_entry"),
        analyses=tuple(map(_analysis, _listed(file, "analysis", least=0))),
    )
    _must_analyse_what_is_followed(file, found)
    _must_divide_households(file, found)
    if problems:
        raise RuleError(
            f"{len(problems)} errors in the rules; correct them:\n  "
            + "\n  ".join(problems)
        )
    return found


def _cohort(entry: Entry) -> Cohort:
    entry.only({"code", "first", "half_years"})
    code, first = entry.string("code"), entry.string("first")
    entry.matches(code, r"levensweg-[a-z0-9]+", "the cohort's code")
    number = _number(entry, "half_years", least=2)
    try:
        return Cohort(code, HalfYear.parse(first), number)
    except RuleError as error:
        entry.wrong(f"'first': {error}")
        return Cohort(code, HalfYear(2015, 1), number)


def _event(entry: Entry) -> LifeEvent:
    entry.only({"code", "title"})
    entry.matches(entry.string("code"), r"(?!00)[0-9]{2}", "the event's code")
    return LifeEvent(entry.string("code"), entry.text("title"))


def _household(entry: Entry) -> HouseholdGroup:
    entry.only({"code", "title", "types"})
    entry.matches(entry.string("code"), "[A-I]", "the household's code")
    types = entry.strings(entry.keys.get("types"), "'types'")
    return HouseholdGroup(entry.string("code"), entry.text("title"), types)


def _measure(entry: Entry) -> FollowedMeasure:
    entry.only({"code", "follows", "title", "definition", "disclosure", "source"})
    entry.matches(entry.string("code"), "LW_[A-Z_]+", "'code'")
    return FollowedMeasure(
        entry.string("code"),
        entry.word("follows", Followed),
        entry.text("title"),
        entry.text("definition"),
        entry.string("disclosure"),
        entry.string("source"),
    )


def _analysis(entry: Entry) -> Analysis:
    entry.only({"code", "of", "shows", "title", "regions"})
    entry.matches(entry.string("code"), "[a-z]+", "'code'")
    return Analysis(
        entry.string("code"),
        entry.string("of"),
        entry.word("shows", Shown),
        entry.text("title"),
        entry.word("regions", RegionLevel),
    )


def _must_analyse_what_is_followed(file: Entry, found: Levensweg) -> None:
    follows = {measure.code: measure.follows for measure in found.measures}
    for each in found.analyses:
        if follows.get(each.of) is not ANALYSED[each.shows]:
            file.wrong(
                f"analysis {each.code}: {each.shows.value!r} is of a measure that "
                f"follows {ANALYSED[each.shows].value!r}; {each.of!r} is none"
            )


def _listed(file: Entry, key: str, least: int = 1) -> Iterator[Entry]:
    """The entries `[[key]]`, each with a code that no other has."""
    listed = file.keys.get(key, [] if least == 0 else None)
    if not isinstance(listed, list) or not all(isinstance(e, dict) for e in listed):
        file.wrong(f"write one or more [[{key}]]")
        return
    codes = [str(keys.get("code")) for keys in listed]
    for code, keys in zip(codes, listed, strict=True):
        entry = Entry(f"{FILE}: {key} {code}", keys, file.problems)
        if codes.count(code) > 1:
            entry.wrong("this code is declared twice; give each its own")
        yield entry


def _number(entry: Entry, key: str, least: int = 1) -> int:
    value = entry.keys.get(key)
    if type(value) is int and least <= value <= 99:
        return value
    entry.wrong(f"{key!r} must be a whole number from {least} to 99")
    return least


def _must_divide_households(file: Entry, found: Levensweg) -> None:
    """Every type of household is in one group, so that groups add up."""
    types = sorted(code for group in found.households for code in group.types)
    if types != ["", *"12345678"]:
        file.wrong('each TYPHH 1 to 8 and "" must be in one [[household]]')
