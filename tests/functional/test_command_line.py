"""Every sub-command: what it does, says and gives, right and wrong."""

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.audit import AuditReport
from engine.audit import audit as audit_group
from engine.celltable import ProtectedTable
from engine.errors import NotProtectable
from engine.protect import protect
from outputs.manifest import SEAL
from rules.errors import RuleError
from secure_env import auditing, before, commands, protecting, rounds, workflow
from secure_env.environment import open_environment
from secure_env.joined import joined_measures
from tests.support.stages import (
    PERIOD,
    PERSONS,
    Said,
    approve,
    done,
    files_of,
    gmsd,
    period_of,
    proposed_in,
    same_but,
    state,
)


COMMANDS = (
    "demo", "synthesise", "init", "receive", "link", "tabulate", "protect", "audit",
    "run", "clear", "release", "verify", "explain", "loss", "risk", "sample",
    "show-indicator",
    "show-sql", "check-rules", "votes", "releases", "withdraw-release", "appoint",
    "purge",
    "status", "linkage", "op-orde", "withdraw-delivery", "export", "serve",
)  # fmt: skip
TABLE_COMMANDS = ("protect", "audit", "verify")


@pytest.mark.parametrize(
    "words", [*((c,) for c in COMMANDS), *(("table", c) for c in TABLE_COMMANDS)]
)
def test_every_command_explains_itself(words: tuple[str, ...]):
    said = gmsd(*words, "--help")
    assert said.code == 0
    assert said.out.startswith(f"usage: gmsd {' '.join(words)} ")
    assert words[0] in gmsd("--help").out


def test_from_nothing_to_a_release(country, proposed_stage: Path, tmp_path: Path):
    """Room by room, with the figures of `run`."""
    env, out = tmp_path / "env", tmp_path / "release"
    done("init", env, "--statistician", "anna", "--checkers", "bert", "carla")
    said = done("receive", env, *files_of(country))
    assert f"{len(files_of(country))} accepted" in said.out
    assert "0 refused" in said.out
    for room in ("link", "tabulate", "protect", "audit"):
        assert f"in {env}" in done(room, env, PERIOD).out
    assert "exposed" not in done("explain", env, PERIOD, "wmo_type", "NL", "T").out
    approve(env)
    assert "cleared by bert and carla" in done("release", env, PERIOD, "--to", out).out
    said = done("verify", out, "--key", env / "keys/people/publisher.pub")
    assert "are as released; signed with the key you gave" in said.out
    files = {path: (out / path) for path in _tables(proposed_stage)}
    assert files
    for path, here in files.items():
        there = proposed_in(proposed_stage).path / "candidate" / path
        assert here.read_bytes() == there.read_bytes()


def _tables(environment: Path) -> list[str]:
    root = proposed_in(environment).path / "candidate"
    return [p.relative_to(root).as_posix() for p in root.rglob("*.csv")]


@pytest.mark.parametrize("room", ["link", "tabulate", "protect", "audit", "run"])
def test_what_was_made_is_not_made_again(proposed: Path, room: str):
    before = state(proposed)
    first = done(room, proposed, PERIOD)
    assert state(proposed) == before
    assert done(room, proposed, PERIOD) == first


def test_what_was_received_is_not_received_again(country, received: Path):
    before = state(received)
    said = done("receive", received, *files_of(country))
    assert said.err.count("already received") == len(files_of(country))
    assert state(received) == before


def test_what_was_synthesised_is_not_synthesised_again(country):
    before = state(country.folder)
    words = ("synthesise", country.folder, "--period", PERIOD, "--persons")
    assert f"{country.persons} persons in" in done(*words, str(PERSONS)).out
    assert state(country.folder) == before
    said = gmsd(*words, "9000")
    assert (said.code, state(country.folder)) == (2, before)
    assert "synthetic country of other settings" in said.sentence


def test_what_was_released_is_not_released_again(proposed: Path, released: Path):
    before = state(proposed), state(released)
    done("release", proposed, PERIOD, "--to", released)
    done("verify", released)
    assert (state(proposed), state(released)) == before


def test_a_second_environment_does_not_take_the_place_of_the_first(proposed: Path):
    before = state(proposed)
    said = gmsd("init", proposed)
    assert (said.code, state(proposed)) == (2, before)
    assert "is not empty; choose a new folder" in said.sentence


def test_asking_changes_nothing(proposed: Path):
    before = state(proposed)
    said = done("explain", proposed, PERIOD, "stapeling_wet", "NL", "T")
    assert "STA_HUISHOUDENS NL T: shown as " in said.out
    assert "STA_CLIENTEN NL T: shown as " in said.out
    assert "WMO_CLIENTEN" in done("show-indicator", "WMO_CLIENTEN").out
    assert "date '2024-07-01'" in (
        done("show-sql", "WMO_CLIENTEN", "--period", "2024-H2").out
    )
    assert "no errors; fingerprint " in done("check-rules").out
    assert state(proposed) == before


