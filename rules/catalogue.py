"""The catalogue: every table, indicator and policy, read from the rule files.

Reading gives all errors at once: file, entry, what is wrong and what to do.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rules.disclosure import DisclosurePolicy, RoundingMethod
from rules.entry import Entry
from rules.errors import RuleError
from rules.fingerprint import RULES
from rules.indicator import Indicator, TableSpec
from rules.indicator_entry import indicator_from
from rules.policy import policy_from
from rules.table_entry import table_from


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every published table and measure, and the policies that protect them."""

    tables: Mapping[str, TableSpec]
    indicators: Mapping[str, Indicator]
    policies: Mapping[str, DisclosurePolicy]


@cache
def load(folder: Path = RULES) -> Catalogue:
    """The catalogue in a folder of rules; without one, the catalogue of the package."""
    reading = _Reading(folder)
    reading.read()
    if reading.problems:
        raise RuleError(
            f"{len(reading.problems)} errors in the rules; correct them:\n  "
            + "\n  ".join(reading.problems)
        )
    return Catalogue(reading.tables, reading.indicators, reading.policies)


class _Reading:
    """A catalogue that is being read, and the problems so far."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.problems: list[str] = []
        self.tables: dict[str, TableSpec] = {}
        self.indicators: dict[str, Indicator] = {}
        self.policies: dict[str, DisclosurePolicy] = {}

    def read(self) -> None:
        self._read_policies(self.root / "disclosure.toml")
        paths = sorted((self.root / "indicators").glob("*.toml"))
        files = {f"indicators/{path.name}": self._content(path) for path in paths}
        if not files:
            self.problems.append("indicators: no TOML file; add one with an indicator")
        for name, content in files.items():
            self._only(content, {"table", "indicator"}, name)
            for code, keys in self._named(content, "table", name).items():
                self._add_table(
                    code, Entry(f"{name}: table {code}", keys, self.problems)
                )
        for name, content in files.items():
            for keys in self._listed(content, "indicator", name):
                where = f"{name}: {keys.get('code', 'an indicator without code')}"
                self._add_indicator(Entry(where, keys, self.problems))

    def _read_policies(self, path: Path) -> None:
        content = self._content(path)
        self._only(content, {"policy"}, path.name)
        for code, keys in self._named(content, "policy", path.name).items():
            try:
                policy = policy_from(keys, f"{path.name}: policy {code}")
            except RuleError as error:
                self.problems.append(str(error))
                continue
            if policy.rounding.method is RoundingMethod.SMALL_COUNTS:
                self.problems.append(
                    f"{path.name}: policy {code}: small-count rounding is for gmsd "
                    "table; round in another way"
                )
            self.policies[code] = policy

    def _add_table(self, code: str, entry: Entry) -> None:
        before = len(self.problems)
        table = table_from(code, entry, self.root / "classifications")
        if code in self.tables:
            entry.wrong("this table is declared twice; keep one")
        if table is not None and len(self.problems) == before:
            self._must_be_new(table, entry)
            self.tables[code] = table

    def _must_be_new(self, table: TableSpec, entry: Entry) -> None:
        """Every published table has a code of its own."""
        others = {one.code for each in self.tables.values() for one in each.published()}
        for code in {each.code for each in table.published()} & others:
            entry.wrong(f"the published table {code!r} is declared twice; rename one")

    def _add_indicator(self, entry: Entry) -> None:
        before = len(self.problems)
        indicator = indicator_from(entry, self.tables, self.policies)
        if indicator.code in self.indicators:
            entry.wrong("this code is declared twice; give each indicator its own")
        if len(self.problems) == before:
            self.indicators[indicator.code] = indicator

    def _content(self, path: Path) -> Mapping[str, object]:
        try:
            return tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            self.problems.append(f"{path.name}: cannot be read as TOML: {reason}")
            return {}

    def _only(self, content: Mapping[str, object], known: set[str], name: str) -> None:
        Entry(name, content, self.problems).only(known)

    def _named(
        self, content: Mapping[str, object], key: str, name: str
    ) -> dict[str, dict[str, object]]:
        """The entries `[key.code]` of a file, by code."""
        entries = content.get(key, {})
        if isinstance(entries, dict) and all(
            isinstance(entry, dict) for entry in entries.values()
        ):
            return entries
        self.problems.append(f"{name}: write every {key} as [{key}.code]")
        return {}

    def _listed(
        self, content: Mapping[str, object], key: str, name: str
    ) -> list[dict[str, object]]:
        """The entries `[[key]]` of a file."""
        entries = content.get(key, [])
        if isinstance(entries, list) and all(
            isinstance(entry, dict) for entry in entries
        ):
            return entries
        self.problems.append(f"{name}: write every {key} as [[{key}]]")
        return []
