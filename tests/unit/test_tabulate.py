"""Cells with their evidence; what each word counts is in `tests/spec`."""

from dataclasses import replace

import pyarrow as pa
import pytest

from engine.celltable import EVIDENCE
from engine.duckdb_database import DuckDBDatabase
from engine.errors import WrongShape
from engine.microdata import PROVISIONS, LinkedMicrodata
from engine.tabulate import sql_text, tabulate, tabulate_all
from rules.catalogue import load
from rules.errors import RuleError
from rules.indicator import CountedUnit
from rules.period import HalfYear
from tests.support.country import GEMEENTEN, linked, provisions_of


PERIOD = HalfYear(2023, 1)
CATALOGUE = load()


@pytest.fixture
def database():
    with DuckDBDatabase(memory_limit="500MB", threads=1) as database:
        yield database


def cells(
    microdata: LinkedMicrodata, database: DuckDBDatabase, code: str
) -> dict[tuple[str, ...], dict[str, object]]:
    indicator = CATALOGUE.indicators[code]
    table = CATALOGUE.tables[indicator.table]
    if len(table.dimensions) > 2 or indicator.counts.is_amount:
        table = table.published()[0]
    counted = tabulate(microdata, indicator, table, PERIOD, database)
    assert counted.name == code
    names = [dimension.name for dimension in counted.dimensions]
    clients = ["clients"] if counted.magnitude else []
    assert counted.cells.column_names == [*names, *EVIDENCE, *clients, "status"]
    return {
        tuple(row[name] for name in names): row for row in counted.cells.to_pylist()
    }


def values(
    found: dict[tuple[str, ...], dict[str, object]], *codes: str
) -> list[object]:
    return [found[codes][name] for name in (*EVIDENCE, "status")]


THREE = """
    person | lives    | household
    -------+----------+----------
    anna   | WK036301 | 1
    bram   | WK036301 | 2
    cleo   | WK036302 | 3
"""


MANY = """
    person | lives    | household | domain | type | detail
    -------+----------+-----------+--------+------+-------
    anna   | WK036301 | 1         | wmo    | HH   | HH01
    anna   | WK036301 | 1         | wmo    | VO   | VO15
    bram   | WK036301 | 1         | jeugd  | JH   | JH02
    cleo   | WK036302 | 3         | pwet   | BU   | BU01
    cleo   | WK036302 | 3         | wmo    | HH   | HH01
"""


def test_a_count_has_contributors_of_one_each(database):
    microdata = linked(provisions_of(THREE, PERIOD))
    found = cells(microdata, database, "STA_HUISHOUDENS")
    assert values(found, "NL", "W", "1") == [3, 3, 1, 1, "s"]
    assert values(found, "WK036302", "W", "1") == [1, 1, 1, 0, "s"]
    assert values(found, "WK039201", "W", "1") == [0, 0, 0, 0, "s"]


def test_every_cell_is_there_and_the_impossible_ones_say_so(database):
    microdata = linked(provisions_of(THREE, PERIOD))
    found = cells(microdata, database, "STA_CLIENTEN")
    assert len(found) == (1 + 2 + 3 + 4) * 8 * 7
    assert values(found, "NL", "JP", "1") == [0, 0, 0, 0, "w"]
    impossible = {codes[1:] for codes, row in found.items() if row["status"] == "w"}
    assert impossible == {
        ("JP", "1"), ("JW", "1"), ("PW", "1"), ("JPW", "1"), ("JPW", "2"),
    }  # fmt: skip


def test_a_cell_that_is_wrongly_declared_impossible_is_noticed(database):
    indicator = CATALOGUE.indicators["STA_CLIENTEN"]
    table = replace(
        CATALOGUE.tables["stapeling"], impossible=({"combination": "W", "number": "1"},)
    )
    microdata = linked(provisions_of(THREE, PERIOD))
    with pytest.raises(RuleError, match=r"'stapeling': 5 cells .* impossible have a"):
        tabulate(microdata, indicator, table, PERIOD, database)


def test_no_provisions_at_all_give_a_table_of_zeros(database):
    found = cells(linked([]), database, "WMO_CLIENTEN")
    assert len(found) == (1 + 1 + 2 + 3 + 3 + 4) * 7
    assert {row["value"] for row in found.values()} == {0}


