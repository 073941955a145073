"""Spark as the database: an existing cluster, in ANSI mode, with the same SQL text.

The extra `gmsd[spark]` installs pyspark; Spark itself needs Java 17 or newer.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import pyarrow as pa

from engine.errors import EngineError
from engine.query import Query, identifier


ANSI = {
    "spark.sql.ansi.enabled": "true",  # an error where DuckDB gives one, never a null
    "spark.sql.session.timeZone": "UTC",
}
"""Of our own session; set and read back, so that a cluster cannot say otherwise."""

CLOSED = {
    "spark.io.encryption.enabled": "true",  # shuffles and spills; Arrow by a socket
    "spark.network.crypto.enabled": "true",
    "spark.authenticate": "true",
}
"""Asked of the cluster, and refused without: nothing in the clear on a disk or wire."""

ASKED = {
    **ANSI,
    **CLOSED,
    "spark.app.name": "gmsd",
    "spark.ui.enabled": "false",
    "spark.eventLog.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "OFF",  # a failing task logs the record that it fails on
}

LOCAL = {"spark.sql.shuffle.partitions": "2"}
"""On one machine two hundred partitions are nothing but waiting."""

Session = Any
"""A `pyspark.sql.SparkSession`; its types are there only where the extra is."""


class SparkDatabase:
    """A session of its own on a Spark cluster; no other session sees its names."""

    def __init__(self, session: Session) -> None:
        _must_be_closed(session)
        self._session = session.newSession()
        for setting, value in ANSI.items():
            self._session.conf.set(setting, value)
        self._kept: dict[str, Any] = {}

    @staticmethod
    def at(master: str) -> "SparkDatabase":
        """The cluster at this address, such as `local[2]` or `spark://host:7077`."""
        settings = ASKED | (LOCAL if master.startswith("local") else {})
        with _only_arrow():
            builder = _builder().master(master).config(map=settings)
            try:
                session = builder.getOrCreate()
            except Exception as error:
                raise EngineError(
                    f"no Spark session at {master} ({type(error).__name__}); look "
                    "whether Java 17 or newer is there and the address is right"
                ) from None
        running = session.sparkContext.master
        if running != master:
            raise EngineError(
                f"this process already has a Spark session, at {running} and not at "
                f"{master}; a process has one, so stop that one first"
            )
        return SparkDatabase(session)

    def register(self, name: str, data: pa.Table | pa.RecordBatchReader) -> None:
        table = data if isinstance(data, pa.Table) else data.read_all()
        with _only_arrow():
            self._keep(name, self._session.createDataFrame(table))

    def run(self, query: Query) -> pa.Table:
        """The result; an error tells its kind only, as Spark quotes the record."""
        with _only_arrow():
            try:
                table: pa.Table = self._session.sql(query.finished_text()).toArrow()
            except Exception as error:
                raise EngineError(
                    f"{query.name}.sql cannot run on Spark ({type(error).__name__}); "
                    "try the engine duckdb, and tell the makers of gmsd"
                ) from None
        return table

    def materialise(self, name: str, query: Query) -> None:
        self._keep(name, self._session.sql(query.finished_text()).persist())

    def _keep(self, name: str, frame: Any) -> None:
        self.forget(name)
        frame.createOrReplaceTempView(identifier(name).text)
        self._kept[name] = frame

    def forget(self, *names: str) -> None:
        for name in names:
            if name in self._kept:
                self._session.catalog.dropTempView(name)
                self._kept.pop(name).unpersist()

    def close(self) -> None:
        """Forget every name; the cluster stays, for it may be anybody's."""
        self.forget(*self._kept)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


@contextmanager
def _only_arrow() -> Iterator[None]:
    """Without the warning of new versions of pandas: only Arrow goes in and out."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        yield


def _builder() -> Any:
    """A builder of sessions, with the loggers silent that quote a failing record."""
    try:
        from pyspark.logger import PySparkLogger
        from pyspark.sql import SparkSession
    except ImportError:
        raise EngineError(
            "pyspark 4 or newer is not installed; install gmsd[spark], or use the "
            "engine duckdb"
        ) from None
    for name in ("SQLQueryContextLogger", "DataFrameQueryContextLogger"):
        PySparkLogger.getLogger(name).disabled = True
    return SparkSession.builder


def _must_be_closed(session: Session) -> None:
    """Records may not lie unencrypted on a disk of the cluster, nor cross a wire so."""
    context = session.sparkContext
    is_local = context.master.startswith("local")
    needed = ["spark.io.encryption.enabled"] if is_local else list(CLOSED)
    found = context.getConf()
    missing = [name for name in needed if found.get(name, "false").lower() != "true"]
    if missing:
        raise EngineError(
            f"the Spark session lacks {len(missing)} settings that keep records "
            f"encrypted: set {', '.join(missing)} to true where the cluster is started"
        )
