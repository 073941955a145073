"""A specification of anybody's tables (SPEC.toml): dimensions, and the policy.

    [table]
    value = "value"
    [[table.dimension]]
    name = "region"
    total = "NL"
    hierarchy = "region.csv"    # code,parent[,additive]; a list: several hierarchies
    additive = "at_most"        # or exact (as when left out), or overlap

Without `hierarchy` a dimension is flat: its other codes are those of the data.
`[[table]]` instead of `[table]` declares several tables that share cells.

    [[earlier]]                         # a release of these tables before, oldest first
    published = "2023_1.csv"
    hierarchy = { region = "then.csv" } # where a dimension had other codes then
"""

import csv
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from rules.classification import Additivity, Dimension, Hierarchy
from rules.disclosure import DisclosurePolicy, RoundingMethod
from rules.entry import Entry
from rules.errors import RuleError
from rules.policy import Toml, policy_from


VALUE = "value"

_KINDS = {kind.value: kind for kind in Additivity}
_COLUMNS = (["code", "parent"], ["code", "parent", "additive"])


@dataclass(frozen=True, slots=True)
class DimensionSpec:
    """A dimension as specified; without hierarchies its codes come from the data."""

    name: str
    total: str
    hierarchies: tuple[Hierarchy, ...] = ()
    additivity: Additivity = Additivity.EXACT

    def with_codes(self, seen: Iterable[str]) -> Dimension:
        """The dimension; `seen` are the codes of the data, used when it is flat."""
        if self.hierarchies:
            return Dimension(self.name, self.total, self.hierarchies)
        codes = [code for code in dict.fromkeys(seen) if code not in {self.total, ""}]
        if not codes:
            raise RuleError(
                f"dimension {self.name!r}: the data have no code besides the total "
                f"{self.total!r}; add its parts, or leave the dimension out"
            )
        return Dimension.flat(self.name, self.total, codes, self.additivity)


@dataclass(frozen=True, slots=True)
class TableLayout:
    """One table: the dimensions it is split by."""

    name: str
    dimensions: tuple[DimensionSpec, ...]


@dataclass(frozen=True, slots=True)
class EarlierRelease:
    """A file in which the same tables were published before, and their layout then."""

    published: Path
    tables: tuple[TableLayout, ...]


