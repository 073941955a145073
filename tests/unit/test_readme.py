"""What the documents say of the program is so: commands, files, tests, links."""

import glob
import re
import shlex
import tomllib
from itertools import chain
from pathlib import Path

import pytest

from secure_env import cli


ROOT = Path(__file__).parents[2]
GENERATED = {"docs/spec.md", "docs/catalogue.md", "docs/clearance-states.md"}
DOCUMENTS = sorted(
    path.relative_to(ROOT).as_posix()
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    if path.relative_to(ROOT).as_posix() not in GENERATED
)
ADRS = [name for name in DOCUMENTS if name.startswith("docs/adr/")]


def text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def sub_commands(capsys: pytest.CaptureFixture[str]) -> set[str]:
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    return set(
        re.findall(r"^    ([a-z][a-z-]+)", capsys.readouterr().out, re.MULTILINE)
    )


def test_the_readme_is_for_who_has_five_minutes():
    assert len(text("README.md").splitlines()) <= 80


def test_the_readme_names_every_sub_command_and_no_other(capsys):
    named = set(re.findall(r"\bgmsd ([a-z][a-z-]+)", text("README.md")))
    assert named == sub_commands(capsys)


def test_the_run_by_hand_runs(tmp_path, monkeypatch, capsys):
    """The block of the README, line by line, as a shell in a new folder would."""
    (block,) = re.findall(r"```sh\n(.+?)```", text("README.md"), re.DOTALL)
    monkeypatch.chdir(tmp_path)
    for line in block.splitlines():
        words = [
            name
            for word in shlex.split(line)[1:]
            for name in (sorted(glob.glob(word)) if "*" in word else [word])  # noqa: PTH207
        ]
        assert cli.main(words) == 0, (line, capsys.readouterr().err)
    assert "are as released; signed with the key you gave" in capsys.readouterr().out
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "country",
        "environment",
        "release",
    ]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_leads_somewhere(name: str):
    links = re.findall(r"\]\(([^)#:]+)\)", text(name))
    missing = [to for to in links if not (ROOT / name).parent.joinpath(to).exists()]
    assert missing == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_file_that_is_named_exists(name: str):
    named = re.findall(r"`([\w./*-]+/[\w.*-]+\.(?:py|toml|sql|md|csv))`", text(name))
    ours = [path for path in named if path.split("/")[0] in {"docs", "tests", *ROOMS}]
    assert [path for path in ours if not list(ROOT.glob(path))] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_test_that_is_named_exists(name: str):
    named = set(re.findall(r"`(test_\w+)`", text(name)))
    assert named - TESTS == set()


@pytest.mark.parametrize("name", ["docs/security.md", "DEVELOPERS.md"])
def test_every_defence_has_a_test_that_shows_it(name: str):
    """Every row of a table whose last column is `test` names one."""
    rows = [row for table in tables(name) for row in table if table[0][-1] == "test"]
    assert rows
    without = [row[0] for row in rows if row[-1] != "test" and "`test_" not in row[-1]]
    assert without == []


@pytest.mark.parametrize("name", ADRS)
def test_a_decision_has_its_four_parts_on_one_page(name: str):
    lines = text(name).splitlines()
    heads = [line for line in lines if line.startswith("## ")]
    assert heads == ["## Status", "## Context", "## Decision", "## Consequences"]
    assert lines[0].startswith(f"# {int(Path(name).name[:4])}. ")
    assert len(lines) <= 60


def test_decisions_are_numbered_without_a_gap():
    numbers = [int(Path(name).name[:4]) for name in ADRS]
    assert numbers == list(range(1, len(ADRS) + 1))


def test_every_dependency_has_its_line():
    project = tomllib.loads(text("pyproject.toml"))["project"]
    extras = dict(project["optional-dependencies"])
    asked = [*project["dependencies"], *extras.pop("dev"), *chain(*extras.values())]
    listed = [
        row[0]
        for table in tables("docs/dependencies.md")
        for row in table
        if row[0] != "package"
    ]
    assert listed == [re.match("[a-z0-9-]+", one)[0] for one in asked]


def tables(name: str) -> list[list[list[str]]]:
    """The tables of a document as rows of cells, the row under the title left out."""
    found: list[list[list[str]]] = [[]]
    for line in text(name).splitlines():
        if not line.startswith("|"):
            found.append([])
        elif not line.startswith("|--"):
            found[-1].append([cell.strip() for cell in line.strip("|").split("|")])
    return [table for table in found if table]


ROOMS = ("rules", "engine", "secure_env", "outputs")
TESTS = {
    name
    for path in ROOT.glob("tests/**/*.py")
    for name in [
        path.stem,
        *re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE),
    ]
}
