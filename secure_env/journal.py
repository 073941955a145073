"""The journal: what was done, by whom, in which order; each line holds the one before.

A changed, removed or moved line breaks the chain. The head is kept apart, signed, so
that a cut tail shows; every release carries it, so that a fork shows.
"""

import errno
import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from secure_env import disk
from secure_env.errors import NotInside
from secure_env.lock import locked


FIRST = "0" * 64
"""What the first entry has as the hash of the line before it."""
_WAIT = 60.0


class Signers(Protocol):
    """Who signs: the people of the environment and their keys."""

    @property
    def names(self) -> tuple[str, ...]: ...

    def private(self, name: str) -> Ed25519PrivateKey: ...

    def public(self, name: str) -> Ed25519PublicKey: ...


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal."""

    number: int
    time: str
    actor: str
    step: str
    subject: Mapping[str, str | int]
    previous: str
    signature: str = ""

    def signed_text(self) -> bytes:
        """What the actor signs: everything but the signature."""
        return _canonical({**self._said(), "previous": self.previous})

    def line(self) -> bytes:
        said = {**self._said(), "previous": self.previous, "signature": self.signature}
        return _canonical(said) + b"\n"

    def __str__(self) -> str:
        said = " ".join(f"{key}={value}" for key, value in self.subject.items())
        return f"{self.number:>6} {self.time} {self.actor} {self.step} {said}".rstrip()

    def _said(self) -> dict[str, object]:
        return {
            "number": self.number,
            "time": self.time,
            "actor": self.actor,
            "step": self.step,
            "subject": dict(self.subject),
        }


@dataclass(frozen=True, slots=True)
class Journal:
    """The journal in a file, and the people who sign its entries."""

    path: Path
    signers: Signers

    def append(self, actor: str, step: str, subject: Mapping[str, str | int]) -> str:
        """Write one entry, on disk when this returns; gives the new head.

        Every step is somebody's, who signs it with the key that is in the folder.
        """
        key = self.signers.private(actor)
        with locked(self.path.parent / "locks" / "journal.lock", seconds=_WAIT):
            number, previous = self._end()
            now = datetime.now(UTC).isoformat(timespec="milliseconds")
            entry = Entry(number, now, actor, step, subject, previous)
            signature = key.sign(entry.signed_text()).hex()
            line = replace(entry, signature=signature).line()
            self._write(line)
            head = hashlib.sha256(line).hexdigest()
            disk.replace(self._head_path, _head_line(number, head, actor, key))
            return head

    def entries(self) -> Iterator[Entry]:
        for number, line in self._lines():
            yield _parse(number, line)

    @property
    def head(self) -> str:
        """SHA-256 of the last line: stands for the whole journal up to here."""
        return self._end(repair=False)[1]

    def hashes(self) -> list[str]:
        """SHA-256 of every line: the head after each."""
        return [hashlib.sha256(line).hexdigest() for _, line in self._lines()]

    def verify(self) -> list[Entry]:
        """All entries, in order; NotInside, naming the first bad one, otherwise."""
        entries: list[Entry] = []
        heads = [FIRST]
        for number, line in self._lines():
            entry = _parse(number, line)
            if entry.line() != line or entry.number != number:
                raise _bad(number, "was changed or moved")
            if entry.previous != heads[-1]:
                raise _bad(number, "does not follow the entry before it")
            self._verify_signature(entry)
            entries.append(entry)
            heads.append(hashlib.sha256(line).hexdigest())
        if not entries:
            raise _bad(1, "is missing")
        self._verify_head(heads)
        return entries

    def _verify_signature(self, entry: Entry) -> None:
        if entry.actor not in self.signers.names:
            raise _bad(entry.number, "is of nobody in this environment")
        try:
            self.signers.public(entry.actor).verify(
                bytes.fromhex(entry.signature), entry.signed_text()
            )
        except (InvalidSignature, ValueError, TypeError):
            raise _bad(entry.number, "is not signed by its actor") from None

    def _verify_head(self, heads: Sequence[str]) -> None:
        """The head that was kept apart is in the chain; the last line, or nearly.

        A kill between a line and its head leaves the head one line behind.
        """
        try:
            said = json.loads(self._head_path.read_bytes())
            number, head, actor = said["number"], said["head"], said["actor"]
            self.signers.public(actor).verify(
                bytes.fromhex(said["signature"]), _head_text(number, head)
            )
        except (OSError, ValueError, KeyError, TypeError, InvalidSignature, NotInside):
            raise NotInside(
                f"{self._head_path.name} is missing or not as it was signed; restore "
                "it and the journal from a backup"
            ) from None
        if number not in range(1, len(heads)) or heads[number] != head:
            raise _bad(number, "is missing or is another than the one that was written")

    @property
    def _head_path(self) -> Path:
        return self.path.with_suffix(".head")

    def _write(self, line: bytes) -> None:
        """Write the line; a disk that is full leaves the journal as it was."""
        with disk.naming(self.path), self.path.open("ab", buffering=0) as file:
            size = file.tell()
            try:
                if file.write(line) < len(line):
                    raise OSError(errno.ENOSPC, "No space left")
                os.fsync(file.fileno())
            except OSError:
                os.ftruncate(file.fileno(), size)
                raise

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        if self.path.exists():
            with self.path.open("rb") as file:
                for number, line in enumerate(file, start=1):
                    if not line.endswith(b"\n"):
                        raise _bad(number, "is incomplete")
                    yield number, line

    def _end(self, *, repair: bool = True) -> tuple[int, str]:
        """The number of the next entry, and the hash of the last line.

        A last line without its end was cut by a crash before anyone relied on it;
        who appends takes it away.
        """
        if not self.path.exists():
            return 1, FIRST
        with self.path.open("rb+" if repair else "rb") as file:
            last, end = _last_line(file.fileno(), file.seek(0, os.SEEK_END))
            if repair:
                file.truncate(end)
        if not last:
            return 1, FIRST
        return _parse(0, last).number + 1, hashlib.sha256(last).hexdigest()


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that somebody is about to do: in the journal before it shows.

    Whatever writes in an environment asks for one, so that nothing can be written
    that the journal does not know of.
    """

    journal: Journal
    actor: str
    step: str
    subject: Mapping[str, str | int]

    def write(self, **more: str | int) -> str:
        """Write the line, with what is known only now; gives the new head."""
        return self.journal.append(self.actor, self.step, {**self.subject, **more})


