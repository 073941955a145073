"""The all-worlds twin, checked by hand and against plain enumeration."""

import random
from itertools import product

import pytest

from rules.classification import Additivity, Dimension, Hierarchy
from rules.disclosure import (
    DisclosurePolicy,
    Reader,
    Rounding,
    RoundingMethod,
    Zeros,
)
from tests.reference.worlds import Release, every_world, intervals, statements


EXACT = DisclosurePolicy(hide=(0, 7), rounding=Rounding())
FIVES = DisclosurePolicy(reader=Reader(knows_rule=True))
ZEROS = DisclosurePolicy(
    hide=(1, 7), zeros=Zeros.PUBLISH, reader=Reader(knows_rule=True)
)

AB = Dimension.flat("part", "T", ["a", "b"])
ABC = Dimension.flat("part", "T", ["a", "b", "c"])
ROWS = Dimension.flat("row", "T", ["x", "y", "z"])


def of_parts(dimension, policy, figures, statuses=None, **settings):
    """Intervals of a table with one dimension; figures and answers by code."""
    published = {(code,): value for code, value in figures.items()}
    by_codes = statuses and {(code,): status for code, status in statuses.items()}
    found = intervals([dimension], published, policy, by_codes, **settings)
    return {code: interval for (code,), interval in found.items()}


def test_one_hidden_part_of_exact_figures_is_recovered():
    found = of_parts(AB, EXACT, {"T": 15, "a": 10, "b": None})
    assert found["b"] == (5, 5)


def test_two_hidden_parts_leave_room():
    found = of_parts(ABC, EXACT, {"T": 15, "a": 10, "b": None, "c": None})
    assert found["b"] == (0, 5)


def test_the_hidden_range_narrows_the_other_hidden_part():
    found = of_parts(ABC, EXACT, {"T": 22, "a": 10, "b": None, "c": None})
    assert found["b"] == (5, 7)


def test_rounding_widens_what_subtraction_leaves():
    """T is 13..17 and a is 8..12, so b is 1..9; primary: at most 7."""
    found = of_parts(AB, FIVES, {"T": 15, "a": 10, "b": None})
    assert found == {"T": (13, 17), "a": (8, 12), "b": (1, 7)}


def test_a_secondary_cell_is_not_known_to_lie_in_the_hidden_range():
    found = of_parts(
        AB, FIVES, {"T": 15, "a": 10, "b": None}, {"T": "s", "a": "s", "b": "x"}
    )
    assert found["b"] == (1, 9)


def test_a_shown_value_lies_outside_the_hidden_range_for_who_knows_the_rule():
    unaware = DisclosurePolicy(hide=(0, 7), reader=Reader(knows_rule=False))
    tens = DisclosurePolicy(
        rounding=Rounding(10, RoundingMethod.CONVENTIONAL),
        reader=Reader(knows_rule=True),
    )
    one = Dimension.flat("part", "T", [])
    assert of_parts(one, tens, {"T": 10})["T"] == (8, 14)
    assert of_parts(one, FIVES, {"T": 10})["T"] == (8, 12)
    assert of_parts(one, unaware, {"T": 5})["T"] == (3, 7)


def test_a_shown_value_that_had_to_be_shown_may_lie_in_the_hidden_range():
    found = of_parts(Dimension.flat("part", "T", []), FIVES, {"T": 5}, {"T": "z"})
    assert found["T"] == (3, 7)


def test_where_zeros_are_published_a_hidden_cell_is_not_zero():
    found = of_parts(ABC, ZEROS, {"T": None, "a": 0, "b": None, "c": None})
    assert found == {"T": (2, 7), "a": (0, 0), "b": (1, 6), "c": (1, 6)}


def test_a_reader_who_does_not_know_the_reason_knows_no_hidden_range():
    policy = DisclosurePolicy(rounding=Rounding(), reader=Reader(knows_reason=False))
    found = of_parts(AB, policy, {"T": 30, "a": None, "b": None})
    assert found["a"] == (0, 30)


def test_random_rounding_leaves_nearly_two_bases():
    policy = DisclosurePolicy(
        hide=None, rounding=Rounding(5, RoundingMethod.RANDOM), reader=Reader()
    )
    assert of_parts(AB, policy, {"T": 20, "a": 10, "b": 10})["T"] == (16, 24)


def test_an_impossible_cell_is_zero():
    found = of_parts(
        AB, EXACT, {"T": 9, "a": None, "b": None}, {"T": "s", "a": "w", "b": "x"}
    )
    assert found == {"T": (9, 9), "a": (0, 0), "b": (9, 9)}


def test_a_cell_without_bound_has_no_largest_value():
    """The part and the whole can grow together, however the other part is bounded."""
    statuses = {"T": "o", "a": "s", "b": "x"}
    found = of_parts(AB, EXACT, {"T": None, "a": 500, "b": None}, statuses)
    assert found == {"T": (500, None), "a": (500, 500), "b": (0, None)}


def test_a_cell_that_is_not_in_the_table_can_be_anything():
    found = of_parts(AB, EXACT, {"T": 15, "a": 10})
    assert found["b"] == (5, 5)
    assert of_parts(AB, EXACT, {"a": 10})["T"] == (10, None)


