"""One writer at a time, also over several processes.

The lock belongs to the operating system, so that a killed process leaves none; the
file tells who holds it.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from secure_env.errors import NotInside


if sys.platform == "win32":  # pragma: no cover
    import msvcrt

    def _take(handle: int) -> None:
        # A byte far beyond the text: Windows forbids others to read a locked byte.
        os.lseek(handle, 1 << 30, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def locked(
    path: Path, *, seconds: float, waiting: Callable[[str], None] = lambda _: None
) -> Iterator[None]:
    """Hold the lock; wait so long for another holder, then refuse and name it."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _wait(handle, path.stem, seconds, waiting)
        os.ftruncate(handle, 0)
        os.lseek(handle, 0, os.SEEK_SET)
        os.write(handle, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(handle)


def is_free(path: Path) -> bool:
    """Whether nobody who lives holds the lock."""
    try:
        with locked(path, seconds=0):
            return True
    except NotInside:
        return False


def _wait(
    handle: int, name: str, seconds: float, waiting: Callable[[str], None]
) -> None:
    until = time.monotonic() + seconds
    told = False
    while True:
        try:
            return _take(handle)
        except OSError:
            os.lseek(handle, 0, os.SEEK_SET)
            holder = os.read(handle, 20).decode("ascii", "replace").strip()
        if time.monotonic() >= until:
            raise NotInside(
                f"{name} is locked by process {holder or '(unknown)'}, waited for "
                f"{seconds:.0f} seconds; start again when that process is done"
            )
        if not told:
            waiting(f"waiting for process {holder}")
            told = True
        time.sleep(0.02)
