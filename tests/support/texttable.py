"""Tables as people write them: a line of names, a ruler, a line per row.

    person | starts
    -------+-----------
    anna   | 2023-01-01
    bram   |

An empty place is None.
"""

import re
from textwrap import dedent


Row = dict[str, str | None]


def parse(text: str) -> list[Row]:
    """The rows of a text table, by column name."""
    lines = [line for line in dedent(text).splitlines() if line.strip()]
    if len(lines) < 2 or not re.fullmatch(r"[-+\s]+", lines[1]):
        raise ValueError("a text table has a line of names, and under it a ruler line")
    names = _places(lines[0])
    if len(set(names)) < len(names) or "" in names:
        raise ValueError("the columns of a text table have different names")
    return [_row(names, line) for line in lines[2:]]


def columns(text: str) -> list[str]:
    """The names of the columns, also of a table without rows."""
    return _places(dedent(text).strip().splitlines()[0])


def _row(names: list[str], line: str) -> Row:
    places = _places(line)
    if len(places) != len(names):
        raise ValueError(f"{len(names)} columns, but {len(places)} places: {line!r}")
    return {name: place or None for name, place in zip(names, places, strict=True)}


def _places(line: str) -> list[str]:
    return [place.strip() for place in line.split("|")]
