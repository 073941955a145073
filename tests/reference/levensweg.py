"""The naive twin of the Levensweganalyse, straight from the definitions.

Loops over persons and half-years, one function per definition in Dutch. Standard
library and `rules` only; no query, no grouping.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from rules.indicator import TableSpec
from rules.levensweg import Cohort, Followed, Levensweg
from tests.reference.naive import cells_of, is_within
from tests.reference.records import Codes, Region


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
    return {
        (place, code): sum(
            lived_in(life, place, regions)
            and has_code(life, code, follows, cohort, rules)
            for life in lives
            if life.gemeente in participants
        )
        for place, code in cells_of(regions, participants, table)
    }


def lived_in(life: Life, place: str, regions: Sequence[Region]) -> bool:
    """Het gebied waar de inwoner op de startdatum woonde, ook na een verhuizing."""
    return is_within(place, life.gemeente, life.wijk, regions)


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
    household = next(
        group.code
        for group in rules.households
        if (life.household_type or "") in group.types
    )
    return code in course_codes(life, household, cohort.half_years)


@cache
def course_codes(life: Life, household: str, last: int) -> set[str]:
    """Alle codes van wie in de startgroep zit en zo lang wordt gevolgd."""
    start_laws = {LAWS[use.domain] for use in life.uses if use.on_start}
    found = {"T", household, *start_laws}
    for number in range(2, last + 1):
        state = state_in(life, number)
        found |= {f"{number}{state}", f"{household}{number}{state}"}
        outcomes = laws_in(life, number) or {state}
        found |= {f"{law}{number}{one}" for law in start_laws for one in outcomes}
    if last > 2:
        ways = exit_codes(life, last)
        groups = {household, *start_laws}
        found |= ways | {
            f"{group}{way.rstrip('RB')}" for group in groups for way in ways
        }
        found |= return_codes(life, last) | transition_codes(life, last)
    return found


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


def return_codes(life: Life, last: int) -> set[str]:
    """Na het eerste halfjaar zonder gebruik: het halfjaar van de terugkeer, en de
    wetten waaruit de inwoner toen een voorziening had."""
    for number in range(2, last + 1):
        state = state_in(life, number)
        if state == "X":
            return set()
        if state == "N":
            for later in range(number + 1, last + 1):
                if state_in(life, later) == "U":
                    laws = laws_in(life, later)
                    return {f"E{number}R{each}" for each in (later, *laws)}
            return set()
    return set()


def transition_codes(life: Life, last: int) -> set[str]:
    """Per halfjaar de wetten die de inwoner gebruikt; naar het volgende halfjaar welke
    behouden, verlaten (voor een andere wet A, niets N, of niet te volgen X) en begonnen
    (vanuit een andere wet A, of zonder O); en alle wetten samen (U)."""
    found = {f"{n}{law}" for n in range(1, last + 1) for law in laws_in(life, n)}
    for number in range(1, last):
        before, after = laws_in(life, number), laws_in(life, number + 1)
        moves = {law + law for law in before & after}
        for law in before - after:
            moves |= {law + other for other in after}
            moves.add(law + ("A" if after else state_in(life, number + 1)))
        moves |= {("A" if before else "O") + law for law in after - before}
        if number > 1 and before:
            moves.add("U" + state_in(life, number + 1))
        if number > 1 and after and not before:
            moves.add("OU")
        found |= {f"K{number}{move}" for move in moves}
    return found


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
    laws = laws_in(life, first)
    groups = {*(events or {"00"}), f"I{first}"}
    return code in {
        "T",
        *groups,
        *laws,
        *(f"{one}{law}" for one in groups for law in laws),
    }


def months_before(day: date, months: int) -> date:
    """Dezelfde dag, maanden eerder; de laatste van de maand als die er niet is."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for number in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(number, day.day))
        except ValueError:
            continue
    raise ValueError("every month has 28 days")
