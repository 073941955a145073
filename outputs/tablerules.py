"""What every published table satisfies, judged on its bytes alone.

Asked twice: at the door before a release is written, and outside by `verify`. Gives
findings, each one sentence with file and line. Standard library and `rules` only.
"""

import csv
import io
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from outputs.layout import (
    REGION_CODE,
    REGION_LEVELS,
    columns,
    is_plain,
    region_order,
)
from outputs.manifest import TableFacts
from outputs.symbols import HIDDEN, IMPOSSIBLE
from rules.disclosure import RoundingMethod


MOST_FINDINGS = 20
"""Of one file; the others are counted."""

_WHOLE = re.compile(r"0|[1-9][0-9]{0,14}")

Line: TypeAlias = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Expected:
    """A table as it should be, in a release of this period and status."""

    path: str
    table: TableFacts
    period: str
    sign: str

    @property
    def cells_per_region(self) -> int:
        cells = len(self.measures)
        for codes in self.table.dimensions.values():
            cells *= len(codes)
        return cells

    @property
    def measures(self) -> list[str]:
        """Every measure: the counts, and the rates that there are."""
        pairs = self.table.measures.items()
        return [code for pair in pairs for code in pair if code is not None]

    def at(self, line: int, problem: str) -> str:
        return f"{self.path}, line {line}: {problem}."


def row_count(content: bytes) -> int:
    """Cells in a table file: its lines but the first."""
    return max(content.count(b"\n") - 1, 0)


def table_findings(content: bytes, expected: Expected) -> list[str]:
    """All that is wrong with a table file, at most `MOST_FINDINGS` of them written."""
    found = _findings(content, expected)
    first = list(itertools.islice(found, MOST_FINDINGS))
    more = sum(1 for _ in found)
    return [*first, f"{expected.path}: {more} more problems."] if more else first


def _findings(content: bytes, expected: Expected) -> Iterator[str]:
    if not content.endswith(b"\n"):
        yield f"{expected.path}: the last line is cut off."
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        yield f"{expected.path}: is not UTF-8."
        return
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = columns(expected.table.dimensions)
        if next(reader, None) != header:
            yield expected.at(1, f"the columns are not {', '.join(header)}")
            return
        yield from _region_findings(_lines(reader), len(header), expected)
    except csv.Error:
        yield expected.at(reader.line_num, "is not CSV")


def _lines(reader: "Iterable[list[str]]") -> Iterator[Line]:
    """Line number and fields; a quoted line break is refused elsewhere."""
    return enumerate(reader, start=2)


def _region_findings(
    lines: Iterator[Line], width: int, expected: Expected
) -> Iterator[str]:
    """Region by region, in their order, so that a region comes once."""
    judge = _CellJudge(expected)
    before: tuple[int, str] = (-1, "")
    for region, group in itertools.groupby(lines, key=lambda line: line[1][2:3]):
        cells = list(group)
        whole = [line for line in cells if len(line[1]) == width]
        for number, _ in (line for line in cells if len(line[1]) != width):
            yield expected.at(number, f"has not {width} fields")
        if not whole:
            continue
        order = region_order(region[0])
        if order <= before:
            yield expected.at(whole[0][0], "the region is not in its order, or twice")
        before = order
        yield from _frame_findings(whole, expected)
        yield from judge.findings(whole)
        yield from _rate_findings(whole, expected)


def _frame_findings(cells: list[Line], expected: Expected) -> Iterator[str]:
    """Period, region and codes; every cell of the table once."""
    first = cells[0][1][:4]
    period, level, region, name = first
    known = REGION_CODE.fullmatch(region) is not None
    if not known or level != REGION_LEVELS[region[:2]]:
        yield expected.at(cells[0][0], "the region code is not of its level")
    if not name or not is_plain(name):
        yield expected.at(cells[0][0], "the region name is empty or no plain text")
    if period != expected.period:
        yield expected.at(cells[0][0], f"the period is not {expected.period}")
    code_lists = [*map(frozenset, expected.table.dimensions.values())]
    code_lists.append(frozenset(expected.measures))
    seen: set[tuple[str, ...]] = set()
    for line, row in cells:
        codes = tuple(row[4:-2])
        if row[:4] != first:
            yield expected.at(line, "period or region differs from the line before")
        if not all(c in known for c, known in zip(codes, code_lists, strict=True)):
            yield expected.at(line, "a code is not one of this table")
        elif codes in seen:
            yield expected.at(line, "the cell is there twice")
        seen.add(codes)
    missing = expected.cells_per_region - len(seen)
    if missing > 0:
        yield expected.at(cells[-1][0], f"{missing} cells of this region are missing")


