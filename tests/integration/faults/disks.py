"""A real disk that is as small, or as shut, as a fault asks: a tmpfs of its own."""

import functools
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


_LARGE = 1 << 20
"""Kilobytes: more than any of this fills."""


@functools.cache
def can_mount() -> bool:
    """Whether who runs this may mount a disk here."""
    with tempfile.TemporaryDirectory() as folder:
        if not _said("mount", "-t", "tmpfs", "tmpfs", folder):
            return False
        return _said("umount", folder)


@contextmanager
def disk(at: Path, filled_from: Path) -> Iterator[None]:
    """A disk of its own in the folder `at`, with what is in another folder on it."""
    at.mkdir(exist_ok=True)
    size = f"size={_LARGE}k,mode=700"
    assert _said("mount", "-t", "tmpfs", "-o", size, "tmpfs", str(at))
    try:
        shutil.copytree(filled_from, at, dirs_exist_ok=True)
        yield
    finally:
        assert _said("umount", str(at))


def leave_room(at: Path, kilobytes: int) -> None:
    """From now on so much fits on the disk beside what is there, and no more."""
    taken = shutil.disk_usage(at).used // 1024
    _remount(at, f"size={taken + kilobytes}k")


def shut(at: Path) -> None:
    """From now on the disk can only be read."""
    _remount(at, "ro")


def open_up(at: Path) -> None:
    _remount(at, f"rw,size={_LARGE}k")


def _remount(at: Path, options: str) -> None:
    assert _said("mount", "-o", f"remount,{options}", str(at))


def _said(*words: str) -> bool:
    try:
        return subprocess.run(words, capture_output=True, check=False).returncode == 0
    except OSError:
        return False
