"""Tables as workbooks that anybody can read, screen readers included.

After the guidance on accessible spreadsheets of statistical offices (UK Government
Analysis Function): a cover sheet that lists the others, notes, the symbols before the
figures, one marked-up table on a sheet, headers in one row, no merged and no empty
cells, nothing said by colour alone. A text is written as a text, whatever it begins
with.
"""

import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import product
from math import ceil
from typing import TypeAlias

import xlsxwriter

from outputs.errors import ReleaseRefused
from outputs.layout import REGION_LEVELS
from outputs.odata3 import LEVELS
from outputs.published import (
    IS_HIDDEN,
    IS_IMPOSSIBLE,
    IS_SHOWN,
    PublishedRelease,
    ReleasedTable,
)
from outputs.symbols import HIDDEN, IMPOSSIBLE, SHOWN


Cell: TypeAlias = str | int

NOT_APPLICABLE = "n.v.t."
"""A cell that cannot occur: empty in the CSV, and no cell is empty here."""
MOST_ROWS = 1_000_000
"""A sheet has 1 048 576 lines, of which some are for the title."""

_NEVER = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}
_HEADER_ROW = 3
_WIDEST, _WIDEST_HEAD = 60, 24
_A4, _LINE = 9, 15


def files(release: PublishedRelease) -> Iterator[tuple[str, bytes]]:
    for table in release.tables:
        yield f"{table.code}.xlsx", workbook(table)


def workbook(table: ReleasedTable) -> bytes:
    """Cover, notes and symbols, and a sheet per level of region."""
    file = io.BytesIO()
    with new_workbook(file, table.text.title.nl, table) as book:
        sheets = _sheets(table)
        _cover(book, table, [*sheets])
        _notes(book, table)
        _symbols(book, table)
        for level, regions in sheets.items():
            _figures(book, table, level, regions)
    return file.getvalue()


def new_workbook(
    file: io.BytesIO, title: str, table: ReleasedTable
) -> xlsxwriter.Workbook:
    """A workbook that runs nothing, and of which the date is that of its figures."""
    book = xlsxwriter.Workbook(file, _NEVER)
    day = table.period.last_day
    book.set_properties(
        {"title": title, "created": datetime(day.year, day.month, day.day)}  # noqa: DTZ001
    )
    return book


def write_table(
    book: xlsxwriter.Workbook,
    sheet: xlsxwriter.worksheet.Worksheet,
    header: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    first: int = 0,
) -> None:
    """A marked-up table from this line on, with its header; columns wide enough."""
    head = book.add_format({"bold": True, "text_wrap": True, "bottom": 1})
    text = book.add_format({"text_wrap": True, "valign": "top"})
    symbol = book.add_format({"align": "right", "valign": "top"})
    number = book.add_format({"num_format": "#,##0", "valign": "top"})
    wide = [_width(title, [row[at] for row in rows]) for at, title in enumerate(header)]
    for place, width in enumerate(wide):
        sheet.set_column(place, place, width)
    last = (first + max(len(rows), 1), len(header) - 1)
    sheet.add_table(
        first,
        0,
        *last,
        {
            "name": sheet.get_name(),
            "columns": [{"header": title, "header_format": head} for title in header],
            "style": None,
            "autofilter": len(rows) > 1,
        },
    )
    figures = {
        at for row in rows for at, cell in enumerate(row) if isinstance(cell, int)
    }
    sheet.set_row(first, _height(header, wide))
    for line, row in enumerate(rows, start=first + 1):
        if not figures:
            sheet.set_row(line, _height(row, wide))
        for place, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.write_number(line, place, cell, number)
            else:
                sheet.write_string(
                    line, place, cell, symbol if place in figures else text
                )
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(first)


def _width(title: str, cells: Sequence[Cell]) -> int:
    """Of a column, in characters: room for what is in it, or for it on more lines."""
    longest = max((len(str(cell)) for cell in cells), default=0)
    return max(min(len(title), _WIDEST_HEAD), min(longest, _WIDEST)) + 3


def _height(cells: Sequence[Cell], wide: Sequence[int]) -> int:
    """Of a row, in points, when its texts are wrapped."""
    pairs = zip(cells, wide, strict=True)
    return _LINE * max(ceil(len(str(cell)) * 1.1 / width) for cell, width in pairs)


