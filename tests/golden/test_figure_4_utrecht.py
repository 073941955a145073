"""The source document's own table, through all rooms, comes out as it was published."""

from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pandas as pd
import pytest

from outputs.manifest import table_path
from outputs.symbols import ReleaseStatus
from rules.catalogue import load
from rules.period import HalfYear
from secure_env.environment import initialise
from secure_env.rooms import Period, summary_of
from secure_env.workflow import proven, run
from tests.golden.utrecht import exact_counts, linked_tables, window
from tests.support.texttable import parse


# Figuur 4, Utrecht, eerste half jaar 2017: huishoudens met voorzieningen, naar wijk en
# combinatie van wetten (VNG Realisatie, Gemeentelijke Monitor Sociaal Domein, 2018).
FIGURE_4 = """
code     | wijk                | J    | P    | W     | JP  | JW  | PW   | JPW | T
---------+---------------------+------+------+-------+-----+-----+------+-----+------
WK034401 | 01 West             | 280  | 710  | 755   | 65  | 15  | 205  | 15  | 2045
WK034402 | 02 Noordwest        | 465  | 1415 | 1695  | 175 | 55  | 400  | 35  | 4245
WK034403 | 03 Overvecht        | 405  | 2210 | 1995  | 260 | 65  | 630  | 65  | 5635
WK034404 | 04 Noordoost        | 430  | 450  | 925   | 40  | 20  | 110  | 10  | 1980
WK034405 | 05 Oost             | 255  | 450  | 620   | 25  | 20  | 90   | 10  | 1465
WK034406 | 06 Binnenstad       | 65   | 330  | 325   | 10  | 0   | 50   | 0   | 780
WK034407 | 07 Zuid             | 425  | 875  | 1120  | 85  | 35  | 225  | 15  | 2775
WK034408 | 08 Zuidwest         | 400  | 1535 | 1530  | 190 | 55  | 360  | 50  | 4115
WK034409 | 09 Leidsche Rijn    | 735  | 485  | 665   | 75  | 45  | 155  | 15  | 2175
WK034410 | 10 Vleuten-De Meern | 1020 | 430  | 1410  | 65  | 55  | 75   | 15  | 3065
GM0344   | Utrecht             | 4480 | 8895 | 11035 | 985 | 370 | 2300 | 230 | 28290
"""
ROWS = parse(FIGURE_4)
UTRECHT, TOTAL = "GM0344", "T"
COMBINATIONS = ("J", "P", "W", "JP", "JW", "PW", "JPW", TOTAL)
SHOWN = {(row["code"], c): int(row[c]) for row in ROWS for c in COMBINATIONS}

MEASURE, TABLE = "STA_HUISHOUDENS", "stapeling_wet"


class Linked(Period):
    """A half-year of which the linked microdata is there, and no delivery."""

    deliveries: ClassVar = ()


def a_period(root: Path) -> Linked:
    """Households only, under the regime of 2015, which shows zeros."""
    catalogue = load()
    indicator = replace(catalogue.indicators[MEASURE], disclosure="social_domain_2015")
    environment = initialise(root, statistician="anna", checkers=["bert", "carla"])
    only = replace(catalogue, indicators={MEASURE: indicator})
    return Linked(environment, HalfYear(2017, 1), only)


@pytest.fixture(params=[0, 1, 2017], ids=["few", "many", "any"])
def counts(request):
    return exact_counts(SHOWN, UTRECHT, TOTAL, request.param)


def test_figure_4_comes_out_as_it_was_published(counts, tmp_path: Path):
    period = a_period(tmp_path / "env")
    wijken = [row for row in ROWS if row["code"] != UTRECHT]
    tables = linked_tables(counts, wijken, UTRECHT, TOTAL)
    period.save("linked", period.linked_digest, tables, {})

    candidate = run(period, lambda _: None, ReleaseStatus.FINAL)

    frame = pd.read_csv(
        candidate.path / "candidate" / table_path(TABLE), dtype=str, na_filter=False
    )
    lines = frame[frame["measure"] == MEASURE]
    published = {
        (region, combination): value
        for region, combination, value in zip(
            lines["region_code"], lines["combination"], lines["value"], strict=True
        )
    }
    as_shown = {cell: str(value) for cell, value in SHOWN.items()}
    country = {
        (above, c): as_shown[UTRECHT, c]
        for above in ("NL", "PV26")
        for c in COMBINATIONS
    }
    assert published == as_shown | country
    assert set(lines["symbol"]) == {""}
    names = dict(zip(lines["region_code"], lines["region_name"], strict=True))
    assert names == {row["code"]: row["wijk"] for row in ROWS} | {
        "NL": "Nederland",
        "PV26": "Utrecht",
    }

    protected, audited = map(summary_of, proven(period))
    assert protected["primary"] == protected["secondary"] == 0
    assert audited["hidden"] == audited["exposed"] == 0


def test_the_counts_are_what_they_should_be(counts):
    """They add up where the published figures do not; each is shown as published."""
    wijken = [row["code"] for row in ROWS if row["code"] != UTRECHT]
    for region in (*wijken, UTRECHT):
        parts = sum(counts[region, c] for c in COMBINATIONS if c != TOTAL)
        assert counts[region, TOTAL] == parts
    for combination in COMBINATIONS:
        inside = sum(counts[wijk, combination] for wijk in wijken)
        assert inside <= counts[UTRECHT, combination]
    for cell, count in counts.items():
        low, high = window(SHOWN[cell])
        assert low <= count <= high
        assert SHOWN[cell] == (count + 2) // 5 * 5


def test_the_published_totals_do_not_add_up():
    """So that copying sums would not pass for rounding."""
    wijken = [row["code"] for row in ROWS if row["code"] != UTRECHT]
    rows = [
        code
        for code in (*wijken, UTRECHT)
        if SHOWN[code, TOTAL] != sum(SHOWN[code, c] for c in COMBINATIONS[:-1])
    ]
    columns = [
        c for c in COMBINATIONS if SHOWN[UTRECHT, c] != sum(SHOWN[w, c] for w in wijken)
    ]
    assert len(rows) >= 3
    assert len(columns) >= 3
    assert sum(value == 0 for value in SHOWN.values()) == 2
