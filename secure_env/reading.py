"""A delivered file as records: nothing is guessed, shifted, filled in or left out.

First a look at the bytes, then the reader of pyarrow with declared columns. What is
wrong with the file as a file refuses it: `Refused` has all that was found.
"""

import codecs
import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pv
import pyarrow.parquet as pq

from rules.layout import Field, FieldType, FileFormat, RecordLayout, load_file_rules
from secure_env.supplier_report import LINES_SHOWN, Finding


_BLOCK = 1 << 20
"""Bytes looked at together; a line is shorter, or the file is refused."""
_PARSED = 16 << 20
"""Bytes parsed together."""
_ROWS = 1 << 18
"""Records of a Parquet file read together."""
_RULES = load_file_rules()


class Refused(Exception):  # a verdict, not an error of ours
    """The file cannot be taken in, whatever its records."""

    def __init__(self, findings: Sequence[Finding], sha256: str = "") -> None:
        super().__init__(f"{len(findings)} findings")
        self.findings = tuple(findings)
        self.sha256 = sha256


@dataclass(frozen=True, slots=True)
class Look:
    """What a file is before it is parsed: its digest, size, time and lines."""

    sha256: str
    size: int
    changed: int
    lines: int


def breach(
    rule: str, count: int = 1, lines: Sequence[int] = (), **said: str
) -> Finding:
    """A finding of a file rule."""
    text = _RULES[rule].text
    return Finding(
        rule, "file", count, tuple(lines[:LINES_SHOWN]),
        text.nl.format(**said), text.en.format(**said),
    )  # fmt: skip


def look(path: Path, layout: RecordLayout) -> Look:
    """Read the file once, byte by byte, and refuse what is no such file."""
    try:
        if not path.is_file():  # a pipe would keep us waiting
            raise Refused([breach("F03")])
        with path.open("rb") as file:
            before = os.fstat(file.fileno())
            if layout.format is FileFormat.PARQUET:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                return Look(digest, before.st_size, before.st_mtime_ns, 0)
            seen = _Bytes()
            for block in iter(lambda: file.read(_BLOCK), b""):
                seen.add(block)
    except OSError:
        raise Refused([breach("F03")]) from None
    found = list(seen.findings(layout))
    if found:
        raise Refused(found, seen.sha256)
    return Look(seen.sha256, before.st_size, before.st_mtime_ns, seen.lines)


def records(path: Path, layout: RecordLayout, seen: Look) -> Iterator[pa.Table]:
    """The records under the layout's own names, with `line`.

    What only reading to the end shows is refused at the end.
    """
    read = _csv if layout.format is FileFormat.CSV else _parquet
    count = 0
    for batch in read(path, layout):
        count += batch.num_rows
        yield batch
    try:
        now = path.stat()
    except OSError:
        raise Refused([breach("F03")], seen.sha256) from None
    if (now.st_size, now.st_mtime_ns) != (seen.size, seen.changed):
        raise Refused([breach("F14")], seen.sha256)
    if layout.format is FileFormat.CSV and count != seen.lines - 1:
        raise Refused([breach("F14", abs(seen.lines - 1 - count))], seen.sha256)
    if count == 0:
        raise Refused([breach("F13")], seen.sha256)


@dataclass(slots=True)
class _Bytes:
    """The bytes of a CSV file so far."""

    lines: int = 0
    _digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    _decoder: codecs.IncrementalDecoder = field(
        default_factory=codecs.getincrementaldecoder("utf-8")
    )
    _header: bytes | None = None
    _tail: bytes = b""
    _returns: int = 0
    _pairs: int = 0
    _broken: set[str] = field(default_factory=set)

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def add(self, block: bytes) -> None:
        self._digest.update(block)
        if self._header is None:
            self._header = block.split(b"\n", 1)[0]
        if b"\0" in block:
            self._broken.add("F05")
        self._decode(block, final=False)
        if len(block) == _BLOCK and b"\n" not in block:
            self._broken.add("F17")
        joined = self._tail + block
        if b"\n\n" in joined or b"\n\r\n" in joined:
            self._broken.add("F12")
        self.lines += block.count(b"\n")
        self._returns += block.count(b"\r")
        self._pairs += (self._tail[-1:] + block).count(b"\r\n")
        self._tail = joined[-2:]

    def findings(self, layout: RecordLayout) -> Iterator[Finding]:
        if self._header is None:
            yield breach("F04")
            return
        self._decode(b"", final=True)
        if self._returns != self._pairs or self._pairs not in {0, self.lines}:
            self._broken.add("F12")
        if not self._tail.endswith(b"\n"):
            self._broken.add("F10")
        elif self.lines == 1:
            self._broken.add("F13")
        if "F05" in self._broken:
            yield breach("F05")  # no text at all: the other rules would say little
            return
        if "F06" not in self._broken:
            names = self._header.decode("utf-8-sig", "replace").rstrip("\r").split(";")
            yield from _columns(names, layout, ordered=True)
        for rule in sorted(self._broken):
            yield breach(rule)

    def _decode(self, block: bytes, *, final: bool) -> None:
        if "F06" not in self._broken:
            try:
                self._decoder.decode(block, final)
            except UnicodeDecodeError:
                self._broken.add("F06")


