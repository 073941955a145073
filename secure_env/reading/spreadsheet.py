"""Records of a small XLSX workbook: one sheet of plain values.

A workbook is an archive of XML; it is looked at as both before it is opened. `line` is
the number of the row. Whole numbers and dates are read as the layout writes them; what
Excel made of a number with leading noughts is not repaired, so its check finds it.
"""

import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import IO
from xml.parsers import expat

import pyarrow as pa

from rules.layout import RecordLayout
from secure_env.reading.content import Content
from secure_env.reading.marked_up import Declares, safe_parser
from secure_env.reading.refusal import Refused, breach, other_columns


_MOST_BYTES = 128 << 20
"""Decompressed: the XML is some ten times the delivery."""
_MOST_ROWS = 100_000
_PARTS = 1_000
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".emf", ".wmf", ".bin", ".vml")
"""Parts that are no XML and hold no values."""
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError)


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
    try:
        with zipfile.ZipFile(file) as archive:
            infos = archive.infolist()
            size = sum(info.file_size for info in infos)
            if size > _MOST_BYTES or len(infos) > _PARTS:
                raise Refused([breach("F23")])
            for info in infos:
                if not info.filename.lower().endswith(_PICTURES):
                    _count(archive.read(info), counts)
    except Declares:
        raise Refused([breach("F22")]) from None
    except (*_DAMAGE, expat.ExpatError, NotImplementedError, RuntimeError):
        raise Refused([breach("F19")]) from None
    more = max(0, counts.get("sheet", 0) - 1)
    strange = more + counts.get("mergeCell", 0) + counts.get("f", 0)
    if strange:
        raise Refused([breach("F24", strange)])


def _count(part: bytes, counts: dict[str, int]) -> None:
    parser = safe_parser()

    def start(element: str, _: dict[str, str]) -> None:
        name = element.rpartition(":")[2]
        counts[name] = counts.get(name, 0) + 1

    parser.StartElementHandler = start
    parser.Parse(part, True)


def _rows(file: IO[bytes]) -> list[tuple[object, ...]]:
    import openpyxl  # noqa: PLC0415 - what no other delivery needs

    file.seek(0)
    rows: list[tuple[object, ...]] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of parts of a workbook that hold no values
        try:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            (sheet,) = book.worksheets
            sheet.reset_dimensions()  # what a file says of its own size is not believed
            for row in sheet.iter_rows(values_only=True):
                rows.append(row)
                if len(rows) > _MOST_ROWS + 1:
                    raise Refused([breach("F23")])
        except Refused:
            raise
        except Exception:  # whatever the library makes of damage
            raise Refused([breach("F19")]) from None
    while rows and not any(value not in {None, ""} for value in rows[-1]):
        rows.pop()  # rows that only have a form
    return rows


def _header(row: Sequence[object]) -> list[str]:
    names = [_text(value) or "" for value in row]
    while names and not names[-1]:
        names.pop()
    return names


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
