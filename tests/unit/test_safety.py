"""Safety intervals: how far from its value a protected cell must be able to be."""

import numpy as np
import pytest

from engine.safety import (
    DEFAULT_PERCENT,
    Goals,
    SafetyIntervals,
    beyond_the_symbols,
    protected_as_opt_outs,
    safety_intervals,
)
from rules.disclosure import Covers, DisclosurePolicy, Protection, Reader, Zeros


UNTOLD = Reader(knows_reason=False)
RANGE = DisclosurePolicy(hide=(2, 7))
WIDTH = DisclosurePolicy(hide=(2, 7), protection=Protection(Covers.WIDTH, width=3))
WIDE = DisclosurePolicy(hide=(2, 7), protection=Protection(Covers.WIDTH, width=9))
DISTANCE = Protection(Covers.DISTANCE, below=3, above=4)
PERCENT = Protection(Covers.PERCENT, below=20, above=30)
FAR = DisclosurePolicy(hide=(2, 7), protection=DISTANCE, reader=UNTOLD)
NEAR = DisclosurePolicy(hide=(2, 7), protection=DISTANCE)
SHARE = DisclosurePolicy(hide=(2, 7), protection=PERCENT, reader=UNTOLD)
UPWARD = DisclosurePolicy(
    hide=(2, 7), protection=Protection(Covers.PERCENT, above=30), reader=UNTOLD
)
ZEROS = DisclosurePolicy(
    hide=(1, 7), protection=PERCENT, reader=UNTOLD, zeros=Zeros.PUBLISH
)
UNSEEN = DisclosurePolicy(
    hide=(1, 7),
    protection=PERCENT,
    reader=Reader(knows_reason=False, knows_zeros=False),
    zeros=Zeros.PUBLISH,
)
NOTHING_HIDDEN = DisclosurePolicy(hide=None)
P_PERCENT = DisclosurePolicy(hide=(2, 7), p_percent=15.0)

INTERVALS = {
    "all of the hidden range": (5, RANGE, (2, 7, 0)),
    "a width, around its own value": (50, WIDTH, (50, 50, 3)),
    "a width in the range": (5, WIDTH, (5, 5, 3)),
    "no more width than the known range has": (5, WIDE, (5, 5, 5)),
    "the same at its first value": (2, WIDE, (2, 2, 5)),
    "the same at its last value": (7, WIDE, (7, 7, 5)),
    "the width, just below the known range": (1, WIDE, (1, 1, 9)),
    "the width, just above the known range": (8, WIDE, (8, 8, 9)),
    "a distance": (50, FAR, (47, 54, 0)),
    "a distance, from nothing": (2, FAR, (0, 6, 0)),
    "a distance that is not known to be left": (3, NEAR, (2, 7, 0)),
    "a distance near the end of the range": (6, NEAR, (3, 7, 0)),
    "a distance outside the range": (8, NEAR, (5, 12, 0)),
    "a share, rounded outwards": (51, SHARE, (40, 67, 0)),
    "a share, of one at least": (1, SHARE, (0, 2, 0)),
    "no share below, which is one": (5, UPWARD, (4, 7, 0)),
    "a share of nothing": (0, SHARE, (0, 1, 0)),
    "a share, where none is zero": (1, ZEROS, (1, 2, 0)),
    "a share of a zero, where none is zero": (0, ZEROS, (0, 1, 0)),
    "a share, where nobody sees zeros": (1, UNSEEN, (0, 2, 0)),
}


def limits(found: SafetyIntervals) -> tuple[int, int, int]:
    low, high, width = found.low, found.high, found.width
    return int(low[0]), int(high[0]), int(width[0])


def of(value, policy, *, opted_out=0, magnitude=False):
    found = safety_intervals(
        np.array([value]), np.array([opted_out]), policy, magnitude=magnitude
    )
    return limits(found)


