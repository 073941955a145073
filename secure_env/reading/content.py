"""The bytes of one delivered file: a file on disk, or a member of an archive."""

import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from rules.layout import FileFormat
from secure_env.reading.refusal import Refused, breach, drawn, library


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
        """The bytes; what cannot be opened is refused."""
        if not self.path.is_file():  # a pipe would keep us waiting
            raise Refused([breach("F03")])
        with ExitStack() as stack:
            with library("F18"):
                file: IO[bytes] = stack.enter_context(self.path.open("rb"))
                if self.member:
                    archive = stack.enter_context(zipfile.ZipFile(file))
                    file = stack.enter_context(archive.open(self.member))
            yield file

    def blocks(self) -> Iterator[bytes]:
        """The bytes, a block at a time; what cannot be read to the end is refused."""
        with self.opened() as file:
            yield from drawn(iter(lambda: file.read(BLOCK), b""), "F18")
