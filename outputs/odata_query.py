"""What a client asks of an entity set: $filter, $select, $top and $skip.

The words of OData 3 and 4 that the clients of CBS use: comparisons, `and`, `or`, `not`,
brackets, `startswith`, `endswith`, `substringof` and `contains`. Trailing blanks of a
text do not count, as at CBS. Anything else is refused, never ignored: an ignored filter
would give an answer to another question.
"""

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from outputs.entities import EntitySet, Row, Scalar


Test = Callable[[Row], bool]

_OPTIONS = frozenset({"$filter", "$select", "$top", "$skip", "$format"})
_TOKEN = re.compile(r"\s*(?:('(?:[^']|'')*')|(-?\d+(?:\.\d+)?)|(\w+)|([(),]))")
_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
_EQUAL = frozenset({"eq", "ne"})
_FUNCTIONS: Mapping[str, Callable[[str, str], bool]] = {
    "startswith": str.startswith,
    "endswith": str.endswith,
    "contains": operator.contains,
    "substringof": lambda part, whole: part in whole,
}
_WORDS: Mapping[str, Scalar] = {"null": None, "true": True, "false": False}
_DEEPEST = 50


class BadQuery(Exception):
    """A question that cannot be answered as it was asked."""


@dataclass(frozen=True, slots=True)
class Query:
    """Which rows and columns of an entity set are asked for."""

    test: Test | None
    select: tuple[str, ...]
    top: int | None
    skip: int

    def rows(self, entities: EntitySet) -> Iterator[Row]:
        """The rows asked for, from `skip` on; not yet cut off at `top`."""
        passed = 0
        for row in entities.rows():
            if self.test is not None and not self.test(row):
                continue
            passed += 1
            if passed > self.skip:
                yield {name: row[name] for name in self.select or row}


def parse(options: Mapping[str, str], entities: EntitySet) -> Query:
    """The query in the options of an address; BadQuery when it has no answer here."""
    unknown = {name for name in options if name.startswith("$")} - _OPTIONS
    if unknown:
        raise BadQuery(f"not supported here: {', '.join(sorted(unknown))}")
    if options.get("$format", "json").split(";")[0] not in {"json", "application/json"}:
        raise BadQuery("the only $format here is json")
    names = frozenset(entities.columns)
    select = [name.strip() for name in options.get("$select", "").split(",")]
    select = [name for name in select if name and name != "*"]
    if set(select) - names:
        raise BadQuery(f"{len(set(select) - names)} names in $select do not exist")
    asked = options.get("$filter", "").strip()
    return Query(
        _Filter(asked, names).whole() if asked else None,
        tuple(select),
        _count(options, "$top"),
        _count(options, "$skip") or 0,
    )


def _count(options: Mapping[str, str], name: str) -> int | None:
    text = options.get(name)
    if text is not None and not re.fullmatch(r"\d{1,12}", text):
        raise BadQuery(f"{name} must be a whole number")
    return None if text is None else int(text)


class _Filter:
    """A $filter, read from left to right: `or` of `and` of `not` of comparisons."""

    def __init__(self, text: str, names: frozenset[str]) -> None:
        self._names = names
        self._tokens = list(_tokens(text))
        self._at = 0
        self._depth = 0

    def whole(self) -> Test:
        test = self._any()
        if self._at < len(self._tokens):
            raise BadQuery(f"$filter: not understood from word {self._at + 1} on")
        return test

    def _any(self) -> Test:
        tests = [self._all()]
        while self._take("or"):
            tests.append(self._all())
        return tests[0] if len(tests) == 1 else lambda row: any(t(row) for t in tests)

    def _all(self) -> Test:
        tests = [self._one()]
        while self._take("and"):
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else lambda row: all(t(row) for t in tests)

    def _one(self) -> Test:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise BadQuery("$filter: too many brackets inside each other")
        try:
            if self._take("not"):
                test = self._one()
                return lambda row: not test(row)
            if self._take("("):
                test = self._any()
                self._must("(", ")")
                return test
            return self._function() or self._comparison()
        finally:
            self._depth -= 1

    def _function(self) -> Test | None:
        following = self._tokens[self._at : self._at + 2]
        if len(following) < 2 or following[1] != "(" or following[0] not in _FUNCTIONS:
            return None
        function = _FUNCTIONS[following[0]]
        self._at += 2
        first = self._operand()
        self._must(following[0], ",")
        second = self._operand()
        self._must(following[0], ")")
        return lambda row: function(str(first(row) or ""), str(second(row) or ""))

    def _comparison(self) -> Test:
        left = self._operand()
        word = self._next()
        if word not in _COMPARISONS:
            raise BadQuery(f"$filter: word {self._at} is no comparison")
        compare, right = _COMPARISONS[word], self._operand()

        def test(row: Row) -> bool:
            one, other = left(row), right(row)
            if word not in _EQUAL and _kind(one) is not _kind(other):
                return False
            return compare(one, other)

        return test

    def _operand(self) -> Callable[[Row], Scalar | float]:
        word = self._next()
        if word in self._names:
            return lambda row: _trimmed(row[word])
        if word in _WORDS:
            constant: Scalar | float = _WORDS[word]
        elif word.startswith("'"):
            constant = _trimmed(word[1:-1].replace("''", "'"))
        elif re.fullmatch(r"-?\d+(\.\d+)?", word):
            constant = float(word) if "." in word else int(word)
        else:
            raise BadQuery(f"$filter: word {self._at} is no name of this entity set")
        return lambda _: constant

    def _take(self, word: str) -> bool:
        found = self._tokens[self._at : self._at + 1] == [word]
        self._at += found
        return found

    def _must(self, after: str, word: str) -> None:
        if not self._take(word):
            raise BadQuery(f"$filter: {after!r} is not followed by {word!r}")

    def _next(self) -> str:
        if self._at == len(self._tokens):
            raise BadQuery("$filter: the end is missing")
        self._at += 1
        return self._tokens[self._at - 1]


def _tokens(text: str) -> Iterator[str]:
    at = 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise BadQuery(f"$filter: not understood at character {at + 1}")
        yield match[0].strip() if match[1] is None else match[1]
        at = match.end()


def _kind(value: Scalar | float) -> type:
    """What a value can be more or less than: null than nothing, a text than a text."""
    return float if isinstance(value, int) else type(value)


def _trimmed(value: Scalar) -> Scalar:
    return value.rstrip() if isinstance(value, str) else value
