"""From accepted deliveries to linked microdata: who had which provision, living where.

In come the deliveries of a period that count and the registers, all with person keys;
out goes the microdata that tables are counted from. The registers of everyone are read
once, and only what is needed of them is kept.
"""

from dataclasses import replace
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from engine.database import Database
from engine.microdata import (
    ANSWERS,
    COSTS,
    PARTICIPATION,
    POPULATION,
    PROFILE,
    PROVISIONS,
    LinkageSummary,
    LinkedMicrodata,
)
from engine.query import Clause, Query, identifier, literal, phrase
from rules.pension import born_by
from rules.period import HalfYear, Year
from rules.vocabulary import DOMAINS
from secure_env.areas import regions_of
from secure_env.consent import participation
from secure_env.merging import hold_provisions, main_groups
from secure_env.persons import identify
from secure_env.pseudonym import rin_keys
from secure_env.sources import COLUMNS, PROVISION_SOURCES, DeliveredSources


__all__ = ["DeliveredSources", "link"]

_OF_AGE = 18


def link(
    sources: DeliveredSources, period: HalfYear | Year, database: Database
) -> LinkedMicrodata:
    """Everything that tabulation may look at for a period, from its deliveries."""
    sources = replace(sources, personen=sources.held("personen"))
    regions = sources.arrow("regio")
    database.register("regio", regions)
    _hold_homes(sources, period, database)
    delivered, people = identify(sources, database)
    for name, table in delivered.items():
        database.register(name, table)
    merged_records = hold_provisions(period, database)
    population = _place_persons(sources, period, database)
    profile = _know_persons(sources, period, database)
    _place_young(sources, people, period, database)
    provisions = _shaped(_run("provisions", database), PROVISIONS)
    costs = _costs(sources, database)
    taking_part = participation(
        regions["gemeente"].to_pylist(),
        period.halves[-1],
        sources.suppliers,
        sources.arrow("toestemming"),
        sources.arrow("besluit"),
    )
    database.register("provisions", provisions)
    report = _run("linkage_report", database)
    microdata = LinkedMicrodata(
        provisions,
        population,
        regions_of(regions, [sources.arrow("gebieden")]),
        _shaped(taking_part, PARTICIPATION),
        report=report,
        profile=profile,
        costs=costs,
        answers=_answers(sources, database),
    )
    summary = _run("summary", database).to_pylist()[0]
    database.forget(*delivered, "regio", "homes", "held", "served", "jeugd_held")
    database.forget("residence", "household_of", "young_homes", "movers", "provisions")
    database.forget("persons")
    return microdata.summarised(_summary(microdata, report, merged_records, summary))


def _hold_homes(
    sources: DeliveredSources, period: HalfYear | Year, database: Database
) -> None:
    """Make `homes`: where everyone lived on 1 January and in the period."""
    first, last = literal(period.first_day), literal(period.last_day)
    in_period = phrase(
        "starts <= {last} and (ends is null or ends >= {first})", first=first, last=last
    )
    database.register("adressen", sources.arrow("adressen"))
    days = _days(period)
    database.materialise("homes", _query("homes").fill(in_period=in_period, **days))
    database.forget("adressen")


def _place_persons(
    sources: DeliveredSources, period: HalfYear | Year, database: Database
) -> pa.Table:
    """Make `household_of`, `residence`, `movers`, `living`; gives the population."""
    database.register("huishoudens", sources.arrow("huishoudens"))
    database.materialise("members", _query("members").fill(**_days(period)))
    for name in ("households", "household_of", "living"):
        database.materialise(name, _query(name))
    database.forget("huishoudens", "members")
    of_served = phrase("select person_key from served")
    _hold_newest_homes(of_served, identifier("on_reference"), database)
    database.materialise("residence", _query("residence"))
    database.forget("newest_homes")
    database.materialise("movers", _query("movers"))
    population = _shaped(_run("population", database), POPULATION)
    database.forget("households")
    return population


def _know_persons(
    sources: DeliveredSources, period: HalfYear | Year, database: Database
) -> pa.Table:
    """Make `persons`: what is known of the served; gives the profile of 1 January."""
    first, reference = period.population_date, period.last_day
    days = {
        "first_year": literal(first.year),
        "first_day": literal(100 * first.month + first.day),
        "reference_year": literal(reference.year),
        "reference_day": literal(100 * reference.month + reference.day),
        "pensioned": literal(born_by(reference)),
    }
    database.register("personen", sources.arrow("personen"))
    database.materialise("births", _query("births").fill(**days))
    for register, known in (("inkomen", "incomes"), ("herkomst", "origins")):
        database.register(register, sources.arrow(register))
        database.materialise(known, _query(known))
        database.forget(register)
    ran = {"first": literal(period.first_day), "last": literal(reference)}
    during = phrase("starts <= {last} and (ends is null or ends >= {first})", **ran)
    database.register("wlzzvw", sources.arrow("wlzzvw"))
    database.materialise("care", _query("care").fill(ran=during))
    delivered = literal(int(sources.wlzzvw is not None))
    database.materialise("persons", _query("persons").fill(delivered=delivered))
    profile = _shaped(_run("profile", database), PROFILE)
    database.forget("personen", "births", "incomes", "origins", "wlzzvw", "care")
    database.forget("living")
    return profile


