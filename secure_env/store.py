"""The store: folders written once, whole or not at all, and checked on reading.

Tables are encrypted, documents are not: nothing confidential belongs in a document.
A folder's manifest holds the wrapped key of every table and the hash of every file,
and is itself authenticated; both with keys that follow from the key of its room and
period. The journal has the manifest's hash before the folder shows.
"""

import hashlib
import hmac
import json
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

from secure_env.disk import sync_folder, write_new
from secure_env.encryption import open_encrypted, read_batches, write_encrypted
from secure_env.errors import NotInside, UsageError
from secure_env.journal import Deed
from secure_env.keys import derived_key
from secure_env.lock import is_free, locked
from secure_env.period_keys import PeriodKeys


FORMAT = 2
_MANIFEST = "manifest.json"
_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}")
_PERIOD = re.compile(r"20\d\d(-H[12])?|levensweg-20\d\d")
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
    run: str
    tables: Mapping[str, Mapping[str, str | int]] = field(repr=False)
    documents: Mapping[str, str] = field(repr=False)
    sha256: str = field(repr=False)
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
                name=_full_name(self.room, self.parts, self.digest, self.run, name),
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

    def verify(self) -> None:
        """Every file is the one that was written; also who has the keys made no other.

        NotInside, naming the first that is not.
        """
        for name, said in self.tables.items():
            file = f"{name}.parquet"
            if _digest_of(self.path / file) != said["sha256"]:
                raise self._untrusted(file)
        for name in self.documents:
            self.document(name)

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
    _path: Path
    _place: tuple[str, tuple[str, ...], str, str]
    _wrapping: bytes = field(repr=False)
    _sealing: bytes = field(repr=False)
    _tables: dict[str, dict[str, str | int]] = field(default_factory=dict)
    _documents: dict[str, str] = field(default_factory=dict)

    def write_table(self, name: str, data: pa.Table | pa.RecordBatchReader) -> int:
        """Encrypt the table under a key of its own; gives its number of rows."""
        _check_parts((name,))
        key = secrets.token_bytes(32)
        path = self._work / f"{name}.parquet"
        rows = write_encrypted(path, data, key=key, name=_full_name(*self._place, name))
        wrapped = aes_key_wrap(self._wrapping, key).hex()
        digest = _digest_of(path)
        self._tables[name] = {"key": wrapped, "rows": rows, "sha256": digest}
        return rows

    def write_document(self, name: str, content: bytes) -> None:
        """Write the document as it is; its name may lead through folders."""
        _check_parts(tuple(name.split("/")))
        if name == _MANIFEST:
            raise ValueError("the manifest is the store's own document")
        path = self._work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_new(path, content)
        self._documents[name] = hashlib.sha256(content).hexdigest()

    def finish(self, deed: Deed) -> None:
        """Make the folder appear, after the journal was told of it.

        A draft that is not finished leaves no trace.
        """
        room, parts, digest, run = self._place
        said = {
            "format": FORMAT,
            "room": room,
            "parts": list(parts),
            "digest": digest,
            "run": run,
            "tables": self._tables,
            "documents": self._documents,
        }
        manifest = _canonical(said | {"seal": _seal(self._sealing, said)})
        write_new(self._work / _MANIFEST, manifest)
        deed.write(manifest=hashlib.sha256(manifest).hexdigest())
        _publish(self._work, self._path)


@dataclass(frozen=True, slots=True)
class Store:
    """All rooms of an environment on disk."""

    root: Path
    keys: PeriodKeys

    def save(  # noqa: PLR0913, PLR0917 - a place, what comes there, and who did it
        self,
        room: str,
        parts: tuple[str, ...],
        digest: str,
        tables: Mapping[str, pa.Table | pa.RecordBatchReader],
        documents: Mapping[str, bytes],
        deed: Deed,
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
            draft.finish(deed)
        return self._existing(room, parts, digest)

    @contextmanager
    def draft(self, room: str, parts: tuple[str, ...], digest: str) -> Iterator[Draft]:
        """Write a folder piece by piece; it is there when the draft is finished."""
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
            key = self.keys.key_or_new(scope_of(room, parts))
            place = (room, parts, digest, work.name)
            yield Draft(work, path, place, *_purposes(key))

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
            content = (path / _MANIFEST).read_bytes()
            said = json.loads(content)
            seal, version = str(said.pop("seal")), said["format"]
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            raise _untrusted(path, _MANIFEST) from None
        if version != FORMAT:
            raise NotInside(
                f"{path.name} has store format {version}, this program knows "
                f"{FORMAT}; use the program that made it"
            )
        room, *parts, _ = path.relative_to(self.root).parts
        wrapping, sealing = _purposes(self.keys.key(scope_of(room, tuple(parts))))
        if not hmac.compare_digest(seal.encode(), _seal(sealing, said).encode()):
            raise _untrusted(path, _MANIFEST)
        return Folder(
            path,
            said["room"],
            tuple(said["parts"]),
            said["digest"],
            said["run"],
            said["tables"],
            said["documents"],
            hashlib.sha256(content).hexdigest(),
            wrapping,
        )

    def _sweep(self) -> None:
        """Take away what killed writers left half-made; a living one holds its lock."""
        for lock in (self.root / "locks").glob("draft-*.lock"):
            if is_free(lock):
                name = lock.stem.removeprefix("draft-")
                shutil.rmtree(self.root / ".staging" / name, ignore_errors=True)
                lock.unlink(missing_ok=True)


def scope_of(room: str, parts: tuple[str, ...]) -> str:
    """What one key of `PeriodKeys` is for: a room, and the period among the parts."""
    return "/".join((room, *(part for part in parts if _PERIOD.fullmatch(part))))


def _purposes(key: bytes) -> tuple[bytes, bytes]:
    """The key that wraps the keys of tables, and the one that seals manifests."""
    return derived_key(key, "store/wrap"), derived_key(key, "store/manifest")


def _publish(work: Path, path: Path) -> None:
    """Make the complete folder appear; who comes second leaves the first in place."""
    sync_folder(work)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        work.rename(path)
    except OSError:
        if not (path / _MANIFEST).exists():
            raise
    sync_folder(path.parent)


def _complete(top: Path) -> Iterator[Path]:
    if (top / _MANIFEST).is_file():
        yield top
    elif top.is_dir():
        for below in sorted(top.iterdir()):
            if below.is_dir():
                yield from _complete(below)


def _digest_of(path: Path) -> str:
    """SHA-256 of a file; of one that is not there, nothing."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _full_name(
    room: str, parts: tuple[str, ...], digest: str, run: str, name: str
) -> str:
    """The AAD of a table: deliveries/wmo/2023-H1/GM0363, its digest, run and name."""
    return "/".join(("gmsd", "v2", room, *parts, digest, run, name))


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


def _untrusted(path: Path, file: str) -> NotInside:
    return NotInside(
        f"{file} in {path.parent.name}/{path.name} does not open: it was changed, "
        "moved or made under another store key; restore a backup or make it again"
    )
