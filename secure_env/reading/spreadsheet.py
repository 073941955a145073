"""Records of a small XLSX workbook: one sheet of plain values.

A workbook is an archive of XML; it is looked at as both before it is opened. `line` is
the number of the row. Whole numbers and dates are read as the layout writes them; what
Excel made of a number with leading noughts is not repaired, so its check finds it.
"""

import warnings
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import IO

import pyarrow as pa

from rules.layout import RecordLayout
from secure_env.reading.content import Content
from secure_env.reading.marked_up import safe_parser
from secure_env.reading.refusal import Refused, breach, drawn, library, other_columns


_MOST_BYTES = 128 << 20
"""Decompressed: the XML is some ten times the delivery."""
_MOST_ROWS = 100_000
_MOST_COLUMNS = 1_000
_PARTS = 1_000
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".emf", ".wmf", ".bin", ".vml")
"""Parts that are no XML and hold no values."""


def workbook(content: Content, layout: RecordLayout) -> Iterator[pa.Table]:
    """All rows at once: a workbook is small, or it is refused."""
    with content.opened() as file:
        _refuse_what_is_not_plain(file)
        rows = _rows(file)
    if not rows:
        raise Refused([breach("F04")])
    found = other_columns(_header(rows[0]), layout, ordered=True)
    if found:
        raise Refused(found)
    yield _table(rows[1:], layout)


def _refuse_what_is_not_plain(file: IO[bytes]) -> None:
    """Merged cells, formulas, more than one sheet, and XML that declares anything."""
    counts: dict[str, int] = {}
    for part in _parts(file):
        _count(part, counts)
    more = max(0, counts.get("sheet", 0) - 1)
    strange = more + counts.get("mergeCell", 0) + counts.get("f", 0)
    if strange:
        raise Refused([breach("F24", strange)])


def _parts(file: IO[bytes]) -> Iterator[bytes]:
    with library("F19"):
        archive = zipfile.ZipFile(file)
        infos = archive.infolist()
    size = sum(info.file_size for info in infos)
    if size > _MOST_BYTES or len(infos) > _PARTS:
        raise Refused([breach("F23")])
    for info in infos:
        if not info.filename.lower().endswith(_PICTURES):
            with library("F19"):
                part = archive.read(info)
            yield part


def _count(part: bytes, counts: dict[str, int]) -> None:
    parser = safe_parser()

    def start(element: str, _: dict[str, str]) -> None:
        name = element.rpartition(":")[2]
        counts[name] = counts.get(name, 0) + 1

    parser.StartElementHandler = start
    with library("F19"):
        parser.Parse(part, True)


def _rows(file: IO[bytes]) -> list[tuple[object, ...]]:
    """The values of the one sheet, without the empty cells and rows at its edges."""
    rows: list[tuple[object, ...]] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of parts of a workbook that hold no values
        for row in drawn(_sheet(file), "F19"):
            if len(rows) > _MOST_ROWS or len(row) > _MOST_COLUMNS:
                raise Refused([breach("F23")])
            rows.append(_without_empty_end(row))
    while rows and not rows[-1]:
        rows.pop()  # rows that only have a form
    return rows


def _sheet(file: IO[bytes]) -> Iterator[tuple[object, ...]]:
    import openpyxl  # noqa: PLC0415 - what no other delivery needs

    book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    (sheet,) = book.worksheets
    sheet.reset_dimensions()  # what a file says of its own size is not believed
    yield from sheet.iter_rows(values_only=True)


def _without_empty_end(row: Sequence[object]) -> tuple[object, ...]:
    filled = [place for place, value in enumerate(row, 1) if value not in {None, ""}]
    return tuple(row[: filled[-1] if filled else 0])


def _header(row: Sequence[object]) -> list[str]:
    return [_text(value) or "" for value in row]


def _table(rows: Sequence[Sequence[object]], layout: RecordLayout) -> pa.Table:
    width = len(layout.fields)
    texts = [[_text(value) for value in row] for row in rows]
    lines = range(2, len(rows) + 2)
    long = [line for line, row in zip(lines, texts, strict=True) if any(row[width:])]
    blank = [line for line, row in zip(lines, texts, strict=True) if not any(row)]
    found = [breach("F11", len(long), long)] if long else []
    if blank:
        found.append(breach("F12", len(blank), blank))
    if found:
        raise Refused(found)
    filled = [(row + [None] * width)[:width] for row in texts]
    columns = {
        field.name: pa.array([row[place] for row in filled], pa.string())
        for place, field in enumerate(layout.fields)
    }
    return pa.table(columns | {"line": pa.array(lines, pa.int32())})


def _text(value: object) -> str | None:
    """The value as it would be written in text."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return f"{value:%Y%m%d}"
    return str(value)
