"""The form in which the chapter on costs is written, and the same on both twins."""

from collections.abc import Collection, Sequence
from dataclasses import replace

import pyarrow as pa

from engine.celltable import EVIDENCE, CellTable
from engine.database import Database
from engine.duckdb_database import DuckDBDatabase
from engine.microdata import COSTS
from engine.tabulate import tabulate
from rules import catalogue
from rules.indicator import Indicator, TableSpec
from rules.period import HalfYear
from tests.reference.costs import Amount, Cost, amounts, stays
from tests.reference.records import Codes, Region
from tests.support.country import COUNTRY, GEMEENTEN, linked, provisions_of
from tests.support.texttable import Row, columns, parse


PERIOD = HalfYear(2023, 1)


def spending(
    *,
    given: str,
    expect: str,
    indicator: str = "WMO_KOSTEN",
    not_participating: Sequence[str] = (),
) -> None:
    """Add up what an example paid, by the naive twin and by the engine.

    Where it has no column: paid by Amsterdam, for domestic help. A budget of the own
    has no provider; a total has no person, and `users`. Every column of `expect` after
    the codes is compared; in thousands of euros.
    """
    rules = catalogue.load()
    measure = rules.indicators[indicator]
    (table,) = rules.tables[measure.table].published()
    costs = [_cost(row, measure) for row in parse(given)]
    taking_part = [code for code in GEMEENTEN if code not in not_participating]
    what = (measure, table)
    by_hand = amounts(costs, COUNTRY, taking_part, what)
    with DuckDBDatabase(threads=1) as database:
        found = counted(costs, COUNTRY, taking_part, what, database)
    by_engine = amounts_in(found)
    for row in parse(expect):
        codes = row.pop("region") or "NL", row.pop(table.dimensions[0].name) or "T"
        for cells in (by_hand, by_engine):
            said = cells[codes]._asdict()
            assert {name: f"{said[_NAMES[name]]}" for name in row} == row


def lasting(*, given: str, expect: str) -> None:
    """Add up the days of an example, by the naive twin and by the engine."""
    rules = catalogue.load()
    indicator = rules.indicators["JEU_DAGEN"]
    by = columns(expect)[1]
    published = rules.tables[indicator.table].published()
    (table,) = (each for each in published if by in each.by)
    rows = provisions_of(given, PERIOD)
    for row in rows:
        row["client_gemeente"] = row["gemeente"]
    lasted = stays(rows, GEMEENTEN, indicator, PERIOD)
    by_hand = amounts(lasted, COUNTRY, GEMEENTEN, (indicator, table))
    with DuckDBDatabase(threads=1) as database:
        lived = tabulate(linked(rows), indicator, table, PERIOD, database)
    for row in parse(expect):
        codes = row.pop("region") or "NL", row.pop(by) or "T"
        for found in (by_hand, amounts_in(lived)):
            said = found[codes]._asdict()
            assert {name: f"{said[_NAMES[name]]}" for name in row} == row


_NAMES = {
    "days": "value",
    "persons": "contributors",
    "longest": "largest",
    "costs": "value",
    "paid to": "contributors",
    "most": "largest",
    "next": "second_largest",
    "clients": "clients",
}


def counted(
    costs: Sequence[Cost],
    regions: Sequence[Region],
    participants: Collection[str],
    what: tuple[Indicator, TableSpec],
    database: Database,
) -> CellTable:
    """The cells by the engine."""
    microdata = replace(
        linked([], regions, participants),
        costs=pa.Table.from_pylist(list(costs), COSTS),
    )
    return tabulate(microdata, *what, PERIOD, database)


def amounts_in(found: CellTable) -> dict[Codes, Amount]:
    """The cells of the engine as the twin has them."""
    names = [dimension.name for dimension in found.dimensions]
    return {
        tuple(row[name] for name in names): Amount(
            *(row[name] for name in (*EVIDENCE, "clients"))
        )
        for row in found.cells.to_pylist()
    }


def _cost(row: Row, indicator: Indicator) -> Cost:
    person, gemeente = row.get("person"), row.get("gemeente") or "GM0363"
    kind = row.get("detail") or "HH01"
    (domain,) = indicator.where["domain"]
    return Cost(
        gemeente=gemeente,
        domain=domain,
        type=kind[:2],
        detail=kind,
        referrer="",
        contributor=row.get("provider") or person or gemeente,
        person_id=person,
        users=int(row.get("users") or 0),
        cents=100 * int(row["euros"] or 0),
    )
