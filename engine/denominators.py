"""What rates divide by: inhabitants and private households of 1 January."""

from collections.abc import Mapping, Sequence

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
    every_region = ancestry(
        region_dimension(microdata.regions, participants, areas=table.areas)
    )
    sizes = _everybody(microdata, every_region)
    for dimension in table.dimensions:
        characteristic = _COUNTED_BY.get(table.by[dimension.name])
        if characteristic is not None:
            own = _only(microdata.profile, characteristic)
            sizes |= _parts(own, every_region, dimension)
    cells = frame(
        table,
        region_dimension(microdata.regions, participants, table.regions, table.areas),
    )
    rows = [(row["region"], _asked(row, table)) for row in cells.to_pylist()]
    for kind in KINDS:
        found = [_size(kind, region, asked, sizes) for region, asked in rows]
        cells = cells.append_column(kind, pa.array(found, pa.int64()))
    return cells


def _asked(
    row: Mapping[str, str], table: TableSpec
) -> list[tuple[Characteristic, str]]:
    """The characteristics of persons that a cell is of, each with its code."""
    return [
        (table.by[each.name], row[each.name])
        for each in table.dimensions
        if row[each.name] != each.total and table.by[each.name].is_personal
    ]


def _size(
    kind: str,
    region: str,
    asked: Sequence[tuple[Characteristic, str]],
    sizes: Mapping[Part, int],
) -> int | None:
    """How many a cell's rate divides by; None where they are not counted."""
    if kind == Denominator.EVERYBODY.value:
        return sizes.get((Denominator.INHABITANTS.value, region, ""), 0)
    if not asked:
        return sizes.get((kind, region, ""), 0)
    (word, code), *others = asked
    counted = word in _COUNTED_BY and kind != Denominator.HOUSEHOLDS.value
    if others or not counted:
        return None
    if kind == Denominator.YOUNG.value and word is not Characteristic.AGE:
        return None
    size = sizes.get((kind, region, code), 0)
    return size if size >= LEAST_PART else None


def _everybody(microdata: LinkedMicrodata, regions: pa.Table) -> dict[Part, int]:
    sizes: dict[Part, int] = {}
    for kind in (Denominator.INHABITANTS.value, Denominator.HOUSEHOLDS.value):
        sizes |= _added_up(kind, microdata.population, regions, of=kind)
    ages = _only(microdata.profile, "age")
    return sizes | _added_up(Denominator.YOUNG.value, _young(ages), regions)


def _parts(
    profile: pa.Table, regions: pa.Table, dimension: Dimension
) -> dict[Part, int]:
    """The inhabitants, and the young, that count in each code of a dimension."""
    kinds = {Denominator.INHABITANTS.value: profile}
    if profile["characteristic"].to_pylist()[:1] == ["age"]:
        kinds[Denominator.YOUNG.value] = _young(profile)
    above = codes(dimension).rename_columns(["code", "part"])
    sizes: dict[Part, int] = {}
    for kind, counted in kinds.items():
        sizes |= _added_up(
            kind, counted.join(above, "code", join_type="inner"), regions
        )
    return sizes


def _only(profile: pa.Table, characteristic: str) -> pa.Table:
    return profile.filter(pc.equal(profile["characteristic"], characteristic))


def _young(ages: pa.Table) -> pa.Table:
    return ages.filter(pc.less(ages["code"].cast(pa.int64()), YOUNG_UNDER))


def _added_up(
    kind: str, counts: pa.Table, regions: pa.Table, of: str = "inhabitants"
) -> dict[Part, int]:
    """The counts `of` in each region that they count in, and each `part` if any."""
    if "part" not in counts.column_names:
        counts = counts.append_column("part", pa.repeat("", counts.num_rows))
    place = pc.coalesce(counts["wijk"], counts["gemeente"])
    placed = pa.table({"place": place, "part": counts["part"], "size": counts[of]})
    smallest = placed.group_by(["place", "part"]).aggregate([("size", "sum")])
    everywhere = smallest.join(regions, "place", "code", join_type="inner")
    found = everywhere.group_by(["ancestor", "part"]).aggregate([("size_sum", "sum")])
    columns = (found[name].to_pylist() for name in ("ancestor", "part", "size_sum_sum"))
    return {
        (kind, place, part): size for place, part, size in zip(*columns, strict=True)
    }
