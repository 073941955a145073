"""What a running step says, to stderr: names and counts, never a record's value."""

import re
import sys


_EVENT = re.compile(r"[a-z][a-z0-9_ -]{0,60}")
_IDENTIFIER = re.compile(r"\d{9,}")


def count(event: str, **numbers: int) -> None:
    """Say how many, for example `received: records=4031 kept=4019`."""
    if not _EVENT.fullmatch(event):
        raise ValueError("an event is named in lower case letters")
    for name, number in numbers.items():
        if type(number) is not int:
            raise TypeError(f"{name} is no whole number; only counts are logged")
    said = " ".join(f"{name}={number}" for name, number in numbers.items())
    _say(f"{event}: {said}")


def progress(text: str) -> None:
    """Say what is being done; nine digits or more in a row are struck out."""
    _say(_IDENTIFIER.sub("#########", text))


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
