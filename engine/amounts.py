"""From what was paid to the exact amounts of a table, with who was paid most."""

import pyarrow as pa

from engine.celltable import EVIDENCE, CellStatus, CellTable
from engine.characteristics import codes
from engine.database import Database
from engine.frame import ancestry, frame, region_dimension
from engine.microdata import LinkedMicrodata
from engine.query import Query, literal
from rules.indicator import Indicator, TableSpec


def tabulate_amounts(
    microdata: LinkedMicrodata,
    indicator: Indicator,
    table: TableSpec,
    database: Database,
) -> CellTable:
    """Every cell of costs by type, in thousands of euros, zeros included.

    Besides the evidence a cell has `clients`: on how many the amount was spent. Only of
    the gemeenten that take part.
    """
    participants = microdata.participants(table.consent)
    region = region_dimension(microdata.regions, participants, table.regions)
    table = table.of(indicator.counts)
    (dimension,) = table.dimensions
    cells = frame(table, region)
    tables = {
        "costs": microdata.costs,
        "participating": pa.table({"gemeente": pa.array(participants, pa.string())}),
        "region_codes": ancestry(region),
        "codes": codes(dimension),
        "frame": pa.table(
            {
                "position": pa.array(range(cells.num_rows), pa.int64()),
                "region": cells["region"],
                "code": cells[dimension.name],
            }
        ),
    }
    for name, data in tables.items():
        database.register(name, data)
    found = database.run(amounts_query(table))
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


def amounts_query(table: TableSpec) -> Query:
    """The query that adds up costs on a table of one dimension, by type."""
    (dimension,) = table.dimensions
    return Query.load("amounts").fill(total=literal(dimension.total))
