"""The SQL of a layout's checks: one clause per check, one query per batch.

`delivered` is the batch with `line` and the columns under the layout's own names. In
the clauses `given_<name>` is a field as delivered, `<name>` what was read from it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from rules.layout import (
    CheckKind,
    CheckRule,
    Field,
    FieldType,
    FileFormat,
    RecordLayout,
)
from rules.period import HalfYear
from secure_env.pseudonym import bsn_fails


_LONGEST = {FieldType.TEXT: 100, FieldType.NOTE: 1_000}
_HOSTILE = r"^[=+@-]|[\p{Cc}\p{Cf}]"
"""What a spreadsheet takes for a formula; control and invisible characters."""
_BETWEEN = r"[ .\-/_\x{00a0}]"
"""What people write between the digits of a number."""
_NINE = r"(^|\P{Nd})\p{Nd}{9}(\P{Nd}|$)"
"""Digits of whatever script."""
_AMOUNT = r"-?([0-9]{1,8}([.,][0-9]{1,2})?|[0-9]{9,10}[.,][0-9]{2})"
"""Nine digits need their cents, or they could be a person's."""
_READ = {
    FieldType.DATE: "cast(try_strptime({given}, '%Y%m%d') as date)",
    FieldType.INTEGER: "try_cast({given} as integer)",
    FieldType.FLAG: "{given} = 'J'",
    FieldType.AMOUNT: "try_cast(replace({given}, ',', '.') as decimal(12, 2))",
}
"""How types that text stands for are read; null where it cannot be."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The delivery that is checked."""

    layout: RecordLayout
    period: HalfYear
    supplier: str
    format: FileFormat

    def is_text(self, field: Field) -> bool:
        """Whether the field is delivered as text; a day of a Parquet file is not."""
        return self.format is not FileFormat.PARQUET or field.type is not FieldType.DATE


def checking_query(
    subject: Subject,
    judged: Mapping[int, CheckRule],
    compared: Mapping[int, CheckRule],
) -> str:
    """The stored columns, `line` and `person`; and what the checks say.

    `fails_<n>` for a check judged on a record by itself; `print_<n>`, 128 bits, for
    one that compares records.
    """
    layout = subject.layout
    columns = [*layout.stored, "line"]
    if layout.person is not None:
        columns.append(f"{layout.person.name} as person")
    for place, check in judged.items():
        clause = _CLAUSES[check.kind](subject, check)
        columns.append(f"coalesce({clause}, false) as fails_{place}")
    for place, check in compared.items():
        columns.append(f"{_print(layout, check)} as print_{place}")
    return (  # names and codes in it come from the layout and were checked there
        f"with given as (select {', '.join(_given(subject))} from delivered), "  # noqa: S608
        f"read as (select *, {', '.join(_read(subject))} from given) "
        f"select {', '.join(columns)} from read"
    )


def _given(subject: Subject) -> Iterator[str]:
    yield "line"
    for field in subject.layout.fields:
        given = field.name
        if field.nothing and subject.is_text(field):
            given = f"nullif({given}, {_quoted(field.nothing)})"
        yield f"{given} as given_{field.name}"


def _read(subject: Subject) -> Iterator[str]:
    for field in subject.layout.fields:
        given = f"given_{field.name}"
        read = _READ.get(field.type, given) if subject.is_text(field) else given
        yield f"{read.format(given=given)} as {field.name}"
    for derived in subject.layout.derivations:
        first_of = derived.first_of or ("cast(null as varchar)",)
        yield f"coalesce({', '.join(first_of)}) as {derived.name}"


def _print(layout: RecordLayout, check: CheckRule) -> str:
    names = check.fields or tuple(field.name for field in layout.fields)
    # chr(30) and chr(31) are in no value that passed its checks
    parts = ", ".join(
        f"coalesce(cast(given_{name} as varchar), chr(30))" for name in names
    )
    return f"unhex(md5(concat_ws(chr(31), {parts})))"


# A clause is SQL that is true when the record breaks the rule, and null or false when
# it does not: an empty field breaks no rule but that it must be filled.


def _empty(subject: Subject, check: CheckRule) -> str:
    (name,) = check.fields
    derivations = subject.layout.derivations
    fields = next((d.first_of for d in derivations if d.name == name), (name,))
    return " and ".join(f"given_{field} is null" for field in fields)


