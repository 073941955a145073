"""Tables for Swing, the system behind Waarstaatjegemeente: figures and indicators.

`<table>.csv` is an import file: semicolons, PERIOD, GEOLEVEL, GEOITEM and a column per
indicator (VNG Realisatie, Burgerpeiling; Swing Studio, format 1).
`<table>_indicators.xlsx` describes the columns, on a sheet as VNG keeps it.

Swing adds up areas where a level has no figure, and a hidden area takes part in that,
so that a hidden figure could come back as a sum. Therefore every level is delivered, a
figure that is not published is written as missing, a gemeente that does not take part
has no line at all, and no indicator can be added up: of the type `Mean` Swing makes an
average by the weight that it names, and none names one.
"""

import csv
import io
from collections.abc import Iterator, Sequence

import numpy as np

from outputs.excel import Cell, new_workbook, write_table
from outputs.names import safe_codes
from outputs.published import IS_SHOWN, PublishedRelease, Region, ReleasedTable
from rules.period import HalfYear


MISSING = -99998
"""Swing's value for a figure that is not there (VNG Realisatie, wsjg.R)."""
LEVELS = {"land": "nederland"}
"""Our level -> Swing's, where they differ."""
NOT_ADDED_UP = "Mean"

SHEET = "Indicators"
SHEET_COLUMNS = (
    "Indicator code", "Name", "Description", "Unit", "Source", "Seq no",
    "Aggregation indicator", "Data type",
)  # fmt: skip
_LONGEST_CODE = 50


def files(release: PublishedRelease) -> Iterator[tuple[str, bytes]]:
    for table in release.tables:
        yield f"{table.code}.csv", import_csv(table)
        yield f"{table.code}_indicators.xlsx", indicator_sheet(table)


def swing_period(period: HalfYear) -> str:
    """2023H1: the year, and the half."""
    return f"{period.year}H{period.half}"


def geo_item(region: Region) -> int:
    """The number in a region's code, without leading zeros; Nederland is 1."""
    return 1 if region.code == "NL" else int(region.code[2:])


def indicator_codes(table: ReleasedTable) -> list[str]:
    """A code for each measure and codes, in the order of the cube without regions."""
    parts = [safe_codes(codes) for codes in table.codes[1:]]
    shape = table.values.shape[1:]
    places = np.indices(shape).reshape(len(shape), -1)
    codes = [
        "_".join(
            [parts[-1][at[-1]], *(p[i] for p, i in zip(parts, at[:-1], strict=False))]
        )
        for at in places.T.tolist()
    ]
    short = safe_codes(code.lower() for code in codes)
    return [_at_most(code, place) for place, code in enumerate(short)]


def _at_most(code: str, place: int) -> str:
    """A code that Swing takes: too long a one ends in its place in the table."""
    return code if len(code) <= _LONGEST_CODE else f"{code[:43]}_{place:06}"


def import_csv(table: ReleasedTable) -> bytes:
    """The import file: a line per region, of every level that the table has."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(["PERIOD", "GEOLEVEL", "GEOITEM", *indicator_codes(table)])
    values = np.where(table.states == IS_SHOWN, table.values, MISSING)
    period = swing_period(table.period)
    cells = values.reshape(len(table.regions), -1).tolist()
    for region, found in zip(table.regions, cells, strict=True):
        level = LEVELS.get(region.level, region.level)
        writer.writerow([period, level, geo_item(region), *found])
    return text.getvalue().encode()


def indicator_sheet(table: ReleasedTable) -> bytes:
    file = io.BytesIO()
    with new_workbook(file, table.text.title.nl, table) as book:
        rows = list(_indicators(table))
        write_table(book, book.add_worksheet(SHEET), SHEET_COLUMNS, rows)
    return file.getvalue()


def _indicators(table: ReleasedTable) -> Iterator[Sequence[Cell]]:
    """A line per indicator, in the order of its columns."""
    shape = table.values.shape[1:]
    places = np.indices(shape).reshape(len(shape), -1).T.tolist()
    labels = [[t.nl for t in one.codes.values()] for one in table.text.dimensions]
    codes = zip(indicator_codes(table), places, strict=True)
    for number, (code, at) in enumerate(codes, start=1):
        measure = table.text.measures[at[-1]]
        words = [texts[i] for texts, i in zip(labels, at[:-1], strict=True)]
        name = "; ".join([measure.title.nl, *words])
        yield (
            code, name, measure.definition.nl, measure.unit.nl, "cbs_gmsd", number, "",
            NOT_ADDED_UP,
        )  # fmt: skip
