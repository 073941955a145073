"""What is wrong with a file as a file.

The bytes of a file are given to libraries, which raise whatever they trip over. So
whatever a library raises is a verdict on the file: its calls stand in `library`, its
items are `drawn`. No code of ours stands there: its errors are bugs, and have to show.
"""

import errno
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from rules.layout import RecordLayout, load_file_rules
from secure_env.supplier_report import LINES_SHOWN, Finding


Item = TypeVar("Item")

_RULES = load_file_rules()
_OF_THE_BYTES = {None, errno.EINVAL}
"""Numbers of an OSError that a library raises for what it read; EINVAL where the bytes
send it to a place before the file."""


class Refused(Exception):  # a verdict, not an error of ours
    """The file cannot be taken in, whatever its records."""

    def __init__(self, findings: Sequence[Finding], sha256: str = "") -> None:
        super().__init__(f"{len(findings)} findings")
        self.findings = tuple(findings)
        self.sha256 = sha256


@contextmanager
def library(rule: str) -> Iterator[None]:
    """Calls of a library that reads the bytes: by this rule a file that makes it fail.

    Apart from that stand what the system cannot read, and what would need more memory
    than there is, for which a good file may be too large.
    """
    try:
        yield
    except Refused:
        raise
    except MemoryError:
        raise Refused([breach("F30")]) from None
    except Exception as error:
        of_the_system = isinstance(error, OSError) and error.errno not in _OF_THE_BYTES
        raise Refused([breach("F03" if of_the_system else rule, columns="-")]) from None


def drawn(items: Iterator[Item], rule: str) -> Iterator[Item]:
    """What a library reads bit by bit, until it fails or there is no more."""
    while True:
        with library(rule):
            item = next(items, None)
        if item is None:
            return
        yield item


def breach(
    rule: str, count: int = 1, lines: Sequence[int] = (), **said: str
) -> Finding:
    """A finding of a file rule."""
    text = _RULES[rule].text
    return Finding(
        rule, "file", count, tuple(lines[:LINES_SHOWN]),
        text.nl.format(**said), text.en.format(**said),
    )  # fmt: skip


def other_columns(
    names: Sequence[str], layout: RecordLayout, *, ordered: bool
) -> list[Finding]:
    """How these column names are not those of the layout.

    A column that does not belong is counted, not named: without a header line the
    first line is a record.
    """
    missing = [name for name in layout.columns if name not in names]
    extra = [
        place
        for place, name in enumerate(names)
        if name not in layout.columns or name in names[:place]
    ]
    found = []
    if missing:
        found.append(breach("F07", len(missing), columns=", ".join(missing)))
    if extra:
        found.append(breach("F08", len(extra)))
    if ordered and not missing and not extra and tuple(names) != layout.columns:
        found.append(breach("F09"))
    return found
