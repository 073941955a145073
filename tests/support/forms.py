"""The forms in which the specification is written, and what each of them runs.

An example of a form is a call with text tables. The fixtures in `tests/conftest.py`
give these functions to the tests; `tests.support.documents` gives a recorder instead,
and prints the same call as documentation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from engine.duckdb_database import DuckDBDatabase
from engine.tabulate import tabulate
from rules import catalogue
from rules.classification import Additivity, Dimension
from rules.disclosure import DisclosurePolicy, Rounding, RoundingMethod
from rules.indicator import CountedUnit, Indicator, RegionRule, TableSpec, TimeRule
from rules.period import HalfYear, parse_span
from tests.reference import naive, records, worlds
from tests.reference.naive_merging import WmoRecord, merge_arrangements, spell_of
from tests.reference.naive_publication import protect_shown, rate
from tests.support.country import (
    COUNTRY,
    GEMEENTEN,
    arrangements,
    linked,
    place,
    provisions_of,
)
from tests.support.texttable import Row, columns, parse


Codes = tuple[str, ...]
Cells = dict[Codes, int]


# --- counting -------------------------------------------------------------------------


def counting(
    *,
    given: str,
    expect: str,
    indicator: str = "STA_HUISHOUDENS",
    shown: str = "",
    period: str = "2023-H1",
    not_participating: Sequence[str] = (),
    **words: str,
) -> None:
    """Count the provisions of an example, by the naive twin and by the engine.

    `shown` is one of the published tables of the indicator; without it, all dimensions
    of its table crossed. `words` replace a word of the indicator: counts, time or
    region. Exactly the cells that `expect` lists are compared: a dimension without a
    column there is at its total, and a cell without a number is not in the table.
    """
    span = parse_span(period)
    rules = catalogue.load()
    measure = _reworded(rules.indicators[indicator], words)
    table = rules.tables[measure.table]
    if shown:
        (table,) = (each for each in table.published() if each.code == shown)
    rows = provisions_of(given, span)
    taking_part = [code for code in GEMEENTEN if code not in not_participating]
    expected = _listed_cells(expect, table)

    microdata = linked(rows, participants=taking_part)
    by_hand = naive.count(
        rows,
        COUNTRY,
        microdata.participants(table.consent),
        indicator=measure,
        table=table,
        period=span,
    )
    assert {codes: by_hand.get(codes) for codes in expected} == expected

    with DuckDBDatabase() as database:
        counted = tabulate(microdata, measure, table, span, database)
    by_engine = cells_of(counted.cells.to_pylist(), table)
    assert {codes: by_engine.get(codes) for codes in expected} == expected


def cells_of(rows: Sequence[Mapping[str, object]], table: TableSpec) -> Cells:
    """The cells of the engine's table by their codes; a cell twice is an error."""
    names = ["region", *(dimension.name for dimension in table.dimensions)]
    found: Cells = {}
    for row in rows:
        codes = tuple(str(row[name]) for name in names)
        assert codes not in found, f"the cell {codes} occurs twice"
        value = row["value"]
        assert isinstance(value, int)
        found[codes] = value
    return found


def _listed_cells(expect: str, table: TableSpec) -> dict[Codes, int | None]:
    *given, figure = columns(expect)
    if unknown := set(given) - {"region", *(d.name for d in table.dimensions)}:
        raise ValueError(f"table {table.code} has no dimension {sorted(unknown)}")
    return {
        (
            row.get("region") or records.COUNTRY,
            *(row.get(each.name) or each.total for each in table.dimensions),
        ): _number_or_none(row[figure])
        for row in parse(expect)
    }


def _reworded(indicator: Indicator, words: Mapping[str, str]) -> Indicator:
    if unknown := set(words) - {"counts", "time", "region"}:
        raise ValueError(f"an indicator has no word {sorted(unknown)}")
    return replace(
        indicator,
        counts=CountedUnit(words.get("counts", indicator.counts)),
        time=TimeRule(words.get("time", indicator.time)),
        region=RegionRule(words.get("region", indicator.region)),
    )


def inhabiting(
    *,
    given: str,
    expect: str,
    indicator: str,
    shown: str,
    not_participating: Sequence[str] = (),
) -> None:
    """Count the inhabitants of an example, by the naive twin and by the engine.

    `given` has how many live where, and of them so many of a code; without one, all.
    """
    rules = catalogue.load()
    measure = rules.indicators[indicator]
    published = rules.tables[measure.table].published()
    (table,) = (each for each in published if each.code == shown)
    everybody = [_inhabitants(row) for row in parse(given)]
    taking_part = [code for code in GEMEENTEN if code not in not_participating]
    expected = _listed_cells(expect, table)
    by_hand = naive.count_inhabitants(everybody, COUNTRY, taking_part, table)
    assert {codes: by_hand.get(codes) for codes in expected} == expected
    microdata = linked([], participants=taking_part, everybody=everybody)
    with DuckDBDatabase() as database:
        counted = tabulate(microdata, measure, table, HalfYear(2023, 1), database)
    by_engine = cells_of(counted.cells.to_pylist(), table)
    assert {codes: by_engine.get(codes) for codes in expected} == expected


