"""The estimate of what is not known: the model, its interval, and what it looks at."""

from dataclasses import replace

import numpy as np
import pytest

from engine.estimate import FEWEST_FREE, Regions, estimate_of_missing


def country(number: int, random: np.random.Generator) -> Regions:
    inhabitants = np.exp(random.normal(10.5, 0.9, number)).round()
    shares = random.uniform(0.1, 0.3, number)
    return Regions(inhabitants, np.column_stack([shares, np.log(inhabitants)]))


def rates_of(regions: Regions) -> np.ndarray:
    shares, size = regions.features.T
    return 0.01 + 0.2 * shares + 0.001 * size


def without(missing: int, number: int) -> np.ndarray:
    return np.arange(number) < missing


def test_where_the_model_holds_exactly_the_interval_is_a_point():
    regions = country(40, np.random.default_rng(1))
    counts = rates_of(regions) * regions.inhabitants
    missing = without(5, 40)
    found = estimate_of_missing(regions, counts, ~missing, missing)
    assert found is not None
    truth = counts[missing].sum()
    assert [found.value, found.lower, found.upper] == pytest.approx(
        [truth] * 3, rel=1e-6
    )


def test_the_interval_has_the_truth_in_95_of_100_countries():
    """Noise of a rate with variance 1 / inhabitants, as the model says."""
    random = np.random.default_rng(2)
    regions, missing = country(60, random), without(8, 60)
    size = regions.inhabitants
    hits = 0
    for _ in range(1_000):
        noise = random.normal(0, 1, 60) * np.sqrt(size)
        counts = np.maximum(rates_of(regions) * size + noise, 0)
        found = estimate_of_missing(regions, counts, ~missing, missing)
        assert found is not None
        hits += found.lower <= counts[missing].sum() <= found.upper
    assert 930 <= hits <= 970


def test_a_missing_count_is_not_looked_at():
    regions = country(40, np.random.default_rng(3))
    counts, missing = rates_of(regions) * regions.inhabitants, without(5, 40)
    other = np.where(missing, 1e9, counts)
    asked = [
        estimate_of_missing(regions, c, ~missing, missing) for c in (counts, other)
    ]
    assert asked[0] == asked[1]


def test_a_region_that_is_neither_known_nor_missing_is_left_out():
    """It takes part and its figure is hidden: the total of Nederland has it already."""
    regions = country(40, np.random.default_rng(4))
    counts, missing = rates_of(regions) * regions.inhabitants, without(5, 40)
    counts += np.random.default_rng(5).normal(0, 50, 40)
    some = np.arange(40) % 7 != 6
    rest = replace(
        regions, inhabitants=regions.inhabitants[some], features=regions.features[some]
    )
    found = estimate_of_missing(regions, counts, ~missing & some, missing & some)
    assert found == estimate_of_missing(
        rest, counts[some], ~missing[some], missing[some]
    )


def test_too_few_known_regions_give_no_estimate():
    regions = country(FEWEST_FREE + 4, np.random.default_rng(6))
    counts, number = rates_of(regions) * regions.inhabitants, FEWEST_FREE + 4
    one, two = without(1, number), without(2, number)
    assert estimate_of_missing(regions, counts, ~one, one) is not None
    assert estimate_of_missing(regions, counts, ~two, two) is None


def test_where_nobody_is_missing_nothing_is_estimated():
    regions = country(3, np.random.default_rng(7))
    nobody = without(0, 3)
    found = estimate_of_missing(regions, np.zeros(3), ~nobody, nobody)
    assert found is not None
    assert (found.value, found.lower, found.upper) == (0, 0, 0)


def test_an_estimate_is_never_below_zero():
    regions = country(40, np.random.default_rng(8))
    counts, missing = np.zeros(40), without(5, 40)
    counts[10] = 40
    found = estimate_of_missing(regions, counts, ~missing, missing)
    assert found is not None
    assert 0 == found.lower <= found.value < found.upper
