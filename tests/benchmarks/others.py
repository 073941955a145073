"""Other tools, run by a Python of their own: `GMSD_PEERS`, or `.venv-peers`."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.measured import Cost


HERE = Path(__file__).parent
PYTHON = Path(os.environ.get("GMSD_PEERS", HERE.parents[1] / ".venv-peers"))
PATIENCE = 120.0
"""Seconds that another tool may take."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What another tool said, and what that cost; no cost where it said nothing."""

    cost: Cost | None
    said: dict[str, list[list[str]]]
    refused: str = ""


def asked(script: str, table: Path, what: str) -> Answer:
    """One question to another tool about a table on disk."""
    python = PYTHON / "bin" / "python"
    if not python.exists():
        return Answer(None, {}, "not installed; make bench does")
    asks = HERE / "peers" / f"{script}.py"
    command = [f"{python.absolute()}", f"{asks}", f"{table.absolute()}", what]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=True,
            cwd=table.parent,  # where they leave their logs
        )
    except subprocess.TimeoutExpired:
        return Answer(None, {}, f"not done in {PATIENCE:.0f} s")
    except subprocess.CalledProcessError as error:
        return Answer(None, {}, f"failed: {error.stderr.strip().splitlines()[-1][:80]}")
    said = json.loads(done.stdout.splitlines()[-1])
    cost = Cost(said.pop("seconds"), said.pop("mebibytes"))
    return Answer(cost, said, said.pop("refused", ""))
