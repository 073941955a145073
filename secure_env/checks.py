"""The checks of a layout, run batch by batch.

In: records as delivered. Out: the stored columns of the records that pass, and a tally
of which rule failed how often and on which lines. The database works in memory,
without access to files, network or extensions, and never spills.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from rules.layout import CheckKind, CheckRule, FieldType, RecordLayout, Severity
from secure_env.clauses import Subject, checking_query
from secure_env.fingerprints import Seen, content
from secure_env.supplier_report import LINES_SHOWN, Finding


Mask = npt.NDArray[np.bool_]
_OVER_RECORDS = {CheckKind.UNIQUE, CheckKind.DUPLICATE}
_OF_NOBODY = {CheckKind.UNKNOWN_NUMBER, CheckKind.UNBORN}
_BY_KEY_FILE = {CheckKind.UNKNOWN_PERSON}
_ARROW = {
    FieldType.DATE: pa.date32(),
    FieldType.INTEGER: pa.int32(),
    FieldType.FLAG: pa.bool_(),
    FieldType.AMOUNT: pa.decimal128(12, 2),
}
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": False,
    "max_temp_directory_size": "0MB",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,
}


@dataclass(frozen=True, slots=True)
class Judged:
    """The records of a batch that passed, with their `line`, and `person` if any.

    `withheld` tells which of them are of nobody in particular, `naming` per column of
    text in which of them it may have a citizen service number.
    """

    table: pa.Table
    withheld: Mask
    naming: Mapping[str, Mask]


class Checks:
    """The checks of one delivery, and the tally so far."""

    def __init__(
        self,
        subject: Subject,
        database: duckdb.DuckDBPyConnection,
    ) -> None:
        self.layout = layout = subject.layout
        self.records = 0
        self.bad = 0
        """Records that broke a rule of severity `record`."""
        self._database = database
        self._tallies = {place: _Tally(c) for place, c in enumerate(layout.checks)}
        compared = {p: c for p, c in self._rules() if c.kind in _OVER_RECORDS}
        self._judged = {
            p: c for p, c in self._rules() if c.kind not in _OVER_RECORDS | _BY_KEY_FILE
        }
        self._seen = {place: (check, Seen()) for place, check in compared.items()}
        self._query = checking_query(subject, self._judged, compared)
        person = ["person"] if layout.person is not None else []
        self._kept = [*layout.stored, *person, "line"]

    def judge(self, delivered: pa.Table) -> Judged:
        """Check the records and keep those that pass."""
        found = self._run(delivered)
        lines = found["line"].to_numpy()
        failed = np.zeros(len(lines), bool)
        withheld = np.zeros(len(lines), bool)
        naming = {}
        for place, check in self._judged.items():
            fails = found[f"fails_{place}"].to_numpy()
            self._tallies[place].add(lines[fails])
            if check.severity is Severity.RECORD:
                failed |= fails
            if check.kind in _OF_NOBODY:
                withheld |= fails
            if check.kind is CheckKind.MAY_NAME_PERSON:
                naming[check.fields[0]] = fails
        self.records += len(lines)
        self.bad += int(failed.sum())
        # Two records of nobody in particular may be alike and yet of two people.
        keep = ~failed & ~self._repeated(found, ~failed & ~withheld)
        return Judged(
            found.select(self._kept).filter(pa.array(keep)),
            withheld[keep],
            {name: mask[keep] for name, mask in naming.items() if name in self._kept},
        )

    def note_unknown(self, lines: npt.NDArray[np.int32]) -> None:
        """The records on these lines are of a person who is not in the key file."""
        for place, check in self._rules():
            if check.kind in _BY_KEY_FILE:
                self._tallies[place].add(lines)

    def findings(self) -> tuple[Finding, ...]:
        """Every rule that was broken, in the order of the layout."""
        return tuple(t.finding() for t in self._tallies.values() if t.count)

    def _rules(self) -> Iterator[tuple[int, CheckRule]]:
        return ((place, tally.check) for place, tally in self._tallies.items())

    def _run(self, delivered: pa.Table) -> pa.Table:
        self._database.register("delivered", delivered)
        try:
            return self._database.sql(self._query).to_arrow_table()
        finally:
            self._database.unregister("delivered")

    def _repeated(self, found: pa.Table, compared: Mask) -> Mask:
        """Which are copies of an earlier one; counts values that must be unique too."""
        copies = np.zeros(len(compared), bool)
        places = np.flatnonzero(compared)
        for place, (check, seen) in self._seen.items():
            prints = found[f"print_{place}"].combine_chunks().take(pa.array(places))
            repeats = places[seen.repeats(content(prints.cast(pa.binary(16))))]
            self._tallies[place].add(found["line"].to_numpy()[repeats])
            if check.kind is CheckKind.DUPLICATE:
                copies[repeats] = True
        return copies


class _Tally:
    """How often one check failed, and on which lines first."""

    def __init__(self, check: CheckRule) -> None:
        self.check = check
        self.count = 0
        self._lines: list[int] = []

    def add(self, lines: npt.NDArray[np.int32]) -> None:
        self.count += len(lines)
        self._lines.extend(lines[: LINES_SHOWN - len(self._lines)].tolist())

    def finding(self) -> Finding:
        check = self.check
        return Finding(
            check.code, check.severity.value, self.count, tuple(self._lines),
            check.text.nl, check.text.en,
        )  # fmt: skip


def stored_schema(layout: RecordLayout) -> pa.Schema:
    """What intake keeps of a record: its stored fields, whose it is, and its line."""
    columns = [
        (name, _ARROW.get(layout.type_of(name), pa.string())) for name in layout.stored
    ]
    if layout.person is not None:
        columns.append(("person_key", pa.string()))
    return pa.schema([*columns, ("line", pa.int32())])


@contextmanager
def checking_database() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory that reaches nothing outside itself."""
    database = duckdb.connect(":memory:", config=_SETTINGS)
    try:
        # DuckDB 2.0 spills all the same when this is only given to connect().
        database.execute("set max_temp_directory_size = '0MB'")
        database.execute("set lock_configuration = true")
        yield database
    finally:
        database.close()