def forked_after(one: list[str], other: list[str]) -> int | None:
    """The number of entries that two journals share before they part.

    None when one continues the other.
    """
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (mine, its) in pairs if mine != its), None)


def _head_text(number: int, head: str) -> bytes:
    return b"gmsd/journal/head/v1 %d %s" % (number, head.encode())


def _head_line(number: int, head: str, actor: str, key: Ed25519PrivateKey) -> bytes:
    signature = key.sign(_head_text(number, head)).hex()
    said = {"number": number, "head": head, "actor": actor, "signature": signature}
    return _canonical(said) + b"\n"


def _last_line(handle: int, size: int) -> tuple[bytes, int]:
    """The last complete line, and where it ends."""
    tail, start = b"", size
    while start > 0 and tail.count(b"\n") < 2:
        step = min(65536, start)
        start -= step
        os.lseek(handle, start, os.SEEK_SET)
        tail = os.read(handle, step) + tail
    complete = tail[: tail.rfind(b"\n") + 1]
    begin = complete.rfind(b"\n", 0, -1) + 1
    return complete[begin:], start + len(complete)


def _canonical(said: Mapping[str, object]) -> bytes:
    return json.dumps(
        said, sort_keys=True, separators=(",", ":"), ensure_ascii=True
    ).encode("ascii")


def _parse(number: int, line: bytes) -> Entry:
    try:
        entry = Entry(**json.loads(line))
        entry.line()  # has to have the form of an entry
    except (ValueError, TypeError):
        raise _bad(number, "cannot be read") from None
    else:
        return entry


def _bad(number: int, what: str) -> NotInside:
    return NotInside(
        f"entry {number or '(the last)'} of the journal {what}; trust nothing made "
        "since, and restore the journal and all that follows it from a backup"
    )
