"""One entry of a rule file while it is read: its keys, and what is wrong with them.

Reading goes on after a problem, with a value to go on with, so that every problem of an
entry is found at once; an entry with a problem is never used.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeVar

from rules.indicator import Text


Word = TypeVar("Word", bound=Enum)


@dataclass(frozen=True, slots=True)
class Entry:
    """The keys of an entry; `where` is its file and name, as messages begin with."""

    where: str
    keys: Mapping[str, object]
    problems: list[str] = field(default_factory=list)

    def wrong(self, what: str) -> None:
        self.problems.append(f"{self.where}: {what}")

    def only(self, known: Collection[str]) -> None:
        for key in sorted(set(self.keys) - set(known)):
            self.wrong(f"unknown key {key!r}; known are: {', '.join(sorted(known))}")

    def string(self, key: str, default: str | None = None) -> str:
        value = self.keys.get(key, default)
        if isinstance(value, str):
            return value
        self.wrong(f"{key!r} must be a text" if key in self.keys else f"add {key!r}")
        return ""

    def yes(self, key: str) -> bool:
        """Whether the key is there and true."""
        value = self.keys.get(key, False)
        if not isinstance(value, bool):
            self.wrong(f"{key!r} must be true or false")
        return value is True

    def named(
        self, key: str, known: Collection[str], default: str | None = None
    ) -> str:
        """A text that is one of the known ones."""
        before = len(self.problems)
        value = self.string(key, default)
        if len(self.problems) == before and value not in known:
            self.wrong(f"{key!r} is {value!r}; choose from: {', '.join(sorted(known))}")
        return value

    def word(self, key: str, kind: type[Word]) -> Word:
        words = {str(word.value): word for word in kind}
        return words.get(self.named(key, words), next(iter(kind)))

    def text(self, key: str) -> Text:
        """A text in both languages."""
        value = self.keys.get(key)
        if isinstance(value, dict) and set(value) == {"nl", "en"}:
            nl, en = value["nl"], value["en"]
            if isinstance(nl, str) and nl and isinstance(en, str) and en:
                return Text(nl=nl, en=en)
        self.wrong(f"{key!r} must have a text nl and a text en, and nothing else")
        return Text("", "")

    def matches(self, value: str, pattern: str, what: str) -> None:
        if re.fullmatch(pattern, value) is None:
            self.wrong(f"{what} is {value!r}; it must match {pattern}")

    def strings(self, value: object, what: str) -> tuple[str, ...]:
        """The value as a list of texts, none twice."""
        if isinstance(value, list) and value:
            texts = tuple(item for item in value if isinstance(item, str))
            if len(set(texts)) == len(value):
                return texts
        self.wrong(f"{what} must be a list of one or more different texts")
        return ()

    def among(self, found: Iterable[str], known: Collection[str], what: str) -> None:
        """Every code that is found must be known."""
        strange = [code for code in found if code not in known]
        if strange:
            self.wrong(
                f"{what} has {', '.join(map(repr, strange))}; "
                f"choose from: {', '.join(known)}"
            )
