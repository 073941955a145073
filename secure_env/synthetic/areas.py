"""Areas of whole gemeenten, invented: landsdelen, COROP-gebieden and the like.

Also on a map of real gemeenten these are invented ones, of about the real size.
"""

from collections.abc import Iterator

import pyarrow as pa

from rules.region import area_types, region_types
from secure_env.synthetic.regions import Gemeente, Regions


_LANDSDELEN = ("Noord", "Oost", "West", "Zuid")
_FIRST_OF_LANDSDEEL = ("PV20", "PV23", "PV26", "PV30")
_GEMEENTEN_PER_AREA = 9

_CROSSED = 3
"""Of every so many provincies an area of one has a gemeente of the next, if it may."""

Area = tuple[str, str]
"""Code and name."""


def area_table(regions: Regions) -> pa.Table:
    """Every gemeente with the area of each type that it lies in, as GEBIEDEN has it."""
    rows = [
        (kind, *area, gemeente.code)
        for kind in area_types()
        for gemeente, area in _areas(kind, regions.gemeenten)
    ]
    columns = ("Soort", "Gebiedscode", "Gebiedsnaam", "Gemeentecode")
    return pa.table(dict(zip(columns, zip(*rows, strict=True), strict=True)))


def _areas(
    kind: str, gemeenten: tuple[Gemeente, ...]
) -> Iterator[tuple[Gemeente, Area]]:
    if kind == "landsdeel":
        for gemeente in gemeenten:
            number = sum(gemeente.provincie >= first for first in _FIRST_OF_LANDSDEEL)
            yield gemeente, (f"LD{number:02d}", f"{_LANDSDELEN[number - 1]}-land")
        return
    type_ = region_types()[kind]
    codes = sorted({gemeente.provincie for gemeente in gemeenten})
    groups = [[g for g in gemeenten if g.provincie == code] for code in codes]
    if type_.within != "provincie":
        for group, next_ in zip(groups[::_CROSSED], groups[1::_CROSSED], strict=False):
            group.extend(next_[:1])
            del next_[:1]
    number = 0
    for group in groups:
        size = -(-len(group) // max(1, round(len(group) / _GEMEENTEN_PER_AREA)))
        size += kind == "arbeidsmarktregio"
        for place, gemeente in enumerate(group):
            number += place % size == 0
            code = f"{type_.prefix}{number:0{type_.digits}d}"
            yield gemeente, (code, f"Rond {group[place - place % size].name}")
