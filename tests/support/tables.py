"""Anybody's tables as files: a folder with a specification, hierarchies and cells."""

from pathlib import Path
from textwrap import dedent

from secure_env.table_commands import (
    AuditSummary,
    ProtectSummary,
    VerifySummary,
    audit_file,
    protect_file,
    verify_file,
)
from tests.support.texttable import Row, parse


REGIONS = """
    code,parent
    north,NL
    south,NL
    n1,north
    n2,north
    s1,south
    s2,south
"""

TABLE = """
    [table]
    [[table.dimension]]
    name = "region"
    total = "NL"
    hierarchy = "region.csv"
    [[table.dimension]]
    name = "care"
    total = "T"
"""

FIVES = """
    [policy]
    hide = [0, 7]
    rounding = { base = 5, method = "conventional" }
"""

EXACT = """
    [policy]
    hide = [1, 4]
    zeros = "publish"
"""

LEAVES = """
    region | care  | value
    -------+-------+------
    n1     | home  |     3
    n2     | home  |    21
    s1     | home  |    33
    s2     | home  |    40
    n1     | youth |    12
    n2     | youth |    18
    s1     | youth |    26
    s2     | youth |    14
"""
"""Counts of which the first is sensitive, and no other."""

SINGLE = """
    region | care | published
    -------+------+----------
    north  | home | 25
    n1     | home |
    n2     | home | 20
"""
"""A single hidden part beside its whole."""


class Folder:
    """A folder of files that belong to one specification."""

    def __init__(
        self,
        path: Path,
        table: str = TABLE,
        policy: str = FIVES,
        regions: str = REGIONS,
    ) -> None:
        self.path = path
        self.write("spec.toml", table + policy)
        self.write("region.csv", regions)

    def write(self, name: str, text: str) -> Path:
        """A file as it stands in the test, without its indentation."""
        written = self.path / name
        lines = [line.strip() for line in dedent(text).strip().splitlines()]
        written.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return written

    def cells(self, name: str, text: str) -> Path:
        """A CSV file of a text table; an empty place is empty."""
        rows = parse(text)
        lines = [",".join(rows[0])]
        lines += [",".join(value or "" for value in row.values()) for row in rows]
        return self.write(name, "\n".join(lines))

    def rows(self, name: str) -> list[Row]:
        """The rows of a CSV file by column; an empty place is None."""
        head, *lines = (self.path / name).read_text(encoding="utf-8").splitlines()
        names = head.split(",")
        return [
            dict(zip(names, (v or None for v in line.split(",")), strict=True))
            for line in lines
        ]

    def protect(
        self, text: str | None = None, key: str | None = None
    ) -> ProtectSummary:
        if text is not None:
            self.cells("in.csv", text)
        return protect_file(
            self.path / "in.csv",
            self.path / "spec.toml",
            self.path / "out.csv",
            None if key is None else self.path / key,
        )

    def audit(
        self, text: str | None = None, published: str = "out.csv"
    ) -> AuditSummary:
        if text is not None:
            self.cells(published, text)
        return audit_file(
            self.path / published,
            self.path / "spec.toml",
            self.path / "intervals.csv",
            self.path / "worlds.parquet",
        )

    def verify(self, published: str = "out.csv") -> VerifySummary:
        return verify_file(
            self.path / published,
            self.path / "spec.toml",
            self.path / "worlds.parquet",
        )


def figures(folder: Folder, name: str = "out.csv") -> dict[tuple[str, str], str]:
    """Figure or status of each cell of a file."""
    return {
        (row["region"] or "", row["care"] or ""): row["published"]
        or row["status"]
        or ""
        for row in folder.rows(name)
    }


def intervals(folder: Folder) -> dict[tuple[str, str], tuple[str | None, str | None]]:
    """The interval of each hidden cell that the audit wrote."""
    return {
        (row["region"] or "", row["care"] or ""): (row["lower"], row["upper"])
        for row in folder.rows("intervals.csv")
    }
