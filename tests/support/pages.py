"""Pages and their numbers: each must be published, or be in the page's words."""

import re
from collections.abc import Iterable
from html.parser import HTMLParser

from outputs.published import IS_SHOWN
from outputs.released import Publication
from outputs.symbols import dutch_number


_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


class _Text(HTMLParser):
    """The words of a page that a person reads or hears; not its style."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._silent = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent = tag in {"style", "script"}
        self.words += [v for k, v in attrs if v and k in {"aria-label", "title", "alt"}]

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - its caller's name
        self._silent = False

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)


def words_of(page: str) -> list[str]:
    reader = _Text()
    reader.feed(page)
    return reader.words


def published_numbers(publications: Iterable[Publication], figure: str) -> set[str]:
    """Every number of a table that a figure may be made of, as it is printed."""
    return {
        dutch_number(int(value))
        for one in publications
        for value in one.tables[figure].values[one.tables[figure].states == IS_SHOWN]
    }


def unexplained(page: str, published: set[str], words: Iterable[str]) -> set[str]:
    """The numbers of a page that are not published, nor in the words it is made with.

    Words are taken out whole first, the longest first: a number that happens to be in
    a label is no excuse for the same number elsewhere.
    """
    text = " \n ".join(words_of(page))
    for known in sorted(set(words), key=len, reverse=True):
        text = text.replace(known, " ")
    return set(_NUMBER.findall(text)) - published
