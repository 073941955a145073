"""Every way in which a delivery can be wrong: refused by name, and nothing changes."""

import os
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from secure_env.environment import Environment
from secure_env.intake import Receipt
from secure_env.supplier_report import as_text
from tests.support.deliveries import (
    contents,
    csv,
    is_bsn,
    key_file,
    new_environment,
    received,
    wmo,
    write,
)
from tests.support.malformed import GOOD, LINES, PEOPLE, Verdict, all_kinds, with_record


NAME = "WMO_GM0363_2023-H1.csv"
KINDS = dict(all_kinds())


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """One for all: what is refused leaves it as it was, and that is tested."""
    folder = tmp_path_factory.mktemp("wrong")
    made = new_environment(folder / "env")
    received(made, key_file(folder / "inbox", PEOPLE))
    return made


def refused(environment: Environment, *paths: Path) -> Receipt:
    """The receipt of a file that was refused and left nothing but report and line."""
    before = contents(environment.root)
    (receipt,) = received(environment, *paths)
    after = contents(environment.root)
    assert not receipt.accepted
    assert receipt.kept == 0
    report = f"rejected/{receipt.sha256[:12]}.json"
    assert report in after
    assert set(after) - set(before) <= {report}
    changed = {name for name in before if after[name] != before[name]} - {report}
    assert {"journal.jsonl", "journal.head"} <= changed
    # a period that was never delivered for got its key, which opens nothing yet
    assert changed <= {"journal.jsonl", "journal.head", "keys/periods.json"}
    assert after["journal.jsonl"].startswith(before["journal.jsonl"])
    *_, last = environment.journal.entries()
    assert last.step == "refused"
    assert last.subject["rules"] == " ".join(receipt.broken)
    return receipt


@pytest.mark.parametrize("kind", KINDS)
def test_a_spoilt_file_gets_its_verdict(environment: Environment, tmp_path, kind: str):
    spoilt = KINDS[kind]
    path = write(tmp_path / "inbox", spoilt.name, spoilt.content)
    if spoilt.verdict is Verdict.REFUSED:
        receipt = refused(environment, path)
        assert set(spoilt.rules) <= set(receipt.broken)
    else:
        (receipt,) = received(environment, path)
        assert receipt.accepted
        told = {finding.rule for finding in receipt.findings}
        assert told - {"V11"} == set(spoilt.rules)  # V11: not in the key file
    assert (receipt.set_aside == 1) == (
        spoilt.verdict is Verdict.SET_ASIDE or kind == "a record twice"
    )
    found = {finding.rule: finding for finding in receipt.findings}
    for rule, lines in spoilt.rules.items():
        assert lines in {(), found[rule].lines}
        for language in ("nl", "en"):
            assert f"{rule} ({found[rule].severity}) " in as_text(receipt, language)


def test_there_is_a_kind_for_all_that_is_known_to_go_wrong():
    verdicts = Counter(spoilt.verdict for spoilt in KINDS.values())
    assert len(KINDS) >= 100
    assert set(verdicts) == set(Verdict)


def test_the_good_file_is_accepted(environment: Environment, tmp_path: Path):
    (receipt,) = received(environment, write(tmp_path / "inbox", NAME, GOOD))
    assert receipt.accepted
    assert receipt.findings == ()


def test_the_lines_with_wrong_fields_are_named(environment: Environment, tmp_path):
    content = b"".join([*LINES[:3], b"GM0363;1\n", *LINES[3:9], b"x\n", *LINES[9:]])
    receipt = refused(environment, write(tmp_path / "inbox", NAME, content))
    assert [(f.rule, f.lines) for f in receipt.findings] == [("F11", (4, 11))]


def test_missing_columns_are_named(environment: Environment, tmp_path: Path):
    content = GOOD.replace(b";BSN;Toewijzingsnummer;", b";", 1)
    receipt = refused(environment, write(tmp_path / "inbox", NAME, content))
    assert receipt.findings[0].text_nl.endswith(": BSN, Toewijzingsnummer.")


