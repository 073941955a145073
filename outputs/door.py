"""The door: what a candidate has to satisfy once more, on its bytes alone."""

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType

from outputs.candidate import Candidate
from outputs.description import described, description_path
from outputs.errors import ReleaseRefused
from outputs.manifest import ReleaseFacts, TableFacts, table_path
from outputs.symbols import SHOWN
from outputs.tablerules import Expected, table_findings


PERSON = re.compile(
    r"(?<![0-9A-Za-z.])(?:[RS]?[0-9]{9}|[SN][0-9a-f]{32})(?![0-9A-Za-z])"
)
"""A BSN, a RIN or a person key; no count or rate of this country is so long."""

OptedOut = Mapping[str, Collection[str]]
"""Table -> the codes of the regions that may not be in it."""


def door_findings(
    candidate: Candidate,
    facts: ReleaseFacts,
    opted_out: OptedOut = MappingProxyType({}),
) -> list[str]:
    """What is wrong with a candidate; also worth asking before it is voted on."""
    contents = {path: candidate.read(path) for path in sorted(candidate.files)}
    declared = {table_path(name) for name in facts.tables}
    present = {path for path in contents if path.startswith("tables/")}
    findings = [
        *(f"{p}: has no rules to check it." for p in sorted(present - declared)),
        *(f"{p}: is missing." for p in sorted(declared - present)),
        *_person_findings(contents),
    ]
    for name, table in facts.tables.items():
        path = table_path(name)
        if path in present:
            content, sign = contents[path], SHOWN[facts.status].sign
            expected = Expected(path, table, str(facts.period), sign)
            findings += table_findings(content, expected)
            findings += _opt_out_findings(path, content, opted_out.get(name, ()))
        findings += _description_findings(contents, name, table)
    return findings


def _description_findings(
    contents: Mapping[str, bytes], name: str, table: TableFacts
) -> Iterator[str]:
    """A table that cannot be exported, or of which the words are of another."""
    path = description_path(name)
    if path not in contents:
        yield f"{path}: is missing."
        return
    try:
        described(contents[path], name, table)
    except ReleaseRefused as error:
        yield f"{error}."


def _person_findings(contents: Mapping[str, bytes]) -> Iterator[str]:
    """Numbers that could be somebody's, in any file: its name and the line, no more."""
    for path, content in contents.items():
        lines = content.decode("utf-8", "replace").split("\n")
        for number, line in enumerate(lines, start=1):
            if PERSON.search(line):
                yield f"{path}, line {number}: holds what may be a person's number."


def _opt_out_findings(
    path: str, content: bytes, opted_out: Collection[str]
) -> Iterator[str]:
    """Lines of a region that does not publish in this table."""
    if not opted_out:
        return
    text = io.StringIO(content.decode("utf-8", "replace"), newline="")
    rows = csv.DictReader(text)
    found = sum(row.get("region_code") in opted_out for row in rows)
    if found:
        yield f"{path}: {found} lines are of regions that do not publish."
