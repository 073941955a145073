"""The candidate: exactly the bytes that are proposed for release."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from outputs.errors import NotCleared, ReleaseRefused
from outputs.manifest import may_be_released


@dataclass(frozen=True, slots=True)
class Candidate:
    """The files of a folder: path inside it -> SHA-256 of the content."""

    folder: Path
    files: Mapping[str, str]

    @property
    def digest(self) -> str:
        return digest_of(self.files)

    def read(self, path: str) -> bytes:
        """The content of a file, if it still is what the candidate says."""
        content = (self.folder / path).read_bytes()
        if hashlib.sha256(content).hexdigest() != self.files[path]:
            raise NotCleared(
                f"{path} is not the file that was cleared: it changed after the vote; "
                f"clear the candidate again"
            )
        return content


def digest_of(files: Mapping[str, str]) -> str:
    """SHA-256 over the sorted list of files, written as `sha256sum` writes it."""
    lines = [f"{digest}  {path}\n" for path, digest in sorted(files.items())]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def read_candidate(folder: Path) -> Candidate:
    """The candidate in a folder; refuses anything that may never leave."""
    found = sorted(p for p in folder.rglob("*") if p.is_symlink() or not p.is_dir())
    names = [path.relative_to(folder).as_posix() for path in found]
    refused = sum(
        path.is_symlink() or not path.is_file() or not may_be_released(name)
        for path, name in zip(found, names, strict=True)
    )
    if refused or not found:
        raise ReleaseRefused(
            f"the candidate has {len(found)} files, {refused} of which may not leave "
            f"(only tables/*.csv, docs/*.md and docs/*.json may); "
            f"make the candidate again"
        )
    return Candidate(
        folder,
        {
            name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path, name in zip(found, names, strict=True)
        },
    )
