"""Every way in which a delivery can be wrong: refused by name, and nothing changes."""

import gzip
import os
import zipfile
from io import BytesIO
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
    header,
    is_bsn,
    key_file,
    new_environment,
    numbers,
    received,
    wmo,
    write,
)


NAME = "WMO_GM0363_2023-H1.csv"
PEOPLE = numbers(60)
GOOD = csv("WMO", map(wmo, PEOPLE))
LINES = GOOD.splitlines(keepends=True)
HEADER = header("WMO")


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    made = new_environment(tmp_path / "env")
    received(made, key_file(tmp_path / "inbox", PEOPLE))
    return made


def refused(environment: Environment, *paths: Path) -> Receipt:
    """The receipt of a file that was refused and left nothing but report and line."""
    before = contents(environment.root)
    (receipt,) = received(environment, *paths)
    after = contents(environment.root)
    assert not receipt.accepted
    assert receipt.kept == 0
    report = f"rejected/{receipt.sha256[:12]}.json"
    assert set(after) - set(before) == {report}
    changed = {name for name in before if after[name] != before[name]}
    assert changed == {"journal.jsonl", "journal.head"}
    assert after["journal.jsonl"].startswith(before["journal.jsonl"])
    *_, last = environment.journal.entries()
    assert last.step == "refused"
    assert last.subject["rules"] == " ".join(receipt.broken)
    return receipt


def columns(*names: str) -> bytes:
    """The good file under another first line."""
    return ";".join(names).encode() + b"\n" + b"".join(LINES[1:])


def spreadsheet() -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.xml", GOOD)
    return file.getvalue()


SPOILT = {
    "empty": (b"", {"F04"}, 1),
    "header only": (LINES[0], {"F13"}, 1),
    "header without line end": (LINES[0].rstrip(), {"F10"}, 1),
    "no header": (b"".join(LINES[1:]), {"F07", "F08"}, 18),
    "missing column": (columns(*HEADER.split(";")[:-1]), {"F07"}, 1),
    "extra column": (columns(*HEADER.split(";"), "Postcode"), {"F08"}, 1),
    "column twice": (columns(*HEADER.split(";"), "BSN"), {"F08"}, 1),
    "other order": (columns(*sorted(HEADER.split(";"))), {"F09"}, 1),
    "other case": (columns(*HEADER.lower().split(";")), {"F07", "F08"}, 18),
    "tab": (GOOD.replace(b";", b"\t"), {"F07", "F08"}, 18),
    "quoted": (GOOD.replace(b"BSN;", b'"BSN";'), {"F07", "F08"}, 1),
    "cut inside a letter": (GOOD[:-1] + "é".encode()[:1] + b"\n", {"F06"}, 1),
    "UTF-16": (GOOD.decode().encode("utf-16"), {"F05"}, 1),
    "NUL byte": (GOOD.replace(b";A1;", b";A\0;", 1), {"F05"}, 1),
    "truncated in a field": (GOOD[:-30], {"F10"}, 1),
    "truncated before the line end": (GOOD[:-1], {"F10"}, 1),
    "half written": (GOOD[: len(GOOD) // 2], {"F10"}, 1),
    "zero-filled tail": (GOOD[:-50] + b"\0" * 50, {"F05"}, 1),
    "last line with too few fields": (GOOD[:-6] + b"\n", {"F11"}, 1),
    "too few fields": (GOOD.replace(b";A1;", b";", 2), {"F11"}, 2),
    "too many fields": (GOOD.replace(b";A1;", b";A;1;", 3), {"F11"}, 3),
    "footer": (GOOD + b"Totaal: 60\n", {"F11"}, 1),
    "blank line": (GOOD.replace(LINES[5], b"\n" + LINES[5]), {"F12"}, 1),
    "blank lines at the end": (GOOD + b"\n\n", {"F12"}, 1),
    "old Macintosh line ends": (GOOD.replace(b"\n", b"\r"), {"F12"}, 1),
    "mixed line ends": (GOOD.replace(b"\n", b"\r\n", 7), {"F12"}, 1),
    "a line break in a field": (GOOD.replace(b";A1;", b";A\n1;", 1), {"F11"}, 2),
    "a very long line": (GOOD + b"x" * (3 << 20) + b"\n", {"F17"}, 1),
    "spreadsheet": (spreadsheet(), {"F05"}, 1),
    "gzip": (gzip.compress(GOOD, mtime=0), {"F05"}, 1),
    "PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", {"F07"}, 18),
    "prose": (b"Geachte heer, mevrouw,\n\nHierbij de cijfers.\n", {"F07"}, 18),
    "gemeente of another": (GOOD.replace(b"GM0363", b"GM0599", 2), {"V09"}, 2),
    "too many bad records": (GOOD.replace(b";01;", b";99;", 4), {"F16"}, 4),
    "lost leading noughts": (GOOD.replace(b";000", b";"), {"F16"}, 60),
}


@pytest.mark.parametrize("spoilt", SPOILT)
def test_a_spoilt_file_is_refused(environment: Environment, tmp_path, spoilt: str):
    content, rules, count = SPOILT[spoilt]
    receipt = refused(environment, write(tmp_path / "inbox", NAME, content))
    assert rules <= set(receipt.broken)
    (finding,) = (f for f in receipt.findings if f.rule == min(rules))
    assert finding.count == count
    for language in ("nl", "en"):
        assert f"{finding.rule} (file) {count}x: " in as_text(receipt, language)


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


@pytest.mark.parametrize("make", [None, Path.mkdir, os.mkfifo])
def test_what_is_no_file_is_refused(environment: Environment, tmp_path, make):
    if make is not None:
        make(tmp_path / NAME)
    assert refused(environment, tmp_path / NAME).broken == ("F03",)


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
    path = write(tmp_path / "inbox", NAME, GOOD)
    opened = pa.csv.open_csv

    def growing(*arguments: object, **options: object) -> object:
        path.write_bytes(GOOD + LINES[-1])
        return opened(*arguments, **options)

    monkeypatch.setattr("pyarrow.csv.open_csv", growing)
    assert refused(environment, path).broken == ("F14",)


def test_a_file_with_fewer_lines_than_were_counted_is_refused(
    environment: Environment, tmp_path: Path, monkeypatch
):
    path = write(tmp_path / "inbox", NAME, GOOD)
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
