"""No number of a person, and no count of a few, anywhere that it should not be."""

import base64
import re
import socket
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from secure_env import commands, log, workflow
from secure_env.rooms import Cells
from secure_env.synthetic import SyntheticCountry
from tests.support.deliveries import csv, is_bsn, wmo, write
from tests.support.stages import (
    PEOPLE,
    PERIOD,
    Said,
    approve,
    done,
    files_of,
    gmsd,
    period_of,
    proposed_in,
)


# --- looking for numbers --------------------------------------------------------------


HEX = re.compile(rb"[0-9a-f]{32,}")
"""Digests and signatures hold nine digits in a row now and then."""
NINE = re.compile(rb"(?=(\d{9}))")
IN_HEX = re.compile(rb"(?=((?:3[0-9]){9}))")
"""Nine digits, each written as the two hexadecimal digits of its byte."""
BASE64 = {n: re.compile(rb"(?=([A-Za-z0-9+/]{%d}))" % n) for n in (10, 12)}


def cores(number: bytes) -> Iterator[bytes]:
    """The number in base64, wherever in three bytes it begins; what is sure of it."""
    yield base64.b64encode(number)
    yield base64.b64encode(b"." + number)[2:12]
    yield base64.b64encode(b".." + number)[3:13]


class Numbers:
    """Nine-digit numbers that must not be found."""

    def __init__(self, numbers: Iterable[str]) -> None:
        self.plain = {number.encode() for number in numbers}
        self.hidden = {core for number in self.plain for core in cores(number)}

    def found_in(self, content: bytes) -> int:
        spelled = {bytes.fromhex(n.decode()) for n in IN_HEX.findall(content)}
        content = HEX.sub(b" ", content)
        wide = content.replace(b"\0", b"")
        found = spelled | {n for text in (content, wide) for n in NINE.findall(text)}
        for pattern in BASE64.values():
            found |= set(pattern.findall(content)) & self.hidden
        return len(found & self.plain) + len(found & self.hidden)


def delivered_numbers(country: SyntheticCountry) -> set[str]:
    """Every BSN in the deliveries and the key file, also those that are none."""
    found: set[str] = set()
    for path in files_of(country):
        if path.suffix == ".parquet":
            table = pq.read_table(path)
            if "BSN" in table.column_names:
                found |= set(table["BSN"].to_pylist())
        else:
            frame = pd.read_csv(path, sep=";", dtype=str, encoding="utf-8-sig")
            if "BSN" in frame:
                found |= set(frame["BSN"].dropna())
    return {n for n in found if len(n) == 9 and len(set(n)) > 1}


@pytest.fixture(scope="module")
def numbers(country: SyntheticCountry) -> Numbers:
    found = delivered_numbers(country)
    assert len(found) > country.inhabitants * 0.99
    return Numbers(found)


def test_the_search_finds_what_is_there(numbers: Numbers, country: SyntheticCountry):
    one = sorted(numbers.plain)[100]
    assert numbers.found_in(country.files["WMO"][0].read_bytes()) > 10
    for before in (b"", b"x", b"xy"):
        assert numbers.found_in(base64.b64encode(before + one + b"; and more")) >= 1
    assert numbers.found_in(one.decode().encode("utf-16")) == 1
    assert numbers.found_in(b"f" * 31 + one.hex().encode() + b"f" * 31) == 1
    assert numbers.found_in(b"1" + one + b"2") >= 1
    assert numbers.found_in(b"000000000 12345678 " + b"f" * 20 + b"a" * 64) == 0


def everything(*roots: Path) -> Iterator[tuple[str, bytes]]:
    for root in roots:
        for path in root.rglob("*"):
            if path.is_file():
                yield path.name, path.name.encode() + b" " + path.read_bytes()


BORN, NAME = "19030317", "Wilhelmina-Quirijn"
"""Of a person who is planted: a birth date that nobody has, and a name."""
PLANTED = (BORN.encode(), b"1903-03-17", NAME.encode())


