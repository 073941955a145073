"""Records of an XML file, element by element, whatever the size of the file.

The layout names the elements from the root to the record. Every other element holds
the text of one column; one that stands in an outer element holds for all records in
it. There is nothing else in such a file: no attributes but the namespace of the root,
no declarations that could expand or fetch anything.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

import pyarrow as pa

from rules.layout import RecordLayout
from secure_env.reading.content import BLOCK, Content
from secure_env.reading.lines import numbered
from secure_env.reading.refusal import Refused, breach


_BATCH = 1 << 16
_LONGEST = 1_000_000
_MOST_MISPLACED = 1_000
"""Then it is no file of this kind; reading on would only fill the memory."""
_NAMESPACE = "xmlns"
_ENCODINGS = {"utf-8", "us-ascii", "windows-1252", "iso-8859-1"}


def safe_parser() -> expat.XMLParserType:
    """A parser that refuses a document type, before anything is expanded or fetched.

    And another encoding, before Python is asked for it.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.XmlDeclHandler = _refuse_other_encodings
    parser.StartDoctypeDeclHandler = _refuse_declarations
    parser.EntityDeclHandler = _refuse_declarations
    return parser


def _refuse_other_encodings(_: str, encoding: str | None, __: int) -> None:
    if encoding is not None and encoding.lower() not in _ENCODINGS:
        raise Refused([breach("F06")])


def _refuse_declarations(*_: object) -> None:
    raise Refused([breach("F22")])


def xml(content: Content, layout: RecordLayout) -> Iterator[pa.Table]:
    """The records, numbered from 1 in `line`; misplaced elements refuse the file."""
    rows = _Rows(layout)
    first = 1
    for whole in _parsed(content, rows):
        table = rows.take(whole=whole)
        if table.num_rows:
            yield numbered(table, first)
            first += table.num_rows
    rows.refuse()


def _parsed(content: Content, rows: "_Rows") -> Iterator[bool]:
    """Feeds the rows; tells after each part whether that was the last."""
    parser = safe_parser()
    rows.follow(parser)
    fed = 0
    try:
        for part in content.blocks():
            if b"\0" in part:
                raise Refused([breach("F05")])
            parser.Parse(part, False)
            fed += len(part)
            if fed - parser.CurrentByteIndex > 2 * BLOCK:
                raise Refused([breach("F17")])
            if rows.ready >= _BATCH:
                yield False
        parser.Parse(b"", True)
    except expat.ExpatError:
        where = [parser.CurrentLineNumber]
        raise Refused([breach("F20", 1, where)]) from None
    yield True


@dataclass(slots=True)
class _Rows:
    """The records so far, and where in the file the parser is."""

    layout: RecordLayout
    _misplaced: list[int] = field(default_factory=list)
    """Lines of elements and text that do not belong where they are."""
    _parser: expat.XMLParserType = field(init=False)
    _names: dict[str, str] = field(init=False)
    _columns: dict[str, list[str | None]] = field(init=False)
    _depth: int = 0
    """How many elements of the path are open."""
    _strange: int = 0
    """How many elements are open that belong nowhere."""
    _column: str | None = None
    _text: list[str] = field(default_factory=list)
    _length: int = 0
    _values: list[dict[str, str]] = field(default_factory=list)
    """Per open element of the path what stands in it."""
    _has_records: bool = False
    """Whether the innermost outer element had a record."""

    def __post_init__(self) -> None:
        self._names = {each.column: each.name for each in self.layout.fields}
        self._columns = {name: [] for name in self._names.values()}

    def follow(self, parser: expat.XMLParserType) -> None:
        self._parser = parser
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._add

    @property
    def ready(self) -> int:
        return len(next(iter(self._columns.values())))

    def take(self, *, whole: bool) -> pa.Table:
        """The records since the last time; all of them at the end."""
        if not whole and self.ready < _BATCH:
            return pa.table({})
        table = pa.table(
            {name: pa.array(c, pa.string()) for name, c in self._columns.items()}
        )
        self._columns = {name: [] for name in self._columns}
        return table

    def _start(self, element: str, attributes: dict[str, str]) -> None:
        path = self.layout.forms.path
        if set(attributes) - ({_NAMESPACE} if self._depth == 0 else set()):
            self._misplace()
        if self._strange or self._column is not None:
            self._strange += 1
            self._misplace()
        elif self._depth < len(path) and element == path[self._depth]:
            self._depth += 1
            self._values.append({})
            self._has_records = False
        elif self._depth and element in self._names:
            self._column = element
            self._text = []
            self._length = 0
        else:
            self._strange = 1
            self._misplace()

    def _add(self, text: str) -> None:
        if self._column is None:
            if text.strip() and not self._strange:
                self._misplace()
            return
        self._text.append(text)
        self._length += len(text)
        if self._length > _LONGEST:
            raise Refused([breach("F17")])

    def _end(self, _: str) -> None:
        if self._strange:
            self._strange -= 1
        elif self._column is not None:
            self._keep(self._names[self._column], "".join(self._text))
            self._column = None
        else:
            self._close()

    def _keep(self, name: str, text: str) -> None:
        if self._has_records or any(name in values for values in self._values):
            self._misplace()  # twice, or after the records that it holds for
        self._values[-1][name] = text

    def _close(self) -> None:
        if self._depth == len(self.layout.forms.path):
            record = {k: v for values in self._values for k, v in values.items()}
            for name, column in self._columns.items():
                column.append(record.get(name) or None)
            self._has_records = True
        elif not self._has_records:
            self._misplace()  # what stands in it would be lost
        self._depth -= 1
        self._values.pop()

    def _misplace(self) -> None:
        self._misplaced.append(self._parser.CurrentLineNumber)
        if len(self._misplaced) >= _MOST_MISPLACED:
            self.refuse()

    def refuse(self) -> None:
        if self._misplaced:
            raise Refused([breach("F21", len(self._misplaced), self._misplaced)])
