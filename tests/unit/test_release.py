import hashlib
import json
import os
from dataclasses import replace

import pytest

from outputs import release as release_module
from outputs.candidate import read_candidate
from outputs.errors import NotCleared, ReleaseRefused
from outputs.manifest import TableFacts, read_manifest, write_manifest
from outputs.release import door_findings, release
from outputs.symbols import ReleaseStatus
from rules.disclosure import DisclosurePolicy, Rounding
from tests.support.releases import (
    CLIENTS,
    FACTS,
    HOUSEHOLDS,
    SIGNING_KEY,
    TABLE,
    a_candidate,
    a_release,
    cleared,
    edit_rows,
)


@pytest.fixture
def candidate(tmp_path):
    return a_candidate(tmp_path / "candidate")


@pytest.fixture
def target(tmp_path):
    return tmp_path / "outside" / "2023-H1"


def released(candidate, target, facts=FACTS):
    return release(cleared(candidate), target, signing_key=SIGNING_KEY, facts=facts)


def test_what_leaves_has_the_bytes_that_were_voted_on(candidate, target):
    released(candidate, target)
    for path in candidate.files:
        assert (target / path).read_bytes() == (candidate.folder / path).read_bytes()
    present = {p.relative_to(target).as_posix() for p in target.rglob("*.*")}
    assert present == {
        *candidate.files, "manifest.json", "manifest.sig", "manifest.pub",
    }  # fmt: skip


def test_the_manifest_says_what_was_released(candidate, target):
    made = released(candidate, target)
    content = (target / "manifest.json").read_bytes()
    said = json.loads(content)
    assert said["period"] == "2023-H1"
    assert said["status"] == "voorlopig"
    assert said["checkers"] == ["anna", "bert"]
    assert said["files"]["tables/stapeling.csv"] == {
        "sha256": candidate.files["tables/stapeling.csv"],
        "rows": 6 * 12 * 3,
    }
    assert said["tables"]["stapeling"]["base"] == 5
    assert said["tables"]["stapeling"]["hidden"] == [0, 7]
    assert (said["rules"], said["certificate"], said["journal"]) == (
        "a" * 64, "b" * 64, "c" * 64,
    )  # fmt: skip
    assert made.digest == hashlib.sha256(content).hexdigest()
    SIGNING_KEY.public_key().verify((target / "manifest.sig").read_bytes(), content)


def test_the_same_release_has_the_same_bytes(candidate, tmp_path):
    first = released(candidate, tmp_path / "one")
    second = released(candidate, tmp_path / "two")
    assert first.digest == second.digest


def test_a_manifest_is_read_back_as_written(candidate, target):
    made = released(candidate, target)
    assert read_manifest((target / "manifest.json").read_bytes()) == made.manifest


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"checkers": [1, 2]}'],
)
def test_what_is_no_manifest_is_not_read(content):
    with pytest.raises(ValueError, match="not a manifest"):
        read_manifest(content)


def test_a_manifest_with_a_word_too_many_is_not_read(candidate, target):
    content = write_manifest(released(candidate, target).manifest)
    with pytest.raises(ValueError, match="not a manifest"):
        read_manifest(content.replace(b"{", b'{\n  "also": 1,', 1))


def test_a_candidate_that_changed_after_clearance_does_not_leave(candidate, target):
    approved = cleared(candidate)
    table = candidate.folder / "docs/stapeling.md"
    table.write_bytes(table.read_bytes() + b" ")
    with pytest.raises(NotCleared, match="changed after the vote"):
        release(approved, target, signing_key=SIGNING_KEY, facts=FACTS)
    assert not target.parent.exists()


def test_a_file_added_after_clearance_does_not_leave(candidate, target):
    approved = cleared(candidate)
    (candidate.folder / "docs/later.md").write_text("x")
    release(approved, target, signing_key=SIGNING_KEY, facts=FACTS)
    assert not (target / "docs/later.md").exists()


def test_a_target_with_anything_in_it_is_refused(candidate, target):
    target.mkdir(parents=True)
    (target / "mine.txt").write_text("mine")
    with pytest.raises(ReleaseRefused, match="is not empty"):
        released(candidate, target)
    assert [path.name for path in target.iterdir()] == ["mine.txt"]


def test_an_empty_target_is_used(candidate, target):
    target.mkdir(parents=True)
    released(candidate, target)
    assert (target / "manifest.json").is_file()


def test_a_target_that_is_a_file_or_a_link_is_refused(candidate, tmp_path):
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_text("x")
    link.symlink_to(tmp_path / "elsewhere")
    for target in (file, link):
        with pytest.raises(ReleaseRefused, match="is not a folder"):
            released(candidate, target)
    assert not (tmp_path / "elsewhere").exists()


