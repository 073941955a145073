"""`gmsd table compare`: our pattern beside that of an R package, both audited alike.

A package hides and nothing more; what it leaves is rounded as the policy says, and our
audit says how many sensitive cells a reader of it can narrow. It takes one table of
counts, with one hierarchy to a dimension in which parts add up.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from engine.celltable import CellStatus
from engine.linked import Cells
from engine.rounding import figures
from engine.solver import Ints
from rules.classification import Additivity, Dimension
from rules.disclosure import DisclosurePolicy, RoundingMethod
from rules.errors import RuleError
from rules.specification import Specification
from secure_env.errors import UsageError
from secure_env.r_packages import asked
from secure_env.table_files import TableFile
from secure_env.table_protection import ExactCells, Protected, exposed, protected, read


STATUSES = {
    "u": CellStatus.PRIMARY.value,
    "x": CellStatus.SECONDARY.value,
    "s": CellStatus.SAFE.value,
    "z": CellStatus.SAFE.value,
}
"""The statuses of packages (sdcTable: z may not be hidden) -> ours."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """What somebody hides of a table, and what a reader can narrow of it."""

    who: str
    sensitive: int
    others: int
    value: int
    narrowed: int

    def __str__(self) -> str:
        return (
            f"{self.who}: {self.sensitive} sensitive, {self.others} hidden to protect "
            f"those, together {self.value}; {self.narrowed} sensitive cells can be "
            "narrowed below their safety interval"
        )


def compared(
    rows: TableFile, specification: Specification, package: str
) -> Iterator[Pattern]:
    """Our pattern, then the package's."""
    given = read(rows, specification)
    _must_be_comparable(specification, given)
    ours = protected(rows, specification)
    yield _pattern("gmsd", given, ours, specification.policy)
    theirs = _protected_by(package, given, ours, specification.policy)
    yield _pattern(package, given, theirs, specification.policy)


def _must_be_comparable(specification: Specification, given: ExactCells) -> None:
    policy = specification.policy
    wrong = {
        "more than one table": len(given.cells.tables) > 1,
        "several hierarchies over one dimension": any(
            len(one.hierarchies) > 1 for table in given.cells.tables for one in table
        ),
        "parts that do not add up": any(
            sums.kind is not Additivity.EXACT for sums in given.cells.sums()
        ),
        "amounts": given.magnitude,
        "statuses that were given": bool((given.status != CellStatus.SAFE.value).any()),
        "no hidden range": policy.hide is None,
        "random rounding": policy.rounding.method is RoundingMethod.RANDOM,
    }
    if any(wrong.values()):
        what = ", ".join(name for name, hit in wrong.items() if hit)
        raise RuleError(f"R packages are not asked about {what}; leave it out")


def _protected_by(
    package: str, given: ExactCells, ours: Protected, policy: DisclosurePolicy
) -> Protected:
    """The package's pattern, with the figures that we would show."""
    answer = asked(package, *_question(given, policy))
    cells = given.cells
    order = _order(answer, cells, package)
    status = np.full(cells.count, "", dtype=ours.status.dtype)
    words = answer["status"].to_pylist()
    status[order] = [STATUSES.get(word, "") for word in words]
    if (status == "").any():
        raise UsageError(
            f"{package} says nothing of {np.sum(status == '')} of {cells.count} cells; "
            "nothing is compared"
        )
    hidden = status != CellStatus.SAFE.value
    reason = np.where(status == CellStatus.PRIMARY.value, "hidden range", "")
    return replace(
        ours,
        published=np.where(hidden, -1, _figures(given, policy)),
        status=status,
        reason=reason,
    )


def _figures(given: ExactCells, policy: DisclosurePolicy) -> Ints:
    (table,) = given.tables()
    found = np.zeros(given.cells.count, dtype=np.int64)
    found[given.cells.places[0]] = figures([table], policy.rounding)[table.name]
    return found


def _question(given: ExactCells, policy: DisclosurePolicy) -> list[str]:
    assert policy.hide is not None, "a hidden range was asked for"  # noqa: S101
    cells = given.cells
    inner = np.flatnonzero(~cells.margins())
    columns = [column.to_pylist() for column in cells.coded(inner).values()]
    values = given.evidence["value"][inner].tolist()
    trees = [
        (dimension.name, "@" * depth, code)
        for dimension in cells.tables[0]
        for depth, code in _downwards(dimension)
    ]
    zero_is_hidden = policy.hidden_range()[0] == 0
    return [
        _csv([*cells.codes, "value"], zip(*columns, values, strict=True)),
        _csv(["dimension", "levels", "codes"], trees),
        str(policy.hide[1]),
        "yes" if zero_is_hidden else "no",
    ]


def _downwards(dimension: Dimension) -> Iterator[tuple[int, str]]:
    """Each code with its depth, the total 1; a parent before its parts."""
    children = dimension.hierarchies[0].children()
    waiting = [(1, dimension.total)]
    while waiting:
        depth, code = waiting.pop()
        yield depth, code
        waiting += [(depth + 1, part) for part in reversed(children.get(code, []))]


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().rstrip("\n")


def _order(answer: pa.Table, cells: Cells, package: str) -> Ints:
    """The cell of each row of the answer."""
    missing = [
        name for name in (*cells.codes, "status") if name not in answer.column_names
    ]
    if missing:
        raise UsageError(
            f"{package} answered without {len(missing)} columns "
            f"({', '.join(missing)}); nothing is compared"
        )
    return TableFile(package, answer).cells(cells)


def _pattern(
    who: str, given: ExactCells, found: Protected, policy: DisclosurePolicy
) -> Pattern:
    others = found.status == CellStatus.SECONDARY.value
    return Pattern(
        who,
        int(np.sum(found.status == CellStatus.PRIMARY.value)),
        int(others.sum()),
        int(given.evidence["value"][others].sum()),
        len(exposed(given, found, policy, np.arange(given.cells.count))),
    )
