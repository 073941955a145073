"""What a running step says, to stderr: names and counts, never a record's value."""

import re
import sys
import time


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


class Bar:
    """How far a long step is: a bar on a terminal, a line now and then elsewhere."""

    SECONDS_BETWEEN_LINES = 2.0

    def __init__(self, what: str, of: int) -> None:
        self._what = what
        self._of = of
        self._done = 0
        self._last = time.monotonic()

    def step(self) -> None:
        """One more is done."""
        self._done += 1
        said = f"{self._what}: {self._done} of {self._of}"
        if sys.stderr.isatty():
            full = 40 * self._done // self._of
            end = "\n" if self._done == self._of else ""
            sys.stderr.write(f"\r[{'#' * full}{' ' * (40 - full)}] {said}{end}")
            sys.stderr.flush()
        elif self._done == self._of or self._is_time():
            _say(said)
            self._last = time.monotonic()

    def _is_time(self) -> bool:
        return time.monotonic() - self._last >= self.SECONDS_BETWEEN_LINES


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
