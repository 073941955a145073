"""The protector's picture of tables: shared cells, their equations, and blocks."""

from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from engine import grid as module
from engine.celltable import CellTable, Limit
from engine.earlier import EarlierTable
from engine.grid import Block, Grid
from engine.safety import Goals, SafetyIntervals
from rules.classification import Additivity, Dimension, Hierarchy


AT_MOST, OVERLAP = Additivity.AT_MOST, Additivity.OVERLAP

Codes = tuple[str, ...]
Equation = tuple[set[str], set[str], str]
"""Wholes, parts, and the sign of what is left over: nothing, `-` or `+`."""


def table(name: str, *dimensions: Dimension, measure: str = "m") -> CellTable:
    return CellTable(name, dimensions, pa.table({}), measure)


def before(name: str, numbers: list[int], *dimensions: Dimension) -> EarlierTable:
    none = np.zeros(0, dtype=np.int64)
    goals = Goals(none, SafetyIntervals(none, none, none))
    return EarlierTable(name, dimensions, pa.table({}), "m", np.array(numbers), goals)


def names(grid: Grid) -> dict[int, str]:
    """Of each place its codes, as the first table that has the cell names it."""
    found: dict[int, str] = {}
    every = zip(
        (*grid.tables, *grid.before),
        (*grid.places(), *grid.places_before()),
        strict=True,
    )
    for each, places in every:
        codes: list[Codes] = [()]
        for dimension in each.dimensions:
            codes = [(*own, code) for own in codes for code in dimension.codes]
        for place, own in zip(places.tolist(), codes, strict=True):
            found.setdefault(place, " ".join((each.name, *own)))
    return found


def said(grid: Grid, block: Block | None = None) -> list[Equation]:
    """The equations of all cells, or of a block."""
    name = names(grid)
    cells = range(grid.size) if block is None else block.cells.tolist()
    matrix = grid.matrix if block is None else block.matrix
    found = []
    for row in matrix.toarray():
        at = {n: int(row[number]) for number, n in enumerate(cells) if row[number]}
        rest = row[len(cells) :]
        sign = {0: "", 1: "+", -1: "-"}[int(rest.sum())]
        assert np.abs(rest).sum() == abs(rest.sum())
        wholes = {name[n] for n, entry in at.items() if entry == 1}
        parts = {name[n] for n, entry in at.items() if entry == -1}
        assert len(wholes) + len(parts) == len(at)
        found.append((wholes, parts, sign))
    return found


def regions(block: Block, grid: Grid) -> tuple[set[str], set[str]]:
    """The cells of a block, and those of them that are decided already."""
    name = names(grid)
    every = [name[place] for place in block.cells.tolist()]
    above = np.flatnonzero(block.upper_row)
    return set(every), {every[place] for place in above}


CARE = Dimension.flat("care", "T", ["home", "youth"])
TREE = Hierarchy({"n": "NL", "s": "NL", "a": "n", "b": "n", "c": "s", "d": "s"})
REGION = Dimension("region", "NL", (TREE,))
FLAT = Dimension.flat("region", "NL", ["n", "s"])


def test_equations_are_the_sums_along_every_dimension():
    grid = Grid([table("t", FLAT, CARE)])
    assert said(grid) == [
        ({"t NL T"}, {"t n T", "t s T"}, ""),
        ({"t NL home"}, {"t n home", "t s home"}, ""),
        ({"t NL youth"}, {"t n youth", "t s youth"}, ""),
        ({"t NL T"}, {"t NL home", "t NL youth"}, ""),
        ({"t n T"}, {"t n home", "t n youth"}, ""),
        ({"t s T"}, {"t s home", "t s youth"}, ""),
    ]
    assert grid.size == grid.matrix.shape[1] == 9


def test_what_is_not_in_a_part_is_left_over():
    """Of a sum that is at most its whole, one for every column."""
    grid = Grid([table("t", FLAT, Dimension.flat("care", "T", ["home"], AT_MOST))])
    assert said(grid)[2:] == [
        ({"t NL T"}, {"t NL home"}, "-"),
        ({"t n T"}, {"t n home"}, "-"),
        ({"t s T"}, {"t s home"}, "-"),
    ]
    assert grid.matrix.shape == (5, 6 + 3)
    assert np.abs(grid.matrix.toarray()[:, 6:]).sum(axis=0).tolist() == [1, 1, 1]


