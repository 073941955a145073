"""A classification as written in CSV: code, parent, additive, nl, en.

`additive` on the row of a code says how the parts of that code relate to it. A sixth
column `trees` names, for every code but the total, the trees that it is in, where codes
add up in more than one way.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rules.classification import Additivity, Dimension, Hierarchy
from rules.errors import RuleError
from rules.indicator import Text


COLUMNS = ["code", "parent", "additive", "nl", "en"]
TREES = "trees"
_KINDS = {"": Additivity.EXACT} | {kind.value: kind for kind in Additivity}


@dataclass(frozen=True, slots=True)
class LabelledDimension:
    """A dimension, and what its codes are called."""

    dimension: Dimension
    labels: Mapping[str, Text]


def read_dimension(path: Path) -> LabelledDimension:
    """The dimension that bears the name of the file; a RuleError has all its errors."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames not in (COLUMNS, [*COLUMNS, TREES]):
            raise RuleError(f"{path.name}: the first line must be {','.join(COLUMNS)}")
        rows = list(reader)
    problems = list(_problems(rows))
    if problems:
        raise RuleError("\n".join(f"{path.name}: {problem}" for problem in problems))
    (total,) = (row["code"] for row in rows if not row["parent"])
    try:
        dimension = Dimension(path.stem, total, tuple(_trees(rows)))
    except RuleError as error:
        raise RuleError(f"{path.name}: {error}") from error
    labels = {row["code"]: Text(nl=row["nl"], en=row["en"]) for row in rows}
    return LabelledDimension(dimension, labels)


def _trees(rows: list[dict[str, str]]) -> Iterator[Hierarchy]:
    below = [row for row in rows if row["parent"]]
    names = dict.fromkeys(name for row in below for name in _trees_of(row))
    kinds = {row["code"]: _KINDS[row["additive"]] for row in rows if row["additive"]}
    for tree in names:
        parents = {
            row["code"]: row["parent"] for row in below if tree in _trees_of(row)
        }
        own = {code: kind for code, kind in kinds.items() if code in parents.values()}
        yield Hierarchy(parents, own)


def _trees_of(row: dict[str, str]) -> list[str]:
    return row.get(TREES, "").split() or [""]


def _problems(rows: list[dict[str, str]]) -> Iterator[str]:
    codes = [row["code"] for row in rows]
    parents = {row["parent"] for row in rows}
    totals = sum(1 for row in rows if not row["parent"])
    columns = len(COLUMNS) + any(TREES in row for row in rows)
    if totals != 1:
        yield f"{totals} rows have no parent; leave it out for the total only"
    for line, row in enumerate(rows, start=2):
        if None in row.values() or None in row:
            yield f"line {line}: not {columns} columns; quote a text with a comma"
            continue
        if not row["code"] or codes.index(row["code"]) != line - 2:
            yield f"line {line}: the code is empty or occurs before; give it its own"
        if row["additive"] not in _KINDS:
            yield (
                f"line {line}: additive is {row['additive']!r}; "
                f"choose from: {', '.join(kind.value for kind in Additivity)}"
            )
        elif row["additive"] and row["code"] not in parents:
            yield f"line {line}: {row['code']!r} has no parts; leave additive empty"
        if not row["nl"] or not row["en"]:
            yield f"line {line}: {row['code']!r} needs a label in nl and in en"
