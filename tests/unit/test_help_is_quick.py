"""Help is at once: nothing that takes long to import is imported for it."""

import json
import subprocess
import sys


LONG = ("duckdb", "pyarrow", "pandas", "numpy", "scipy", "highspy", "typst")
SAY = f"""
import json, resource, sys
from secure_env.cli import main
try:
    main(["--help"])
except SystemExit:
    used = resource.getrusage(resource.RUSAGE_SELF)
    here = [name for name in {LONG} if name in sys.modules]
    found = {{"cpu": used.ru_utime + used.ru_stime, "imported": here}}
    print(json.dumps(found), file=sys.stderr)
"""


def test_help_imports_nothing_that_takes_long():
    said = subprocess.run(
        [sys.executable, "-c", SAY], capture_output=True, text=True, check=True
    )
    assert said.stdout.startswith("usage: gmsd")
    found = json.loads(said.stderr)
    sys.stdout.write(f"gmsd --help: {found['cpu'] * 1000:.0f} ms of CPU\n")
    assert found["imported"] == []
