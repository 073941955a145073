"""Whether production does as the naive twin does: the checks themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pyarrow as pa

from engine.database import Database
from engine.microdata import ANSWERS, COSTS
from engine.tabulate import tabulate
from rules.indicator import CountedUnit, Indicator, TableSpec
from rules.period import Span
from tests.generative.batches import places_of, together
from tests.generative.populations import PERIOD, REGIONS, Population
from tests.reference import naive
from tests.reference.costs import Amount, amounts, stays, users
from tests.reference.naive_merging import WmoRecord, merge_arrangements, spell_of
from tests.reference.records import COUNTRY
from tests.reference.survey import respondents
from tests.support.country import arrangements, linked
from tests.support.forms import Codes, cells_of
from tests.support.spending import amounts_in


def must_agree(
    populations: Sequence[Population],
    indicator: Indicator,
    table: TableSpec,
    database: Database,
    span: Span = PERIOD,
) -> None:
    """Every cell that there is, and no other, with the same number in it.

    All populations go by one query, each in regions of its own; Nederland is what they
    have together.
    """
    whole = together(populations)
    microdata = replace(
        linked(whole.provisions, whole.regions, whole.participants),
        costs=pa.Table.from_pylist(list(whole.costs), COSTS),
        answers=pa.Table.from_pylist(list(whole.answers), ANSWERS),
    )
    counted = tabulate(microdata, indicator, table, span, database)
    by_engine: Mapping[Codes, object] = (
        amounts_in(counted)
        if indicator.counts.is_amount
        else cells_of(counted.cells.to_pylist(), table)
    )
    by_hand = added_by_hand(populations, indicator, table, span)
    different = {
        codes: (by_hand.get(codes), by_engine.get(codes))
        for codes in by_hand.keys() | by_engine.keys()
        if by_hand.get(codes) != by_engine.get(codes)
    }
    places = {code for code, *_ in different}
    wrong = [
        each
        for number, each in enumerate(populations)
        if places & {place for place in places_of(number).values() if place != COUNTRY}
    ]
    first = (indicator.code, table.code, wrong[:1], different)
    assert not different, f"cells as (by hand, by engine): {first}"


def added_by_hand(
    populations: Sequence[Population],
    indicator: Indicator,
    table: TableSpec,
    span: Span = PERIOD,
) -> Mapping[Codes, object]:
    """The cells of each population in its own regions, and Nederland of all."""
    found: dict[Codes, int | Amount] = {}
    for number, population in enumerate(populations):
        places = places_of(number)
        counted = counted_by_hand(population, indicator, table, span)
        for codes, value in counted.items():
            moved = (places[codes[0]], *codes[1:])
            found[moved] = _joined(found[moved], value) if moved in found else value
    return found


def counted_by_hand(
    population: Population,
    indicator: Indicator,
    table: TableSpec,
    span: Span = PERIOD,
) -> Mapping[Codes, int | Amount]:
    """The cells by the naive twins."""
    who, what = population.participants, (indicator, table)
    if indicator.counts is CountedUnit.EUROS:
        return amounts(population.costs, REGIONS, who, what)
    if indicator.counts is CountedUnit.USERS:
        return users(population.costs, REGIONS, who, what)
    if indicator.counts is CountedUnit.RESPONDENTS:
        return respondents(population.answers, REGIONS, who, table)
    if indicator.counts is CountedUnit.DAYS:
        rows = stays(population.provisions, who, indicator, span)
        return amounts(rows, REGIONS, who, what)
    return naive.count(
        population.provisions,
        REGIONS,
        who,
        indicator=indicator,
        table=table,
        period=span,
    )


def _joined(one: int | Amount, other: int | Amount) -> int | Amount:
    """A cell of two populations that have nothing in common."""
    if isinstance(one, int) or isinstance(other, int):
        assert isinstance(one, int)
        assert isinstance(other, int)
        return one + other
    paid = (one.largest, one.second_largest, other.largest, other.second_largest)
    first, second, *_ = sorted(paid, reverse=True)
    return Amount(
        one.value + other.value,
        one.contributors + other.contributors,
        first,
        second,
        one.clients + other.clients,
    )


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
