"""From the microdata of a cohort to the exact cells of its tables."""

from collections.abc import Sequence
from datetime import date

import pyarrow as pa

from engine.celltable import CellTable
from engine.cohort import CohortMicrodata
from engine.database import Database
from engine.frame import ancestry, frame, numbered, region_dimension
from engine.query import Clause, Query, identifier, literal
from engine.tabulate import with_evidence
from rules.classification import Dimension
from rules.indicator import TableSpec
from rules.levensweg import Cohort, Followed, Levensweg
from rules.levensweg_codes import LAWS
from rules.levensweg_tables import CohortMeasure


def tabulate_cohort(
    microdata: CohortMicrodata,
    measure: CohortMeasure,
    specs: Sequence[TableSpec],
    database: Database,
) -> list[CellTable]:
    """Every cell of these tables of a measure, zeros included.

    Everybody counts where they lived on the start date, if that gemeente takes part in
    every half-year of the follow-up.
    """
    widest = measure.tables[0]
    participants = microdata.linked.participants(widest.consent)
    regions = microdata.linked.regions
    everywhere = region_dimension(regions, participants, areas=widest.areas)
    tables = {
        "persons": microdata.persons,
        "uses": microdata.uses,
        "away": microdata.away,
        "events": microdata.events,
        "half_years": _half_years(measure.cohort),
        "household_groups": _household_groups(measure.rules),
        "every_law": pa.table({"law": [*LAWS]}),
        "region_codes": ancestry(everywhere),
        "codes": ancestry(measure.dimension),
    }
    for name, data in tables.items():
        database.register(name, data)
    database.materialise("states", Query.load("levensweg_states"))
    database.materialise("facts", facts_query(measure))
    database.materialise("counted", Query.load("levensweg_counted"))
    found = []
    for table in specs:
        region = region_dimension(regions, participants, table.regions, table.areas)
        found.append(_cells(measure, table, region, database))
    database.forget(*tables, "states", "facts", "counted")
    return found


def _cells(
    measure: CohortMeasure, table: TableSpec, region: Dimension, database: Database
) -> CellTable:
    """The cells of one table, of all that was counted."""
    (dimension,) = table.dimensions
    cells = frame(table, region)
    database.register("frame", numbered(cells))
    counting = Query.load("levensweg_cells").fill(dimension=identifier(dimension.name))
    value = database.run(counting).column("value").combine_chunks().cast(pa.int64())
    database.forget("frame")
    code = measure.indicator.code
    evidence = with_evidence(cells, value, table)
    return CellTable(code, (region, dimension), evidence, measure=code)


def facts_query(measure: CohortMeasure) -> Query:
    """The codes of every person, as SQL."""
    cohort, rules = measure.cohort, measure.rules
    start = cohort.first.first_day
    since = date(start.year - rules.years_before, start.month, start.day)
    holes: dict[Followed, dict[str, Clause]] = {
        Followed.START_GROUP: {"last": literal(cohort.half_years)},
        Followed.EVENT: {"since": literal(since), "start": literal(start)},
        Followed.ENTRY: {"months": literal(rules.months_before_entry)},
    }
    return Query.load(f"levensweg_{measure.follows.value}").fill(
        **holes[measure.follows]
    )


def _half_years(cohort: Cohort) -> pa.Table:
    numbers = range(1, cohort.half_years + 1)
    return pa.table({"half_year": pa.array(numbers, pa.int64())})


def _household_groups(rules: Levensweg) -> pa.Table:
    pairs = [(code, group.code) for group in rules.households for code in group.types]
    types, codes = zip(*pairs, strict=True)
    return pa.table({"type": pa.array(types), "code": pa.array(codes)})
