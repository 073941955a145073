"""Each defence of docs/security.md is missed when it is taken away."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.defences import DEFENCES


ROOT = Path(__file__).parents[2]
PROVEN = {defence.test.split("::")[1] for defence in DEFENCES.values()}


@pytest.mark.slow
def test_every_defence_is_missed_when_it_is_gone():
    said = subprocess.run(
        [sys.executable, "-m", "tests.support.defences"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stdout + said.stderr
    assert f"{len(DEFENCES)} defences taken away, 0 not missed" in said.stdout


def rows() -> list[str]:
    """The properties that the document says are missed when taken away."""
    text = (ROOT / "docs/security.md").read_text("utf-8")
    table = text.split("## Defended, and missed when taken away")[1].split("\n## ")[0]
    return [line for line in table.splitlines() if line.startswith("| ")][1:]


def test_every_row_has_a_defence_that_is_taken_away():
    without = [
        row.split("|")[1].strip()
        for row in rows()
        if not PROVEN & set(re.findall(r"`(test_\w+)`", row))
    ]
    assert without == []


def test_every_defence_that_is_taken_away_is_in_the_document():
    named = {name for row in rows() for name in re.findall(r"`(test_\w+)`", row)}
    assert PROVEN - named == set()