@pytest.mark.parametrize("name", INTERVALS)
def test_a_sensitive_count(name):
    value, policy, expected = INTERVALS[name]
    assert of(value, policy) == expected


OPT_OUTS = {
    "a fifth, rounded outwards": (52, RANGE, (41, 63, 0)),
    "the room of the range at least": (6, RANGE, (4, 9, 0)),
    "the room, from nothing": (1, RANGE, (0, 5, 0)),
    "a share alone, where nothing is hidden": (6, NOTHING_HIDDEN, (4, 8, 0)),
    "nothing, where nothing is hidden": (0, NOTHING_HIDDEN, (0, 0, 0)),
    "no width": (50, WIDTH, (40, 60, 0)),
}


@pytest.mark.parametrize("name", OPT_OUTS)
def test_a_count_of_a_gemeente_that_does_not_publish(name):
    value, policy, expected = OPT_OUTS[name]
    assert of(value, policy, opted_out=1) == expected


AMOUNTS = {
    "the percentage of the p%-rule": (200, P_PERCENT, (170, 230, 0)),
    "a percentage by default": (200, RANGE, (180, 220, 0)),
    "a distance": (5, NEAR, (2, 9, 0)),
    "a width": (5, WIDE, (5, 5, 9)),
}


@pytest.mark.parametrize("name", AMOUNTS)
def test_an_amount_is_in_no_hidden_range(name):
    assert DEFAULT_PERCENT == 10
    value, policy, expected = AMOUNTS[name]
    assert of(value, policy, magnitude=True) == expected


@pytest.mark.parametrize(
    ("least", "most", "is_covered"),
    [(2, 7, True), (3, 7, False), (2, 6, False), (1, 9, True)],
)
def test_worlds_cover_an_interval_from_end_to_end(least, most, is_covered):
    ends = SafetyIntervals(np.array([2]), np.array([7]), np.array([0]))
    assert ends.covered(np.array([least]), np.array([most])).tolist() == [is_covered]


@pytest.mark.parametrize(("most", "is_covered"), [(7, False), (8, True)])
def test_worlds_cover_a_width_by_their_distance(most, is_covered):
    width = SafetyIntervals(np.array([9]), np.array([5]), np.array([3]))
    assert width.covered(np.array([5]), np.array([most])).tolist() == [is_covered]


def test_some_of_the_goals():
    three = np.arange(3)
    goals = Goals(three + 10, SafetyIntervals(three, three + 1, three + 2))
    some = goals.take(np.array([2, 0]))
    assert some.cells.tolist() == [12, 10]
    assert some.safety.low.tolist() == [2, 0]
    assert some.safety.high.tolist() == [3, 1]
    assert some.safety.width.tolist() == [4, 2]


@pytest.mark.parametrize(
    ("wanted", "left", "expected"),
    [
        ((0, 7, 0), (2, 5), (2, 5, 0)),
        ((0, 7, 0), (0, 9), (0, 7, 0)),
        ((9, 9, 6), (4, 7), (7, 7, 3)),
        ((9, 9, 2), (4, 12), (9, 9, 2)),
    ],
)
def test_what_the_symbols_rule_out_is_not_asked_for(wanted, left, expected):
    safety = SafetyIntervals(*(np.array([end]) for end in wanted))
    found = beyond_the_symbols(safety, *(np.array([end]) for end in left))
    assert limits(found) == expected


@pytest.mark.parametrize(
    ("policy", "expected"),
    [(RANGE, True), (NEAR, True), (FAR, False), (NOTHING_HIDDEN, False)],
)
def test_what_is_sensitive_outside_the_range_is_protected_as_an_opt_out(
    policy, expected
):
    assert protected_as_opt_outs(policy) is expected


def test_the_range_is_the_interval_whatever_the_reader_knows():
    untold = DisclosurePolicy(hide=(2, 7), reader=UNTOLD)
    assert protected_as_opt_outs(untold)
    assert of(5, untold) == (2, 7, 0)