class _CellJudge:
    """Judges value and symbol of single cells, each distinct count only once."""

    def __init__(self, expected: Expected) -> None:
        self._expected = expected
        self._counts = frozenset(expected.table.measures)
        self._judged: dict[str, str] = {}
        names = list(expected.table.dimensions)
        self._impossible = [
            [(names.index(name) + 4, code) for name, code in cell.items()]
            for cell in expected.table.impossible
        ]

    def findings(self, cells: list[Line]) -> Iterator[str]:
        for line, row in cells:
            problem = self._problem(row)
            if problem:
                yield self._expected.at(line, problem)

    def _problem(self, row: list[str]) -> str:
        measure, value, sign = row[-3:]
        if any(all(row[at] == c for at, c in cell) for cell in self._impossible):
            blank = (value, sign) == ("", IMPOSSIBLE.sign)
            return "" if blank else "a cell that cannot occur is not blank"
        if value == "":
            return "" if sign == HIDDEN.sign else "the symbol of a hidden cell is not ."
        if sign != self._expected.sign:
            return "the symbol is not that of the release's status"
        if measure not in self._counts:
            return "" if _WHOLE.fullmatch(value) else "the rate is not a whole number"
        if value not in self._judged:
            self._judged[value] = _count_problem(value, self._expected.table)
        return self._judged[value]


def _count_problem(value: str, table: TableFacts) -> str:
    if not _WHOLE.fullmatch(value):
        return "the count is not a whole number"
    count, rounding = int(value), table.rounding
    rounds = rounding.method is not RoundingMethod.NONE
    if rounds and count % rounding.base:
        return f"the count is not a multiple of {rounding.base}"
    below, above = rounding.slack()
    low, high = table.hidden or (0, -1)
    if low <= max(count - below, 0) and count + above <= high:
        return f"the count stands for {low} to {high}, which is hidden"
    return ""


def _rate_findings(cells: list[Line], expected: Expected) -> Iterator[str]:
    """Rates are hidden as their counts are, and follow from one denominator.

    That is of the region, or of those in it with a code of the dimensions `rates_by`;
    where it is not known there is no rate at all.
    """
    by_measure: dict[str, dict[tuple[str, ...], Line]] = {}
    for line, row in cells:
        by_measure.setdefault(row[-3], {})[tuple(row[4:-3])] = (line, row)
    for count, rate in expected.table.measures.items():
        if rate is not None:
            counts, rates = by_measure.get(count, {}), by_measure.get(rate, {})
            for pairs in _pairs(counts, rates, expected.table).values():
                yield from _pair_findings(pairs, expected)


def _pairs(
    counts: Mapping[tuple[str, ...], Line],
    rates: Mapping[tuple[str, ...], Line],
    table: TableFacts,
) -> dict[tuple[str, ...], list[tuple[int, str, str]]]:
    """Per denominator: line of the rate, value of the count, value of the rate."""
    found: dict[tuple[str, ...], list[tuple[int, str, str]]] = {}
    for codes, (line, row) in rates.items():
        if codes in counts:
            pair = (line, counts[codes][1][-2], row[-2])
            found.setdefault(table.divided_by(codes), []).append(pair)
    return found


def _pair_findings(
    pairs: list[tuple[int, str, str]], expected: Expected
) -> Iterator[str]:
    has_rates = any(rate for _, _, rate in pairs)
    lowest, highest = 1, 10**15
    for line, count, rate in pairs:
        if rate and not count:
            yield expected.at(line, "a rate is shown and its count is hidden")
        elif count and not rate and has_rates:
            yield expected.at(line, "a rate is hidden and its count is shown")
        elif _WHOLE.fullmatch(count) and _WHOLE.fullmatch(rate):
            low, high = denominator_range(int(count), int(rate))
            lowest, highest = max(lowest, low), min(highest, high)
            if lowest > highest:
                yield expected.at(line, "no denominator gives this rate and the others")
                return


def denominator_range(count: int, rate: int) -> tuple[int, int]:
    """Smallest and largest denominator with floor(1000 count/d + 1/2) = rate.

    15 and 214 per 1 000: from 70 to 70.
    """
    highest = 2000 * count // (2 * rate - 1) if rate else 10**15
    return 2000 * count // (2 * rate + 1) + 1, highest