def test_parts_that_overlap_are_each_no_more_than_the_whole():
    grid = Grid([table("t", Dimension.flat("care", "T", ["x", "y"], OVERLAP))])
    assert said(grid) == [
        ({"t T"}, {"t x", "t y"}, "+"),
        ({"t T"}, {"t x"}, "-"),
        ({"t T"}, {"t y"}, "-"),
    ]


def test_what_another_sum_says_of_more_parts_is_said_once():
    """x is a part of T in both trees; of z no other sum says anything."""
    trees = (
        Hierarchy({"x": "T", "y": "T"}),
        Hierarchy({"x": "T", "z": "T"}, {"T": OVERLAP}),
        Hierarchy({"y": "T", "x": "T"}),
        Hierarchy({"z": "T", "x": "T"}, {"T": OVERLAP}),
        Hierarchy({"z": "T", "y": "T"}, {"T": OVERLAP}),
    )
    assert said(Grid([table("t", Dimension("care", "T", trees))])) == [
        ({"t T"}, {"t x", "t y"}, ""),
        ({"t T"}, {"t x", "t z"}, "+"),
        ({"t T"}, {"t z"}, "-"),
        ({"t T"}, {"t z", "t y"}, "+"),
    ]


def test_nothing_adds_up_in_a_table_of_one_cell():
    grid = Grid([table("t", Dimension("care", "T", (Hierarchy({}),)))])
    assert grid.matrix.shape == (0, 1)


# --- cells that tables share ----------------------------------------------------------


def test_linked_tables_share_what_both_have():
    """The second has the dimensions turned, and the codes in another order."""
    sex = Dimension.flat("sex", "T", ["m", "f"])
    turned = Dimension.flat("care", "T", ["youth", "home"])
    grid = Grid([table("t", FLAT, CARE), table("u", turned, sex, FLAT)])
    name = names(grid)
    _, second = grid.places()
    by_codes = np.array([name[place] for place in second]).reshape(3, 3, 3)
    assert by_codes[:, 0].tolist() == [
        ["t NL T", "t n T", "t s T"],
        ["t NL youth", "t n youth", "t s youth"],
        ["t NL home", "t n home", "t s home"],
    ]
    assert all(each.startswith("u ") for each in by_codes[:, 1:].ravel())
    assert len(name) == 9 + 18


def test_tables_share_the_codes_that_both_have():
    """The second lacks care, and the regions below n and s."""
    sex = Dimension.flat("sex", "T", ["m"])
    grid = Grid([table("t", CARE, REGION, sex), table("u", sex, FLAT)])
    name = names(grid)
    _, second = grid.places()
    assert [name[place] for place in second] == [
        *("t T NL T", "t T n T", "t T s T"),
        *("t T NL m", "t T n m", "t T s m"),
    ]


def test_tables_of_other_measures_share_nothing():
    grid = Grid([table("t", FLAT), table("u", FLAT, measure="other")])
    assert len(names(grid)) == 6


def test_an_earlier_release_shares_what_is_the_same_number():
    """Nederland was another number, n and s are those of now."""
    grid = Grid([table("t", FLAT)], before=[before("t@1", [1, 0, 0], FLAT)])
    assert [each.tolist() for each in grid.places()] == [[0, 1, 2]]
    assert [each.tolist() for each in grid.places_before()] == [[3, 1, 2]]
    two = [before("t@1", [1, 0, 0], FLAT), before("t@2", [1, 2, 0], FLAT)]
    grid = Grid([table("t", FLAT)], before=two)
    assert [each.tolist() for each in grid.places_before()] == [[3, 1, 2], [3, 7, 2]]


def test_a_limit_is_said_in_every_region_that_its_tables_have():
    """Youth and home care of t are together no more than all of u."""
    one, other = table("t", FLAT, CARE), table("u", REGION, measure="other")
    limit = Limit((("t", ("youth",)), ("t", ("home",))), (("u", ()),))
    sums = said(Grid([one, other]))
    assert said(Grid([one, other], [limit])) == [
        *sums,
        ({"u NL"}, {"t NL youth", "t NL home"}, "-"),
        ({"u n"}, {"t n youth", "t n home"}, "-"),
        ({"u s"}, {"t s youth", "t s home"}, "-"),
    ]


