"""The products of the monitor by name, and the tables that have them."""

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from rules.errors import RuleError


_FILE = Path(__file__).parent / "monitor.toml"


@dataclass(frozen=True, slots=True)
class Product:
    """A table, figure or tile that CBS or VNG publishes."""

    name: str
    source: str
    """Where it is named: document and page, or place on StatLine."""
    tables: tuple[str, ...]
    """Codes of published tables that have it."""
    lacks: str
    """What of it is not there, and why; empty: nothing."""


def products(known: Collection[str], path: Path = _FILE) -> tuple[Product, ...]:
    """All products; RuleError for a table that is not known, or nothing without why."""
    listed = tomllib.loads(path.read_text("utf-8"))["product"]
    found = tuple(
        Product(
            each["name"], each["source"], tuple(each["tables"]), each.get("lacks", "")
        )
        for each in listed
    )
    wrong = [
        each.name
        for each in found
        if set(each.tables) - set(known) or not (each.tables or each.lacks)
    ]
    if wrong:
        raise RuleError(
            f"{path.name}: {len(wrong)} products name a table that is not there, or "
            f"nothing at all ({wrong[0]}); correct their tables"
        )
    return found
