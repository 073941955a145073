"""From what was paid to the exact amounts of a table, with who was paid most."""

import pyarrow as pa
import pyarrow.compute as pc

from engine.celltable import EVIDENCE, CellStatus, CellTable
from engine.characteristics import codes
from engine.database import Database, answer
from engine.frame import ancestry, frame, numbered, participating, region_dimension
from engine.microdata import LinkedMicrodata
from engine.query import Query, identifier, literal
from rules.indicator import Characteristic, CountedUnit, Indicator, TableSpec
from rules.period import Span


def tabulate_amounts(
    microdata: LinkedMicrodata,
    indicator: Indicator,
    table: TableSpec,
    database: Database,
    period: Span,
) -> CellTable:
    """Every cell of costs, in thousands of euros, or of days; zeros included.

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
    found = added_up(microdata, indicator, table, database, period)
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


def added_up(
    microdata: LinkedMicrodata,
    indicator: Indicator,
    table: TableSpec,
    database: Database,
    period: Span,
) -> pa.Table:
    """A row per cell of the table's frame: what there is together, and whose it is."""
    participants = microdata.participants(table.consent)
    region = region_dimension(
        microdata.regions, participants, table.regions, table.areas
    )
    (dimension,) = table.dimensions
    cells = frame(table, region)
    is_of_days = indicator.counts is CountedUnit.DAYS
    tables = {
        "costs": _selected(microdata.costs, indicator),
        "stays": stays(microdata, indicator, table, period) if is_of_days else STAYS,
        "participating": participating(participants),
        "region_codes": ancestry(region),
        "codes": codes(dimension),
        "frame": numbered(cells.rename_columns(["region", "code"])),
    }
    return answer(database, amounts_query(indicator, table), tables)


def amounts_query(indicator: Indicator, table: TableSpec) -> Query:
    """The query that adds up costs, days or users on a table of one dimension."""
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
    CountedUnit.USERS: ("costs", "users", 1),
}
"""What is added up: in which table, which column, and how much of it is one."""

STAYS = pa.schema(
    [
        ("gemeente", pa.string()),
        ("type", pa.string()),
        ("detail", pa.string()),
        ("contributor", pa.string()),
        ("person_id", pa.string()),
        ("users", pa.int64()),
        ("days", pa.int64()),
    ]
).empty_table()
"""No stay; with the columns of one."""


def _selected(rows: pa.Table, indicator: Indicator) -> pa.Table:
    """The rows that have, in each column that `where` names, one of its codes."""
    for column, allowed in indicator.where.items():
        rows = rows.filter(pc.is_in(rows[column], pa.array(allowed)))
    return rows


def stays(
    microdata: LinkedMicrodata,
    indicator: Indicator,
    table: TableSpec,
    period: Span,
) -> pa.Table:
    """The provisions that ended in the half-year, with the days that they lasted.

    First and last day count. A resident of a gemeente that does not take part is left
    out wherever the provision is given.
    """
    rows = _selected(microdata.provisions, indicator)
    participants = pa.array(microdata.participants(table.consent), pa.string())
    ended = pc.and_(
        pc.greater_equal(rows["ends"], period.first_day),
        pc.less_equal(rows["ends"], period.last_day),
    )
    home = rows["gemeente"]
    lives_here = pc.or_(pc.is_null(home), pc.is_in(home, participants))
    rows = rows.filter(pc.and_(ended, lives_here))
    days = pc.add(pc.days_between(rows["starts"], rows["ends"]), 1)
    (word,) = table.by.values()
    codes = [pc.fill_null(rows[name], "") for name in _SAID_BY[word]]
    who = rows["person_id"]
    alone = pa.repeat(1, len(rows))
    found = [rows["client_gemeente"], *codes, who, who, alone, days]
    return pa.table(found, schema=STAYS.schema)


_SAID_BY = {
    Characteristic.TYPE: ("type", "detail"),
    Characteristic.REFERRER: ("referrer", "referrer"),
}
"""The columns of a provision that its days are by."""
