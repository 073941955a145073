"""Whether production does as the naive twin does: the checks themselves."""

from collections.abc import Mapping, Sequence

from engine.database import Database
from engine.tabulate import tabulate
from rules.indicator import CountedUnit, Indicator, TableSpec
from tests.generative.populations import PERIOD, REGIONS, Population
from tests.reference import naive
from tests.reference.costs import amounts, stays
from tests.reference.naive_merging import WmoRecord, merge_arrangements, spell_of
from tests.reference.survey import respondents
from tests.support.answering import counted as counted_answers
from tests.support.country import arrangements, linked
from tests.support.forms import Codes, cells_of
from tests.support.spending import amounts_in, by_the_engine


def must_agree(
    population: Population, indicator: Indicator, table: TableSpec, database: Database
) -> None:
    """Every cell that there is, and no other, with the same number in it."""
    by_hand, by_engine = _counted(population, indicator, table, database)
    different = {
        codes: (by_hand.get(codes), by_engine.get(codes))
        for codes in by_hand.keys() | by_engine.keys()
        if by_hand.get(codes) != by_engine.get(codes)
    }
    assert not different, "cells as (by hand, by engine)"


def _counted(
    population: Population, indicator: Indicator, table: TableSpec, database: Database
) -> tuple[Mapping[Codes, object], Mapping[Codes, object]]:
    """The cells by hand, and by the engine."""
    microdata = linked(population.provisions, REGIONS, population.participants)
    participants = microdata.participants(table.consent)
    if indicator.counts is CountedUnit.EUROS:
        what = (indicator, table)
        return (
            amounts(population.costs, REGIONS, participants, table),
            by_the_engine(population.costs, REGIONS, participants, what, database),
        )
    if indicator.counts is CountedUnit.RESPONDENTS:
        asked = (indicator, table)
        return (
            respondents(population.answers, REGIONS, participants, table),
            counted_answers(population.answers, REGIONS, participants, asked, database),
        )
    if indicator.counts is CountedUnit.DAYS:
        rows = stays(population.provisions, participants, indicator, PERIOD)
        counted = tabulate(microdata, indicator, table, PERIOD, database)
        return amounts(rows, REGIONS, participants, table), amounts_in(counted)
    by_hand = naive.count(
        population.provisions,
        REGIONS,
        participants,
        indicator=indicator,
        table=table,
        period=PERIOD,
    )
    counted = tabulate(microdata, indicator, table, PERIOD, database)
    return by_hand, cells_of(counted.cells.to_pylist(), table)


def must_merge_alike(
    deliveries: Sequence[Sequence[WmoRecord]], database: Database
) -> None:
    """The same arrangements, each with the same first and last day.

    The deliveries go by one query, each of persons and gemeenten of its own, as a query
    takes as long for one as for all.
    """
    moved = [elsewhere(each, number) for number, each in enumerate(deliveries, 10)]
    linked_up = arrangements(
        [record for each in moved for record in each], PERIOD, database
    )
    for records in moved:
        persons = {record["person_key"] for record in records}
        by_hand = [
            (arrangement[0]["person_key"], *spell_of(arrangement))
            for arrangement in merge_arrangements(records)
        ]
        theirs = [each for each in linked_up if each[0] in persons]
        different = sorted(by_hand, key=str) != sorted(theirs, key=str)
        assert not different, f"arrangements by hand {by_hand}, by linkage {theirs}"


def elsewhere(records: Sequence[WmoRecord], number: int) -> list[WmoRecord]:
    """The same records, of persons and gemeenten that no other number has."""
    return [
        {
            **record,
            "person_key": f"R{number}{record['person_key'][3:]}",
            "gemeente": f"GM{number}{record['gemeente'][4:]}",
        }
        for record in records
    ]
