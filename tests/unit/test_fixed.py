"""What an earlier release said stays said: figures, symbols, and what hiding is for."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from engine.celltable import CellTable
from engine.earlier import EarlierTable
from engine.fixed import fixed, said, with_those_before
from engine.grid import Grid
from engine.safety import Goals, SafetyIntervals
from engine.secondary import Readings
from engine.solver import UNBOUNDED
from rules.classification import Dimension
from rules.disclosure import (
    DisclosurePolicy,
    Reader,
    Rounding,
    RoundingMethod,
    Zeros,
)


REGION = Dimension.flat("region", "T", ["a", "b", "c"])
NO_END = None


def goals(*of: tuple[int, int, int, int]) -> Goals:
    """Of places of a table, what has to stay possible: low, high, width."""
    cells, low, high, width = np.array(of, dtype=np.int64).reshape(-1, 4).T
    return Goals(cells, SafetyIntervals(low, high, width))


def earlier(
    figures: list[int | None],
    statuses: str,
    numbers: tuple[int, ...] = (0, 0, 0, 0),
    of: Goals | None = None,
) -> EarlierTable:
    rows = {
        "region": list(REGION.codes),
        "published": pa.array(figures, pa.int64()),
        "status": list(statuses),
    }
    return EarlierTable(
        "t@1", (REGION,), pa.table(rows), "m", np.array(numbers), of or goals()
    )


def told(
    figure: int | None, status: str, policy: DisclosurePolicy
) -> tuple[int, int | None]:
    """What a cell of this figure and status was said to be."""
    low, high = said(earlier([20, figure, 20, 20], f"s{status}ss"), policy)
    assert (low[0], high[0]) == (low[3], high[3])
    return int(low[1]), NO_END if high[1] == UNBOUNDED else int(high[1])


FIVES = DisclosurePolicy()
EXACT = DisclosurePolicy(hide=(1, 4), rounding=Rounding(), zeros=Zeros.PUBLISH)
RULE = Reader(knows_rule=True)


@pytest.mark.parametrize(
    ("figure", "status", "between"),
    [
        (20, "s", (18, 22)),
        (0, "s", (0, 2)),
        (20, "u", (18, 22)),
        (20, "o", (18, 22)),
        (None, "u", (0, 7)),
        (None, "x", (0, NO_END)),
        (None, "o", (0, NO_END)),
        (None, "w", (0, 0)),
    ],
)
def test_figures_say_what_they_are_rounded_from_and_symbols_why(
    figure: int | None, status: str, between: tuple[int, int | None]
):
    assert told(figure, status, FIVES) == between


def test_where_zeros_are_shown_a_symbol_is_of_one_or_more():
    """But of a gemeente that does not publish, zeros are not shown either."""
    assert told(None, "x", EXACT) == (1, NO_END)
    assert told(None, "u", EXACT) == (1, 4)
    assert told(None, "o", EXACT) == (0, NO_END)
    unaware = replace(EXACT, reader=Reader(knows_zeros=False))
    assert told(None, "x", unaware) == (0, NO_END)


def test_a_reason_says_nothing_to_who_cannot_tell_it():
    unaware = replace(FIVES, reader=Reader(knows_reason=False))
    assert told(None, "u", unaware) == (0, NO_END)
    nothing_hidden = replace(FIVES, hide=None)
    assert told(None, "u", nothing_hidden) == (0, NO_END)


def test_who_knows_the_rule_knows_a_figure_to_be_outside_the_range():
    """Hidden are 0 to 7: a 10 is 8 or more. What had to be shown may be anything."""
    knows = replace(FIVES, hide=(0, 8), reader=RULE)
    assert told(10, "s", knows) == (9, 12)
    assert told(15, "s", knows) == (13, 17)
    assert told(5, "z", knows) == (3, 7)
    assert told(10, "s", replace(FIVES, hide=(0, 8))) == (8, 12)
    assert told(10, "s", replace(FIVES, hide=None, reader=RULE)) == (8, 12)


def test_who_knows_the_rule_knows_a_shown_zero_to_be_one():
    """Rounded to fives 0 is 0 to 2, and 1 and 2 are hidden where zeros are shown."""
    fives = Rounding(5, RoundingMethod.CONVENTIONAL)
    knows = DisclosurePolicy(
        hide=(0, 4), rounding=fives, zeros=Zeros.PUBLISH, reader=RULE
    )
    assert told(0, "s", knows) == (0, 0)
    assert told(5, "s", knows) == (5, 7)
    for hide, of_zero, of_five in (
        ((1, 2), (0, 0), (3, 7)),
        ((2, 3), (0, 1), (4, 7)),
        ((3, 4), (0, 2), (5, 7)),
    ):
        known = replace(knows, hide=hide)
        assert (told(0, "s", known), told(5, "s", known)) == (of_zero, of_five)


def test_a_figure_that_the_rule_denies_leaves_nothing():
    """Where zeros are hidden as other small counts are, no figure is 0."""
    low, high = told(0, "s", replace(FIVES, reader=RULE))
    assert high is not None
    assert low > high


# --- beside what is said now ----------------------------------------------------------


NOW = CellTable(
    "t",
    (REGION,),
    pa.table({"region": list(REGION.codes), "status": ["s"] * 4}),
    "m",
)


def readings(
    shown: list[tuple[int, int]],
    hidden: list[tuple[int, int]],
    hideable: list[bool] | None = None,
) -> Readings:
    (shown_low, shown_high), (hidden_low, hidden_high) = np.array(
        [shown, hidden]
    ).swapaxes(1, 2)
    can = np.array(hideable or [True] * len(shown))
    weight = np.arange(len(shown))
    return Readings(shown_low, shown_high, hidden_low, hidden_high, can, weight)


def test_without_an_earlier_release_nothing_is_fixed():
    now = readings([(18, 22)] * 4, [(0, 99)] * 4)
    assert fixed(Grid([NOW]), now, FIVES) is now


def test_what_is_said_of_a_cell_is_what_both_releases_say():
    """T was another number; a was 18 to 22, b was 0 to 7, of c nothing was said."""
    before = earlier([40, 20, None, None], "ssux", (1, 0, 0, 0))
    grid = Grid([NOW], before=[before])
    of_now = [(53, 57), (15, 20), (3, 9), (13, 17)]
    if_hidden = [(0, 99), (0, 20), (2, 7), (0, 99)]
    nothing = [(7, 7)] * 4
    found = fixed(grid, readings([*of_now, *nothing], [*if_hidden, *nothing]), FIVES)
    shown = list(zip(found.shown_low, found.shown_high, strict=True))
    hidden = list(zip(found.hidden_low, found.hidden_high, strict=True))
    assert shown[:4] == [(53, 57), (18, 20), (3, 7), (13, 17)]
    assert hidden[:4] == [(0, 99), (18, 20), (2, 7), (0, 99)]
    assert shown[4] == hidden[4] == (38, 42)
    assert shown[5:] == hidden[5:] == [(0, UNBOUNDED)] * 3
    assert found.weight.tolist() == list(range(8))


def test_hiding_what_was_said_before_hides_nothing():
    """Of a both ends are known, of b the upper one only, of c the lower one."""
    before = earlier([40, 20, None, None], "ssux", (1, 0, 0, 0))
    grid = Grid([NOW], before=[before])
    of_now = [(53, 57), (18, 22), (3, 7), (0, 17)]
    if_hidden = [(0, 99), (0, 99), (2, 99), (0, 99)]
    nothing = [(7, 9)] * 4

    def can_be_hidden(*hideable: bool) -> list[bool]:
        now = readings(
            [*of_now, *nothing], [*if_hidden, *nothing], [*hideable, *[True] * 4]
        )
        return fixed(grid, now, FIVES).hideable.tolist()

    assert can_be_hidden(True, True, True, True) == [
        *(True, False, True, True),
        *(False, False, False, False),
    ]
    assert not any(can_be_hidden(False, False, False, False))


def test_two_earlier_releases_are_read_together():
    """The first said 18 to 22, the second that it is 20 or more."""
    first = earlier([60, 20, 20, 20], "ssss")
    second = replace(earlier([60, None, 20, 20], "szss"), name="t@2")
    rows = second.cells.set_column(
        1, "published", pa.array([60, 22, 20, 20], pa.int64())
    )
    grid = Grid([NOW], before=[first, replace(second, cells=rows)])
    now = readings([(0, 99)] * 12, [(0, 99)] * 12)
    found = fixed(grid, now, FIVES)
    assert (found.shown_low[1], found.shown_high[1]) == (20, 22)
    turned = Grid([NOW], before=[replace(second, cells=rows), first])
    found = fixed(turned, now, FIVES)
    assert (found.shown_low[1], found.shown_high[1]) == (20, 22)


def test_each_measure_is_read_by_its_policy():
    grid = Grid([NOW], before=[earlier([60, 20, 20, 20], "ssss")])
    now = readings([(0, 99)] * 8, [(0, 99)] * 8)
    found = fixed(grid, now, {"m": EXACT, "other": FIVES})
    assert found.shown_low[:4].tolist() == [60, 20, 20, 20]


# --- what has to stay hidden ----------------------------------------------------------


def test_what_was_protected_before_stays_so():
    """a is protected now by what is wanted now; T was another number, at place 4."""
    before = earlier(
        [None, None, None, 20],
        "uuus",
        (1, 0, 0, 0),
        goals((0, 1, 11, 3), (1, 2, 12, 4), (2, 0, 10, 5)),
    )
    again = replace(before, name="t@2", goals=goals((2, 6, 16, 6), (3, 7, 17, 7)))
    grid = Grid([NOW], before=[before, again])
    found = with_those_before(grid, goals((1, 8, 18, 8)))
    assert found.cells.tolist() == [1, 2, 3, 4]
    assert found.safety.low.tolist() == [8, 0, 7, 1]
    assert found.safety.high.tolist() == [18, 10, 17, 11]
    assert found.safety.width.tolist() == [8, 5, 7, 3]
