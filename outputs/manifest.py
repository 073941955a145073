"""The manifest of a release: what is in it, and all that is needed to check it.

Standard library and `rules` only: `verify` reads a release with nothing of the engine.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, TypeAlias

from outputs.layout import rate_code
from outputs.symbols import ReleaseStatus
from rules.disclosure import DisclosurePolicy, Rounding, RoundingMethod
from rules.errors import RuleError
from rules.indicator import Indicator, TableSpec
from rules.period import HalfYear


FORMAT = "gmsd-release/1"
MANIFEST, SIGNATURE, PUBLIC_KEY = "manifest.json", "manifest.sig", "manifest.pub"
SEAL = frozenset({MANIFEST, SIGNATURE, PUBLIC_KEY})
"""The files of a release folder that are not published files themselves."""

ALLOWED_FILES = {
    "tables": frozenset({".csv"}),
    "docs": frozenset({".md", ".json"}),
}
"""Folder -> the kinds of file that may leave in it."""

_DIGEST = re.compile(r"[0-9a-f]{64}")
_FILE_PATH = re.compile(r"[a-z]+/[A-Za-z0-9][A-Za-z0-9._-]*")

Json: TypeAlias = (
    "str | int | float | bool | Mapping[str, Json] | Sequence[Json] | None"
)


@dataclass(frozen=True, slots=True)
class TableFacts:
    """One table as it should be: enough to check its file without anything else.

    `dimensions` gives all codes of each dimension in their order, `measures` the rate
    that belongs to each count (None: no rate), `impossible` the codes per dimension of
    cells that are blank, `hidden` the range of counts that may not be shown. Rates have
    a denominator per region, and per code of the dimensions `rates_by`.
    """

    dimensions: Mapping[str, tuple[str, ...]]
    measures: Mapping[str, str | None]
    impossible: tuple[Mapping[str, str], ...]
    rounding: Rounding
    hidden: tuple[int, int] | None
    rates_by: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        named = {name for cell in self.impossible for name in cell} | {*self.rates_by}
        if unknown := named - set(self.dimensions):
            raise ValueError(f"{len(unknown)} dimensions are named and not there")

    def divided_by(self, codes: tuple[str, ...]) -> tuple[str, ...]:
        """Of a cell's codes those that say, in a region, what its rate divides by."""
        pairs = zip(self.dimensions, codes, strict=True)
        return tuple(code for name, code in pairs if name in self.rates_by)

    @staticmethod
    def of(
        table: TableSpec, indicators: Sequence[Indicator], policy: DisclosurePolicy
    ) -> "TableFacts":
        return TableFacts(
            {dimension.name: dimension.codes for dimension in table.dimensions},
            {
                one.code: rate_code(one.code) if one.denominator else None
                for one in indicators
            },
            table.impossible,
            policy.rounding,
            policy.hide,
            tuple(name for name, word in table.by.items() if word.is_personal),
        )


@dataclass(frozen=True, slots=True)
class ReleaseFacts:
    """What is known of a release besides its files and its checkers.

    Fingerprint of the rules, digest of the audit's certificate and head of the journal
    are SHA-256 in hexadecimal; `versions` names the software that made the figures.
    """

    period: HalfYear
    status: ReleaseStatus
    rules: str
    certificate: str
    journal: str
    versions: Mapping[str, str]
    tables: Mapping[str, TableFacts]

    def __post_init__(self) -> None:
        for name in ("rules", "certificate", "journal"):
            if not _DIGEST.fullmatch(getattr(self, name)):
                raise ValueError(f"{name} must be a SHA-256 in hexadecimal")


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A published file: its SHA-256, and for a table its number of cells."""

    sha256: str
    rows: int | None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a release says of itself, under its signature."""

    facts: ReleaseFacts
    checkers: tuple[str, str]
    key: str
    files: Mapping[str, FileFacts]


def table_path(table: str) -> str:
    return f"tables/{table}.csv"


def may_be_released(path: str) -> bool:
    """Whether this is the path of a kind of file that may leave."""
    parts = PurePosixPath(path)
    kinds = ALLOWED_FILES.get(parts.parent.as_posix(), frozenset())
    return _FILE_PATH.fullmatch(path) is not None and parts.suffix in kinds


def write_manifest(manifest: Manifest) -> bytes:
    """JSON, sorted and indented, so that the same release has the same bytes."""
    facts = manifest.facts
    content: dict[str, Json] = {
        "format": FORMAT,
        "period": str(facts.period),
        "status": facts.status.value,
        "rules": facts.rules,
        "certificate": facts.certificate,
        "journal": facts.journal,
        "versions": facts.versions,
        "tables": {name: _write_table(table) for name, table in facts.tables.items()},
        "checkers": manifest.checkers,
        "public_key": manifest.key,
        "files": {
            path: {"sha256": file.sha256, "rows": file.rows}
            for path, file in manifest.files.items()
        },
    }
    text = json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True)
    return text.encode() + b"\n"


def read_manifest(content: bytes) -> Manifest:
    """The manifest in these bytes; ValueError for any bytes we would not write."""
    try:
        manifest = _manifest_from(json.loads(content))
        understood = write_manifest(manifest) == content
    except (ArithmeticError, AttributeError, LookupError, RecursionError) as error:
        raise ValueError(f"not a manifest of format {FORMAT}") from error
    except (RuleError, TypeError, ValueError) as error:
        raise ValueError(f"not a manifest of format {FORMAT}") from error
    if not understood:
        raise ValueError(f"not a manifest of format {FORMAT} as it is written")
    return manifest


def _write_table(table: TableFacts) -> dict[str, Json]:
    return {
        # A list of pairs: their order is the order of the columns.
        "dimensions": [[name, codes] for name, codes in table.dimensions.items()],
        "measures": [[count, rate] for count, rate in table.measures.items()],
        "impossible": table.impossible,
        "base": table.rounding.base,
        "rounding": table.rounding.method.value,
        "window": table.rounding.window,
        "hidden": table.hidden,
        "rates_by": table.rates_by,
    }


def _manifest_from(content: Mapping[str, Any]) -> Manifest:
    """Trusts the shape: `read_manifest` compares what comes out with what went in."""
    first, second = content["checkers"]
    return Manifest(
        ReleaseFacts(
            HalfYear.parse(content["period"]),
            ReleaseStatus(content["status"]),
            content["rules"],
            content["certificate"],
            content["journal"],
            content["versions"],
            {name: _table_from(table) for name, table in content["tables"].items()},
        ),
        (first, second),
        content["public_key"],
        {path: FileFacts(**file) for path, file in content["files"].items()},
    )


def _table_from(table: Mapping[str, Any]) -> TableFacts:
    low, high = table["hidden"] or (0, -1)
    return TableFacts(
        {name: tuple(codes) for name, codes in table["dimensions"]},
        dict(table["measures"]),
        tuple(table["impossible"]),
        Rounding(table["base"], RoundingMethod(table["rounding"]), table["window"]),
        (low, high) if table["hidden"] else None,
        tuple(table["rates_by"]),
    )