@dataclass(frozen=True, slots=True)
class Specification:
    """Tables of one measure that are published together, and the policy over them.

    `value` is the column of the measure. Where the codes of two tables agree (the
    total, for a dimension that one of them lacks), their cells are the same. `earlier`
    are the releases before, the oldest first.
    """

    value: str
    tables: tuple[TableLayout, ...]
    policy: DisclosurePolicy
    earlier: tuple[EarlierRelease, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The name of every dimension of any table, once."""
        names = (d.name for table in self.tables for d in table.dimensions)
        return tuple(dict.fromkeys(names))

    def dimensions(
        self, seen: dict[str, list[str]]
    ) -> tuple[tuple[Dimension, ...], ...]:
        """The dimensions of each table; `seen` are the codes of the data."""
        return tuple(
            tuple(each.with_codes(seen[each.name]) for each in table.dimensions)
            for table in self.tables
        )

    def before(self, release: EarlierRelease) -> "Specification":
        """The same tables as they were then."""
        return replace(self, tables=release.tables, earlier=())


def read_specification(path: Path) -> Specification:
    """The specification in a file; a RuleError has everything that is wrong with it."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        what = "not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
        raise RuleError(f"{path.name} is no TOML: {what}") from None
    top = Entry(path.name, content)
    top.only(("table", "policy", "earlier"))
    entries = [
        Entry(f"{path.name}, table {number}", keys)
        for number, keys in enumerate(_tables(top, "table"), start=1)
    ]
    tables = [
        _table(entry, number, path.parent) for number, entry in enumerate(entries)
    ]
    value = _one_value(entries)
    releases = [
        Entry(f"{path.name}, earlier {number}", keys)
        for number, keys in enumerate(_listed(top, "earlier"), start=1)
    ]
    earlier = [_earlier(entry, tables, path.parent) for entry in releases]
    every = (top, *entries, *releases)
    problems = [problem for entry in every for problem in entry.problems]
    problems += [f"{path.name}: {problem}" for problem in _disagreements(tables)]
    policy = _policy(top, problems)
    if problems or policy is None:
        raise RuleError("\n".join(problems))
    if policy.rounding.method is RoundingMethod.SMALL_COUNTS and (
        tables[1:] or earlier
    ):
        raise RuleError(
            f"{path.name}, policy: small-count rounding is for one table, without "
            "earlier releases; round in another way"
        )
    return Specification(value, tuple(tables), policy, tuple(earlier))


def _policy(top: Entry, problems: list[str]) -> DisclosurePolicy | None:
    entry = top.keys.get("policy")
    if not isinstance(entry, dict):
        problems.append(f"{top.where}: add [policy]: what is hidden, and how")
        return None
    try:
        policy = policy_from(entry, f"{top.where}, policy")
    except RuleError as error:
        problems.append(str(error))
        return None
    if policy.clients_below:
        problems.append(
            f"{top.where}, policy: 'clients_below' is for the amounts of the monitor, "
            "which have clients besides contributors; leave it out"
        )
    return policy


def _tables(entry: Entry, key: str) -> list[Toml]:
    """One or more tables: `[key]` or `[[key]]`."""
    if key not in entry.keys:
        entry.wrong(f"add [{key}] or [[{key}]]")
    return _listed(entry, key)


def _listed(entry: Entry, key: str) -> list[Toml]:
    """The tables of a key, if any."""
    if key not in entry.keys:
        return []
    found = entry.keys[key]
    listed = [found] if isinstance(found, dict) else found
    if isinstance(listed, list) and listed and all(isinstance(t, dict) for t in listed):
        return listed
    entry.wrong(f"add [{key}] or [[{key}]]")
    return []


def _earlier(entry: Entry, tables: list[TableLayout], folder: Path) -> EarlierRelease:
    """An earlier release: its file, and the trees of dimensions that had others."""
    entry.only(("published", "hierarchy"))
    given = entry.keys.get("hierarchy", {})
    files = given if isinstance(given, dict) else {}
    known = {dimension.name for table in tables for dimension in table.dimensions}
    if not isinstance(given, dict) or not set(files) <= known:
        entry.wrong(
            "'hierarchy' must be { dimension = file }, of dimensions of the tables"
        )
    then = [
        replace(
            table,
            dimensions=tuple(
                _then(each, files, entry, folder) for each in table.dimensions
            ),
        )
        for table in tables
    ]
    return EarlierRelease(folder / entry.string("published"), tuple(then))


def _then(
    dimension: DimensionSpec, files: Toml, entry: Entry, folder: Path
) -> DimensionSpec:
    """A dimension as it was then; without a file of its own as it is now."""
    if dimension.name not in files:
        return dimension
    keys = {"name": dimension.name, "total": dimension.total}
    keys["additive"] = dimension.additivity.value
    own = Entry(entry.where, {**keys, "hierarchy": files[dimension.name]})
    try:
        made = _dimension(own, folder)
    except RuleError as error:
        own.problems.extend(str(error).splitlines())
        made = dimension
    entry.problems.extend(own.problems)
    return made


def _table(entry: Entry, number: int, folder: Path) -> TableLayout:
    entry.only(("name", "value", "dimension"))
    dimensions = []
    for keys in _tables(entry, "dimension"):
        where = f"{entry.where}, dimension {keys.get('name')!r}"
        own = Entry(where, keys)
        try:
            dimensions.append(_dimension(own, folder))
        except RuleError as error:
            own.problems.extend(str(error).splitlines())
        entry.problems.extend(own.problems)
    for name, times in Counter(each.name for each in dimensions).items():
        if times > 1:
            entry.wrong(f"dimension {name!r} is declared {times} times; once is enough")
    return TableLayout(entry.string("name", f"table {number + 1}"), tuple(dimensions))


def _dimension(entry: Entry, folder: Path) -> DimensionSpec:
    entry.only(("name", "total", "hierarchy", "additive"))
    name, total = entry.string("name"), entry.string("total")
    kind = _KINDS.get(entry.named("additive", _KINDS, "exact"), Additivity.EXACT)
    files: tuple[str, ...] = ()
    given = entry.keys.get("hierarchy")
    if given is not None:
        listed = [given] if isinstance(given, str) else given
        files = entry.strings(listed, "'hierarchy'")
    trees = tuple(read_hierarchy(folder / file, total, kind) for file in files)
    if trees and not entry.problems:
        Dimension(name, total, trees)  # raises on a cycle, and on a code without total
    return DimensionSpec(name, total, trees, kind)


def _one_value(entries: list[Entry]) -> str:
    values = [entry.string("value", VALUE) for entry in entries]
    if len(set(values)) > 1:
        entries[0].wrong(
            f"the tables have {len(set(values))} value columns; tables that share "
            "cells have one, others need a specification of their own"
        )
    return next(iter(values), VALUE)


def _disagreements(tables: list[TableLayout]) -> Iterator[str]:
    totals: dict[str, str] = {}
    for table in tables:
        for dimension in table.dimensions:
            if totals.setdefault(dimension.name, dimension.total) != dimension.total:
                yield (
                    f"dimension {dimension.name!r} has different totals in different "
                    "tables; give it one"
                )
    for name, times in Counter(table.name for table in tables).items():
        if times > 1:
            yield f"{times} tables have the name {name!r}; give each its own"


def read_hierarchy(path: Path, total: str, kind: Additivity) -> Hierarchy:
    """The tree in a CSV file: code, parent, and `additive` for the parts of the code.

    The total may have a row, without parent. `kind` holds for parents that have no
    `additive` of their own. A RuleError has everything that is wrong with the file.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            header, rows = reader.fieldnames, list(reader)
    except (UnicodeDecodeError, csv.Error):
        raise RuleError(f"{path.name}: is no CSV in UTF-8") from None
    if header not in _COLUMNS:
        raise RuleError(
            f"{path.name}: the first line must be code,parent or code,parent,additive"
        )
    problems = list(_wrong_rows(rows, total))
    if problems:
        raise RuleError("\n".join(f"{path.name}: {problem}" for problem in problems))
    parents = {row["code"]: row["parent"] for row in rows if row["parent"]}
    kinds = dict.fromkeys(parents.values(), kind)
    kinds |= {r["code"]: _KINDS[r["additive"]] for r in rows if r.get("additive")}
    return Hierarchy(parents, kinds)


def _wrong_rows(rows: list[dict[str, str]], total: str) -> Iterator[str]:
    parents = {row["parent"] for row in rows}
    if not parents - {""}:
        yield "no code has a parent; a hierarchy has a row for every code but the total"
    seen: set[str] = set()
    for line, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            yield f"line {line}: has not as many columns as the first line"
            continue
        code, additive = row["code"], row.get("additive", "")
        if not code or code in seen:
            yield f"line {line}: the code is empty or occurs before; give it one row"
        seen.add(code)
        if not row["parent"] and code != total:
            yield f"line {line}: {code!r} has no parent, and is not the total {total!r}"
        if additive and additive not in _KINDS:
            yield f"line {line}: additive must be one of {', '.join(_KINDS)}, or empty"
        elif additive and code not in parents:
            yield f"line {line}: {code!r} has no parts; leave additive empty"
