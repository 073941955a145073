"""The frame of a table: every cell there can be, and nothing else."""

import pyarrow as pa

from engine.frame import ancestry, frame, region_dimension
from engine.microdata import REGIONS
from rules.catalogue import load
from rules.classification import Additivity
from tests.support.country import COUNTRY


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
