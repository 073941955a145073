"""The figures that are drawn of a release, as `figures.toml` declares them."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache
from pathlib import Path

from outputs.description import DimensionText, MeasureText, TableDescription
from rules.entry import Entry
from rules.errors import RuleError
from rules.indicator import Text


DECLARED = Path(__file__).parent / "figures.toml"

_KEYS = {
    "code", "chapter", "title", "table", "measure", "along", "codes", "series", "shows",
    "interval", "tile", "most",
}  # fmt: skip


class Shows(Enum):
    """What stands beside what in a figure."""

    CODES = "codes"
    """The codes of a dimension in the latest half-year: a gemeente, its reference."""
    OWN = "own"
    """The codes of a dimension in the latest half-year of a gemeente by itself."""
    PERIODS = "periods"
    """The codes of a dimension of one gemeente, half-year by half-year."""
    WIJKEN = "wijken"
    """The codes of a dimension of each wijk of a gemeente, and of the gemeente."""


_BY_CODE = frozenset({Shows.CODES, Shows.OWN})
_LOWER_AND_UPPER = 2


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter of the municipal report."""

    number: int
    title: Text
    text: Text


@dataclass(frozen=True, slots=True)
class Part:
    """One of the series beside each code of a figure: what stands behind the code."""

    suffix: str
    title: Text


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: a measure on a published table, along one of its dimensions.

    Other dimensions are at their total. Without `codes` all of them but the total. With
    `series` each code is drawn once for each of them: A, A2U, A3U, and B, B2U, B3U.
    `interval` names the measures that are the ends of the interval around each value.
    `most` leaves only so many codes: those that the gemeente has most of.
    `tile` is its place on the dashboard; None: it is in the report only.
    """

    code: str
    chapter: int
    title: Text
    table: str
    measure: str
    along: str
    shows: Shows
    codes: tuple[str, ...] = ()
    series: tuple[Part, ...] = ()
    interval: tuple[str, ...] = ()
    tile: int | None = None
    most: int | None = None

    def is_in(self, tables: Mapping[str, TableDescription]) -> bool:
        """Whether a release with these tables has what is drawn."""
        table = tables.get(self.table)
        return (
            table is not None
            and {self.measure, *self.interval} <= {one.code for one in table.measures}
            and self.along in {one.name for one in table.dimensions}
            and self.dimension_in(table).codes.keys() >= set(self.cells_in(table))
        )

    @property
    def ends(self) -> tuple["Figure", ...]:
        """The same of the lower and of the upper end of the interval, if any."""
        return tuple(replace(self, measure=end, interval=()) for end in self.interval)

    def codes_in(self, table: TableDescription) -> tuple[str, ...]:
        """The codes that are drawn; the total of a dimension is its first code."""
        return self.codes or tuple(self.dimension_in(table).codes)[1:]

    def cells_in(self, table: TableDescription) -> tuple[str, ...]:
        """The code of every cell: of the first code all series, then of the next."""
        suffixes = [one.suffix for one in self.series] or [""]
        return tuple(code + end for code in self.codes_in(table) for end in suffixes)

    def dimension_in(self, table: TableDescription) -> DimensionText:
        return next(one for one in table.dimensions if one.name == self.along)

    def measure_in(self, table: TableDescription) -> MeasureText:
        return next(one for one in table.measures if one.code == self.measure)


@dataclass(frozen=True, slots=True)
class Figures:
    """All declared chapters and figures, in their order."""

    chapters: tuple[Chapter, ...]
    figures: tuple[Figure, ...]

    def among(self, tables: Mapping[str, TableDescription]) -> tuple[Figure, ...]:
        return tuple(one for one in self.figures if one.is_in(tables))


@cache
def declared(path: Path = DECLARED) -> Figures:
    """The figures of a file; RuleError with everything that is wrong in it."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    problems: list[str] = []
    chapters = tuple(
        _chapter(Entry(f"{path.name}: chapter {keys.get('number')}", keys, problems))
        for keys in content.get("chapter", [])
    )
    numbers = {chapter.number for chapter in chapters}
    figures = tuple(
        _figure(Entry(f"{path.name}: {keys.get('code')}", keys, problems), numbers)
        for keys in content.get("figure", [])
    )
    if len({figure.code for figure in figures}) < len(figures):
        problems.append(f"{path.name}: a code is declared twice; give each its own")
    if problems:
        raise RuleError(
            f"{len(problems)} errors in the declared figures; correct them:\n  "
            + "\n  ".join(problems)
        )
    return Figures(chapters, figures)


def _chapter(entry: Entry) -> Chapter:
    entry.only({"number", "title", "text"})
    return Chapter(_number(entry, "number"), entry.text("title"), entry.text("text"))


def _figure(entry: Entry, chapters: Collection[int]) -> Figure:
    entry.only(_KEYS)
    chapter = _number(entry, "chapter")
    if chapter not in chapters:
        entry.wrong(f"chapter {chapter} is not declared; declare it or choose another")
    codes, shows = entry.keys.get("codes"), entry.word("shows", Shows)
    listed = entry.keys.get("series", [])
    parts = listed if isinstance(listed, list) else []
    series = tuple(_part(entry, keys) for keys in parts)
    if series and shows not in _BY_CODE:
        entry.wrong("only a figure by code (codes, own) can have 'series'")
    ends = entry.keys.get("interval")
    interval = () if ends is None else entry.strings(ends, "'interval'")
    if interval and (len(interval) != _LOWER_AND_UPPER or shows not in _BY_CODE):
        entry.wrong("'interval' is two measures, of a figure by code (codes, own)")
    if "most" in entry.keys and (series or interval or shows is not Shows.CODES):
        entry.wrong("only a figure of codes beside a reference can have 'most'")
    return Figure(
        entry.string("code"),
        chapter,
        entry.text("title"),
        entry.string("table"),
        entry.string("measure"),
        entry.string("along"),
        shows,
        () if codes is None else entry.strings(codes, "'codes'"),
        series,
        interval,
        _number(entry, "tile") if "tile" in entry.keys else None,
        _number(entry, "most") if "most" in entry.keys else None,
    )


def _part(figure: Entry, keys: Mapping[str, object]) -> Part:
    entry = Entry(f"{figure.where}: series", keys, figure.problems)
    entry.only({"suffix", "title"})
    return Part(entry.string("suffix"), entry.text("title"))


def _number(entry: Entry, key: str) -> int:
    value = entry.keys.get(key)
    if type(value) is int:
        return value
    entry.wrong(f"{key!r} must be a whole number")
    return 0