def _columns(
    names: Sequence[str], layout: RecordLayout, *, ordered: bool
) -> Iterator[Finding]:
    # A column that does not belong is counted, not named: without a header line the
    # first line is a record.
    missing = [name for name in layout.columns if name not in names]
    extra = [
        place
        for place, name in enumerate(names)
        if name not in layout.columns or name in names[:place]
    ]
    if missing:
        yield breach("F07", len(missing), columns=", ".join(missing))
    if extra:
        yield breach("F08", len(extra))
    if ordered and not missing and not extra and tuple(names) != layout.columns:
        yield breach("F09")


def _csv(path: Path, layout: RecordLayout) -> Iterator[pa.Table]:
    names = [field.name for field in layout.fields]
    wrong: list[int] = []
    line = 2

    def note(row: pv.InvalidRow) -> str:
        wrong.append(row.number)
        return "skip"

    try:
        with pv.open_csv(
            path,
            pv.ReadOptions(
                use_threads=False,  # else the reader does not know line numbers
                block_size=_PARSED,
                skip_rows=1,
                column_names=names,
            ),
            pv.ParseOptions(
                delimiter=";",
                quote_char=False,
                invalid_row_handler=note,
                ignore_empty_lines=False,
            ),
            pv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=True,
                null_values=[""],
            ),
        ) as reader:
            for batch in reader:
                yield _numbered(pa.Table.from_batches([batch]), line)
                line += batch.num_rows
    except (pa.ArrowException, OSError):
        if not wrong:
            raise Refused([breach("F14")]) from None
    if wrong:
        raise Refused([breach("F11", len(wrong), wrong)])


def _parquet(path: Path, layout: RecordLayout) -> Iterator[pa.Table]:
    line = 1
    try:
        with pq.ParquetFile(path) as file:
            _refuse_other_columns(file.schema_arrow, layout)
            schema = pa.schema([(one.column, _wanted(one)) for one in layout.fields])
            for batch in file.iter_batches(_ROWS, columns=list(layout.columns)):
                table = pa.Table.from_batches([batch]).select(schema.names)
                named = table.cast(schema).rename_columns(
                    [one.name for one in layout.fields]
                )
                yield _numbered(named, line)
                line += batch.num_rows
    except (pa.ArrowException, OSError):
        raise Refused([breach("F15", columns="-")]) from None


def _refuse_other_columns(schema: pa.Schema, layout: RecordLayout) -> None:
    found = list(_columns(schema.names, layout, ordered=False))
    if not found:
        other = [
            one.column
            for one in layout.fields
            if not _readable(one, schema.field(one.column).type)
        ]
        if other:
            found = [breach("F15", len(other), columns=", ".join(other))]
    if found:
        raise Refused(found)


def _readable(one: Field, given: pa.DataType) -> bool:
    if one.type is FieldType.DATE:
        return bool(pa.types.is_date(given))
    text = pa.types.is_string(given) or pa.types.is_large_string(given)
    if pa.types.is_dictionary(given):
        return bool(pa.types.is_string(given.value_type))
    # 1 and 2 may be numbers; a number that had leading zeros may not
    return bool(text or (one.codes and pa.types.is_integer(given)))


def _wanted(one: Field) -> pa.DataType:
    return pa.date32() if one.type is FieldType.DATE else pa.string()


def _numbered(records: pa.Table, first: int) -> pa.Table:
    lines = np.arange(first, first + records.num_rows, dtype=np.int32)
    return records.append_column("line", pa.array(lines))
