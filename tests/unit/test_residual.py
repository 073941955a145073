"""What two publications of a half-year tell together of who came or went."""

from dataclasses import replace

import numpy as np
import pytest

from outputs.published import IS_HIDDEN, IS_SHOWN, Region, ReleasedTable, read_published
from outputs.residual import narrowed
from tests.support.releases import FACTS, a_release


HIDDEN = None
LEVELS = {"NL": "land", "PV": "provincie", "GM": "gemeente", "WK": "wijk"}
UTRECHT = {"GM0310": "PV26", "GM0344": "PV26", "GM0363": "PV27"}


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> ReleasedTable:
    top = tmp_path_factory.mktemp("residual")
    return read_published(a_release(top).folder).tables[0]


@pytest.fixture
def told(made):
    """How many cells two publications of one count narrow; other cells are hidden."""

    def publication(figures: dict[str, int | None]) -> ReleasedTable:
        regions = tuple(Region(LEVELS[code[:2]], code, code) for code in figures)
        shape = (len(regions), *made.values.shape[1:])
        values, states = np.zeros(shape, np.int64), np.full(shape, IS_HIDDEN, np.uint8)
        for place, figure in enumerate(figures.values()):
            if figure is not HIDDEN:
                values[place, 0, 0, 0], states[place, 0, 0, 0] = figure, IS_SHOWN
        return replace(made, regions=regions, values=values, states=states)

    def count(before, after) -> int:
        facts = FACTS.tables[made.code]
        return narrowed(publication(before), publication(after), facts, UTRECHT)

    return count


def test_a_gemeente_that_came_is_the_difference_of_two_totals(told):
    """98 to 102 became 103 to 107: 1 to 9 came, so that it was not 0."""
    assert told({"NL": 100}, {"NL": 105, "GM0344": HIDDEN}) == 1


def test_a_total_that_stays_the_same_tells_that_few_came(told):
    """4 at most, as both lie in 98 to 102."""
    assert told({"NL": 100}, {"NL": 100, "GM0344": HIDDEN}) == 1


def test_who_went_is_told_as_well(told):
    assert told({"NL": 105, "GM0344": HIDDEN}, {"NL": 100}) == 1


def test_a_total_that_is_hidden_once_tells_nothing(told):
    assert told({"NL": 100}, {"NL": HIDDEN, "GM0344": HIDDEN}) == 0
    assert told({"NL": HIDDEN}, {"NL": 100, "GM0344": HIDDEN}) == 0


def test_what_is_shown_of_a_gemeente_needs_no_difference(told):
    assert told({"NL": 100}, {"NL": 120, "GM0344": 20}) == 0


def test_two_that_came_hide_behind_each_other_unless_both_are_few(told):
    """11 to 19 of two hidden ones may be all of one; 4 at most are few of each."""
    two = {"GM0344": HIDDEN, "GM0363": HIDDEN}
    assert told({"NL": 100}, {"NL": 115, **two}) == 0
    assert told({"NL": 100}, {"NL": 100, **two}) == 2


def test_a_figure_of_another_that_came_is_taken_off(told):
    """11 to 19 came, 13 to 17 of them in one: 6 at most in the other."""
    assert told({"NL": 100}, {"NL": 115, "GM0344": HIDDEN, "GM0363": 15}) == 1


def test_one_that_came_and_one_that_went(told):
    """As many as went came: 8 to 12 went, so that 4 to 16 came."""
    before, after = {"NL": 100, "GM0363": 10}, {"NL": 100, "GM0344": HIDDEN}
    assert told(before, after) == 1


def test_the_total_of_a_provincie_tells_of_its_own_gemeenten_only(told):
    """Of the country nothing is shown. Utrecht got Utrecht, and Holland Amsterdam."""
    both = {"GM0344": HIDDEN, "GM0363": HIDDEN}
    before = {"NL": HIDDEN, "PV26": 50, "PV27": 50}
    assert told(before, {"NL": HIDDEN, "PV26": 50, "PV27": HIDDEN, **both}) == 1
    assert told(before, {"NL": HIDDEN, "PV26": 55, "PV27": 50, **both}) == 2


def test_where_nobody_came_or_went_nothing_is_told(told):
    same = {"NL": 100, "GM0344": HIDDEN}
    assert told(same, same | {"NL": 105}) == 0


def test_other_codes_and_amounts_are_not_compared(made):
    facts = FACTS.tables[made.code]
    fewer = replace(made.text, dimensions=made.text.dimensions[:1])
    assert narrowed(made, replace(made, text=fewer), facts, UTRECHT) == 0
    assert narrowed(made, made, replace(facts, hidden=None), UTRECHT) == 0
