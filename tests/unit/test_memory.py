"""What is in memory stays there: no dump of a process, and of none of its workers."""

import ctypes
import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine import parallel
from tests.support.stages import done


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux")

GET_DUMPABLE, SET_DUMPABLE = 3, 4


def dumpable(_: object = None) -> int:
    return int(ctypes.CDLL(None).prctl(GET_DUMPABLE))


def test_a_command_cannot_be_dumped_or_debugged():
    ctypes.CDLL(None).prctl(SET_DUMPABLE, 1)
    assert dumpable() == 1
    done("check-rules")
    assert dumpable() == 0


@pytest.mark.skipif(os.cpu_count() == 1, reason="one core has no workers")
def test_a_worker_cannot_either(monkeypatch):
    monkeypatch.setattr(parallel, "SPREAD_FROM", 0)
    assert parallel.each(dumpable, [0, 0], [1, 1]) == [0, 0]


CRASH = """
import os, resource
from engine import memory
_, most = resource.getrlimit(resource.RLIMIT_CORE)
resource.setrlimit(resource.RLIMIT_CORE, (most, most))
{}
os.abort()
"""


def test_a_crash_leaves_no_core(tmp_path: Path):
    """Where the machine would write one: shown by the same crash without it."""
    dumped = {}
    for what in ("memory.stays_here()", "pass"):
        child = subprocess.Popen(
            [sys.executable, "-c", CRASH.format(what)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        )
        _, status = os.waitpid(child.pid, 0)
        child.returncode = status
        dumped[what] = os.WCOREDUMP(status)
    assert not dumped["memory.stays_here()"]
    if not dumped["pass"]:
        pytest.skip("this machine writes no core dumps")
