"""A sample of the six groups of the social-domain index, for a survey of CBS.

From linked microdata and registers to who is asked, with the weight of each. It stays
in the environment: persons have their keys, and the store is encrypted.
"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from heapq import nsmallest

import pyarrow as pa
import pyarrow.compute as pc

from engine.database import Database
from engine.duckdb_database import DuckDBDatabase
from engine.frame import participating
from engine.query import Query, literal, phrase
from secure_env import inputs, linking
from secure_env.errors import UsageError
from secure_env.rooms import Period, digest_of, summary_of
from secure_env.store import Folder


ROOM, TABLE = "sample", "sample"
TABLE_OF_GROUPS = "index_groep"
"""It needs what the sample needs: care by the Wlz and the Zvw."""
PART = "stapeling"
"""Only residents of gemeenten of which all three laws are known can be grouped."""

GROUPS: Mapping[str, str] = {
    "W": "alleen Wmo",
    "J": "alleen Jeugdwet",
    "P": "alleen Participatiewet",
    "M": "meer dan een van deze wetten",
    "V": "ook zorg uit Wlz of Zvw",
    "G": "geen van deze voorzieningen",
}
"""The groups of the index (VNG, visual summary, 2014), the last one the reference."""

SAMPLE = pa.schema(
    [
        pa.field("person_id", pa.string(), nullable=False),
        pa.field("gemeente", pa.string(), nullable=False),
        pa.field("index_group", pa.string(), nullable=False),
        pa.field("drawn", pa.int64(), nullable=False),
        pa.field("persons", pa.int64(), nullable=False),
    ]
)
"""Who is asked: of so many in the group, so many were drawn; persons / drawn is the
weight."""

_PURPOSE = b"gmsd/sample/v1|"


def draw(period: Period, secret: bytes, per_group: int) -> Folder:
    """The sample of a half-year under this secret; the same one whenever it is asked.

    Of each group those with the smallest HMAC of their key, as many as asked for or
    all: a random sample for who does not have the secret, and of two half-years with
    the same secret largely the same persons (permanent random numbers: E. Ohlsson, in
    Business Survey Methods, 1995).
    """
    if per_group < 1 or period.cohort is not None:
        raise UsageError(
            "a sample is of a half-year, with one person or more of each group"
        )
    period = period.asking(TABLE_OF_GROUPS)
    linked = period.existing("linked", period.linked_digest, "link")
    mark = hashlib.sha256(_PURPOSE + secret).hexdigest()
    digest = digest_of(ROOM, linked.digest, mark, str(per_group))
    with period.environment.alone("run"):
        found = period.folder(ROOM, digest)
        if found is not None:
            return found
        with DuckDBDatabase() as database:
            everybody = _grouped(period, linked, database)
        groups = [
            everybody.filter(pc.equal(everybody["index_group"], group))
            for group in GROUPS
        ]
        drawn = [_drawn(each, secret, per_group) for each in groups]
        summary: dict[str, int] = {}
        for group, own, sample in zip(GROUPS, groups, drawn, strict=True):
            summary |= {f"drawn_{group}": len(sample), f"of_{group}": len(own)}
        return period.save(ROOM, digest, {TABLE: pa.concat_tables(drawn)}, summary)


def told(folder: Folder) -> Iterator[str]:
    """Lines for a person: per group how many were drawn, of how many."""
    said = summary_of(folder)
    for group, meaning in GROUPS.items():
        yield f"{group} {meaning}: {said[f'drawn_{group}']} of {said[f'of_{group}']}"
    yield f"{folder.rows(TABLE)} persons in all, encrypted in {folder.path}"


def _grouped(period: Period, linked: Folder, database: Database) -> pa.Table:
    """Everybody who is in a group: person, gemeente and group."""
    day, first = literal(period.half_year.last_day), literal(period.half_year.first_day)
    during = phrase(
        "starts <= {day} and (ends is null or ends >= {first})", day=day, first=first
    )
    lives = phrase("starts <= {day} and (ends is null or ends >= {day})", day=day)
    sources, microdata = inputs.sources(period), linking.opened(linked)
    tables = {
        "provisions": microdata.provisions,
        "wlzzvw": sources.arrow("wlzzvw"),
        "adressen": sources.arrow("adressen"),
        "participating": participating(microdata.participants(PART)),
    }
    for name, data in tables.items():
        database.register(name, data)
    query = Query.load("index_groups", "secure_env").fill(ran=during, lives=lives)
    found = database.run(query)
    database.forget(*tables)
    return found


def _drawn(group: pa.Table, secret: bytes, per_group: int) -> pa.Table:
    """The persons of a group with the smallest HMAC, in the order of their keys."""

    def random(row: tuple[str, str, str]) -> bytes:
        return hmac.digest(secret, _PURPOSE + row[0].encode(), "sha256")

    first = sorted(nsmallest(per_group, _rows(group), key=random))
    sizes = (len(first), group.num_rows)
    rows = [dict(zip(SAMPLE.names, (*row, *sizes), strict=True)) for row in first]
    return pa.Table.from_pylist(rows, SAMPLE)


def _rows(group: pa.Table) -> Iterator[tuple[str, str, str]]:
    for batch in group.to_batches():
        columns = (batch[name].to_pylist() for name in SAMPLE.names[:3])
        yield from zip(*columns, strict=True)
