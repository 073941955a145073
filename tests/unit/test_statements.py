"""The auditor's reading of figures and symbols, one statement at a time."""

import numpy as np
import pyarrow as pa
import pytest

from engine.celltable import Limit
from engine.errors import Contradiction
from engine.feasibility import intervals
from engine.propagation import propagate
from engine.published import PublishedTable
from engine.statements import statements
from rules.classification import Additivity, Dimension, Hierarchy
from rules.disclosure import (
    DisclosurePolicy,
    Reader,
    Rounding,
    RoundingMethod,
    Zeros,
)
from rules.errors import RuleError


FIVES = DisclosurePolicy(hide=(0, 7), reader=Reader(knows_rule=True))
EXACT = DisclosurePolicy(hide=(0, 7), rounding=Rounding())
RANDOM_THREES = DisclosurePolicy(rounding=Rounding(3, RoundingMethod.RANDOM))
NO_REASON = DisclosurePolicy(reader=Reader(knows_reason=False))
ZEROS = DisclosurePolicy(hide=(1, 7), zeros=Zeros.PUBLISH)


def table_of(dimensions, rows, *, measure="", name="table"):
    """`rows`: codes, what is published (None: hidden), status."""
    columns = {
        dimension.name: [row[0][axis] for row in rows]
        for axis, dimension in enumerate(dimensions)
    }
    cells = {
        **columns,
        "published": pa.array([row[1] for row in rows], pa.int64()),
        "status": [row[2] for row in rows],
    }
    return PublishedTable(name, tuple(dimensions), pa.table(cells), measure)


def of_one_cell(published, status, policy):
    """What is said of the single cell of a table."""
    table = table_of([Dimension.flat("part", "T", [])], [(["T"], published, status)])
    said = statements([table], policy)
    return int(said.lower[0]), int(said.upper[0])


ENDLESS = 1 << 40


@pytest.mark.parametrize(
    ("published", "status", "policy", "expected"),
    [
        (10, "s", FIVES, (8, 12)),
        (10, "s", EXACT, (10, 10)),
        (9, "s", RANDOM_THREES, (7, 11)),
        (5, "s", DisclosurePolicy(), (3, 7)),
        (5, "z", FIVES, (3, 7)),
        (0, "s", ZEROS, (0, 2)),
        (None, "u", FIVES, (0, 7)),
        (None, "u", ZEROS, (1, 7)),
        (None, "u", NO_REASON, (0, ENDLESS)),
        (None, "x", FIVES, (0, ENDLESS)),
        (None, "x", ZEROS, (1, ENDLESS)),
        (None, "o", ZEROS, (0, ENDLESS)),
        (None, "w", FIVES, (0, 0)),
    ],
)
def test_what_a_figure_or_symbol_says_by_itself(published, status, policy, expected):
    assert of_one_cell(published, status, policy) == expected


def test_the_hidden_range_cuts_a_rounded_figure_for_who_knows_the_rule():
    tens = DisclosurePolicy(
        rounding=Rounding(10, RoundingMethod.CONVENTIONAL),
        reader=Reader(knows_rule=True),
    )
    assert of_one_cell(10, "s", tens) == (8, 14)


def test_a_cell_without_a_reason_is_taken_as_primary():
    part = Dimension.flat("part", "T", [])
    cells = pa.table({"part": ["T"], "published": pa.array([None], pa.int64())})
    said = statements([PublishedTable("table", (part,), cells)], FIVES)
    assert (said.lower[0], said.upper[0]) == (0, 7)


def test_nothing_is_said_of_an_absent_cell():
    part = Dimension.flat("part", "T", ["a", "b"])
    said = statements([table_of([part], [(["a"], 10, "s")])], FIVES)
    assert said.lower.tolist() == [0, 8, 0]
    assert said.upper.tolist() == [ENDLESS, 12, ENDLESS]


def test_depth_is_below_the_total_of_the_largest_dimension_that_all_tables_have():
    tree = Hierarchy({"p": "T", "q": "T", "p1": "p", "p2": "p"})
    region = Dimension("region", "T", (tree, Hierarchy({"x": "T", "p1": "x"})))
    ages = Dimension.flat("age", "T", [f"{year}" for year in range(9)])
    sexes = Dimension.flat("sex", "T", ["m"], Additivity.AT_MOST)
    tables = [
        table_of(dimensions, [(["T", "T"], 9, "s")], name=name)
        for name, dimensions in (
            ("by age", [region, ages]),
            ("by sex", [sexes, region]),
        )
    ]
    said = statements(tables, EXACT)
    steps = [{"T": 0, "p": 1, "q": 1, "x": 1}.get(code, 2) for code in region.codes]
    by_age, by_sex = said.offsets
    assert said.depth[:by_sex:10].tolist() == steps
    assert said.depth[by_age + 9] == steps[0]
    last = by_sex + 2 * len(steps)
    assert said.depth[by_sex:last].tolist() == 2 * steps
    assert set(said.depth[last:].tolist()) == {ENDLESS}


