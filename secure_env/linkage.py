"""From accepted deliveries to linked microdata: who had which provision, living where.

In come the newest accepted deliveries of a period and the registers, all with person
keys; out goes the microdata that tables are counted from. The registers of everyone are
read once, and only what is needed of them is kept.
"""

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from engine.database import Database
from engine.microdata import (
    PARTICIPATION,
    POPULATION,
    PROVISIONS,
    REGIONS,
    LinkageSummary,
    LinkedMicrodata,
)
from engine.query import Clause, Query, literal, phrase
from rules.period import HalfYear
from rules.vocabulary import DOMAINS, wmo_main_groups
from secure_env.sources import COLUMNS, REGISTERS, DeliveredSources


__all__ = ["DeliveredSources", "link"]


PROVISION_SOURCES = ("wmo", "jeugd", "bus", "srg")


def link(
    sources: DeliveredSources, period: HalfYear, database: Database
) -> LinkedMicrodata:
    """Everything that tabulation may look at for a period, from its deliveries.

    A gemeente delivered for the period when `wmo` has a record of it.
    """
    names = [name for name in COLUMNS if name not in REGISTERS]
    delivered = {name: sources.arrow(name) for name in names}
    for name, table in delivered.items():
        database.register(name, table)
    without_person = {
        name: delivered[name]["person_key"].null_count for name in PROVISION_SOURCES
    }
    known = delivered["wmo"].num_rows - without_person["wmo"]
    merged_records = _hold_provisions(known, period, database)
    population = _place_persons(sources, period, database)
    provisions = _shaped(_run("provisions", database), PROVISIONS)
    participation = _shaped(_run("participation", database), PARTICIPATION)
    database.register("provisions", provisions)
    summary = LinkageSummary(
        records={name: delivered[name].num_rows for name in PROVISION_SOURCES},
        without_person=without_person,
        provisions=_per_domain(provisions),
        merged_records=merged_records,
        participating=pc.sum(participation["participates"]).as_py() or 0,
        gemeenten=participation.num_rows,
        **_run("summary", database).to_pylist()[0],
    )
    database.forget(*names, "held", "served", "residence", "household_of", "provisions")
    return LinkedMicrodata(
        provisions,
        population,
        _shaped(delivered["regio"].sort_by("wijk"), REGIONS),
        participation,
        summary,
    )


def _hold_provisions(records: int, period: HalfYear, database: Database) -> int:
    """Make `held`: every provision of the period. Gives the Wmo records merged away."""
    first, last = literal(period.first_day), literal(period.last_day)
    ran = phrase(
        "starts <= {last} and (ends is null or ends >= {first})", first=first, last=last
    )
    merged_records = _merge_wmo_records(records, database)
    for source in PROVISION_SOURCES:
        database.materialise(f"{source}_held", _query(f"{source}_held").fill(ran=ran))
    for name in ("held", "served"):
        database.materialise(name, _query(name))
    database.forget("wmo_records", "arrangements", "main_groups")
    database.forget(*(f"{source}_held" for source in PROVISION_SOURCES))
    return merged_records


def _merge_wmo_records(records: int, database: Database) -> int:
    """Make `arrangements`: the arrangement that each Wmo record is part of.

    Records that belong together directly are pairs from the database; arrangements are
    the connected components. No fixed number of joins finds those: of A-B and C-D that
    run side by side the chains cross.
    """
    database.materialise("wmo_records", _query("wmo_records"))
    pairs = _run("wmo_links", database)
    one, other = (pairs[side].to_numpy() for side in ("one", "other"))
    together = coo_array((np.ones(len(one), bool), (one, other)), (records, records))
    count, arrangement = connected_components(together, directed=False)
    database.register(
        "arrangements",
        pa.table({"record": np.arange(records), "arrangement": arrangement}),
    )
    groups = wmo_main_groups()
    database.register(
        "main_groups",
        pa.table({"category": list(groups), "main_group": list(groups.values())}),
    )
    return int(records - count)


def _place_persons(
    sources: DeliveredSources, period: HalfYear, database: Database
) -> pa.Table:
    """Make `household_of` and `residence`; gives the population of 1 January."""
    days = {
        "on_first": _on_day(period.population_date),
        "on_reference": _on_day(period.last_day),
    }
    database.register("huishoudens", sources.arrow("huishoudens"))
    database.materialise("members", _query("members").fill(**days))
    for name in ("households", "household_of"):
        database.materialise(name, _query(name))
    database.forget("huishoudens", "members")
    database.register("adressen", sources.arrow("adressen"))
    database.materialise("homes", _query("homes").fill(**days))
    database.materialise("residence", _query("residence"))
    population = _shaped(_run("population", database), POPULATION)
    database.forget("adressen", "homes", "households")
    return population


def _on_day(day: date) -> Clause:
    return phrase(
        "starts <= {day} and (ends is null or ends >= {day})", day=literal(day)
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
