"""A command in a process that is killed, by itself or from outside, or that fails."""

import errno
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from secure_env import cli, commands, journal


Words = list[str]
IMPORTED = commands
"""Once, for all processes that follow."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong at the n-th of the moments at which something reaches the disk.

    `kind`: `kill` (at that moment), `full` (from then on no byte can be written) or
    `later` (killed so many thousandths of a second after the start).
    """

    kind: str
    at: int


def run(words: Words, fault: Fault | None = None) -> int:
    """The exit code of gmsd in a process of its own; -9 when it was killed."""
    child = os.fork()
    if child == 0:
        os._exit(_die(words, fault))
    if fault is not None and fault.kind == "later":
        time.sleep(fault.at / 1_000)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _die(words: Words, fault: Fault | None) -> int:
    """Run gmsd, silently, with the fault in it."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    if fault is not None and fault.kind in {"kill", "full"}:
        _install(fault)
    try:
        return cli.main(words)
    except BaseException:
        return 99
    finally:
        sys.stdout.flush()


def _install(fault: Fault) -> None:
    """Count the moments; at the right one the fault strikes, before or after it."""
    passed = 0

    def strike() -> None:
        nonlocal passed
        passed += 1
        if fault.kind == "kill" and passed == fault.at:
            os.kill(os.getpid(), signal.SIGKILL)
        if fault.kind == "full" and passed >= fault.at:
            raise OSError(errno.ENOSPC, "No space left on device", "disk")

    def around(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            strike()
            result = real(*given, **named)
            if fault.kind == "kill":
                strike()
            return result

        return call

    os.fsync = around(os.fsync)
    Path.rename = around(Path.rename)  # type: ignore[method-assign]
    Path.replace = around(Path.replace)  # type: ignore[method-assign]
    Path.mkdir = around(Path.mkdir)  # type: ignore[method-assign]
    journal.Journal._write = around(journal.Journal._write)  # type: ignore[method-assign]
    if fault.kind == "kill":
        Path.unlink = around(Path.unlink)  # type: ignore[method-assign]
