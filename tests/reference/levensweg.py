"""The naive twin of the Levensweganalyse, straight from the definitions.

Loops over persons and half-years, one function per definition in Dutch. Standard
library and `rules` only; no query, no grouping.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from rules.indicator import RegionLevel, TableSpec
from rules.levensweg import Cohort, Followed, Levensweg
from tests.reference.records import COUNTRY, Codes, Region


LAWS = {"jeugd": "J", "pwet": "P", "wsw": "V", "wmo": "W"}


@dataclass(frozen=True, slots=True)
class Use:
    """Somebody had a provision of a domain in a half-year of the follow-up."""

    half_year: int
    domain: str
    starts: date
    on_start: bool = False


@dataclass(frozen=True, slots=True)
class Life:
    """A resident of the start date, and what happened to that person."""

    gemeente: str
    wijk: str | None
    household_type: str | None
    uses: tuple[Use, ...] = ()
    away: tuple[int, ...] = ()
    """Half-years on whose last day the person is registered nowhere that takes part."""
    events: tuple[tuple[str, date], ...] = ()


def count_cohort(
    lives: Sequence[Life],
    regions: Sequence[Region],
    participants: Collection[str],
    *,
    follows: Followed,
    table: TableSpec,
    cohort: Cohort,
    rules: Levensweg,
) -> dict[Codes, int]:
    """Elke cel van de tabel, met het aantal inwoners dat erin hoort."""
    codes = table.dimensions[0].codes
    places = dict.fromkeys([COUNTRY])
    for region in regions:
        if region["gemeente"] in participants:
            places |= dict.fromkeys((region["provincie"], region["gemeente"]))
            if table.regions is RegionLevel.WIJK:
                places |= dict.fromkeys([region["wijk"]])
    return {
        (place, code): sum(
            lived_in(life, place, regions)
            and has_code(life, code, follows, cohort, rules)
            for life in lives
            if life.gemeente in participants
        )
        for place in places
        for code in codes
    }


def lived_in(life: Life, place: str, regions: Sequence[Region]) -> bool:
    """Het gebied waar de inwoner op de startdatum woonde, ook na een verhuizing."""
    for region in regions:
        if region["gemeente"] == life.gemeente:
            return place in {COUNTRY, region["provincie"], life.gemeente, life.wijk}
    return False


def has_code(
    life: Life, code: str, follows: Followed, cohort: Cohort, rules: Levensweg
) -> bool:
    if follows is Followed.START_GROUP:
        return in_start_group(life) and is_course(life, code, cohort, rules)
    if follows is Followed.EVENT:
        return is_after_event(life, code, cohort, rules)
    return is_new_user(life) and is_entry(life, code, rules)


# --- the start group ------------------------------------------------------------------


def in_start_group(life: Life) -> bool:
    """Inwoners met op de startdatum een of meer voorzieningen."""
    return any(use.on_start for use in life.uses)


def laws_in(life: Life, half_year: int) -> set[str]:
    """De wetten waaruit de inwoner in het halfjaar een voorziening had."""
    return {LAWS[use.domain] for use in life.uses if use.half_year == half_year}


def state_in(life: Life, half_year: int) -> str:
    """U: gebruikt een voorziening; X: niet, en niet ingeschreven; N: geen van beide."""
    if laws_in(life, half_year):
        return "U"
    return "X" if half_year in life.away else "N"


def is_course(life: Life, code: str, cohort: Cohort, rules: Levensweg) -> bool:
    """Hoort de code bij de inwoner? Het totaal hoort bij iedereen."""
    start_laws = {LAWS[use.domain] for use in life.uses if use.on_start}
    later = range(2, cohort.half_years + 1)
    household = next(
        group.code
        for group in rules.households
        if (life.household_type or "") in group.types
    )
    found = {"T", household, *start_laws}
    for number in later:
        state = state_in(life, number)
        found |= {f"{number}{state}", f"{household}{number}{state}"}
        outcomes = laws_in(life, number) or {state}
        found |= {f"{law}{number}{one}" for law in start_laws for one in outcomes}
    if cohort.half_years > 2:
        found |= exit_codes(life, cohort.half_years)
    return code in found


def exit_codes(life: Life, last: int) -> set[str]:
    """Het eerste halfjaar zonder gebruik: weg (E) of niet te volgen (L); daarna
    teruggekeerd (R) of niet (B). Wie altijd gebruikt: S."""
    for number in range(2, last + 1):
        state = state_in(life, number)
        if state == "X":
            return {f"L{number}"}
        if state == "N":
            after = range(number + 1, last + 1)
            came_back = any(state_in(life, other) == "U" for other in after)
            way = "R" if came_back else "B"
            return {f"E{number}", f"E{number}{way}"}
    return {"S"}


# --- life events ----------------------------------------------------------------------


def is_after_event(life: Life, code: str, cohort: Cohort, rules: Levensweg) -> bool:
    """Gebeurtenissen in de jaren voor de startdatum, en gebruik in het eerste
    halfjaar."""
    start = cohort.first.first_day
    since = date(start.year - rules.years_before, start.month, start.day)
    events = {event for event, day in life.events if since <= day < start}
    if not events:
        return False
    state = "U" if laws_in(life, 1) else "N"
    return code in {"T", *events, *(f"{event}{state}" for event in events)}


def is_new_user(life: Life) -> bool:
    """Geen voorziening in het eerste halfjaar, wel in een later halfjaar."""
    return bool(life.uses) and not laws_in(life, 1)


def is_entry(life: Life, code: str, rules: Levensweg) -> bool:
    """Gebeurtenissen in de maanden voor het begin van de eerste voorziening, de dag van
    het begin meegeteld; 00: geen. En de wetten van het eerste halfjaar met gebruik."""
    first = min(use.half_year for use in life.uses)
    starts = min(use.starts for use in life.uses if use.half_year == first)
    since = months_before(starts, rules.months_before_entry)
    events = {event for event, day in life.events if since <= day <= starts}
    return code in {"T", *(events or {"00"}), *laws_in(life, first)}


def months_before(day: date, months: int) -> date:
    """Dezelfde dag, maanden eerder; de laatste van de maand als die er niet is."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for number in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(number, day.day))
        except ValueError:
            continue
    raise ValueError("every month has 28 days")
