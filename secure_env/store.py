"""The store: folders written once, whole or not at all, and checked on reading.

Tables are encrypted, documents are not: nothing confidential belongs in a document.
A folder's manifest holds the wrapped key of every table and the hash of every file,
and is itself authenticated with a key that follows from the store key.
"""

import hashlib
import hmac
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
from cryptography.hazmat.primitives.keywrap import (
    InvalidUnwrap,
    aes_key_unwrap,
    aes_key_wrap,
)

from secure_env.encryption import open_encrypted, read_batches, write_encrypted
from secure_env.errors import NotInside, UsageError
from secure_env.keys import derived_key
from secure_env.lock import is_free, locked


FORMAT = 1
_MANIFEST = "manifest.json"
_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}")
_DIGEST = re.compile(r"[0-9a-f]{16,64}")
_WAIT = 60.0

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Folder:
    """One folder of the store, as its manifest describes it."""

    path: Path
    room: str
    parts: tuple[str, ...]
    digest: str
    tables: Mapping[str, Mapping[str, str | int]] = field(repr=False)
    documents: Mapping[str, str] = field(repr=False)
    _wrapping: bytes = field(repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its tables and documents."""
        return (*self.tables, *self.documents)

    def rows(self, name: str) -> int:
        return int(self._listed(self.tables, name)["rows"])

    def table(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        return self.batches(name, columns).read_all()

    def batches(
        self, name: str, columns: Sequence[str] | None = None
    ) -> pa.RecordBatchReader:
        """The table a batch at a time, so that memory does not depend on its size."""
        wrapped = str(self._listed(self.tables, name)["key"])
        try:
            key = aes_key_unwrap(self._wrapping, bytes.fromhex(wrapped))
            file = open_encrypted(
                self.path / f"{name}.parquet",
                key=key,
                name=_full_name(self.room, self.parts, self.digest, name),
            )
            wanted = file.schema_arrow.names if columns is None else columns
            schema = pa.schema([file.schema_arrow.field(one) for one in wanted])
        except (InvalidUnwrap, OSError, ValueError):
            raise self._untrusted(f"{name}.parquet") from None
        return pa.RecordBatchReader.from_batches(
            schema, self._checked(name, read_batches(file, wanted))
        )

    def document(self, name: str) -> bytes:
        expected = self._listed(self.documents, name)
        try:
            content = (self.path / name).read_bytes()
        except OSError:
            raise self._untrusted(name) from None
        if hashlib.sha256(content).hexdigest() != expected:
            raise self._untrusted(name)
        return content

    def _checked(
        self, name: str, batches: Iterator[pa.RecordBatch]
    ) -> Iterator[pa.RecordBatch]:
        try:
            yield from batches
        except (OSError, pa.ArrowException):
            raise self._untrusted(f"{name}.parquet") from None

    def _listed(self, listed: Mapping[str, Item], name: str) -> Item:
        if name not in listed:
            raise NotInside(
                f"{self.path.name} in {self.room} has no {name!r}; it has "
                f"{', '.join(self.names)}"
            )
        return listed[name]

    def _untrusted(self, file: str) -> NotInside:
        return _untrusted(self.path, file)


@dataclass(frozen=True, slots=True)
class Draft:
    """A folder being written: nobody sees it before it is complete."""

    _work: Path
    _place: tuple[str, tuple[str, ...], str]
    _wrapping: bytes = field(repr=False)
    _tables: dict[str, dict[str, str | int]] = field(default_factory=dict)
    _documents: dict[str, str] = field(default_factory=dict)

    def write_table(self, name: str, data: pa.Table | pa.RecordBatchReader) -> int:
        """Encrypt the table under a key of its own; gives its number of rows."""
        _check_parts((name,))
        key = secrets.token_bytes(32)
        path = self._work / f"{name}.parquet"
        rows = write_encrypted(path, data, key=key, name=_full_name(*self._place, name))
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        wrapped = aes_key_wrap(self._wrapping, key).hex()
        self._tables[name] = {"key": wrapped, "rows": rows, "sha256": digest}
        return rows

    def write_document(self, name: str, content: bytes) -> None:
        """Write the document as it is; its name may lead through folders."""
        _check_parts(tuple(name.split("/")))
        if name == _MANIFEST:
            raise ValueError("the manifest is the store's own document")
        path = self._work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, content)
        self._documents[name] = hashlib.sha256(content).hexdigest()

    def write_manifest(self, sealing: bytes) -> None:
        room, parts, digest = self._place
        said = {
            "format": FORMAT,
            "room": room,
            "parts": list(parts),
            "digest": digest,
            "tables": self._tables,
            "documents": self._documents,
        }
        _write(
            self._work / _MANIFEST, _canonical(said | {"seal": _seal(sealing, said)})
        )


@dataclass(frozen=True, slots=True)
class Store:
    """All rooms of an environment on disk."""

    root: Path
    _secret: bytes = field(repr=False)

    def save(
        self,
        room: str,
        parts: tuple[str, ...],
        digest: str,
        tables: Mapping[str, pa.Table | pa.RecordBatchReader],
        documents: Mapping[str, bytes],
    ) -> Folder:
        """Write a folder at once; one that exists is left as it is."""
        found = self.folder(room, parts, digest)
        if found is not None:
            return found
        with self.draft(room, parts, digest) as draft:
            for name, data in tables.items():
                draft.write_table(name, data)
            for name, content in documents.items():
                draft.write_document(name, content)
        return self._existing(room, parts, digest)

    @contextmanager
    def draft(self, room: str, parts: tuple[str, ...], digest: str) -> Iterator[Draft]:
        """Write a folder piece by piece; an exception inside leaves no trace of it."""
        path = self._path(room, parts, digest)
        work = self.root / ".staging" / secrets.token_hex(8)
        alive = self.root / "locks" / f"draft-{work.name}.lock"
        with ExitStack() as held:
            with locked(self.root / "locks" / "store.lock", seconds=_WAIT):
                self._sweep()
                held.callback(alive.unlink, missing_ok=True)
                held.enter_context(locked(alive, seconds=0))
            held.callback(shutil.rmtree, work, ignore_errors=True)
            work.mkdir(mode=0o700, parents=True)
            draft = Draft(work, (room, parts, digest), self._key("wrap"))
            yield draft
            draft.write_manifest(self._key("manifest"))
            _publish(work, path)

    def folder(self, room: str, parts: tuple[str, ...], digest: str) -> Folder | None:
        """The folder, or None where it was never made."""
        path = self._path(room, parts, digest)
        if not (path / _MANIFEST).exists():
            return None
        found = self._read(path)
        if (found.room, found.parts, found.digest) != (room, parts, digest):
            raise _untrusted(path, _MANIFEST)
        return found

    def folders(self, room: str, *parts: str) -> list[Folder]:
        """Every folder of a room under these parts."""
        _check_parts((room, *parts))
        top = self.root.joinpath(room, *parts)
        found = [self._read(path) for path in _complete(top)]
        for each in found:
            if each.path != self._path(each.room, each.parts, each.digest):
                raise _untrusted(each.path, _MANIFEST)
        return found

    def _existing(self, room: str, parts: tuple[str, ...], digest: str) -> Folder:
        found = self.folder(room, parts, digest)
        assert found is not None, "a folder that was just written exists"  # noqa: S101
        return found

    def _path(self, room: str, parts: tuple[str, ...], digest: str) -> Path:
        _check_parts((room, *parts))
        if not _DIGEST.fullmatch(digest):
            raise UsageError("a folder's digest has 16 to 64 hexadecimal digits")
        return self.root.joinpath(room, *parts, digest[:16])

    def _read(self, path: Path) -> Folder:
        try:
            said = json.loads((path / _MANIFEST).read_bytes())
            seal = said.pop("seal")
            if not hmac.compare_digest(seal, _seal(self._key("manifest"), said)):
                raise _untrusted(path, _MANIFEST)
            if said["format"] != FORMAT:
                raise NotInside(
                    f"{path.name} has store format {said['format']}, this program "
                    f"knows {FORMAT}; use the program that made it"
                )
            return Folder(
                path,
                said["room"],
                tuple(said["parts"]),
                said["digest"],
                said["tables"],
                said["documents"],
                self._key("wrap"),
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            raise _untrusted(path, _MANIFEST) from None

    def _sweep(self) -> None:
        """Take away what killed writers left half-made; a living one holds its lock."""
        for lock in (self.root / "locks").glob("draft-*.lock"):
            if is_free(lock):
                name = lock.stem.removeprefix("draft-")
                shutil.rmtree(self.root / ".staging" / name, ignore_errors=True)
                lock.unlink(missing_ok=True)

    def _key(self, purpose: str) -> bytes:
        return derived_key(self._secret, f"store/{purpose}")


def _publish(work: Path, path: Path) -> None:
    """Make the complete folder appear; who comes second leaves the first in place."""
    _sync_folder(work)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        work.rename(path)
    except OSError:
        if not (path / _MANIFEST).exists():
            raise
    _sync_folder(path.parent)


def _complete(top: Path) -> Iterator[Path]:
    if (top / _MANIFEST).is_file():
        yield top
    elif top.is_dir():
        for below in sorted(top.iterdir()):
            if below.is_dir():
                yield from _complete(below)


def _full_name(room: str, parts: tuple[str, ...], digest: str, name: str) -> str:
    return "/".join(("gmsd", "v1", room, *parts, digest, name))


def _seal(key: bytes, said: Mapping[str, object]) -> str:
    return hmac.new(key, _canonical(said), hashlib.sha256).hexdigest()


def _canonical(said: Mapping[str, object]) -> bytes:
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode("ascii")


def _check_parts(parts: tuple[str, ...]) -> None:
    if not all(_PART.fullmatch(part) for part in parts):
        raise UsageError(
            "a name in the store has letters, digits, '.', '_' and '-' only, "
            "and begins with a letter or digit"
        )


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    if os.name == "posix":
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _untrusted(path: Path, file: str) -> NotInside:
    return NotInside(
        f"{file} in {path.parent.name}/{path.name} does not open: it was changed, "
        "moved or made under another store key; restore a backup or make it again"
    )
