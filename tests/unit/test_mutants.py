"""Faults are planted, and who notices them is told."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support.mutation import mutants


SOURCE = '''
"""A module."""

LIMIT = 7


def hidden(count: int, *, zeros: bool = False) -> bool:
    """Whether a count is hidden."""
    if count < 0:
        raise ValueError(f"{count} is less than {0}")
    return (count > 0 or not zeros) and max(count, 1) <= LIMIT
'''

CHANGES = [
    ("little", "LIMIT = {7 -> 6}"),
    ("little", "def hidden(count: int, *, zeros: bool={False -> True}) -> bool:"),
    ("little.hidden", "if {count < 0 -> False}:"),
    ("little.hidden", "if {count < 0 -> True}:"),
    ("little.hidden", "if count {< -> <=} 0:"),
    ("little.hidden", "if count < {0 -> 1}:"),
    ("little.hidden", "{raise ValueError(f'{count} is less than {0}') -> pass}"),
]


def test_a_mutant_is_one_small_mistake():
    found = [(mutant.where, mutant.change) for mutant in mutants(SOURCE, "little")]
    assert found[: len(CHANGES)] == CHANGES
    returns = [change for _, change in found[len(CHANGES) :]]
    for piece in ("{> -> >=}", "{max -> min}", "{<= -> <}", "{1 -> 0}"):
        assert sum(piece in change for change in returns) == 1
    assert len(found) == len(set(found))


def test_a_mutant_does_what_it_says():
    by_change = {mutant.change: mutant.code for mutant in mutants(SOURCE, "little")}
    names: dict[str, object] = {}
    exec(by_change["LIMIT = {7 -> 6}"], names)  # noqa: S102
    hidden = names["hidden"]
    assert callable(hidden)
    assert (hidden(6), hidden(7)) == (True, False)


TESTS = """
from little import hidden

def test_zero():
    assert hidden(0) and not hidden(0, zeros=True)

def test_limit():
    assert hidden(7) and not hidden(8)
"""

LIST = """
[tests]
little = ["test_little.py"]

[[spared]]
in = "little.hidden"
why = "nobody counts less than nothing"
changes = [
    "if {count < 0 -> False}:",
    "if count {< -> >} 0:",
    "if {count < 0 -> True}:",
]
"""


def test_who_survives_is_told_and_a_reason_for_nothing_too(tmp_path):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_little.py").write_text(TESTS, "utf-8")
    (tmp_path / "little.py").write_text(SOURCE, "utf-8")
    (tmp_path / "list.toml").write_text(LIST, "utf-8")
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.mutants", "--list", "list.toml"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{tmp_path}"},
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout.splitlines()
    pairs = dict(zip(said[1::2], said[0::2], strict=False))
    assert done.returncode == 1
    forgotten = "    {raise ValueError(f'{count} is less than {0}') -> pass}"
    assert pairs[forgotten] == "  survives in little.hidden:"
    assert not {"    if {count < 0 -> False}:", "    LIMIT = {7 -> 6}"} & set(said)
    noticed = pairs["    if {count < 0 -> True}:"]
    assert noticed == "  is spared, and noticed in little.hidden:"
    stale = pairs["    if count {< -> >} 0:"]
    assert stale == "  is spared, and no mutant of little.hidden:"
    assert said[-1].startswith("little: ")