def _invalid(subject: Subject, check: CheckRule) -> str:
    field = subject.layout.field(check.fields[0])
    given = f"given_{field.name}"
    if field.type is FieldType.BSN:
        return f"{bsn_fails(given)} and {_outside(given, field.withheld)}"
    if field.type is FieldType.DATE:
        if not subject.is_text(field):
            return "false"  # the type of the Parquet column has seen to it
        unreadable = f"{given} is not null and {field.name} is null"
        return f"({_unlike(given, '[0-9]{8}')} or {unreadable})"
    if field.type in _LONGEST:
        hostile = f"regexp_matches({given}, {_quoted(_HOSTILE)})"
        return f"(length({given}) > {_LONGEST[field.type]} or {hostile})"
    codes = ("J", "N") if field.type is FieldType.FLAG else field.codes
    if codes:
        return _outside(given, codes)
    forms = {
        FieldType.CODE: field.form,
        FieldType.INTEGER: "[0-9]{1,8}",  # nine could be a person's
        FieldType.RIN: "[0-9]{9}",
        FieldType.AMOUNT: _AMOUNT,
    }
    return _unlike(given, forms[field.type])


def _of_another(subject: Subject, check: CheckRule) -> str:
    return f"given_{check.fields[0]} <> {_quoted(subject.supplier)}"


def _out_of_order(_: Subject, check: CheckRule) -> str:
    first, second = check.fields
    return f"{first} > {second}"


def _too_late(subject: Subject, check: CheckRule) -> str:
    return f"{check.fields[0]} > date '{subject.period.last_day}'"


def _too_early(subject: Subject, check: CheckRule) -> str:
    return f"{check.fields[0]} < date '{subject.period.first_day}'"


def _of_another_month(subject: Subject, check: CheckRule) -> str:
    year, month = check.fields
    first, last = subject.period.first_day, subject.period.last_day
    return (
        f"not ({year} = {first.year} "
        f"and {month} between {first.month} and {last.month})"
    )


def _not_allowed(_: Subject, check: CheckRule) -> str:
    given, field = check.fields
    cases = " ".join(
        f"when '{code}' then {_outside(field, allowed)}"
        for code, allowed in check.allowed.items()
    )
    return f"{field} is not null and case {given} {cases} end"


def _may_name(_: Subject, check: CheckRule) -> str:
    given = f"given_{check.fields[0]}"
    number = f"regexp_replace({given}, {_quoted(_BETWEEN)}, '', 'g')"
    alone = f"regexp_full_match({number}, '[0-9]{{9}}')"
    within = f"regexp_matches({number}, {_quoted(_NINE)})"
    return (
        f"case when length({given}) < 9 then false "
        f"when {alone} then not {bsn_fails(number)} else {within} end"
    )


def _stands_for_unknown(subject: Subject, check: CheckRule) -> str:
    (name,) = check.fields
    return f"given_{name} = {_quoted(subject.layout.field(name).unknown)}"


def _stands_for_unborn(subject: Subject, check: CheckRule) -> str:
    (name,) = check.fields
    return f"given_{name} = {_quoted(subject.layout.field(name).unborn)}"


def _outside(given: str, codes: tuple[str, ...]) -> str:
    if not codes:
        return "true"
    return f"({given} not in ({', '.join(_quoted(code) for code in codes)}))"


def _unlike(given: str, form: str) -> str:
    return f"not regexp_full_match({given}, {_quoted(form)})"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


_CLAUSES: Mapping[CheckKind, Callable[[Subject, CheckRule], str]] = {
    CheckKind.FILLED: _empty,
    CheckKind.VALID: _invalid,
    CheckKind.SUPPLIER: _of_another,
    CheckKind.ORDER: _out_of_order,
    CheckKind.STARTS_IN_TIME: _too_late,
    CheckKind.ENDS_IN_TIME: _too_early,
    CheckKind.IN_PERIOD: _of_another_month,
    CheckKind.COMBINATION: _not_allowed,
    CheckKind.MAY_NAME_PERSON: _may_name,
    CheckKind.UNKNOWN_NUMBER: _stands_for_unknown,
    CheckKind.UNBORN: _stands_for_unborn,
}
