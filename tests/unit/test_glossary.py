"""The glossary has a line for every public class of the rules and the engine."""

import re
from pathlib import Path

import pytest


ROOT = Path(__file__).parents[2]
LINES = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "GLOSSARY.md").read_text("utf-8").splitlines()
    if line.startswith("| ")
]
EXPLAINED = [name for line in LINES for name in re.findall(r"`(\w+)`", line[2])]


def public_classes() -> list[str]:
    """The classes that `rules` and `engine` define, as written."""
    return [
        name
        for room in ("rules", "engine")
        for path in sorted((ROOT / room).glob("*.py"))
        for name in re.findall(
            r"^class ([A-Z]\w*)", path.read_text("utf-8"), re.MULTILINE
        )
    ]


@pytest.mark.parametrize("name", sorted(set(public_classes())))
def test_every_public_class_has_a_line(name: str):
    assert name in EXPLAINED, "add a line to GLOSSARY.md"


def test_no_line_explains_a_class_that_is_not_there():
    assert set(EXPLAINED) - set(public_classes()) == set()


def test_every_line_has_both_languages_and_a_meaning():
    assert [line for line in LINES if len(line) != 4 or not all(line[:2])] == []
    assert [line[1] for line in LINES if not line[3]] == []


def test_a_term_is_explained_once():
    terms = [line[0] for line in LINES]
    assert sorted(terms) == sorted(set(terms))
