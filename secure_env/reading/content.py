"""The bytes of one delivered file: a file on disk, or a member of an archive."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from rules.layout import FileFormat
from secure_env.reading.refusal import Refused, breach


BLOCK = 1 << 20
"""Bytes looked at together; a line is shorter, or the file is refused."""


@dataclass(frozen=True, slots=True)
class Content:
    """What can be read twice: once to look at the bytes, once to read the records."""

    path: Path
    member: str = ""
    """The name inside the archive `path`; empty where `path` is the file itself."""

    @property
    def name(self) -> str:
        return self.member or self.path.name

    @property
    def format(self) -> FileFormat:
        """By its extension; ValueError where that is of no format."""
        return FileFormat(self.name.rpartition(".")[2])

    @property
    def stamp(self) -> tuple[int, int]:
        """Size and time of change of the file on disk."""
        try:
            found = self.path.stat()
        except OSError:
            raise Refused([breach("F03")]) from None
        return found.st_size, found.st_mtime_ns

    @contextmanager
    def opened(self) -> Iterator[IO[bytes]]:
        """The bytes; what cannot be read is refused, also when it breaks off later."""
        if not self.path.is_file():  # a pipe would keep us waiting
            raise Refused([breach("F03")])
        try:
            if self.member:
                with (
                    zipfile.ZipFile(self.path) as archive,
                    self._member_of(archive) as packed,
                ):
                    yield packed
            else:
                with self.path.open("rb") as file:
                    yield file
        except (zipfile.BadZipFile, zlib.error, EOFError, KeyError):
            raise Refused([breach("F18")]) from None
        except OSError:
            raise Refused([breach("F03")]) from None

    def _member_of(self, archive: zipfile.ZipFile) -> IO[bytes]:
        try:
            return archive.open(self.member)
        except (UnicodeDecodeError, NotImplementedError, RuntimeError):
            # where its bytes are it says other things of itself than in the list
            raise zipfile.BadZipFile from None

    def blocks(self) -> Iterator[bytes]:
        with self.opened() as file:
            yield from iter(lambda: file.read(BLOCK), b"")
