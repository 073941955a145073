"""DuckDB as the database: in memory only, closed to files and to the network."""

import os
from types import TracebackType
from typing import Self

import duckdb
import pyarrow as pa

from engine.query import Query, identifier


CLOSED = (
    "temp_directory = ''",
    "max_temp_directory_size = '0MB'",
    "autoload_known_extensions = false",
    "autoinstall_known_extensions = false",
    "python_enable_replacements = false",
    "preserve_insertion_order = false",  # halves the peak of large scans
    "enable_progress_bar = false",
    "enable_external_access = false",
    "lock_configuration = true",
)
"""Set one by one, in this order: DuckDB 2.0 spills to `.tmp` all the same when
`max_temp_directory_size` is given to `connect`."""


class DuckDBDatabase:
    """A DuckDB in memory that never spills, so that no record reaches a disk.

    Work that does not fit in `memory_limit` fails; it is not written to a file.
    """

    def __init__(self, memory_limit: str = "4GB", threads: int | None = None) -> None:
        self._connection = duckdb.connect(
            ":memory:",
            config={
                "memory_limit": memory_limit,
                "threads": str(threads or os.cpu_count() or 1),
            },
        )
        for setting in CLOSED:
            self._connection.execute(f"set {setting}")
        self._views: set[str] = set()
        self._tables: set[str] = set()

    def register(self, name: str, data: pa.Table | pa.RecordBatchReader) -> None:
        self.forget(name)
        self._connection.register(identifier(name).text, data)
        self._views.add(name)

    def run(self, query: Query) -> pa.Table:
        result = self._connection.sql(query.finished_text())
        # DuckDB 1.4 calls it fetch_arrow_table, 2.0 only to_arrow_table.
        fetch = getattr(result, "to_arrow_table", None) or result.fetch_arrow_table
        return fetch()

    def materialise(self, name: str, query: Query) -> None:
        self.forget(name)
        self._connection.execute(
            f"create table {identifier(name).text} as {query.finished_text()}"
        )
        self._tables.add(name)

    def forget(self, *names: str) -> None:
        for name in names:
            if name in self._views:
                self._connection.unregister(name)
                self._views.remove(name)
            elif name in self._tables:
                self._connection.execute(f"drop table {identifier(name).text}")
                self._tables.remove(name)

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