def test_parts_that_add_up_to_at_most_their_whole():
    loose = Dimension.flat("part", "T", ["a", "b"], Additivity.AT_MOST)
    found = of_parts(loose, EXACT, {"T": 15, "a": 10, "b": None})
    assert found["b"] == (0, 5)


def test_parts_that_overlap():
    """Neither part exceeds the whole; together they cover it."""
    both = Dimension.flat("part", "T", ["a", "b"], Additivity.OVERLAP)
    assert of_parts(both, EXACT, {"T": 15, "a": 10, "b": None})["b"] == (5, 7)
    assert of_parts(
        both, EXACT, {"T": None, "a": 10, "b": 12}, dict.fromkeys("Tab", "x")
    )["T"] == (12, 22)


def test_two_hierarchies_over_one_dimension_are_read_together():
    """Young and old give the total; the total and small give large."""
    by_age = Hierarchy({"young": "T", "old": "T"})
    by_size = Hierarchy({"small": "T", "large": "T"})
    dimension = Dimension("kind", "T", (by_age, by_size))
    figures = {"T": None, "young": 10, "old": 20, "small": 26, "large": None}
    found = of_parts(dimension, EXACT, figures, dict.fromkeys(figures, "x"))
    assert found["T"] == (30, 30)
    assert found["large"] == (4, 4)


def test_two_dimensions_are_read_crosswise():
    """The four hidden cells move together: what one gains, its neighbours lose."""
    figures = {
        ("T", "T"): 120, ("T", "a"): 30, ("T", "b"): 30, ("T", "c"): 60,
        ("x", "T"): 30, ("x", "a"): 3, ("x", "b"): 7, ("x", "c"): 20,
        ("y", "T"): 30, ("y", "a"): 7, ("y", "b"): 3, ("y", "c"): 20,
        ("z", "T"): 60, ("z", "a"): 20, ("z", "b"): 20, ("z", "c"): 20,
    }  # fmt: skip
    for hidden in product("xy", "ab"):
        figures[hidden] = None
    found = intervals([ROWS, ABC], figures, EXACT)
    assert found["x", "a"] == (3, 7)
    assert found["y", "a"] == (3, 7)


def test_a_release_that_no_world_can_have_made_is_refused():
    with pytest.raises(ValueError, match="no table of whole numbers"):
        of_parts(AB, EXACT, {"T": 30, "a": 10, "b": 10})


def test_a_shown_value_of_the_hidden_range_is_refused():
    with pytest.raises(ValueError, match="hidden range"):
        of_parts(AB, FIVES, {"T": 30, "a": 5, "b": 25})


def test_a_cell_outside_the_dimensions_is_refused():
    with pytest.raises(ValueError, match="1 published cells"):
        of_parts(AB, EXACT, {"T": 30, "q": 10})


def all_assignments(release: Release) -> list[tuple[int, ...]]:
    """Plain enumeration: every combination of values, then the sums."""
    values = (range(low, high + 1) for low, high in release.ranges)
    return [
        world
        for world in product(*values)
        if all(
            sum(world[cell] for cell in relation.larger)
            >= sum(world[cell] for cell in relation.smaller)
            for relation in release.relations
        )
    ]


@pytest.mark.parametrize("seed", range(12))
def test_equal_to_plain_enumeration(seed):
    """Random truths, trees of any kind: the same worlds, the same intervals."""
    random_ = random.Random(seed)  # noqa: S311 (a repeatable draw, no secret)
    kind = random_.choice(list(Additivity))
    policy = random_.choice([EXACT, FIVES, ZEROS])
    trees = [Hierarchy({"a": "T", "b": "T"}, {"T": kind}), Hierarchy({"c": "T"})]
    dimension = Dimension("part", "T", tuple(trees[: random_.choice([1, 2])]))
    truth = {"a": random_.randint(0, 14), "b": random_.randint(0, 14)}
    truth["T"] = truth["c"] = sum(truth.values())
    figures = {(code,): shown(truth[code], policy) for code in dimension.codes}
    release = statements([dimension], figures, policy, ceiling=60)
    expected = all_assignments(release)
    assert sorted(every_world(release)) == sorted(expected)
    assert intervals([dimension], figures, policy, ceiling=60) == {
        codes: (min(values), max(values))
        for codes, values in zip(
            release.cells, zip(*expected, strict=True), strict=True
        )
    }


def shown(value: int, policy: DisclosurePolicy) -> int | None:
    low, high = policy.hide or (1, 0)
    if low <= value <= high:
        return None
    return (
        (value + policy.rounding.base // 2)
        // policy.rounding.base
        * policy.rounding.base
    )


def test_a_rounded_table_of_three_by_three():
    """Sixteen cells, three of them hidden: rounding keeps every truth possible, and yet
    the sums take 6 and 7 away from the last hidden cell."""
    inner = {"x": (2, 13, 9), "y": (11, 4, 0), "z": (25, 8, 14)}
    truth = {
        (row, part): inner[row]["abc".index(part)] for row in "xyz" for part in "abc"
    }
    for row in "xyz":
        truth[row, "T"] = sum(inner[row])
    for part in "Tabc":
        truth["T", part] = sum(truth[row, part] for row in "xyz")
    figures = {codes: shown(value, FIVES) for codes, value in truth.items()}
    found = intervals([ROWS, ABC], figures, FIVES)
    assert all(low <= truth[codes] <= high for codes, (low, high) in found.items())
    assert found["y", "c"] == (0, 5)
