"""Small cohorts whose members come, go, return, move away and have their events."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import combinations, product

import pyarrow as pa
from hypothesis import strategies as st

from engine.cohort import COHORT_SCHEMAS, CohortMicrodata
from engine.database import Database
from engine.levensweg import tabulate_cohort
from rules.levensweg import Cohort, Followed, load_levensweg
from rules.levensweg_tables import CohortMeasure, measures_of
from rules.period import HalfYear
from tests.generative.populations import GEMEENTEN, HOMES, REGIONS
from tests.reference.levensweg import Life, Use, count_cohort
from tests.support.country import linked, place
from tests.support.forms import Cells, cells_of


RULES = load_levensweg()
COHORTS = [Cohort("levensweg-small", HalfYear(2015, 1), number) for number in (2, 4)]
MEASURES = [
    measure
    for cohort in COHORTS
    for measure in measures_of(RULES, cohort)
    if measure.follows is Followed.START_GROUP or cohort is COHORTS[-1]
]
"""Only the start group is another for another number of half-years."""
START = COHORTS[0].first.first_day
DAY = timedelta(days=1)
WINDOW = date(START.year - RULES.years_before, 1, 1)
BEGAN = date(2015, 8, 31)
EVENT_DAYS = (WINDOW - DAY, WINDOW, START - DAY, START, BEGAN, BEGAN + DAY,
              date(2014, 8, 31), date(2014, 8, 30))  # fmt: skip
"""The edges of the window before the start, and of the year before a first use."""


@st.composite
def lives(draw: st.DrawFn, cohort: Cohort) -> Life:
    numbers = range(1, cohort.half_years + 1)
    gemeente, wijk = place(draw(st.sampled_from([home for home in HOMES if home])))
    assert gemeente is not None
    uses: list[Use] = []
    for number in numbers:
        for domain in draw(st.sets(st.sampled_from(["wmo", "jeugd", "pwet", "wsw"]))):
            on_start = number == 1 and draw(st.booleans())
            starts = BEGAN if number > 1 else START - DAY * on_start
            uses.append(Use(number, domain, starts, on_start))
    if draw(st.booleans()):  # a new user, or somebody who never uses
        uses = [use for use in uses if use.half_year > 1]
    codes = st.sampled_from([event.code for event in RULES.events[:2]])
    events = st.tuples(codes, st.sampled_from(EVENT_DAYS))
    least = draw(st.sampled_from([0, 1]))
    return Life(
        gemeente,
        wijk,
        draw(st.sampled_from([None, "1", "3", "6", "8"])),
        tuple(uses),
        tuple(sorted(draw(st.sets(st.sampled_from(numbers))))),
        tuple(sorted(draw(st.sets(events, min_size=least, max_size=2)))),
    )


def every_kind_of_life(cohort: Cohort) -> Iterator[Life]:
    """Each half-year all laws, none, or not to be followed; all events, or none.

    In the first half-year the start group, or nobody who used. And all moves from some
    laws to others.
    """
    laws = ("jeugd", "pwet", "wsw", "wmo")
    yield from _movers(laws, cohort)
    at_start = tuple(Use(1, law, START - DAY, on_start=True) for law in laws)
    events = tuple((event.code, START - DAY) for event in RULES.events)
    for states in product("UNX", repeat=cohort.half_years - 1):
        later = list(enumerate(states, start=2))
        uses = [
            Use(n, law, BEGAN) for n, state in later if state == "U" for law in laws
        ]
        away = tuple(n for n, state in later if state == "X")
        for first, happened in product((at_start, ()), (events, ())):
            yield Life("GM0363", None, "1", (*first, *uses), away, happened)


def _movers(laws: Sequence[str], cohort: Cohort) -> Iterator[Life]:
    """From any laws in a half-year to any in the next, and all laws in the others."""
    some = [each for size in range(1, 5) for each in combinations(laws, size)]
    for number in range(1, cohort.half_years):
        for before, after in product(some, some):
            used = dict.fromkeys(range(1, cohort.half_years + 1), laws)
            used |= {number: before, number + 1: after}
            uses = [
                Use(n, law, START - DAY, on_start=n == 1)
                for n, own in used.items()
                for law in own
            ]
            yield Life("GM0363", None, "1", tuple(uses), (), ())


def microdata_of(
    people: Sequence[Life], participants: Sequence[str]
) -> CohortMicrodata:
    """As linkage gives it: residents of gemeenten that take part, and their rows."""
    here = {f"p{n}": life for n, life in enumerate(people)}
    here = {who: life for who, life in here.items() if life.gemeente in participants}
    rows = {
        "persons": [
            {"person_id": who, "gemeente": life.gemeente, "wijk": life.wijk,
             "household_type": life.household_type}
            for who, life in here.items()
        ],
        "uses": [
            {"person_id": who, "half_year": use.half_year, "domain": use.domain,
             "starts": use.starts, "on_start": use.on_start}
            for who, life in here.items() for use in life.uses
        ],
        "away": [
            {"person_id": who, "half_year": number}
            for who, life in here.items() for number in life.away
        ],
        "events": [
            {"person_id": who, "event": event, "day": day}
            for who, life in here.items() for event, day in life.events
        ],
    }  # fmt: skip
    return CohortMicrodata(
        linked([], REGIONS, participants),
        *(
            pa.Table.from_pylist(rows[name], schema)
            for name, schema in COHORT_SCHEMAS.items()
        ),
    )


def must_follow_alike(
    people: Sequence[Life],
    participants: Sequence[str],
    measure: CohortMeasure,
    database: Database,
) -> None:
    """Every cell that there is, and no other, with the same number in it."""
    counted = count_both_ways(people, measure, database, participants)
    for by_hand, by_engine in counted:
        different = {
            codes: (by_hand.get(codes), by_engine.get(codes))
            for codes in by_hand.keys() | by_engine.keys()
            if by_hand.get(codes) != by_engine.get(codes)
        }
        assert not different, "cells as (by hand, by engine)"


def count_both_ways(
    people: Sequence[Life],
    measure: CohortMeasure,
    database: Database,
    participants: Sequence[str] = GEMEENTEN,
) -> Iterator[tuple[Cells, Cells]]:
    """The cells of each table, by the naive twin and by the engine."""
    microdata = microdata_of(people, participants)
    counted = tabulate_cohort(microdata, measure, measure.tables, database)
    for table, by_engine in zip(measure.tables, counted, strict=True):
        by_hand = count_cohort(
            people,
            REGIONS,
            participants,
            follows=measure.follows,
            table=table,
            cohort=measure.cohort,
            rules=measure.rules,
        )
        yield by_hand, cells_of(by_engine.cells.to_pylist(), table)


@st.composite
def cohorts(draw: st.DrawFn, cohort: Cohort) -> tuple[list[Life], Sequence[str]]:
    people = draw(st.lists(lives(cohort), max_size=5))
    return people, draw(st.sampled_from([GEMEENTEN, GEMEENTEN, GEMEENTEN[:1], ()]))
