"""`python -m tests.fuzz [SECONDS]`: every reader, so long, led by what its code does.

Atheris changes the bytes of a good delivery and keeps what reaches new code. A reader
that does anything but give a verdict is named, with the file that did it.
"""

import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from tests.support.any_bytes import GOOD


_FOUND = Path(".fuzz")
_AT_ONCE = 2


def main(seconds: int) -> int:
    """The number of readers that failed."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return sum(pool.map(partial(_fails, seconds=seconds), GOOD))


def _fails(name: str, seconds: int) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        (corpus / "good").write_bytes(GOOD[name])
        done = subprocess.run(
            [sys.executable, "-m", "tests.fuzz.reader", name,
             f"-max_total_time={seconds}", "-max_len=65536", "-timeout=20",
             "-rss_limit_mb=3000", f"-artifact_prefix={_FOUND}/{name}-", str(corpus)],
            check=False, capture_output=True, text=True, errors="replace",
        )  # fmt: skip
        kept = len(list(corpus.iterdir()))
    verdict = "a verdict each time" if not done.returncode else "FAILED"
    said = f"{name}: {kept} kinds of bytes, {verdict}\n"
    sys.stdout.write(said + (done.stderr[-4000:] if done.returncode else ""))
    return done.returncode != 0


if __name__ == "__main__":
    _FOUND.mkdir(exist_ok=True)
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
