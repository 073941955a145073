"""From linked microdata to the exact cells of a table, with their evidence."""

from collections.abc import Callable, Sequence
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from engine.amounts import added_up, amounts_query, tabulate_amounts
from engine.celltable import CellStatus, CellTable
from engine.counting import borne_query, count_units, holding, units_query
from engine.database import Database
from engine.frame import frame, region_dimension
from engine.inhabitants import count_inhabitants, inhabitants_query
from engine.microdata import LinkedMicrodata
from engine.respondents import count_respondents, respondents_query
from rules.errors import RuleError
from rules.indicator import CountedUnit, Indicator, TableSpec
from rules.period import Span


def tabulate(
    microdata: LinkedMicrodata,
    indicator: Indicator,
    table: TableSpec,
    period: Span,
    database: Database,
) -> CellTable:
    """Every cell of an indicator on its table, zeros and impossible cells included.

    A gemeente that does not take part is left out altogether: its residents, its
    clients and what it delivered.
    """
    (cells,) = tabulate_all(microdata, indicator, (table,), period, database)
    return cells


def tabulate_all(
    microdata: LinkedMicrodata,
    indicator: Indicator,
    tables: Sequence[TableSpec],
    period: Span,
    database: Database,
) -> list[CellTable]:
    """The cells of tables that are published of one; provisions are read once."""
    if indicator.counts.is_amount:
        return [
            tabulate_amounts(microdata, indicator, table, database, period)
            for table in tables
        ]
    count = _WITHOUT_PROVISIONS.get(indicator.counts)
    if indicator.counts is CountedUnit.USERS:
        count = _users(indicator, period)
    if count is not None:
        return [
            _counted(microdata, indicator, each, count, database) for each in tables
        ]
    with holding(microdata, indicator, tables, period, database):
        return [
            _counted(microdata, indicator, table, count_units, database)
            for table in tables
        ]


_Count = Callable[[LinkedMicrodata, TableSpec, pa.Table, Database], pa.Array]
"""Counts how many each cell of the frame of a table has."""

_WITHOUT_PROVISIONS: dict[CountedUnit, _Count] = {
    CountedUnit.INHABITANTS: count_inhabitants,
    CountedUnit.RESPONDENTS: count_respondents,
}
"""Counted from other tables of the linked microdata than `provisions`."""


def _users(indicator: Indicator, period: Span) -> _Count:
    """Counts the users that are known as totals only, of an indicator."""

    def count(
        microdata: LinkedMicrodata, table: TableSpec, _: pa.Table, database: Database
    ) -> pa.Array:
        found = added_up(microdata, indicator, table, database, period)
        return found["value"].combine_chunks()

    return count


def _counted(
    microdata: LinkedMicrodata,
    indicator: Indicator,
    table: TableSpec,
    count: _Count,
    database: Database,
) -> CellTable:
    participants = microdata.participants(table.consent)
    region = region_dimension(
        microdata.regions, participants, table.regions, table.areas
    )
    table = table.of(indicator.counts)
    cells = frame(table, region)
    value = count(microdata, table, cells, database)
    evidence = with_evidence(cells, value, table)
    dimensions = (region, *table.dimensions)
    return CellTable(indicator.code, dimensions, evidence, measure=indicator.code)


def sql_text(indicator: Indicator, table: TableSpec, period: Span) -> str:
    """The SQL that counts an indicator on its table, as it runs."""
    if indicator.counts.is_amount or indicator.counts is CountedUnit.USERS:
        return amounts_query(indicator, table).finished_text()
    if indicator.counts is CountedUnit.INHABITANTS:
        return inhabitants_query(table).finished_text()
    if indicator.counts is CountedUnit.RESPONDENTS:
        return respondents_query(table).finished_text()
    held = borne_query(indicator, (table,), period).finished_text()
    counted = units_query(table).finished_text()
    return f"create table borne as\n{held.rstrip()};\n\n{counted}"


def with_evidence(cells: pa.Table, value: pa.Array, table: TableSpec) -> pa.Table:
    """The cells with their value, evidence and status; a unit contributes one."""
    impossible = _impossible(cells, table)
    wrong = pc.sum(pc.and_(impossible, pc.greater(value, 0))).as_py() or 0
    if wrong:
        raise RuleError(
            f"table {table.code!r}: {wrong} cells that are declared impossible have a "
            "value; correct `impossible` in the table's entry"
        )
    evidence = {
        "value": value,
        "contributors": value,
        "largest": pc.min_element_wise(value, pa.scalar(1, pa.int64())),
        "second_largest": pc.cast(pc.greater(value, 1), pa.int64()),
        "status": pc.if_else(
            impossible, CellStatus.IMPOSSIBLE.value, CellStatus.SAFE.value
        ),
    }
    for name, column in evidence.items():
        cells = cells.append_column(name, column)
    return cells


def _impossible(cells: pa.Table, table: TableSpec) -> pa.Array:
    """Per cell, whether the table's entry says that it cannot occur."""
    hits = pa.array([False] * cells.num_rows)
    for cell in table.impossible:
        here = [pc.equal(cells[name], code) for name, code in cell.items()]
        hits = pc.or_(hits, reduce(pc.and_, here))
    return hits
