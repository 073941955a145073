"""A command in a process in which something goes wrong, or on a disk that does."""

import errno
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import pandas as pd  # noqa: F401 - pyarrow would, again in every process

from secure_env import cli, commands, journal, synthetic  # noqa: F401 - as above
from tests.integration.faults.disks import leave_room, open_up, shut


Words = list[str]

KINDS = {
    "kill": "killed at the n-th moment at which something reaches the disk",
    "line": "killed before or after the n-th write to the journal",
    "later": "killed n thousandths of a second after the start",
    "full": "from the n-th such moment on no byte can be written",
    "small disk": "a real disk with room for n kilobytes more",
    "read-only disk": "a real disk that can only be read",
    "clock": "the clock is n days behind",
    "twice": "the same command again, n thousandths of a second after the first",
}
ON_A_DISK = frozenset({"small disk", "read-only disk"})
"""Kinds that need a disk to be mounted."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong, one of `KINDS`, and its n."""

    kind: str
    at: int

    @property
    def kills(self) -> bool:
        return self.kind in {"kill", "line", "later"}


def run(words: Words, fault: Fault | None = None) -> int:
    """The exit code of gmsd in a process of its own; -9 when it was killed."""
    return _end(_begin(words, fault))


def strike(words: Words, fault: Fault, here: Path) -> list[int]:
    """The exit codes of the command, or of both, with the fault in it."""
    if fault.kind == "twice":
        first = _begin(words)
        time.sleep(fault.at / 1_000)
        second = _begin(words)
        return [_end(first), _end(second)]
    if fault.kind not in ON_A_DISK:
        return [run(words, fault)]
    if fault.kind == "small disk":
        leave_room(here, fault.at)
    else:
        shut(here)
    code = run(words)
    open_up(here)
    return [code]


def _begin(words: Words, fault: Fault | None = None) -> int:
    child = os.fork()
    if child == 0:
        os._exit(_in_child(words, fault))
    if fault is not None and fault.kind == "later":
        time.sleep(fault.at / 1_000)
        os.kill(child, signal.SIGKILL)
    return child


def _end(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _in_child(words: Words, fault: Fault | None) -> int:
    """Run gmsd, silently, with the fault in it."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    if fault is not None and fault.kind in {"kill", "line", "full"}:
        _install(fault)
    if fault is not None and fault.kind == "clock":
        _turn_back(timedelta(days=fault.at))
    try:
        return cli.main(words)
    except BaseException:
        return 99
    finally:
        sys.stdout.flush()


def _install(fault: Fault) -> None:
    """Count the moments; at the right one the fault strikes, before or after it."""
    passed = 0

    def moment() -> None:
        nonlocal passed
        passed += 1
        if fault.kills and passed == fault.at:
            os.kill(os.getpid(), signal.SIGKILL)
        if not fault.kills and passed >= fault.at:
            raise OSError(errno.ENOSPC, "No space left on device")

    def around(owner: Any, name: str) -> None:
        real: Callable[..., Any] = getattr(owner, name)

        def call(*given: Any, **named: Any) -> Any:
            moment()
            result = real(*given, **named)
            if fault.kills:
                moment()
            return result

        setattr(owner, name, call)

    around(journal.Journal, "_write")
    if fault.kind != "line":
        around(os, "fsync")
        for name in ("rename", "replace", "mkdir"):
            around(Path, name)
    if fault.kind == "kill":
        around(Path, "unlink")


def _turn_back(much: timedelta) -> None:
    class Behind(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Behind":
            then = datetime.now(UTC) - much
            return cls.fromtimestamp(then.timestamp(), tz)

    for module in (journal, commands):
        module.datetime = Behind  # type: ignore[attr-defined]