# --- out of order ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "words", "first"),
    [
        ("", "link", "receive its deliveries and registers first"),
        ("", "run", "receive its deliveries and registers first"),
        ("received", "tabulate", "run gmsd link first"),
        ("received", "protect", "run gmsd link first"),
        ("received", "audit", "run gmsd protect first"),
        ("linked", "protect", "run gmsd tabulate first"),
        ("cells", "audit", "run gmsd protect first"),
        ("cells", "explain wmo_type NL T", "run gmsd run first"),
        ("protected", "clear --as bert --vote approve", "run gmsd run first"),
        ("protected", "release --to nowhere", "run gmsd run first"),
        ("audited", "release --to nowhere", "run gmsd run first"),
    ],
)
def test_a_step_before_its_turn_says_what_comes_first(
    proposed: Path, made: str, words: str, first: str
):
    rooms = ("received", "linked", "cells", "protected", "audited", "candidate")
    for room in rooms[rooms.index(made) + 1 if made else 0 :]:
        shutil.rmtree(proposed / ("deliveries" if room == "received" else room))
    before = state(proposed)
    command, *rest = words.split()
    said = gmsd(command, proposed, PERIOD, *rest)
    assert said.code == 2
    assert first in said.sentence
    assert "\n" not in said.sentence
    assert state(proposed) == before


# --- unknown --------------------------------------------------------------------------


@pytest.mark.parametrize("period", ["202", "2023-H3", "23-H1", "2023-h1", "H1", ""])
def test_a_period_that_is_none(proposed: Path, period: str):
    for command in ("link", "run", "audit"):
        said = gmsd(command, proposed, period)
        assert said.code == 2
        assert "a half-year is written 2023-H1" in said.err


def test_a_year_of_which_one_half_was_received(proposed: Path):
    for command in ("link", "run", "audit"):
        said = gmsd(command, proposed, "2023")
        assert said.code == 2
        assert "nothing was received for 2023-H2" in said.sentence


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("run ENV 2022-H2", "nothing was received for 2022-H2"),
        ("explain ENV 2023-H1 elsewhere NL T", "there is no table of that name"),
        ("explain ENV 2023-H1 wmo_type NL", "2 codes (region, wmo_type), got 1"),
        ("explain ENV 2023-H1 wmo_type XX T", "wmo_type has no cell XX T"),
        ("show-indicator WMO_P99", "WMO_P99 is not known; there are "),
        ("show-sql WMO_P99", "WMO_P99 is not known; there are "),
        ("show-sql WMO_CLIENTEN --table x", "x is not known; there are wmo_type"),
        ("init NEW --checkers bert", "needs a statistician and two or more checkers"),
        ("init NEW --checkers bert bert", "all different people"),
        ("init NEW --checkers Bert carla", "a person's name has 2 to 31 small letters"),
        ("synthesise NEW --period 2023-H1 --persons 5", "give a number from 1000"),
        ("synthesise NEW --period 2023-H1 --seed -1", "seed -1 is negative"),
        ("synthesise NEW --period 2023-H1 --regions no.csv", "no.csv cannot be read"),
        ("demo --out FILE", "is not a folder; name a new one"),
        ("demo --out NEW --persons 5", "give a number from 1000"),
    ],
)
def test_what_cannot_be_asked_so(proposed: Path, tmp_path, words: str, sentence: str):
    places = {"ENV": proposed, "NEW": tmp_path / "new", "FILE": proposed / "keys/x"}
    places["FILE"].write_text("")
    before = state(proposed)
    said = gmsd(*(places.get(word, word) for word in words.split()))
    assert said.code == 2
    assert sentence in said.sentence
    assert "\n" not in said.sentence
    assert state(proposed) == before


@pytest.mark.parametrize("words", ["", "frobnicate", "run", "clear ENV 2023-H1"])
def test_what_is_no_command(words: str):
    said = gmsd(*words.split())
    assert said.code == 2
    assert said.err.startswith("usage: gmsd")


