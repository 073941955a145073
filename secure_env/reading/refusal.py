"""What is wrong with a file as a file."""

from collections.abc import Sequence

from rules.layout import RecordLayout, load_file_rules
from secure_env.supplier_report import LINES_SHOWN, Finding


_RULES = load_file_rules()


class Refused(Exception):  # a verdict, not an error of ours
    """The file cannot be taken in, whatever its records."""

    def __init__(self, findings: Sequence[Finding], sha256: str = "") -> None:
        super().__init__(f"{len(findings)} findings")
        self.findings = tuple(findings)
        self.sha256 = sha256


def breach(
    rule: str, count: int = 1, lines: Sequence[int] = (), **said: str
) -> Finding:
    """A finding of a file rule."""
    text = _RULES[rule].text
    return Finding(
        rule, "file", count, tuple(lines[:LINES_SHOWN]),
        text.nl.format(**said), text.en.format(**said),
    )  # fmt: skip


def other_columns(
    names: Sequence[str], layout: RecordLayout, *, ordered: bool
) -> list[Finding]:
    """How these column names are not those of the layout.

    A column that does not belong is counted, not named: without a header line the
    first line is a record.
    """
    missing = [name for name in layout.columns if name not in names]
    extra = [
        place
        for place, name in enumerate(names)
        if name not in layout.columns or name in names[:place]
    ]
    found = []
    if missing:
        found.append(breach("F07", len(missing), columns=", ".join(missing)))
    if extra:
        found.append(breach("F08", len(extra)))
    if ordered and not missing and not extra and tuple(names) != layout.columns:
        found.append(breach("F09"))
    return found
