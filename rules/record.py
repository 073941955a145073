"""The words of a record layout: which columns a delivery has, and what is checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from rules.indicator import Text
from rules.period import HalfYear


class FieldType(Enum):
    """What the values of a column are, and so how they are read and checked."""

    TEXT = "text"
    """Free but short text, without control characters."""
    NOTE = "note"
    """Text of up to a thousand characters that will be printed: nobody is in it."""
    CODE = "code"
    """A code of a list, or of a fixed form."""
    DATE = "date"
    """A calendar day: JJJJMMDD in text, a date in Parquet."""
    INTEGER = "integer"
    """A whole number, zero or more."""
    AMOUNT = "amount"
    """Euros, with a comma or point before cents; negative where money came back."""
    FLAG = "flag"
    """J or N."""
    BSN = "bsn"
    """A citizen service number: nine digits that pass the eleven-test."""
    RIN = "rin"
    """A person's number at CBS: nine digits."""


class Supplier(Enum):
    """Who delivers; the value is the form of the supplier's name in the file name."""

    GEMEENTE = r"GM\d{4}"
    """A gemeente."""
    PROVIDER = r"\d{8}"
    """A provider of youth care."""
    CBS = "CBS"
    """Statistics Netherlands: registers and regions."""
    VEKTIS = "VEKTIS"
    """The information centre of care: use and costs of Wlz and Zvw."""
    VNG = "VNG"
    """The association of gemeenten: consent."""


class FileFormat(Enum):
    """How the file is written; the value is its extension."""

    CSV = "csv"
    """A separator between fields, no quoting, first line the column names."""
    FIXED = "txt"
    """Every field has its own number of characters; no line with names."""
    XML = "xml"
    """An element per record and in it one per field; no attributes, no DTD."""
    SPREADSHEET = "xlsx"
    """One sheet of a workbook with plain values, first row the column names."""
    PARQUET = "parquet"
    """Apache Parquet."""


TEXT_FORMATS = frozenset({FileFormat.CSV, FileFormat.FIXED})
"""Formats whose records are lines."""


class Encoding(Enum):
    """What the bytes of a text stand for; the value is Python's name."""

    UTF_8 = "utf-8"
    """With or without a byte order mark."""
    WINDOWS_1252 = "windows-1252"
    """What older Windows programs write; one byte per character."""


class Severity(Enum):
    """What a finding does."""

    FILE = "file"
    """The delivery is refused."""
    RECORD = "record"
    """The record is set aside; too many of them and the delivery is refused."""
    SIGNAL = "signal"
    """Reported to the supplier, without consequence for the record."""


class CheckKind(Enum):
    """The words in which a check can be declared; each is one clause."""

    FILLED = "filled"
    """The field has a value."""
    VALID = "valid"
    """The value is one of its type, form and code list."""
    SUPPLIER = "supplier"
    """The field names the supplier of the file name."""
    ORDER = "order"
    """The first field, a day, does not lie after the second."""
    NEEDS = "needs"
    """Where the first field is filled, the second is too."""
    STARTS_IN_TIME = "starts_in_time"
    """The day does not lie after the period."""
    ENDS_IN_TIME = "ends_in_time"
    """The day does not lie before the period."""
    IN_PERIOD = "in_period"
    """The first field, a year, and the second, a month, lie in the period."""
    COMBINATION = "combination"
    """The second field has a code that the first field's code allows."""
    UNIQUE = "unique"
    """No two records have the same value."""
    DUPLICATE = "duplicate"
    """The whole record occurs once; a copy is set aside, the first one kept."""
    UNKNOWN_NUMBER = "unknown_number"
    """The number says that the number is not known."""
    UNBORN = "unborn"
    """The number says that the person is not born yet."""
    MAY_NAME_PERSON = "may_name_person"
    """The text has, or could have, a citizen service number in it."""
    UNKNOWN_PERSON = "unknown_person"
    """The person is not in the key file."""


@dataclass(frozen=True, slots=True)
class Field:
    """One column: as delivered, and as named here.

    `unknown` and `unborn` are the numbers that stand for such a person; `nothing` is a
    value that means that there is none (`00000000` for a day that is not known);
    `finds_person` tells who is meant where the number does not, and is kept only there;
    `width` is its number of characters in a file of fixed width.
    """

    column: str
    name: str
    type: FieldType
    mandatory: bool = False
    stored: bool = False
    finds_person: bool = False
    codes: tuple[str, ...] = ()
    form: str = ""
    unknown: str = ""
    unborn: str = ""
    nothing: str = ""
    width: int = 0

    @property
    def withheld(self) -> tuple[str, ...]:
        """The numbers that stand for nobody in particular."""
        return tuple(number for number in (self.unknown, self.unborn) if number)