@pytest.mark.parametrize(
    "words",
    [
        "receive NONE x.csv", "link NONE 2023-H1", "tabulate NONE 2023-H1",
        "protect NONE 2023-H1", "audit NONE 2023-H1", "run NONE 2023-H1",
        "explain NONE 2023-H1 wmo_type NL T", "release NONE 2023-H1 --to x",
        "clear NONE 2023-H1 --as anna --vote approve",
    ],
)  # fmt: skip
def test_there_is_no_environment(tmp_path: Path, words: str):
    said = gmsd(*words.replace("NONE", str(tmp_path / "none")).split())
    assert said.code == 15
    assert "none is no environment" in said.sentence
    assert "make one with gmsd init" in said.sentence
    assert not (tmp_path / "none").exists()


def test_a_key_that_others_can_read_is_no_key(proposed: Path):
    (key,) = (proposed / "keys").glob("store-*.key")
    key.chmod(0o644)
    said = gmsd("run", proposed, PERIOD)
    assert (said.code, said.out) == (15, "")
    assert "set its permissions to 0600" in said.sentence


@pytest.mark.parametrize("room", ["linked", "cells", "protected", "candidate"])
def test_a_store_that_was_tampered_with(proposed: Path, room: str):
    for path in (proposed / room).rglob("manifest.json"):
        path.write_bytes(path.read_bytes().replace(b'"format":1', b'"format": 1'))
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    said = gmsd("run", proposed, PERIOD)
    assert said.code == 15
    assert "does not open" in said.sentence


# --- the people -----------------------------------------------------------------------


def vote(environment: Path, name: str, verdict: str = "approve") -> Said:
    return gmsd("clear", environment, PERIOD, "--as", name, "--vote", verdict)


def test_two_checkers_clear(proposed: Path, tmp_path: Path):
    out = tmp_path / "release"
    for votes, name in enumerate(("bert", "carla")):
        said = gmsd("release", proposed, PERIOD, "--to", out)
        assert said.code == 14
        assert f"{votes} of 2 votes are in" in said.sentence
        assert not out.exists()
        assert vote(proposed, name).code == 0
    assert done("release", proposed, PERIOD, "--to", out).code == 0
    *_, one, two, three = open_environment(proposed).journal.entries()
    assert [one.actor, two.actor, three.actor] == ["bert", "carla", "publisher"]
    assert [one.step, two.step, three.step] == ["voted", "voted", "released"]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("anna", "anna made these tables and cannot clear them"),
        ("dirk", "dirk does not belong to this environment"),
        ("../keys", "../keys does not belong to this environment"),
    ],
)
def test_who_may_not_clear(proposed: Path, name: str, sentence: str):
    before = state(proposed)
    said = vote(proposed, name)
    assert said.code == 14
    assert sentence in said.sentence
    assert state(proposed) == before


def test_nobody_votes_twice(proposed: Path):
    assert "partly reviewed" in vote(proposed, "bert").out
    before = state(proposed)
    for verdict in ("approve", "reject"):
        said = vote(proposed, "bert", verdict)
        assert said.code == 14
        assert "bert voted on this candidate already" in said.sentence
    assert state(proposed) == before


def test_one_rejection_is_enough(proposed: Path, tmp_path: Path):
    vote(proposed, "bert")
    assert "reviewed" in vote(proposed, "carla", "reject").out
    said = gmsd("release", proposed, PERIOD, "--to", tmp_path / "release")
    assert said.code == 14
    assert "1 of 2 checkers rejected these tables" in said.sentence


def test_a_final_release_is_voted_on_anew(proposed: Path, tmp_path: Path):
    approve(proposed)
    done("release", proposed, PERIOD, "--to", tmp_path / "first")
    done("audit", proposed, PERIOD, "--status", "definitief")
    said = gmsd("release", proposed, PERIOD, "--to", tmp_path / "release")
    assert said.code == 14
    assert "2 are for other bytes than these" in said.sentence
    approve(proposed)
    said = gmsd("release", proposed, PERIOD, "--to", tmp_path / "first")
    assert said.code == 15
    assert "a release is never written over" in said.sentence
    done("release", proposed, PERIOD, "--to", tmp_path / "release")
    assert "(definitief)" in done("verify", tmp_path / "release").out


def test_a_release_is_never_written_over(proposed: Path, tmp_path: Path):
    approve(proposed)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/thesis.txt").write_text("years of work")
    before = state(proposed), state(tmp_path / "mine")
    said = gmsd("release", proposed, PERIOD, "--to", tmp_path / "mine")
    assert said.code == 15
    assert "is not empty; a release is never written over" in said.sentence
    assert (state(proposed), state(tmp_path / "mine")) == before


