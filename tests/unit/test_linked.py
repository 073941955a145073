"""Every distinct cell of linked tables once, by number, and how cells add up."""

import numpy as np
import pyarrow as pa
import pytest

from engine import linked
from engine.linked import NOWHERE, Cells
from rules.classification import Additivity, Dimension, Hierarchy
from rules.errors import RuleError


CARE = Dimension.flat("care", "T", ["home", "youth"])
SEX = Dimension.flat("sex", "T", ["m", "f"])
REGION = Dimension("region", "NL", (Hierarchy({"a": "NL", "b": "NL", "a1": "a"}),))

LINKED = Cells(((REGION, CARE), (SEX, REGION)))
"""Regions by care, and by sex: regions alone are in both."""


def codes_of(cells: Cells, numbers: list[int]) -> list[tuple[str, ...]]:
    """Of each cell its codes, in the order of `cells.codes`."""
    columns = cells.coded(np.array(numbers)).values()
    return list(zip(*(column.to_pylist() for column in columns), strict=True))


def test_cells_that_tables_share_are_one_cell():
    assert list(LINKED.codes.items()) == [
        ("region", ("NL", "a", "b", "a1")),
        ("care", ("T", "home", "youth")),
        ("sex", ("T", "m", "f")),
    ]
    assert LINKED.count == 4 * 3 + 4 * 3 - 4
    by_care, by_sex = (codes_of(LINKED, places.tolist()) for places in LINKED.places)
    regions = LINKED.codes["region"]
    assert by_care == [(r, c, "T") for r in regions for c in LINKED.codes["care"]]
    assert by_sex == [(r, "T", s) for s in LINKED.codes["sex"] for r in regions]


def test_a_dimension_that_rows_lack_is_at_its_total():
    rows = pa.table({"sex": ["f", "T"], "region": ["b", "a1"]})
    numbers = LINKED.numbers_of(rows).tolist()
    assert codes_of(LINKED, numbers) == [("b", "T", "f"), ("a1", "T", "T")]


def test_a_combination_that_no_table_has_is_nowhere():
    """Care by sex is in neither; the last codes of all are behind every cell."""
    rows = pa.table({
        "region": ["NL", "a1", "a1"],
        "care": ["home", "youth", "T"],
        "sex": ["m", "f", "f"],
    })  # fmt: skip
    *two, last = LINKED.numbers_of(rows).tolist()
    assert NOWHERE == -1
    assert two == [NOWHERE, NOWHERE]
    assert codes_of(LINKED, [last]) == [("a1", "T", "f")]


def sums_of(cells: Cells) -> list[tuple[str, Additivity, str, list[str]]]:
    """Of each column of each sum: the dimension, the kind, the whole and its parts."""
    return [
        (sums.dimension, sums.kind, name(cells, whole), [name(cells, p) for p in parts])
        for sums in cells.sums()
        for whole, parts in zip(sums.wholes, sums.parts.T, strict=True)
    ]


def name(cells: Cells, number: int) -> str:
    (codes,) = codes_of(cells, [number])
    return " ".join(codes)


def test_sums_of_every_table_the_lowest_parents_first():
    wijken = {"a": "NL", "b": "NL", "a1": "a", "a2": "a", "b1": "b"}
    region = Dimension("region", "NL", (Hierarchy(wijken, {"b": Additivity.AT_MOST}),))
    exact = Additivity.EXACT
    assert sums_of(Cells(((region,),))) == [
        ("region", Additivity.AT_MOST, "b", ["b1"]),
        ("region", exact, "a", ["a1", "a2"]),
        ("region", exact, "NL", ["a", "b"]),
    ]
    small = Dimension.flat("region", "NL", ["a"])
    assert sums_of(Cells(((small, SEX),))) == [
        ("region", exact, "NL T", ["a T"]),
        ("region", exact, "NL m", ["a m"]),
        ("region", exact, "NL f", ["a f"]),
        ("sex", exact, "NL T", ["NL m", "NL f"]),
        ("sex", exact, "a T", ["a m", "a f"]),
    ]


def test_a_margin_is_a_whole_in_some_sum():
    margins = np.flatnonzero(LINKED.margins()).tolist()
    inside = {("b", "home", "T"), ("a1", "youth", "T"), ("a1", "T", "m")}
    found = set(codes_of(LINKED, margins))
    assert found.isdisjoint(inside)
    assert {("NL", "home", "T"), ("b", "T", "T"), ("a", "T", "f")} <= found
    assert len(found) == LINKED.count - 2 * 2 - 2 * 2


def test_too_many_cells_are_refused(monkeypatch):
    monkeypatch.setattr(linked, "LARGEST", 12)
    assert Cells(((REGION, CARE),)).count == 12
    with pytest.raises(RuleError, match="a table of 16 cells is larger than 12"):
        assert Cells(((REGION, Dimension.flat("d", "T", "xyz")),)).count


@pytest.mark.parametrize(("last", "fits"), [(2, True), (3, False)])
def test_so_many_dimensions_that_cells_cannot_be_numbered_are_refused(
    last: int, fits: bool
):
    """Of 61 dimensions of two codes each, one beside the other, and one more."""
    tables = [(Dimension.flat(f"d{n}", "T", ["x"]),) for n in range(61)]
    more = Dimension.flat("more", "T", [f"c{n}" for n in range(1, last)])
    cells = Cells((*tables, (more,)))
    if fits:
        assert cells.count == 1 + 61 + 1
    else:
        with pytest.raises(RuleError, match="62 dimensions have too many codes"):
            assert cells.count
