"""The letters of which the codes of a cohort are made, and the sums of these codes."""

from collections.abc import Iterable

from rules.classification import Additivity, Hierarchy
from rules.indicator import Text


TOTAL = "T"
LAWS = {
    "J": Text("Jeugdwet", "Jeugdwet"),
    "P": Text("Participatiewet", "Participatiewet"),
    "V": Text("Wet sociale werkvoorziening", "Wet sociale werkvoorziening"),
    "W": Text("Wmo", "Wmo"),
}
USES, NONE, GONE = "U", "N", "X"
STATES = {
    USES: Text("met voorziening", "with a provision"),
    NONE: Text("zonder voorziening", "without a provision"),
    GONE: Text("niet te volgen", "cannot be followed"),
}
"""Of a half-year: used; did not; did not, and is dead or unregistered at its end."""
STAYED, LEFT, LOST = "S", "E", "L"
"""Used in every half-year; the first without use; or without being followed."""
RETURNED, STAYED_AWAY = "R", "B"
NOTHING = "00"
"""No life event preceded."""

EXACT, AT_MOST, OVERLAP = Additivity.EXACT, Additivity.AT_MOST, Additivity.OVERLAP

Codes = dict[str, Text]
Sum = tuple[str, Iterable[str], Additivity]
"""A whole, its parts, and how they add up."""


def overall(n: str) -> Sum:
    return TOTAL, [f"{n}{state}" for state in STATES], EXACT


def exits_after(number: int, last: int) -> list[str]:
    numbers = range(number + 1, last + 1)
    return [f"{way}{n}" for n in numbers for way in (LEFT, LOST)]


def tree(*sums: Sum) -> Hierarchy:
    parents = {part: whole for whole, parts, _ in sums for part in parts}
    kinds = {whole: kind for whole, _, kind in sums if kind is not EXACT}
    return Hierarchy(parents, kinds)


def with_(form: str, *texts: Text) -> Text:
    """A label made of others, in a form without words."""
    return Text(
        form.format(*(t.nl for t in texts)), form.format(*(t.en for t in texts))
    )


def at_start(title: Text) -> Text:
    return Text(f"{title.nl} bij de start", f"{title.en} at the start")
