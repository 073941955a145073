"""Accepted deliveries as linkage takes them: one Arrow table or reader per source."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import pyarrow as pa

from engine.errors import WrongShape


Source: TypeAlias = pa.Table | pa.RecordBatchReader
"""The deliveries of a source that count, together; a reader is read once."""

_TEXT, _DAY = pa.string(), pa.date32()
_SPELL = {"starts": _DAY, "ends": _DAY}
_MONTH = {"year": pa.int64(), "month": pa.int64(), "gemeente": _TEXT}
_CONSENT = {"gemeente": _TEXT, "part": _TEXT, "publishes": pa.bool_()}
_WMO = {
    "person_key": _TEXT, "gemeente": _TEXT, "allocation": _TEXT, "type": _TEXT,
    "financing": _TEXT, "reason": _TEXT, **_SPELL, "intensity": _TEXT, "unit": _TEXT,
    "frequency": _TEXT,
}  # fmt: skip
_JEUGD = {
    "person_key": _TEXT, "provider": _TEXT, "kind": _TEXT, "form": _TEXT,
    "referrer": _TEXT, "reason": _TEXT, "birth_date": _TEXT, "sex": _TEXT,
    "gemeente": _TEXT, **_SPELL, "handed_over": _DAY, "taken_over": _DAY,
    "crisis": pa.bool_(), "perspective": _TEXT,
}  # fmt: skip
_WSW = {
    "person_key": _TEXT, "gemeente": _TEXT, "status": _TEXT, "employment": _TEXT,
    **_SPELL,
}  # fmt: skip

COLUMNS: dict[str, dict[str, pa.DataType]] = {
    "wmo": _WMO,
    "wmo_other": _WMO,
    "jeugd": _JEUGD,
    "jeugd_first": _JEUGD,
    "jeugd_previous": _JEUGD,
    "bus": {
        "person_key": _TEXT, **_MONTH, "registration": _TEXT, "scheme": _TEXT,
        "living_arrangement": _TEXT, "reason": _TEXT, **_SPELL,
    },
    "srg": {
        "person_key": _TEXT, **_MONTH, "registration": _TEXT, "type": _TEXT,
        "reason": _TEXT, **_SPELL,
    },
    "wsw": _WSW,
    "wsw_first": _WSW,
    "vroegsignalen": {
        "person_key": _TEXT, "gemeente": _TEXT, "kind": _TEXT, "starts": _DAY,
        "arrears": pa.decimal128(12, 2),
    },
    "wlzzvw": {"person_key": _TEXT, "law": _TEXT, **_SPELL},
    "wmokosten": {
        "person_key": _TEXT, "gemeente": _TEXT, "type": _TEXT, "provider": _TEXT,
        "costs": pa.decimal128(12, 2),
    },
    "wmoceo": {
        "gemeente": _TEXT, "respondent": _TEXT, "fits_need": _TEXT,
        "own_control": _TEXT, "copes_better": _TEXT, "lives_better": _TEXT,
    },
    "jeugdkosten": {
        "gemeente": _TEXT, "kind": _TEXT, "form": _TEXT, "provider": _TEXT,
        "clients": pa.int64(), "costs": pa.decimal128(12, 2),
    },
    "sbo": {
        "gemeente": _TEXT, "kind": _TEXT, "provider": _TEXT, "users": pa.int64(),
        "costs": pa.decimal128(12, 2),
    },
    "wlzzvwkosten": {
        "gemeente": _TEXT, "law": _TEXT, "kind": _TEXT, "clients": pa.int64(),
        "costs": pa.decimal128(12, 2),
    },
    "sleutel": {"hash": pa.binary(16), "rin": pa.uint32()},
    "personen": {"person_key": _TEXT, "birth_date": _DAY, "sex": _TEXT},
    "ouders": {
        "person_key": _TEXT, "parent": _TEXT, "authority": pa.bool_(), **_SPELL,
    },
    "inkomen": {"person_key": _TEXT, "income": pa.int64()},
    "herkomst": {"person_key": _TEXT, "origin": _TEXT},
    "adressen": {"person_key": _TEXT, "gemeente": _TEXT, "wijk": _TEXT, **_SPELL},
    "huishoudens": {
        "person_key": _TEXT, "household": _TEXT, "type": _TEXT, "place": _TEXT,
        **_SPELL,
    },
    "regio": {
        "wijk": _TEXT, "wijk_name": _TEXT, "gemeente": _TEXT, "gemeente_name": _TEXT,
        "provincie": _TEXT, "provincie_name": _TEXT,
    },
    "gebieden": {"type": _TEXT, "code": _TEXT, "name": _TEXT, "gemeente": _TEXT},
    "toestemming": _CONSENT,
    "besluit": _CONSENT,
}  # fmt: skip
"""Source -> the stored columns that linkage looks at."""

PROVISION_SOURCES = ("wmo", "jeugd", "bus", "srg", "wsw", "vroegsignalen")
"""Sources that say who had which provision, or early warning."""

REGISTERS = (
    "sleutel", "personen", "ouders", "inkomen", "herkomst", "adressen", "huishoudens",
)  # fmt: skip
"""Sources with a row for everyone in the country: streamed, never held as a whole."""


@dataclass(frozen=True, slots=True)
class DeliveredSources:
    """What was delivered for a period; None: nothing.

    `wmo_other` is the Wmo of the other half of the year, `jeugd_previous` the youth
    care of the half-year before; `sleutel` is the newest key file of any period. Of a
    year `wmo_other`, `jeugd_first` and `wsw_first` are those of its first half.
    """

    wmo: Source | None = None
    wmo_other: Source | None = None
    jeugd: Source | None = None
    jeugd_first: Source | None = None
    jeugd_previous: Source | None = None
    bus: Source | None = None
    srg: Source | None = None
    wsw: Source | None = None
    wsw_first: Source | None = None
    vroegsignalen: Source | None = None
    wmokosten: Source | None = None
    wmoceo: Source | None = None
    jeugdkosten: Source | None = None
    sbo: Source | None = None
    wlzzvwkosten: Source | None = None
    wlzzvw: Source | None = None
    sleutel: Source | None = None
    personen: Source | None = None
    ouders: Source | None = None
    inkomen: Source | None = None
    herkomst: Source | None = None
    adressen: Source | None = None
    huishoudens: Source | None = None
    regio: Source | None = None
    gebieden: Source | None = None
    toestemming: Source | None = None
    besluit: Source | None = None
    suppliers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Per source who delivered it: also those whose delivery has no records."""

    def __post_init__(self) -> None:
        for source, asked in COLUMNS.items():
            data: Source | None = getattr(self, source)
            missing = [] if data is None else asked.keys() - set(data.schema.names)
            if missing:
                raise WrongShape(
                    f"{source}: {len(missing)} columns are missing "
                    f"({', '.join(sorted(missing))}); store what the layout says"
                )

    def arrow(self, name: str) -> Source:
        """A source for the database: registers as they come, the others as a table."""
        data: Source | None = getattr(self, name)
        columns = COLUMNS[name]
        if data is None:
            return pa.schema(list(columns.items())).empty_table()
        if name in REGISTERS:
            return data
        table = data.read_all() if isinstance(data, pa.RecordBatchReader) else data
        return table.select(list(columns)).cast(pa.schema(list(columns.items())))

    def held(self, name: str) -> pa.Table:
        """A register that is looked at more than once, with the columns of linkage."""
        found = pa.Table.from_batches(self.batches(name), self._schema(name))
        return found.cast(pa.schema(list(COLUMNS[name].items())))

    def _schema(self, name: str) -> pa.Schema:
        """The columns that linkage looks at, of the types that they came in."""
        data: Source | None = getattr(self, name)
        if data is None:
            return pa.schema(list(COLUMNS[name].items()))
        return pa.schema([data.schema.field(column) for column in COLUMNS[name]])

    def batches(self, name: str) -> Iterator[pa.RecordBatch]:
        """A register a batch at a time, with the columns that linkage looks at."""
        data = self.arrow(name)
        reader = data.to_reader() if isinstance(data, pa.Table) else data
        for batch in reader:
            yield batch.select(list(COLUMNS[name]))