def _place_young(
    sources: DeliveredSources,
    people: pa.Table,
    period: HalfYear | Year,
    database: Database,
) -> None:
    """Make `young_homes`: the address that decides on who is responsible."""
    parents = [
        batch.filter(pc.is_in(batch["person_key"], value_set=people["person_key"]))
        for batch in sources.batches("ouders")
    ]
    found = pa.Table.from_batches(parents, pa.schema(list(COLUMNS["ouders"].items())))
    keys = rin_keys(found["parent"])
    place = found.schema.get_field_index("parent")
    database.register("people", people)
    database.register("ouders", found.set_column(place, "parent", keys))
    born = date(period.year - _OF_AGE, period.last_day.month, period.last_day.day)
    database.materialise(
        "guardians", _query("guardians").fill(last=literal(period.last_day))
    )
    concerned = phrase(
        "select person_key from jeugd_held "
        "union select guardian as person_key from guardians"
    )
    _hold_newest_homes(concerned, identifier("in_period"), database)
    query = _query("young_homes").fill(eighteen=literal(born))
    database.materialise("young_homes", query)
    database.forget("people", "ouders", "guardians", "newest_homes")


def _costs(sources: DeliveredSources, database: Database) -> pa.Table:
    """What was paid for clients, or in all, of the gemeenten that said it."""
    told = ("wmokosten", "jeugdkosten", "sbo", "wlzzvwkosten")
    for name in told:
        database.register(name, sources.arrow(name))
    database.register("main_groups", main_groups())
    costs = _shaped(_run("costs", database), COSTS)
    database.forget(*told, "main_groups")
    return costs


def _answers(sources: DeliveredSources, database: Database) -> pa.Table:
    """What clients answered; of nobody who they are."""
    database.register("wmoceo", sources.arrow("wmoceo"))
    answers = _shaped(_run("answers", database), ANSWERS)
    database.forget("wmoceo")
    return answers


def _hold_newest_homes(whose: Clause, moment: Clause, database: Database) -> None:
    """Make `newest_homes`: where these persons live at a moment that `homes` knows."""
    query = _query("newest_homes").fill(whose=whose, moment=moment)
    database.materialise("newest_homes", query)


def _days(period: HalfYear | Year) -> dict[str, Clause]:
    days = {"on_first": period.population_date, "on_reference": period.last_day}
    return {
        name: phrase(
            "starts <= {day} and (ends is null or ends >= {day})", day=literal(day)
        )
        for name, day in days.items()
    }


def _summary(
    linked: LinkedMicrodata, report: pa.Table, merged: int, counts: dict[str, int]
) -> LinkageSummary:
    whole = report.group_by("source").aggregate(
        [(name, "sum") for name in report.column_names[2:]]
    )
    found = {row["source"]: row for row in whole.to_pylist()}

    def per_source(count: str) -> dict[str, int]:
        return {
            name: found.get(name, {}).get(f"{count}_sum", 0)
            for name in PROVISION_SOURCES
        }

    return LinkageSummary(
        records=per_source("records"),
        without_person=per_source("without_person"),
        lost={count: per_source(count) for count in report.column_names[3:]},
        provisions=_per_domain(linked.provisions),
        merged_records=merged,
        participating=len(linked.participants("wmo_basis")),
        gemeenten=pc.count_distinct(linked.regions["gemeente"]).as_py(),
        **counts,
    )


def _per_domain(provisions: pa.Table) -> dict[str, int]:
    found = (
        provisions.group_by("domain")
        .aggregate([("provision_id", "count_distinct")])
        .to_pylist()
    )
    counts = {row["domain"]: row["provision_id_count_distinct"] for row in found}
    return {domain: counts.get(domain, 0) for domain in DOMAINS}


def _shaped(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """The columns of a schema; the microdata itself checks what may be missing."""
    columns = [table[field.name].cast(field.type) for field in schema]
    return pa.Table.from_arrays(columns, schema=schema)


def _query(name: str) -> Query:
    return Query.load(name, "secure_env")


def _run(name: str, database: Database) -> pa.Table:
    return database.run(_query(name))
