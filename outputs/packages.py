"""Tables as CSV in two forms, with what machines need to read them.

`tables/` has the released files themselves (RFC 4180), described as a Frictionless data
package (`datapackage.json`) and as CSV on the Web (`<table>.csv-metadata.json`);
`codes.csv` says what the codes mean. `nl/` has the same cells with labels for a Dutch
spreadsheet: semicolons, and a byte order mark so that it sees UTF-8.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence

from outputs.layout import REGION_LEVELS, columns
from outputs.manifest import table_path
from outputs.published import (
    IS_HIDDEN,
    IS_SHOWN,
    PublishedRelease,
    ReleasedTable,
    spread,
)
from outputs.symbols import HIDDEN, IMPOSSIBLE, SHOWN


CODES = "codes.csv"
CODE_COLUMNS = ("table", "column", "code", "title_nl", "title_en", "unit_nl", "unit_en")

_BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
_LICENCE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0",
}
_COLUMN_TITLES = {
    "period": "halfjaar",
    "region_level": "regioniveau",
    "region_code": "regiocode",
    "region_name": "regio",
    "measure": "onderwerp",
    "value": "waarde",
    "symbol": "symbool",
}


def files(release: PublishedRelease) -> Iterator[tuple[str, bytes]]:
    yield "datapackage.json", _json(_data_package(release))
    yield CODES, _csv(CODE_COLUMNS, _code_rows(release.tables), ",")
    for table in release.tables:
        path = table_path(table.code)
        yield path, release.read(path)
        yield f"{path}-metadata.json", _json(_csv_on_the_web(table))
        yield f"nl/{table.code}.csv", _dutch(table)


def _json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=2).encode() + b"\n"


def _csv(
    header: Sequence[str], rows: Iterable[Sequence[object]], delimiter: str
) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def _code_rows(tables: Iterable[ReleasedTable]) -> Iterator[tuple[str, ...]]:
    for table in tables:
        for dimension in table.text.dimensions:
            for code, text in dimension.codes.items():
                yield table.code, dimension.name, code, text.nl, text.en, "", ""
        for one in table.text.measures:
            yield (
                table.code, "measure", one.code, one.title.nl, one.title.en,
                one.unit.nl, one.unit.en,
            )  # fmt: skip


def _data_package(release: PublishedRelease) -> dict[str, object]:
    facts = release.manifest.facts
    return {
        "profile": "tabular-data-package",
        "name": f"gmsd-{facts.period}".lower(),
        "title": f"Gemeentelijke Monitor Sociaal Domein, {facts.period.dutch}",
        "licenses": [_LICENCE],
        "resources": [*(_resource(table) for table in release.tables), _codes()],
    }


def _resource(table: ReleasedTable) -> dict[str, object]:
    return {
        "name": table.code,
        "path": table_path(table.code),
        "profile": "tabular-data-resource",
        "title": table.text.title.nl,
        "description": " ".join(table.text.notes),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {
            "fields": [_field(table, name) for name in _names(table)],
            "missingValues": [""],
            "primaryKey": [
                name for name in _names(table) if name not in _NOT_IN_THE_KEY
            ],
        },
    }


_NOT_IN_THE_KEY = frozenset({"region_level", "region_name", "value", "symbol"})


def _codes() -> dict[str, object]:
    fields = [{"name": name, "type": "string"} for name in CODE_COLUMNS]
    return {
        "name": "codes",
        "path": CODES,
        "profile": "tabular-data-resource",
        "title": "Betekenis van de codes",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {"fields": fields, "primaryKey": ["table", "column", "code"]},
    }


def _names(table: ReleasedTable) -> list[str]:
    return columns([one.name for one in table.text.dimensions])


def _field(table: ReleasedTable, name: str) -> dict[str, object]:
    kind = "integer" if name == "value" else "string"
    field: dict[str, object] = {
        "name": name,
        "type": kind,
        "title": _title(table, name),
    }
    if name == "value":
        return field | {"description": "Leeg als er geen cijfer is: zie symbol"}
    allowed = _allowed(table, name)
    if allowed and "" not in allowed:
        field["constraints"] = {"required": True, "enum": allowed}
    return field


def _allowed(table: ReleasedTable, name: str) -> list[str]:
    """The texts that may be in a column; none when that is not a short list."""
    dimensions = {one.name: list(one.codes) for one in table.text.dimensions}
    lists = {
        **dimensions,
        "period": [str(table.period)],
        "region_level": list(REGION_LEVELS.values()),
        "measure": [one.code for one in table.text.measures],
    }
    return lists.get(name, [])


def _title(table: ReleasedTable, name: str) -> str:
    titles = {one.name: one.title.nl for one in table.text.dimensions}
    return titles.get(name) or _COLUMN_TITLES[name]


def _csv_on_the_web(table: ReleasedTable) -> dict[str, object]:
    """W3C, Metadata Vocabulary for Tabular Data (2015)."""
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "nl"}],
        "url": f"{table.code}.csv",
        "dc:title": table.text.title.nl,
        "dc:description": " ".join(table.text.notes),
        "dc:license": {"@id": _LICENCE["path"]},
        "dialect": {"header": True, "delimiter": ",", "encoding": "utf-8"},
        "tableSchema": {
            "columns": [
                {
                    "name": name,
                    "titles": name,
                    "dc:description": _title(table, name),
                    "datatype": "integer" if name == "value" else "string",
                    "required": name not in {"value", "symbol"},
                }
                for name in _names(table)
            ],
            "primaryKey": [
                name for name in _names(table) if name not in _NOT_IN_THE_KEY
            ],
        },
    }


def _dutch(table: ReleasedTable) -> bytes:
    """The cells with labels; a value that is not published is its symbol."""
    header = [_title(table, name) for name in _names(table)]
    return _BYTE_ORDER_MARK.encode() + _csv(header, _dutch_rows(table), ";")


def _dutch_rows(table: ReleasedTable) -> Iterator[Sequence[object]]:
    shape = table.values.shape
    regions = [
        spread([getattr(one, part) for one in table.regions], 0, shape)
        for part in ("level", "code", "name")
    ]
    labels = [
        spread([text.nl for text in one.codes.values()], axis, shape)
        for axis, one in enumerate(table.text.dimensions, start=1)
    ]
    measures = spread(
        [one.title.nl for one in table.text.measures], len(shape) - 1, shape
    )
    sign = SHOWN[table.status].sign
    signs = {IS_SHOWN: sign, IS_HIDDEN: HIDDEN.sign}
    cells = zip(
        table.values.ravel().tolist(), table.states.ravel().tolist(), strict=True
    )
    for *words, (value, state) in zip(*regions, *labels, measures, cells, strict=True):
        shown = value if state == IS_SHOWN else ""
        yield table.period.dutch, *words, shown, signs.get(state, IMPOSSIBLE.sign)
