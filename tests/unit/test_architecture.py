"""The contracts between rooms: kept, and broken by every import that they forbid."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


ROOT = Path(__file__).parents[2]
PACKAGES = ("rules", "engine", "secure_env", "outputs")
FORBIDDEN = {
    "the rooms follow each other in one direction": (
        "secure_env/rooms.py",
        "import secure_env.workflow",
    ),
    "the engine knows only the rules": ("engine/frame.py", "import pandas"),
    "outputs never meet microdata": (
        "outputs/formats.py",
        "from engine.microdata import LinkedMicrodata",
    ),
    "whoever sees a BSN does not know the tables": (
        "secure_env/clauses.py",
        "from engine.celltable import CellTable",
    ),
    "the auditor does not know the protector": (
        "engine/statements.py",
        "from engine.complements import Complement",
    ),
    "the protector does not know the auditor": (
        "engine/rounding.py",
        "import engine.published",
    ),
    "rules are plain declarations": ("rules/period.py", "import numpy"),
}
"""Contract -> a module and what it may not import."""


def verdicts(folder: Path) -> dict[str, str]:
    """Contract -> KEPT or BROKEN, for the packages in a folder."""
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command",
    ]
    command[-1] += "; lint_imports_command()"
    done = subprocess.run(
        [*command, "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = re.findall(r"^(.+?) (KEPT|BROKEN)\b", done.stdout, re.MULTILINE)
    assert lines, done.stdout + done.stderr
    return dict(lines)


@pytest.fixture
def a_copy(tmp_path: Path) -> Path:
    for package in PACKAGES:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / package, tmp_path / package, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_contract_is_kept(a_copy: Path):
    assert verdicts(a_copy) == dict.fromkeys(FORBIDDEN, "KEPT")


def test_a_forbidden_import_breaks_its_contract(a_copy: Path):
    for module, line in FORBIDDEN.values():
        path = a_copy / module
        path.write_text(f"{path.read_text('utf-8')}\n{line}\n", "utf-8")
    assert verdicts(a_copy) == dict.fromkeys(FORBIDDEN, "BROKEN")


def test_every_module_of_the_engine_that_decides_is_on_one_side():
    """A new module of the protector or the auditor cannot be forgotten."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    named = set(re.findall(r'"engine\.(\w+)"', text))
    shared = {
        "amounts", "celltable", "characteristics", "cohort", "contributors", "counting",
        "database", "denominators", "duckdb_database", "earlier", "errors",
        "estimate", "frame",
        "inhabitants", "laws", "levensweg", "linked", "loss", "margins", "memory",
        "microdata", "parallel", "parts", "propagation", "proportion", "query",
        "respondents", "risk", "safety", "solver", "spark_database", "tabulate",
        "__init__",
    }  # fmt: skip
    modules = {path.stem for path in (ROOT / "engine").glob("*.py")}
    assert modules - named - shared == set()
