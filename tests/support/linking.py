"""Linking by example: text tables of what was delivered, and what is linked of them."""

from datetime import date
from decimal import Decimal

import pyarrow as pa

from engine.duckdb_database import DuckDBDatabase
from engine.microdata import LinkedMicrodata
from rules.period import HalfYear
from secure_env.linkage import DeliveredSources, link
from secure_env.sources import COLUMNS
from tests.support.texttable import parse


PERIOD = HalfYear(2023, 1)
PLAIN = {
    "wmo": {"gemeente": "GM0363", "type": "01", "financing": "1"},
    "jeugd": {"provider": "01234567", "kind": "1", "form": "01", "referrer": "02"},
    "bus": {"gemeente": "GM0363", "scheme": "01", "year": "2023", "month": "6"},
    "srg": {"gemeente": "GM0363", "type": "01", "year": "2023", "month": "6"},
    "wsw": {"gemeente": "GM0363", "status": "1", "employment": "1"},
    "vroegsignalen": {"gemeente": "GM0363", "kind": "HUUR"},
    "personen": {"birth_date": "1950-04-15", "sex": "2"},
    "adressen": {"gemeente": "GM0363", "starts": "2020-01-01"},
    "huishoudens": {"type": "4", "place": "3", "starts": "2020-01-01"},
    "regio": {"provincie": "PV27"},
    "toestemming": {"part": "WMO_BASIS"},
    "besluit": {"part": "WMO_BASIS"},
    "ouders": {"authority": "J"},
    "inkomen": {},
    "wmokosten": {"gemeente": "GM0363", "type": "02"},
    "jeugdkosten": {"gemeente": "GM0363", "kind": "1"},
    "sbo": {"gemeente": "GM0363"},
    "wlzzvwkosten": {"gemeente": "GM0363"},
    "herkomst": {},
    "wmoceo": {"gemeente": "GM0363"},
}
PLAIN |= {"wmo_other": PLAIN["wmo"], "jeugd_previous": PLAIN["jeugd"]}
"""What a record has where an example does not say it."""

REGIO = """
    wijk     | gemeente | provincie
    ---------+----------+----------
    WK036301 | GM0363   | PV27
    WK036302 | GM0363   | PV27
    WK039201 | GM0392   | PV27
    WK034401 | GM0344   | PV26
"""


def delivered(source: str, text: str) -> pa.Table:
    """The records of an example as intake stores them; one person each at least."""
    readers = {
        pa.date32(): date.fromisoformat,
        pa.int64(): int,
        pa.decimal128(12, 2): Decimal,
        pa.bool_(): lambda text: text == "J",
    }
    rows = [
        {"person_key": row.get("person")} | PLAIN[source] | row for row in parse(text)
    ]
    columns = {
        name: pa.array(
            [
                None if row.get(name) is None else readers.get(kind, str)(row[name])
                for row in rows
            ],
            kind,
        )
        for name, kind in COLUMNS[source].items()
    }
    return pa.table(columns)


def linked(database: DuckDBDatabase, **sources: str) -> LinkedMicrodata:
    texts = {"regio": REGIO} | sources
    tables = {source: delivered(source, text) for source, text in texts.items()}
    suppliers = {
        source: frozenset(tables[source]["gemeente"].to_pylist())
        for source in tables.keys() & {"wmo", "bus"}
    }
    return link(DeliveredSources(**tables, suppliers=suppliers), PERIOD, database)


def spells(
    microdata: LinkedMicrodata,
) -> list[tuple[str, str, str, date, date | None]]:
    rows = microdata.provisions.to_pylist()
    names = ("person_id", "domain", "type", "starts", "ends")
    return sorted((tuple(row[name] for name in names) for row in rows), key=repr)
