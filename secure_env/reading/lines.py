"""Records of text files, a line each: separated fields, or fields of a fixed width."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pv

from rules.layout import RecordLayout
from secure_env.reading.content import Content
from secure_env.reading.refusal import Refused, breach, drawn, library
from secure_env.reading.text import TextForm
from secure_env.supplier_report import LINES_SHOWN


_Options = tuple[pv.ReadOptions, pv.ParseOptions, pv.ConvertOptions]
_PARSED = 16 << 20
"""Bytes parsed together."""
_WHOLE_LINE = "\x1f"
"""A separator that no line has."""


def separated(
    content: Content, layout: RecordLayout, form: TextForm
) -> Iterator[pa.Table]:
    """Lines of a CSV file, but the first; `line` counts from that one as 1."""
    names = [field.name for field in layout.fields]
    yield from _lines(content, form, names, form.separator, skipped=1)


def fixed_width(
    content: Content, layout: RecordLayout, form: TextForm
) -> Iterator[pa.Table]:
    """Lines cut where the layout says; spaces that fill up are no part of a value."""
    wrong = _Wrong()
    total = sum(field.width for field in layout.fields)
    for batch in _lines(content, form, ["whole"], _WHOLE_LINE, skipped=0):
        whole = batch["whole"].combine_chunks()
        fits = pc.fill_null(pc.equal(pc.utf8_length(whole), total), False)
        wrong.add(batch["line"].filter(pc.invert(fits)).to_pylist())
        yield _cut(batch.filter(fits), layout)
    wrong.refuse()


def _cut(batch: pa.Table, layout: RecordLayout) -> pa.Table:
    whole = batch["whole"].combine_chunks()
    columns, start = {}, 0
    for field in layout.fields:
        stop = start + field.width
        value = pc.utf8_trim(pc.utf8_slice_codeunits(whole, start, stop), " ")
        columns[field.name] = pc.if_else(pc.equal(value, ""), None, value)
        start = stop
    return pa.table(columns).append_column("line", batch["line"])


class _Wrong:
    """The lines that are no records: how many, and the first ones."""

    def __init__(self) -> None:
        self._count = 0
        self._lines: list[int] = []

    def add(self, lines: list[int]) -> None:
        self._count += len(lines)
        self._lines.extend(lines[: LINES_SHOWN - len(self._lines)])

    def note(self, row: pv.InvalidRow) -> str:
        self.add([row.number])
        return "skip"

    def refuse(self) -> None:
        if self._count:
            raise Refused([breach("F11", self._count, self._lines)])


def _lines(
    content: Content, form: TextForm, names: list[str], separator: str, *, skipped: int
) -> Iterator[pa.Table]:
    wrong = _Wrong()
    line = 1 + skipped
    options = _options(form, names, separator, skipped, wrong)
    try:
        for batch in _batches(content, options):
            yield numbered(pa.Table.from_batches([batch]), line)
            line += batch.num_rows
    except Refused:
        wrong.refuse()  # which says more
        raise
    wrong.refuse()


def _batches(content: Content, options: _Options) -> Iterator[pa.RecordBatch]:
    """As Arrow reads them; it was seen that these bytes are lines of text."""
    with content.opened() as file:
        with library("F14"):
            reader = pv.open_csv(file, *options)
        yield from drawn(reader, "F14")


def _options(
    form: TextForm, names: list[str], separator: str, skipped: int, wrong: _Wrong
) -> _Options:
    return (
        pv.ReadOptions(
            use_threads=False,  # else the reader does not know line numbers
            block_size=_PARSED,
            skip_rows=skipped,
            column_names=names,
            encoding=form.encoding.value,
        ),
        pv.ParseOptions(
            delimiter=separator,
            quote_char=False,
            invalid_row_handler=wrong.note,
            ignore_empty_lines=False,
        ),
        pv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            strings_can_be_null=True,
            null_values=[""],
        ),
    )


def numbered(records: pa.Table, first: int) -> pa.Table:
    """The records with `line`, counted from `first`."""
    lines = np.arange(first, first + records.num_rows, dtype=np.int32)
    return records.append_column("line", pa.array(lines))
