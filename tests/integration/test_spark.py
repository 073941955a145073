"""Spark as the database: the same cells from the same SQL text, and nothing told.

Starting Spark takes longer than what is asked here, so all populations together are
one country, in which each is a few provincies of its own.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TypeVar

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine.duckdb_database import DuckDBDatabase
from engine.errors import EngineError
from engine.levensweg import tabulate_cohort
from engine.query import Query
from engine.spark_database import CLOSED, SparkDatabase
from engine.tabulate import tabulate
from rules import catalogue
from rules.indicator import CountedUnit, Indicator, TableSpec
from secure_env.workflow import link
from secure_env.workflow import tabulate as tabulate_room
from tests.generative.agreement import must_agree
from tests.generative.lives import MEASURES, cohorts, microdata_of
from tests.generative.populations import (
    GEMEENTEN,
    PERIOD,
    REGIONS,
    Population,
    inhabitants,
    populations_of,
)
from tests.support.country import linked
from tests.support.stages import PERIOD as HALF_YEAR
from tests.support.stages import done, period_of


pytestmark = [
    pytest.mark.spark,
    # pyspark leaves the socket open through which it sent a table
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

RULES = catalogue.load()
T = TypeVar("T")
LOCAL = "local[2]"
UNCOMPILED = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.shuffle.partitions": "1",
}
SPARK_IS_SLOWER = 10
"""So many times fewer populations than DuckDB is asked; of all, in one table."""


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkDatabase]:
    pytest.importorskip("pyspark", reason="Spark: needs the extra gmsd[spark]")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("Spark: needs Java 17 or newer")
    with SparkDatabase.at(LOCAL) as database:
        yield database


@pytest.fixture(scope="module")
def uncompiled(spark: SparkDatabase) -> Iterator[SparkDatabase]:
    """Spark as it is for few rows: compiling a query takes longer than running it."""
    with SparkDatabase.at(LOCAL) as database:
        for setting, value in UNCOMPILED.items():
            database._session.conf.set(setting, value)
        yield database


def drawn(strategy: st.SearchStrategy[T]) -> list[T]:
    found: list[T] = []

    @settings(
        max_examples=settings().max_examples // SPARK_IS_SLOWER,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(example=strategy)
    def draw(example: T) -> None:
        found.append(example)

    draw()
    return found


def drawn_for(indicator: Indicator) -> list[Population]:
    """A share of the profile's examples; drawn once for indicators alike."""
    told = indicator.counts in {CountedUnit.EUROS, CountedUnit.USERS}
    asked = indicator.counts is CountedUnit.RESPONDENTS
    words = [code for codes in indicator.where.values() for code in codes]
    name = " ".join([f"{told} {asked}", *words])
    if name not in DRAWN:
        DRAWN[name] = drawn(populations_of(indicator))
    return DRAWN[name]


DRAWN: dict[str, list[Population]] = {}
OF_PROVISIONS = [
    code
    for code, indicator in RULES.indicators.items()
    if indicator.counts is not CountedUnit.INHABITANTS
]


@pytest.mark.parametrize("code", OF_PROVISIONS)
def test_every_indicator_is_counted_alike(code: str, uncompiled: SparkDatabase):
    """By Spark, and in each population's own regions by hand."""
    indicator = RULES.indicators[code]
    table = RULES.tables[indicator.table].published()[0]
    must_agree(drawn_for(indicator), indicator, table, uncompiled)


@pytest.mark.parametrize(
    "table", RULES.tables["bevolking"].published(), ids=lambda table: table.code
)
def test_inhabitants_are_added_up_alike(table: TableSpec, uncompiled: SparkDatabase):
    """By Spark and by DuckDB, which agrees with the naive twin elsewhere."""
    people = [row for group in drawn(inhabitants()) for row in group]
    indicator = RULES.indicators["BEV_INWONERS"]
    microdata = linked([], REGIONS, GEMEENTEN, people)
    by_spark = tabulate(microdata, indicator, table, PERIOD, uncompiled)
    with DuckDBDatabase() as duckdb:
        by_duckdb = tabulate(microdata, indicator, table, PERIOD, duckdb)
    assert by_spark.cells.equals(by_duckdb.cells)
    assert sum(by_spark.cells["value"].to_pylist())


