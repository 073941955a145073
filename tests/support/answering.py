"""The forms in which the chapter on the client survey is written."""

from collections.abc import Collection, Sequence
from dataclasses import replace

import pyarrow as pa

from engine.database import Database
from engine.duckdb_database import DuckDBDatabase
from engine.microdata import ANSWERS
from engine.proportion import interval, percentage
from engine.tabulate import tabulate
from rules import catalogue
from rules.indicator import Indicator, TableSpec
from rules.period import HalfYear
from tests.reference.records import Codes, Region
from tests.reference.survey import Answer, respondents, share
from tests.support.country import COUNTRY, GEMEENTEN, linked
from tests.support.forms import cells_of
from tests.support.texttable import Row, parse


PERIOD = HalfYear(2023, 1)


def answering(
    *, given: str, expect: str, not_participating: Sequence[str] = ()
) -> None:
    """Count who answered what in an example, by the naive twin and by the engine.

    Where it has no column: a respondent of Amsterdam. Columns `1`..`4` are the
    statements: `E` agrees, `N` neither, `O` disagrees, empty was not answered.
    """
    rules = catalogue.load()
    indicator = rules.indicators["WMO_RESPONDENTEN"]
    table = rules.tables[indicator.table]
    answers = [answer for row in parse(given) for answer in _answers(row)]
    taking_part = [code for code in GEMEENTEN if code not in not_participating]
    by_hand = respondents(answers, COUNTRY, taking_part, table)
    with DuckDBDatabase(threads=1) as database:
        by_engine = counted(answers, COUNTRY, taking_part, (indicator, table), database)
    for row in parse(expect):
        codes = row["region"] or "NL", row["answer"] or "T"
        for found in (by_hand, by_engine):
            assert f"{found[codes]}" == row["respondents"]


def sharing(*, given: str, expect: str) -> None:
    """Percentages of published counts with their interval, by both twins.

    Every line of `expect` is of the line of `given` in its place.
    """
    rules = catalogue.load()
    policy = rules.policies[rules.indicators["WMO_RESPONDENTEN"].disclosure]
    for counts, expected in zip(parse(given), parse(expect), strict=True):
        part, whole = int(counts["agree"] or 0), int(counts["answered"] or 0)
        by_engine = percentage(part, whole), *interval(part, whole, policy.rounding)
        for found in (share(part, whole, policy), by_engine):
            assert dict(zip(expected, map(str, found), strict=True)) == expected


def counted(
    answers: Sequence[Answer],
    regions: Sequence[Region],
    participants: Collection[str],
    asked: tuple[Indicator, TableSpec],
    database: Database,
) -> dict[Codes, int]:
    """The cells by the engine."""
    microdata = replace(
        linked([], regions, participants),
        answers=pa.Table.from_pylist(list(answers), ANSWERS),
    )
    cells = tabulate(microdata, *asked, PERIOD, database).cells
    return cells_of(cells.to_pylist(), asked[1])


def _answers(row: Row) -> list[Answer]:
    gemeente = row.get("gemeente") or "GM0363"
    return [
        Answer(
            gemeente=gemeente,
            respondent=f"{gemeente} {row['respondent']}",
            statement=statement,
            answer=answer,
        )
        for statement in "1234"
        if (answer := row.get(statement))
    ]