def test_without_participants_the_country_has_zeros(database):
    microdata = linked(provisions_of(THREE, PERIOD), participants=())
    found = cells(microdata, database, "WMO_CLIENTEN")
    assert {codes[0] for codes in found} == {"NL"}
    assert values(found, "NL", "T") == [0, 0, 0, 0, "s"]


def test_what_an_opted_out_gemeente_has_changes_nothing(database):
    """Its residents, its clients elsewhere and the records it delivered."""
    without = """
        person | lives    | client | household
        -------+----------+--------+----------
        anna   | WK036301 | GM0363 | 1
        cleo   | WK039201 | GM0392 | 2
    """
    of_utrecht = """
        person | lives    | client | household | domain
        -------+----------+--------+-----------+-------
        dirk   | WK034401 | GM0344 | 3         | wmo
        emma   | WK034401 | GM0363 | 4         | wmo
        anna   | WK036301 | GM0344 | 1         | wmo
        finn   | WK034401 |        | 5         | pwet
    """
    rest = [code for code in GEMEENTEN if code != "GM0344"]
    rows = provisions_of(without, PERIOD)
    more = [
        {**row, "provision_id": f"of Utrecht {number}"}
        for number, row in enumerate(provisions_of(of_utrecht, PERIOD))
    ]
    for code in CATALOGUE.indicators:
        before = cells(linked(rows, participants=rest), database, code)
        after = cells(linked([*rows, *more], participants=rest), database, code)
        assert after == before
        assert not {"GM0344", "WK034401", "PV26"} & {codes[0] for codes in after}


@pytest.mark.parametrize(
    "code", ["JEU_JONGEREN", "PAR_UITKERINGEN", "STA_HUISHOUDENS", "BEV_INWONERS"]
)
def test_tables_together_are_as_each_by_itself(code, database):
    indicator = CATALOGUE.indicators[code]
    tables = CATALOGUE.tables[indicator.table].published()
    microdata = linked(provisions_of(MANY, PERIOD))
    together = tabulate_all(microdata, indicator, tables, PERIOD, database)
    apart = [tabulate(microdata, indicator, each, PERIOD, database) for each in tables]
    assert [each.cells for each in together] == [each.cells for each in apart]


def test_the_database_is_left_empty(database):
    cells(linked(provisions_of(THREE, PERIOD)), database, "STA_CLIENTEN")
    with pytest.raises(Exception, match="provisions does not exist"):
        database._connection.sql("select * from provisions")


def test_the_finished_sql_can_be_printed():
    for indicator in CATALOGUE.indicators.values():
        no_provisions = {
            CountedUnit.INHABITANTS, CountedUnit.EUROS, CountedUnit.DAYS,
            CountedUnit.RESPONDENTS, CountedUnit.USERS,
        }  # fmt: skip
        has_provisions = indicator.counts not in no_provisions
        for table in CATALOGUE.tables[indicator.table].published():
            text = sql_text(indicator, table, PERIOD)
            assert ("date '2023-06-30'" in text) is has_provisions
            assert "{" not in text


# --- microdata ------------------------------------------------------------------------


def test_microdata_without_a_column_is_refused():
    microdata = linked([])
    with pytest.raises(WrongShape, match=r"provisions: 1 columns .* \(wijk\)"):
        replace(microdata, provisions=microdata.provisions.drop_columns("wijk"))


def test_microdata_with_a_gap_is_refused_and_no_value_is_told():
    rows = provisions_of(THREE, PERIOD)
    table = pa.Table.from_pylist(rows)
    spoiled = table.set_column(
        3, "type", pa.array([None, None, "HH"], pa.string())
    ).select(PROVISIONS.names)
    columns = [spoiled[field.name].cast(field.type) for field in PROVISIONS]
    with pytest.raises(WrongShape) as caught:
        replace(linked([]), provisions=pa.Table.from_arrays(columns, schema=PROVISIONS))
    assert str(caught.value) == (
        "provisions: 2 of 3 rows have no type; every row needs one"
    )
