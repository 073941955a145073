"""The frame of a table: every cell there can be, from code lists alone."""

from collections.abc import Collection
from itertools import product

import pyarrow as pa

from rules.classification import Additivity, Dimension, Hierarchy
from rules.indicator import RegionLevel, TableSpec


COUNTRY = "NL"
_LEVELS = ("land", "provincie", "gemeente", "wijk")


def region_dimension(
    regions: pa.Table,
    participants: Collection[str],
    lowest: RegionLevel = RegionLevel.WIJK,
) -> Dimension:
    """NL > provincie > gemeente > wijk, for the gemeenten that take part.

    Wijken add up to at most their gemeente: of some residents the wijk is unknown.
    """
    taking_part = frozenset(participants)
    rows = [row for row in regions.to_pylist() if row["gemeente"] in taking_part]
    parents: dict[str, str] = {}
    levels = _LEVELS[1 : _LEVELS.index(lowest.value) + 1]
    for row in sorted(rows, key=lambda row: (row["provincie"], row["wijk"])):
        parent = COUNTRY
        for level in levels:
            parents[row[level]] = parent
            parent = row[level]
    gemeenten = {row["gemeente"] for row in rows} & set(parents.values())
    at_most = dict.fromkeys(sorted(gemeenten), Additivity.AT_MOST)
    return Dimension("region", COUNTRY, (Hierarchy(parents, at_most),))


def frame(table: TableSpec, region: Dimension) -> pa.Table:
    """Every cell of a table, one string column per dimension, in order of the codes."""
    dimensions = (region, *table.dimensions)
    columns = zip(*product(*(each.codes for each in dimensions)), strict=True)
    return pa.table(
        {
            dimension.name: pa.array(codes, pa.string())
            for dimension, codes in zip(dimensions, columns, strict=True)
        }
    )


def numbered(cells: pa.Table) -> pa.Table:
    """The cells of a frame with their `position`, as queries ask for them."""
    return cells.append_column("position", pa.array(range(cells.num_rows), pa.int64()))


def participating(gemeenten: Collection[str]) -> pa.Table:
    """The gemeenten that take part, as queries ask for them."""
    return pa.table({"gemeente": pa.array(gemeenten, pa.string())})


def ancestry(dimension: Dimension) -> pa.Table:
    """Every code beside itself and each code that it is a part of."""
    pairs: dict[tuple[str, str], None] = {(dimension.total, dimension.total): None}
    for hierarchy in dimension.hierarchies:
        for code in hierarchy.parents:
            step = code
            pairs[code, step] = None
            while step in hierarchy.parents:
                step = hierarchy.parents[step]
                pairs[code, step] = None
    codes, ancestors = zip(*pairs, strict=True)
    return pa.table({"code": pa.array(codes), "ancestor": pa.array(ancestors)})
