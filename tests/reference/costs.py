"""The naive twin of costs: what was paid, to whom and for how many, by loops alone."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import NamedTuple, TypedDict

from rules.indicator import Characteristic, Indicator, TableSpec
from rules.period import Span
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
    """What a gemeente paid, for a client or in all for so many users, and to whom."""

    gemeente: str
    domain: str
    type: str
    detail: str
    referrer: str
    contributor: str
    person_id: str | None
    users: int
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
    what: tuple[Indicator, TableSpec],
) -> dict[Codes, Amount]:
    """Elke cel van de tabel, met wat erin is uitgegeven."""
    cells = _cells(costs, regions, participants, what)
    return {codes: _amount(own) for codes, own in cells.items()}


def users(
    costs: Sequence[Cost],
    regions: Sequence[Region],
    participants: Collection[str],
    what: tuple[Indicator, TableSpec],
) -> dict[Codes, int]:
    """Elke cel van de tabel, met hoeveel gebruikers er zijn opgegeven."""
    cells = _cells(costs, regions, participants, what)
    return {codes: sum(one["users"] for one in own) for codes, own in cells.items()}


def _cells(
    costs: Sequence[Cost],
    regions: Sequence[Region],
    participants: Collection[str],
    what: tuple[Indicator, TableSpec],
) -> dict[Codes, list[Cost]]:
    """Elke cel van de tabel, met de opgaven die erin vallen."""
    indicator, table = what
    domains = indicator.where["domain"]
    return {
        codes: [
            cost
            for cost in costs
            if cost["gemeente"] in participants
            and cost["domain"] in domains
            and _is_in_region(cost, codes[0], regions)
            and _has_code(cost, codes[1], table)
        ]
        for codes in cells_of(regions, participants, table)
    }


def _is_in_region(cost: Cost, place: str, regions: Sequence[Region]) -> bool:
    """Uitgaven tellen in de gemeente die betaalde en alles waar die in ligt."""
    return is_within(place, cost["gemeente"], None, regions)


def _has_code(cost: Cost, code: str, table: TableSpec) -> bool:
    """Het totaal, de hoofdgroep of het soort, of iets waar een van die in valt; in een
    tabel naar verwijzer de verwijzer."""
    (dimension,) = table.dimensions
    is_by_referrer = table.by[dimension.name] is Characteristic.REFERRER
    own = [cost["referrer"]] if is_by_referrer else [cost["type"], cost["detail"]]
    return code == dimension.total or any(
        is_part_of(each, code, dimension) for each in own
    )


def _amount(costs: Sequence[Cost]) -> Amount:
    """Per gemeente, soort en ontvanger afgerond op duizend euro, de helft naar boven;
    wie per saldo terugbetaalde telt voor niets."""
    paid: dict[str, int] = {}
    for one in {_smallest(cost) for cost in costs}:
        cents = sum(cost["cents"] for cost in costs if _smallest(cost) == one)
        thousands = max((cents + 50_000) // 100_000, 0)
        if thousands:
            paid[one[0]] = paid.get(one[0], 0) + thousands
    largest = [*sorted(paid.values(), reverse=True), 0, 0]
    clients = len({cost["person_id"] for cost in costs} - {None})
    return Amount(
        sum(paid.values()), len(paid), largest[0], largest[1], clients + _told(costs)
    )


def _smallest(cost: Cost) -> Codes:
    """De ontvanger, met de gemeente en het soort waarvoor wordt afgerond."""
    return cost["contributor"], cost["gemeente"], cost["detail"], cost["referrer"]


def _told(costs: Sequence[Cost]) -> int:
    """Gebruikers zonder persoon: per gemeente ten minste die van de grootste opgave,
    want wie in de ene telt kan ook in de andere tellen."""
    totals = [cost for cost in costs if cost["person_id"] is None]
    return sum(
        max(cost["users"] for cost in totals if cost["gemeente"] == gemeente)
        for gemeente in {cost["gemeente"] for cost in totals}
    )


def stays(
    provisions: Sequence[Provision],
    participants: Collection[str],
    indicator: Indicator,
    period: Span,
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
                    domain=row["domain"],
                    type=row["type"],
                    detail=row["detail"] or "",
                    referrer=row["referrer"] or "",
                    contributor=row["person_id"],
                    person_id=row["person_id"],
                    users=1,
                    cents=100_000 * days,
                )
            )
    return found
