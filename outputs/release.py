"""Cleared -> released: the one place that writes outside.

What is written has the bytes that were voted on, or nothing is written. The folder is
made under a temporary name beside its target and renamed when it is complete.
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from outputs.clearance import ClearedTables
from outputs.door import OptedOut, door_findings
from outputs.dsse import key_id
from outputs.errors import ReleaseRefused
from outputs.folders import folder_beside, put
from outputs.manifest import (
    MANIFEST,
    PUBLIC_KEY,
    SIGNATURE,
    FileFacts,
    Manifest,
    ReleaseFacts,
    write_manifest,
)
from outputs.tablerules import row_count


@dataclass(frozen=True, slots=True)
class Release:
    """A folder outside, its manifest and the digest of that manifest's bytes."""

    folder: Path
    manifest: Manifest
    digest: str


def release(
    cleared: ClearedTables,
    target: Path,
    *,
    signing_key: Ed25519PrivateKey,
    facts: ReleaseFacts,
    opted_out: OptedOut = MappingProxyType({}),
) -> Release:
    """Write the release folder; refuses a target that holds anything."""
    must_be_free(target)
    findings = door_findings(cleared.candidate, facts, opted_out)
    if findings:
        raise at_the_door(findings)
    with folder_beside(target) as folder:
        files = {
            path: _write(folder / path, cleared.candidate.read(path))
            for path in sorted(cleared.candidate.files)
        }
        manifest = Manifest(
            facts, cleared.checkers, key_id(signing_key.public_key()), files
        )
        content = write_manifest(manifest)
        _write(folder / MANIFEST, content)
        _write(folder / SIGNATURE, signing_key.sign(content))
        _write(
            folder / PUBLIC_KEY,
            signing_key.public_key().public_bytes(
                Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
            ),
        )
        put(folder, target)
    return Release(target, manifest, hashlib.sha256(content).hexdigest())


def at_the_door(findings: Sequence[str]) -> ReleaseRefused:
    """The refusal of a candidate with these findings."""
    return ReleaseRefused(
        f"{len(findings)} problems at the door; nothing was written, "
        "protect and clear again:\n" + "\n".join(findings)
    )


def must_be_free(target: Path) -> None:
    """Refuse a target that a release would have to be written over."""
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise ReleaseRefused(f"{target} is not a folder; name a new one")
    if target.is_dir() and any(target.iterdir()):
        raise ReleaseRefused(
            f"{target} is not empty; a release is never written over, name a new folder"
        )


def _write(path: Path, content: bytes) -> FileFacts:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    is_table = path.suffix == ".csv"
    rows = row_count(content) if is_table else None
    return FileFacts(hashlib.sha256(content).hexdigest(), rows)
