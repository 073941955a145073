"""The naive twin of the client survey: who answered what, by loops alone."""

from collections.abc import Collection, Sequence
from typing import TypedDict

from rules.indicator import TableSpec
from tests.reference.naive import cells_of, is_within
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
