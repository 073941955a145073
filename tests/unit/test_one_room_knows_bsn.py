"""A BSN comes as far as the door: no other room has a word for it."""

import re
from pathlib import Path

from engine.microdata import SCHEMAS
from rules.layout import load_layouts
from secure_env.checks import stored_schema
from secure_env.sources import COLUMNS


ROOT = Path(__file__).parents[2]
DOOR = {
    "secure_env/checks.py", "secure_env/clauses.py", "secure_env/columns.py",
    "secure_env/fingerprints.py", "secure_env/intake.py", "secure_env/pseudonym.py",
    "rules/layout.py", "rules/layout_entry.py", "rules/record.py",
}  # fmt: skip
"""The modules of intake, and the layouts that it reads deliveries by."""
BSN = re.compile(r"bsn|burgerservicenummer|sofinummer", re.IGNORECASE)


def code(path: Path) -> str:
    """What runs: without comments and docstrings."""
    text = path.read_text("utf-8")
    if path.suffix == ".py":
        text = re.sub(r'"""(?:.|\n)*?"""', '""', text)
        return re.sub(r"#.*", "", text)
    return re.sub(r"--.*", "", text)


def test_no_other_room_has_a_word_for_it():
    knowing = {
        path.relative_to(ROOT).as_posix()
        for package in ("engine", "outputs", "secure_env", "rules")
        for path in (ROOT / package).rglob("*")
        if path.suffix in {".py", ".sql"} and BSN.search(code(path))
    }
    outside = {p for p in knowing if not p.startswith("secure_env/synthetic/")}
    assert outside <= DOOR
    assert outside, "the door itself has to know"


def test_nothing_that_is_stored_has_a_column_for_it():
    for layout in load_layouts():
        names = [name for name in stored_schema(layout).names if BSN.search(name)]
        assert names == []
    for columns in (*COLUMNS.values(), *(schema.names for schema in SCHEMAS.values())):
        assert not [name for name in columns if BSN.search(str(name))]
