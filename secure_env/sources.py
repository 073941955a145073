"""Accepted deliveries as linkage takes them: one Arrow table or reader per source."""

from dataclasses import dataclass, fields
from typing import TypeAlias

import pyarrow as pa

from engine.errors import WrongShape


Source: TypeAlias = pa.Table | pa.RecordBatchReader
"""The newest accepted deliveries of a source together; a reader is read once."""

_TEXT, _DAY = pa.string(), pa.date32()
_SPELL = {"starts": _DAY, "ends": _DAY}
_MONTH = {"year": pa.int64(), "month": pa.int64(), "gemeente": _TEXT}

COLUMNS: dict[str, dict[str, pa.DataType]] = {
    "wmo": {
        "person_key": _TEXT, "gemeente": _TEXT, "allocation": _TEXT, "type": _TEXT,
        "financing": _TEXT, "reason": _TEXT, **_SPELL,
    },
    "jeugd": {
        "person_key": _TEXT, "provider": _TEXT, "kind": _TEXT, "form": _TEXT,
        "referrer": _TEXT, "reason": _TEXT, **_SPELL,
    },
    "bus": {
        "person_key": _TEXT, **_MONTH, "registration": _TEXT, "scheme": _TEXT, **_SPELL,
    },
    "srg": {
        "person_key": _TEXT, **_MONTH, "registration": _TEXT, "type": _TEXT, **_SPELL,
    },
    "adressen": {"person_key": _TEXT, "gemeente": _TEXT, "wijk": _TEXT, **_SPELL},
    "huishoudens": {
        "person_key": _TEXT, "household": _TEXT, "type": _TEXT, **_SPELL,
    },
    "regio": {
        "wijk": _TEXT, "wijk_name": _TEXT, "gemeente": _TEXT, "gemeente_name": _TEXT,
        "provincie": _TEXT, "provincie_name": _TEXT,
    },
    "toestemming": {"gemeente": _TEXT, "part": _TEXT, "publishes": pa.bool_()},
}  # fmt: skip
"""Source -> the stored columns that linkage looks at."""

REGISTERS = ("adressen", "huishoudens")
"""Sources with a row for everyone in the country: streamed, never held as a whole."""


@dataclass(frozen=True, slots=True)
class DeliveredSources:
    """What was delivered for a period; None: nothing.

    `personen` has birth dates and sexes, which no table of the catalogue uses: it is
    not read.
    """

    wmo: Source | None = None
    jeugd: Source | None = None
    bus: Source | None = None
    srg: Source | None = None
    personen: Source | None = None
    adressen: Source | None = None
    huishoudens: Source | None = None
    regio: Source | None = None
    toestemming: Source | None = None

    def __post_init__(self) -> None:
        for source in fields(self):
            data, asked = getattr(self, source.name), COLUMNS.get(source.name, {})
            missing = [] if data is None else asked.keys() - set(data.schema.names)
            if missing:
                raise WrongShape(
                    f"{source.name}: {len(missing)} columns are missing "
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
