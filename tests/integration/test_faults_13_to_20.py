"""The faults F13 to F20, by number: votes, keys, what others see, ways out."""

import os
import shutil
import socket
from pathlib import Path

import pytest

from secure_env.environment import Environment
from secure_env.errors import NotInside
from tests.integration.faults.small import PARTS, read_all, save
from tests.support.deliveries import csv, new_environment, wmo, write
from tests.support.stages import (
    PERIOD,
    approve,
    done,
    gmsd,
    proposed_in,
    state,
)


# --- F13, F14: votes ------------------------------------------------------------------


def test_f13_a_checker_who_made_the_figures_before_does_not_clear_them(proposed: Path):
    """By the journal, not by the role of today. Also: `test_clearance.py`."""
    done("appoint", proposed, "emma", "statistician")
    done("appoint", proposed, "anna", "checker")
    before = state(proposed)
    said = gmsd("clear", proposed, PERIOD, "--as", "anna", "--vote", "approve")
    assert said.code == 14
    assert "anna made these tables and cannot clear them" in said.sentence
    assert state(proposed) == before


def test_f13_the_vote_of_a_checker_who_left_is_void(proposed: Path, tmp_path: Path):
    approve(proposed)
    done("appoint", proposed, "dirk", "checker")
    done("appoint", proposed, "bert", "former")
    said = gmsd("release", proposed, PERIOD, "--to", tmp_path / "release")
    assert said.code == 14
    assert "1 of 2 votes are in" in said.sentence
    done("clear", proposed, PERIOD, "--as", "dirk", "--vote", "approve")
    said = done("release", proposed, PERIOD, "--to", tmp_path / "release")
    assert "cleared by carla and dirk" in said.out


def test_f13_nobody_sees_a_vote_before_all_are_in(proposed: Path):
    """Not even the publisher, whose program refuses; and no file tells the verdict."""
    sizes = []
    for name, verdict in (("bert", "approve"), ("carla", "reject")):
        done("clear", proposed, PERIOD, "--as", name, "--vote", verdict)
        path = next((proposed / "cleared").rglob(f"{name}/*/vote.publisher"))
        content = path.read_bytes()
        assert verdict.encode() not in content
        sizes.append(len(content))
        if name == "bert":
            said = gmsd("votes", proposed, PERIOD)
            assert said.code == 14
            assert "1 of 2 votes are in" in said.sentence
    assert len(set(sizes)) == 1
    assert "bert: approve\ncarla: reject\n" in done("votes", proposed, PERIOD).out
    said = gmsd("votes", proposed, PERIOD, "--as", "anna")
    assert said.code == 15
    assert "is for a publisher, and anna is not" in said.sentence


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("run ENV 2023-H1 --as bert", "is for a statistician, and bert is not"),
        ("release ENV 2023-H1 --to OUT --as anna", "is for a publisher, and anna"),
        ("purge ENV 2023-H1 --as publisher", "is for an administrator"),
        ("keys rotate ENV --as anna", "is for an administrator, and anna is not"),
        ("receive ENV FILE --as anna", "is for an intake, and anna is not"),
        ("appoint ENV anna checker --as anna", "is for an administrator"),
    ],
)
def test_f13_nobody_does_what_is_for_another(
    proposed: Path, tmp_path: Path, words: str, sentence: str
):
    shutil.rmtree(proposed / "candidate")
    file = write(tmp_path / "in", "WMO_GM0363_2023-H1.csv", b"x\n")
    places = {"ENV": proposed, "OUT": tmp_path / "out", "FILE": file}
    said = gmsd(*(places.get(word, word) for word in words.split()))
    if words.startswith("release"):
        assert said.code in {2, 15}
    else:
        assert said.code == 15
        assert sentence in said.sentence
    assert not (tmp_path / "out").exists()


def test_f14_a_byte_changed_after_the_vote_does_not_leave(
    proposed: Path, tmp_path: Path
):
    """Also: `test_a_candidate_that_changed_after_clearance_does_not_leave`."""
    approve(proposed)
    table = next((proposed_in(proposed).path / "candidate/tables").glob("*.csv"))
    table.write_bytes(table.read_bytes().replace(b"2023-H1", b"2023-H2", 1))
    said = gmsd("release", proposed, PERIOD, "--to", tmp_path / "release")
    assert said.code == 15
    assert "1 files differ" in said.sentence
    assert not (tmp_path / "release").exists()


