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
from tests.reference.naive_publication import protect_shown
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
    ("code", "shown"),
    [
        ("WMO_VOORZIENINGEN", "wmo_verloop"),
        ("JEU_MAATREGELEN", "jeugd_maatregel"),
        ("JEU_TRAJECTEN", "jeugd_hulpvorm_verloop"),
        ("JEU_TRAJECTEN", "jeugd_verwijzer_verloop"),
        ("PAR_UITKERINGEN", "uitkering_regeling_verloop"),
        ("PAR_UITKERINGEN", "uitkering_leefvorm_verloop"),
        ("PAR_VOORZIENINGEN", "reintegratie_type_status"),
    ],
)
def test_opening_stock_and_inflow_are_closing_stock_and_outflow(counted, code, shown):
    """Of every kind, of Nederland."""
    found = counted(code, shown)
    for kind in {kind for kind, _ in found}:
        assert found[kind, "B"] + found[kind, "I"] == found[kind, "T"]
        assert found[kind, "E"] + found[kind, "U"] == found[kind, "T"]
    assert min(found["T", "B"], found["T", "I"], found["T", "E"], found["T", "U"]) > 0


@pytest.mark.parametrize(
    ("code", "shown"), [("WMO_KETEN", "wmo_keten"), ("JEU_KETEN", "jeugd_keten")]
)
def test_everybody_moves_one_way_in_the_chain(counted, code, shown):
    found = {code: n for (code,), n in counted(code, shown).items()}
    ways = [found[way] for way in ("I", "G", "L", "Z", "U", "K")]
    assert sum(ways) == found["T"] > found["G"] > 0
    if "UO" in found:
        parts = [n for code, n in found.items() if code.startswith("U") and code != "U"]
        assert sum(parts) == found["U"] > 0


def test_every_provision_has_one_intensity(counted):
    found = counted("WMO_INTENSITEIT", "wmo_intensiteit")
    overall = counted("WMO_VOORZIENINGEN", "wmo_verloop")
    for kind in {kind for kind, _ in found}:
        parts = [n for (one, code), n in found.items() if one == kind and code != "T"]
        assert sum(parts) == found[kind, "T"] <= overall[kind, "T"]
    assert found["T", "T"] > found["T", "ONB"] > 0


def test_shown_parts_differ_from_a_shown_total_by_their_rounding(counted):
    """Figure 4 of Utrecht: up to half a step for each part, and one for the total."""
    found = counted("STA_HUISHOUDENS", "stapeling_wet")
    policy = RULES.policies["social_domain"]
    shown = {code: protect_shown(n, policy) for (code,), n in found.items()}
    total = shown.pop("T")
    parts = [n for n in shown.values() if n is not None]
    assert total is not None
    hidden = 7 * (len(shown) - len(parts))
    most = 2 * (len(parts) + 1)
    assert -most <= total - sum(parts) <= most + hidden
    assert all(n % 5 == 0 for n in [total, *parts])


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


def test_what_began_and_ended_adds_up_in_every_way(counted):
    """New and again, with and without crisis; every reason, every duration."""
    found = counted("JEU_TRAJECTEN", "jeugd_verloop")
    whole = {code: n for (code,), n in found.items()}
    assert whole["IN"] + whole["IH"] == whole["I"] > 0
    assert whole["ICJ"] + whole["ICN"] + whole["ICO"] == whole["I"] > whole["ICJ"] > 0
    for way in ("UR", "UD"):
        parts = [n for code, n in whole.items() if code.startswith(way)]
        assert sum(parts) == whole["U"] > 0


def test_flow_by_referrer_is_the_flow(counted):
    by_referrer = counted("JEU_TRAJECTEN", "jeugd_verwijzer_verloop")
    overall = counted("JEU_TRAJECTEN", "jeugd_verloop")
    for code in ("B", "I", "E", "U"):
        parts = [
            n for (who, what), n in by_referrer.items() if who != "T" and what == code
        ]
        assert sum(parts) <= by_referrer["T", code] == overall[code,]


def test_benefits_that_run_on_have_a_duration(counted):
    found = counted("PAR_UITKERINGEN", "uitkering_verloop")
    running = [n for (code,), n in found.items() if code.startswith("ED")]
    assert sum(running) == found["E",] > 0


def test_a_mean_duration_lies_in_what_ended(counted):
    """At least a day for each that ended, and mostly less than four years."""
    days = counted("JEU_DAGEN", "jeugd_duur")["T",]
    ended = counted("JEU_TRAJECTEN", "jeugd_verloop")["U",]
    assert ended < days < ended * 4 * 366


def test_everybody_has_one_age(counted):
    found = counted("BEV_INWONERS", "bevolking_leeftijd")
    total = found.pop(("T",))
    assert sum(found.values()) == total > 7_000


def test_who_takes_part_on_the_last_day_took_part(counted):
    during = counted("PAR_DEELNEMERS", "reintegratie_personen")
    running = counted("PAR_DEELNEMERS_LOPEND", "reintegratie_personen")
    left = counted("PAR_DEELNEMERS_UITSTROOM", "reintegratie_personen")
    for kind, number in during.items():
        assert max(running[kind], left[kind]) <= number <= running[kind] + left[kind]
