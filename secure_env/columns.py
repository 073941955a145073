"""The columns of a batch of records: every value once, as given and as read.

Most columns have few distinct values, so what is asked of a value is asked of each
once and spread over the records.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from rules.layout import Field, FieldType, FileFormat, RecordLayout
from rules.period import HalfYear


Mask = npt.NDArray[np.bool_]

AMOUNT = r"-?([0-9]{1,8}([.,][0-9]{1,2})?|[0-9]{9,10}[.,][0-9]{2})"
"""Nine digits need their cents, or they could be a person's."""
WHOLE = "[0-9]{1,8}"
"""Nine digits could be a person's."""
ARROW_TYPES: Mapping[FieldType, pa.DataType] = {
    FieldType.DATE: pa.date32(),
    FieldType.INTEGER: pa.int32(),
    FieldType.FLAG: pa.bool_(),
    FieldType.AMOUNT: pa.decimal128(12, 2),
}
"""What text stands for; fields of other types stay text."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The delivery that is checked."""

    layout: RecordLayout
    period: HalfYear
    supplier: str
    format: FileFormat

    def is_text(self, one: Field) -> bool:
        """Whether the field is delivered as text; a day of a Parquet file is not."""
        return self.format is not FileFormat.PARQUET or one.type is not FieldType.DATE


@dataclass(frozen=True, slots=True)
class Column:
    """The distinct values of a column, null among them, and which a record has."""

    values: pa.Array
    at: npt.NDArray[np.int32]

    @staticmethod
    def of(given: pa.Array) -> "Column":
        coded = given.dictionary_encode(null_encoding="encode")
        return Column(coded.dictionary, coded.indices.to_numpy())

    def where(self, holds: pa.Array) -> Mask:
        """The records of whose value this holds; null is no."""
        return as_mask(holds)[self.at]

    def spread(self) -> pa.Array:
        """The value of every record."""
        return self.values.take(pa.array(self.at))


@dataclass(slots=True)
class Batch:
    """Records as delivered, under the layout's own names, with `line`."""

    subject: Subject
    delivered: pa.Table
    _given: dict[str, Column] = field(default_factory=dict)
    _read: dict[str, Column] = field(default_factory=dict)
    _values: dict[str, pa.Array] = field(default_factory=dict)

    def given(self, name: str) -> Column:
        """A field as delivered; what stands for nothing is null."""
        if name not in self._given:
            column = Column.of(self.delivered[name].combine_chunks())
            one = self.subject.layout.field(name)
            if one.nothing and self.subject.is_text(one):
                nothing = pc.equal(column.values, one.nothing)
                column = Column(pc.if_else(nothing, None, column.values), column.at)
            self._given[name] = column
        return self._given[name]

    def read(self, name: str) -> Column:
        """What stands in a field; null where it cannot be read."""
        if name not in self._read:
            one, given = self.subject.layout.field(name), self.given(name)
            read = _READERS.get(one.type)
            if read is None or not self.subject.is_text(one):
                self._read[name] = given
            else:
                self._read[name] = Column(read(given.values), given.at)
        return self._read[name]

    def values(self, name: str) -> pa.Array:
        """Of every record the value of a field, or of what is derived from several."""
        if name not in self._values:
            derived = {each.name: each for each in self.subject.layout.derivations}
            if name not in derived:
                self._values[name] = self.read(name).spread()
            elif parts := derived[name].first_of:
                self._values[name] = pc.coalesce(*map(self.values, parts))
            else:
                self._values[name] = pa.nulls(self.delivered.num_rows, pa.string())
        return self._values[name]


def is_like(texts: pa.Array, form: str) -> pa.Array:
    """Which texts are of this form, from the first character to the last."""
    return pc.match_substring_regex(texts, rf"\A(?:{form})\z")


def as_mask(holds: pa.Array) -> Mask:
    """For NumPy; null is no."""
    found: Mask = pc.fill_null(holds, fill_value=False).to_numpy(zero_copy_only=False)
    return found


def _days(texts: pa.Array) -> pa.Array:
    """JJJJMMDD."""
    good = as_mask(is_like(texts, "[0-9]{8}"))
    number = pc.if_else(pa.array(good), texts, "0").cast(pa.int32()).to_numpy()
    year, month, day = number // 10_000, number // 100 % 100, number % 100
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + (day - 1)
    exists = (year > 0) & (month >= 1) & (month <= 12) & (day >= 1)
    exists &= days.astype("datetime64[M]") == months
    return pa.array(days, pa.date32(), mask=~exists)


def _whole_numbers(texts: pa.Array) -> pa.Array:
    return _those(texts, is_like(texts, WHOLE)).cast(pa.int32())


def _amounts(texts: pa.Array) -> pa.Array:
    amounts = _those(texts, is_like(texts, AMOUNT))
    return pc.replace_substring(amounts, ",", ".").cast(pa.decimal128(12, 2))


def _flags(texts: pa.Array) -> pa.Array:
    return pc.equal(texts, "J")


def _those(texts: pa.Array, holds: pa.Array) -> pa.Array:
    return pc.if_else(holds, texts, None)


_READERS: Mapping[FieldType, Callable[[pa.Array], pa.Array]] = {
    FieldType.DATE: _days,
    FieldType.INTEGER: _whole_numbers,
    FieldType.FLAG: _flags,
    FieldType.AMOUNT: _amounts,
}
