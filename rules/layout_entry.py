"""One record layout as written in a TOML file: read, with all its errors at once.

A layout's fields bring their own checks (mandatory, type, code list, supplier); a
layout adds the checks on several fields.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from enum import Enum
from typing import TypeVar

from rules.errors import RuleError
from rules.indicator import Text
from rules.period import HalfYear
from rules.record import (
    NEEDS_FIELD,
    TEXT_FORMATS,
    Against,
    CheckKind,
    CheckRule,
    Comparison,
    DeliveredForms,
    Derivation,
    Encoding,
    Field,
    FieldType,
    FileFormat,
    Profiled,
    RecordLayout,
    Severity,
    Supplier,
)


_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
_CODE = re.compile(r"[A-Za-z0-9_]{1,20}")
_SEPARATORS = (";", ",", "|", "\t")
_KEYS = {
    "layout": {
        "source", "since", "until", "supplier", "formats", "separators", "encodings",
        "path", "tolerated_percent", "may_be_empty", "field", "derived", "check",
        "compare",
    },
    "field": {
        "column", "name", "type", "mandatory", "stored", "finds_person", "supplier",
        "codes", "form", "unknown", "unborn", "nothing", "width",
    },
    "derived": {"name", "first_of", "mandatory"},
    "check": {"code", "kind", "fields", "severity", "nl", "en", "allowed"},
    "compare": {"code", "kind", "field", "against", "margin", "nl", "en"},
}  # fmt: skip
_FIELDS_OF = {
    CheckKind.ORDER: 2,
    CheckKind.NEEDS: 2,
    CheckKind.STARTS_IN_TIME: 1,
    CheckKind.ENDS_IN_TIME: 1,
    CheckKind.IN_PERIOD: 2,
    CheckKind.COMBINATION: 2,
    CheckKind.DUPLICATE: 0,
}
_DAYS = {CheckKind.ORDER, CheckKind.STARTS_IN_TIME, CheckKind.ENDS_IN_TIME}

Word = TypeVar("Word", bound=Enum)
Entry = Mapping[str, object]


class Unusable(Exception):  # caught where layouts are loaded
    """So much is wrong with an entry that it cannot be looked at further."""


class LayoutEntry:
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
        names = self._names(fields, derivations)
        own = [self._check(each, names) for each in self._entries(entry, "check")]
        compared = [
            self._comparison(each, names) for each in self._entries(entry, "compare")
        ]
        codes = [each.code for each in own] + [each.code for each in compared]
        self._once(codes, "check")
        until = self._text(entry, "until", "")
        made = RecordLayout(
            source=self._text(entry, "source"),
            since=self._period(self._text(entry, "since")),
            until=self._period(until) if until else None,
            supplier=self._named(Supplier, self._text(entry, "supplier")),
            forms=self._forms(entry, fields),
            tolerated_percent=self._whole(entry, "tolerated_percent", 100),
            fields=fields,
            derivations=derivations,
            checks=(),
            comparisons=tuple(compared),
            may_be_empty=entry.get("may_be_empty") is True,
        )
        if not re.fullmatch("[A-Z]{2,20}", made.source):
            self._wrong(f"source {made.source!r} must be capitals only")
        person = made.person
        if any(f.finds_person for f in fields) and not (person and person.withheld):
            self._wrong("finds_person needs a number that may be unknown or unborn")
        if len(self._problems) > before:
            raise Unusable
        suppliers = [str(e["name"]) for e in entries if e.get("supplier")]
        return replace(made, checks=(*self._implied(made, suppliers), *own))

    def _names(
        self, fields: Sequence[Field], derivations: Sequence[Derivation]
    ) -> Mapping[str, FieldType]:
        """Every field, delivered or derived, and its type."""
        self._once([f.name for f in fields] + [d.name for d in derivations], "name")
        self._once([f.column for f in fields], "column")
        names = {f.name: f.type for f in fields}
        for derived in derivations:
            self._fields_exist(derived.first_of, names, derived.name)
            first = next(iter(derived.first_of), "")
            names[derived.name] = names.get(first, FieldType.TEXT)
        return names

    def _forms(self, entry: Entry, fields: Sequence[Field]) -> DeliveredForms:
        forms = DeliveredForms(
            tuple(
                self._word(FileFormat, one, "formats")
                for one in self._strings(entry, "formats")
            ),
            self._strings(entry, "separators"),
            tuple(
                self._word(Encoding, one, "encodings")
                for one in self._strings(entry, "encodings")
            ),
            self._strings(entry, "path"),
        )
        formats = set(forms.formats)
        widths = all(field.width for field in fields)
        for form, has, needs, given in (
            ("csv", FileFormat.CSV in formats, "separators", forms.separators),
            ("csv or txt", formats & TEXT_FORMATS, "encodings", forms.encodings),
            ("xml", FileFormat.XML in formats, "a path", forms.path[1:]),
            ("txt", FileFormat.FIXED in formats, "widths", widths),
        ):
            if bool(has) != bool(given):
                self._wrong(f"{form}, and only that, needs {needs}")
        if not formats:
            self._wrong("formats must name one or more")
        if not set(forms.separators) <= set(_SEPARATORS):
            self._wrong("a separator is one of ; , | or a tab")
        return forms

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
            finds_person=entry.get("finds_person") is True,
            codes=self._codes(entry, "codes"),
            form=self._text(entry, "form", ""),
            unknown=self._code(entry, "unknown"),
            unborn=self._code(entry, "unborn"),
            nothing=self._code(entry, "nothing"),
            width=self._whole(entry, "width", 100) if "width" in entry else 0,
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
        if len(parts) == 1:
            self._wrong(f"derived {name!r} needs two or more columns, or none")
            raise Unusable
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
            raise Unusable
        return CheckRule(
            code=code,
            kind=kind,
            fields=fields,
            severity=self._word(Severity, self._text(entry, "severity"), "severity"),
            text=Text(nl=self._text(entry, "nl"), en=self._text(entry, "en")),
            allowed={key: self._codes(allowed, key) for key in allowed},
        )

    def _comparison(self, entry: Entry, names: Mapping[str, FieldType]) -> Comparison:
        code = self._text(entry, "code")
        self._known("compare", entry, f" of comparison {code!r}")
        kind = self._word(Profiled, self._text(entry, "kind"), "kind")
        field = self._text(entry, "field", "")
        if bool(field) != (kind in NEEDS_FIELD):
            needs = "a field" if kind in NEEDS_FIELD else "no field"
            self._wrong(f"comparison {code!r}: {kind.value} takes {needs}")
        if field:
            self._fields_exist([field], names, code)
        return Comparison(
            code=code,
            kind=kind,
            field=field,
            against=self._word(Against, self._text(entry, "against"), "against"),
            margin=self._whole(entry, "margin", 1000),
            text=Text(nl=self._text(entry, "nl"), en=self._text(entry, "en")),
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
            if one.type is FieldType.TEXT and not layout.is_register:
                yield self._rule(layout, "person", CheckKind.MAY_NAME_PERSON, one.name)
            if one.type is FieldType.NOTE:
                yield self._rule(layout, "named", CheckKind.MAY_NAME_PERSON, one.name)
            if one.unknown:
                yield self._rule(layout, "withheld", CheckKind.UNKNOWN_NUMBER, one.name)
            if one.unborn:
                yield self._rule(layout, "unborn", CheckKind.UNBORN, one.name)
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
            raise Unusable
        return found

    def _text(self, entry: Entry, key: str, default: str | None = None) -> str:
        found = entry.get(key, default)
        if not isinstance(found, str):
            self._wrong(f"{key!r} is missing or no text")
            raise Unusable
        return found

    def _strings(self, entry: Entry, key: str) -> tuple[str, ...]:
        found = entry.get(key, [])
        if not isinstance(found, list) or any(not isinstance(f, str) for f in found):
            self._wrong(f"{key!r} must be a list of texts")
            raise Unusable
        return tuple(found)

    def _codes(self, entry: Entry, key: str) -> tuple[str, ...]:
        codes = self._strings(entry, key)
        for code in codes:
            if not _CODE.fullmatch(code):
                self._wrong(f"code {code!r} in {key!r} has characters that none has")
        return codes

    def _code(self, entry: Entry, key: str) -> str:
        code = self._text(entry, key, "")
        if code and not _CODE.fullmatch(code):
            self._wrong(f"{key} {code!r} has characters that no code has")
        return code

    def _whole(self, entry: Entry, key: str, most: int) -> int:
        found = entry.get(key)
        if not isinstance(found, int) or not 0 <= found <= most:
            self._wrong(f"{key} must be a whole number from 0 to {most}")
            return 0
        return found

    def _word(self, words: type[Word], value: str, key: str) -> Word:
        try:
            return words(value)
        except ValueError:
            known = ", ".join(str(word.value) for word in words)
            self._wrong(f"{key} {value!r} does not exist; choose from {known}")
            raise Unusable from None

    def _named(self, words: type[Word], value: str) -> Word:
        try:
            return words[value.upper()]
        except KeyError:
            known = ", ".join(word.name.lower() for word in words)
            self._wrong(f"supplier {value!r} does not exist; choose from {known}")
            raise Unusable from None

    def _period(self, text: str) -> HalfYear:
        try:
            return HalfYear.parse(text)
        except RuleError as error:
            self._wrong(str(error))
            raise Unusable from None

    def _once(self, values: Sequence[str], what: str) -> None:
        for value in sorted({v for v in values if values.count(v) > 1}):
            self._wrong(f"{what} {value!r} occurs more than once")

    def _fields_exist(
        self, names: Sequence[str], known: Mapping[str, FieldType], where: str
    ) -> None:
        for name in names:
            if name not in known:
                self._wrong(f"{where!r} names a field {name!r} that does not exist")
