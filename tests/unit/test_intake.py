"""The door: what is accepted, numbered, looked up, journalled; and what counts."""

import multiprocessing
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from rules.period import HalfYear
from secure_env.environment import Environment, open_environment
from secure_env.intake import current_deliveries
from secure_env.received import receipt_of
from secure_env.supplier_report import as_text
from tests.support.deliveries import (
    csv,
    jeugd,
    key_file,
    new_environment,
    numbers,
    received,
    wmo,
    write,
)


PERIOD = HalfYear(2023, 1)
PEOPLE = numbers(40)


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return new_environment(tmp_path / "env")


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    return tmp_path / "inbox"


def wmo_file(inbox: Path, people: list[str], name: str = "WMO_GM0363_2023-H1.csv"):
    return write(inbox, name, csv("WMO", map(wmo, people)))


def keys(environment: Environment, source: str) -> list[str]:
    folders = current_deliveries(environment, PERIOD)
    (folder,) = (each for each in folders if each.parts[0] == source)
    return list(folder.table("records")["person_key"].to_pylist())


def test_an_accepted_delivery_is_stored_with_its_receipt(environment, inbox):
    (receipt,) = received(environment, wmo_file(inbox, PEOPLE))
    assert receipt.accepted
    assert (receipt.records, receipt.kept, receipt.set_aside) == (40, 40, 0)
    (folder,) = current_deliveries(environment, PERIOD)
    assert folder.parts == ("wmo", "2023-H1", "GM0363")
    assert receipt_of(folder) == receipt
    table = folder.table("records")
    assert table.column_names == [
        "gemeente", "allocation", "financing", "provider_type", "intensity", "unit",
        "frequency", "costs", "reason", "type", "starts", "ends", "person_key", "line",
    ]  # fmt: skip
    assert table["line"].to_pylist() == list(range(2, 42))
    entry = list(environment.journal.entries())[-1]
    assert (entry.actor, entry.step) == ("intake", "received")
    assert entry.subject["records"] == 40
    environment.journal.verify()


def test_a_byte_order_mark_and_windows_line_ends_are_allowed(environment, inbox):
    content = csv("WMO", map(wmo, PEOPLE)).replace(b"\n", b"\r\n")
    path = write(inbox, "WMO_GM0363_2023-H1.csv", b"\xef\xbb\xbf" + content)
    (receipt,) = received(environment, path)
    assert (receipt.accepted, receipt.kept) == (True, 40)
    (folder,) = current_deliveries(environment, PERIOD)
    assert set(folder.table("records")["gemeente"].to_pylist()) == {"GM0363"}


def test_a_quote_is_a_letter_like_any_other(environment, inbox):
    lines = [wmo(PEOPLE[0], allocation='"A1'), wmo(PEOPLE[1], allocation='A"1"')]
    path = write(inbox, "WMO_GM0363_2023-H1.csv", csv("WMO", lines))
    received(environment, path)
    (folder,) = current_deliveries(environment, PERIOD)
    assert folder.table("records")["allocation"].to_pylist() == ['"A1', 'A"1"']


def test_the_key_file_goes_first_whatever_the_order(environment, inbox):
    delivery = wmo_file(inbox, PEOPLE)
    receipts = received(environment, delivery, key_file(inbox, PEOPLE[:30]))
    assert [receipt.source for receipt in receipts] == ["SLEUTEL", "WMO"]
    found = keys(environment, "wmo")
    assert found[:30] == [f"R{rin:09d}" for rin in range(1, 31)]
    assert all(key.startswith("S") and len(key) == 33 for key in found[30:])
    (finding,) = receipts[1].findings
    assert (finding.rule, finding.count) == ("V11", 10)


def test_the_same_file_again_changes_nothing(environment, inbox):
    path = wmo_file(inbox, PEOPLE)
    (first,) = received(environment, path)
    head = environment.journal.head
    (second,) = received(environment, path)
    assert (first.already_received, second.already_received) == (False, True)
    assert second.number == first.number == 1
    assert environment.journal.head == head
    assert len(environment.store.folders("deliveries")) == 1


def test_a_newer_key_file_lets_the_same_file_in_again(environment, inbox):
    path = wmo_file(inbox, PEOPLE)
    received(environment, path)
    assert keys(environment, "wmo")[0].startswith("S")
    received(environment, key_file(inbox, PEOPLE))
    (again,) = received(environment, path)
    assert (again.already_received, again.number) == (False, 2)
    assert keys(environment, "wmo")[0] == "R000000001"


def test_the_newest_delivery_of_a_supplier_and_period_counts(environment, inbox):
    received(environment, wmo_file(inbox, PEOPLE))
    received(environment, wmo_file(inbox, PEOPLE[:7]))
    received(environment, wmo_file(inbox, PEOPLE, "WMO_GM0363_2023-H2.csv"))
    other = csv("WMO", [wmo(one, gemeente="GM0599") for one in PEOPLE[:3]])
    received(environment, write(inbox, "WMO_GM0599_2023-H1.csv", other))
    counting = current_deliveries(environment, PERIOD)
    assert {f.parts: f.rows("records") for f in counting} == {
        ("wmo", "2023-H1", "GM0363"): 7,
        ("wmo", "2023-H1", "GM0599"): 3,
    }


def test_nothing_counts_before_anything_is_received(environment):
    assert current_deliveries(environment, PERIOD) == []


