"""The database that runs our queries: what every engine has to offer."""

from collections.abc import Mapping
from typing import Protocol

import pyarrow as pa

from engine.query import Query


class Database(Protocol):
    """Runs vanilla SQL over named tables; nothing of it is left on a disk."""

    def register(self, name: str, data: pa.Table | pa.RecordBatchReader) -> None:
        """Make Arrow data known under a name; a reader can be read once."""

    def run(self, query: Query) -> pa.Table: ...

    def materialise(self, name: str, query: Query) -> None:
        """Run a query and keep its result under a name."""

    def forget(self, *names: str) -> None:
        """Drop names and the memory that they hold."""


def answer(
    database: Database, query: Query, tables: Mapping[str, pa.Table]
) -> pa.Table:
    """What a query says of these tables, which are forgotten after it."""
    for name, data in tables.items():
        database.register(name, data)
    found = database.run(query)
    database.forget(*tables)
    return found
