"""Estimates of Nederland: which published table each is made of, and its measures."""

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rules.catalogue import Catalogue
from rules.indicator import Indicator, RegionLevel, TableSpec, Text


_FILE = Path(__file__).parent / "estimate.toml"


@dataclass(frozen=True, slots=True)
class EstimateRule:
    """A table of Nederland alone: an estimate, and its 95 per cent interval.

    It has the dimensions of the published table `made_of`, that it is made of; of that
    table it is made of one measure (`of`).
    """

    table: TableSpec
    made_of: str
    of: Indicator
    value: Indicator
    lower: Indicator
    upper: Indicator

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
    table = replace(
        published[entry["on"]],
        code=code,
        title=Text(**entry["title"]),
        source=entry["source"],
        regions=RegionLevel.LAND,
        statements=(),
    )
    ends = {name: _measure(of, entry, name) for name in ("value", "lower", "upper")}
    return EstimateRule(table, entry["on"], of, **ends)


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
    )
