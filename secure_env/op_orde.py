"""The op-orde report: a gemeente's own counts beside those of the half-year before.

It goes back to the gemeente that delivered, for its decision to publish or not. All in
it is counted from the records which that gemeente delivered itself, and from nothing
else: no register, no key file, no other supplier. So it tells its reader nothing that
the reader did not send; it is exact, and for nobody else.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from jinja2 import Environment as Pages
from jinja2 import PackageLoader, StrictUndefined

from rules.duties import Act
from rules.layout import Field, FieldType, RecordLayout, Supplier, load_layouts
from rules.period import HalfYear
from secure_env.environment import Environment
from secure_env.errors import UsageError
from secure_env.received import TABLE, current_deliveries


@dataclass(frozen=True, slots=True)
class Line:
    """One count of one source, now and the half-year before."""

    source: str
    what: str
    code: str
    now: int
    before: int | None
    """None: nothing was delivered for the half-year before."""

    @property
    def change(self) -> int | None:
        return None if self.before is None else self.now - self.before


def write_op_orde(
    environment: Environment, period: HalfYear, gemeente: str, folder: Path
) -> list[Path]:
    """The report as a page and as a table, in this folder; gives the files."""
    lines = list(_lines(environment, period, gemeente))
    if not lines:
        raise UsageError(
            f"{gemeente} has no accepted delivery for {period}; gmsd status shows what "
            "was delivered"
        )
    subject: dict[str, str | int] = {"period": str(period), "supplier": gemeente}
    environment.deed(Act.RECEIVE, "op-orde", subject).write()
    folder.mkdir(parents=True, exist_ok=True)
    start = folder / f"op-orde_{gemeente}_{period}"
    page, table = start.with_suffix(".html"), start.with_suffix(".csv")
    page.write_text(_as_html(lines, period, gemeente), "utf-8")
    table.write_text(_as_csv(lines), "utf-8-sig")
    return [page, table]


def _lines(environment: Environment, period: HalfYear, gemeente: str) -> Iterator[Line]:
    before = _own(environment, period.previous, gemeente)
    for source, table in _own(environment, period, gemeente).items():
        layout = _layout(source, period)
        counts = _counted(table, layout, period)
        earlier = (
            _counted(before[source], layout, period.previous)
            if source in before
            else None
        )
        for what, code in dict.fromkeys([*counts, *(earlier or {})]):
            yield Line(
                source,
                what,
                code,
                counts.get((what, code), 0),
                None if earlier is None else earlier.get((what, code), 0),
            )


def _own(
    environment: Environment, period: HalfYear, gemeente: str
) -> dict[str, pa.Table]:
    """Source -> the records of this gemeente's own delivery that counts."""
    by_gemeente = {
        layout.folder
        for layout in load_layouts()
        if layout.supplier is Supplier.GEMEENTE
    }
    return {
        folder.parts[0].upper(): folder.table(TABLE)
        for folder in current_deliveries(environment, period, *sorted(by_gemeente))
        if folder.parts[2] == gemeente
    }


def _layout(source: str, period: HalfYear) -> RecordLayout:
    layouts = (each for each in load_layouts() if each.source == source)
    return next(each for each in layouts if each.covers(period))


def _counted(
    table: pa.Table, layout: RecordLayout, period: HalfYear
) -> dict[tuple[str, str], int]:
    """(what, code) -> how many records; persons once."""
    counts = {("Records", ""): table.num_rows}
    if layout.person is not None:
        persons = pc.count_distinct(table["person_key"]).as_py()
        counts["Personen", ""] = persons
    if {"starts", "ends"} <= set(table.column_names):
        counts |= {("Records", what): n for what, n in _in_time(table, period).items()}
    for field, name in _totalled(layout):
        if field in table.column_names:
            counts[name, "totaal"] = round(pc.sum(table[field]).as_py() or 0)
    for field, name in _coded(layout):
        if field in table.column_names:
            found = {
                "onbekend" if row["values"] is None else row["values"]: row["counts"]
                for row in table[field].value_counts().to_pylist()
            }
            counts |= {(name, code): found[code] for code in sorted(found)}
    return counts


def _in_time(table: pa.Table, period: HalfYear) -> dict[str, int]:
    first, last = pa.scalar(period.first_day), pa.scalar(period.last_day)
    starts, ends = table["starts"], table["ends"]
    in_period = pc.and_(pc.greater_equal(ends, first), pc.less_equal(ends, last))
    running = pc.fill_null(pc.greater_equal(ends, last), fill_value=True)
    found = {
        "gestart in het halfjaar": pc.greater_equal(starts, first),
        "beëindigd in het halfjaar": in_period,
        "lopend op de laatste dag": running,
        "zonder einddatum": pc.is_null(ends),
    }
    return {what: pc.sum(mask).as_py() or 0 for what, mask in found.items()}


def _coded(layout: RecordLayout) -> Iterator[tuple[str, str]]:
    """The stored columns with a code list, and what the supplier calls them."""
    for name in layout.stored:
        field: Field = layout.field(name)
        if field.type is FieldType.CODE and field.codes:
            yield name, layout.delivered(name)


def _totalled(layout: RecordLayout) -> Iterator[tuple[str, str]]:
    """The stored amounts, in whole euros; without persons also the numbers."""
    types = {FieldType.AMOUNT}
    if layout.person is None:
        types.add(FieldType.INTEGER)
    for name in layout.stored:
        if layout.type_of(name) in types:
            yield name, layout.delivered(name)


def _as_csv(lines: Sequence[Line]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(["bron", "kenmerk", "code", "aantal", "vorig_halfjaar", "verschil"])
    for line in lines:
        numbers = (line.now, line.before, line.change)
        shown = ("" if number is None else number for number in numbers)
        writer.writerow([line.source, line.what, line.code, *shown])
    return text.getvalue()


def _as_html(lines: Sequence[Line], period: HalfYear, gemeente: str) -> str:
    """One page that needs nothing else."""
    pages = Pages(
        loader=PackageLoader("secure_env", "templates"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
    )
    sources: dict[str, list[Line]] = {line.source: [] for line in lines}
    for line in lines:
        sources[line.source].append(line)
    return pages.get_template("op_orde.html").render(
        gemeente=gemeente, period=period, sources=sources
    )
