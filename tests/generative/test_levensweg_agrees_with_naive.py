"""The Levensweganalyse against its naive twin, and its sums against its codes."""

from collections.abc import Iterator
from itertools import combinations

import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from engine.duckdb_database import DuckDBDatabase
from rules.classification import Additivity
from rules.levensweg_tables import CohortMeasure
from tests.generative.faults import Fault, FaultyDatabase
from tests.generative.levensweg_faults import FAULTS
from tests.generative.lives import (
    MEASURES,
    cohorts,
    every_kind_of_life,
    lives,
    must_follow_alike,
)
from tests.reference.levensweg import Life, has_code


LIGHT = settings(max_examples=settings.default.max_examples // 5)
BY_CODE = {measure.indicator.code: measure for measure in MEASURES}
"""Of the start group the one that is followed longest."""


@pytest.fixture(scope="module")
def database() -> Iterator[DuckDBDatabase]:
    with DuckDBDatabase(threads=1) as opened:
        yield opened


def codes_of(life: Life, measure: CohortMeasure) -> set[str]:
    follows, cohort, rules = measure.follows, measure.cohort, measure.rules
    codes = measure.dimension.codes
    return {code for code in codes if has_code(life, code, follows, cohort, rules)}


def named(measure: CohortMeasure) -> str:
    return f"{measure.indicator.code}-{measure.cohort.half_years}"


@pytest.mark.parametrize("measure", MEASURES, ids=named)
@LIGHT
@given(data=st.data())
def test_every_measure_is_counted_alike(measure, database, data):
    people, participants = data.draw(cohorts(measure.cohort))
    must_follow_alike(people, participants, measure, database)


@pytest.mark.parametrize("measure", MEASURES, ids=named)
@LIGHT
@given(data=st.data())
def test_every_sum_that_the_audit_relies_on_holds_of_everybody(measure, data):
    """Per person: parts add up to their whole, or are at most it, or overlap in it."""
    life = data.draw(lives(measure.cohort))
    dimension = measure.dimension
    has = codes_of(life, measure)
    for hierarchy in dimension.hierarchies:
        for whole, parts in hierarchy.children().items():
            count = len(has.intersection(parts))
            kind = hierarchy.kind(whole)
            one = whole in has
            assert count <= one or kind is Additivity.OVERLAP, whole
            assert count >= one or kind is Additivity.AT_MOST, whole
            assert bool(count) <= one, whole


@pytest.mark.parametrize("measure", MEASURES, ids=named)
def test_what_excludes_each_other_is_said_to(measure):
    """Of parts that overlap, two that nobody has together are at most their whole.

    Else 10 with the law at the start, and 10 of them with it later, would leave open
    that 5 of them no longer use anything.
    """
    found = [codes_of(life, measure) for life in every_kind_of_life(measure.cohort)]
    sums = [
        (whole, set(parts), tree.kind(whole))
        for tree in measure.dimension.hierarchies
        for whole, parts in tree.children().items()
    ]
    overlapping = [each for each in sums if each[2] is Additivity.OVERLAP]
    for whole, parts, _ in overlapping:
        for pair in combinations(sorted(parts), 2):
            together = any(has.issuperset(pair) for has in found)
            said = any(
                other == whole and known.issuperset(pair)
                for other, known, kind in sums
                if kind is not Additivity.OVERLAP
            )
            assert together or said, (whole, *pair)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.what)
def test_a_fault_in_following_is_caught(fault: Fault, database):
    faulty = FaultyDatabase(database, fault)
    measure = BY_CODE[fault.subject]

    @settings(phases=[Phase.generate])
    @given(drawn=cohorts(measure.cohort))
    def agrees(drawn) -> None:
        people, participants = drawn
        must_follow_alike(people, participants, measure, faulty)

    # A difference, or a table that does not have all of its cells; never an SQL error.
    with pytest.raises(
        (AssertionError, pa.ArrowInvalid), match=r"cells as|same length"
    ):
        agrees()
    assert faulty.replaced, "the SQL has changed: this fault is no longer planted"
