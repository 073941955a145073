"""Records of a Parquet file; `line` is the number of the record, from 1."""

from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from rules.layout import Field, FieldType, RecordLayout
from secure_env.reading.content import Content
from secure_env.reading.lines import numbered
from secure_env.reading.refusal import Refused, breach, drawn, library, other_columns


_ROWS = 1 << 18
"""Records read together."""


def parquet(content: Content, layout: RecordLayout) -> Iterator[pa.Table]:
    """The columns of the layout, whatever their order in the file."""
    schema = pa.schema([(one.column, _wanted(one)) for one in layout.fields])
    names = [one.name for one in layout.fields]
    line = 1
    with content.opened() as opened:
        with library("F15"):
            file = pq.ParquetFile(opened)
            given = file.schema_arrow
            types = {one.name: one.type for one in given}
            batches = file.iter_batches(_ROWS, columns=schema.names)
        _refuse_other_columns(given.names, types, layout)
        for batch in drawn(batches, "F15"):
            with library("F15"):
                table = pa.Table.from_batches([batch]).select(schema.names)
                table = table.cast(schema).rename_columns(names)
                table.validate(full=True)  # a text may be no text
            yield numbered(table, line)
            line += table.num_rows


def _refuse_other_columns(
    names: Sequence[str], types: Mapping[str, pa.DataType], layout: RecordLayout
) -> None:
    found = other_columns(names, layout, ordered=False)
    if not found:
        other = [
            one.column for one in layout.fields if not _readable(one, types[one.column])
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
    whole = bool(one.codes) or one.type is FieldType.INTEGER
    return bool(text or (whole and pa.types.is_integer(given)))


def _wanted(one: Field) -> pa.DataType:
    return pa.date32() if one.type is FieldType.DATE else pa.string()
