"""The checks of a layout, run batch by batch.

In: records as delivered. Out: the stored columns of the records that pass, and a tally
of which rule failed how often and on which lines.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from rules.layout import CheckKind, CheckRule, RecordLayout, Severity
from secure_env.clauses import broken
from secure_env.columns import ARROW_TYPES, Batch, Mask, Subject
from secure_env.fingerprints import Prints, Seen
from secure_env.supplier_report import LINES_SHOWN, Finding


_OVER_RECORDS = {CheckKind.UNIQUE, CheckKind.DUPLICATE}
_OF_NOBODY = {CheckKind.UNKNOWN_NUMBER, CheckKind.UNBORN}
_BY_KEY_FILE = {CheckKind.UNKNOWN_PERSON}


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

    def __init__(self, subject: Subject) -> None:
        self.layout = layout = subject.layout
        self.records = 0
        self.bad = 0
        """Records that broke a rule of severity `record`."""
        self._subject = subject
        self._tallies = [_Tally(check) for check in layout.checks]
        self._compared = [
            _Compared(tally, self._columns_of(tally.check))
            for tally in self._tallies
            if tally.check.kind in _OVER_RECORDS
        ]
        person = [] if layout.person is None else [layout.person.name]
        self._kept = (*layout.stored, *person)

    def judge(self, delivered: pa.Table) -> Judged:
        """Check the records and keep those that pass."""
        batch = Batch(self._subject, delivered)
        lines = delivered["line"].combine_chunks().to_numpy()
        failed = np.zeros(len(lines), bool)
        withheld = np.zeros(len(lines), bool)
        naming = {}
        for tally in self._tallies:
            check = tally.check
            if check.kind in _OVER_RECORDS | _BY_KEY_FILE:
                continue
            fails = broken(batch, check)
            tally.add(lines[fails])
            if check.severity is Severity.RECORD:
                failed |= fails
            if check.kind in _OF_NOBODY:
                withheld |= fails
            if check.kind is CheckKind.MAY_NAME_PERSON:
                naming[check.fields[0]] = fails
        self.records += len(lines)
        self.bad += int(failed.sum())
        # Two records of nobody in particular may be alike and yet of two people.
        keep = ~failed & ~self._repeated(batch, lines, ~failed & ~withheld)
        return Judged(
            self._table(batch).filter(pa.array(keep)),
            withheld[keep],
            {name: mask[keep] for name, mask in naming.items() if name in self._kept},
        )

    def note_unknown(self, lines: npt.NDArray[np.int32]) -> None:
        """The records on these lines are of a person who is not in the key file."""
        for tally in self._tallies:
            if tally.check.kind in _BY_KEY_FILE:
                tally.add(lines)

    def findings(self) -> tuple[Finding, ...]:
        """Every rule that was broken, in the order of the layout."""
        return tuple(tally.finding() for tally in self._tallies if tally.count)

    def _columns_of(self, check: CheckRule) -> tuple[str, ...]:
        """The fields that a check compares records by; without any, all."""
        return check.fields or tuple(field.name for field in self.layout.fields)

    def _table(self, batch: Batch) -> pa.Table:
        """What is kept of the records, whose they are as `person`, and `line`."""
        values = [batch.values(name) for name in self._kept]
        names = list(self.layout.stored)
        if len(names) < len(values):
            names.append("person")
        return pa.table([*values, batch.delivered["line"]], names=[*names, "line"])

    def _repeated(
        self, batch: Batch, lines: npt.NDArray[np.int32], compared: Mask
    ) -> Mask:
        """Which are copies of an earlier one; counts values that must be unique too."""
        copies = np.zeros(len(compared), bool)
        places = np.flatnonzero(compared)
        for each in self._compared:
            repeats = places[each.repeats(batch, places)]
            each.tally.add(lines[repeats])
            if each.tally.check.kind is CheckKind.DUPLICATE:
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


class _Compared:
    """A check that compares every record with all that went by."""

    def __init__(self, tally: _Tally, names: tuple[str, ...]) -> None:
        self.tally = tally
        self._names = names
        self._prints = Prints(len(names))
        self._seen = Seen()

    def repeats(self, batch: Batch, places: npt.NDArray[np.intp]) -> Mask:
        """Which of the records in these places repeat an earlier one."""
        high, low = self._prints.of([batch.given(name) for name in self._names])
        return self._seen.repeats(high[places], low[places])


def stored_schema(layout: RecordLayout) -> pa.Schema:
    """What intake keeps of a record: its stored fields, whose it is, and its line."""
    columns = [
        (name, ARROW_TYPES.get(layout.type_of(name), pa.string()))
        for name in layout.stored
    ]
    if layout.person is not None:
        columns.append(("person_key", pa.string()))
    return pa.schema([*columns, ("line", pa.int32())])
