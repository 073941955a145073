"""Queries: the SQL files of a room, with a few holes filled by safe pieces only.

A hole is written `{name}`. What fills it is a `Clause`, and a clause is only ever made
from names (`identifier`), values (`literal`) and constant phrases around them.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import LiteralString

from engine.errors import QueryError


MOST_HOLES = 5
_HOLE = re.compile(r"\{([a-z_]+)\}")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_CODE = re.compile(r"[A-Za-z0-9_+.-]+")


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of SQL; made by `identifier`, `literal` and `phrase`, never by hand."""

    text: str


def identifier(name: str) -> Clause:
    """The name of a table or column."""
    if _NAME.fullmatch(name) is None:
        raise QueryError(f"{name!r} cannot be a name in SQL; use a-z, 0-9 and _")
    return Clause(name)


def literal(value: date | int | str) -> Clause:
    """A day, a whole number, or a code from a code list."""
    if isinstance(value, str):
        if _CODE.fullmatch(value) is None:
            raise QueryError(
                f"{value!r} cannot be a code in SQL; use letters, digits and _ + . -"
            )
        return Clause(f"'{value}'")
    return Clause(
        f"date '{value.isoformat()}'" if isinstance(value, date) else f"{value}"
    )


def phrase(template: LiteralString, **parts: Clause) -> Clause:
    """A constant piece of SQL around clauses: `phrase("{a} <= {b}", a=..., b=...)`."""
    return Clause(_filled(template, parts, "phrase"))


def one_of(column: Clause, codes: Iterable[str]) -> Clause:
    allowed = listed(literal(code) for code in codes)
    return phrase("{column} in ({allowed})", column=column, allowed=allowed)


def listed(clauses: Iterable[Clause]) -> Clause:
    """These clauses beside each other, as columns are."""
    return Clause(", ".join(clause.text for clause in clauses))


def all_of(clauses: Iterable[Clause]) -> Clause:
    """One clause that holds when every one of these does."""
    return Clause("\n        and ".join(clause.text for clause in clauses))


@dataclass(frozen=True, slots=True)
class Query:
    """A query as it is in its file, or as it will run once its holes are filled."""

    name: str
    text: str

    @staticmethod
    def load(name: str, room: str = "engine") -> "Query":
        """The query of this name in the folder `sql` of a room."""
        query = Query(name, _read(room, name))
        if len(query.holes) > MOST_HOLES:
            raise QueryError(
                f"{name}.sql has {len(query.holes)} holes; {MOST_HOLES} is the most"
            )
        return query

    @property
    def holes(self) -> frozenset[str]:
        return frozenset(_HOLE.findall(self.text))

    def fill(self, **clauses: Clause) -> "Query":
        return Query(self.name, _filled(self.text, clauses, f"{self.name}.sql"))

    def finished_text(self) -> str:
        """The SQL that runs; raises when a hole is left."""
        if self.holes:
            raise QueryError(
                f"{self.name}.sql has {len(self.holes)} holes left: fill "
                f"{', '.join(sorted(self.holes))}"
            )
        return self.text


def _filled(text: str, clauses: Mapping[str, object], where: str) -> str:
    holes = set(_HOLE.findall(text))
    if holes != set(clauses):
        raise QueryError(
            f"{where}: holes {sorted(holes)} are to be filled, "
            f"got {sorted(clauses)}; give each hole once"
        )
    safe = {name: part for name, part in clauses.items() if isinstance(part, Clause)}
    if len(safe) < len(clauses):
        raise QueryError(
            f"{where}: {len(clauses) - len(safe)} holes are filled with something that "
            "is no clause; make it with identifier() or literal()"
        )
    return _HOLE.sub(lambda hole: safe[hole[1]].text, text)


@cache
def _read(room: str, name: str) -> str:
    file = files(room) / "sql" / f"{identifier(name).text}.sql"
    return file.read_text(encoding="utf-8")
