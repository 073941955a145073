"""The naive twin of the client survey: who answered what, by loops alone."""

from collections.abc import Collection, Sequence
from fractions import Fraction
from typing import TypedDict

from rules.disclosure import DisclosurePolicy
from rules.indicator import TableSpec
from tests.reference.naive import cells_of, is_within
from tests.reference.naive_publication import protect_shown
from tests.reference.records import Codes, Region


class Answer(TypedDict):
    """What a respondent answered to a statement: agrees `E`, neither `N`, not `O`."""

    gemeente: str
    respondent: str
    statement: str
    answer: str


def respondents(
    answers: Sequence[Answer],
    regions: Sequence[Region],
    participants: Collection[str],
    table: TableSpec,
) -> dict[Codes, int]:
    """Elke cel van de tabel, met het aantal respondenten dat erin hoort."""
    (dimension,) = table.dimensions
    return {
        (place, code): len(
            {
                row["respondent"]
                for row in answers
                if row["gemeente"] in participants
                and is_within(place, row["gemeente"], None, regions)
                and (code == dimension.total or is_answered_so(row, code))
            }
        )
        for place, code in cells_of(regions, participants, table)
    }


def is_answered_so(row: Answer, code: str) -> bool:
    """De stelling is beantwoord; met dit antwoord, of met een ander dan dat (X)."""
    statement, said = code[0], code[1:]
    if row["statement"] != statement:
        return False
    if said.startswith("X"):
        return row["answer"] != said[1:]
    return said in {"", row["answer"]}


def share(part: int, whole: int, policy: DisclosurePolicy) -> tuple[int, int, int]:
    """Het percentage van gepubliceerde aantallen en de grenzen van zijn interval: wat
    bij een van de aantallen die zo gepubliceerd zouden zijn niet wordt verworpen."""
    value = int(Fraction(100 * part, whole) + Fraction(1, 2))
    possible = {value} | {
        percentage
        for n in could_be(whole, policy)
        for x in could_be(part, policy)
        for percentage in range(101)
        if x <= n and not is_rejected(Fraction(percentage, 100), x, n)
    }
    return value, min(possible), max(possible)


def could_be(published: int, policy: DisclosurePolicy) -> list[int]:
    """De aantallen die als dit aantal worden gepubliceerd."""
    near = range(max(published - 10, 0), published + 11)
    return [count for count in near if protect_shown(count, policy) == published]


def is_rejected(proportion: Fraction, part: int, whole: int) -> bool:
    """De scoretoets bij 5 procent: het deel wijkt meer dan 1,959964 standaardfouten af
    van deze proportie (Wilson, 1927)."""
    off = (Fraction(part, whole) - proportion) ** 2
    error = proportion * (1 - proportion) / whole
    return off > Fraction(3_841_459, 1_000_000) * error
