"""From the profile of the population to the exact cells of a table of inhabitants."""

import pyarrow as pa

from engine.characteristics import codes
from engine.database import Database, answer
from engine.frame import ancestry, numbered, participating, region_dimension
from engine.microdata import LinkedMicrodata
from engine.query import Query, literal
from rules.indicator import TableSpec


def count_inhabitants(
    microdata: LinkedMicrodata,
    table: TableSpec,
    cells: pa.Table,
    database: Database,
) -> pa.Array:
    """How many live in each cell of the frame.

    Who has no known code, such as an age, counts in the total only.
    """
    (dimension,) = table.dimensions
    participants = microdata.participants(table.consent)
    tables = {
        "population": microdata.population,
        "profile": microdata.profile,
        "participating": participating(participants),
        "region_codes": ancestry(
            region_dimension(microdata.regions, participants, areas=table.areas)
        ),
        "codes": codes(dimension),
        "frame": numbered(cells.rename_columns(["region", "code"])),
    }
    counted = answer(database, inhabitants_query(table), tables)
    return counted.column("value").combine_chunks().cast(pa.int64())


def inhabitants_query(table: TableSpec) -> Query:
    """The query that counts inhabitants on a table of one dimension."""
    (dimension,) = table.dimensions
    return Query.load("inhabitants").fill(
        total=literal(dimension.total),
        characteristic=literal(table.by[dimension.name].value),
    )
