"""Reference groups: which gemeenten a gemeente is compared with, from a user's file.

CSV, `;`, UTF-8, first line `Gemeentecode;Referentiegroep`. A group is shown by the
middle one of its members' published values, so that no number is computed.
"""

import csv
from collections.abc import Mapping
from pathlib import Path

from outputs.errors import ReleaseRefused
from outputs.figure_data import Reference


COLUMNS = ["Gemeentecode", "Referentiegroep"]


def read_groups(path: Path) -> Mapping[str, Reference]:
    """Gemeente -> its group, the gemeente itself among the members."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file, delimiter=";"))
    if not lines or lines[0] != COLUMNS:
        raise ReleaseRefused(
            f"{path}: the first line is not {';'.join(COLUMNS)}; correct the file"
        )
    wrong = sum(len(line) != 2 or not all(line) for line in lines[1:])
    codes = [line[0] for line in lines[1:]]
    if wrong or len(set(codes)) < len(codes):
        raise ReleaseRefused(
            f"{path}: {wrong} lines have not two filled columns, "
            f"{len(codes) - len(set(codes))} gemeenten are there twice; correct it"
        )
    members: dict[str, list[str]] = {}
    for code, group in lines[1:]:
        members.setdefault(group, []).append(code)
    groups = {name: Reference(name, tuple(found)) for name, found in members.items()}
    return {code: groups[group] for code, group in lines[1:]}
