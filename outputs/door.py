"""The door: what a candidate has to satisfy once more, on its bytes alone."""

import csv
import io
import re
from collections.abc import Collection, Iterator

from outputs.candidate import Candidate
from outputs.description import described, description_path
from outputs.errors import ReleaseRefused
from outputs.manifest import ReleaseFacts, TableFacts, table_path
from outputs.symbols import SHOWN
from outputs.tablerules import Expected, table_findings


PERSON = re.compile(r"(?<![0-9A-Za-z.])(?:[RS]?\d{9}|S[0-9a-f]{32})(?![0-9A-Za-z])")
"""A BSN, a RIN or a person key; no count or rate of this country is so long."""

_TEXT = (".csv", ".json", ".md", ".txt")


def door_findings(
    candidate: Candidate, facts: ReleaseFacts, opted_out: Collection[str] = ()
) -> list[str]:
    """What is wrong with a candidate; also worth asking before it is voted on.

    `opted_out` are the codes of the regions that may not be in it.
    """
    declared = {table_path(name) for name in facts.tables}
    present = {path for path in candidate.files if path.startswith("tables/")}
    findings = [
        *(f"{p}: has no rules to check it." for p in sorted(present - declared)),
        *(f"{p}: is missing." for p in sorted(declared - present)),
        *_person_findings(candidate),
    ]
    for name, table in facts.tables.items():
        path = table_path(name)
        if path in present:
            content = candidate.read(path)
            expected = Expected(
                path, table, str(facts.period), SHOWN[facts.status].sign
            )
            findings += table_findings(content, expected)
            findings += _opt_out_findings(path, content, frozenset(opted_out))
        findings += _description_findings(candidate, name, table)
    return findings


def _description_findings(
    candidate: Candidate, name: str, table: TableFacts
) -> Iterator[str]:
    """A table that cannot be exported, or of which the words are of another."""
    path = description_path(name)
    if path not in candidate.files:
        yield f"{path}: is missing."
        return
    try:
        described(candidate.read(path), name, table)
    except ReleaseRefused as error:
        yield f"{error}."


def _person_findings(candidate: Candidate) -> Iterator[str]:
    """Numbers that could be somebody's, in any text: the file and line, no more."""
    for path in sorted(candidate.files):
        if path.endswith(_TEXT):
            text = candidate.read(path).decode("utf-8", "replace")
            lines = (n for n, line in enumerate(text.split("\n"), 1) if _is_one(line))
            for number in lines:
                yield f"{path}, line {number}: holds what may be a person's number."


def _is_one(line: str) -> bool:
    return PERSON.search(line) is not None


def _opt_out_findings(
    path: str, content: bytes, opted_out: frozenset[str]
) -> Iterator[str]:
    """Lines of a region that does not publish."""
    text = io.StringIO(content.decode("utf-8", "replace"), newline="")
    rows = csv.DictReader(text)
    found = sum(row.get("region_code") in opted_out for row in rows)
    if found:
        yield f"{path}: {found} lines are of regions that do not publish."
