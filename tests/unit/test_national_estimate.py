"""The estimate of Nederland in the rooms: an outsider could have made it."""

import csv
import io
from pathlib import Path

import numpy as np
import pytest

import engine.estimate
from engine.estimate import Regions, estimate_of_missing
from rules.catalogue import load
from rules.estimate import load_estimates
from rules.indicator import RegionLevel
from secure_env.estimate import estimated
from secure_env.rooms import Cells, Period
from secure_env.workflow import candidate, proven
from tests.support.stages import period_of


@pytest.fixture
def period(proposed: Path) -> Period:
    return period_of(proposed)


def published(period: Period) -> dict[tuple[str, str], int | None]:
    """Region and type -> clients, as the released table has them."""
    content = candidate(period).document("candidate/tables/wmo_type.csv").decode()
    return {
        (row["region_code"], row["wmo_type"]): int(row["value"])
        if row["value"]
        else None
        for row in csv.DictReader(io.StringIO(content))
        if row["measure"] == "WMO_CLIENTEN"
    }


def inhabitants(period: Period, gemeente: str, from_age: int = 0) -> int:
    rows = Cells.of(period).linked.table("profile").to_pylist()
    return sum(
        row["inhabitants"]
        for row in rows
        if row["gemeente"] == gemeente
        and row["characteristic"] == "age"
        and int(row["code"]) >= from_age
    )


def test_it_follows_from_the_published_table_and_inhabitants_by_age(
    period: Period, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(engine.estimate, "FEWEST_FREE", 1)
    shown, cells = published(period), Cells.of(period)
    gemeenten = sorted(set(cells.regions["gemeente"].to_pylist()))
    size = np.array([inhabitants(period, one) for one in gemeenten], dtype=float)
    old = [
        [inhabitants(period, one, age) for one in gemeenten] / size for age in (65, 75)
    ]
    features = np.column_stack([*old, np.log(size)])
    counts = [shown.get((one, "T")) for one in gemeenten]
    missing = np.array([(one, "T") not in shown for one in gemeenten])
    assert missing.any()
    rest = estimate_of_missing(
        Regions(size, features),
        np.array([count or 0 for count in counts], dtype=float),
        np.array([count is not None for count in counts]),
        missing,
    )
    (rule,) = (each for each in period.estimates if not each.wholes)
    policy = period.catalogue.policies["estimate"]
    tables = estimated(rule, cells, proven(period)[0], policy)
    made = {one.code: table["published"][0].as_py() for one, table in tables}
    total = shown["NL", "T"]
    assert rest is not None
    assert total is not None
    for code, figure in zip(made, (rest.value, rest.lower, rest.upper), strict=True):
        assert abs(made[code] - total - figure) <= 3
        assert made[code] % 5 == 0


def test_with_few_gemeenten_there_is_a_symbol(period: Period):
    content = candidate(period).document("candidate/tables/wmo_schatting.csv").decode()
    rows = list(csv.DictReader(io.StringIO(content)))
    assert {row["region_code"] for row in rows} == {"NL"}
    assert {(row["value"], row["symbol"]) for row in rows} == {("", ".")}
    words = candidate(period).document("candidate/docs/wmo_schatting.md").decode()
    assert "Dit is een schatting voor alle gemeenten" in words


def test_a_table_asked_for_and_a_cohort_have_no_estimate(period: Period):
    assert period.asking("wmo_reden").estimates == ()


def test_every_estimate_shows_an_interval_and_one_by_a_model_is_of_nederland():
    for rule in load_estimates(load()):
        assert bool(rule.wholes) != (rule.table.regions is RegionLevel.LAND)
        assert len({one.code for one in rule.measures}) == 3
        assert all(one.denominator is None for one in rule.measures)
