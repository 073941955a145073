"""Percentages and survival of a cohort, from what was published alone."""

import pytest

from outputs.levensweg import (
    after_event,
    course_of,
    exits_of,
    percentage,
    still_using,
    survival,
)


# Of 100: 20 leave in the second half-year and 10 cannot be followed then; of the 70
# left 7 leave in the third and 3 are lost; of the 60 left 12 leave in the fourth.
COUNTS = {
    "T": 100, "2U": 70, "2N": 20, "2X": 10, "3U": 65, "3N": 22, "3X": 13,
    "4U": 48, "4N": 39, "4X": 13, "S": 48, "E2": 20, "L2": 10, "E3": 7, "L3": 3,
    "E4": 12, "L4": 0, "A2U": 10, "A2N": 30,
}  # fmt: skip


def test_who_cannot_be_followed_is_not_in_the_percentage():
    assert still_using(COUNTS, 2) == 77.8  # 70 of 90
    assert still_using(COUNTS, 2, "A") == 25.0


def test_survival_is_a_product_over_half_years():
    shares = [step.survival for step in survival(COUNTS)]
    assert shares == pytest.approx(
        [70 / 90, 70 / 90 * 60 / 67, 70 / 90 * 60 / 67 * 48 / 60]
    )


def test_the_interval_is_that_of_greenwood():
    """By hand for one step: that of a share, p +- 1.96 sqrt(p (1 - p) / n)."""
    step = next(survival(COUNTS))
    share = 70 / 90
    margin = 1.959964 * (share * (1 - share) / 90) ** 0.5
    assert (step.low, step.high) == pytest.approx((share - margin, share + margin))
    widths = [step.high - step.low for step in survival(COUNTS)]
    assert widths == sorted(widths)


def test_of_two_half_years_leaving_is_not_using():
    (step,) = survival({"T": 10, "2U": 8, "2N": 2, "2X": 0})
    assert step.survival == 0.8


def test_everybody_leaves():
    (step,) = survival({"T": 10, "2U": 0, "2N": 10, "2X": 0})
    assert (step.survival, step.low, step.high) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(("hidden", "steps"), [("2N", 0), ("E3", 1), ("L4", 1)])
def test_a_hidden_count_ends_the_curve(hidden: str, steps: int):
    assert len(list(survival(COUNTS | {hidden: None}))) == steps


def test_survival_of_a_household_or_of_a_law():
    """Of 40 single persons: 10 leave, then 6 of 30; one was lost in between."""
    by_household = {"AE2": 10, "AL2": 0, "AE3": 6, "AL3": 1, "AS": 23, "S": 0, "E3": 0}
    steps = [step.survival for step in survival(by_household, "A")]
    assert steps == pytest.approx([30 / 40, 30 / 40 * 23 / 29])
    assert not list(survival(by_household, "W"))


def test_a_table_of_exits_becomes_a_row_per_group_and_half_year():
    values = {"S": 60, "E2": 20, "L2": 0, "JS": 30, "JE2": 10, "JL2": None}
    table = [
        {"region_code": "NL", "startgroep": code, "value": value}
        for code, value in values.items()
    ]
    found = [(row["group"], row["survival"]) for row in exits_of(table)]
    assert found == [("", 0.75), ("J", 0.75)]


def test_use_after_a_life_event():
    assert after_event({"01": 40, "01U": 10}, "01") == 25.0
    assert after_event({"01": 40, "01U": None}, "01") is None


def test_nothing_is_no_percentage():
    assert percentage(0, 0) is None
    assert still_using({"2U": None, "2N": 5}, 2) is None


def test_a_table_of_a_release_becomes_a_row_per_region_and_half_year():
    values = {"NL": (80, 20, 10), "GM0363": (15, None, None)}
    table = [
        {"region_code": region, "startgroep": code, "value": value}
        for region, counts in values.items()
        for code, value in zip(("2U", "2N", "2X"), counts, strict=True)
    ]
    country, gemeente = course_of(table)
    assert (country["region_code"], country["half_year"]) == ("NL", 2)
    assert (country["percentage"], country["survival"]) == (80.0, 0.8)
    assert {gemeente[name] for name in ("percentage", "survival", "survival_low")} == {
        None
    }
