"""From linked microdata to the exact cells of a table, with their evidence."""

from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from engine.amounts import added_up, amounts_query, tabulate_amounts
from engine.celltable import CellStatus, CellTable
from engine.characteristics import borne, codes, numbers
from engine.database import Database
from engine.frame import ancestry, frame, participating, region_dimension
from engine.inhabitants import count_inhabitants, inhabitants_query
from engine.microdata import LinkedMicrodata
from engine.query import Clause, Query, all_of, identifier, literal, one_of, phrase
from engine.respondents import count_respondents, respondents_query
from rules.classification import Dimension
from rules.errors import RuleError
from rules.indicator import (
    Characteristic,
    CountedUnit,
    Indicator,
    RegionRule,
    TableSpec,
    TimeRule,
)
from rules.period import HalfYear


def tabulate(
    microdata: LinkedMicrodata,
    indicator: Indicator,
    table: TableSpec,
    period: HalfYear,
    database: Database,
) -> CellTable:
    """Every cell of an indicator on its table, zeros and impossible cells included.

    A gemeente that does not take part is left out altogether: its residents, its
    clients and what it delivered.
    """
    if indicator.counts.is_amount:
        return tabulate_amounts(microdata, indicator, table, database, period)
    participants = microdata.participants(table.consent)
    region = region_dimension(
        microdata.regions, participants, table.regions, table.areas
    )
    table = table.of(indicator.counts)
    cells = frame(table, region)
    if indicator.counts is CountedUnit.INHABITANTS:
        value = count_inhabitants(microdata, table, cells, database)
    elif indicator.counts is CountedUnit.RESPONDENTS:
        value = count_respondents(microdata, table, cells, database)
    elif indicator.counts is CountedUnit.USERS:
        found = added_up(microdata, indicator, table, database, period)
        value = found["value"].combine_chunks()
    else:
        query = _query(indicator, table, period)
        database.register("half_year", _days(period))
        value = _count(microdata, table, cells, query, database)
        database.forget("half_year")
    evidence = with_evidence(cells, value, table)
    dimensions = (region, *table.dimensions)
    return CellTable(indicator.code, dimensions, evidence, measure=indicator.code)


def _count(
    microdata: LinkedMicrodata,
    table: TableSpec,
    cells: pa.Table,
    query: Query,
    database: Database,
) -> pa.Array:
    """How many units with provisions each cell of the frame has."""
    participants = microdata.participants(table.consent)
    tables = {
        "provisions": microdata.provisions,
        "participating": participating(participants),
        "frame": _numbered(cells, table),
        "region_codes": ancestry(
            region_dimension(microdata.regions, participants, areas=table.areas)
        ),
    }
    for place, (dimension, word) in zip(_PLACES, _two(table), strict=True):
        tables[f"{place}_codes"] = codes(dimension)
        tables[f"{place}_aspects"] = pa.table(
            {f"{place}_aspect": numbers(dimension, word)}
        )
    for name, data in tables.items():
        database.register(name, data)
    counted = database.run(query)
    database.forget(*tables)
    return counted.column("value").combine_chunks().cast(pa.int64())


def _days(period: HalfYear) -> pa.Table:
    """The half-year as the query asks for it."""
    return pa.table({"first_day": [period.first_day], "last_day": [period.last_day]})


_PLACES = ("first", "second")
"""What the query calls the two dimensions of a table."""

_NO_DIMENSION = (Dimension.flat("none", "T", ()), Characteristic.TYPE)


def _two(table: TableSpec) -> list[tuple[Dimension, Characteristic]]:
    """The table's dimensions with what they say; a missing one has only its total."""
    own = [(each, table.by[each.name]) for each in table.dimensions]
    return [*own, *[_NO_DIMENSION] * (len(_PLACES) - len(own))]


def _numbered(cells: pa.Table, table: TableSpec) -> pa.Table:
    """The frame as the query knows it: a position, region and two codes."""
    count = cells.num_rows
    columns = {
        "position": pa.array(range(count), pa.int64()),
        "region": cells["region"],
    }
    for place, (dimension, _) in zip(_PLACES, _two(table), strict=True):
        there = dimension.name in cells.column_names
        columns[f"{place}_code"] = (
            cells[dimension.name] if there else pa.array([dimension.total] * count)
        )
    return pa.table(columns)


def sql_text(indicator: Indicator, table: TableSpec, period: HalfYear) -> str:
    """The SQL that counts an indicator on its table, as it runs."""
    return _query(indicator, table, period).finished_text()


def _query(indicator: Indicator, table: TableSpec, period: HalfYear) -> Query:
    if indicator.counts.is_amount or indicator.counts is CountedUnit.USERS:
        return amounts_query(indicator, table)
    if indicator.counts is CountedUnit.INHABITANTS:
        return inhabitants_query(table)
    if indicator.counts is CountedUnit.RESPONDENTS:
        return respondents_query(table)
    holes = {
        "unit": _unit(indicator),
        "place": _place(indicator.region),
        "where": _where(indicator, period),
    }
    for place, (dimension, word) in zip(_PLACES, _two(table), strict=True):
        holes[place] = borne(dimension, word, f"{place}_aspect", period)
    return Query.load("cells").fill(**holes)


def _unit(indicator: Indicator) -> Clause:
    """What counts once; null: counts nowhere."""
    if indicator.counts is CountedUnit.CLIENTS:
        gemeente = _gemeente(indicator.region)
        return phrase("person_id || ' ' || {gemeente}", gemeente=gemeente)
    columns = {
        CountedUnit.PERSONS: "person_id",
        CountedUnit.HOUSEHOLDS: "household_id",
        CountedUnit.PROVISIONS: "provision_id",
    }
    return identifier(columns[indicator.counts])


def _gemeente(region: RegionRule) -> Clause:
    return identifier(
        "gemeente" if region is RegionRule.RESIDENCE else "client_gemeente"
    )


def _place(region: RegionRule) -> Clause:
    """The smallest region that is known: the wijk, otherwise the gemeente."""
    wijk = identifier("wijk" if region is RegionRule.RESIDENCE else "client_wijk")
    return phrase("coalesce({wijk}, {gemeente})", wijk=wijk, gemeente=_gemeente(region))


def _where(indicator: Indicator, period: HalfYear) -> Clause:
    first, last = literal(period.first_day), literal(period.last_day)
    times = {
        TimeRule.DURING: phrase(
            "starts <= {last} and (ends is null or ends >= {first})",
            first=first,
            last=last,
        ),
        TimeRule.ON_REFERENCE_DATE: phrase(
            "starts <= {last} and (ends is null or ends >= {last})", last=last
        ),
        TimeRule.STARTED_IN: phrase(
            "starts between {first} and {last}", first=first, last=last
        ),
        TimeRule.ENDED_IN: phrase(
            "ends between {first} and {last}", first=first, last=last
        ),
    }
    columns = sorted(indicator.where.items())
    return all_of(
        [
            times[indicator.time],
            *(one_of(identifier(column), codes) for column, codes in columns),
        ]
    )


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
