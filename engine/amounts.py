"""From what was paid to the exact amounts of a table, with who was paid most."""

import pyarrow as pa
import pyarrow.compute as pc

from engine.celltable import EVIDENCE, CellStatus, CellTable
from engine.characteristics import codes
from engine.database import Database
from engine.frame import ancestry, frame, numbered, participating, region_dimension
from engine.microdata import LinkedMicrodata
from engine.query import Query, identifier, literal
from rules.indicator import CountedUnit, Indicator, TableSpec
from rules.period import HalfYear


def tabulate_amounts(
    microdata: LinkedMicrodata,
    indicator: Indicator,
    table: TableSpec,
    database: Database,
    period: HalfYear,
) -> CellTable:
    """Every cell by type of costs, in thousands of euros, or of days; zeros included.

    Besides the evidence a cell has `clients`: of how many the amount is. Only of the
    gemeenten that take part.
    """
    participants = microdata.participants(table.consent)
    region = region_dimension(
        microdata.regions, participants, table.regions, table.areas
    )
    table = table.of(indicator.counts)
    (dimension,) = table.dimensions
    cells = frame(table, region)
    is_of_days = indicator.counts is CountedUnit.DAYS
    tables = {
        "costs": microdata.costs,
        "stays": stays(microdata, indicator, table.consent, period)
        if is_of_days
        else STAYS,
        "participating": participating(participants),
        "region_codes": ancestry(region),
        "codes": codes(dimension),
        "frame": numbered(cells.rename_columns(["region", "code"])),
    }
    for name, data in tables.items():
        database.register(name, data)
    found = database.run(amounts_query(indicator, table))
    database.forget(*tables)
    for name in (*EVIDENCE, "clients"):
        cells = cells.append_column(name, found[name].combine_chunks())
    safe = pa.array([CellStatus.SAFE.value] * cells.num_rows, pa.string())
    cells = cells.append_column("status", safe)
    return CellTable(
        indicator.code,
        (region, dimension),
        cells,
        measure=indicator.code,
        magnitude=True,
    )


def amounts_query(indicator: Indicator, table: TableSpec) -> Query:
    """The query that adds up costs, or days, on a table of one dimension, by type."""
    (dimension,) = table.dimensions
    source, amount, whole = _ADDED_UP[indicator.counts]
    return Query.load("amounts").fill(
        total=literal(dimension.total),
        source=identifier(source),
        amount=identifier(amount),
        half=literal(whole // 2),
        whole=literal(whole),
    )


_ADDED_UP = {
    CountedUnit.EUROS: ("costs", "cents", 100_000),
    CountedUnit.DAYS: ("stays", "days", 1),
}
"""What is added up: in which table, which column, and how much of it is one."""

STAYS = pa.schema(
    [
        ("gemeente", pa.string()),
        ("type", pa.string()),
        ("detail", pa.string()),
        ("contributor", pa.string()),
        ("person_id", pa.string()),
        ("days", pa.int64()),
    ]
).empty_table()
"""No stay; with the columns of one."""


def stays(
    microdata: LinkedMicrodata, indicator: Indicator, part: str, period: HalfYear
) -> pa.Table:
    """The provisions that ended in the half-year, with the days that they lasted.

    First and last day count. A resident of a gemeente that does not take part in `part`
    is left out wherever the provision is given.
    """
    rows = microdata.provisions
    participants = pa.array(microdata.participants(part), pa.string())
    ended = pc.and_(
        pc.greater_equal(rows["ends"], period.first_day),
        pc.less_equal(rows["ends"], period.last_day),
    )
    for column, allowed in indicator.where.items():
        ended = pc.and_(ended, pc.is_in(rows[column], pa.array(allowed)))
    home = rows["gemeente"]
    lives_here = pc.or_(pc.is_null(home), pc.is_in(home, participants))
    rows = rows.filter(pc.and_(ended, lives_here))
    days = pc.add(pc.days_between(rows["starts"], rows["ends"]), 1)
    columns = ["client_gemeente", "type", "detail", "person_id", "person_id"]
    found = [rows[name] for name in columns]
    return pa.table([*found, days], schema=STAYS.schema)
