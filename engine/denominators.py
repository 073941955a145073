"""What rates divide by: inhabitants and private households of 1 January."""

from collections import Counter
from collections.abc import Iterator, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from engine.characteristics import codes
from engine.frame import ancestry, frame, region_dimension
from engine.microdata import LinkedMicrodata
from rules.classification import Dimension
from rules.indicator import Characteristic, Denominator, TableSpec


KINDS = tuple(kind.value for kind in Denominator)
YOUNG_UNDER = 23
LEAST_PART = 100
"""Of fewer inhabitants with a characteristic there is no rate: it would tell how many
they are, and whether nearly all of them are counted (CBS, toelichting Kerncijfers
wijken en buurten: shares of income groups of 100 and more)."""

_COUNTED_BY = {
    Characteristic.AGE: "age",
    Characteristic.SEX: "sex",
    Characteristic.INCOME: "income",
    Characteristic.ORIGIN: "origin",
}

Part = tuple[str, str, str]
"""Whom to count: their kind, their region, and their code (empty: all of them)."""


def denominators(microdata: LinkedMicrodata, table: TableSpec) -> pa.Table:
    """A row per cell of a table, in the order of its frame, with the columns `KINDS`.

    In a table by age, sex, income or origin the inhabitants, and the young by age, that
    have it; null where they are fewer than `LEAST_PART`, or are not counted by the
    cell's characteristic. Only of the gemeenten that take part; who lives in no known
    wijk counts in the gemeente.
    """
    participants = microdata.participants(table.consent)
    every_region = ancestry(region_dimension(microdata.regions, participants))
    sizes = Counter[Part]()
    for part, size in _everybody(microdata, every_region):
        sizes[part] += size
    for dimension in table.dimensions:
        characteristic = _COUNTED_BY.get(table.by[dimension.name])
        if characteristic is not None:
            own = _only(microdata.profile, characteristic)
            for part, size in _parts(own, every_region, dimension):
                sizes[part] += size
    cells = frame(
        table, region_dimension(microdata.regions, participants, table.regions)
    )
    rows = cells.to_pylist()
    for kind in KINDS:
        found = [_size(kind, row, table, sizes) for row in rows]
        cells = cells.append_column(kind, pa.array(found, pa.int64()))
    return cells


def _size(
    kind: str, row: Mapping[str, str], table: TableSpec, sizes: Mapping[Part, int]
) -> int | None:
    """How many a cell's rate divides by; None where they are not counted."""
    if kind == Denominator.EVERYBODY.value:
        return sizes[Denominator.INHABITANTS.value, row["region"], ""]
    asked = {
        table.by[each.name]: row[each.name]
        for each in table.dimensions
        if row[each.name] != each.total and table.by[each.name].is_personal
    }
    if not asked:
        return sizes[kind, row["region"], ""]
    (word, code), *others = asked.items()
    counted = word in _COUNTED_BY and kind != Denominator.HOUSEHOLDS.value
    if others or not counted:
        return None
    if kind == Denominator.YOUNG.value and word is not Characteristic.AGE:
        return None
    size = sizes[kind, row["region"], code]
    return size if size >= LEAST_PART else None


def _everybody(
    microdata: LinkedMicrodata, regions: pa.Table
) -> Iterator[tuple[Part, int]]:
    for place, _, row in _placed(microdata.population, regions):
        for kind in (Denominator.INHABITANTS.value, Denominator.HOUSEHOLDS.value):
            yield (kind, place, ""), row[kind]
    for place, code, row in _placed(_only(microdata.profile, "age"), regions):
        if int(code) < YOUNG_UNDER:
            yield (Denominator.YOUNG.value, place, ""), row["inhabitants"]


def _parts(
    profile: pa.Table, regions: pa.Table, dimension: Dimension
) -> Iterator[tuple[Part, int]]:
    """The inhabitants, and the young, that count in each code of a dimension."""
    everyone, young = Denominator.INHABITANTS.value, Denominator.YOUNG.value
    by_age = profile["characteristic"].to_pylist()[:1] == ["age"]
    above: dict[str, list[str]] = {}
    for row in codes(dimension).to_pylist():
        above.setdefault(row["code"], []).append(row["ancestor"])
    for place, found, row in _placed(profile, regions):
        is_young = by_age and int(found) < YOUNG_UNDER
        kinds = (everyone, young) if is_young else (everyone,)
        for code in above.get(found, []):
            for kind in kinds:
                yield (kind, place, code), row["inhabitants"]


def _only(profile: pa.Table, characteristic: str) -> pa.Table:
    return profile.filter(pc.equal(profile["characteristic"], characteristic))


def _placed(
    counts: pa.Table, regions: pa.Table
) -> Iterator[tuple[str, str, dict[str, int]]]:
    """Every row in each region that it counts in: region, code, row."""
    above: dict[str, list[str]] = {}
    for row in regions.to_pylist():
        above.setdefault(row["code"], []).append(row["ancestor"])
    for row in counts.to_pylist():
        for place in above.get(row["wijk"] or row["gemeente"], []):
            yield place, row.get("code", ""), row