def shapes(mark: bytes) -> Iterator[bytes]:
    """The mark plain, wide, in hex, and in base64 wherever in three bytes it begins."""
    yield from (mark, mark.decode().encode("utf-16")[2:])
    yield from (mark.hex().encode(), mark.hex().upper().encode())
    for before in range(3):
        text = base64.b64encode(b"." * before + mark)
        yield text[-(-before * 8 // 6) : (before + len(mark)) * 8 // 6]


def planted_in(content: bytes) -> list[bytes]:
    return [m for m in PLANTED if any(shape in content for shape in shapes(m))]


@pytest.mark.parametrize("before", [b"", b"x", b"xy"])
def test_the_search_finds_what_is_planted(before: bytes):
    for mark in PLANTED:
        assert planted_in(b"..." + mark) == [mark]
        assert planted_in(mark.decode().encode("utf-16")) == [mark]
        assert planted_in(mark.hex().encode()) == [mark]
        assert planted_in(base64.b64encode(before + mark + b"; and more")) == [mark]
    assert planted_in(b"19030318 1903-03-18 Wilhelmina") == []


def planted(country: SyntheticCountry, folder: Path) -> list[Path]:
    """The files of the country; one gives a recipient of a benefit the birth date."""
    files = files_of(country)
    (at, path) = next((n, f) for n, f in enumerate(files) if f.name.startswith("BUS"))
    header, first, *rest = path.read_bytes().split(b"\n")
    place = header.split(b";").index(b"Geboortedatum")
    fields = first.split(b";")
    fields[place] = BORN.encode()
    content = b"\n".join([header, b";".join(fields), *rest])
    files[at] = write(folder, path.name, content)
    return files


def _no_network(*_: object, **__: object) -> None:
    raise AssertionError("the network was asked for")


def test_nothing_of_a_person_outlives_the_door(
    country: SyntheticCountry, numbers: Numbers, tmp_path: Path, monkeypatch, capfd
):
    """All rooms and the release: every byte on disk, every word said.

    After the door nobody needs the pseudonym key, and nobody ever needs a network.
    """
    env, out, temporary = tmp_path / "env", tmp_path / "release", tmp_path / "temporary"
    told = tmp_path / "told"
    temporary.mkdir()
    told.mkdir()
    monkeypatch.setattr(socket, "socket", _no_network)
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr("tempfile.tempdir", None)
    half = country.files["WMO"][0]
    cut = write(tmp_path / "half", half.name, half.read_bytes()[:-9])
    named = half.read_bytes().replace(b"GM70", NAME.encode())
    by_name = write(tmp_path / "named", half.name, named)
    said = [
        done("init", env, "--statistician", PEOPLE[0], "--checkers", *PEOPLE[1:]),
        gmsd("receive", env, cut, by_name, "--reports", told),
        done("receive", env, *planted(country, tmp_path / "planted")),
    ]
    (env / "keys/pseudonym.key").unlink()
    said += [
        done("status", env, PERIOD, "--csv", told / "status.csv"),
        done("run", env, PERIOD),
        done("linkage", env, PERIOD, "--csv", told / "linkage.csv"),
        done("review", env, PERIOD, "--to", told / "review.html"),
        done("explain", env, PERIOD, "wmo_type", "NL", "T"),
    ]
    approve(env)
    said.append(done("release", env, PERIOD, "--to", out))
    said.append(done("verify", out))
    said.append(done("journal", "show", env))
    words = "".join(one.out + one.err for one in said) + "".join(capfd.readouterr())
    assert len(words) > 1_000
    assert numbers.found_in(words.encode()) == 0
    assert planted_in(words.encode()) == []
    assert list(temporary.iterdir()) == []
    assert len(list(told.iterdir())) > 3
    files = list(everything(env, out, told))
    assert len(files) > 100
    for name, content in files:
        assert numbers.found_in(content) == 0, name
        assert planted_in(content) == [], name


# --- counts of a few ------------------------------------------------------------------


def test_no_count_of_a_few_is_in_the_candidate(proposed: Path):
    """Held against the exact cells: all of 0 to 7 are hidden, the rest are rounded."""
    period = period_of(proposed)
    cells = Cells.of(period)
    folder = proposed_in(proposed).path / "candidate/tables"
    few = shown = 0
    for table, measures in period.by_table.items():
        frame = pd.read_csv(folder / f"{table}.csv", dtype=str, na_filter=False)
        for each in measures:
            exact, policy = cells.exact(each).cells, period.policy(each)
            keys = [dimension.name for dimension in each.table.dimensions]
            places = zip(
                *(exact[k].to_pylist() for k in ("region", *keys, "value")), strict=True
            )
            counts = {tuple(codes): value for *codes, value in places}
            lines = frame[frame["measure"] == each.indicator.code]
            assert len(lines) == len(counts)
            for line in lines.to_dict("records"):
                value = counts[line["region_code"], *(line[key] for key in keys)]
                if value <= 7:
                    few += 1
                    assert (line["value"], line["symbol"]) == ("", ".")
                elif line["value"]:
                    shown += 1
                    base = policy.rounding.base
                    assert base == (10 if each.indicator.code.startswith("PAR") else 5)
                    assert line["value"] == str((value + base // 2) // base * base)
                    assert int(line["value"]) >= 10
    assert few > 500
    assert shown > 200


def test_no_exact_cell_lies_open_on_disk(proposed: Path):
    """Tables inside are encrypted: none of their words is in any file."""
    marks = (b"STA_HUISHOUDENS\x00", b"person_key", b"provision_id", b"PAR1", b"GM7001")
    files = [path for path in proposed.rglob("*.parquet") if path.is_file()]
    assert len(files) > 30
    for path in files:
        content = path.read_bytes()
        assert content[:4] == content[-4:] == b"PARE"
        assert not any(mark in content for mark in marks), path


# --- a marked person in every failing path --------------------------------------------


MARKED = next(n for n in (f"98765{k:04d}" for k in range(10_000)) if is_bsn(n))
CODE = "ZX-81-marked"
NAME = "WMO_GM0363_2023-H1.csv"
GOOD = csv("WMO", [wmo(MARKED), *(wmo(f"{n:09d}") for n in (12, 24))])


def failing_files() -> dict[str, bytes]:
    mark = MARKED.encode()
    return {
        "header": GOOD.replace(b"Gemeentecode", mark),
        "gemeente": GOOD.replace(b"GM0363", mark),
        "type": GOOD.replace(b";01;", b";" + CODE.encode() + b";"),
        "financing": GOOD.replace(b";1;", b";" + mark + b";"),
        "date": GOOD.replace(b"20230101", mark[:8]),
        "number": GOOD.replace(mark, mark[:-1] + b"x"),
        "too many fields": GOOD.replace(mark, mark + b";" + mark),
        "cut": GOOD[: GOOD.index(mark) + 9],
        "mis-encoded": GOOD.replace(mark, mark + b"\xff\xfe"),
        "wide": GOOD.decode().encode("utf-16"),
        "prose": b"Betreft: " + mark + b", " + CODE.encode() + b"\n",
    }


def silent(said: Said, *roots: Path) -> None:
    texts = {"out": said.out.encode(), "err": said.err.encode()}
    texts |= dict(everything(*roots))
    for name, content in texts.items():
        text = HEX.sub(b" ", content)
        for mark in (MARKED.encode(), MARKED[:8].encode(), CODE.encode()):
            assert mark not in text, name


@pytest.fixture
def env(tmp_path: Path) -> Path:
    done("init", tmp_path / "env")
    return tmp_path / "env"


def test_a_refused_delivery_tells_nothing_of_its_records(env: Path, tmp_path: Path):
    for why, content in failing_files().items():
        said = gmsd("receive", env, write(tmp_path / why, NAME, content))
        assert said.code == 10, why
        silent(said, env)


def test_a_file_named_after_a_person_is_not_named(env: Path, tmp_path: Path):
    for name in (f"{MARKED}.csv", f"WMO_{MARKED}_2023-H1.csv", f"WMO_{CODE}.csv"):
        said = gmsd("receive", env, write(tmp_path / "inbox", name, GOOD))
        assert said.code == 10
        silent(said, env)


@pytest.mark.parametrize(
    "error",
    [
        ValueError(f"Conversion Error: Could not convert string '{MARKED}' to INT32"),
        KeyError(MARKED),
        OSError(f"Unexpected end of stream: {CODE} {MARKED}"),
        UnicodeDecodeError("utf-8", MARKED.encode(), 0, 1, CODE),
        RuntimeError(CODE),
    ],
)
@pytest.mark.parametrize(
    "step",
    ["linking.link_deliveries", "workflow.tabulate_all", "before.protect"],
)
def test_an_error_from_below_tells_no_value(
    received: Path, monkeypatch, step: str, error: Exception
):
    """Libraries put the value that they trip over in their message."""

    def trips(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(f"secure_env.{step}", trips)
    said = gmsd("run", received, PERIOD)
    assert said.code == 1
    assert "a bug in gmsd" in said.sentence
    assert workflow.__name__.split(".")[0] in said.err
    silent(said, received)


def test_an_error_during_another_tells_no_value(monkeypatch):
    def trips(_: object) -> int:
        try:
            raise ValueError(MARKED)
        except ValueError as error:
            raise RuntimeError(CODE) from error

    monkeypatch.setattr(commands, "check_rules", trips)
    said = gmsd("check-rules")
    assert said.code == 1
    assert MARKED not in said.err
    assert CODE not in said.err


def test_progress_strikes_out_long_numbers(capsys):
    log.progress(f"reading {MARKED}")
    assert MARKED not in capsys.readouterr().err


def test_linked_microdata_knows_no_number(proposed: Path, numbers: Numbers):
    """Decrypted, there is a key of every person, and of nobody a BSN."""
    (linked,) = period_of(proposed).environment.store.folders("linked")
    provisions = linked.table("provisions")
    keys = set(pc.unique(provisions["person_id"]).to_pylist())
    assert all(re.fullmatch(r"R\d{9}|[SN][0-9a-f]{32}", key) for key in keys)
    tails = {key[1:].encode() for key in keys if key[0] == "R"}
    assert len(tails) > 500
    # A RIN is a number of nine digits of its own; a few are somebody's BSN by chance.
    assert len(tails & numbers.plain) < len(tails) / 20
