"""Which cells of an earlier release are the same number as a cell of now."""

import numpy as np
import pyarrow as pa
import pytest

from engine.earlier import NOW, EarlierTable, Stand, covers, numbers
from engine.safety import Goals, SafetyIntervals
from rules.classification import Dimension, Hierarchy
from rules.errors import RuleError


def stand(region: Dimension, *counts: int) -> Stand:
    return Stand((region,), np.array(counts), covers([region]))


def flat(*codes: str) -> Dimension:
    return Dimension.flat("region", "T", codes)


def which(now: Stand, *before: Stand) -> list[list[int]]:
    return [each.tolist() for each in numbers(now, before)]


TWO = flat("a", "b")


def test_a_code_covers_the_lowest_codes_below_it():
    deep = Hierarchy({"a": "T", "b": "T", "a1": "a", "a2": "a"})
    assert covers([Dimension("region", "T", (deep,))])["region"] == {
        "T": {"a1", "a2", "b"},
        "a": {"a1", "a2"},
        "b": {"b"},
        "a1": {"a1"},
        "a2": {"a2"},
    }


def test_a_code_covers_the_lowest_codes_of_all_trees():
    """The second tree goes less deep: of b it tells nothing below."""
    trees = Hierarchy({"a": "T", "b": "T", "b1": "b"}), Hierarchy({"x": "T", "b": "T"})
    found = covers([Dimension("region", "T", trees)])["region"]
    assert found["T"] == {"a", "b1", "x", "b"}
    assert found["b"] == {"b1", "b"}


def test_a_count_that_was_corrected_was_another_number():
    """One more in a, and so in the total; b is what it was."""
    assert NOW == 0
    assert which(stand(TWO, 9, 4, 5), stand(TWO, 8, 3, 5)) == [[1, 1, NOW]]


def test_what_two_earlier_releases_said_is_one_number():
    now, first, second = (stand(TWO, 4 + b, 4, b) for b in (5, 6, 6))
    assert which(now, first, second) == [[1, NOW, 1], [1, NOW, 1]]


def test_each_correction_makes_a_number():
    now, first, second = (stand(TWO, 4 + b, 4, b) for b in (5, 6, 7))
    assert which(now, first, second) == [[1, NOW, 1], [2, NOW, 2]]


def test_what_is_again_as_it_was_is_the_number_of_now():
    now, first, second = (stand(TWO, 4 + b, 4, b) for b in (5, 5, 7))
    assert which(now, first, second) == [[NOW] * 3, [2, NOW, 2]]


def test_a_total_of_other_parts_is_another_number_also_when_it_is_equal():
    """Nobody in c: the total of a and b is as large, and about other gemeenten."""
    now = stand(flat("a", "b", "c"), 9, 4, 5, 0)
    assert which(now, stand(TWO, 9, 4, 5)) == [[1, NOW, NOW]]


def test_a_part_that_went_was_a_number_of_its_own():
    now, before = stand(TWO, 9, 4, 5), stand(flat("c", "b", "a"), 12, 3, 5, 4)
    assert which(now, before) == [[1, 1, NOW, NOW]]


def test_cells_of_two_dimensions_are_held_beside_each_other_code_by_code():
    sexes = Dimension.flat("sex", "T", ["m", "f"])
    turned = Dimension.flat("sex", "T", ["f", "m"])
    now = np.array([[9, 5, 4], [4, 3, 1], [5, 2, 3]])
    then = np.array([[9, 4, 5], [5, 3, 2], [4, 1, 3]])
    region = flat("b", "a")
    one = Stand((TWO, sexes), now, covers((TWO, sexes)))
    other = Stand((region, turned), then, covers((region, turned)))
    assert which(one, other) == [[NOW] * 9]
    then[2, 1] = 2
    assert which(one, other) == [[NOW] * 7 + [1] + [NOW]]


def test_a_table_of_other_dimensions_is_refused():
    sex = Dimension.flat("sex", "T", ["m", "f"])
    other = Stand((sex,), np.array([9, 4, 5]), covers([sex]))
    with pytest.raises(RuleError) as error:
        numbers(stand(TWO, 9, 4, 5), [other])
    assert "has dimensions sex, and not region as now" in str(error.value)


def test_rows_of_an_earlier_table_stand_by_their_codes():
    sex = Dimension.flat("sex", "T", ["m", "f"])
    rows = pa.table({"region": ["b", "T"], "sex": ["m", "f"]})
    none = np.zeros(0, dtype=np.int64)
    goals = Goals(none, SafetyIntervals(none, none, none))
    table = EarlierTable("t@1", (TWO, sex), rows, "m", np.zeros(9, dtype=int), goals)
    assert table.shape == (3, 3)
    assert table.places().tolist() == [7, 2]
