"""The Levensweganalyse against its naive twin, and its sums against its codes."""

from collections.abc import Iterator

import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from engine.duckdb_database import DuckDBDatabase
from rules.classification import Additivity
from rules.levensweg_tables import CohortMeasure
from tests.generative.faults import Fault, FaultyDatabase
from tests.generative.levensweg_faults import FAULTS
from tests.generative.lives import MEASURES, cohorts, lives, must_follow_alike
from tests.reference.levensweg import has_code


LIGHT = settings(max_examples=settings.default.max_examples // 5)
BY_CODE = {measure.indicator.code: measure for measure in MEASURES}
"""Of the start group the one that is followed longest."""


@pytest.fixture(scope="module")
def database() -> Iterator[DuckDBDatabase]:
    with DuckDBDatabase(threads=1) as opened:
        yield opened


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
    has = {
        code: has_code(life, code, measure.follows, measure.cohort, measure.rules)
        for code in dimension.codes
    }
    for hierarchy in dimension.hierarchies:
        for whole, parts in hierarchy.children().items():
            count = sum(has[part] for part in parts)
            kind = hierarchy.kind(whole)
            assert count <= has[whole] or kind is Additivity.OVERLAP, whole
            assert count >= has[whole] or kind is Additivity.AT_MOST, whole
            assert bool(count) <= has[whole], whole


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
