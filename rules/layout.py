"""The record layouts of `rules/layouts/*.toml` and the rules of `rules/checks.toml`.

Reading gives all errors at once.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from rules.errors import RuleError
from rules.indicator import Text
from rules.layout_entry import LayoutEntry, Unusable
from rules.record import (
    Against,
    CheckKind,
    CheckRule,
    Comparison,
    DeliveredForms,
    Derivation,
    Encoding,
    Field,
    FieldType,
    FileFormat,
    FileRule,
    Profiled,
    RecordLayout,
    Severity,
    Supplier,
)


__all__ = [
    "Against",
    "CheckKind",
    "CheckRule",
    "Comparison",
    "DeliveredForms",
    "Derivation",
    "Encoding",
    "Field",
    "FieldType",
    "FileFormat",
    "FileRule",
    "Profiled",
    "RecordLayout",
    "Severity",
    "Supplier",
    "load_file_rules",
    "load_layouts",
]

_HERE = Path(__file__).parent


@cache
def load_layouts(folder: Path = _HERE / "layouts") -> tuple[RecordLayout, ...]:
    """Every layout of the folder, by file name."""
    problems: list[str] = []
    texts = tomllib.loads((_HERE / "checks.toml").read_text("utf-8"))["field"]
    layouts = []
    for path in sorted(folder.glob("*.toml")):
        reader = LayoutEntry(path.name, texts, problems)
        try:
            layout = reader.layout(tomllib.loads(path.read_text("utf-8")))
        except tomllib.TOMLDecodeError as error:
            problems.append(f"{path.name}: {error}")
        except Unusable:
            continue
        else:
            layouts.append(layout)
    problems.extend(_overlaps(layouts))
    if problems:
        raise RuleError(
            f"{len(problems)} errors in the record layouts; correct them:\n  "
            + "\n  ".join(problems)
        )
    return tuple(layouts)


def load_file_rules() -> Mapping[str, FileRule]:
    """The rules for every file, by code."""
    rules = tomllib.loads((_HERE / "checks.toml").read_text("utf-8"))["file"]
    return {
        code: FileRule(code, Text(nl=rule["nl"], en=rule["en"]))
        for code, rule in rules.items()
    }


def _overlaps(layouts: Sequence[RecordLayout]) -> Iterator[str]:
    for place, one in enumerate(layouts):
        for other in layouts[place + 1 :]:
            if one.source == other.source and (
                one.covers(other.since) or other.covers(one.since)
            ):
                yield f"two layouts of {one.source} hold for the same half-year"
