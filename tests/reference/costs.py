"""The naive twin of costs: what was paid, to whom and for how many, by loops alone."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import NamedTuple, TypedDict

from rules.indicator import Indicator, TableSpec
from rules.period import HalfYear
from tests.reference.naive import (
    cells_of,
    ended_in,
    is_selected,
    is_within,
    takes_part,
)
from tests.reference.naive_characteristics import is_part_of
from tests.reference.records import Codes, Provision, Region


class Cost(TypedDict):
    """What a gemeente paid for a client, and to whom."""

    gemeente: str
    type: str
    detail: str
    contributor: str
    person_id: str
    cents: int


class Amount(NamedTuple):
    """A cell in thousands of euros, and what its sensitivity is judged by."""

    value: int
    contributors: int
    largest: int
    second_largest: int
    clients: int


def amounts(
    costs: Sequence[Cost],
    regions: Sequence[Region],
    participants: Collection[str],
    table: TableSpec,
) -> dict[Codes, Amount]:
    """Elke cel van de tabel, met wat erin is uitgegeven."""
    return {
        codes: _amount(
            [
                cost
                for cost in costs
                if cost["gemeente"] in participants
                and _is_in_region(cost, codes[0], regions)
                and _has_code(cost, codes[1], table)
            ],
        )
        for codes in cells_of(regions, participants, table)
    }


def _is_in_region(cost: Cost, place: str, regions: Sequence[Region]) -> bool:
    """Uitgaven tellen in de gemeente die betaalde en alles waar die in ligt."""
    return is_within(place, cost["gemeente"], None, regions)


def _has_code(cost: Cost, code: str, table: TableSpec) -> bool:
    """Het totaal, de hoofdgroep of het soort, of iets waar een van die in valt."""
    (dimension,) = table.dimensions
    return code == dimension.total or any(
        is_part_of(own, code, dimension) for own in (cost["type"], cost["detail"])
    )


def _amount(costs: Sequence[Cost]) -> Amount:
    """Per gemeente, soort en ontvanger afgerond op duizend euro, de helft naar boven;
    wie per saldo terugbetaalde telt voor niets."""
    paid: dict[str, int] = {}
    for one in {(c["gemeente"], c["detail"], c["contributor"]) for c in costs}:
        cents = sum(
            c["cents"]
            for c in costs
            if (c["gemeente"], c["detail"], c["contributor"]) == one
        )
        thousands = max((cents + 50_000) // 100_000, 0)
        if thousands:
            paid[one[2]] = paid.get(one[2], 0) + thousands
    largest = [*sorted(paid.values(), reverse=True), 0, 0]
    clients = {cost["person_id"] for cost in costs}
    return Amount(sum(paid.values()), len(paid), largest[0], largest[1], len(clients))


def stays(
    provisions: Sequence[Provision],
    participants: Collection[str],
    indicator: Indicator,
    period: HalfYear,
) -> list[Cost]:
    """De dagen van wat in het halfjaar eindigde, eerste en laatste dag meegeteld; een
    dag telt voor een, zoals duizend euro, en de persoon is de bijdrager."""
    found = []
    for row in provisions:
        ends = row["ends"]
        if (
            ends is not None
            and ended_in(row, period)
            and is_selected(row, indicator)
            and takes_part(row, participants)
        ):
            days = 0
            day = row["starts"]
            while day <= ends:
                day, days = day + timedelta(days=1), days + 1
            found.append(
                Cost(
                    gemeente=row["client_gemeente"] or "",
                    type=row["type"],
                    detail=row["detail"] or "",
                    contributor=row["person_id"],
                    person_id=row["person_id"],
                    cents=100_000 * days,
                )
            )
    return found
