"""Known holes by an advisory database that was carried inside, without a network.

The files of https://osv.dev for PyPI: a folder of JSON, or the one zip that osv.dev
offers of them (https://osv-vulnerabilities.storage.googleapis.com/PyPI/all.zip).
"""

import json
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version


_LOCKED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)

Advisory = Mapping[str, Any]


def holes(lock: str, database: Path) -> list[str]:
    """`package version: advisory` for each hole in what a lock file names."""
    locked = {
        canonicalize_name(name): version for name, version in _LOCKED.findall(lock)
    }
    found = []
    for advisory in _advisories(database):
        for affected in advisory.get("affected", ()):
            name = canonicalize_name(affected["package"]["name"])
            version = locked.get(name)
            if version is not None and _is_affected(version, affected):
                found.append(f"{name} {version}: {advisory['id']}")
    return sorted(set(found))


def _advisories(database: Path) -> Iterator[Advisory]:
    """Every advisory that was not withdrawn; ValueError where there is none."""
    files: list[Path | zipfile.Path]
    if database.is_dir():
        files = [*database.rglob("*.json")]
    else:
        archive = zipfile.ZipFile(database)
        files = [zipfile.Path(archive, name) for name in archive.namelist()]
    if not files:
        raise ValueError(f"{database} has no advisories in it")
    for file in files:
        advisory = json.loads(file.read_bytes())
        if "withdrawn" not in advisory:
            yield advisory


def _is_affected(version: str, affected: Mapping[str, Any]) -> bool:
    return version in affected.get("versions", ()) or any(
        _is_between(Version(version), each["events"])
        for each in affected.get("ranges", ())
        if each["type"] == "ECOSYSTEM"
    )


def _is_between(version: Version, events: Sequence[Mapping[str, str]]) -> bool:
    """By the events up to this version, the last of which decides."""
    inside = False
    for event in events:
        ((kind, text),) = event.items()
        try:
            at = Version(text)
        except InvalidVersion:
            continue
        if kind == "introduced" and version >= at:
            inside = True
        elif (kind == "fixed" and version >= at) or (
            kind == "last_affected" and version > at
        ):
            inside = False
    return inside
