"""Who is alone in a cell, and which cells such a reader knows."""

from dataclasses import replace

import pyarrow as pa

from engine.celltable import CellTable
from engine.contributors import insiders
from rules.classification import Dimension, Hierarchy
from rules.disclosure import DisclosurePolicy, KnowsOwn, Policies, Reader


EVERYBODY = DisclosurePolicy(reader=Reader(knows_own=KnowsOwn.ALWAYS))
PAID = DisclosurePolicy(reader=Reader(knows_own=KnowsOwn.AMOUNTS))

REGION = Dimension(
    "region", "T", (Hierarchy({"n": "T", "s": "T", "n1": "n", "n2": "n"}),)
)
CARE = Dimension.flat("care", "T", ["home", "youth"])

Found = list[dict[tuple[str, ...], int]]


def table(
    name: str, dimensions: tuple[Dimension, ...], text: str, measure: str = "m"
) -> CellTable:
    """A line per cell: its codes, value and contributors; others have 100 of 9."""
    lines = [line.split() for line in text.strip().splitlines()]
    given = {tuple(codes): (int(value), int(n)) for *codes, value, n in lines}
    codes = [()]
    for dimension in dimensions:
        codes = [(*before, code) for before in codes for code in dimension.codes]
    evidence = [given.get(each, (100, 9)) for each in codes]
    columns = dict(
        zip((d.name for d in dimensions), zip(*codes, strict=True), strict=True)
    )
    cells = pa.table({
        **{each: list(column) for each, column in columns.items()},
        "value": pa.array([value for value, _ in evidence], pa.int64()),
        "contributors": pa.array([number for _, number in evidence], pa.int64()),
    })  # fmt: skip
    return CellTable(name, dimensions, cells, measure, magnitude=True)


def known(tables: list[CellTable], policies: Policies = EVERYBODY) -> Found:
    """Per reader the cells known, by table and codes, and their values."""
    cells: list[tuple[str, ...]] = []
    for each in tables:
        names = [dimension.name for dimension in each.dimensions]
        columns = (each.cells[name].to_pylist() for name in names)
        cells += [(each.name, *codes) for codes in zip(*columns, strict=True)]
    return [
        {cells[place]: value for place, value in zip(*each, strict=True)}
        for each in (
            (one.cells.tolist(), one.values.tolist())
            for one in insiders(tables, policies)
        )
    ]


def test_nobody_who_is_alone_is_nobody_who_knows():
    assert known([table("a", (REGION,), "s 40 2")]) == []


def test_a_cell_without_contributors_is_known_to_nobody():
    assert known([table("a", (REGION,), "s 0 0")]) == []


def test_who_is_alone_in_a_cell_knows_it_and_its_parts():
    found = known([table("a", (REGION,), "n 40 1\nn1 40 1\nn2 0 0")])
    assert found == [{("a", "n"): 40, ("a", "n1"): 40, ("a", "n2"): 0}]


def test_who_is_alone_in_a_part_knows_nothing_of_the_whole():
    assert known([table("a", (REGION,), "n2 7 1")]) == [{("a", "n2"): 7}]


def test_cells_that_are_apart_are_of_two():
    found = known([table("a", (REGION,), "s 40 1\nn2 7 1")])
    assert found == [{("a", "s"): 40}, {("a", "n2"): 7}]


def test_parts_are_of_every_dimension():
    """Alone in the north: at home and in youth care, in n1 and n2."""
    north = """
        n T 7 1
        n home 3 1
        n youth 4 1
        n1 T 7 1
        n1 home 3 1
        n1 youth 4 1
        n2 T 0 0
        n2 home 0 0
        n2 youth 0 0
    """
    (found,) = known([table("a", (REGION, CARE), north)])
    assert found == {
        ("a", region, care): value * (region != "n2")
        for region in ("n", "n1", "n2")
        for care, value in (("T", 7), ("home", 3), ("youth", 4))
    }


TREES = Dimension(
    "region",
    "T",
    (
        Hierarchy({"n": "T", "s": "T", "a": "n", "b": "n", "c": "s"}),
        Hierarchy({"e": "T", "w": "T", "a": "w", "b": "e", "c": "e"}),
    ),
)
"""Regions a, b and c in two trees: b is in the north and in the east."""


def test_parts_are_of_every_tree():
    found = known([table("a", (TREES,), "n 9 1\na 4 1\nb 5 1\ne 3 1\nc 0 0")])
    codes = {"n": 9, "a": 4, "b": 5, "e": 3, "c": 0}
    assert found == [{("a", code): value for code, value in codes.items()}]


def test_a_part_of_nobody_does_not_make_two_readers_one():
    """One is alone in the north, one in the east, neither in b, which is in both."""
    found = known([table("a", (TREES,), "n 9 1\na 9 1\nb 0 0\ne 3 1\nc 3 1")])
    assert found == [
        {("a", "n"): 9, ("a", "a"): 9, ("a", "b"): 0},
        {("a", "e"): 3, ("a", "b"): 0, ("a", "c"): 3},
    ]


def test_the_total_is_of_all_codes_once():
    """Who is alone in everything: the lowest codes are reached in both trees."""
    rows = "\n".join(f"{code} 1 1" for code in TREES.codes)
    assert known([table("a", (TREES,), rows)]) == [
        {("a", code): 1 for code in TREES.codes}
    ]


def test_who_knows_a_cell_of_one_table_knows_it_in_the_other():
    """The north is in both tables; what it is made of by care is in the second."""
    regions = table("a", (REGION,), "n 7 1")
    by_care = table("b", (REGION, CARE), "n T 7 1\nn home 3 9\nn youth 4 9")
    (found,) = known([regions, by_care])
    assert found["a", "n"] == found["b", "n", "T"] == 7
    assert found["b", "n", "home"] == 3
    assert ("a", "T") not in found
    assert len(found) == 12


def test_who_is_alone_in_one_table_is_so_in_the_other():
    """Nobody is said to be alone in the second: it is the same cell, and one reader."""
    regions = table("a", (REGION,), "n1 7 1\nn2 8 1")
    by_care = table("b", (REGION, CARE), "n T 15 1\nn1 T 7 5\nn2 T 8 5")
    assert len(known([regions, by_care])) == 1


def test_measures_have_readers_of_their_own():
    """Cells stand by their place in all the tables, also of a measure in between."""
    paid = table("a", (REGION,), "n2 7 1")
    hours = table("b", (REGION,), "n2 3 1", measure="hours")
    paid_too = table("c", (REGION, CARE), "s home 5 1")
    found = known([paid, hours, paid_too])
    assert found == [
        {("c", "s", "home"): 5},
        {("a", "n2"): 7, ("c", "n2", "T"): 100},
        {("b", "n2"): 3},
    ]


def test_the_policy_of_the_measure_says_who_is_reckoned_with():
    paid = table("a", (REGION,), "n2 7 1")
    counted = replace(paid, name="b", measure="persons", magnitude=False)
    assert known([paid, counted], PAID) == [{("a", "n2"): 7}]
    policies = {"m": DisclosurePolicy(reader=Reader(knows_own=KnowsOwn.NEVER))}
    policies["persons"] = EVERYBODY
    assert known([paid, counted], policies) == [{("b", "n2"): 7}]
