"""The layout of a table CSV: its columns, its region levels, the names of its measures.

Standard library and rules only: `verify` reads a release with nothing of the engine.
"""

import re
from collections.abc import Iterable

from rules.region import region_types


REGION_LEVELS = {each.prefix: code for code, each in region_types().items()}
"""First two characters of a region code -> level, from the whole to its parts."""

REGION_CODE = re.compile("|".join(each.form for each in region_types().values()))
"""Every region code that there is; it becomes a file name and markup: match in full."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet runs a text that begins with one of these as a formula."""

_LEVEL_ORDER = {prefix: order for order, prefix in enumerate(REGION_LEVELS)}
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def columns(dimensions: Iterable[str]) -> list[str]:
    region = ["period", "region_level", "region_code", "region_name"]
    return [*region, *dimensions, "measure", "value", "symbol"]


def rate_code(indicator: str) -> str:
    """The measure per 1 000 that belongs to a count."""
    return f"{indicator}_PER_1000"


def region_order(code: str) -> tuple[int, str]:
    """From the whole to its parts: Nederland first; by code within a level."""
    return _LEVEL_ORDER.get(code[:2], len(_LEVEL_ORDER)), code


def is_plain(text: str) -> bool:
    """Whether a text stays a text in a spreadsheet, and one line in a CSV."""
    return not text.startswith(FORMULA_STARTS) and _UNPRINTABLE.search(text) is None
