"""Writing files so that they are on disk, whole, when a call returns."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """An error of the disk says of which file it is; a full one does not by itself."""
    try:
        yield
    except OSError as error:
        if error.errno and not error.filename:
            error.filename = str(path)
        raise


def write_new(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write a file that is not there yet."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with naming(path), os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def replace(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Put a new file in the place of another; a reader sees the one or the other."""
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)  # of a call that was killed
    write_new(draft, content, mode)
    draft.replace(path)
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Make sure that what was renamed in this folder stays so."""
    if os.name == "posix":
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
