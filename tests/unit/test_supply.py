"""What the code is made of is looked at, and what is strange is said."""

import subprocess
from pathlib import Path

import pytest

from tests.support import supply


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
    monkeypatch.setattr(subprocess, "run", None)
    assert supply.known_holes() == 0
    assert "skipped" in capsys.readouterr().out


def test_insecure_code_is_found(tmp_path: Path, monkeypatch, capsys):
    pytest.importorskip("bandit", reason="bandit is not installed")
    (tmp_path / "bad.py").write_text("import subprocess\neval(input())\n")
    monkeypatch.setattr(supply, "PACKAGES", (str(tmp_path),))
    assert supply.insecure_code() == 1
    assert "B307" in capsys.readouterr().out
