"""Invented boundary changes: a synthetic half-year in the regions of a later year."""

import csv
from collections import defaultdict
from pathlib import Path

import pyarrow.compute as pc
import pytest

from rules.errors import RuleError
from rules.period import HalfYear
from secure_env.cli import main
from secure_env.linking import opened
from secure_env.rooms import Period
from secure_env.synthetic import SyntheticCountry, synthesise
from tests.support.deliveries import new_environment, received
from tests.support.stages import done


PERIOD, LATER = HalfYear(2023, 1), 2025
WHERE = f"regions-of-{LATER}"


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> SyntheticCountry:
    folder = tmp_path_factory.mktemp("redrawn")
    return synthesise(folder, PERIOD, persons=5_000, seed=1, regions_of=LATER)


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text("utf-8").splitlines(), delimiter=";"))


def test_there_are_the_changes_of_every_year_and_the_map_of_the_last(country):
    assert [path.name for path in country.files[WHERE]] == [
        "GRENZEN_CBS_2024-H1.csv",
        "GRENZEN_CBS_2025-H1.csv",
        "REGIO_CBS_2025-H1.csv",
    ]
    assert {path.parent.name for path in country.files[WHERE]} == {WHERE}


def test_the_changes_lead_from_the_one_map_to_the_other(country):
    """Two gemeenten into one, a wijk into two, a part of a wijk to another gemeente."""
    before = {
        row["Wijkcode"]: row["Gemeentecode"] for row in rows(country.files["REGIO"][0])
    }
    *years, last = country.files[WHERE]
    for path in years:
        changes = rows(path)
        shares: defaultdict[str, int] = defaultdict(int)
        for row in changes:
            assert before[row["Wijkcode_oud"]] == row["Gemeentecode_oud"]
            shares[row["Wijkcode_oud"]] += round(100 * float(row["Aandeel_inwoners"]))
        assert set(shares.values()) == {100}
        assert {row["Indelingswijziging"] for row in changes} == {"2", "3"}
        count = len(set(before.values()))
        for row in changes:
            before.pop(row["Wijkcode_oud"], None)
        before |= {row["Wijkcode_nieuw"]: row["Gemeentecode_nieuw"] for row in changes}
        assert len(set(before.values())) == count - 1
    assert before == {row["Wijkcode"]: row["Gemeentecode"] for row in rows(last)}


def test_the_half_year_is_linked_in_the_regions_of_the_later_year(country, tmp_path):
    environment = new_environment(tmp_path / "env")
    files = [path for paths in country.files.values() for path in paths]
    assert all(receipt.accepted for receipt in received(environment, *files))
    done("link", environment.root, PERIOD, "--regions-of", str(LATER))
    own = Period.of(environment, PERIOD)
    then = own.in_regions_of(LATER)
    linked, moved = (
        opened(each.existing("linked", each.linked_digest, "link"))
        for each in (own, then)
    )
    assert summed(linked) == summed(moved)
    assert len(gemeenten(linked)) == len(gemeenten(moved)) + 2
    assert gemeenten(moved) == {
        row["Gemeentecode"] for row in rows(country.files[WHERE][-1])
    }
    assert len(moved.participants("wmo_basis")) > 0


def summed(linked) -> tuple[int, int]:
    """Inhabitants and provisions: nobody is lost on the way."""
    inhabitants = pc.sum(linked.population["inhabitants"]).as_py()
    return inhabitants, linked.provisions.num_rows


def gemeenten(linked) -> set[str]:
    return set(linked.population["gemeente"].to_pylist())


def test_a_year_that_is_not_later_is_refused(tmp_path, capsys):
    words = ["synthesise", str(tmp_path), "--period", "2023-H1", "--regions-of", "2023"]
    assert main(words) == 2
    assert "2023 is no year after 2023-H1" in capsys.readouterr().err


def test_a_map_that_has_run_out_of_gemeenten_is_refused(tmp_path):
    with pytest.raises(RuleError, match="3 gemeenten are too few"):
        synthesise(tmp_path, PERIOD, persons=1_000, seed=1, regions_of=2025)
    assert not list(tmp_path.glob("*.csv"))
