"""What the code is made of is looked at, and what is strange is said."""

import json
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.support import advisories, supply


def test_every_package_that_runs_has_a_licence_that_is_known():
    found = supply.licences()
    assert {"numpy", "pyarrow", "cryptography", "duckdb"} <= set(found)
    assert supply.strange_licences() == 0


def test_a_licence_that_is_not_known_is_named(monkeypatch, capsys):
    monkeypatch.setattr(supply, "licences", lambda: {"numpy": "MIT", "odd": "Secret"})
    assert supply.strange_licences() == 1
    said = capsys.readouterr().out
    assert "licence of odd: Secret" in said
    assert "2 packages to run, 1 to ask about" in said


def test_without_a_network_nothing_is_asked(monkeypatch, capsys):
    monkeypatch.delenv("GMSD_ONLINE", raising=False)
    monkeypatch.delenv("GMSD_ADVISORIES", raising=False)
    monkeypatch.setattr(subprocess, "run", None)
    assert supply.known_holes() == 0
    assert "skipped" in capsys.readouterr().out


def advisory(**affected: object) -> dict[str, object]:
    package = {"ecosystem": "PyPI", "name": "PyArrow"}
    return {"id": "PYSEC-1", "affected": [{"package": package, **affected}]}


def between(*events: dict[str, str]) -> dict[str, object]:
    return advisory(ranges=[{"type": "ECOSYSTEM", "events": list(events)}])


@pytest.mark.parametrize(
    ("said", "holes"),
    [
        (advisory(versions=["25.0", "26.0.1"]), 1),
        (advisory(versions=["25.0", "26.0"]), 0),
        (between({"introduced": "0"}, {"fixed": "26.0.1"}), 0),
        (between({"introduced": "0"}, {"fixed": "26.0.2"}), 1),
        (between({"introduced": "0"}, {"last_affected": "26.0.1"}), 1),
        (between({"introduced": "26.0.2"}), 0),
        (between({"introduced": "1"}, {"fixed": "2"}, {"introduced": "26"}), 1),
        ({**between({"introduced": "0"}), "withdrawn": "2026-01-01"}, 0),
    ],
)
@pytest.mark.parametrize("zipped", [False, True])
def test_a_known_hole_is_found_without_a_network(
    tmp_path: Path, said: dict[str, object], holes: int, *, zipped: bool
):
    lock = "numpy==2.4.1 \\\n    --hash=sha256:1\npyarrow==26.0.1 ; x \\\n"
    files = tmp_path / "files"
    files.mkdir()
    (files / "PYSEC-1.json").write_text(json.dumps(said), "utf-8")
    database = files
    if zipped:
        database = tmp_path / "all.zip"
        with zipfile.ZipFile(database, "w") as archive:
            archive.write(files / "PYSEC-1.json", "PYSEC-1.json")
    found = advisories.holes(lock, database)
    assert found == ["pyarrow 26.0.1: PYSEC-1"] * holes


def test_a_package_that_is_locked_with_an_extra_is_looked_up_too(tmp_path: Path):
    (tmp_path / "one.json").write_text(json.dumps(between({"introduced": "0"})))
    lock = "pyarrow[all]==26.0.1 \\\n    --hash=sha256:1\n"
    assert advisories.holes(lock, tmp_path) == ["pyarrow 26.0.1: PYSEC-1"]


def test_a_known_hole_fails_the_check(tmp_path: Path, monkeypatch, capsys):
    monkeypatch.setenv("GMSD_ADVISORIES", str(tmp_path))
    with pytest.raises(ValueError, match="has no advisories"):
        supply.known_holes()
    said = json.dumps(between({"introduced": "0"}))
    (tmp_path / "one.json").write_text(said, "utf-8")
    assert supply.known_holes() == 1
    assert "known hole in pyarrow" in capsys.readouterr().out
    (tmp_path / "one.json").write_text(said.replace("PyArrow", "other"), "utf-8")
    assert supply.known_holes() == 0


def test_insecure_code_is_found(tmp_path: Path, monkeypatch, capsys):
    pytest.importorskip("bandit", reason="bandit is not installed")
    (tmp_path / "bad.py").write_text("import subprocess\neval(input())\n")
    monkeypatch.setattr(supply, "PACKAGES", (str(tmp_path),))
    assert supply.insecure_code() == 1
    assert "B307" in capsys.readouterr().out
