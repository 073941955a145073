"""Characteristics in SQL: the codes that a unit bears on a dimension.

A unit bears the total, and a code for each aspect of the characteristic: an expression
over a provision (`held`) or over the unit (`units`) of `sql/borne.sql`, null where it
says nothing. There it is a column, which the tables of an indicator share.
"""

import re
from dataclasses import dataclass
from typing import LiteralString

import pyarrow as pa

from engine.frame import ancestry
from engine.query import Clause, identifier, literal, phrase
from rules.classification import Dimension, class_bounds
from rules.indicator import Characteristic
from rules.period import Span


LARGEST_NUMBER = 1_300
"""Of what has classes: years of age, months of stay, thousands of euros are less."""

_ANY = ".*"
_ASPECTS: dict[Characteristic, tuple[tuple[str, LiteralString], ...]] = {
    Characteristic.TYPE: (
        ("..|...", "held.type"),
        ("....", "held.detail"),
        (
            ".....",
            "held.detail || "
            "case held.financing when '1' then 'Z' when '2' then 'P' else 'O' end",
        ),
    ),
    Characteristic.REASON: ((_ANY, "coalesce(held.reason, 'ONB')"),),
    Characteristic.REFERRER: ((_ANY, "held.referrer"),),
    Characteristic.LIVING: ((_ANY, "held.living_arrangement"),),
    Characteristic.COURSE: (
        ("B|I", "case when held.starts < {first} then 'B' else 'I' end"),
        (
            "I[NH]",
            "case when held.starts >= {first} then "
            "case when held.again then 'IH' else 'IN' end end",
        ),
        (
            "IC.",
            "case when held.starts >= {first} then "
            "case when held.crisis then 'ICJ' when not held.crisis then 'ICN' "
            "else 'ICO' end end",
        ),
        ("E|U", "case when held.ends <= {last} then 'U' else 'E' end"),
        (
            "UR.*",
            "case when held.ends <= {last} "
            "then 'UR' || coalesce(held.reason, 'ONB') end",
        ),
        (
            "[UE]D.*",
            "case when held.ends <= {last} then 'UD' else 'ED' end || cast("
            "12 * (year(least(held.ends, {last})) - year(held.starts)) "
            "+ month(least(held.ends, {last})) - month(held.starts) "
            "- case when day(least(held.ends, {last})) < day(held.starts) "
            "then 1 else 0 end as string)",
        ),
    ),
    Characteristic.INTENSITY: ((_ANY, "coalesce(cast(held.hours as string), 'ONB')"),),
    Characteristic.PERSPECTIVE: ((_ANY, "coalesce(held.perspective, 'ONB')"),),
    Characteristic.CHAIN: (
        (
            "[IGLZUK]",
            "case when units.heaviest_at_start is null "
            "and units.heaviest_at_end is null then 'K' "
            "when units.heaviest_at_start is null then 'I' "
            "when units.heaviest_at_end is null then 'U' "
            "when units.heaviest_at_end < units.heaviest_at_start then 'L' "
            "when units.heaviest_at_end > units.heaviest_at_start then 'Z' "
            "else 'G' end",
        ),
        (
            "U.",
            "case when units.heaviest_at_start is not null "
            "and units.heaviest_at_end is null then units.went_to end",
        ),
    ),
    Characteristic.COMBINATION: ((_ANY, "units.combination"),),
    Characteristic.NUMBER: ((_ANY, "units.number"),),
    Characteristic.FINANCING: ((_ANY, "units.financing"),),
    Characteristic.MEASURES: ((_ANY, "units.measures"),),
    Characteristic.PAIR: (("....", "units.types"), ("." * 8, "units.details")),
    Characteristic.AGE: ((_ANY, "cast(units.age as string)"),),
    Characteristic.SEX: ((_ANY, "units.sex"),),
    Characteristic.PENSION: (
        (
            _ANY,
            "case when units.reached = 1 then 'VANAF' "
            "when units.known > 0 then 'TOT' end",
        ),
    ),
    Characteristic.HOUSEHOLD: (
        (
            _ANY,
            "case when units.household_type = '1' then 'EEN' "
            "when units.household_type in ('2', '3') then 'PAAR' "
            "when units.household_type in ('4', '5') then 'PAARKIND' "
            "when units.household_type = '6' then 'OUDER' "
            "when units.household_type = '7' then 'OVERIG' "
            "when units.household_type = '8' then 'INST' end",
        ),
    ),
    Characteristic.CHILD: (
        (
            _ANY,
            "case when units.household_type is null then null "
            "when units.household_place = '1' and units.household_type = '6' "
            "then 'EEN' "
            "when units.household_place = '1' "
            "and units.household_type in ('4', '5') then 'PAAR' "
            "else 'ANDER' end",
        ),
    ),
    Characteristic.INCOME: ((_ANY, "coalesce(cast(units.income as string), 'ONB')"),),
    Characteristic.ORIGIN: ((_ANY, "units.origin"),),
    Characteristic.CARE: ((_ANY, "units.care"),),
    Characteristic.USE: ((_ANY, "coalesce(uses.laws, 'G')"),),
    Characteristic.INDEX: (
        (
            _ANY,
            "case when units.care <> 'GEEN' then 'V' "
            "when units.combination in ('W', 'J', 'P') then units.combination "
            "else 'M' end",
        ),
    ),
}
"""Per characteristic its aspects: which codes it gives, and the expression."""