@dataclass(frozen=True, slots=True)
class Derivation:
    """A stored field that is the first filled one of several columns.

    Of no columns: a field of other half-years that is not delivered, and so empty.
    """

    name: str
    first_of: tuple[str, ...]
    mandatory: bool = False


@dataclass(frozen=True, slots=True)
class CheckRule:
    """One check of a layout: what, on which fields, and what a failure does."""

    code: str
    kind: CheckKind
    fields: tuple[str, ...]
    severity: Severity
    text: Text
    allowed: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)


class Profiled(Enum):
    """What is compared of a delivery as a whole."""

    VOLUME = "volume"
    """The number of records taken in, as a percentage of the other."""
    MIX = "mix"
    """The share of each code of the field, in percentage points."""
    FILLED = "filled"
    """The share of records in which the field is filled, in percentage points."""
    UNLINKED = "unlinked"
    """The share of records of a person who is not known, in percentage points."""
    PER_PERSON = "per_person"
    """The sum of the field, an amount, per person, as a percentage of the other."""


NEEDS_FIELD = frozenset({Profiled.MIX, Profiled.FILLED, Profiled.PER_PERSON})
"""What is compared of a field, and not of the whole."""


class Against(Enum):
    """What a delivery is compared with."""

    PREVIOUS = "previous"
    """What the same supplier delivered for the half-year before."""
    OTHERS = "others"
    """The middle one of the other suppliers of this half-year."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A check of plausibility: a delivery may not differ more than `margin`.

    The margin is in percentage points for shares. For volume and per_person it is in
    per cent: 100 allows twice as much, and half.
    """

    code: str
    kind: Profiled
    field: str
    against: Against
    margin: int
    text: Text


@dataclass(frozen=True, slots=True)
class FileRule:
    """A rule for every file, whatever its layout; breaking it refuses the file."""

    code: str
    text: Text


@dataclass(frozen=True, slots=True)
class DeliveredForms:
    """The forms in which a source may be delivered; no other is tried.

    `path` are the elements from the root of an XML file to its record: what stands in
    one of them holds for all records in it.
    """

    formats: tuple[FileFormat, ...]
    separators: tuple[str, ...] = ()
    encodings: tuple[Encoding, ...] = ()
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordLayout:
    """The record of one source in a range of half-years."""

    source: str
    since: HalfYear
    until: HalfYear | None
    supplier: Supplier
    forms: DeliveredForms
    tolerated_percent: int
    fields: tuple[Field, ...]
    derivations: tuple[Derivation, ...]
    checks: tuple[CheckRule, ...]
    comparisons: tuple[Comparison, ...] = ()
    may_be_empty: bool = False
    """A file without records says that there was nothing (an empty delivery)."""

    @property
    def folder(self) -> str:
        """The source as the name of a folder: `wmo`."""
        return self.source.lower()

    @property
    def columns(self) -> tuple[str, ...]:
        """The column names as delivered, in their order."""
        return tuple(field.column for field in self.fields)

    @property
    def person(self) -> Field | None:
        """The column that says whose record it is."""
        return next(
            (f for f in self.fields if f.type in {FieldType.BSN, FieldType.RIN}), None
        )

    @property
    def is_key_file(self) -> bool:
        """Whether it tells which RIN belongs to a BSN."""
        types = {field.type for field in self.fields}
        return {FieldType.BSN, FieldType.RIN} <= types

    @property
    def is_register(self) -> bool:
        """Whether its persons have RINs: no citizen service number comes near it."""
        return self.person is not None and self.person.type is FieldType.RIN

    @property
    def looks_up(self) -> bool:
        """Whether its persons are looked up in the key file."""
        person = self.person
        return (
            person is not None and person.type is FieldType.BSN and not self.is_key_file
        )

    @property
    def stored(self) -> tuple[str, ...]:
        """What intake keeps, besides `person_key` and `line`."""
        kept = [f.name for f in self.fields if f.stored or f.finds_person]
        return (*kept, *(derived.name for derived in self.derivations))

    def field(self, name: str) -> Field:
        """The field of that name; of a derivation its first column."""
        for derived in self.derivations:
            if derived.name == name:
                name = derived.first_of[0]
        return next(field for field in self.fields if field.name == name)

    def type_of(self, name: str) -> FieldType:
        """How the values of a stored field are kept."""
        derived = next((d for d in self.derivations if d.name == name), None)
        if derived is not None and not derived.first_of:
            return FieldType.TEXT
        return self.field(name).type

    def delivered(self, name: str) -> str:
        """What the supplier calls this field: one column, or one of several."""
        names = next((d.first_of for d in self.derivations if d.name == name), (name,))
        return " / ".join(self.field(one).column for one in names)

    def covers(self, period: HalfYear) -> bool:
        return self.since <= period and (self.until is None or period <= self.until)
