"""A release folder -> proof that it is what was released, or all that is wrong with it.

Runs outside, on the folder alone: standard library, `cryptography` and the plain
declarations of `rules`; nothing of the engine. A finding names a file and a line.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from outputs.clearance_states import ClearanceState
from outputs.dsse import key_id
from outputs.errors import VerificationFailed
from outputs.manifest import (
    MANIFEST,
    PUBLIC_KEY,
    SEAL,
    SIGNATURE,
    FileFacts,
    Manifest,
    may_be_released,
    read_manifest,
    table_path,
)
from outputs.register import Listed, read_register
from outputs.symbols import SHOWN
from outputs.tablerules import Expected, row_count, table_findings


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """What was checked. `pinned`: against a key that did not come with the folder."""

    folder: Path
    manifest: Manifest
    pinned: bool
    listed: Listed | None = None

    @property
    def cells(self) -> int:
        return sum(file.rows or 0 for file in self.manifest.files.values())

    def __str__(self) -> str:
        facts = self.manifest.facts
        key = "the key you gave" if self.pinned else "the key in the folder itself"
        return (
            f"{self.folder}: {facts.period} ({facts.status.value}), "
            f"{len(self.manifest.files)} files and {self.cells} cells are as released; "
            f"signed with {key} ({self.manifest.key[:16]}), "
            f"cleared by {' and '.join(self.manifest.checkers)}"
            f"{f'; {self.listed.state.value}' if self.listed else ''}."
        )


def verify(
    folder: Path, public_key: Path | None = None, register: Path | None = None
) -> VerificationReport:
    """The report on a good release; VerificationFailed with all findings otherwise.

    Without `public_key` (PEM) the folder proves only that it agrees with itself. With
    `register` a release that was withdrawn is refused, and one that was superseded
    said to be.
    """
    missing = [f"{n}: is missing." for n in sorted(SEAL) if not (folder / n).is_file()]
    if missing:
        raise VerificationFailed(str(folder), missing)
    content = (folder / MANIFEST).read_bytes()
    findings: list[str] = []
    key = _key(folder / PUBLIC_KEY, findings)
    pinned = key if public_key is None else _key(public_key, findings)
    if key is not None and pinned is not None and key_id(key) != key_id(pinned):
        findings.append(f"{PUBLIC_KEY}: is not the key that you gave.")
    findings += _signature_findings(content, folder / SIGNATURE, pinned)
    try:
        manifest = read_manifest(content)
    except ValueError as error:
        findings.append(f"{MANIFEST}: {error}.")
        raise VerificationFailed(str(folder), findings) from error
    if pinned is not None and manifest.key != key_id(pinned):
        findings.append(f"{MANIFEST}: names another key than the one it is checked by.")
    findings += _manifest_findings(manifest)
    findings += _folder_findings(folder, manifest)
    listed = None
    if register is not None and pinned is not None:
        listed = _listed(register, pinned, manifest, findings)
    if findings:
        raise VerificationFailed(str(folder), findings)
    return VerificationReport(folder, manifest, public_key is not None, listed)


def _listed(
    register: Path, key: Ed25519PublicKey, manifest: Manifest, findings: list[str]
) -> Listed | None:
    """What the register says of it; a finding when it is not, or was withdrawn."""
    try:
        listed = {one.release: one for one in read_register(register, key)}
    except ValueError as error:
        findings.append(f"{register.name}: {error}.")
        return None
    found = listed.get(manifest.facts.journal)
    if found is None:
        findings.append(f"{register.name}: does not have it; ask for a newer register.")
    elif found.state is ClearanceState.WITHDRAWN:
        findings.append(f"{register.name}: it was withdrawn ({found.reason}).")
    return found


def _key(path: Path, findings: list[str]) -> Ed25519PublicKey | None:
    try:
        key = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError):
        key = None
    if isinstance(key, Ed25519PublicKey):
        return key
    findings.append(f"{path.name}: is not an Ed25519 public key in PEM.")
    return None


def _signature_findings(
    content: bytes, signature: Path, key: Ed25519PublicKey | None
) -> Iterator[str]:
    if key is None:
        return
    try:
        key.verify(signature.read_bytes(), content)
    except InvalidSignature:
        yield f"{SIGNATURE}: is not the signature of {MANIFEST} with this key."


def _manifest_findings(manifest: Manifest) -> Iterator[str]:
    """Digests are digests already: a manifest without them cannot be read."""
    if len(set(manifest.checkers)) < 2 or not all(manifest.checkers):
        yield f"{MANIFEST}: does not name two different checkers."
    if not manifest.facts.versions:
        yield f"{MANIFEST}: does not say which software made the figures."
    tables = {table_path(name) for name in manifest.facts.tables}
    listed = {path for path in manifest.files if path.startswith("tables/")}
    for path in sorted(tables ^ listed):
        yield f"{MANIFEST}: {path} is not both listed and described."
    strange = sum(not may_be_released(path) for path in manifest.files)
    if strange:
        yield f"{MANIFEST}: lists {strange} files of a kind that is never released."


def _folder_findings(folder: Path, manifest: Manifest) -> Iterator[str]:
    present = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir()
    } - SEAL
    for path in sorted(present - set(manifest.files)):
        yield f"{path}: is no part of this release."
    tables = {table_path(name): table for name, table in manifest.facts.tables.items()}
    for path, file in manifest.files.items():
        where = folder / path
        if path not in present:
            yield f"{path}: is missing."
        elif where.is_symlink():
            yield f"{path}: is a link and not a file."
        else:
            content = where.read_bytes()
            yield from _file_findings(path, content, file)
            if path in tables:
                facts = manifest.facts
                sign = SHOWN[facts.status].sign
                expected = Expected(path, tables[path], str(facts.period), sign)
                yield from table_findings(content, expected)


def _file_findings(path: str, content: bytes, file: FileFacts) -> Iterator[str]:
    if hashlib.sha256(content).hexdigest() != file.sha256:
        yield f"{path}: is not the file that was released (SHA-256 differs)."
    if file.rows is not None and row_count(content) != file.rows:
        yield (
            f"{path}: has {row_count(content)} cells and was released with {file.rows}."
        )