@dataclass(frozen=True, slots=True)
class Aspect:
    """What a characteristic says in codes of one form: a column of `borne`."""

    word: Characteristic
    number: int
    """Among the aspects of its characteristic, from 1."""
    expression: LiteralString

    @property
    def column(self) -> Clause:
        return identifier(f"{self.word.value}_{self.number}")

    @property
    def is_of_uses(self) -> bool:
        """Whether it looks at provisions beside those that are counted."""
        return "uses." in self.expression

    @property
    def is_of_a_provision(self) -> bool:
        """Whether a unit can have several, by its provisions."""
        return "held." in self.expression

    def named(self, period: Span) -> Clause:
        """The column, and what it is made of."""
        days = {"first": literal(period.first_day), "last": literal(period.last_day)}
        used = {
            name: day for name, day in days.items() if f"{{{name}}}" in self.expression
        }
        code = phrase(self.expression, **used)
        return phrase("{code} as {column}", code=code, column=self.column)


def aspects(dimension: Dimension, word: Characteristic) -> list[Aspect]:
    """The aspects that give a code of the dimension, the total left out."""
    codes = [code for code in dimension.codes if code != dimension.total]
    return [
        Aspect(word, number, expression)
        for number, (pattern, expression) in enumerate(_ASPECTS[word], start=1)
        if any(re.fullmatch(pattern, code) for code in codes)
    ]


def borne(dimension: Dimension, word: Characteristic, column: str) -> Clause:
    """The code that a unit bears for each number in `column` (see `numbers`)."""
    clause = literal(dimension.total)
    for aspect in aspects(dimension, word):
        clause = phrase(
            "case when {column} = {number} then {code} else {rest} end",
            column=identifier(column),
            number=literal(aspect.number),
            code=aspect.column,
            rest=clause,
        )
    return clause


def numbers(dimension: Dimension, word: Characteristic) -> pa.Array:
    """0, for the total, and the number of each aspect."""
    return pa.array(
        [0, *(each.number for each in aspects(dimension, word))], pa.int64()
    )


def codes(dimension: Dimension) -> pa.Table:
    """Every code that a unit may bear beside each code that it then counts in.

    The total is beside itself only: every unit bears it besides all others.
    A whole number counts in its class: 19 in `18-23`.
    """
    above = zip(*ancestry(dimension).to_pydict().values(), strict=True)
    own = [pair for pair in above if pair[1] != dimension.total or pair[0] == pair[1]]
    code, ancestor = [each for each, _ in own], [over for _, over in own]
    for of_class, over in own:
        bounds = class_bounds(of_class)
        if bounds is not None:
            letters, low, after = bounds
            within = range(low, LARGEST_NUMBER if after is None else after)
            code += [f"{letters}{number}" for number in within]
            ancestor += [over] * len(within)
    return pa.table({"code": code, "ancestor": ancestor})
