"""Queries take safe pieces only; the database is closed to the outside."""

from datetime import date

import duckdb
import pyarrow as pa
import pytest

from engine.duckdb_database import DuckDBDatabase
from engine.errors import QueryError
from engine.query import (
    Clause,
    Query,
    all_of,
    identifier,
    literal,
    one_of,
    phrase,
)


COUNT = Query("count", "select count(*) as rows from numbers")
PEOPLE = Query("people", "select name from people where {where} order by name")


@pytest.fixture
def database():
    with DuckDBDatabase(memory_limit="200MB", threads=1) as database:
        yield database


def numbers(count: int = 3) -> pa.Table:
    return pa.table({"number": list(range(count))})


@pytest.mark.parametrize(
    ("value", "text"),
    [(date(2023, 6, 30), "date '2023-06-30'"), (7, "7"), ("6+", "'6+'")],
)
def test_a_literal_is_a_day_a_number_or_a_code(value, text):
    assert literal(value).text == text


@pytest.mark.parametrize("code", ["it's", "a b", "", "x;", "é", "--'", "{where}"])
def test_nothing_else_can_be_a_code(code):
    with pytest.raises(QueryError, match="cannot be a code in SQL"):
        literal(code)


@pytest.mark.parametrize("name", ["Name", "1a", "a b", 'a"', "", "a.b", "a;drop"])
def test_nothing_else_can_be_a_name(name):
    with pytest.raises(QueryError, match="cannot be a name in SQL"):
        identifier(name)


def test_clauses_are_made_of_clauses():
    clause = all_of(
        [
            one_of(identifier("domain"), ["wmo", "jeugd"]),
            phrase("starts <= {day}", day=literal(date(2023, 6, 30))),
        ]
    )
    assert " ".join(clause.text.split()) == (
        "domain in ('wmo', 'jeugd') and starts <= date '2023-06-30'"
    )


def test_a_query_is_filled_and_then_finished():
    query = PEOPLE.fill(where=phrase("age > {age}", age=literal(18)))
    assert query.finished_text() == (
        "select name from people where age > 18 order by name"
    )


def test_a_query_with_a_hole_left_does_not_run(database):
    with pytest.raises(QueryError, match=r"1 holes left: fill where"):
        database.run(PEOPLE)


def test_a_hole_that_is_not_there_cannot_be_filled():
    with pytest.raises(QueryError, match="give each hole once"):
        PEOPLE.fill(where=literal(1), having=literal(1))


def test_plain_text_fills_no_hole():
    with pytest.raises(QueryError, match="1 holes are filled with something"):
        PEOPLE.fill(where="true")  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["cells"])
def test_the_queries_of_the_engine_have_few_holes(name):
    assert 0 < len(Query.load(name).holes) <= 5


def test_arrow_goes_in_and_comes_out(database):
    database.register("numbers", numbers())
    assert database.run(COUNT).to_pydict() == {"rows": [3]}


def test_a_reader_is_streamed(database):
    table = numbers(1000)
    database.register(
        "stream", pa.RecordBatchReader.from_batches(table.schema, table.to_batches(10))
    )
    database.materialise("numbers", Query("all", "select number from stream"))
    assert database.run(COUNT).to_pydict() == {"rows": [1000]}


def test_a_name_is_replaced_and_forgotten(database):
    database.register("numbers", numbers())
    database.materialise("numbers", Query("one", "select 1 as number"))
    assert database.run(COUNT).to_pydict() == {"rows": [1]}
    database.forget("numbers", "never_there")
    with pytest.raises(duckdb.CatalogException):
        database.run(COUNT)


@pytest.mark.parametrize(
    "text",
    [
        "select * from read_csv('/etc/hostname')",
        "copy (select 1) to '/tmp/out.csv'",
        "attach '/tmp/other.duckdb'",
        "install httpfs",
        "set threads = 4",
        "set enable_external_access = true",
    ],
)
def test_the_database_reaches_no_file_and_no_setting(database, text):
    with pytest.raises((duckdb.PermissionException, duckdb.InvalidInputException)):
        database.run(Query("outside", text))


def test_python_variables_are_no_tables(database):
    secret = numbers()
    assert secret.num_rows == 3
    with pytest.raises(duckdb.CatalogException):
        database.run(Query("leak", "select * from secret"))


def test_what_does_not_fit_in_memory_fails_and_spills_nothing(
    database, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)  # DuckDB spills to .tmp in the working folder
    sort = Query(
        "large",
        "select max(place) from (select row_number() over (order by t) as place "
        "from (select cast(hash(i) as string) as t from range(12000000) r(i)))",
    )
    with pytest.raises(duckdb.OutOfMemoryException):
        database.run(sort)
    assert not list(tmp_path.iterdir())


def test_a_clause_made_by_hand_is_still_only_text():
    assert phrase("{a} is null", a=Clause("a")).text == "a is null"
