"""A year and a reference day against the naive twins, and the check itself checked."""

from collections.abc import Iterator

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from engine.duckdb_database import DuckDBDatabase
from rules import catalogue
from rules.fitting import why_not
from rules.indicator import CountedUnit, Indicator, TableSpec
from rules.period import Span
from tests.generative.agreement import must_agree
from tests.generative.batches import SIZE, Populations, batches_of
from tests.generative.faults import Fault, FaultyDatabase
from tests.generative.span_faults import DAY_FAULTS, LINKAGE_FAULTS, YEAR_FAULTS
from tests.generative.spans import REFERENCE_DAY, YEAR, of_the_year
from tests.generative.two_halves import SIZE as SIZE_OF_LINKAGE
from tests.generative.two_halves import Half, must_link_alike, several


RULES = catalogue.load()
CI = settings.get_profile("ci")
BATCHES = settings(
    max_examples=settings().max_examples // SIZE // 2, phases=[Phase.generate]
)
LINKAGES = settings(max_examples=settings().max_examples // SIZE_OF_LINKAGE)
LOOK = settings(CI, max_examples=3 * CI.max_examples, phases=[Phase.generate])
LOOK_AT_BATCHES = settings(LOOK, max_examples=LOOK.max_examples // SIZE)
LOOK_AT_LINKAGES = settings(LOOK, max_examples=LOOK.max_examples // SIZE_OF_LINKAGE)
NOT_PLANTED = "the SQL has changed: this fault is no longer planted"


@pytest.fixture(scope="module")
def database() -> Iterator[DuckDBDatabase]:
    with DuckDBDatabase(memory_limit="1GB", threads=1) as opened:
        yield opened


def counted_in(span: Span, indicator: Indicator) -> list[TableSpec]:
    """Its published tables that have a meaning for the span."""
    published = RULES.tables[indicator.table].published()
    return [each for each in published if why_not(span, indicator, each) is None]


def alike() -> dict[str, list[Indicator]]:
    """The indicators that are counted of a year, and draw on the same populations."""
    found: dict[str, list[Indicator]] = {}
    for indicator in RULES.indicators.values():
        words = [code for codes in indicator.where.values() for code in codes]
        is_lived = indicator.counts is not CountedUnit.INHABITANTS
        if is_lived and counted_in(YEAR, indicator):
            kind = "told" if indicator.counts is CountedUnit.EUROS else "lived"
            found.setdefault(" ".join([kind, *words]), []).append(indicator)
    return found


@pytest.mark.parametrize("indicators", list(alike().values()), ids=list(alike()))
@BATCHES
@given(data=st.data())
def test_every_indicator_of_a_year_and_of_a_day(indicators, data, database):
    """What has a meaning for a day has one for the year."""
    populations = data.draw(batches_of(indicators[0]))
    for indicator in indicators:
        for span in (YEAR, REFERENCE_DAY):
            if tables := counted_in(span, indicator):
                table = data.draw(st.sampled_from(tables))
                moved = _moved(populations, span)
                must_agree(moved, indicator, table, database, span)


def _moved(populations: Populations, span: Span) -> Populations:
    return of_the_year(populations) if span == YEAR else populations


@given(pairs=several())
@LINKAGES
def test_a_year_is_linked_of_both_its_halves(pairs, database):
    must_link_alike(pairs, database)


@pytest.mark.parametrize(
    ("span", "fault"),
    [
        *((YEAR, fault) for fault in YEAR_FAULTS),
        *((REFERENCE_DAY, fault) for fault in DAY_FAULTS),
    ],
    ids=[fault.what for fault in (*YEAR_FAULTS, *DAY_FAULTS)],
)
def test_a_fault_in_counting_is_caught(span: Span, fault: Fault, database):
    faulty = FaultyDatabase(database, fault)
    indicator = RULES.indicators[fault.subject]
    shown = [each for each in counted_in(span, indicator) if fault.shown]
    own = [each for each in shown if each.code == fault.shown]
    table = (own or counted_in(span, indicator))[0]

    @LOOK_AT_BATCHES
    @given(populations=batches_of(indicator))
    def agrees(populations: Populations) -> None:
        must_agree(_moved(populations, span), indicator, table, faulty, span)
        assert faulty.replaced, NOT_PLANTED

    with pytest.raises(AssertionError, match="cells as"):
        agrees()


@pytest.mark.parametrize("fault", LINKAGE_FAULTS, ids=lambda fault: fault.what)
def test_a_fault_in_linking_a_year_is_caught(fault: Fault, database):
    faulty = FaultyDatabase(database, fault)

    @LOOK_AT_LINKAGES
    @given(pairs=several())
    def agrees(pairs: list[tuple[Half, Half]]) -> None:
        must_link_alike(pairs, faulty)
        assert faulty.replaced, NOT_PLANTED

    with pytest.raises(AssertionError, match="provisions by hand"):
        agrees()
