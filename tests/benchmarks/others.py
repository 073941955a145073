"""Other tools, run by a Python of their own: `GMSD_PEERS`, or `.venv-peers`."""

import json
import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.measured import Cost


HERE = Path(__file__).parent
PYTHON = Path(os.environ.get("GMSD_PEERS", HERE.parents[1] / ".venv-peers"))
PATIENCE = 120
"""CPU seconds that another tool may take: a busy machine takes none away."""

SLOW = 20
"""It may take so many times as long by the clock, whatever it waits for."""


KILLED = (-signal.SIGXCPU, -signal.SIGKILL)
"""What a process ends with that took more."""


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
    limited = ["sh", "-c", f'ulimit -t {PATIENCE}; exec "$@"', "sh"]
    command = [*limited, f"{python.absolute()}", f"{asks}", f"{table.absolute()}", what]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=SLOW * PATIENCE,
            check=True,
            cwd=table.parent,  # where they leave their logs
        )
    except subprocess.TimeoutExpired:
        return Answer(None, {}, f"not done in {SLOW * PATIENCE} s")
    except subprocess.CalledProcessError as error:
        if error.returncode in KILLED:
            return Answer(None, {}, f"not done in {PATIENCE} CPU seconds")
        return Answer(None, {}, f"failed: {error.stderr.strip().splitlines()[-1][:80]}")
    said = json.loads(done.stdout.splitlines()[-1])
    cost = Cost(said.pop("seconds"), said.pop("mebibytes"))
    return Answer(cost, said, said.pop("refused", ""))