def test_bad_records_are_set_aside_and_named_by_line(environment, inbox):
    lines = [*map(wmo, PEOPLE), wmo("123456789"), wmo(PEOPLE[0])]
    path = write(inbox, "WMO_GM0363_2023-H1.csv", csv("WMO", lines))
    (receipt,) = received(environment, path)
    assert receipt.accepted
    assert (receipt.records, receipt.kept, receipt.set_aside) == (42, 40, 2)
    assert {f.rule: f.lines for f in receipt.findings} == {"V07": (42,), "W04": (43,)}
    report = as_text(receipt, "nl")
    assert "42 records, 40 overgenomen, 2 niet overgenomen." in report
    assert "V07 (record) 1x: BSN heeft geen negen cijfers" in report


def test_five_per_cent_of_bad_records_is_tolerated_and_no_more(environment, inbox):
    good = [wmo(number) for number in PEOPLE[:38]]
    bad = [wmo(number, reason="99") for number in PEOPLE[38:]]
    path = write(inbox, "WMO_GM0363_2023-H1.csv", csv("WMO", [*good, *bad]))
    (receipt,) = received(environment, path)
    assert receipt.accepted
    path = write(inbox, "WMO_GM0363_2023-H1.csv", csv("WMO", [*good[:37], *bad]))
    (receipt,) = received(environment, path)
    assert receipt.broken == ("F16",)


def test_what_may_find_a_person_is_kept_where_the_number_does_not(environment, inbox):
    """And a postal code, by which nobody is looked for, of nobody."""
    told = {"birth_date": "20100517", "sex": "V", "postcode": "1012AB"}
    lines = [jeugd(number, **told) for number in (PEOPLE[0], "999999999", "000000000")]
    received(
        environment, write(inbox, "JEUGD_12345678_2023-H1.csv", csv("JEUGD", lines))
    )
    (folder,) = current_deliveries(environment, PERIOD)
    kept = folder.table("records")
    assert kept["birth_date"].to_pylist() == [None, "20100517", "20100517"]
    assert kept["sex"].to_pylist() == [None, "V", "V"]
    assert "postcode" not in kept.column_names


def test_unknown_and_unborn_children_are_separate_nobodies(environment, inbox):
    lines = [jeugd(n) for n in (PEOPLE[0], "999999999", "999999999", "000000000")]
    path = write(inbox, "JEUGD_12345678_2023-H1.csv", csv("JEUGD", lines))
    received(environment, key_file(inbox, PEOPLE))
    (receipt,) = received(environment, path)
    assert [finding.rule for finding in receipt.findings] == ["V10", "V12"]
    found = keys(environment, "jeugd")
    assert found[0] == "R000000001"
    assert len(set(found)) == 4


def test_registers_bring_their_persons_as_rin(environment, inbox):
    inbox.mkdir()
    path = inbox / "PERSONEN_CBS_2023-H1.parquet"
    born = [date(1980, 1, 1), date(2001, 2, 3)]
    columns = {
        "RINPERSOON": ["000000001", "000000002"],
        "GEBOORTEDATUM": pa.array(born),
        "GESLACHT": ["1", "2"],
        "DATUMOVERLIJDEN": pa.array([None, date(2022, 1, 1)]),
    }
    pq.write_table(pa.table(columns), path)
    (receipt,) = received(environment, path)
    assert receipt.accepted
    (folder,) = current_deliveries(environment, PERIOD)
    assert folder.table("records").to_pylist() == [
        {"birth_date": born[0], "sex": "1", "died": None,
         "person_key": "R000000001", "line": 1},
        {"birth_date": born[1], "sex": "2", "died": date(2022, 1, 1),
         "person_key": "R000000002", "line": 2},
    ]  # fmt: skip


def test_consent_is_stored_as_yes_or_no(environment, inbox):
    lines = ["GM0363;WMO_BASIS;J", "GM0599;WMO_BASIS;N"]
    path = write(inbox, "TOESTEMMING_VNG_2023-H1.csv", csv("TOESTEMMING", lines))
    (receipt,) = received(environment, path)
    assert receipt.accepted
    (folder,) = current_deliveries(environment, PERIOD)
    table = folder.table("records")
    assert table.column_names == ["gemeente", "part", "publishes", "line"]
    assert table["publishes"].to_pylist() == [True, False]


def test_a_large_file_is_read_in_parts(environment, inbox, monkeypatch):
    monkeypatch.setattr("secure_env.reading.lines._PARSED", 4_000)
    monkeypatch.setattr("secure_env.reading.content.BLOCK", 1_000)
    lines = [*map(wmo, PEOPLE * 5)]
    lines[150] = wmo(PEOPLE[0], reason="99")
    path = write(inbox, "WMO_GM0363_2023-H1.csv", csv("WMO", lines))
    (receipt,) = received(environment, path)
    assert (receipt.records, receipt.kept) == (200, 40)
    said = {finding.rule: finding for finding in receipt.findings}
    assert said["V03"].lines == (152,)
    assert said["W04"].count == 159


def receive_all(root: Path, files: list[Path]) -> None:
    received(open_environment(root), *files)


def test_two_receivers_at_once_take_everything_in_once(environment, inbox):
    files = [
        write(
            inbox,
            f"WMO_GM{code:04d}_2023-H1.csv",
            csv("WMO", [wmo(one, gemeente=f"GM{code:04d}") for one in PEOPLE]),
        )
        for code in range(1, 9)
    ]
    spawned = multiprocessing.get_context("spawn")
    receivers = [
        spawned.Process(target=receive_all, args=(environment.root, order))
        for order in (files, files[::-1])
    ]
    for receiver in receivers:
        receiver.start()
    for receiver in receivers:
        receiver.join(60)
        assert receiver.exitcode == 0
    environment.journal.verify()
    steps = [entry.step for entry in environment.journal.entries()]
    assert steps.count("received") == 8
    counting = current_deliveries(environment, PERIOD)
    assert [receipt_of(folder).number for folder in counting] == [1] * 8