def _sheets(table: ReleasedTable) -> dict[str, list[int]]:
    """Name of a sheet -> the places of its regions."""
    found = {
        LEVELS[level].nl: [
            place for place, one in enumerate(table.regions) if one.level == level
        ]
        for level in REGION_LEVELS.values()
    }
    return {name: places for name, places in found.items() if places}


def _cover(
    book: xlsxwriter.Workbook, table: ReleasedTable, sheets: Sequence[str]
) -> None:
    sheet = _sheet(book, "Voorblad", table.text.title.nl)
    lines = [
        f"Periode: {table.period_label}",
        f"Status van de cijfers: {table.status.value}",
        f"Bron: {table.text.source}",
        "Dit bestand heeft de volgende bladen, elk met één tabel:",
    ]
    for line, text in enumerate(lines, start=1):
        sheet.write_string(line, 0, text)
    contents = [
        ("Toelichting", "Wie meetellen, afronding en geheimhouding, de onderwerpen"),
        ("Symbolen", "Wat er staat waar geen cijfer staat"),
        *((name, f"De cijfers: {name.lower()}") for name in sheets),
    ]
    write_table(book, sheet, ["Blad", "Inhoud"], contents, len(lines) + 1)


def _notes(book: xlsxwriter.Workbook, table: ReleasedTable) -> None:
    sheet = _sheet(book, "Toelichting", f"Toelichting: {table.text.title.nl}")
    rows = [("Tabel", note) for note in table.text.notes]
    rows += [
        (one.title.nl, f"{one.definition.nl} Eenheid: {one.unit.nl}.")
        for one in table.text.measures
    ]
    write_table(book, sheet, ["Waarvan", "Toelichting"], rows, 1)


def _symbols(book: xlsxwriter.Workbook, table: ReleasedTable) -> None:
    sheet = _sheet(book, "Symbolen", "Symbolen in deze tabel")
    rows = [
        (HIDDEN.sign, HIDDEN.meaning.nl),
        (NOT_APPLICABLE, _not_applicable()),
    ]
    shown = SHOWN[table.status]
    if shown.sign:
        rows.append((f"{shown.sign} achter de periode", shown.meaning.nl))
    write_table(book, sheet, ["Symbool", "Betekenis"], rows, 1)


def _not_applicable() -> str:
    """CBS's meaning of an empty cell, without the words that it is empty."""
    said = IMPOSSIBLE.meaning.nl.partition(": ")[2]
    return said[0].upper() + said[1:]


def _figures(
    book: xlsxwriter.Workbook, table: ReleasedTable, name: str, regions: Sequence[int]
) -> None:
    rows = list(_rows(table, regions))
    if len(rows) > MOST_ROWS:
        raise ReleaseRefused(
            f"table {table.code}: {len(rows)} lines do not fit on a sheet of "
            f"{MOST_ROWS}; export the other formats"
        )
    title = f"{table.text.title.nl}, {table.period_label}: {name.lower()}"
    sheet = _sheet(book, name, title)
    sheet.write_string(1, 0, f"Voor {HIDDEN.sign} en {NOT_APPLICABLE}: blad Symbolen.")
    header = [
        "Regiocode",
        "Regio",
        *(one.title.nl for one in table.text.dimensions),
        *(
            f"{one.title.nl} ({one.unit.nl})" if one.is_absolute else one.title.nl
            for one in table.text.measures
        ),
    ]
    write_table(book, sheet, header, rows, _HEADER_ROW)
    sheet.freeze_panes(_HEADER_ROW + 1, 2)


def _rows(table: ReleasedTable, regions: Sequence[int]) -> Iterator[list[Cell]]:
    labels = list(
        product(*([t.nl for t in one.codes.values()] for one in table.text.dimensions))
    )
    shape = (len(table.regions), len(labels), -1)
    values = table.values.reshape(shape).tolist()
    states = table.states.reshape(shape).tolist()
    words = {IS_HIDDEN: HIDDEN.sign, IS_IMPOSSIBLE: NOT_APPLICABLE}
    for place in regions:
        region = table.regions[place]
        cells = zip(labels, values[place], states[place], strict=True)
        for texts, shown, why in cells:
            found = [
                value if state == IS_SHOWN else words[state]
                for value, state in zip(shown, why, strict=True)
            ]
            yield [region.code, region.name, *texts, *found]


def _sheet(
    book: xlsxwriter.Workbook, name: str, title: str
) -> xlsxwriter.worksheet.Worksheet:
    sheet = book.add_worksheet(name)
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
    return sheet
