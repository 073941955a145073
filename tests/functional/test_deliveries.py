"""The commands of intake: who delivered, what was linked, what goes back."""

import csv
from pathlib import Path

from secure_env.environment import open_environment
from tests.support.stages import PERIOD, done, gmsd, period_of


def test_the_status_of_a_half_year_and_of_every_supplier(
    received: Path, tmp_path: Path
):
    said = done("status", received, PERIOD, "--csv", tmp_path / "status.csv").out
    assert said.splitlines()[1].split()[:3] == ["bron", "aangeleverd", "goedgekeurd"]
    with (tmp_path / "status.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    taking_part = [r for r in rows if r["bron"] == "WMO" and r["wmo_basis"] == "J"]
    counted = next(row for row in said.splitlines() if row.startswith("wmo_basis"))
    assert int(counted.split()[-1]) == len(taking_part) > 0


def test_a_gemeente_gets_its_own_counts_and_withdraws(received: Path, tmp_path: Path):
    wmo = min((received / "deliveries" / "wmo" / PERIOD).iterdir()).name
    said = done(
        "op-orde", received, PERIOD, "--gemeente", wmo, "--to", tmp_path / "out"
    )
    assert said.out.startswith(f"for {wmo} only: ")
    assert len(list((tmp_path / "out").iterdir())) == 2
    before = period_of(received).linked_digest
    assert "is withdrawn" in done("withdraw-delivery", received, PERIOD, "WMO", wmo).out
    again = done("withdraw-delivery", received, PERIOD, "WMO", wmo).out
    assert "was withdrawn already" in again
    assert period_of(received).linked_digest != before
    wrong = gmsd("withdraw-delivery", received, PERIOD, "WMO", "GM9999")
    assert (wrong.code, "no accepted wmo delivery" in wrong.sentence) == (2, True)
    open_environment(received).journal.verify()


def test_the_linkage_is_told_per_source_and_per_gemeente(
    received: Path, tmp_path: Path
):
    assert gmsd("linkage", received, PERIOD).code == 2
    done("link", received, PERIOD)
    said = done("linkage", received, PERIOD, "--csv", tmp_path / "linkage.csv").out
    sources = ["bus", "jeugd", "srg", "vroegsignalen", "wmo"]
    assert said.split()[: len(sources) + 1] == ["source", *sources]
    with (tmp_path / "linkage.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    records = next(
        row for row in said.splitlines() if row.startswith("records")
    ).split()
    wmo = sum(int(row["records"]) for row in rows if row["source"] == "wmo")
    assert int(records[-1]) == wmo > 0
