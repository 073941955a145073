"""The agreement check, checked: planted faults are caught, every edge is reached."""

from collections.abc import Iterator

import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings

from engine.duckdb_database import DuckDBDatabase
from rules import catalogue
from rules.indicator import TimeRule
from tests.generative.agreement import must_agree, must_merge_alike
from tests.generative.batches import SIZE, Populations, batches_of
from tests.generative.faults import (
    COUNTING_FAULTS,
    MERGING_FAULTS,
    Fault,
    FaultyDatabase,
)
from tests.generative.populations import (
    PERIOD,
    Population,
    populations,
    wmo_deliveries,
)
from tests.reference import naive
from tests.reference.naive_characteristics import combination_of, number_of
from tests.reference.naive_merging import WmoRecord
from tests.reference.records import Provision


RULES = catalogue.load()
RULES_OF_TIME = [each for each in TimeRule if each is not TimeRule.ON_FIRST_OF_JANUARY]
CI = settings.get_profile("ci")
LOOK = settings(CI, max_examples=3 * CI.max_examples, phases=[Phase.generate])
"""No more thorough than the check is of all indicators together; a found example is not
made small."""

LOOK_AT_BATCHES = settings(LOOK, max_examples=LOOK.max_examples // SIZE)

NOT_PLANTED = "the SQL has changed: this fault is no longer planted"


@pytest.fixture(scope="module")
def database() -> Iterator[DuckDBDatabase]:
    with DuckDBDatabase() as opened:
        yield opened


@pytest.mark.parametrize("fault", COUNTING_FAULTS, ids=lambda fault: fault.what)
def test_a_fault_in_counting_is_caught(fault: Fault, database):
    faulty = FaultyDatabase(database, fault)
    indicator = RULES.indicators[fault.subject]
    published = RULES.tables[indicator.table].published()
    table = next(each for each in published if fault.shown in {"", each.code})

    @LOOK_AT_BATCHES
    @given(populations=batches_of(indicator))
    def agrees(populations: Populations) -> None:
        must_agree(populations, indicator, table, faulty)
        assert faulty.replaced, NOT_PLANTED

    # A difference, or a table that does not have all of its cells; never an SQL error.
    with pytest.raises(
        (AssertionError, pa.ArrowInvalid), match=r"cells as|same length"
    ):
        agrees()


@pytest.mark.parametrize("fault", MERGING_FAULTS, ids=lambda fault: fault.what)
def test_a_fault_in_merging_is_caught(fault: Fault, database):
    faulty = FaultyDatabase(database, fault)

    @LOOK
    @given(deliveries=wmo_deliveries())
    def agrees(deliveries: list[list[WmoRecord]]) -> None:
        must_merge_alike(deliveries, faulty)
        assert faulty.replaced, NOT_PLANTED

    with pytest.raises(AssertionError, match="arrangements by hand"):
        agrees()


def features_of(population: Population) -> Iterator[str]:
    """What there is to see in a population."""
    rows = population.provisions
    for person in {row["person_id"] for row in rows}:
        own = [
            row
            for row in rows
            if row["person_id"] == person and naive.is_during(row, PERIOD)
        ]
        yield f"stapeling {combination_of(own)}"
        yield f"number {number_of(own)}"
        if len({row["client_gemeente"] for row in own} - {None}) == 2:
            yield "client of two gemeenten"
    for household in {row["household_id"] for row in rows} - {None}:
        own = [row for row in rows if row["household_id"] == household]
        if len({row["person_id"] for row in own}) > 1:
            yield "household of two"
            if len({row["provision_id"] for row in own}) < len(own):
                yield "shared benefit"
    for row in rows:
        yield from _features_of_row(row)
        if not naive.takes_part(row, population.participants):
            yield "not participating"


def _features_of_row(row: Provision) -> Iterator[str]:
    for rule in RULES_OF_TIME:
        yield f"{rule.value}: {naive.is_in_time(row, rule, PERIOD)}"
    if row["household_id"] is None:
        yield "no household"
    if row["gemeente"] is None:
        yield "unknown gemeente"
    elif row["wijk"] is None:
        yield "unknown wijk"
    if row["starts"] == row["ends"]:
        yield "one day"
    if row["client_gemeente"] not in {None, row["gemeente"]}:
        yield "client elsewhere"


def test_the_populations_reach_every_edge():
    """A feature that is never drawn would be a hole that nobody sees."""
    seen: dict[str, int] = {}

    @LOOK
    @given(population=populations())
    def look(population: Population) -> None:
        for feature in set(features_of(population)):
            seen[feature] = seen.get(feature, 0) + 1

    look()
    combinations = ("J", "P", "W", "JP", "JW", "PW", "JPW")
    wanted = {
        *(f"stapeling {combination}" for combination in ("", *combinations)),
        *(f"number {number}" for number in ("0", "1", "2", "3", "4", "5", "6+")),
        *(
            f"{rule.value}: {answer}"
            for rule in RULES_OF_TIME
            for answer in (True, False)
        ),
        "client of two gemeenten",
        "household of two",
        "shared benefit",
        "not participating",
        "no household",
        "unknown gemeente",
        "unknown wijk",
        "one day",
        "client elsewhere",
    }
    assert set(seen) == wanted
    assert min(seen.values()) >= 3, min(seen, key=seen.__getitem__)