@pytest.mark.parametrize("sixteenth", range(1, 16))
def test_a_file_cut_anywhere_is_refused(
    environment: Environment, tmp_path: Path, sixteenth: int
):
    cut = GOOD[: len(GOOD) * sixteenth // 16]
    receipt = refused(environment, write(tmp_path / "inbox", NAME, cut))
    assert "F10" in receipt.broken


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("wmo_GM0363_2023-H1.csv", "F01"),
        ("WMO-GM0363-2023-H1.csv", "F01"),
        ("WMO_GM0363_2023-H3.csv", "F01"),
        ("WMO_GM0363_2023.csv", "F01"),
        ("WMO_GM0363_2023-H1.csv.bak", "F01"),
        ("WMO_GM0363_2023-H1.zip", "F18"),
        ("WMO_GM0363_2023-H1 (1).csv", "F01"),
        ("WMO_GM0363_2023-H1.parquet", "F02"),
        ("WMO_GM363_2023-H1.csv", "F02"),
        ("WMO_CBS_2023-H1.csv", "F02"),
        ("JEUGD_GM0363_2023-H1.csv", "F02"),
        ("LOON_GM0363_2023-H1.csv", "F02"),
        ("WMO_GM0363_2014-H2.csv", "F02"),
        ("WMO_GM0599_2023-H1.csv", "V09"),
    ],
)
def test_a_name_that_is_not_the_deliverys(
    environment: Environment, tmp_path: Path, name: str, rule: str
):
    receipt = refused(environment, write(tmp_path / "inbox", name, GOOD))
    assert receipt.broken == (rule,)


@pytest.mark.parametrize("name", [NAME, "MSD_GM0363_2023-H1.zip"])
@pytest.mark.parametrize("make", [None, Path.mkdir, os.mkfifo])
def test_what_is_no_file_is_refused(environment: Environment, tmp_path, make, name):
    if make is not None:
        make(tmp_path / name)
    assert refused(environment, tmp_path / name).broken == ("F03",)


def persons(**other: object) -> pa.Table:
    return pa.table(
        {
            "RINPERSOON": ["000000001", "000000002"],
            "GEBOORTEDATUM": pa.array([7_000, 8_000], pa.int32()).cast(pa.date32()),
            "GESLACHT": ["1", "2"],
            "DATUMOVERLIJDEN": pa.nulls(2, pa.date32()),
        }
        | other
    )


@pytest.mark.parametrize(
    ("table", "rule"),
    [
        (persons().drop_columns(["GESLACHT"]), "F07"),
        (persons(NAAM=["x", "y"]), "F08"),
        (persons().slice(0, 0), "F13"),
        (persons(GEBOORTEDATUM=["19800101", "19810101"]), "F15"),
        (persons(RINPERSOON=[1, 2]), "F15"),
        (persons(GESLACHT=["1", "3"]), "F16"),
        (persons(RINPERSOON=["000000001", "000000001"]), "P01"),
        (persons(RINPERSOON=["000000001", None]), "F16"),
    ],
)
def test_a_wrong_register_is_refused(
    environment: Environment, tmp_path: Path, table: pa.Table, rule: str
):
    path = tmp_path / "PERSONEN_CBS_2023-H1.parquet"
    pq.write_table(table, path)
    assert refused(environment, path).broken == (rule,)


@pytest.mark.parametrize("spoil", [b"", b"PAR1", b"no parquet at all", None])
def test_a_file_that_is_no_parquet_is_refused(
    environment: Environment, tmp_path: Path, spoil: bytes | None
):
    path = tmp_path / "PERSONEN_CBS_2023-H1.parquet"
    pq.write_table(persons(), path)
    path.write_bytes(path.read_bytes()[:-20] if spoil is None else spoil)
    assert refused(environment, path).broken == ("F04" if spoil == b"" else "F15",)


