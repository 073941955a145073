"""Mutants of a module: the same module with one small fault planted.

A fault is what a programmer could have written by mistake: another comparison, a bound
one off, a condition turned round, a statement forgotten. Messages, types and the form
of arrays are left alone.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from types import CodeType


OTHERS: Mapping[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult, ast.Mod: ast.FloorDiv, ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd, ast.LShift: ast.RShift, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
"""What is easily written for a comparison or an operator."""

FUNCTIONS = {
    "maximum": "minimum", "minimum": "maximum", "max": "min", "min": "max",
    "any": "all", "all": "any", "floor": "ceil", "ceil": "floor", "sum": "max",
    "union1d": "intersect1d", "intersect1d": "union1d", "isin": "less",
}  # fmt: skip
UNDONE = {"copy", "clip", "abs"}
"""Calls that give back what they are given, when somebody forgets them."""

OF_FORM = {"strict", "kind", "dtype", "format", "slots", "frozen", "silent"}
"""Arguments that say how, not what."""

LARGEST = 1_000
"""A larger number is a limit that no test comes near."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault: in which function, what it changes there (`{was -> is}`), the code."""

    where: str
    change: str
    code: CodeType


@dataclass(frozen=True, slots=True)
class _Site:
    """A place in the tree: a field of a node, or an item of a field that is a list."""

    parent: ast.AST
    field: str
    item: int | None

    def get(self) -> ast.AST:
        found = getattr(self.parent, self.field)
        return found if self.item is None else found[self.item]

    def put(self, node: ast.AST) -> None:
        if self.item is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.item] = node


def mutants(source: str, module: str) -> Iterator[Mutant]:
    """Every mutant of this source, from top to bottom."""
    tree = ast.parse(source)
    for site, where in _statements(tree, module):
        statement = site.get()
        for place in [site, *_expressions(statement)]:
            node = place.get()
            before = _headline(statement)
            for instead in _instead(node):
                place.put(ast.copy_location(instead, node))
                change = _difference(before, _headline(site.get()))
                ast.fix_missing_locations(tree)
                yield Mutant(where, change, compile(tree, module, "exec"))
                place.put(node)


def _statements(tree: ast.AST, where: str) -> Iterator[tuple[_Site, str]]:
    """Every statement but texts, with the name of what it stands in."""
    for site in _sites(tree):
        node = site.get()
        if isinstance(node, ast.stmt) and not _is_text(node):
            yield site, where
        named = isinstance(node, ast.FunctionDef | ast.ClassDef)
        if isinstance(node, ast.stmt | ast.excepthandler | ast.match_case):
            yield from _statements(node, f"{where}.{node.name}" if named else where)


def _expressions(node: ast.AST) -> Iterator[_Site]:
    """Places below a statement, without the statements in it, messages and types."""
    if isinstance(node, ast.Raise | ast.ClassDef | ast.Import | ast.ImportFrom):
        return
    for site in _sites(node):
        below = site.get()
        if isinstance(below, ast.stmt | ast.excepthandler | ast.match_case):
            continue
        if site.field in {"annotation", "returns", "decorator_list"}:
            continue
        if isinstance(below, ast.JoinedStr) or getattr(below, "arg", "") in OF_FORM:
            continue
        yield site
        yield from _expressions(below)


def _sites(node: ast.AST) -> Iterator[_Site]:
    for field, value in ast.iter_fields(node):
        if isinstance(value, ast.AST):
            yield _Site(node, field, None)
        elif isinstance(value, list):
            for item, each in enumerate(value):
                if isinstance(each, ast.AST):
                    yield _Site(node, field, item)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _instead(node: ast.AST) -> Iterator[ast.AST]:
    """What might stand here by mistake."""
    if isinstance(node, ast.stmt):
        yield from _statement_instead(node)
    elif isinstance(node, ast.Constant):
        yield from _constant_instead(node.value)
    elif isinstance(node, ast.Call):
        yield from _otherwise_called(node)
    elif type(node) in OTHERS:
        yield OTHERS[type(node)]()
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif isinstance(node, ast.IfExp):
        yield from (node.body, node.orelse)
    elif isinstance(node, ast.comprehension) and node.ifs:
        yield _with(node, ifs=[])


def _statement_instead(node: ast.stmt) -> Iterator[ast.AST]:
    match node:
        case ast.If():
            yield _with(node, test=ast.Constant(value=False))
            yield _with(node, test=ast.Constant(value=True))
        case ast.While():
            yield _with(node, test=ast.Constant(value=False))
        case ast.Raise() | ast.AugAssign() | ast.Continue() | ast.Break():
            yield ast.Pass()
        case ast.Expr(value=ast.Call() | ast.Yield() | ast.YieldFrom()):
            yield ast.Pass()
        case ast.Assign(targets=[ast.Subscript()]):
            yield ast.Pass()


def _constant_instead(value: object) -> Iterator[ast.AST]:
    match value:
        case bool():
            yield ast.Constant(value=not value)
        case int() if value <= LARGEST:
            yield ast.Constant(value=value - 1 if value else 1)
        case str():
            yield ast.Constant(value=f"{value}?")


def _otherwise_called(call: ast.Call) -> Iterator[ast.AST]:
    name = call.func
    match name:
        case ast.Name(id=known) | ast.Attribute(attr=known) if known in FUNCTIONS:
            other = FUNCTIONS[known]
            is_name = isinstance(name, ast.Name)
            field = {"id": other} if is_name else {"attr": other}
            yield _with(call, func=_with(name, **field))
        case ast.Attribute(attr="copy", value=value) if not call.args:
            yield value
        case ast.Name(id=known) | ast.Attribute(attr=known) if known in UNDONE:
            yield call.args[0]


def _with(node: ast.AST, **fields: object) -> ast.AST:
    other = copy(node)
    for field, value in fields.items():
        setattr(other, field, value)
    return other


def _headline(statement: ast.AST) -> str:
    """The statement, without the statements in it, on one line."""
    empty = {
        field: [ast.Pass()] if field == "body" else []
        for field in ("body", "orelse", "finalbody", "handlers")
        if hasattr(statement, field) and isinstance(statement, ast.stmt)
    }
    if isinstance(statement, ast.Match):
        empty = {"cases": []}
    text = ast.unparse(_with(statement, **empty))
    return re.sub(r":\n\s*pass$", ":", text.strip())


def _difference(before: str, after: str) -> str:
    """Both texts in one: what differs stands between braces, `{was -> is}`."""
    old, new = (re.findall(r"\w+|\s+|[<>=!*/]+|.", text) for text in (before, after))
    first = 0
    while first < min(len(old), len(new)) and old[first] == new[first]:
        first += 1
    last = 0
    while last < min(len(old), len(new)) - first and old[-1 - last] == new[-1 - last]:
        last += 1
    was, is_ = ("".join(text[first : len(text) - last]) for text in (old, new))
    end = "".join(old[len(old) - last :])
    return f"{''.join(old[:first])}{{{was} -> {is_}}}{end}"
