"""Rates of a table by a characteristic of persons, judged on the table's bytes."""

from dataclasses import replace

import pyarrow as pa
import pytest

from outputs.checklist import checklist
from outputs.formats import MeasureCells, table_csv
from outputs.manifest import TableFacts
from outputs.symbols import ReleaseStatus
from outputs.tablerules import Expected, table_findings
from rules.catalogue import load
from tests.support.releases import PERIOD, POLICY, cells


CATALOGUE = load()
CLIENTS = CATALOGUE.indicators["WMO_CLIENTEN"]
(BY_SEX,) = (t for t in CATALOGUE.tables["wmo"].published() if t.code == "wmo_geslacht")
TYPES = [code for dimension in BY_SEX.dimensions[:1] for code in dimension.codes]
INHABITANTS = {"T": 1000, "1": 200, "2": 800}
CLIENTS_OF = {"T": 100, "1": 40, "2": 60}
FACTS = TableFacts.of(BY_SEX, [CLIENTS], POLICY)


def written(inhabitants: dict[str, int | None]) -> bytes:
    """Of every type as many clients of each sex, of so many inhabitants of it."""
    sexes = list(CLIENTS_OF)
    rows = [("NL", kind, sex, CLIENTS_OF[sex], "s") for kind in TYPES for sex in sexes]
    found = [inhabitants[sex] for _ in TYPES for sex in sexes]
    table = cells(list(rows), ["wmo_type", "sex"]).append_column(
        "denominator", pa.array(found, pa.int64())
    )
    return table_csv(
        BY_SEX,
        [MeasureCells(CLIENTS, table)],
        regions={"NL": "Nederland"},
        period=PERIOD,
        status=ReleaseStatus.FINAL,
    )


def found(content: bytes, facts: TableFacts = FACTS) -> tuple[list[str], int]:
    """What the door finds, and how many rates the checklist finds wrong."""
    expected = Expected("tables/wmo_geslacht.csv", facts, str(PERIOD), "")
    files = {expected.path: content}
    listed = checklist(files, {"wmo_geslacht": facts}, ReleaseStatus.FINAL)
    return table_findings(content, expected), listed.rates.wrong


def test_each_sex_has_a_denominator_of_its_own():
    assert found(written(INHABITANTS)) == ([], 0)


def test_one_denominator_for_all_would_be_a_contradiction():
    problems, wrong = found(written(INHABITANTS), replace(FACTS, rates_by=()))
    assert len(problems) == 1
    assert "no denominator gives this rate" in problems[0]
    assert wrong


def test_where_a_part_has_no_denominator_only_its_rates_are_hidden():
    assert found(written({**INHABITANTS, "1": None})) == ([], 0)


@pytest.mark.parametrize("rate", ["75", "76"])
def test_another_rate_within_one_sex_is_found(rate):
    """60 of 800 is 75 per 1 000, for every type."""
    right = b"NL,Nederland,HH,2,WMO_CLIENTEN_PER_1000,75,"
    content = written(INHABITANTS)
    assert right in content
    wrong = right.replace(b",75,", f",{rate},".encode())
    assert bool(found(content.replace(right, wrong))[0]) == (rate == "76")
