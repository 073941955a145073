"""Work over all cores, in processes that do not outlive the one that asked for them."""

import multiprocessing
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import connection
from typing import TypeVar

from engine import memory


SPREAD_FROM = 20_000
"""Cells; with fewer, starting processes takes longer than the work."""

W = TypeVar("W")
R = TypeVar("R")


def each(task: Callable[[W], R], work: Sequence[W], cells: Sequence[int]) -> list[R]:
    """The task for each piece of work, in order; each piece has so many cells.

    The largest are begun first, so that none is left for the end.
    """
    cores = min(len(work), os.cpu_count() or 1)
    if cores < 2 or sum(cells) < SPREAD_FROM:
        return [task(piece) for piece in work]
    largest_first = sorted(range(len(work)), key=lambda place: -cells[place])
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(cores, mp_context=fresh, initializer=_begin) as pool:
        begun = {place: pool.submit(task, work[place]) for place in largest_first}
        return [begun[place].result() for place in range(len(work))]


def _begin() -> None:
    """A killed parent cannot tell its workers; they would wait for work for ever."""
    memory.stays_here()
    threading.Thread(target=_await_parent, daemon=True).start()


def _await_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None, "a worker has a parent"  # noqa: S101
    connection.wait([parent.sentinel])
    os._exit(1)
