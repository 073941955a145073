"""Regions as delivered: REGIO and GEBIEDEN together."""

import pyarrow as pa
import pytest

from engine.errors import WrongShape
from outputs.layout import REGION_CODE, region_order
from rules.indicator import RegionLevel
from rules.region import area_types, chains, crossing, region_types
from secure_env.areas import regions_of
from secure_env.synthetic.areas import area_table
from secure_env.synthetic.invented import invented_regions
from tests.support.linking import REGIO, delivered


def gebieden(*rows: tuple[str, str, str]) -> pa.Table:
    names = ("type", "code", "gemeente")
    return pa.Table.from_pylist(
        [
            {**dict(zip(names, row, strict=True)), "name": f"Rond {row[1]}"}
            for row in rows
        ]
    )


def linked(*rows: tuple[str, str, str]) -> pa.Table:
    return regions_of(delivered("regio", REGIO), [gebieden(*rows)])


def test_every_wijk_has_the_areas_of_its_gemeente():
    found = linked(("jeugdregio", "JR07", "GM0363"), ("corop", "CR23", "GM0363"))
    areas = {row["gemeente"]: row["areas"] for row in found.to_pylist()}
    assert areas.pop("GM0363") == [
        {"type": "corop", "code": "CR23", "name": "Rond CR23"},
        {"type": "jeugdregio", "code": "JR07", "name": "Rond JR07"},
    ]
    assert set(map(tuple, areas.values())) <= {()}


def test_a_type_that_the_rules_do_not_name_is_not_looked_at():
    found = linked(("ggdregio", "GG01", "GM0363"))
    assert not any(row["areas"] for row in found.to_pylist())


def test_a_code_of_another_type_is_refused():
    with pytest.raises(WrongShape, match=r"^GEBIEDEN has 1 areas with a code that is"):
        linked(("jeugdregio", "CR07", "GM0363"))


def test_without_the_delivery_there_are_no_areas():
    found = regions_of(delivered("regio", REGIO), [])
    assert found.num_rows
    assert not any(row["areas"] for row in found.to_pylist())


def test_an_invented_country_has_areas_of_every_type():
    regions = invented_regions(300_000, seed=3)
    rows = area_table(regions).to_pylist()
    provincie = {each.code: each.provincie for each in regions.gemeenten}
    for kind in area_types():
        own = [row for row in rows if row["Soort"] == kind]
        parts: dict[str, set[str]] = {}
        for row in own:
            assert REGION_CODE.fullmatch(row["Gebiedscode"])
            place = provincie[row["Gemeentecode"]]
            parts.setdefault(row["Gebiedscode"], set()).add(place)
        assert len(own) == len(regions.gemeenten)
        assert len(parts) > 1
        across = any(len(provincies) > 1 for provincies in parts.values())
        assert across == (kind != "corop")


def test_regions_stand_from_the_whole_to_its_parts():
    codes = ["WK036301", "GM0363", "JR01", "CR23", "PV27", "LD03", "NL"]
    assert sorted(codes, key=region_order) == codes[::-1]


def test_every_type_has_a_prefix_of_its_own():
    prefixes = [each.prefix for each in region_types().values()]
    assert len(set(prefixes)) == len(prefixes)


def test_a_tree_has_all_types_on_its_way_down():
    assert chains(RegionLevel.PROVINCIE, ("landsdeel",)) == (
        ("landsdeel", "provincie"),
    )
    assert chains(RegionLevel.WIJK, ("jeugdregio", "corop")) == (
        ("provincie", "corop", "gemeente", "wijk"),
        ("jeugdregio", "gemeente"),
    )


def test_what_cuts_across_needs_gemeenten():
    areas = ("landsdeel", "corop", "jeugdregio")
    assert crossing(RegionLevel.PROVINCIE, areas) == ("corop", "jeugdregio")
    assert crossing(RegionLevel.GEMEENTE, areas) == ()