def test_a_key_file_that_knows_a_person_twice_is_refused(
    environment: Environment, tmp_path: Path
):
    path = key_file(tmp_path / "other", [*PEOPLE, PEOPLE[0]])
    assert refused(environment, path).broken == ("K01",)


def test_a_file_that_changes_while_it_is_read_is_refused(
    environment: Environment, tmp_path: Path, monkeypatch
):
    path = write(tmp_path / "inbox", NAME, with_record(allocation="A8"))
    opened = pa.csv.open_csv

    def growing(*arguments: object, **options: object) -> object:
        path.write_bytes(GOOD + LINES[-1])
        return opened(*arguments, **options)

    monkeypatch.setattr("pyarrow.csv.open_csv", growing)
    assert refused(environment, path).broken == ("F14",)


def test_a_file_with_fewer_lines_than_were_counted_is_refused(
    environment: Environment, tmp_path: Path, monkeypatch
):
    path = write(tmp_path / "inbox", NAME, with_record(allocation="A9"))
    times = path.stat().st_atime_ns, path.stat().st_mtime_ns
    opened = pa.csv.open_csv

    def shortened(*arguments: object, **options: object) -> object:
        filled = LINES[-1].rstrip(b"\n").ljust(len(LINES[-1]) * 2 - 1, b"1") + b"\n"
        path.write_bytes(b"".join([*LINES[:-2], filled]))
        os.utime(path, ns=times)  # of the same size and time as what was looked at
        return opened(*arguments, **options)

    monkeypatch.setattr("pyarrow.csv.open_csv", shortened)
    assert refused(environment, path).broken == ("F14",)


def test_a_refused_file_does_not_keep_the_others_out(environment, tmp_path: Path):
    bad = write(tmp_path / "inbox", "WMO_GM0599_2023-H1.csv", GOOD)
    good = write(tmp_path / "inbox", NAME, GOOD)
    receipts = received(environment, bad, good)
    assert {r.file_name: r.accepted for r in receipts} == {bad.name: False, NAME: True}


def test_no_record_shows_anywhere(environment: Environment, tmp_path: Path, capfd):
    """A marked person goes through the door in every way; no trace of the number."""
    marked = next(n for n in (f"98765{k:04d}" for k in range(10_000)) if is_bsn(n))
    mark = marked.encode()
    good = csv("WMO", [*map(wmo, PEOPLE), wmo(marked, allocation="A7")])
    inbox = tmp_path / "inbox"
    (receipt,) = received(environment, write(inbox, NAME, good))
    assert receipt.accepted
    said: list[str] = [repr(receipt), as_text(receipt, "nl")]
    replaced = {
        "header": good.split(b"\n", 1)[1],
        "fields": good.replace(mark, mark + b";" + mark),
        "code": good.replace(b";01;", b";" + mark + b";"),
        "date": good.replace(b"20230101", mark[:8]),
        "eleven": good.replace(mark, mark[:-1] + b"0"),
        "cut": good[:-40],
        "encoding": good.replace(mark, mark + b"\x81"),
        "nul": good.replace(mark, mark + b"\0"),
        "supplier": good.replace(b"GM0363;", mark + b";"),
    }
    for content in replaced.values():
        (receipt,) = received(environment, write(inbox, NAME, content))
        assert not receipt.accepted or content == replaced["eleven"]
        said += [repr(receipt), as_text(receipt, "nl"), as_text(receipt, "en")]
    named = write(inbox, f"WMO_{marked}.csv", good)
    (receipt,) = received(environment, named)
    said.append(as_text(receipt, "nl"))
    out, err = capfd.readouterr()
    for text in (*said, out, err):
        assert marked not in text
        assert marked[:8] not in text
    for name, content in contents(environment.root).items():
        assert mark not in content, name
        assert mark[:8] not in content, name
