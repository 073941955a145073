"""What breaks the checks of a layout: one clause per kind of check.

A clause gives the records of a batch that break a rule. An empty field breaks no rule
but that it must be filled; what cannot be read breaks no other rule than that.
"""

from collections.abc import Callable, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rules.layout import CheckKind, CheckRule, FieldType
from secure_env.columns import Batch, Column, Mask, as_mask, is_like
from secure_env.pseudonym import passes_eleven_test


_LONGEST = {FieldType.TEXT: 100, FieldType.NOTE: 1_000}
_HOSTILE = r"^[=+@-]|[\p{Cc}\p{Cf}]"
"""What a spreadsheet takes for a formula; control and invisible characters."""
_BETWEEN = r"[ .\-/_\x{00a0}]"
"""What people write between the digits of a number."""
_NINE = r"(^|\P{Nd})\p{Nd}{9}(\P{Nd}|$)"
"""Digits of whatever script."""
_FORMS = {FieldType.RIN: "[0-9]{9}"}


def broken(batch: Batch, check: CheckRule) -> Mask:
    """The records of the batch that break the rule."""
    return _CLAUSES[check.kind](batch, check)


def _empty(batch: Batch, check: CheckRule) -> Mask:
    (name,) = check.fields
    derivations = batch.subject.layout.derivations
    names = next((d.first_of for d in derivations if d.name == name), (name,))
    empty = np.ones(batch.delivered.num_rows, bool)
    for each in names:
        given = batch.given(each)
        empty &= given.where(pc.is_null(given.values))
    return empty


def _invalid(batch: Batch, check: CheckRule) -> Mask:
    one = batch.subject.layout.field(check.fields[0])
    given = batch.given(one.name)
    texts = given.values
    if one.type is FieldType.BSN:
        wrong = pc.invert(pa.array(passes_eleven_test(texts)))
        return given.where(pc.and_(wrong, _outside(texts, one.withheld)))
    if one.type in _LONGEST:
        long = pc.greater(pc.utf8_length(texts), _LONGEST[one.type])
        return given.where(pc.or_(long, pc.match_substring_regex(texts, _HOSTILE)))
    codes = ("J", "N") if one.type is FieldType.FLAG else one.codes
    if codes:
        return given.where(_outside(texts, codes))
    form = _FORMS.get(one.type, one.form)
    if form:
        return given.where(pc.invert(is_like(texts, form)))
    unread = pc.is_null(batch.read(one.name).values)
    return given.where(pc.and_(unread, pc.is_valid(texts)))


def _of_another(batch: Batch, check: CheckRule) -> Mask:
    given = batch.given(check.fields[0])
    return given.where(pc.not_equal(given.values, batch.subject.supplier))


def _out_of_order(batch: Batch, check: CheckRule) -> Mask:
    return as_mask(pc.greater(*map(batch.values, check.fields)))


def _without_the_other(batch: Batch, check: CheckRule) -> Mask:
    first, second = map(batch.values, check.fields)
    return as_mask(pc.and_(pc.is_valid(first), pc.is_null(second)))


def _too_late(batch: Batch, check: CheckRule) -> Mask:
    last = batch.subject.period.last_day
    return as_mask(pc.greater(batch.values(check.fields[0]), last))


def _too_early(batch: Batch, check: CheckRule) -> Mask:
    first = batch.subject.period.first_day
    return as_mask(pc.less(batch.values(check.fields[0]), first))


def _of_another_month(batch: Batch, check: CheckRule) -> Mask:
    year, month = map(batch.read, check.fields)
    first, last = batch.subject.period.first_day, batch.subject.period.last_day
    outside = pc.or_(
        pc.less(month.values, first.month), pc.greater(month.values, last.month)
    )
    return year.where(pc.not_equal(year.values, first.year)) | month.where(outside)


def _not_allowed(batch: Batch, check: CheckRule) -> Mask:
    leading, other = (Column.of(batch.values(name)) for name in check.fields)
    found = np.zeros(batch.delivered.num_rows, bool)
    for code, allowed in check.allowed.items():
        has_code = leading.where(pc.equal(leading.values, code))
        found |= has_code & other.where(_outside(other.values, allowed))
    return found


def _may_name(batch: Batch, check: CheckRule) -> Mask:
    given = batch.given(check.fields[0])
    found = as_mask(pc.greater_equal(pc.utf8_length(given.values), 9))
    long = given.values.filter(pa.array(found))
    number = pc.replace_substring_regex(long, _BETWEEN, "")
    alone = as_mask(is_like(number, "[0-9]{9}"))
    within = as_mask(pc.match_substring_regex(number, _NINE))
    found[found] = np.where(alone, passes_eleven_test(number), within)
    return given.where(pa.array(found))


def _stands_for_unknown(batch: Batch, check: CheckRule) -> Mask:
    given = batch.given(check.fields[0])
    unknown = batch.subject.layout.field(check.fields[0]).unknown
    return given.where(pc.equal(given.values, unknown))


def _stands_for_unborn(batch: Batch, check: CheckRule) -> Mask:
    given = batch.given(check.fields[0])
    unborn = batch.subject.layout.field(check.fields[0]).unborn
    return given.where(pc.equal(given.values, unborn))


def _outside(texts: pa.Array, codes: tuple[str, ...]) -> pa.Array:
    """Filled, and none of the codes."""
    within = pc.is_in(texts, value_set=pa.array(codes, pa.string()))
    return pc.and_(pc.invert(within), pc.is_valid(texts))


_CLAUSES: Mapping[CheckKind, Callable[[Batch, CheckRule], Mask]] = {
    CheckKind.FILLED: _empty,
    CheckKind.VALID: _invalid,
    CheckKind.SUPPLIER: _of_another,
    CheckKind.ORDER: _out_of_order,
    CheckKind.NEEDS: _without_the_other,
    CheckKind.STARTS_IN_TIME: _too_late,
    CheckKind.ENDS_IN_TIME: _too_early,
    CheckKind.IN_PERIOD: _of_another_month,
    CheckKind.COMBINATION: _not_allowed,
    CheckKind.MAY_NAME_PERSON: _may_name,
    CheckKind.UNKNOWN_NUMBER: _stands_for_unknown,
    CheckKind.UNBORN: _stands_for_unborn,
}