def _inhabitants(row: Row) -> records.Inhabitants:
    gemeente, wijk = place(row["lives"])
    (characteristic,) = row.keys() - {"lives", "inhabitants"}
    return records.Inhabitants(
        gemeente=str(gemeente),
        wijk=wijk,
        characteristic=characteristic,
        code=row[characteristic] or "",
        inhabitants=_number(row, "inhabitants"),
    )


# --- merging --------------------------------------------------------------------------


def merging(*, given: str, expect: str, period: str = "2023-H1") -> None:
    """Merge Wmo records into arrangements, by the naive twin and by linkage.

    Expects the spells of the arrangements, all of which run in the period.
    """
    records = [_wmo_record(row) for row in parse(given)]
    expected = [
        (row["person"], _day(row["starts"]), _day(row["ends"])) for row in parse(expect)
    ]
    by_hand = [
        (arrangement[0]["person_key"], *spell_of(arrangement))
        for arrangement in merge_arrangements(records)
    ]
    assert sorted(by_hand, key=str) == sorted(expected, key=str)
    with DuckDBDatabase() as database:
        linked_up = arrangements(records, HalfYear.parse(period), database)
    assert sorted(linked_up, key=str) == sorted(expected, key=str)


def _wmo_record(row: Row) -> WmoRecord:
    starts = _day(row["starts"])
    if row["person"] is None or starts is None:
        raise ValueError("every record of an example has a person and a first day")
    return WmoRecord(
        person_key=row["person"],
        gemeente=row.get("gemeente") or "GM0363",
        allocation=row.get("allocation"),
        type=row.get("type") or "01",
        financing=row.get("financing", "1"),
        reason=row.get("reason"),
        starts=starts,
        ends=_day(row["ends"]),
    )


# --- what is shown --------------------------------------------------------------------


def showing(*, given: str, expect: str, policy: str = "social_domain") -> None:
    """Protect the cells of an example one by one; a hidden value is written `.`.

    `given` has the exact counts, and a denominator (`inhabitants` or `households`)
    where a rate per 1 000 is shown as well.
    """
    chosen = catalogue.load().policies[policy]
    expected = parse(expect)
    for row, wanted in zip(parse(given), expected, strict=True):
        shown = shown_value(_number(row, "count"), chosen)
        found = {"cell": row["cell"], "shown": _symbol(shown)}
        for denominator in {"inhabitants", "households"} & set(row):
            per = rate(shown, _number(row, denominator))
            found["per 1 000"] = _symbol(per)
        assert found == wanted


def shown_value(value: int, policy: DisclosurePolicy) -> int | None:
    """What is published of a cell on its own: where the engine is to be plugged in."""
    return protect_shown(value, policy)


# --- what a reader can still believe --------------------------------------------------


OF_TABLES = {
    "small counts": DisclosurePolicy(
        hide=None, rounding=Rounding(5, RoundingMethod.SMALL_COUNTS)
    )
}
"""Policies for anybody's tables, that the monitor does not use."""


def reading(
    *,
    given: str,
    expect: str,
    policy: str = "social_domain",
    parts: str = "exact",
) -> None:
    """Read a published table of one dimension (`T` is its total) as a stranger would.

    `given` has `part`, `shown` (`.` is hidden) and optionally `status`; `expect` has
    the smallest and the largest value that is still possible.
    """
    rows = parse(given)
    codes = [str(row["part"]) for row in rows if row["part"] != "T"]
    dimension = Dimension.flat("part", "T", codes, Additivity(parts))
    published: dict[Codes, int | None] = {}
    statuses: dict[Codes, str] = {}
    for row in rows:
        published[str(row["part"]),] = _number_or_none(row["shown"])
        statuses[str(row["part"]),] = row.get("status") or _plain(row)
    chosen = {**catalogue.load().policies, **OF_TABLES}[policy]
    found = possible_values(dimension, published, statuses, chosen)
    for row in parse(expect):
        wanted = (_number(row, "smallest"), _number_or_none(row["largest"]))
        assert found[str(row["part"]),] == wanted


def possible_values(
    dimension: Dimension,
    published: Mapping[Codes, int | None],
    statuses: Mapping[Codes, str],
    policy: DisclosurePolicy,
) -> dict[Codes, tuple[int, int | None]]:
    """All worlds of a release: where the auditor is to be plugged in."""
    return worlds.intervals([dimension], published, policy, statuses)


def _plain(row: Row) -> str:
    return "u" if row["shown"] == "." else "s"


# --- reading the places of a text table -----------------------------------------------


def _number(row: Row, column: str) -> int:
    place = row[column]
    if place is None:
        raise ValueError(f"column {column!r} needs a number in every row")
    return int(place)


def _number_or_none(place: str | None) -> int | None:
    return None if place in {None, "."} else int(str(place))


def _symbol(value: int | None) -> str:
    return "." if value is None else str(value)


def _day(place: str | None) -> date | None:
    return None if place is None else date.fromisoformat(place)
