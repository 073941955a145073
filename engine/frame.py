"""The frame of a table: every cell there can be, from code lists alone."""

from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
import pyarrow as pa

from engine.errors import WrongShape
from rules.classification import Additivity, Dimension, Hierarchy
from rules.indicator import RegionLevel, TableSpec
from rules.region import GEMEENTE, chains


COUNTRY = "NL"


def region_dimension(
    regions: pa.Table,
    participants: Collection[str],
    lowest: RegionLevel = RegionLevel.WIJK,
    areas: Collection[str] = (),
) -> Dimension:
    """NL > provincie > gemeente > wijk, for the gemeenten that take part.

    Areas of other types lie in between, or have a tree of their own down to the
    gemeenten; a gemeente in none hangs below what is above. Wijken add up to at most
    their gemeente: of some residents the wijk is unknown.
    """
    places = _places(regions, frozenset(participants), areas)
    first, *across = chains(lowest, areas)
    own = [chain for chain in across if any(set(chain[:-1]) & set(p) for p in places)]
    trees = tuple(_tree(places, chain) for chain in (first, *own))
    return Dimension("region", COUNTRY, trees)


def _places(
    regions: pa.Table, taking_part: Collection[str], areas: Collection[str]
) -> list[dict[str, str]]:
    """Per wijk the region of each type that it lies in."""
    kept = regions if areas else regions.drop_columns("areas")
    return [
        {each["type"]: each["code"] for each in row.get("areas") or ()} | row
        for row in kept.to_pylist()
        if row["gemeente"] in taking_part
    ]


def _tree(places: Iterable[Mapping[str, str]], chain: Sequence[str]) -> Hierarchy:
    parents: dict[str, str] = {}
    at_most: dict[str, Additivity] = {}
    torn: set[str] = set()
    for path in sorted({tuple(place.get(t, "") for t in chain) for place in places}):
        within, above = COUNTRY, ""
        for kind, code in zip(chain, path, strict=True):
            if not code:
                continue
            if parents.setdefault(code, within) != within:
                torn.add(code)
            if above == GEMEENTE:
                at_most[within] = Additivity.AT_MOST
            within, above = code, kind
    if torn:
        raise WrongShape(
            f"{len(torn)} regions of the types {', '.join(chain)} lie in more than one "
            "region of the type above; correct REGIO or GEBIEDEN"
        )
    return Hierarchy(parents, at_most)


def frame(table: TableSpec, region: Dimension) -> pa.Table:
    """Every cell of a table, one string column per dimension, in order of the codes."""
    dimensions = (region, *table.dimensions)
    places = np.indices([len(each.codes) for each in dimensions])
    return pa.table(
        {
            dimension.name: pa.array(dimension.codes, pa.string()).take(place.ravel())
            for dimension, place in zip(dimensions, places, strict=True)
        }
    )


def numbered(cells: pa.Table) -> pa.Table:
    """The cells of a frame with their `position`, as queries ask for them."""
    return cells.append_column("position", pa.array(np.arange(cells.num_rows)))


def participating(gemeenten: Collection[str]) -> pa.Table:
    """The gemeenten that take part, as queries ask for them."""
    return pa.table({"gemeente": pa.array(gemeenten, pa.string())})


def ancestry(dimension: Dimension) -> pa.Table:
    """Every code beside itself and each code that it is a part of, in any tree."""
    above: dict[str, dict[str, None]] = {}
    for hierarchy in dimension.hierarchies:
        for code, parent in hierarchy.parents.items():
            above.setdefault(code, {})[parent] = None
    pairs = [(dimension.total, dimension.total)]
    for code in above:
        reached = [code]
        for step in reached:
            reached += [each for each in above.get(step, ()) if each not in reached]
        pairs += [(code, each) for each in reached]
    codes, ancestors = zip(*pairs, strict=True)
    return pa.table({"code": pa.array(codes), "ancestor": pa.array(ancestors)})
