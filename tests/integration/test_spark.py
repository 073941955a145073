"""Spark as the database: the same cells from the same SQL text, and nothing told.

Starting Spark takes longer than what is asked here, so all populations together are
one country, in which each is a few provincies of its own.
"""

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
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
from engine.microdata import ANSWERS, COSTS
from engine.query import Query
from engine.spark_database import CLOSED, SparkDatabase
from engine.tabulate import tabulate
from rules import catalogue
from rules.indicator import CountedUnit, Indicator
from secure_env.workflow import link
from secure_env.workflow import tabulate as tabulate_room
from tests.generative.lives import MEASURES, cohorts, microdata_of
from tests.generative.populations import (
    GEMEENTEN,
    PERIOD,
    REGIONS,
    Population,
    inhabitants,
    payers,
    populations,
    surveys,
)
from tests.reference import naive
from tests.reference.records import COUNTRY, Provision, Region
from tests.support.country import linked
from tests.support.forms import cells_of
from tests.support.stages import PERIOD as HALF_YEAR
from tests.support.stages import done, period_of


pytestmark = [
    pytest.mark.spark,
    # pyspark leaves the socket open through which it sent a table
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

RULES = catalogue.load()
POPULATIONS = 60
T = TypeVar("T")
LOCAL = "local[2]"


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkDatabase]:
    pytest.importorskip("pyspark", reason="Spark: needs the extra gmsd[spark]")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("Spark: needs Java 17 or newer")
    with SparkDatabase.at(LOCAL) as database:
        yield database


@dataclass(frozen=True, slots=True)
class Batch:
    """Populations in one country, each with regions that no other has."""

    provisions: tuple[Provision, ...] = ()
    regions: tuple[Region, ...] = ()
    participants: tuple[str, ...] = ()

    def __add__(self, other: "Batch") -> "Batch":
        return Batch(
            self.provisions + other.provisions,
            self.regions + other.regions,
            self.participants + other.participants,
        )


def moved(population: Population, number: int) -> Batch:
    """The population in regions of its own: GM0363 becomes GM0000, GM0002, ..."""
    gemeenten = dict.fromkeys(region["gemeente"] for region in REGIONS)
    places = {
        code: f"GM{number * len(gemeenten) + place:04d}"
        for place, code in enumerate(gemeenten)
    }
    for region in REGIONS:
        here = places[region["gemeente"]][2:]
        places[region["wijk"]] = f"WK{here}{region['wijk'][6:]}"
        places[region["provincie"]] = f"PV{here}"

    def renamed(row: Mapping[str, object]) -> dict[str, object]:
        own = {"person_id", "household_id", "provision_id"}
        return {
            name: f"{number}: {value}"
            if name in own and value is not None
            else places.get(str(value), value)
            for name, value in row.items()
        }

    def areas_of(region: Region) -> dict[str, object]:
        own = region["areas"]
        return {"areas": [{**one, "code": f"{one['code']}-{number}"} for one in own]}

    return Batch(
        tuple(Provision(**renamed(row)) for row in population.provisions),
        tuple(Region(**renamed(region) | areas_of(region)) for region in REGIONS),
        tuple(places[code] for code in population.participants),
    )


def drawn(strategy: st.SearchStrategy[T]) -> list[T]:
    found: list[T] = []

    @settings(
        max_examples=POPULATIONS,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(example=strategy)
    def draw(example: T) -> None:
        found.append(example)

    draw()
    return found


def is_of_units(indicator: Indicator) -> bool:
    everybody = indicator.counts is CountedUnit.INHABITANTS
    answers = indicator.counts is CountedUnit.RESPONDENTS
    return not (everybody or answers or indicator.counts.is_amount)


OF_UNITS = [code for code, each in RULES.indicators.items() if is_of_units(each)]


@pytest.mark.parametrize("code", sorted({*RULES.indicators} - {*OF_UNITS}))
def test_what_has_no_provisions_is_added_up_alike(code: str, spark: SparkDatabase):
    """By Spark and by DuckDB, which agrees with the naive twins elsewhere."""
    people = [row for group in drawn(inhabitants()) for row in group]
    costs = [cost for each in drawn(payers()) for cost in each.costs]
    answers = [answer for each in drawn(surveys()) for answer in each.answers]
    indicator = RULES.indicators[code]
    table = RULES.tables[indicator.table].published()[0]
    rows = drawn(populations(indicator.where))
    provisions = [row for each in rows for row in each.provisions]
    microdata = replace(
        linked(provisions, REGIONS, GEMEENTEN, people),
        costs=pa.Table.from_pylist(costs, COSTS),
        answers=pa.Table.from_pylist(answers, ANSWERS),
    )
    by_spark = tabulate(microdata, indicator, table, PERIOD, spark)
    with DuckDBDatabase() as duckdb:
        by_duckdb = tabulate(microdata, indicator, table, PERIOD, duckdb)
    assert by_spark.cells.equals(by_duckdb.cells)
    assert sum(by_spark.cells["value"].to_pylist())


@pytest.mark.parametrize("code", OF_UNITS)
def test_every_indicator_is_counted_alike(code: str, spark: SparkDatabase):
    """By Spark, by DuckDB, and in each population's own regions by hand."""
    parts = [moved(each, number) for number, each in enumerate(drawn(populations()))]
    whole = sum(parts, Batch())
    indicator = RULES.indicators[code]
    table = RULES.tables[indicator.table].published()[0]
    microdata = linked(whole.provisions, whole.regions, whole.participants)
    by_spark = tabulate(microdata, indicator, table, PERIOD, spark)
    with DuckDBDatabase() as duckdb:
        by_duckdb = tabulate(microdata, indicator, table, PERIOD, duckdb)
    assert by_spark.cells.equals(by_duckdb.cells)
    found = cells_of(by_spark.cells.to_pylist(), table)
    assert whole.provisions
    taking_part = microdata.participants(table.consent)
    for part in parts:
        by_hand = naive.count(
            part.provisions,
            part.regions,
            taking_part,
            indicator=indicator,
            table=table,
            period=PERIOD,
        )
        own = {codes: n for codes, n in by_hand.items() if codes[0] != COUNTRY}
        assert own == {codes: found[codes] for codes in own}


@pytest.mark.parametrize("measure", MEASURES, ids=lambda one: one.tables[0].code)
def test_every_cohort_is_followed_alike(measure, spark: SparkDatabase):
    """By Spark and by DuckDB, which agrees with the naive twin elsewhere."""
    people = [life for group in drawn(cohorts(measure.cohort)) for life in group[0]]
    microdata = microdata_of(people, GEMEENTEN)
    for table in measure.tables:
        by_spark = tabulate_cohort(microdata, measure, table, spark)
        with DuckDBDatabase() as duckdb:
            by_duckdb = tabulate_cohort(microdata, measure, table, duckdb)
        assert by_spark.cells.equals(by_duckdb.cells)
        assert sum(by_spark.cells["value"].to_pylist())


def test_the_command_gives_identical_cells(received: Path, spark: SparkDatabase):
    period = period_of(received)
    link(period, lambda _: None)
    done("tabulate", received, HALF_YEAR, "--engine", "spark", "--master", LOCAL)
    by_spark = tables_of(received)
    shutil.rmtree(received / "cells")
    tabulate_room(period, lambda _: None)
    by_duckdb = tables_of(received)
    assert by_spark.keys() == by_duckdb.keys()
    assert len(by_spark) > len(RULES.tables)
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
