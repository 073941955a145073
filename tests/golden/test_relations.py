"""What holds between published figures of CBS holds on the synthetic country.

The relations are those of figure 4 of Utrecht, StatLine 85994NED (Zutphen 2022),
83268NED (Leeuwarden 2020), 82969NED (2017) and the stocks of jeugdbescherming (2023).
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.duckdb_database import DuckDBDatabase
from engine.microdata import SCHEMAS, LinkedMicrodata
from engine.tabulate import tabulate
from rules.catalogue import load
from tests.support.stages import HALF_YEAR, PERIOD, done, period_of


RULES = load()
Counts = dict[tuple[str, ...], int]


@pytest.fixture(scope="module")
def linked(received_stage: Path, tmp_path_factory) -> LinkedMicrodata:
    root = tmp_path_factory.mktemp("relations") / "environment"
    shutil.copytree(received_stage, root)
    done("link", root, PERIOD)
    period = period_of(root)
    folder = period.existing("linked", period.linked_digest, "link")
    return LinkedMicrodata(**{name: folder.table(name) for name in SCHEMAS})


@pytest.fixture
def counted(linked: LinkedMicrodata) -> Callable[[str, str], Counts]:
    """An indicator on a published table: codes after region -> count of Nederland."""

    def count(code: str, shown: str) -> Counts:
        indicator = RULES.indicators[code]
        published = RULES.tables[indicator.table].published()
        (table,) = (each for each in published if each.code == shown)
        with DuckDBDatabase() as database:
            cells = tabulate(linked, indicator, table, HALF_YEAR, database).cells
        names = [dimension.name for dimension in table.dimensions]
        return {
            tuple(row[name] for name in names): row["value"]
            for row in cells.to_pylist()
            if row["region"] == "NL"
        }

    return count


def test_each_household_has_one_combination_of_laws(counted):
    found = counted("STA_HUISHOUDENS", "stapeling_wet")
    total = found.pop(("T",))
    assert sum(found.values()) == total > 0


def test_more_households_than_clients_have_three_laws(counted):
    """In a household the provisions of all members meet."""
    households = counted("STA_HUISHOUDENS", "stapeling_wet")
    clients = counted("STA_CLIENTEN", "stapeling_wet")
    assert households["JPW",] > clients["JPW",]
    assert households["T",] < clients["T",]


@pytest.mark.parametrize(
    ("code", "shown", "kinds"),
    [
        ("WMO_VOORZIENINGEN", "wmo_verloop", ["T", "HH", "OT", "VO", "HD"]),
        ("JEU_MAATREGELEN", "jeugd_maatregel", ["T", "JB", "JR"]),
    ],
)
def test_opening_stock_and_inflow_are_closing_stock_and_outflow(
    counted, code, shown, kinds
):
    found = counted(code, shown)
    for kind in kinds:
        assert found[kind, "B"] + found[kind, "I"] == found[kind, "T"]
        assert found[kind, "E"] + found[kind, "U"] == found[kind, "T"]
    assert found["T", "I"] > 0


def test_main_groups_of_provisions_add_up(counted):
    found = counted("WMO_VOORZIENINGEN", "wmo_verloop")
    groups = ("HH", "OT", "VO", "HD", "OV")
    assert sum(found[group, "U"] for group in groups) == found["T", "U"] > 0


def test_a_young_person_counts_once(counted):
    """In the total, and in one combination; over the forms perhaps more than once."""
    forms = counted("JEU_JONGEREN", "jeugd_vorm")
    combinations = counted("JEU_JONGEREN", "jeugd_combinatie")
    total = combinations.pop(("T",))
    assert sum(combinations.values()) == total == forms["T",]
    assert forms["JH",] + forms["JB",] + forms["JR",] > total > forms["JH",]


def test_reasons_of_ending_are_of_clients_who_ended(counted):
    found = counted("WMO_BEEINDIGD", "wmo_reden")
    total = found.pop(("T",))
    assert max(found.values()) <= total <= sum(found.values())
