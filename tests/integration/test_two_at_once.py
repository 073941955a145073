"""Two people at work in one environment at the same time."""

import subprocess
import sys
from pathlib import Path

from secure_env.environment import open_environment
from tests.support.stages import PERIOD, proposed_in


def test_two_runs_at_once_make_one_candidate(received: Path, proposed_stage: Path):
    command = [sys.executable, "-m", "secure_env", "run", str(received), PERIOD]
    both = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    said = [each.communicate() for each in both]
    assert [each.returncode for each in both] == [0, 0], said
    assert said[0][0] == said[1][0]
    assert proposed_in(received).digest == proposed_in(proposed_stage).digest
    inside = open_environment(received)
    inside.journal.verify()
    steps = [entry.step for entry in inside.journal.entries()]
    for room in ("linked", "cells", "protected", "audited", "candidate"):
        assert steps.count(room) == len(inside.store.folders(room)) == 1
    told = b"".join(err for _, err in said)
    for once in (b"linking ", b"protecting ", b"auditing "):
        assert told.count(once) == 1
    assert not any((received / ".staging").iterdir())


def test_two_votes_at_once_are_two_votes(proposed: Path):
    both = [
        subprocess.Popen(
            [sys.executable, "-m", "secure_env", "clear", str(proposed), PERIOD,
             "--as", name, "--vote", "approve"],
            stdout=subprocess.PIPE,
        )
        for name in ("bert", "carla")
    ]  # fmt: skip
    said = b"".join(each.communicate()[0] for each in both)
    assert [each.returncode for each in both] == [0, 0]
    assert b"reviewed" in said
    inside = open_environment(proposed)
    inside.journal.verify()
    assert [e.step for e in inside.journal.entries()][-2:] == ["voted", "voted"]
    assert len(inside.store.folders("cleared")) == 2