def test_what_anybody_knows_limits_a_cell():
    """Of the persons of n no more can have two laws than have one or more: 4."""
    rows = [(["NL"], None, "x"), (["n"], 4, "s"), (["s"], None, "x")]
    all_of_them = table_of([REGION], rows, name="all")
    some = [(["NL"], None, "x"), (["n"], None, "x"), (["s"], None, "x")]
    with_two = table_of([REGION], some, name="two")
    limit = Limit(smaller=(("two", ()),), larger=(("all", ()),))
    said = statements([all_of_them, with_two], EXACT, [limit])
    _, high = propagate(said.matrix, said.lower, said.upper)
    place = said.offsets[1] + REGION.codes.index("n")
    assert high[place] == 4
    assert high[place + 1] == ENDLESS


def counts_of(name, codes, *figures):
    """A table of regions alone; None: hidden."""
    region = Dimension.flat("region", "NL", codes)
    rows = [
        ([code], figure, "x" if figure is None else "s")
        for code, figure in zip(region.codes, figures, strict=True)
    ]
    return table_of([region], rows, measure=name, name=name)


def test_what_anybody_knows_is_of_regions_that_both_tables_have():
    """And of no others: s takes part in one of the tables only, n is not named."""
    more = counts_of("more", ["n", "e", "s"], None, 4, 5, 6)
    fewer = counts_of("fewer", ["e", "n"], None, None, None)
    for regions, highest in ((None, {"n": 4, "e": 5}), (("e", "s"), {"e": 5})):
        limit = Limit((("fewer", ()),), (("more", ()),), regions)
        said = statements([more, fewer], EXACT, [limit])
        _, high = propagate(said.matrix, said.lower, said.upper)
        for place, code in enumerate(["NL", "e", "n"][1:], start=said.offsets[1] + 1):
            assert high[place] == highest.get(code, ENDLESS)


def test_a_cell_that_is_named_twice_counts_twice():
    """Three provisions are two more than one: 9 more are of 4 such clients at most."""
    extra = counts_of("extra", ["n"], 9, None)
    three = counts_of("three", ["n"], None, None)
    limit = Limit((("three", ()),) * 2, (("extra", ()),))
    said = statements([extra, three], EXACT, [limit])
    _, high = propagate(said.matrix, said.lower, said.upper)
    assert high[said.offsets[1]] == 4


def test_each_measure_has_its_own_policy():
    """In fives 10 is 8 to 12, in tens 8 to 14; a hidden zero of one is 1 or more."""
    tens = DisclosurePolicy(
        rounding=Rounding(10, RoundingMethod.CONVENTIONAL),
        reader=Reader(knows_rule=True),
    )
    tables = [counts_of(name, ["n"], 10, None) for name in ("fives", "tens", "zeros")]
    said = statements(tables, {"fives": FIVES, "tens": tens, "zeros": ZEROS})
    assert said.lower.tolist() == [8, 0, 8, 0, 8, 1]
    assert said.upper[::2].tolist() == [12, 14, 12]
    assert said.least_hidden.tolist() == [0, 0, 0, 0, 1, 1]


def test_a_table_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr("engine.statements.LARGEST_FRAME", 4)
    four, five = (
        table_of([Dimension.flat("part", "T", codes)], [(["T"], 9, "s")], name=codes)
        for codes in ("abc", "abcd")
    )
    assert len(statements([four], EXACT).lower) == 4
    with pytest.raises(RuleError, match="a table of 5 cells is larger than 4; split"):
        statements([four, five], EXACT)


def test_what_figures_say_is_left_out_and_not_forgotten():
    """Without its two figures the whole is what its hidden parts of 1 or more make."""
    part = Dimension.flat("part", "T", ["a", "b", "c"])
    rows = [(["T"], 20, "s"), (["a"], None, "u"), (["b"], None, "x"), (["c"], 9, "s")]
    said = statements([table_of([part], rows)], ZEROS)
    before = said.lower.tolist(), said.upper.tolist()
    low, high = said.without(np.array([0, 3])).limits()
    assert low.tolist() == [3, 1, 1, 1]
    assert high.tolist() == [ENDLESS, 7, ENDLESS, ENDLESS]
    assert (said.lower.tolist(), said.upper.tolist()) == before


