"""Killed at any moment, the next call goes on; what was half-made is never seen."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from secure_env.environment import open_environment
from secure_env.synthetic import SyntheticCountry
from tests.support.stages import (
    PEOPLE,
    PERIOD,
    done,
    files_of,
    gmsd,
    period_of,
    proposed_in,
)


Moment = Callable[[Path], bool]


def holds(*rooms: str) -> Moment:
    """A folder of each of these rooms is there."""
    return lambda root: all(any((root / room).glob("*/*")) for room in rooms)


def writes(root: Path) -> bool:
    """Something is being written that is not complete."""
    return any((root / ".staging").glob("*/*"))


def works(root: Path) -> bool:
    """The run holds its lock."""
    return (root / "locks/run.lock").exists()


def killed(words: list[str | Path], root: Path, moment: Moment) -> bool:
    """Start gmsd and kill it at the moment; whether the moment came before its end."""
    command = [sys.executable, "-m", "secure_env", *map(str, words)]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        while process.poll() is None:
            if moment(root):
                process.kill()
                return process.wait() == -9
            time.sleep(0.005)  # looking is work too
    return False


MOMENTS: dict[str, Moment] = {
    "when it begins": works,
    "after linking": holds("linked"),
    "after protecting": holds("protected"),
    "after auditing": holds("audited"),
}


def test_killed_runs_end_as_one_that_was_left_alone(
    received: Path, proposed_stage: Path
):
    """One environment, killed again and again; the last call finishes."""
    for when, moment in MOMENTS.items():
        assert killed(["run", received, PERIOD], received, moment), when
    done("run", received, PERIOD)

    mine, its = proposed_in(received), proposed_in(proposed_stage)
    assert mine.digest == its.digest
    for path in (its.path / "candidate").rglob("*.*"):
        name = path.relative_to(its.path)
        assert (mine.path / name).read_bytes() == path.read_bytes()

    assert not any((received / ".staging").iterdir())
    assert not list((received / "locks").glob("draft-*"))
    inside = open_environment(received)
    inside.journal.verify()
    steps = [entry.step for entry in inside.journal.entries()]
    for room in ("linked", "cells", "protected", "audited", "candidate"):
        (folder,) = inside.store.folders(room)
        for name in folder.tables:
            assert folder.table(name).num_rows == folder.rows(name)
        assert steps.count(room) == 1


def test_what_is_half_made_is_never_read(received: Path):
    """A killed writer leaves a folder without a manifest; nobody sees it."""
    assert killed(["run", received, PERIOD], received, writes)
    left = list((received / ".staging").iterdir())
    assert left
    assert not any((folder / "manifest.json").exists() for folder in left)
    store = open_environment(received).store
    assert store.folders("linked") == []
    said = gmsd("tabulate", received, PERIOD)
    assert said.code == 2
    assert "run gmsd link first" in said.sentence


def test_a_killed_intake_takes_in_each_delivery_once(
    country: SyntheticCountry, received_stage: Path, tmp_path: Path
):
    root = tmp_path / "env"
    done("init", root, "--statistician", PEOPLE[0], "--checkers", *PEOPLE[1:])
    words: list[str | Path] = ["receive", root, *files_of(country)]
    assert killed(words, root, writes)
    assert killed(words, root, lambda env: any((env / "deliveries/wmo").glob("*/*")))
    done(*words)
    inside = open_environment(root)
    inside.journal.verify()
    # Killed between a line and its folder, the line is written again; nothing else is.
    received = [e.subject for e in inside.journal.entries() if e.step == "received"]
    assert len({said["digest"] for said in received}) == len(files_of(country))
    assert len(received) <= len(files_of(country)) + 2
    assert {said["number"] for said in received} == {1}
    found, expected = (
        {folder.parts: folder.rows("records") for folder in period_of(env).deliveries}
        for env in (root, received_stage)
    )
    assert found == expected


WORKERS = """
import time
from engine import parallel

parallel.SPREAD_FROM = 0

if __name__ == "__main__":
    parallel.each(time.sleep, [600.0, 600.0], [1, 1])
"""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
def test_workers_do_not_outlive_a_killed_run(tmp_path: Path):
    script = tmp_path / "work.py"
    script.write_text(WORKERS)
    with subprocess.Popen([sys.executable, script]) as process:
        workers = _await(lambda: _workers_of(process.pid), for_length=2)
        process.kill()
    assert _await(lambda: [pid for pid in workers if _lives(pid)], for_length=0) == []


def _await(look: Callable[[], list[int]], *, for_length: int) -> list[int]:
    until = time.monotonic() + 60
    while time.monotonic() < until and len(look()) != for_length:
        time.sleep(0.02)
    return look()


def _workers_of(parent: int) -> list[int]:
    """Its children that wait for work, found by what they were started with."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            after_name = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            words = (folder / "cmdline").read_bytes()
        except OSError:
            continue  # it ended while we looked
        if int(after_name[1]) == parent and b"spawn_main" in words:
            found.append(int(folder.name))
    return found


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"
