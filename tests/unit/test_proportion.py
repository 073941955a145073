"""The interval around a percentage, held against scipy and against the naive twin."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from engine.proportion import interval, percentage
from rules.disclosure import DisclosurePolicy, Rounding
from tests.reference.survey import share


POLICY = DisclosurePolicy()
COUNTS = st.integers(2, 100).flatmap(
    lambda whole: st.tuples(st.integers(2, whole), st.just(whole))
)


@pytest.mark.parametrize(("part", "whole"), [(3, 10), (0, 20), (20, 20), (271, 400)])
def test_of_exact_counts_it_is_the_interval_of_wilson(part: int, whole: int):
    ends = binomtest(part, whole).proportion_ci(method="wilson")
    within = math.ceil(100 * ends.low - 1e-9), math.floor(100 * ends.high + 1e-9)
    assert interval(part, whole, Rounding()) == within


def test_a_sample_as_large_as_a_country_leaves_its_percentage():
    assert interval(1_234_565, 10**7, Rounding()) == (12, 12)
    assert percentage(125, 1000) == 13  # the half upwards


@given(counts=COUNTS)
def test_of_rounded_counts_it_has_that_of_all_counts_rounded_so(counts):
    part, whole = 5 * counts[0], 5 * counts[1]
    found = percentage(part, whole), *interval(part, whole, POLICY.rounding)
    assert found == share(part, whole, POLICY)
