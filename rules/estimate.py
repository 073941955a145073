"""Estimates: which published table each is made of, and its measures."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from rules.catalogue import Catalogue
from rules.classification import Dimension
from rules.indicator import Indicator, RegionLevel, TableSpec, Text


_FILE = Path(__file__).parent / "estimate.toml"


@dataclass(frozen=True, slots=True)
class EstimateRule:
    """A table of estimates, each with its 95 per cent interval.

    It has the dimensions of the published table `made_of`, that it is made of; of that
    table it is made of one measure (`of`). Without `wholes` it is of Nederland alone.
    """

    table: TableSpec
    made_of: str
    of: Indicator
    value: Indicator
    lower: Indicator
    upper: Indicator
    wholes: Mapping[str, str] = field(default_factory=dict)
    """Of a sample: each code that is a share, and the code that it is a share of."""

    @property
    def measures(self) -> tuple[Indicator, Indicator, Indicator]:
        return self.value, self.lower, self.upper


def load_estimates(
    catalogue: Catalogue, path: Path = _FILE
) -> tuple[EstimateRule, ...]:
    """Every estimate of a measure that the catalogue has."""
    said = tomllib.loads(path.read_text("utf-8"))
    return tuple(
        _rule(code, entry, catalogue)
        for code, entry in said.items()
        if entry["of"] in catalogue.indicators
    )


def _rule(code: str, entry: dict[str, Any], catalogue: Catalogue) -> EstimateRule:
    of = catalogue.indicators[entry["of"]]
    published = {one.code: one for one in catalogue.tables[of.table].published()}
    made_of = published[entry["on"]]
    (dimension,) = made_of.dimensions
    wholes = _wholes(dimension, entry.get("shares_of", ()))
    table = replace(
        made_of,
        code=code,
        title=Text(**entry["title"]),
        source=entry["source"],
        regions=made_of.regions if wholes else RegionLevel.LAND,
        areas=made_of.areas if wholes else (),
        statements=(),
    )
    if wholes:
        others = [each for each in dimension.codes if each not in wholes]
        table = replace(table, impossible=tuple({dimension.name: c} for c in others))
    ends = {name: _measure(of, entry, name) for name in ("value", "lower", "upper")}
    return EstimateRule(table, entry["on"], of, **ends, wholes=wholes)


def _wholes(dimension: Dimension, shared: tuple[str, ...]) -> Mapping[str, str]:
    """Each part of the codes that are shared out, with its whole."""
    return {
        code: whole
        for tree in dimension.hierarchies
        for code, whole in tree.parents.items()
        if whole in shared
    }


def _measure(of: Indicator, entry: dict[str, Any], name: str) -> Indicator:
    said = entry[name]
    return replace(
        of,
        code=said["code"],
        title=Text(**said["title"]),
        definition=Text(**said["definition"]),
        denominator=None,
        disclosure=entry["disclosure"],
        source=entry["source"],
        unit=Text(**entry["unit"]) if "unit" in entry else None,
    )
