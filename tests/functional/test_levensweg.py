"""A cohort through all rooms, as its commands are given."""

import csv
from pathlib import Path

import pytest

from outputs.frames import read_release
from outputs.levensweg import percentage
from rules.period import HalfYear
from secure_env.environment import initialise
from secure_env.synthetic import synthesise
from tests.support.stages import PEOPLE, approve, done, files_of, gmsd


pytestmark = pytest.mark.slow

COHORT = "levensweg-2023"
PERSONS = 3_000


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One year of a small country, received."""
    top = tmp_path_factory.mktemp("levensweg")
    initialise(top / "env", statistician=PEOPLE[0], checkers=PEOPLE[1:])
    for half in (1, 2):
        period = HalfYear(2023, half)
        made = synthesise(top / str(period), period, persons=PERSONS, seed=1)
        gmsd("receive", top / "env", *files_of(made))  # some are refused: dirt
    return top / "env"


def test_a_cohort_goes_the_way_of_every_release(environment: Path, tmp_path: Path):
    done("run", environment, COHORT)
    approve(environment, COHORT)
    done("release", environment, COHORT, "--to", tmp_path / "release")
    done("verify", tmp_path / "release")
    cells = nederland(tmp_path / "release")
    assert cells["T"] >= cells["2U"] > cells["2N"] > 0
    within = sum(cells[f"{group}2U"] for group in "ABCDEF")
    assert abs(within - cells["2U"]) <= 7 * 2  # six parts and the whole, each rounded
    country = read_release(tmp_path / "release").course("levensweg_2023").iloc[0]
    assert country["percentage"] == percentage(cells["2U"], cells["2U"] + cells["2N"])
    said = done("explain", environment, COHORT, "levensweg_2023_startgroep", "NL", "2U")
    assert "LW_STARTGROEP NL 2U: shown" in said.out


def nederland(release: Path) -> dict[str, int]:
    """The start group of the country, by code; hidden is 0."""
    path = release / "tables" / "levensweg_2023_startgroep.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["region_code"] == "NL"]
    return {row["startgroep"]: int(row["value"] or 0) for row in rows}


def test_a_cohort_needs_all_its_half_years(environment: Path):
    said = gmsd("link", environment, "levensweg-2015")
    assert said.code == 2
    assert "nothing was received for 2015-H1" in said.sentence


def test_a_cohort_that_is_not_in_the_rules(environment: Path):
    said = gmsd("run", environment, "levensweg-1915")
    assert said.code == 2
    assert "is no cohort; there are levensweg-2015" in said.err