@pytest.mark.parametrize("measure", MEASURES, ids=lambda one: one.tables[0].code)
def test_every_cohort_is_followed_alike(measure, spark: SparkDatabase):
    """By Spark and by DuckDB, which agrees with the naive twin elsewhere."""
    people = [life for group in drawn(cohorts(measure.cohort)) for life in group[0]]
    microdata = microdata_of(people, GEMEENTEN)
    by_spark = tabulate_cohort(microdata, measure, measure.tables, spark)
    with DuckDBDatabase() as duckdb:
        by_duckdb = tabulate_cohort(microdata, measure, measure.tables, duckdb)
    for one, other in zip(by_spark, by_duckdb, strict=True):
        assert one.cells.equals(other.cells)
        assert sum(one.cells["value"].to_pylist())


def test_the_command_gives_identical_cells(received: Path, spark: SparkDatabase):
    """Of a synthetic country, each query compiled as it is for a user."""
    period = period_of(received)
    link(period, lambda _: None)
    done("tabulate", received, HALF_YEAR, "--engine", "spark", "--master", LOCAL)
    by_spark = tables_of(received)
    shutil.rmtree(received / "cells")
    tabulate_room(period, lambda _: None)
    by_duckdb = tables_of(received)
    assert by_spark.keys() == by_duckdb.keys()
    assert len(by_spark) > len(period.groups)
    for name, table in by_spark.items():
        assert table.equals(by_duckdb[name]), name


def tables_of(environment: Path) -> dict[str, pa.Table]:
    period = period_of(environment)
    folder = period.folder("cells", period.cells_digest)
    assert folder is not None
    measures = [each for group in period.groups.values() for each in group]
    names = {each.name for each in measures}
    names |= {f"denominators.{each.table.code}" for each in measures}
    return {name: folder.table(name) for name in names}


def asked(text: str) -> Query:
    return Query("example", text)


def test_a_query_that_fails_tells_no_record(spark: SparkDatabase, capfd):
    spark.register("people", pa.table({"bsn": ["123456782", "a marked value"]}))
    with pytest.raises(EngineError, match=r"^example\.sql cannot run on Spark") as told:
        spark.run(asked("select cast(bsn as int) as number from people"))
    out, err = capfd.readouterr()
    assert "marked" not in f"{told.value} {out} {err}"
    spark.forget("people")


def test_too_large_a_number_is_an_error_and_no_null(spark: SparkDatabase):
    most = pa.table({"n": pa.array([2**63 - 1], pa.int64())})
    spark.register("most", most)
    with pytest.raises(EngineError, match="ArithmeticException"):
        spark.run(asked("select n + 1 as n from most"))
    spark.forget("most")


def test_names_are_kept_until_they_are_forgotten(spark: SparkDatabase):
    numbers = pa.table({"n": pa.array([1, 2], pa.int64())})
    spark.register("numbers", numbers.to_reader())
    spark.materialise("doubled", asked("select 2 * n as n from numbers"))
    spark.register("numbers", numbers.slice(1))
    assert spark.run(asked("select max(n) as n from doubled"))["n"].to_pylist() == [4]
    with SparkDatabase.at(LOCAL) as other, pytest.raises(EngineError):
        other.run(asked("select n from numbers"))
    spark.forget("numbers", "doubled", "never there")
    with pytest.raises(EngineError):
        spark.run(asked("select n from doubled"))


@pytest.mark.parametrize(
    ("master", "settings", "lacking"),
    [
        ("local[2]", {}, ["spark.io.encryption.enabled"]),
        (
            "spark://host:7077",
            {"spark.io.encryption.enabled": "true"},
            list(CLOSED)[1:],
        ),
    ],
)
def test_a_cluster_that_writes_or_sends_in_the_clear_is_refused(
    master, settings, lacking
):
    context = SimpleNamespace(master=master, getConf=lambda: settings)
    with pytest.raises(EngineError, match=", ".join(lacking)):
        SparkDatabase(SimpleNamespace(sparkContext=context))


def test_another_cluster_is_not_taken_for_the_one_asked_for(spark: SparkDatabase):
    with pytest.raises(EngineError, match=r"at local\[2\] and not at spark://other"):
        SparkDatabase.at("spark://other:7077")


def test_without_pyspark_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyspark.sql", None)
    with pytest.raises(EngineError, match=r"install gmsd\[spark\]"):
        SparkDatabase.at(LOCAL)
