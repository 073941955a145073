"""The frame of a table: every cell there can be, and nothing else."""

import pyarrow as pa
import pytest

from engine.errors import WrongShape
from engine.frame import ancestry, frame, region_dimension
from engine.microdata import REGIONS
from rules.catalogue import load
from rules.classification import Additivity, Dimension
from rules.indicator import RegionLevel
from tests.support.country import COUNTRY, GEMEENTEN, areas


def regions() -> pa.Table:
    names = dict.fromkeys(("wijk_name", "gemeente_name", "provincie_name"), "")
    return pa.Table.from_pylist([{**region, **names} for region in COUNTRY], REGIONS)


def test_regions_go_from_country_to_wijk():
    region = region_dimension(regions(), ["GM0363", "GM0392", "GM0344"])
    (tree,) = region.hierarchies
    assert region.total == "NL"
    assert tree.children()["NL"] == ["PV26", "PV27"]
    assert tree.children()["PV27"] == ["GM0363", "GM0392"]
    assert tree.children()["GM0363"] == ["WK036301", "WK036302"]
    assert tree.kind("GM0363") is Additivity.AT_MOST
    assert tree.kind("PV27") is Additivity.EXACT
    assert tree.kind("NL") is Additivity.EXACT


def dimension(*areas: str, lowest: RegionLevel = RegionLevel.GEMEENTE) -> Dimension:
    return region_dimension(regions(), GEMEENTEN, lowest, areas)


def test_areas_within_each_other_are_one_tree():
    (tree,) = dimension("landsdeel", "corop").hierarchies
    assert tree.children()["NL"] == ["LD03"]
    assert tree.children()["LD03"] == ["PV26", "PV27"]
    assert tree.children()["PV27"] == ["CR19", "CR23"]
    assert tree.children()["CR23"] == ["GM0363"]


def test_areas_that_cut_across_are_a_tree_down_to_the_gemeenten():
    found = dimension("jeugdregio", "arbeidsmarktregio", lowest=RegionLevel.WIJK)
    first, *across = found.hierarchies
    assert "WK036301" in first.parents
    assert [tree.children() for tree in across] == [
        {"NL": ["AM01", "AM02"], "AM01": ["GM0392"], "AM02": ["GM0344", "GM0363"]},
        {"NL": ["JR01", "JR02"], "JR01": ["GM0363"], "JR02": ["GM0344", "GM0392"]},
    ]
    assert all(not tree.additivity for tree in across)


def test_a_wijk_counts_in_every_area_of_its_gemeente():
    rows = ancestry(dimension("jeugdregio", lowest=RegionLevel.WIJK)).to_pylist()
    above = {row["ancestor"] for row in rows if row["code"] == "WK036301"}
    assert above == {"WK036301", "GM0363", "PV27", "JR01", "NL"}


def test_a_gemeente_in_no_area_lies_below_what_is_above():
    places = regions().to_pylist()
    for row in places:
        row["areas"] = [] if row["gemeente"] == "GM0392" else row["areas"]
    table = pa.Table.from_pylist(places, REGIONS)
    asked = (GEMEENTEN, RegionLevel.GEMEENTE, ("corop", "jeugdregio"))
    first, second = region_dimension(table, *asked).hierarchies
    assert first.children()["PV27"] == ["GM0392", "CR23"]
    assert second.children()["NL"] == ["GM0392", "JR01", "JR02"]


def test_without_areas_there_is_no_tree_of_them():
    places = [{**row, "areas": None} for row in regions().to_pylist()]
    table = pa.Table.from_pylist(places, REGIONS)
    asked = (GEMEENTEN, RegionLevel.GEMEENTE, ("jeugdregio",))
    assert len(region_dimension(table, *asked).hierarchies) == 1


def test_an_area_in_two_of_what_it_lies_within_is_refused():
    places = regions().to_pylist()
    for row in places:
        row["areas"] = areas("CR23")
    table = pa.Table.from_pylist(places, REGIONS)
    with pytest.raises(WrongShape, match=r"^1 regions of the types provincie, corop"):
        region_dimension(table, GEMEENTEN, RegionLevel.GEMEENTE, ("corop",))


def test_a_provincie_without_participants_is_left_out():
    region = region_dimension(regions(), ["GM0392"])
    assert region.codes == ("NL", "PV27", "GM0392", "WK039201")


def test_without_participants_only_the_country_is_left():
    assert region_dimension(regions(), []).codes == ("NL",)


def test_the_frame_has_every_combination_of_codes_once():
    table = load().tables["stapeling"]
    cells = frame(table, region_dimension(regions(), ["GM0392"]))
    assert cells.column_names == ["region", "combination", "number"]
    assert cells.num_rows == 4 * 8 * 7
    assert len({tuple(row.values()) for row in cells.to_pylist()}) == cells.num_rows
    assert cells.slice(0, 1).to_pylist() == [
        {"region": "NL", "combination": "T", "number": "T"}
    ]


def test_every_code_is_part_of_itself_and_of_all_above_it():
    (dimension,) = load().tables["wmo"].published()[0].dimensions
    rows = ancestry(dimension).to_pylist()
    above = {row["ancestor"] for row in rows if row["code"] == "HH"}
    assert above == {"HH", "XVO", "T"}
    assert {row["ancestor"] for row in rows if row["code"] == "T"} == {"T"}
    assert len({tuple(row.values()) for row in rows}) == len(rows)
