"""What is part of what, over several trees and tables."""

from engine.family import Family
from rules.classification import Dimension, Hierarchy


PROVINCES = {"PV1": "NL", "PV2": "NL", "GM1": "PV1", "GM2": "PV1", "GM3": "PV2"}
COROP = {"CR1": "NL", "CR2": "NL", "GM1": "CR1", "GM2": "CR2", "GM3": "CR2"}
WIJKEN = {**PROVINCES, "WK31": "GM3", "WK32": "GM3"}

FAMILY = Family.of([
    Dimension("region", "NL", (Hierarchy(PROVINCES), Hierarchy(COROP))),
    Dimension("region", "NL", (Hierarchy(WIJKEN),)),
])  # fmt: skip
"""Two trees, and another table in which GM3 has wijken."""


def test_parts_and_wholes_are_those_of_all_trees_once():
    assert FAMILY.parts == {
        "NL": ["PV1", "PV2", "CR1", "CR2"],
        "PV1": ["GM1", "GM2"],
        "PV2": ["GM3"],
        "CR1": ["GM1"],
        "CR2": ["GM2", "GM3"],
        "GM3": ["WK31", "WK32"],
    }
    assert FAMILY.wholes["GM3"] == ["PV2", "CR2"]
    assert FAMILY.wholes["WK31"] == ["GM3"]
    assert "NL" not in FAMILY.wholes


def test_downward_comes_after_all_that_it_is_a_part_of():
    """GM3 has parts, and waits for its province and its COROP-gebied."""
    assert list(FAMILY.downward("NL")) == ["NL", "PV1", "PV2", "CR1", "CR2", "GM3"]


def test_above_are_those_so_many_steps_higher_or_the_top():
    assert FAMILY.above("WK31", 0) == {"WK31"}
    assert FAMILY.above("WK31", 1) == {"GM3"}
    assert FAMILY.above("WK31", 2) == {"PV2", "CR2"}
    assert FAMILY.above("WK31", 3) == FAMILY.above("WK31", 4) == {"NL"}


def test_all_above_is_without_the_code_and_all_below_with_it():
    assert FAMILY.all_above("WK32") == ["GM3", "PV2", "CR2", "NL"]
    assert FAMILY.all_below("CR2") == ["CR2", "GM2", "GM3", "WK31", "WK32"]
    assert FAMILY.all_above("NL") == []
    assert FAMILY.all_below("GM1") == ["GM1"]
