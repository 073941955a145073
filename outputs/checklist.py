"""The checklist of an output checker, answered from the candidate's files themselves.

What was most often wrong in outputs that OpenSAFELY's checkers sent back: counts that
were not rounded, missing context, small counts, rates that do not follow from their
counts, kinds of file. Nothing that made the files is believed; all is computed again.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from outputs.door import PERSON
from outputs.layout import columns
from outputs.manifest import TableFacts, may_be_released, table_path
from outputs.symbols import HIDDEN, SHOWN, ReleaseStatus
from outputs.tablerules import denominator_range
from rules.disclosure import RoundingMethod


MOST_EXAMPLES = 5

_HEADINGS = ("## Onderwerpen", "## Afronding en geheimhouding", "## Symbolen")
_EIGHT_DIGITS = re.compile(r"(?<![0-9A-Za-z.])[0-9]{8}(?![0-9A-Za-z])")
"""A birth date or a provider; in a table also a count of ten million, which none is."""


@dataclass
class Check:
    """One question of the list: how much was looked at, and what was wrong."""

    title: str
    question: str
    examined: int = 0
    wrong: int = 0
    examples: list[str] = field(default_factory=list)

    def look(self, right: bool, where: str) -> None:
        self.examined += 1
        if not right:
            self.wrong += 1
            if len(self.examples) < MOST_EXAMPLES:
                self.examples.append(where)

    @property
    def passed(self) -> bool:
        """Nothing wrong; and a question about nothing is no answer."""
        return self.wrong == 0 and self.examined > 0


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of a table file."""

    number: int
    region: str
    codes: tuple[str, ...]
    measure: str
    value: str
    sign: str


class Checklist:
    """All questions, asked of the files of a candidate (path -> content)."""

    def __init__(self) -> None:
        self.rounded = Check(
            "Afgerond", "Is elk aantal een veelvoud van de afrondingsbasis?"
        )
        self.small = Check(
            "Geen kleine aantallen",
            "Staat geen getoond aantal voor een aantal uit het geheime bereik?",
        )
        self.rates = Check(
            "Verhoudingen",
            "Volgt elk verhoudingscijfer uit het getoonde aantal, met één noemer per "
            "regio, en is het geheim als het aantal geheim is?",
        )
        self.symbols = Check(
            "Symbolen",
            "Heeft elke cel een cijfer, of een symbool dat zegt waarom niet?",
        )
        self.context = Check(
            "Context",
            "Zijn elk onderwerp en elke code uitgelegd, met eenheid, afronding en "
            "symbolen?",
        )
        self.persons = Check(
            "Geen personen",
            "Zijn er alleen de kolommen van een tabel, en staat nergens een nummer dat "
            "van een persoon kan zijn?",
        )
        self.files = Check(
            "Bestanden", "Zijn alle bestanden van een soort die naar buiten mag?"
        )

    def __iter__(self) -> Iterator[Check]:
        yield from (self.rounded, self.context, self.small, self.rates)
        yield from (self.symbols, self.persons, self.files)


def checklist(
    files: Mapping[str, bytes], tables: Mapping[str, TableFacts], status: ReleaseStatus
) -> Checklist:
    """The list, answered."""
    asked = Checklist()
    for path in sorted(files):
        asked.files.look(may_be_released(path) and _is_text(files[path]), path)
        _ask_persons(asked.persons, path, files[path])
    declared = {table_path(name) for name in tables}
    for path in sorted(path for path in files if path.startswith("tables/")):
        asked.context.look(path in declared, f"{path}: is nergens beschreven")
    for name, facts in tables.items():
        _ask_context(asked.context, files, name, facts)
        if table_path(name) in files:
            _ask_table(asked, files[table_path(name)], name, facts, SHOWN[status].sign)
    return asked


def _ask_persons(check: Check, path: str, content: bytes) -> None:
    """Every line of every file, also of the words and of what should not be there."""
    lines = content.decode(errors="replace").split("\n")
    for number, line in enumerate(lines, start=1):
        is_somebody = PERSON.search(line) or _EIGHT_DIGITS.search(line)
        check.look(not is_somebody, f"{path}, regel {number}")


def _is_text(content: bytes) -> bool:
    try:
        return "\x00" not in content.decode()
    except UnicodeDecodeError:
        return False


