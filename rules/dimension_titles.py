"""What a dimension is called, in both languages: dimension_titles.toml."""

import tomllib
from collections.abc import Mapping
from functools import cache

from rules.fingerprint import RULES
from rules.indicator import Text


@cache
def dimension_titles() -> Mapping[str, Text]:
    """Dimension -> its title."""
    content = tomllib.loads((RULES / "dimension_titles.toml").read_text("utf-8"))
    return {name: Text(said["nl"], said["en"]) for name, said in content.items()}
