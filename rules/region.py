"""The types of region: how each is called and coded, and which lies within which."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache

from rules.entry import Entry
from rules.errors import RuleError
from rules.fingerprint import RULES
from rules.indicator import RegionLevel, Text


FILE = "regions.toml"
LAND = RegionLevel.LAND.value
GEMEENTE = RegionLevel.GEMEENTE.value
NAMED = tuple(level.value for level in RegionLevel)
"""The types that the engine knows by name; the others are areas of whole gemeenten."""


@dataclass(frozen=True, slots=True)
class RegionType:
    """A type of region, such as the COROP-gebieden.

    `prefix` and so many `digits` are a code of it. Every region of the type lies in one
    region of the type that it is `within`; of the land that is itself.
    """

    code: str
    title: Text
    prefix: str
    digits: int
    within: str

    @property
    def form(self) -> str:
        """What a code of it looks like, as a regular expression."""
        return f"{self.prefix}[0-9]{{{self.digits}}}" if self.digits else self.prefix


@cache
def region_types() -> Mapping[str, RegionType]:
    """Every type, from the whole to its parts."""
    problems: list[str] = []
    found = {
        code: _type(code, Entry(f"{FILE}: {code}", keys, problems))
        for code, keys in tomllib.loads((RULES / FILE).read_text("utf-8")).items()
    }
    if problems:
        raise RuleError(f"{len(problems)} errors in the rules:\n" + "\n".join(problems))
    return found


def area_types() -> tuple[str, ...]:
    """The types of which the areas are of whole gemeenten."""
    return tuple(code for code in region_types() if code not in NAMED)


def chains(
    lowest: RegionLevel, areas: Collection[str] = ()
) -> tuple[tuple[str, ...], ...]:
    """How the regions of a table lie in each other: one tree each, the land left out.

    The first goes down to the lowest level; each other one ends at the gemeenten, and
    has areas that cut across it. All types of a tree that the table has are in it.
    """
    published = {*NAMED[: NAMED.index(lowest.value) + 1], *areas}
    found = [_down_to(lowest.value, published)]
    for code in reversed([each for each in region_types() if each in areas]):
        if not any(code in chain for chain in found):
            found.append((*_down_to(code, published), GEMEENTE))
    return tuple(found)


def crossing(lowest: RegionLevel, areas: Collection[str]) -> tuple[str, ...]:
    """The areas that a table cannot have: they cut across what it does not have."""
    nested = chains(lowest, areas)[0]
    if lowest in {RegionLevel.LAND, RegionLevel.PROVINCIE}:
        return tuple(code for code in areas if code not in nested)
    return ()


def _down_to(code: str, published: Collection[str]) -> tuple[str, ...]:
    """The types that are published on the way from the land to this one."""
    if code == LAND:
        return ()
    above = _down_to(region_types()[code].within, published)
    return (*above, code) if code in published else above


def _type(code: str, entry: Entry) -> RegionType:
    entry.only(("title", "prefix", "digits", "within"))
    prefix, digits = entry.string("prefix"), entry.keys.get("digits")
    entry.matches(prefix, "[A-Z]{2}", "'prefix'")
    if not isinstance(digits, int):
        entry.wrong("'digits' must be a whole number")
        digits = 0
    within = entry.string("within", LAND)
    return RegionType(code, entry.text("title"), prefix, digits, within)
