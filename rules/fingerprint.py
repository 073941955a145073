"""The fingerprint of the rules: a release says by which rules it was made."""

import hashlib
from pathlib import Path


RULES = Path(__file__).parent
"""The rules of the package itself."""


def fingerprint(folder: Path | None = None) -> str:
    """SHA-256 over the name and the bytes of every TOML and CSV file of the rules."""
    root = folder or RULES
    found = hashlib.sha256()
    for path in rule_files(root):
        name = path.relative_to(root).as_posix()
        found.update(
            f"{name}\n{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode()
        )
    return found.hexdigest()


def rule_files(root: Path) -> list[Path]:
    files = (path for path in root.rglob("*") if path.suffix in {".toml", ".csv"})
    return sorted(files, key=lambda path: path.relative_to(root).as_posix())
