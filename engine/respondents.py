"""From the answers to a survey to the exact cells of a table of respondents."""

import pyarrow as pa

from engine.characteristics import codes
from engine.database import Database, answer
from engine.frame import ancestry, numbered, region_dimension
from engine.microdata import LinkedMicrodata
from engine.query import Query, literal
from rules.indicator import TableSpec


def count_respondents(
    microdata: LinkedMicrodata,
    table: TableSpec,
    cells: pa.Table,
    database: Database,
) -> pa.Array:
    """How many respondents each cell of the frame has."""
    (dimension,) = table.dimensions
    participants = microdata.participants(table.consent)
    tables = {
        "answers": microdata.answers,
        "region_codes": ancestry(
            region_dimension(microdata.regions, participants, areas=table.areas)
        ),
        "codes": codes(dimension),
        "frame": numbered(cells.rename_columns(["region", "code"])),
    }
    counted = answer(database, respondents_query(table), tables)
    return counted.column("value").combine_chunks()


def respondents_query(table: TableSpec) -> Query:
    """The query that counts respondents on a table of their answers."""
    (dimension,) = table.dimensions
    return Query.load("respondents").fill(total=literal(dimension.total))