def test_one_flipped_byte_of_any_file_is_noticed(released: Path):
    """Of the seal, one file at a time; all others at once, each of which is named."""
    files = {
        path.relative_to(released).as_posix(): path.read_bytes()
        for path in sorted(released.rglob("*"))
        if path.is_file()
    }
    tables = len(list((released / "tables").iterdir()))
    assert tables >= 8
    assert len(files) == len(SEAL) + 3 * tables  # of each: figures, description, worlds
    for name in SEAL:
        (released / name).write_bytes(flipped(files[name]))
        said = gmsd("verify", released)
        assert said.code == 13, name
        assert "do not use this release and ask for it again" in said.sentence
        (released / name).write_bytes(files[name])
    for name in files.keys() - SEAL:
        (released / name).write_bytes(flipped(files[name]))
    said = gmsd("verify", released)
    assert said.code == 13
    for name in files.keys() - SEAL:
        assert f"\n{name}: is not the file that was released" in said.sentence
        (released / name).write_bytes(files[name])
    done("verify", released)
    assert gmsd("verify", released.parent / "nowhere").code == 13


def flipped(content: bytes) -> bytes:
    """With the lowest bit of the byte in the middle turned over."""
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


# --- rules, protection, audits, bugs --------------------------------------------------


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RuleError("3 errors in the rules; correct them"), 11),
        (NotProtectable("2 cells must be shown and cannot be"), 12),
        (OSError(28, "No space left on device", "x.parquet"), 15),
        (KeyboardInterrupt(), 130),
    ],
)
def test_an_error_gives_its_code(monkeypatch, error: BaseException, code: int):
    def fails(_: object) -> int:
        raise error

    monkeypatch.setattr(commands, "check_rules", fails)
    said = gmsd("check-rules")
    assert said.code == code
    assert said.err == f"{said.sentence}\n"


def test_an_audit_that_always_finds_something_fails(proposed: Path, monkeypatch):
    """It asks for other patterns, each time with more to protect; then it gives up."""
    asked: list[int] = []
    period = period_of(proposed)
    groups, joined = len(period.groups), joined_measures(period)
    patterns: dict[str, ProtectedTable] = {}
    reports: dict[tuple[str, ...], AuditReport] = {}

    def protects(tables, policies, wanting, *more: object):
        asked.append(sum(map(len, wanting.exposed.values())) if wanting else 0)
        names = [table.name for table in tables]
        if wanting is None:
            made = protect(tables, policies, None, *more)
            patterns.update(zip(names, made, strict=True))
        return tuple(patterns[name] for name in names)

    def finds_one_more(published, *more: object) -> AuditReport:
        group = tuple(each.name for each in published)
        if group not in reports:
            reports[group] = audit_group(published, *more)
        report = reports[group]
        hidden = report.tables[0].intervals.num_rows
        first = replace(report.tables[0], exposed=np.arange(hidden)[:1])
        return replace(report, tables=(first, *report.tables[1:]))

    for room in ("protected", "audited", "candidate"):
        shutil.rmtree(proposed / room)
    monkeypatch.setattr(rounds, "MOST_ROUNDS", 2)
    monkeypatch.setattr(workflow, "MOST_ROUNDS", 2)
    monkeypatch.setattr(before, "protect", protects)
    monkeypatch.setattr(auditing, "audit_group", finds_one_more)
    monkeypatch.setattr(protecting, "given_away", lambda _: {})
    monkeypatch.setattr(auditing, "given_away", lambda _: {})
    said = gmsd("run", proposed, PERIOD)
    assert said.code == 13
    assert "2 patterns of hidden cells were audited" in said.sentence
    assert asked[:groups] == [0] * groups
    assert len(asked) == groups + len(joined)
    assert all(found > 0 for found in asked[groups:])
    assert not (proposed / "candidate").exists()
    assert gmsd("run", proposed, PERIOD).sentence == said.sentence


def test_a_bug_tells_where_and_no_value(monkeypatch):
    def breaks(_: object) -> int:
        raise ValueError("123456782")

    monkeypatch.setattr(commands, "check_rules", breaks)
    said = gmsd("check-rules")
    assert said.code == 1
    assert f"{Path(__file__).name}:" in said.err
    assert "a bug in gmsd (ValueError)" in said.sentence
    assert "123456782" not in said.err


def test_the_shell_gets_the_code(tmp_path: Path):
    def code(*words: str) -> int:
        command = [sys.executable, "-m", "secure_env", *words]
        return subprocess.run(command, capture_output=True, check=False).returncode

    assert code("check-rules") == 0
    assert code("run", str(tmp_path), PERIOD) == 15


def test_same_but_can_tell_a_difference(proposed: Path):
    """What these tests look with can see something."""
    before = state(proposed)
    (proposed / "rejected").mkdir(exist_ok=True)
    (proposed / "rejected/x.json").write_text("{}")
    assert not same_but(before, state(proposed))
    assert same_but(before, state(proposed), "rejected")
