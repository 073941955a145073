"""The op-orde report: a gemeente's own counts, of its own records and nobody else's."""

import csv
from pathlib import Path

import pytest

from rules.period import HalfYear
from secure_env.environment import Environment
from secure_env.errors import UsageError
from secure_env.op_orde import write_op_orde
from tests.support.deliveries import csv as csv_file
from tests.support.deliveries import new_environment, numbers, received, wmo, write


PERIOD = HalfYear(2023, 2)
PEOPLE = numbers(4)


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    made = new_environment(tmp_path / "env")
    before = [wmo(one) for one in PEOPLE[:1]]
    now = [
        wmo(PEOPLE[0], ends_legally="20230731", reason="05"),
        wmo(PEOPLE[1], starts_legally="20230801", type_assigned="15"),
        wmo(PEOPLE[1], starts_legally="20230801", type_assigned="02", financing=""),
    ]
    others = [wmo(one, gemeente="GM0599", type_assigned="18") for one in PEOPLE]
    received(
        made,
        write(tmp_path, "WMO_GM0363_2023-H1.csv", csv_file("WMO", before)),
        write(tmp_path, "WMO_GM0363_2023-H2.csv", csv_file("WMO", now)),
        write(tmp_path, "WMO_GM0599_2023-H2.csv", csv_file("WMO", others)),
    )
    return made


def report(environment: Environment, folder: Path, gemeente: str = "GM0363"):
    page, table = write_op_orde(environment, PERIOD, gemeente, folder / "out")
    rows = csv.reader(table.read_text("utf-8-sig").splitlines(), delimiter=";")
    counts = {(what, code): tuple(rest) for _, what, code, *rest in rows}
    return page.read_text("utf-8"), counts


def test_its_own_counts_stand_beside_those_of_the_half_year_before(
    environment, tmp_path
):
    _, counts = report(environment, tmp_path)
    assert counts["Records", ""] == ("3", "1", "2")
    assert counts["Personen", ""] == ("2", "1", "1")
    assert counts["Records", "gestart in het halfjaar"] == ("2", "1", "1")
    assert counts["Records", "beëindigd in het halfjaar"] == ("1", "0", "1")
    assert counts["Records", "lopend op de laatste dag"] == ("2", "1", "1")
    assert counts["Leveringsvorm", "onbekend"] == ("1", "0", "1")
    types = {code: n for (what, code), n in counts.items() if what.startswith("Type_")}
    assert types == {
        "01": ("1", "1", "0"), "02": ("1", "0", "1"), "15": ("1", "0", "1"),
    }  # fmt: skip


def test_what_has_no_persons_is_totalled(environment, tmp_path):
    """A gemeente decides on its costs and its basic support too."""
    lines = [
        "GM0363;01;;120;300;1000,60",
        "GM0363;02;;;40;500",
    ]
    path = write(tmp_path, "SBO_GM0363_2023-H2.csv", csv_file("SBO", lines))
    lines = [f"GM0363;{PEOPLE[0]};;02;1;;20230801;;{paid}" for paid in ("12,50", "-2")]
    other = write(
        tmp_path, "WMOKOSTEN_GM0363_2023-H2.csv", csv_file("WMOKOSTEN", lines)
    )
    assert all(r.accepted for r in received(environment, path, other))
    page, _ = report(environment, tmp_path)
    text = next((tmp_path / "out").glob("*.csv")).read_text("utf-8-sig")
    rows = csv.reader(text.splitlines(), delimiter=";")
    counts = {(what, code): n for source, what, code, *n in rows if source != "WMO"}
    assert counts["Aantal_gebruikers", "totaal"] == ["120", "", ""]
    assert counts["Aantal_contacten", "totaal"] == ["340", "", ""]
    assert counts["Kosten", "totaal"] == ["1501", "", ""]
    assert counts["Bedrag", "totaal"] == ["10", "", ""]
    assert counts["Soort_voorziening", "01"] == ["1", "", ""]
    assert "<h2>SBO</h2>" in page


def test_nothing_of_another_gemeente_is_in_it(environment, tmp_path):
    page, counts = report(environment, tmp_path)
    assert not [code for what, code in counts if code == "18"]
    assert "GM0599" not in page
    assert "Alleen voor GM0363" in page


def test_without_a_half_year_before_there_is_no_difference(environment, tmp_path):
    page, counts = report(environment, tmp_path, "GM0599")
    assert counts["Records", ""] == ("4", "", "")
    assert "niet aangeleverd" in page


def test_it_names_no_person(environment, tmp_path):
    page, _ = report(environment, tmp_path)
    assert not [number for number in PEOPLE if number in page]
    assert "20230801" not in page


def test_making_it_is_in_the_journal(environment, tmp_path):
    report(environment, tmp_path)
    entry = list(environment.journal.entries())[-1]
    assert (entry.step, entry.subject["supplier"]) == ("op-orde", "GM0363")


def test_who_did_not_deliver_gets_no_report(environment, tmp_path):
    with pytest.raises(UsageError, match="GM0344 has no accepted delivery"):
        write_op_orde(environment, PERIOD, "GM0344", tmp_path / "out")
    assert not (tmp_path / "out").exists()
