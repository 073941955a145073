"""From provisions to how many units each cell of a table has.

What units bear is found once for all tables of an indicator; each then counts it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import pyarrow as pa

from engine.characteristics import Aspect, aspects, borne, codes, numbers
from engine.database import Database, answer
from engine.frame import ancestry, participating, region_dimension
from engine.microdata import LinkedMicrodata
from engine.query import (
    Clause,
    Query,
    all_of,
    identifier,
    listed,
    literal,
    one_of,
    phrase,
)
from rules.classification import Dimension
from rules.indicator import (
    Characteristic,
    CountedUnit,
    Indicator,
    RegionRule,
    TableSpec,
    TimeRule,
)
from rules.period import Span
from rules.vocabulary import STACKED


@contextmanager
def holding(
    microdata: LinkedMicrodata,
    indicator: Indicator,
    tables: Sequence[TableSpec],
    period: Span,
    database: Database,
) -> Iterator[None]:
    """Hold `borne`: what units bear by their provisions, for tables of one consent."""
    (consent,) = {table.consent for table in tables}
    participants = microdata.participants(consent)
    database.register("provisions", microdata.provisions)
    database.register("participating", participating(participants))
    database.register("half_year", _days(period))
    database.materialise("borne", borne_query(indicator, tables, period))
    database.forget("provisions", "participating", "half_year")
    yield
    database.forget("borne")


def count_units(
    microdata: LinkedMicrodata, table: TableSpec, cells: pa.Table, database: Database
) -> pa.Array:
    """How many units of `borne` each cell of the frame has."""
    participants = microdata.participants(table.consent)
    every_region = region_dimension(microdata.regions, participants, areas=table.areas)
    tables = {
        "frame": _numbered(cells, table),
        "region_codes": ancestry(every_region),
    }
    for place, (dimension, word) in zip(_PLACES, _two(table), strict=True):
        tables[f"{place}_codes"] = codes(dimension)
        tables[f"{place}_aspects"] = pa.table(
            {f"{place}_aspect": numbers(dimension, word)}
        )
    counted = answer(database, units_query(table), tables)
    return counted.column("value").combine_chunks().cast(pa.int64())


def _days(period: Span) -> pa.Table:
    """The first and last day as the query asks for them."""
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
        "position": pa.array(np.arange(count)),
        "region": cells["region"],
    }
    for place, (dimension, _) in zip(_PLACES, _two(table), strict=True):
        there = dimension.name in cells.column_names
        columns[f"{place}_code"] = (
            cells[dimension.name] if there else pa.repeat(dimension.total, count)
        )
    return pa.table(columns)


def borne_query(
    indicator: Indicator, tables: Sequence[TableSpec], period: Span
) -> Query:
    """The query for `borne`, with every aspect that one of these tables asks for."""
    asked = dict.fromkeys(each for table in tables for each in _aspects(table))
    looks_beside = any(each.is_of_uses for each in asked)
    return Query.load("borne").fill(
        unit=_unit(indicator),
        place=_place(indicator.region),
        where=_where(indicator, period),
        beside=_beside(period) if looks_beside else phrase("false"),
        codes=listed([phrase("units.unit"), *(each.named(period) for each in asked)]),
    )


def units_query(table: TableSpec) -> Query:
    """The query that counts the units of `borne` on a table.

    Where nothing is asked of provisions, the first row of each unit says all.
    """
    asked = dict.fromkeys(_aspects(table))
    by_provision = any(each.is_of_a_provision for each in asked)
    firsts, seconds = (
        borne(dimension, word, f"{place}_aspect")
        for place, (dimension, word) in zip(_PLACES, _two(table), strict=True)
    )
    return Query.load("cells").fill(
        first=firsts,
        second=seconds,
        codes=listed([identifier("place"), *(each.column for each in asked)]),
        rows=phrase("true") if by_provision else identifier("is_first"),
        alone=identifier("is_only" if by_provision else "is_first"),
    )


def _aspects(table: TableSpec) -> list[Aspect]:
    return [each for pair in _two(table) for each in aspects(*pair)]


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


def _where(indicator: Indicator, period: Span) -> Clause:
    first, last = literal(period.first_day), literal(period.last_day)
    times = {
        TimeRule.DURING: _during(period),
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


def _during(period: Span) -> Clause:
    return phrase(
        "starts <= {last} and (ends is null or ends >= {first})",
        first=literal(period.first_day),
        last=literal(period.last_day),
    )


def _beside(period: Span) -> Clause:
    """The provisions of the half-year by the laws of stapeling."""
    return all_of([_during(period), one_of(identifier("domain"), STACKED)])
