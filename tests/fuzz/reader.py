"""One reader under Atheris, until its time is over; needs `make .fuzz/ready`."""

import sys
import tempfile
from pathlib import Path

import atheris


with atheris.instrument_imports(
    include=["secure_env", "zipfile", "openpyxl", "xml", "codecs"]
):
    from tests.support.any_bytes import judged


def main(name: str, options: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name

        def one(content: bytes) -> None:
            path.write_bytes(content)
            judged(path)

        atheris.Setup([sys.argv[0], *options], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
