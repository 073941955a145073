"""A delivered file as records: nothing is guessed, shifted, filled in or left out.

First a look at the bytes, then the reader of its format, with declared columns. What is
wrong with the file as a file refuses it: `Refused` has all that was found.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import pyarrow as pa

from rules.layout import FileFormat, RecordLayout
from secure_env.reading.columnar import parquet
from secure_env.reading.content import Content
from secure_env.reading.lines import fixed_width, separated
from secure_env.reading.marked_up import xml
from secure_env.reading.refusal import Refused, breach
from secure_env.reading.spreadsheet import workbook
from secure_env.reading.text import TextForm, TextLook


__all__ = ["Content", "Look", "Refused", "breach", "look", "records"]


@dataclass(frozen=True, slots=True)
class Look:
    """What a file is before it is parsed: its digest, stamp, and how it is written."""

    sha256: str
    stamp: tuple[int, int]
    format: FileFormat
    text: TextForm | None = None
    """Of a text."""
    records: int | None = None
    """How many lines of a text are records; None where only reading will tell."""

    @property
    def counts_records(self) -> bool:
        """Whether `line` is the number of the record: there are no lines to count."""
        return self.format in {FileFormat.XML, FileFormat.PARQUET}

    def __str__(self) -> str:
        """What was seen of the form: `CSV ; utf-8`."""
        return " ".join(map(str, filter(None, (self.format.name, self.text))))


def look(content: Content, layout: RecordLayout) -> Look:
    """Read the bytes once, and refuse what is no such file."""
    stamp = content.stamp
    seen = _Bytes()
    if content.format not in {FileFormat.CSV, FileFormat.FIXED}:
        for block in content.blocks():
            seen.add(block)
        if not seen.size:
            raise Refused([breach("F04")], seen.sha256)
        return Look(seen.sha256, stamp, content.format)
    text = TextLook(layout, content.format)
    for block in content.blocks():
        seen.add(block)
        text.add(block)
    found = list(text.findings())
    if found:
        raise Refused(found, seen.sha256)
    return Look(seen.sha256, stamp, content.format, text.form, text.records)


def records(content: Content, layout: RecordLayout, seen: Look) -> Iterator[pa.Table]:
    """The records under the layout's own names, with `line`.

    What only reading to the end shows is refused at the end.
    """
    count = 0
    for batch in _read(content, layout, seen):
        count += batch.num_rows
        yield batch
    if content.stamp != seen.stamp:
        raise Refused([breach("F14")], seen.sha256)
    if seen.records is not None and count != seen.records:
        raise Refused([breach("F14", abs(seen.records - count))], seen.sha256)
    if count == 0 and not layout.may_be_empty:
        raise Refused([breach("F13")], seen.sha256)


def _read(content: Content, layout: RecordLayout, seen: Look) -> Iterator[pa.Table]:
    if seen.text is not None:
        read = separated if seen.format is FileFormat.CSV else fixed_width
        return read(content, layout, seen.text)
    readers = {
        FileFormat.XML: xml,
        FileFormat.SPREADSHEET: workbook,
        FileFormat.PARQUET: parquet,
    }
    return readers[seen.format](content, layout)


@dataclass(slots=True)
class _Bytes:
    """How many went by, and their digest."""

    size: int = 0
    _digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def add(self, block: bytes) -> None:
        self.size += len(block)
        self._digest.update(block)

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()
