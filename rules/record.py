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
    CODE = "code"
    """A code of a list, or of a fixed form."""
    DATE = "date"
    """A calendar day: JJJJMMDD in CSV, a date in Parquet."""
    INTEGER = "integer"
    """A whole number, zero or more."""
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
    VNG = "VNG"
    """The association of gemeenten: consent."""


class FileFormat(Enum):
    """How the file is written; the value is its extension."""

    CSV = "csv"
    """Semicolons, UTF-8, no quoting, first line the column names."""
    PARQUET = "parquet"
    """Apache Parquet."""


class Severity(Enum):
    """What a finding does."""

    FILE = "file"
    """The delivery is refused."""
    RECORD = "record"
    """The record is set aside; too many of them and the delivery is refused."""
    SIGNAL = "signal"
    """Reported to the supplier, without consequence for the record."""


class CheckKind(Enum):
    """The words in which a check can be declared; each is one clause of SQL."""

    FILLED = "filled"
    """The field has a value."""
    VALID = "valid"
    """The value is one of its type, form and code list."""
    SUPPLIER = "supplier"
    """The field names the supplier of the file name."""
    ORDER = "order"
    """The first field, a day, does not lie after the second."""
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
    WITHHELD_PERSON = "withheld_person"
    """The number stands for nobody in particular: unknown or unborn."""
    UNKNOWN_PERSON = "unknown_person"
    """The person is not in the key file."""


@dataclass(frozen=True, slots=True)
class Field:
    """One column: as delivered, and as named here.

    `withheld` are the numbers that stand for an unknown or unborn person.
    """

    column: str
    name: str
    type: FieldType
    mandatory: bool = False
    stored: bool = False
    codes: tuple[str, ...] = ()
    form: str = ""
    withheld: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Derivation:
    """A stored field that is the first filled one of several columns."""

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


@dataclass(frozen=True, slots=True)
class FileRule:
    """A rule for every file, whatever its layout; breaking it refuses the file."""

    code: str
    text: Text


@dataclass(frozen=True, slots=True)
class RecordLayout:
    """The record of one source in a range of half-years."""

    source: str
    since: HalfYear
    until: HalfYear | None
    supplier: Supplier
    format: FileFormat
    tolerated_percent: int
    fields: tuple[Field, ...]
    derivations: tuple[Derivation, ...]
    checks: tuple[CheckRule, ...]

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
    def looks_up(self) -> bool:
        """Whether its persons are looked up in the key file."""
        person = self.person
        return (
            person is not None and person.type is FieldType.BSN and not self.is_key_file
        )

    @property
    def stored(self) -> tuple[str, ...]:
        """What intake keeps, besides `person_key` and `line`."""
        kept = [field.name for field in self.fields if field.stored]
        return (*kept, *(derived.name for derived in self.derivations))

    def field(self, name: str) -> Field:
        """The field of that name; of a derivation its first column."""
        for derived in self.derivations:
            if derived.name == name:
                name = derived.first_of[0]
        return next(field for field in self.fields if field.name == name)

    def delivered(self, name: str) -> str:
        """What the supplier calls this field: one column, or one of several."""
        names = next((d.first_of for d in self.derivations if d.name == name), (name,))
        return " / ".join(self.field(one).column for one in names)

    def covers(self, period: HalfYear) -> bool:
        return self.since <= period and (self.until is None or period <= self.until)
