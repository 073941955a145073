"""Record layouts as written in `rules/layouts/*.toml` and `rules/checks.toml`.

A layout's fields bring their own checks (mandatory, type, code list, supplier); a
layout adds the checks on several fields. Reading gives all errors at once.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import TypeVar

from rules.errors import RuleError
from rules.indicator import Text
from rules.period import HalfYear
from rules.record import (
    CheckKind,
    CheckRule,
    Derivation,
    Field,
    FieldType,
    FileFormat,
    FileRule,
    RecordLayout,
    Severity,
    Supplier,
)


__all__ = [
    "CheckKind",
    "CheckRule",
    "Derivation",
    "Field",
    "FieldType",
    "FileFormat",
    "FileRule",
    "RecordLayout",
    "Severity",
    "Supplier",
    "load_file_rules",
    "load_layouts",
]

_HERE = Path(__file__).parent
_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
_CODE = re.compile(r"[A-Za-z0-9_]{1,20}")
_KEYS = {
    "layout": {
        "source", "since", "until", "supplier", "format", "tolerated_percent",
        "field", "derived", "check",
    },
    "field": {
        "column", "name", "type", "mandatory", "stored", "supplier", "codes", "form",
        "withheld",
    },
    "derived": {"name", "first_of", "mandatory"},
    "check": {"code", "kind", "fields", "severity", "nl", "en", "allowed"},
}  # fmt: skip
_FIELDS_OF = {
    CheckKind.ORDER: 2,
    CheckKind.STARTS_IN_TIME: 1,
    CheckKind.ENDS_IN_TIME: 1,
    CheckKind.IN_PERIOD: 2,
    CheckKind.COMBINATION: 2,
    CheckKind.DUPLICATE: 0,
}
_DAYS = {CheckKind.ORDER, CheckKind.STARTS_IN_TIME, CheckKind.ENDS_IN_TIME}

Word = TypeVar("Word", bound=Enum)
Entry = Mapping[str, object]


def load_layouts(folder: Path = _HERE / "layouts") -> tuple[RecordLayout, ...]:
    """Every layout of the folder, by file name."""
    problems: list[str] = []
    texts = tomllib.loads((_HERE / "checks.toml").read_text("utf-8"))["field"]
    layouts = []
    for path in sorted(folder.glob("*.toml")):
        reader = _Reader(path.name, texts, problems)
        try:
            layout = reader.layout(tomllib.loads(path.read_text("utf-8")))
        except tomllib.TOMLDecodeError as error:
            problems.append(f"{path.name}: {error}")
        except _Unusable:
            continue
        else:
            layouts.append(layout)
    problems.extend(_overlaps(layouts))
    if problems:
        raise RuleError(
            f"{len(problems)} errors in the record layouts; correct them:\n  "
            + "\n  ".join(problems)
        )
    return tuple(layouts)


def load_file_rules() -> Mapping[str, FileRule]:
    """The rules for every file, by code."""
    rules = tomllib.loads((_HERE / "checks.toml").read_text("utf-8"))["file"]
    return {
        code: FileRule(code, Text(nl=rule["nl"], en=rule["en"]))
        for code, rule in rules.items()
    }


def _overlaps(layouts: Sequence[RecordLayout]) -> Iterator[str]:
    for place, one in enumerate(layouts):
        for other in layouts[place + 1 :]:
            if one.source == other.source and (
                one.covers(other.since) or other.covers(one.since)
            ):
                yield f"two layouts of {one.source} hold for the same half-year"


class _Unusable(Exception):  # never leaves this module
    """So much is wrong with an entry that it cannot be looked at further."""


class _Reader:
    """One layout file being read: its name, and the problems found so far."""

    def __init__(
        self, file: str, texts: Mapping[str, Mapping[str, str]], problems: list[str]
    ) -> None:
        self._file = file
        self._texts = texts
        self._problems = problems

    def layout(self, entry: Entry) -> RecordLayout:
        before = len(self._problems)
        self._known("layout", entry, "")
        entries = self._entries(entry, "field")
        fields = tuple(self._field(each) for each in entries)
        derivations = tuple(
            self._derivation(each) for each in self._entries(entry, "derived")
        )
        self._once([f.name for f in fields] + [d.name for d in derivations], "name")
        self._once([f.column for f in fields], "column")
        names = {f.name: f.type for f in fields}
        for derived in derivations:
            self._fields_exist(derived.first_of, names, derived.name)
            names[derived.name] = names.get(derived.first_of[0], FieldType.TEXT)
        own = [self._check(each, names) for each in self._entries(entry, "check")]
        self._once([check.code for check in own], "check")
        until = self._text(entry, "until", "")
        tolerated = entry.get("tolerated_percent")
        if not isinstance(tolerated, int) or not 0 <= tolerated <= 100:
            self._wrong("tolerated_percent must be a whole number from 0 to 100")
            tolerated = 0
        periods = [
            self._period(text) for text in (self._text(entry, "since"), until) if text
        ]
        made = RecordLayout(
            source=self._text(entry, "source"),
            since=periods[0],
            until=periods[1] if until else None,
            supplier=self._named(Supplier, self._text(entry, "supplier")),
            format=self._word(FileFormat, self._text(entry, "format"), "format"),
            tolerated_percent=tolerated,
            fields=fields,
            derivations=derivations,
            checks=(),
        )
        if not re.fullmatch("[A-Z]{2,20}", made.source):
            self._wrong(f"source {made.source!r} must be capitals only")
        if len(self._problems) > before:
            raise _Unusable
        suppliers = [str(e["name"]) for e in entries if e.get("supplier")]
        checks = (*self._implied(made, suppliers), *own)
        return RecordLayout(
            made.source, made.since, made.until, made.supplier, made.format,
            made.tolerated_percent, fields, derivations, checks,
        )  # fmt: skip

    def _field(self, entry: Entry) -> Field:
        name = self._text(entry, "name")
        self._known("field", entry, f" of field {name!r}")
        if not _NAME.fullmatch(name):
            self._wrong(f"field name {name!r} must be lower case, as in SQL")
        found = Field(
            column=self._text(entry, "column"),
            name=name,
            type=self._word(FieldType, self._text(entry, "type"), "type"),
            mandatory=entry.get("mandatory") is True,
            stored=entry.get("stored") is True,
            codes=self._codes(entry, "codes"),
            form=self._text(entry, "form", ""),
            withheld=self._codes(entry, "withheld"),
        )
        if found.type is FieldType.CODE and bool(found.codes) == bool(found.form):
            self._wrong(f"field {name!r} needs codes or a form, one of the two")
        if found.type is FieldType.BSN and found.stored:
            self._wrong(f"field {name!r} is a BSN and cannot be stored")
        return found

    def _derivation(self, entry: Entry) -> Derivation:
        name = self._text(entry, "name")
        self._known("derived", entry, f" of derived {name!r}")
        parts = self._strings(entry, "first_of")
        if len(parts) < 2:
            self._wrong(f"derived {name!r} needs two or more columns in first_of")
            raise _Unusable
        return Derivation(name, parts, entry.get("mandatory") is True)

    def _check(self, entry: Entry, names: Mapping[str, FieldType]) -> CheckRule:
        code = self._text(entry, "code")
        self._known("check", entry, f" of check {code!r}")
        kind = self._word(CheckKind, self._text(entry, "kind"), "kind")
        fields = self._strings(entry, "fields")
        self._fields_exist(fields, names, code)
        if len(fields) != _FIELDS_OF.get(kind, len(fields)):
            self._wrong(f"check {code!r}: {kind.value} takes {_FIELDS_OF[kind]} fields")
        if kind in _DAYS and any(names.get(f) != FieldType.DATE for f in fields):
            self._wrong(f"check {code!r}: {kind.value} takes fields of type date")
        allowed = entry.get("allowed", {})
        if not isinstance(allowed, dict) or bool(allowed) != (
            kind is CheckKind.COMBINATION
        ):
            self._wrong(f"check {code!r}: combination, and only that, needs allowed")
            raise _Unusable
        return CheckRule(
            code=code,
            kind=kind,
            fields=fields,
            severity=self._word(Severity, self._text(entry, "severity"), "severity"),
            text=Text(nl=self._text(entry, "nl"), en=self._text(entry, "en")),
            allowed={key: self._codes(allowed, key) for key in allowed},
        )

    def _implied(
        self, layout: RecordLayout, suppliers: Sequence[str]
    ) -> Iterator[CheckRule]:
        """The checks that follow from the fields themselves."""
        for name in suppliers:
            yield self._rule(layout, "supplier", CheckKind.SUPPLIER, name)
        mandatory: tuple[Field | Derivation, ...] = (
            *layout.fields,
            *layout.derivations,
        )
        for each in mandatory:
            if each.mandatory:
                yield self._rule(layout, "mandatory", CheckKind.FILLED, each.name)
        for one in layout.fields:
            yield self._rule(layout, one.type.value, CheckKind.VALID, one.name)
            if one.withheld:
                yield self._rule(
                    layout, "withheld", CheckKind.WITHHELD_PERSON, one.name
                )
            if one.type is FieldType.BSN and layout.looks_up:
                yield self._rule(layout, "unknown", CheckKind.UNKNOWN_PERSON, one.name)

    def _rule(
        self, layout: RecordLayout, text: str, kind: CheckKind, name: str
    ) -> CheckRule:
        rule = self._texts[text]
        column = layout.delivered(name)
        said = Text(*(rule[key].replace("{column}", column) for key in ("nl", "en")))
        return CheckRule(rule["code"], kind, (name,), Severity(rule["severity"]), said)

    def _wrong(self, sentence: str) -> None:
        self._problems.append(f"{self._file}: {sentence}")

    def _known(self, part: str, entry: Entry, where: str) -> None:
        for key in sorted(set(entry) - _KEYS[part]):
            self._wrong(f"{key!r}{where} is no word of a {part}")

    def _entries(self, entry: Entry, key: str) -> list[Entry]:
        found = entry.get(key, [])
        if not isinstance(found, list) or (key == "field" and not found):
            self._wrong(f"[[{key}]] must be a list of entries")
            raise _Unusable
        return found

    def _text(self, entry: Entry, key: str, default: str | None = None) -> str:
        found = entry.get(key, default)
        if not isinstance(found, str):
            self._wrong(f"{key!r} is missing or no text")
            raise _Unusable
        return found

    def _strings(self, entry: Entry, key: str) -> tuple[str, ...]:
        found = entry.get(key, [])
        if not isinstance(found, list) or any(not isinstance(f, str) for f in found):
            self._wrong(f"{key!r} must be a list of texts")
            raise _Unusable
        return tuple(found)

    def _codes(self, entry: Entry, key: str) -> tuple[str, ...]:
        codes = self._strings(entry, key)
        for code in codes:
            if not _CODE.fullmatch(code):
                self._wrong(f"code {code!r} in {key!r} has characters that none has")
        return codes

    def _word(self, words: type[Word], value: str, key: str) -> Word:
        try:
            return words(value)
        except ValueError:
            known = ", ".join(str(word.value) for word in words)
            self._wrong(f"{key} {value!r} does not exist; choose from {known}")
            raise _Unusable from None

    def _named(self, words: type[Word], value: str) -> Word:
        try:
            return words[value.upper()]
        except KeyError:
            known = ", ".join(word.name.lower() for word in words)
            self._wrong(f"supplier {value!r} does not exist; choose from {known}")
            raise _Unusable from None

    def _period(self, text: str) -> HalfYear:
        try:
            return HalfYear.parse(text)
        except RuleError as error:
            self._wrong(str(error))
            raise _Unusable from None

    def _once(self, values: Sequence[str], what: str) -> None:
        for value in sorted({v for v in values if values.count(v) > 1}):
            self._wrong(f"{what} {value!r} occurs more than once")

    def _fields_exist(
        self, names: Sequence[str], known: Mapping[str, FieldType], where: str
    ) -> None:
        for name in names:
            if name not in known:
                self._wrong(f"{where!r} names a field {name!r} that does not exist")