# --- F15, F16: keys that change, programs that change ---------------------------------


def test_f15_another_store_key_and_the_work_goes_on(proposed: Path, tmp_path: Path):
    """Also: `test_a_rotation_killed_anywhere_loses_no_key`."""
    before = proposed_in(proposed).digest
    assert "the store key is" in done("keys", "rotate", proposed).out
    approve(proposed)
    done("keys", "rotate", proposed)
    done("release", proposed, PERIOD, "--to", tmp_path / "release")
    assert proposed_in(proposed).digest == before
    assert "in order" in done("journal", "verify", proposed).out


def test_f16_what_another_version_wrote_is_refused_with_that_version(
    inside: Environment,
):
    (folder,) = inside.store.folders("deliveries")
    manifest = folder.path / "manifest.json"
    manifest.write_bytes(manifest.read_bytes().replace(b'"format":2', b'"format":1'))
    with pytest.raises(NotInside, match="store format 1, this program knows 2"):
        read_all(inside.root)


# --- F17, F18: what others could see --------------------------------------------------


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX")
def test_f17_whatever_the_umask_others_read_nothing(tmp_path: Path):
    before = os.umask(0)
    try:
        made = new_environment(tmp_path / "env")
        save(made, PARTS)
    finally:
        os.umask(before)
    assert made.root.stat().st_mode & 0o077 == 0
    for path in made.root.rglob("*"):
        if path.suffix in {".key", ".parquet", ".json", ".toml", ".head"}:
            assert path.stat().st_mode & 0o077 == 0, path


MARKED = "987650017"


@pytest.mark.parametrize("trips", ["pa.table", "Store.draft", "Checks.judge"])
def test_f18_an_error_tells_no_number_of_a_person(
    tmp_path: Path, monkeypatch, trips: str
):
    """Also: `test_an_error_from_below_tells_no_value`, for the rooms after intake."""

    def fails(*_: object, **__: object) -> None:
        raise ValueError(f"cannot convert {MARKED}")

    place = {
        "pa.table": "secure_env.intake.stored_schema",
        "Store.draft": "secure_env.store.Store.draft",
        "Checks.judge": "secure_env.checks.Checks.judge",
    }[trips]
    root = new_environment(tmp_path / "env").root
    file = write(tmp_path / "in", "WMO_GM0363_2023-H1.csv", csv("WMO", [wmo(MARKED)]))
    monkeypatch.setattr(place, fails)
    said = gmsd("receive", root, file)
    assert said.code == 1
    assert MARKED not in said.err + said.out
    for path in root.rglob("*"):
        assert not path.is_file() or MARKED.encode() not in path.read_bytes()


# --- F19, F20: ways out ---------------------------------------------------------------


def test_f19_a_release_is_written_nowhere_but_where_it_was_said(
    proposed: Path, tmp_path: Path
):
    """Also: `test_a_name_that_leads_elsewhere_is_refused`, and of formulas
    `test_a_region_name_that_a_spreadsheet_would_run_is_refused`.
    """
    approve(proposed)
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    said = gmsd("release", proposed, PERIOD, "--to", tmp_path / "link")
    assert said.code == 15
    assert "is not a folder" in said.sentence
    assert not (tmp_path / "elsewhere").exists()


def test_f20_nothing_asks_for_the_network(tmp_path: Path, monkeypatch):
    """Also: `test_nothing_of_a_person_outlives_the_door`, for the rooms and release."""

    def refused(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked for")

    monkeypatch.setattr(socket, "socket", refused)
    monkeypatch.setattr(socket, "create_connection", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    env = tmp_path / "env"
    done("init", env)
    file = write(tmp_path / "in", "WMO_GM0363_2023-H1.csv", csv("WMO", [wmo("1" * 9)]))
    gmsd("receive", env, file)
    done("journal", "verify", env)
    done("keys", "rotate", env)
