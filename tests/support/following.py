"""The form in which the chapter on cohorts is written: letters per half-year."""

from datetime import date

from engine.duckdb_database import DuckDBDatabase
from rules.levensweg import Cohort, Followed, load_levensweg
from rules.levensweg_tables import measures_of
from rules.period import HalfYear
from tests.generative.lives import count_both_ways
from tests.reference.levensweg import Life, Use
from tests.support.country import place
from tests.support.texttable import Row, columns, parse


DOMAINS = {"J": "jeugd", "P": "pwet", "V": "wsw", "W": "wmo"}


def following(
    *, given: str, expect: str, follows: str = "start_group", start: str = "2015-H1"
) -> None:
    """Follow the persons of an example, by the naive twin and by the engine.

    `start`, `2`, `3`, ... have the letters of the laws that were used on the start date
    and in each half-year; X: no longer registered on its last day. `event` and `day`
    are a life event. What is expected are the codes of Nederland.
    """
    rules = load_levensweg()
    numbers = [int(name) for name in columns(given) if name.isdigit()]
    cohort = Cohort("levensweg-example", HalfYear.parse(start), max(numbers))
    wanted = Followed(follows)
    (measure,) = (m for m in measures_of(rules, cohort) if m.follows is wanted)
    people = [_life(row, cohort) for row in parse(given)]
    with DuckDBDatabase(threads=1) as database:
        found = [
            counted
            for both in count_both_ways(people, measure, database)
            for counted in both
        ]
    for row in parse(expect):
        code, *_ = row.values()
        numbers = {each["NL", code] for each in found if ("NL", code) in each}
        assert numbers == {int(row["persons"] or 0)}, code


def _life(row: Row, cohort: Cohort) -> Life:
    gemeente, wijk = place(row.get("lives", "WK036301"))
    assert gemeente is not None
    begins = date.fromisoformat(row["begins"]) if row.get("begins") else None
    uses, away = [], []
    for number, period in enumerate(cohort.periods, start=1):
        said = row.get(str(number)) or (row.get("start") if number == 1 else None) or ""
        if "X" in said:
            away.append(number)
        for law in said.replace("X", ""):
            starts = begins or period.first_day
            on_start = number == 1 and law in (row.get("start") or "")
            uses.append(Use(number, DOMAINS[law], starts, on_start))
    event = row.get("event"), row.get("day")
    events = ((event[0], date.fromisoformat(event[1])),) if all(event) else ()
    return Life(gemeente, wijk, row.get("type"), tuple(uses), tuple(away), events)
