"""One line of the bench, and work measured in a process of its own."""

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pandas as pd  # noqa: F401 - pyarrow would at its first table, at the work's cost


KIB_PER_MIB = 1024


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds of all threads, and the largest resident memory in MiB."""

    seconds: float
    mebibytes: float

    def __str__(self) -> str:
        return f"{self.seconds:8.2f} s {self.mebibytes:7.0f} MiB"


@dataclass(frozen=True, slots=True)
class Line:
    """Who did what on which instance, what that cost, and what came out.

    `cost` is None where the tool is not there or does not do this; `result` says why.
    """

    work: str
    instance: str
    who: str
    cost: Cost | None
    result: str

    def __str__(self) -> str:
        cost = f"{self.cost}" if self.cost else " " * 22
        return f"{self.work:24} {self.instance:12} {self.who:12} {cost}  {self.result}"


def measured(work: Callable[..., Any], *given: object) -> tuple[Any, Cost]:
    """What `work(*given)` gives, done in a fresh process, and the cost of it.

    The seconds are of the work alone and of the processes that it waited for; the
    memory is of its own process, with Python and what was imported.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
        return apart.submit(_work_alone, work, given).result()


def _work_alone(
    work: Callable[..., Any], given: tuple[object, ...]
) -> tuple[Any, Cost]:
    began = _seconds()
    result = work(*given)
    return result, Cost(_seconds() - began, _peak())


def _seconds() -> float:
    """Of all cores, of this process and of those that it started and that ended."""
    return sum(os.times()[:4])


def _peak() -> float:
    """MiB; `ru_maxrss` would have the memory of whoever started this process too."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    own = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    return own / KIB_PER_MIB
