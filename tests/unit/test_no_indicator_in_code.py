"""Code knows words, never indicators: a new indicator is an entry and nothing else."""

import re
from pathlib import Path

from rules.catalogue import load


ROOT = Path(__file__).parents[2]


def test_no_module_names_an_indicator():
    codes = "|".join(map(re.escape, load().indicators))
    assert codes
    naming = {
        path.relative_to(ROOT).as_posix(): found
        for package in ("rules", "engine", "secure_env", "outputs")
        for path in (ROOT / package).rglob("*")
        if path.suffix in {".py", ".sql"}
        and (found := re.findall(codes, path.read_text("utf-8")))
    }
    assert naming == {}