def test_a_disk_that_fills_leaves_nothing_behind(candidate, target, monkeypatch):
    """The third file cannot be written."""
    real, calls = os.fsync, []

    def full(handle):
        calls.append(handle)
        if len(calls) == 3:
            raise OSError(28, "No space left on device")
        real(handle)

    monkeypatch.setattr(release_module.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        released(candidate, target)
    assert list(target.parent.iterdir()) == []


def test_what_a_killed_call_left_beside_is_taken_away(candidate, target):
    (target.parent / f".{target.name}.abc.partial/tables").mkdir(parents=True)
    (target.parent / ".another.abc.partial").mkdir()
    released(candidate, target)
    left = {path.name for path in target.parent.iterdir()}
    assert left == {target.name, ".another.abc.partial"}


def test_of_two_releases_at_once_one_wins(candidate, target, monkeypatch):
    """The target gets filled between the first look and the rename."""
    real = release_module.door_findings

    def meanwhile(*args):
        monkeypatch.setattr(release_module, "door_findings", real)
        released(candidate, target)
        return real(*args)

    monkeypatch.setattr(release_module, "door_findings", meanwhile)
    with pytest.raises(ReleaseRefused, match="cannot be made"):
        released(candidate, target)
    assert [path.name for path in target.parent.iterdir()] == ["2023-H1"]
    assert (target / "manifest.sig").is_file()


def edited(candidate, matches, edit):
    """The candidate with lines of its table changed before anybody voted."""
    table = candidate.folder / "tables/stapeling.csv"
    assert edit_rows(table, matches, edit)
    return read_candidate(candidate.folder)


TOTAL = {
    "region_code": "GM0310", "combination": "T", "number": "T",
    "measure": "STA_HUISHOUDENS",
}  # fmt: skip


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("7", "not a multiple of 5"),
        ("132", "not a multiple of 5"),
        ("5", "stands for 0 to 7, which is hidden"),
        ("0", "stands for 0 to 7, which is hidden"),
    ],
)
def test_the_door_stops_a_count_that_the_rules_forbid(
    candidate, target, value, problem
):
    bad = edited(candidate, TOTAL, lambda row: row.update(value=value))
    with pytest.raises(ReleaseRefused, match=problem) as refused:
        released(bad, target)
    assert "tables/stapeling.csv, line " in str(refused.value)
    assert not target.exists()


def test_the_door_stops_a_table_that_nobody_described(candidate, target):
    with pytest.raises(ReleaseRefused, match="has no rules to check it"):
        released(candidate, target, replace(FACTS, tables={}))


def test_the_door_stops_a_release_without_its_table(candidate, target):
    tables = {**FACTS.tables, "wmo_type": FACTS.tables["stapeling"]}
    with pytest.raises(ReleaseRefused, match=r"tables/wmo_type\.csv: is missing"):
        released(candidate, target, replace(FACTS, tables=tables))


def test_the_door_stops_a_table_of_another_status(candidate, target):
    final = replace(FACTS, status=ReleaseStatus.FINAL)
    with pytest.raises(ReleaseRefused, match="not that of the release's status"):
        released(candidate, target, final)


def test_the_door_is_silent_when_all_is_well(candidate):
    assert door_findings(candidate, FACTS) == []


def test_an_unrounded_table_may_show_any_count_outside_the_hidden_range(candidate):
    """Shown 8 is 8; at base 5 a shown 10 would be needed."""
    policy = DisclosurePolicy((0, 7), Rounding())
    table = TableFacts.of(TABLE, [HOUSEHOLDS, CLIENTS], policy)
    facts = replace(FACTS, tables={"stapeling": table})
    eight = edited(candidate, TOTAL, lambda row: row.update(value="8"))
    denominator = "no denominator gives this rate and the others"
    assert all(denominator in finding for finding in door_findings(eight, facts))
    seven = edited(candidate, TOTAL, lambda row: row.update(value="7"))
    assert any("which is hidden" in one for one in door_findings(seven, facts))


@pytest.mark.parametrize("name", ["rules", "certificate", "journal"])
def test_a_release_without_a_digest_is_not_described(name):
    with pytest.raises(ValueError, match=f"{name} must be a SHA-256"):
        replace(FACTS, **{name: "unknown"})


def test_the_cleared_candidate_names_no_path_outside_itself(tmp_path):
    made = a_release(tmp_path)
    assert all(".." not in path for path in made.manifest.files)
