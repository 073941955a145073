"""One reader under Atheris, until its time is over; needs `make .fuzz/ready`."""

import io
import sys
import tempfile
import zipfile
from pathlib import Path

import atheris


_FOLLOWED = ["secure_env", "zipfile"]
if sys.argv[1].endswith(".xlsx"):
    _FOLLOWED.append("openpyxl")  # takes its time

with atheris.instrument_imports(include=_FOLLOWED):
    from tests.support.any_bytes import judged


def main(name: str, options: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name

        def one(content: bytes) -> None:
            path.write_bytes(content)
            judged(path)

        atheris.Setup([sys.argv[0], *options], one, custom_mutator=changed)
        atheris.Fuzz()


def changed(content: bytes, most: int, seed: int) -> bytes:
    """Other bytes; of an archive mostly those of one member, which still come out."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
    except Exception:
        members = {}
    if not members or seed % 4 == 0:
        return bytes(atheris.Mutate(content, most))
    name = list(members)[seed // 4 % len(members)]
    members[name] = bytes(atheris.Mutate(members[name], most))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, inside in members.items():
            archive.writestr(each, inside)
    return file.getvalue() if len(file.getvalue()) <= most else content


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