# --- blocks ---------------------------------------------------------------------------


def the_blocks(grid: Grid, few: int) -> list[tuple[str, str]]:
    """Of each block its cells and which are decided already, in one word each."""
    found = []
    for block in grid.blocks(few):
        cells, above = regions(block, grid)
        words = (" ".join(sorted(e[2:] for e in each)) for each in (cells, above))
        found.append(tuple(words))
    return found


def test_few_cells_are_one_block(monkeypatch):
    """Also when they are more than a region is to have."""
    monkeypatch.setattr(module, "REGION", 3)
    at_most = Hierarchy(TREE.parents, dict.fromkeys(["NL", "s"], AT_MOST))
    grid = Grid([table("t", Dimension("region", "NL", (at_most,)))])
    (block,) = grid.blocks(7)
    assert block.cells.tolist() == list(range(7))
    assert not block.upper_row.any()
    assert block.remainders == 2
    assert said(grid, block) == said(grid)


def test_more_cells_are_a_block_per_region_from_the_top():
    grid = Grid([table("t", REGION)])
    assert the_blocks(grid, 3) == [("NL n s", ""), ("a b n", "n"), ("c d s", "s")]
    (first, second, _) = grid.blocks(3)
    assert said(grid, first) == [({"t NL"}, {"t n", "t s"}, "")]
    assert said(grid, second) == [({"t n"}, {"t a", "t b"}, "")]


def test_a_region_with_little_below_it_is_one_block(monkeypatch):
    wijken = Hierarchy({**TREE.parents, "c1": "c", "c2": "c", "c3": "c", "c4": "c"})
    grid = Grid([table("t", Dimension("region", "NL", (wijken,)))])
    assert the_blocks(grid, 7) == [
        ("NL n s", ""),
        ("a b n", "n"),
        ("c c1 c2 c3 c4 d s", "s"),
    ]
    assert the_blocks(grid, 6)[2:] == [("c d s", "s"), ("c c1 c2 c3 c4", "c")]
    monkeypatch.setattr(module, "REGION", 6)
    assert the_blocks(grid, 7)[2:] == [("c d s", "s"), ("c c1 c2 c3 c4", "c")]


def test_a_row_of_a_block_has_the_cells_of_all_tables():
    """The second table has no regions below n and s."""
    grid = Grid([table("t", REGION, CARE), table("u", FLAT, measure="other")])
    _, second, _ = grid.blocks(9)
    north = {f"t {region} {care}" for region in "nab" for care in CARE.codes}
    cells, above = regions(second, grid)
    assert cells == north | {"u n"}
    assert above == {"t n T", "t n home", "t n youth", "u n"}
    assert ({"t a T"}, {"t a home", "t a youth"}, "") in said(grid, second)
    assert len(said(grid, second)) == 3 + 3


def test_regions_of_two_trees_are_blocks_once():
    """Of each tree, and c with its wijken after both that it is a part of."""
    east = Hierarchy({"e": "NL", "w": "NL", "a": "w", "b": "e", "c": "e", "d": "w"})
    wijken = Hierarchy({**TREE.parents, "c1": "c", "c2": "c"})
    grid = Grid([table("t", Dimension("region", "NL", (wijken, east)))])
    assert not grid.is_tree()
    assert the_blocks(grid, 4) == [
        ("NL e n s w", ""),
        ("a b n", "n"),
        ("c d s", "s"),
        ("b c e", "e"),
        ("a d w", "w"),
        ("c c1 c2", "c"),
    ]
    assert the_blocks(grid, 5) == [
        ("NL e n s w", ""),
        ("a b n", "n"),
        ("c c1 c2 d s", "s"),
        ("b c c1 c2 e", "e"),
        ("a d w", "w"),
    ]


def test_what_a_block_has_besides_another_is_looked_at_by_itself():
    """e and w are little, and partly below s, that was a block; a and b are not."""
    wijken = {"a1": "a", "a2": "a", "a3": "a", "b1": "b", "c1": "c", "c2": "c"}
    east = Hierarchy({"e": "NL", "w": "NL", "b": "e", "c": "e", "a": "w", "d": "w"})
    trees = (Hierarchy({**TREE.parents, **wijken}), east)
    assert the_blocks(Grid([table("t", Dimension("region", "NL", trees))]), 6) == [
        ("NL e n s w", ""),
        ("a b n", "n"),
        ("c c1 c2 d s", "s"),
        ("b b1 c c1 c2 e", "e"),
        ("a a1 a2 a3 d w", "w"),
        ("b b1", "b"),
        ("a a1 a2 a3", "a"),
    ]


