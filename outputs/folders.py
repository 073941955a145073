"""A folder made beside its place and put there when it is complete, or not at all."""

import contextlib
import glob
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from outputs.errors import ReleaseRefused


@contextlib.contextmanager
def folder_beside(target: Path) -> Iterator[Path]:
    """A temporary folder on the same disk; gone when it was not put in its place.

    Who finishes also takes away what a call that was killed left for this target.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    prefix, suffix = f".{target.name}.", ".partial"
    folder = Path(tempfile.mkdtemp(prefix=prefix, suffix=suffix, dir=target.parent))
    try:
        yield folder
        for left in target.parent.glob(f"{glob.escape(prefix)}*{suffix}"):
            shutil.rmtree(left, ignore_errors=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def put(folder: Path, target: Path) -> None:
    """Rename; of two runs at once, one wins and the other is refused.

    ReleaseRefused when the target holds anything.
    """
    folder.chmod(0o755)
    for inside in [folder, *(path for path in folder.rglob("*") if path.is_dir())]:
        _sync(inside)
    try:
        if target.is_dir() and not target.is_symlink():
            target.rmdir()
        folder.rename(target)
    except OSError as error:
        raise ReleaseRefused(
            f"{target} cannot be made ({os.strerror(error.errno or 0)}); nothing was "
            f"written, for nothing is written over: name a new folder"
        ) from error
    _sync(target.parent)


def _sync(folder: Path) -> None:
    """Make the names in a folder durable, where the system can."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
