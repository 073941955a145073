"""The naive twin's own examples; what the words mean is in `tests/spec`."""

import ast
import sys
from datetime import date
from pathlib import Path

import pytest

from rules.classification import Dimension
from rules.disclosure import DisclosurePolicy, Rounding, RoundingMethod
from rules.indicator import (
    Characteristic,
    CountedUnit,
    Indicator,
    RegionRule,
    TableSpec,
    Text,
    TimeRule,
)
from rules.period import HalfYear
from tests.reference import naive
from tests.reference.naive_publication import protect_shown
from tests.reference.records import Provision, Region


TWINS = sorted(Path(naive.__file__).parent.glob("[a-z]*.py"))
HALF_YEAR = HalfYear(2023, 1)
NO_TEXT = Text("", "")
TABLE = TableSpec(
    code="stapeling",
    title=NO_TEXT,
    by={
        "combination": Characteristic.COMBINATION,
        "number": Characteristic.NUMBER,
    },
    dimensions=(
        Dimension.flat("combination", "T", ["J", "P", "W", "JP", "JW", "PW", "JPW"]),
        Dimension.flat("number", "T", ["1", "2", "3", "4", "5", "6+"]),
    ),
    labels={},
)
PERSONS = Indicator(
    code="X",
    title=NO_TEXT,
    definition=NO_TEXT,
    table="stapeling",
    counts=CountedUnit.PERSONS,
    time=TimeRule.DURING,
    region=RegionRule.RESIDENCE,
    disclosure="",
    since=HALF_YEAR,
)
REGIONS = [
    Region(wijk="WK036301", gemeente="GM0363", provincie="PV27"),
    Region(wijk="WK034401", gemeente="GM0344", provincie="PV26"),
]


def a_provision(**differing):
    row = Provision(
        person_id="anna",
        household_id="h1",
        domain="wmo",
        type="HH",
        provision_id="w1",
        starts=date(2023, 1, 1),
        ends=None,
        client_gemeente="GM0363",
        client_wijk="WK036301",
        gemeente="GM0363",
        wijk="WK036301",
        detail="HH01",
        financing="1",
        reason=None,
        referrer=None,
        living_arrangement=None,
        hours=None,
        perspective=None,
        ended_before=None,
        age=80,
        sex="2",
        reached_pension_age=True,
        household_type="1",
        household_place="2",
        income=23,
        origin="NL",
        care="GEEN",
    )
    return row | differing


def counted(*rows, participants=("GM0363", "GM0344")):
    found = naive.count(
        rows,
        REGIONS,
        participants,
        indicator=PERSONS,
        table=TABLE,
        period=HALF_YEAR,
    )
    return {codes: value for codes, value in found.items() if value}


@pytest.mark.parametrize(
    ("participants", "places"), [(["GM0363", "GM0344"], 7), (["GM0363"], 4), ([], 1)]
)
def test_every_cell_is_there_also_when_empty(participants, places):
    """Nederland, and of each gemeente that takes part: provincie, itself and wijk."""
    cells = naive.count(
        [], REGIONS, participants, indicator=PERSONS, table=TABLE, period=HALF_YEAR
    )
    assert len(cells) == places * 8 * 7
    assert set(cells.values()) == {0}


def test_a_person_counts_once_in_each_of_the_cells_it_belongs_to():
    found = counted(a_provision(), a_provision(provision_id="w2"))
    places = ("NL", "PV27", "GM0363", "WK036301")
    assert found == {
        (place, combination, number): 1
        for place in places
        for combination in ("T", "W")
        for number in ("T", "2")
    }


def test_a_gemeente_that_does_not_take_part_leaves_nothing():
    from_there = a_provision(client_gemeente="GM0344", client_wijk=None)
    assert not counted(from_there, participants=("GM0363",))
    assert not counted(a_provision(gemeente="GM0344"), participants=("GM0363",))


def test_rounding_that_has_no_single_outcome_is_refused():
    policy = DisclosurePolicy(rounding=Rounding(5, RoundingMethod.RANDOM))
    with pytest.raises(ValueError, match="random rounding"):
        protect_shown(12, policy)


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.stem)
def test_a_twin_knows_the_rules_and_the_standard_library_only(twin):
    """A twin that borrowed from the engine would repeat the engine's faults."""
    tree = ast.parse(twin.read_text("utf-8"))
    imported = {
        node.module.removeprefix("tests.reference.").partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
    } | {
        alias.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    known = {"rules", *(each.stem for each in TWINS)}
    assert imported - known <= sys.stdlib_module_names
