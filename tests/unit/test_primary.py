"""Which cells are sensitive in themselves: each rule at its limits, and their order."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from engine.celltable import CellTable
from engine.primary import primary
from rules.classification import Dimension, Hierarchy
from rules.disclosure import DisclosurePolicy, Dominance, Rounding, Zeros
from tests.support.cells import cells_of, flat


NOTHING = DisclosurePolicy(hide=None, rounding=Rounding())
RANGE = replace(NOTHING, hide=(2, 7))
FROM_ZERO = replace(NOTHING, hide=(0, 7))
FEW = replace(NOTHING, contributors_below=3)
ONE_LARGE = replace(NOTHING, dominance=Dominance(1, 0.75))
TWO_LARGE = replace(NOTHING, dominance=Dominance(2, 0.75))
P_TEN = replace(NOTHING, p_percent=10.0)
ALL_IN_ONE = replace(NOTHING, group_share_at_least=1.0)
MOST_IN_ONE = replace(NOTHING, group_share_at_least=0.9)


def table(*dimensions: Dimension, magnitude: bool = False, **columns) -> CellTable:
    """`value` in the order of all codes; other columns as given."""
    made = cells_of(np.array(columns.pop("value")), dimensions)
    cells = made.cells
    for name, column in columns.items():
        place = cells.column_names.index(name)
        cells = cells.set_column(place, name, pa.array(column))
    return replace(made, cells=cells, magnitude=magnitude)


def of_one(policy, value, *, magnitude=False, **evidence):
    """The reason of the only cell of a table."""
    columns = {name: [own] for name, own in evidence.items()}
    alone = table(flat("a", 0), value=[value], magnitude=magnitude, **columns)
    return str(primary(alone, policy)[0])


@pytest.mark.parametrize(
    ("policy", "values"),
    [
        (RANGE, {2, 3, 7}),
        (FROM_ZERO, {0, 1, 2, 3, 7}),
        (replace(FROM_ZERO, zeros=Zeros.PUBLISH), {1, 2, 3, 7}),
        (replace(RANGE, zeros=Zeros.PUBLISH), {2, 3, 7}),
        (NOTHING, set()),
    ],
)
def test_counts_of_the_hidden_range(policy, values):
    found = {n for n in (0, 1, 2, 3, 7, 8) if of_one(policy, n)}
    assert found == values
    assert {of_one(policy, n) for n in values} <= {"hidden range"}


def test_an_amount_is_in_no_hidden_range():
    assert of_one(RANGE, 5, magnitude=True) == ""


def test_too_few_contributors():
    found = {n for n in range(5) if of_one(FEW, 900, contributors=n)}
    assert found == {1, 2}
    assert of_one(FEW, 900, contributors=2) == "minimum contributors"


def test_too_few_clients_none_at_all_among_them():
    policy = replace(NOTHING, clients_below=8)
    clients = pa.array([0, 7, 8, 400])
    amounts = table(flat("a", 3), value=[900, 0, 300, 600], magnitude=True)
    cells = amounts.cells.append_column("clients", clients)
    found = primary(replace(amounts, cells=cells), policy)
    assert found.tolist() == ["minimum clients", "minimum clients", "", ""]


AMOUNTS = {
    "one has more than its share": (ONE_LARGE, 400, 301, 0, "dominance"),
    "one has its share and no more": (ONE_LARGE, 400, 300, 99, ""),
    "two have more than their share": (TWO_LARGE, 400, 201, 100, "dominance"),
    "two have their share and no more": (TWO_LARGE, 400, 200, 100, ""),
    "one of two has it, which is the two": (TWO_LARGE, 400, 301, 0, "dominance"),
    "two have more, and one is asked": (ONE_LARGE, 400, 201, 100, ""),
    "an amount of 1": (ONE_LARGE, 1, 1, 0, "dominance"),
    "nothing": (ONE_LARGE, 0, 0, 0, ""),
    "the rest is less than 10 per cent": (P_TEN, 319, 200, 100, "p% rule"),
    "the rest is 10 per cent": (P_TEN, 320, 200, 100, ""),
    "nothing at all to estimate": (P_TEN, 0, 0, 0, ""),
    "one contributor of 1": (P_TEN, 1, 1, 0, "p% rule"),
}


@pytest.mark.parametrize("name", AMOUNTS)
def test_an_amount_of_large_contributors(name):
    policy, value, largest, second, reason = AMOUNTS[name]
    evidence = {"largest": largest, "second_largest": second}
    assert of_one(policy, value, magnitude=True, **evidence) == reason
    assert of_one(policy, value, **evidence) == "", "a count has no large contributors"


def test_a_group_that_is_all_in_one_cell():
    found = primary(table(flat("a", 3), value=[9, 9, 0, 0]), ALL_IN_ONE)
    assert found.tolist() == ["", "group disclosure", "", ""]


@pytest.mark.parametrize(
    ("policy", "value", "is_hit"),
    [
        (ALL_IN_ONE, [10, 9, 1], False),
        (MOST_IN_ONE, [10, 9, 1], True),
        (MOST_IN_ONE, [100, 89, 11], False),
        (replace(NOTHING, group_share_at_least=0.55), [100, 55, 45], True),
        (replace(NOTHING, group_share_at_least=0.55), [100, 54, 46], False),
        (ALL_IN_ONE, [1, 1, 0], True),
        (ALL_IN_ONE, [0, 0, 0], False),
        (NOTHING, [9, 9, 0], False),
    ],
)
def test_the_share_of_a_group(policy, value, is_hit):
    found = primary(table(flat("a", 2), value=value), policy)
    assert bool(found[1]) is is_hit
    assert not found[[0, 2]].any()


def test_a_group_of_either_dimension_and_of_a_part():
    """All of p's are p1; all of them and of the total are men."""
    tree = Hierarchy({"p": "T", "q": "T", "p1": "p", "p2": "p"})
    deep = Dimension("a", "T", (tree,))
    both = table(
        deep,
        Dimension.flat("sex", "T", ["m", "f"]),
        value=[[20, 20, 0], [8, 8, 0], [12, 12, 0], [8, 8, 0], [0, 0, 0]],
    )
    found = primary(both, ALL_IN_ONE) == "group disclosure"
    codes = deep.codes
    assert codes == ("T", "p", "q", "p1", "p2")
    assert found[codes.index("p1")].tolist() == [True, True, False]
    assert found[codes.index("p")].tolist() == [False, True, False]
    assert found[codes.index("T")].tolist() == [False, True, False]
    assert not found[codes.index("p2")].any()


def test_the_first_rule_that_hits_is_the_reason():
    policy = replace(
        RANGE, contributors_below=9, dominance=Dominance(1, 0.5), p_percent=10.0
    )
    known = {"largest": 6, "second_largest": 0, "magnitude": True}
    assert of_one(policy, 6, contributors=6) == "hidden range"
    assert of_one(policy, 6, contributors=6, **known) == "minimum contributors"
    assert of_one(policy, 6, contributors=9, **known) == "dominance"
    only_p = replace(policy, dominance=None)
    assert of_one(only_p, 6, contributors=9, **known) == "p% rule"


@pytest.mark.parametrize(
    ("status", "in_range", "outside"),
    [
        ("s", "hidden range", ""),
        ("u", "hidden range", "given"),
        ("o", "", ""),
        ("w", "", ""),
        ("z", "", ""),
    ],
)
def test_what_is_decided_already(status, in_range, outside):
    assert of_one(RANGE, 5, status=status) == in_range
    assert of_one(RANGE, 50, status=status) == outside