def _ask_context(
    check: Check, files: Mapping[str, bytes], name: str, facts: TableFacts
) -> None:
    """The explanation and the description that go with a table."""
    check.look(table_path(name) in files, f"{name}: de tabel ontbreekt")
    words = files.get(f"docs/{name}.md", b"").decode(errors="replace")
    for heading in _HEADINGS:
        check.look(heading in words, f"{name}.md: {heading.strip('# ')} ontbreekt")
    try:
        said = json.loads(files.get(f"docs/{name}.json", b"{}"))
        measures = {one["code"]: one for one in said["measures"]}
        codes = {one["name"]: one["codes"] for one in said["dimensions"]}
    except (LookupError, TypeError, ValueError):
        check.look(False, f"{name}.json: is er niet, of is geen beschrijving")
        return
    for pair in facts.measures.items():
        for code in filter(None, pair):
            one = measures.get(code, {})
            told = all(one.get(part) for part in ("title", "definition", "unit"))
            check.look(told, f"{name}: {code} heeft geen uitleg of eenheid")
    for dimension, needed in facts.dimensions.items():
        for code in needed:
            check.look(
                code in codes.get(dimension, {}),
                f"{name}: {dimension} {code} is niet uitgelegd",
            )


def _ask_table(
    asked: Checklist, content: bytes, name: str, facts: TableFacts, sign: str
) -> None:
    reader = csv.reader(io.StringIO(content.decode(errors="replace"), newline=""))
    header = next(reader, [])
    right = header == columns(facts.dimensions)
    asked.persons.look(right, f"{name}: andere kolommen dan die van de tabel")
    if not right:
        return
    shown: dict[str, list[_Row]] = {}
    region = ""
    for number, fields in enumerate(reader, start=2):
        where = f"{name}, regel {number}"
        asked.symbols.look(len(fields) == len(header), where)
        if len(fields) != len(header):
            continue
        row = _Row(number, fields[2], tuple(fields[4:-3]), *fields[-3:])
        _ask_cell(asked, row, where, facts, sign)
        if row.region != region:
            _ask_rates(asked.rates, shown, name, facts)
            shown, region = {}, row.region
        shown.setdefault(row.measure, []).append(row)
    _ask_rates(asked.rates, shown, name, facts)


def _ask_cell(
    asked: Checklist, row: _Row, where: str, facts: TableFacts, sign: str
) -> None:
    if not row.value:
        may_be_blank = row.sign == "" and _cannot_occur(row, facts)
        asked.symbols.look(row.sign == HIDDEN.sign or may_be_blank, where)
        return
    asked.symbols.look(row.sign == sign and row.value.isdecimal(), where)
    if row.measure not in facts.measures or not row.value.isdecimal():
        return
    count, rounding = int(row.value), facts.rounding
    if rounding.method is not RoundingMethod.NONE:
        asked.rounded.look(count % rounding.base == 0, where)
    if facts.hidden is not None:
        below, above = rounding.slack()
        low, high = facts.hidden
        inside = low <= max(count - below, 0) and count + above <= high
        asked.small.look(not inside, where)


def _cannot_occur(row: _Row, facts: TableFacts) -> bool:
    codes = dict(zip(facts.dimensions, row.codes, strict=True))
    return any(cell.items() <= codes.items() for cell in facts.impossible)


def _ask_rates(
    check: Check, shown: Mapping[str, Sequence[_Row]], name: str, facts: TableFacts
) -> None:
    """One region: the rates of one denominator must all follow from their counts."""
    for count, rate in facts.measures.items():
        if rate is None:
            continue
        counts = {row.codes: row.value for row in shown.get(count, ())}
        possible: dict[tuple[str, ...], tuple[int, int]] = {}
        for row in shown.get(rate, ()):
            base = counts.get(row.codes, "")
            right = bool(base) or not row.value
            if base.isdecimal() and row.value.isdecimal():
                part = facts.divided_by(row.codes)
                lowest, highest = possible.get(part, (1, 10**15))
                low, high = denominator_range(int(base), int(row.value))
                lowest, highest = max(lowest, low), min(highest, high)
                possible[part] = (lowest, highest)
                right = lowest <= highest
            check.look(right, f"{name}, regel {row.number}")
