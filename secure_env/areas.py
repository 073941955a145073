"""Regions as delivered: every wijk with the areas that its gemeente is of."""

from collections.abc import Iterable
from itertools import chain

import pyarrow as pa

from engine.errors import WrongShape
from engine.frame import region_dimension
from engine.microdata import REGIONS
from rules.indicator import RegionLevel
from rules.region import area_types, region_types


def regions_of(regio: pa.Table, gebieden: Iterable[pa.Table]) -> pa.Table:
    """The regions of a year, of REGIO and GEBIEDEN; of the types that the rules name.

    Raises WrongShape where a code is not one of its type, or an area is torn.
    """
    found: dict[str, list[dict[str, str]]] = {}
    wrong = 0
    for row in chain.from_iterable(each.to_pylist() for each in gebieden):
        if row["type"] in area_types():
            area = {name: row[name] for name in ("type", "code", "name")}
            found.setdefault(row["gemeente"], []).append(area)
            wrong += row["code"][:2] != region_types()[row["type"]].prefix
    if wrong:
        raise WrongShape(
            f"GEBIEDEN has {wrong} areas with a code that is none of its type; correct "
            "the codes, or the prefix in rules/regions.toml"
        )
    areas = [
        sorted(found.get(gemeente, []), key=lambda area: area["code"])
        for gemeente in regio["gemeente"].to_pylist()
    ]
    kind = REGIONS.field("areas").type
    regions = regio.append_column("areas", pa.array(areas, kind)).sort_by("wijk")
    shaped = regions.select(REGIONS.names).cast(REGIONS)
    gemeenten = shaped["gemeente"].unique().to_pylist()
    region_dimension(shaped, gemeenten, RegionLevel.GEMEENTE, area_types())
    return shaped