def test_regions_stand_as_in_the_table_with_most():
    turned = Dimension.flat("region", "NL", ["s", "n"])
    grid = Grid([table("u", turned, measure="other"), table("t", REGION)])
    assert the_blocks(grid, 4)[1:] == [("a b n n", "n n"), ("c d s s", "s s")]


def test_tables_whose_first_dimensions_differ_are_one_block():
    for other in (CARE, Dimension.flat("region", "other", ["n", "s"])):
        grid = Grid([table("t", REGION), table("u", other, measure="other")])
        assert len(list(grid.blocks(1))) == 1
        assert not grid.is_tree()


def test_regions_that_are_each_part_of_one_are_a_tree():
    assert Grid([table("t", REGION)]).is_tree()
    both = [table("t", REGION), table("u", FLAT, measure="other")]
    assert Grid(both).is_tree()
    assert not Grid([table("t", Dimension("region", "NL", (Hierarchy({}),)))]).is_tree()


# --- blocks around single cells -------------------------------------------------------

DEEP = Dimension(
    "region", "NL", (Hierarchy({**TREE.parents, "a1": "a", "a2": "a", "c1": "c"}),)
)


def around(
    grid: Grid, wanted: Iterable[tuple[str, int]]
) -> list[tuple[str, str, list[Equation]]]:
    place = {each: number for number, each in names(grid).items()}
    cells, heights = zip(*((place[f"t {c}"], h) for c, h in wanted), strict=True)
    found = []
    for block in grid.chains(np.array(cells), np.array(heights)):
        own, above = regions(block, grid)
        words = (" ".join(sorted(e[2:] for e in each)) for each in (own, above))
        found.append((*words, said(grid, block)))
    return found


def test_a_cell_has_its_parts_and_the_row_that_it_is_in():
    """n is with a and b; of the row above NL and s are as they are."""
    grid = Grid([table("t", DEEP)])
    assert around(grid, [("n", 0)]) == [
        (
            "NL a b n s",
            "NL s",
            [({"t NL"}, {"t n", "t s"}, ""), ({"t n"}, {"t a", "t b"}, "")],
        )
    ]
    ((cells, above, equations),) = around(grid, [("a2", 0)])
    assert (cells, above) == ("a a1 a2", "a a1")
    assert equations == [({"t a"}, {"t a1", "t a2"}, "")]


def test_from_higher_a_cell_has_all_below_and_all_rows_above():
    grid = Grid([table("t", DEEP)])
    ((cells, above, equations),) = around(grid, [("a1", 1)])
    assert (cells, above) == ("NL a a1 a2 b n s", "NL b n s")
    assert equations == [
        ({"t n"}, {"t a", "t b"}, ""),
        ({"t a"}, {"t a1", "t a2"}, ""),
    ]
    ((cells, above, _),) = around(grid, [("a1", 2)])
    assert (cells, above) == ("NL a a1 a2 b n s", "NL s")


def test_cells_below_one_region_share_a_block():
    """And what is below a region that begins higher is in its block."""
    grid = Grid([table("t", DEEP)])
    wanted = [("c", 1), ("a1", 2), ("a2", 2), ("a", 0), ("d", 1), ("c1", 0)]
    assert [cells for cells, _, _ in around(grid, wanted)] == [
        "NL a a1 a2 b n s",
        "NL c c1 d n s",
    ]
    assert [cells for cells, _, _ in around(grid, [("n", 0), ("a1", 0)])] == [
        "NL a b n s",
        "a a1 a2",
    ]


def test_without_regions_in_common_all_is_one_block_if_any_is_wanted():
    grid = Grid([table("t", REGION), table("u", CARE, measure="other")])
    none = np.zeros(0, dtype=np.int64)
    assert not list(grid.chains(none, none))
    (block,) = grid.chains(np.array([1]), np.array([0]))
    assert block.cells.tolist() == list(range(10))
