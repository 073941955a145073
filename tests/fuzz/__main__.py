"""`python -m tests.fuzz [SECONDS]`: every reader, so long, led by what its code does.

Atheris changes the bytes of a good delivery and keeps what reaches new code. A reader
that does anything but give a verdict is named, with the file that did it.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support.any_bytes import GOOD


_FOUND = Path(".fuzz")


def main(seconds: int) -> int:
    """The number of readers that failed."""
    failed = 0
    for name, content in GOOD.items():
        with tempfile.TemporaryDirectory() as folder:
            corpus = Path(folder) / "corpus"
            corpus.mkdir()
            (corpus / "good").write_bytes(content)
            done = subprocess.run(
                [sys.executable, "-m", "tests.fuzz.reader", name,
                 f"-max_total_time={seconds}", "-timeout=20", "-rss_limit_mb=3000",
                 f"-artifact_prefix={_FOUND}/{name}-", str(corpus)],
                check=False, capture_output=True, text=True,
            )  # fmt: skip
            kept = len(list(corpus.iterdir()))
        verdict = "a verdict each time" if not done.returncode else "FAILED"
        sys.stdout.write(f"{name}: {kept} kinds of bytes, {verdict}\n")
        if done.returncode:
            sys.stdout.write(done.stderr[-4000:])
            failed += 1
    return failed


if __name__ == "__main__":
    _FOUND.mkdir(exist_ok=True)
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10))
