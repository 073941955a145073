"""The description of a table: every name, label, unit and note that its formats need.

Made once, from the rules, and voted on as `docs/<table>.json`; every format of the
table is written from it, so that all of them say the same.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from outputs.errors import ReleaseRefused
from outputs.layout import is_plain, rate_code
from outputs.manifest import TableFacts, table_path
from rules.dimension_titles import dimension_titles
from rules.indicator import CountedUnit, Denominator, Indicator, TableSpec, Text


COUNT_UNIT = Text("aantal", "number")
EURO_UNIT = Text("1 000 euro", "1,000 euros")
DAY_UNIT = Text("dagen", "days")
_UNITS = {CountedUnit.EUROS: EURO_UNIT, CountedUnit.DAYS: DAY_UNIT}
DENOMINATORS = {
    Denominator.INHABITANTS: Text("inwoners", "inhabitants"),
    Denominator.EVERYBODY: Text("inwoners in totaal", "inhabitants in all"),
    Denominator.YOUNG: Text("inwoners tot 23 jaar", "inhabitants under 23"),
    Denominator.HOUSEHOLDS: Text("particuliere huishoudens", "private households"),
}


@dataclass(frozen=True, slots=True)
class MeasureText:
    """A measure of a table: a count, or the rate that belongs to one."""

    code: str
    title: Text
    definition: Text
    unit: Text

    @property
    def is_absolute(self) -> bool:
        """Whether it is a count or an amount, and not the rate or a share of one."""
        return self.unit in {COUNT_UNIT, *_UNITS.values()}


@dataclass(frozen=True, slots=True)
class DimensionText:
    """A dimension besides region and period: its title, and its codes in order."""

    name: str
    title: Text
    codes: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class TableDescription:
    """A table in words. `notes` are the Dutch sentences on coverage and rounding."""

    code: str
    title: Text
    source: str
    measures: tuple[MeasureText, ...]
    dimensions: tuple[DimensionText, ...]
    notes: tuple[str, ...]

    @property
    def texts(self) -> list[str]:
        """Every text in it, in both languages."""
        parts = [self.title, *(d.title for d in self.dimensions)]
        parts += [text for d in self.dimensions for text in d.codes.values()]
        parts += [t for m in self.measures for t in (m.title, m.definition, m.unit)]
        return [*(word for text in parts for word in (text.nl, text.en)), *self.notes]


def description_path(table: str) -> str:
    return f"docs/{table}.json"


def describe_table(
    table: TableSpec, indicators: Sequence[Indicator], notes: Sequence[str]
) -> TableDescription:
    """The description of a table with these indicators, in their order."""
    titles = dimension_titles()
    return TableDescription(
        table.code,
        table.title,
        table.source,
        tuple(measure for one in indicators for measure in _measures(one)),
        tuple(
            DimensionText(
                each.name,
                titles.get(each.name, Text(each.name, each.name)),
                {code: table.labels[each.name][code] for code in each.codes},
            )
            for each in table.dimensions
        ),
        tuple(notes),
    )


def _measures(one: Indicator) -> list[MeasureText]:
    own = one.unit or _UNITS.get(one.counts, COUNT_UNIT)
    count = MeasureText(one.code, one.title, one.definition, own)
    if one.denominator is None:
        return [count]
    of = DENOMINATORS[one.denominator]
    unit = Text(f"per 1 000 {of.nl}", f"per 1,000 {of.en}")
    if one.counts.is_amount:
        unit = Text(f"{own.nl} {unit.nl}", f"{own.en} {unit.en}")
    title = Text(f"{one.title.nl}, {unit.nl}", f"{one.title.en}, {unit.en}")
    return [count, MeasureText(rate_code(one.code), title, one.definition, unit)]


def write_description(description: TableDescription) -> bytes:
    """JSON, indented, in the order of the table."""
    text = json.dumps(asdict(description), ensure_ascii=False, indent=2)
    return text.encode() + b"\n"


def read_description(content: bytes) -> TableDescription:
    """The description in these bytes; ValueError for any that we would not write."""
    try:
        said = _description_from(json.loads(content))
        understood = write_description(said) == content
    except (ArithmeticError, AttributeError, LookupError, RecursionError) as error:
        raise ValueError("not the description of a table") from error
    except (TypeError, ValueError) as error:
        raise ValueError("not the description of a table") from error
    if not understood:
        raise ValueError("not the description of a table as it is written")
    return said


def described(content: bytes, name: str, table: TableFacts) -> TableDescription:
    """The description of this very table; ReleaseRefused when it is not one."""
    path = description_path(name)
    try:
        text = read_description(content)
    except ValueError as error:
        raise ReleaseRefused(f"{path}: {error}; make the candidate again") from error
    dimensions = {one.name: tuple(one.codes) for one in text.dimensions}
    measures = [code for pair in table.measures.items() for code in pair if code]
    fits = (text.code, dimensions) == (name, dict(table.dimensions))
    if not fits or [one.code for one in text.measures] != measures:
        raise ReleaseRefused(
            f"{path} does not describe {table_path(name)}; make the candidate again"
        )
    strange = sum(not is_plain(one) for one in text.texts)
    if strange:
        raise ReleaseRefused(
            f"{path}: {strange} texts would be run as a formula or break a line; "
            f"correct the rules"
        )
    return text


def _description_from(content: Mapping[str, Any]) -> TableDescription:
    """Trusts the shape: `read_description` compares what comes out."""
    return TableDescription(
        content["code"],
        Text(**content["title"]),
        content["source"],
        tuple(
            MeasureText(
                one["code"],
                Text(**one["title"]),
                Text(**one["definition"]),
                Text(**one["unit"]),
            )
            for one in content["measures"]
        ),
        tuple(
            DimensionText(
                one["name"],
                Text(**one["title"]),
                {code: Text(**said) for code, said in one["codes"].items()},
            )
            for one in content["dimensions"]
        ),
        tuple(content["notes"]),
    )
