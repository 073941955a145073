"""The bytes of a text file, before its lines are taken for records."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from rules.layout import Encoding, FileFormat, RecordLayout
from secure_env.reading.content import BLOCK
from secure_env.reading.refusal import breach, other_columns
from secure_env.supplier_report import Finding


_NOT_WINDOWS = re.compile(rb"[\x81\x8d\x8f\x90\x9d\xc2\xc3]")
"""Bytes without a letter in Windows-1252; and the two that begin an accented letter in
UTF-8, for which no Dutch text has a use: a damaged UTF-8 is not read as another."""
_BOM = codecs.BOM_UTF8


@dataclass(frozen=True, slots=True)
class TextForm:
    """How the lines of a file are written, as was seen and not guessed."""

    encoding: Encoding
    separator: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.separator, self.encoding.value) if part)


@dataclass(slots=True)
class TextLook:
    """The bytes of a text file so far."""

    layout: RecordLayout
    format: FileFormat
    lines: int = 0
    _decoder: codecs.IncrementalDecoder = field(
        default_factory=codecs.getincrementaldecoder("utf-8")
    )
    _header: bytes | None = None
    _tail: bytes = b""
    _returns: int = 0
    _pairs: int = 0
    _is_utf8: bool = True
    _is_windows: bool = True
    _broken: set[str] = field(default_factory=set)

    def add(self, block: bytes) -> None:
        if self._header is None:
            self._header = block.split(b"\n", 1)[0]
            if block.startswith(_BOM):
                self._is_windows = False
        if b"\0" in block:
            self._broken.add("F05")
        self._decode(block, final=False)
        if len(block) == BLOCK and b"\n" not in block:
            self._broken.add("F17")
        joined = self._tail + block
        if b"\n\n" in joined or b"\n\r\n" in joined:
            self._broken.add("F12")
        self.lines += block.count(b"\n")
        if b"\r" in joined:
            self._returns += block.count(b"\r")
            self._pairs += (self._tail[-1:] + block).count(b"\r\n")
        self._tail = joined[-2:]

    @property
    def records(self) -> int:
        """How many there must be: every line but the one with the names."""
        return self.lines - (self.format is FileFormat.CSV)

    @property
    def form(self) -> TextForm:
        """As seen; the separator is the one that finds the most columns."""
        encoding = Encoding.UTF_8 if self._is_utf8 else Encoding.WINDOWS_1252
        if self.format is FileFormat.FIXED:
            return TextForm(encoding)
        columns = set(self.layout.columns)
        best = max(
            self.layout.forms.separators,
            key=lambda one: len(columns & set(self._names(encoding, one))),
        )
        return TextForm(encoding, best)

    def findings(self) -> Iterator[Finding]:
        if self._header is None:
            yield breach("F04")
            return
        self._decode(b"", final=True)
        if self._returns != self._pairs or self._pairs not in {0, self.lines}:
            self._broken.add("F12")
        if not self._tail.endswith(b"\n"):
            self._broken.add("F10")
        elif self.records == 0 and not self.layout.may_be_empty:
            self._broken.add("F13")
        if "F05" in self._broken:
            yield breach("F05")  # no text at all: the other rules would say little
            return
        if not self._is_allowed:
            self._broken.add("F06")
        elif self.format is FileFormat.CSV:
            names = self._names(self.form.encoding, self.form.separator)
            yield from other_columns(names, self.layout, ordered=True)
        for rule in sorted(self._broken):
            yield breach(rule)

    @property
    def _is_allowed(self) -> bool:
        allowed = self.layout.forms.encodings
        return (self._is_utf8 and Encoding.UTF_8 in allowed) or (
            self._is_windows and Encoding.WINDOWS_1252 in allowed
        )

    def _names(self, encoding: Encoding, separator: str) -> list[str]:
        line = (self._header or b"").removeprefix(_BOM).removesuffix(b"\r")
        return line.decode(encoding.value, "replace").split(separator)

    def _decode(self, block: bytes, *, final: bool) -> None:
        if block.isascii() and not final and not self._decoder.getstate()[0]:
            return  # as nearly all are; it is quicker to see than to decode
        if _NOT_WINDOWS.search(block):
            self._is_windows = False
        if self._is_utf8:
            try:
                self._decoder.decode(block, final)
            except UnicodeDecodeError:
                self._is_utf8 = False