@pytest.mark.parametrize(
    ("kind", "true_tables", "false_tables"),
    [
        (Additivity.EXACT, [(5, 2, 3)], [(4, 2, 3), (6, 2, 3)]),
        (Additivity.AT_MOST, [(5, 2, 3), (9, 2, 3)], [(4, 2, 3)]),
        (Additivity.OVERLAP, [(5, 2, 3), (3, 2, 3)], [(6, 2, 3), (2, 2, 3)]),
    ],
)
def test_how_parts_make_up_their_whole(kind, true_tables, false_tables):
    """A table (T, a, b) satisfies the equations exactly when it can be one."""
    part = Dimension.flat("part", "T", ["a", "b"], kind)

    def is_possible(figures):
        rows = [([code], n, "s") for code, n in zip(part.codes, figures, strict=True)]
        said = statements([table_of([part], rows)], EXACT)
        try:
            propagate(said.matrix, said.lower, said.upper)
        except Contradiction:
            return False
        return True

    assert all(is_possible(figures) for figures in true_tables)
    assert not any(is_possible(figures) for figures in false_tables)


def test_a_cell_that_occurs_twice_is_refused():
    part = Dimension.flat("part", "T", [])
    with pytest.raises(RuleError, match="1 cells occur more than once"):
        statements([table_of([part], [(["T"], 1, "s"), (["T"], 2, "s")])], FIVES)


# --- tables of one measure ------------------------------------------------------------


REGION = Dimension.flat("region", "NL", ["n", "s"])
AGE = Dimension.flat("age", "T", ["young", "old"])
SEX = Dimension.flat("sex", "T", ["m", "v"])


def linked(measure_of_second="persons"):
    """Region n is hidden in the table by age, and shown in the table by sex."""
    by_age = table_of(
        [REGION, AGE],
        [
            (["NL", "T"], 40, "s"),
            (["n", "T"], None, "x"),
            (["s", "T"], None, "x"),
            (["n", "young"], None, "u"),
            (["n", "old"], 10, "s"),
        ],
        measure="persons",
        name="by age",
    )
    by_sex = table_of(
        [SEX, REGION], [(["T", "n"], 16, "s")], measure=measure_of_second, name="by sex"
    )
    return [by_age, by_sex]


def interval_of(tables, policy, codes):
    """The interval of a cell of the first table."""
    said = statements(tables, policy)
    place = 0
    for code, dimension in zip(codes, tables[0].dimensions, strict=True):
        place = place * len(dimension.codes) + dimension.codes.index(code)
    found = intervals(said.system, np.array([place]))
    return int(found.lower[place]), int(found.upper[place])


def test_equal_cells_of_one_measure_are_one_number():
    """16 by sex, less 10 who are old: 6 young in region n."""
    assert interval_of(linked(), EXACT, ("n", "young")) == (6, 6)
    assert interval_of(linked(), EXACT, ("s", "T")) == (24, 24)


@pytest.mark.parametrize("measure", ["", "households"])
def test_tables_of_different_measures_say_nothing_of_each_other(measure):
    assert interval_of(linked(measure), EXACT, ("n", "young")) == (0, 7)


def test_tables_without_a_measure_are_not_linked():
    by_age, by_sex = linked("")
    unnamed = PublishedTable(by_age.name, by_age.dimensions, by_age.cells)
    assert interval_of([unnamed, by_sex], EXACT, ("n", "young")) == (0, 7)


def test_only_common_codes_are_linked():
    wide = Dimension.flat("region", "NL", ["n", "e"])
    first = table_of([REGION], [(["NL"], 30, "s"), (["n"], None, "x")], measure="m")
    second = table_of(
        [wide], [(["n"], 12, "s"), (["e"], 18, "s")], measure="m", name="wide"
    )
    assert interval_of([first, second], EXACT, ("s",)) == (18, 18)


def many_tables(*sizes):
    """Tables of a dimension each, with so many codes; the total is hidden but once."""
    for number, size in enumerate(sizes):
        codes = [f"{code}" for code in range(size - 1)]
        own = Dimension.flat(f"d{number}", "T", codes)
        figure = None if number else 40
        yield table_of([own], [(["T"], figure, "x")], measure="m", name=f"{number}")


def test_as_many_codes_as_can_be_told_apart_are_linked_and_no_more():
    """1 024 to the sixth, and four: 2 to the power of 62."""
    said = statements(list(many_tables(*[1024] * 6, 4)), EXACT)
    low, high = propagate(said.matrix, said.lower, said.upper)
    totals = np.array(said.offsets)
    assert low[totals].tolist() == high[totals].tolist() == [40] * 7
    with pytest.raises(RuleError, match="measure m: its tables have 7 dimensions"):
        statements(list(many_tables(*[1024] * 6, 5)), EXACT)


def test_two_totals_of_one_dimension_are_refused():
    other = Dimension.flat("region", "EU", ["n", "s"])
    tables = [
        table_of([REGION], [(["n"], 12, "s")], measure="m"),
        table_of([other], [(["n"], 12, "s")], measure="m", name="other"),
    ]
    with pytest.raises(RuleError, match="have 2 different totals"):
        statements(tables, FIVES)
