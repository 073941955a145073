"""Laws of counting: what anybody knows of several measures together.

`laws.toml` says them; each holds by what its measures count, where its `needs` are met.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rules.catalogue import Catalogue
from rules.entry import Entry
from rules.errors import RuleError
from rules.indicator import RegionLevel, TableSpec, Text


_FILE = Path(__file__).parent / "laws.toml"


@dataclass(frozen=True, slots=True)
class Term:
    """Cells of a measure that count together, so many times.

    They have these codes on the only dimension of a published table; without a
    dimension it is the total.
    """

    measure: str
    dimension: str | None
    codes: tuple[str, ...]
    times: int


@dataclass(frozen=True, slots=True)
class LawCase:
    """In a region the `smaller` terms are together at most the `larger` ones."""

    smaller: tuple[Term, ...]
    larger: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Law:
    """A law of counting: its cases, the levels of region, and what it hangs on."""

    text: Text
    needs: Text
    regions: tuple[RegionLevel, ...]
    cases: tuple[LawCase, ...]


def load_laws(catalogue: Catalogue, path: Path = _FILE) -> tuple[Law, ...]:
    """All laws; raises RuleError with every mistake in them."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"{path.name}: cannot be read as TOML: {error}") from None
    problems: list[str] = []
    Entry(path.name, content, problems).only({"law"})
    laws = tuple(
        _law(Entry(f"{path.name}: law {number}", keys, problems), catalogue)
        for number, keys in enumerate(_tables(content, "law", path.name, problems), 1)
    )
    if problems:
        raise RuleError(
            f"{len(problems)} errors in the laws; correct them:\n  "
            + "\n  ".join(problems)
        )
    return laws


def _law(entry: Entry, catalogue: Catalogue) -> Law:
    entry.only({"text", "needs", "regions", "cases"})
    levels = {str(level.value): level for level in RegionLevel}
    named = entry.keys.get("regions", [*levels])
    regions = entry.strings(named, "'regions'")
    entry.among(regions, levels, "'regions'")
    cases = _tables(entry.keys, "cases", entry.where, entry.problems)
    if not cases:
        entry.wrong("add 'cases'")
    return Law(
        entry.text("text"),
        entry.text("needs"),
        tuple(levels[name] for name in regions if name in levels),
        tuple(
            _case(
                Entry(f"{entry.where}, case {number}", keys, entry.problems), catalogue
            )
            for number, keys in enumerate(cases, 1)
        ),
    )


def _case(entry: Entry, catalogue: Catalogue) -> LawCase:
    entry.only({"smaller", "larger"})
    smaller, larger = (
        tuple(_terms(entry, key, catalogue)) for key in ("smaller", "larger")
    )
    if not smaller or not larger:
        entry.wrong("'smaller' and 'larger' must each have one or more terms")
    return LawCase(smaller, larger)


def _terms(entry: Entry, key: str, catalogue: Catalogue) -> Iterator[Term]:
    for keys in _tables(entry.keys, key, entry.where, entry.problems):
        said = Entry(f"{entry.where}, {key}", keys, entry.problems)
        measure = said.named("measure", catalogue.indicators)
        times = keys.get("times", 1)
        if not isinstance(times, int) or isinstance(times, bool) or times < 1:
            said.wrong("'times' must be a whole number, 1 or more")
            continue
        if measure in catalogue.indicators:
            indicator = catalogue.indicators[measure]
            yield _term(said, catalogue.tables[indicator.table], measure, times)


def _term(said: Entry, table: TableSpec, measure: str, times: int) -> Term:
    by_one = {
        each.dimensions[0].name: each.dimensions[0]
        for each in reversed(table.published())
        if len(each.dimensions) == 1
    }
    names = sorted(set(said.keys) - {"measure", "times"})
    if not names:
        return Term(measure, None, (), times)
    said.among(names, by_one, "a term")
    if len(names) > 1:
        said.wrong("a term has one dimension; name the cells by one of them")
    name = names[0]
    codes = said.strings(said.keys[name], f"{name!r}")
    if name in by_one:
        said.among(codes, by_one[name].codes, f"{name!r}")
    return Term(measure, name, codes, times)


def _tables(
    keys: Mapping[str, object], key: str, where: str, problems: list[str]
) -> list[dict[str, object]]:
    found = keys.get(key, [])
    if isinstance(found, list) and all(isinstance(one, dict) for one in found):
        return found
    problems.append(f"{where}: {key!r} must be a list of tables")
    return []
