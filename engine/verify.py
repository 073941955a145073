"""Worlds -> proof that a release gives nothing away; numpy and pyarrow, nothing else.

A world is a table of whole numbers. Each must add up and must have been published
exactly so; together they must attain the safety interval of every protected cell.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


Ints = NDArray[np.int64]
Cell = tuple[str, ...]
Sum = tuple[str, str, Ints, Ints]  # dimension, kind, wholes, parts (a row per part)
ENDLESS = 1 << 40
Tree = tuple[Mapping[str, str], Mapping[str, str]]
"""Parents of codes, and of each: `exact`, `at_most`, or `overlap` (parts are more)."""
Axis = tuple[str, Sequence[str], Sequence[Tree]]  # name, codes (total first), trees


@dataclass(frozen=True, slots=True)
class Reading:
    """What figures and symbols say, in plain numbers."""

    slack: tuple[int, int]  # figure p: p-below to p+above
    never_shown: tuple[int, int] | None  # values that the rule would not have shown
    sensitive: tuple[int, int]  # a cell that is hidden for being `in_range`
    least_hidden: int  # another hidden cell, unless opted out: this or more
    zeros_stay: bool  # a published zero could not have been hidden
    small: int = 0  # or: the base, below which alone counts were rounded


def verify(
    tables: Sequence[Sequence[Axis]], view: pa.Table, worlds: pa.Table, reads: Reading
) -> list[str]:
    """What is wrong with the worlds (`world`, dimensions, `value`); nothing: proven.

    `view`: the dimensions (those that a table lacks at their total), `published`,
    `status`, `in_range`, `fixed` (said before); and `low`, `high`, `width`: a protected
    cell must attain a value of at most low, one of at least high, and two so far apart.
    """
    totals = {name: codes[0] for table in tables for name, codes, _ in table}
    world = worlds["world"].to_numpy()
    count = len(np.unique(world))
    size = len(world) // max(count, 1)
    each = [worlds.slice(w * size, size).select(list(totals)) for w in range(count)]
    number = {cell: n for n, cell in enumerate(_cells(worlds.slice(0, size), totals))}
    together = size and np.array_equal(world, np.repeat(world[::size], size))
    if not together or len(number) < size or any(w != each[0] for w in each):
        return ["the worlds do not all have the same cells, once"]
    try:
        sums = [one for table in tables for one in _sums(table, totals, number)]
        at = np.array([number[cell] for cell in _cells(view, totals)], dtype=np.int64)
    except KeyError:
        return ["the worlds lack cells of the tables"]
    value = worlds["value"].to_numpy().reshape(count, size)
    low, high = np.zeros(size, dtype=np.int64), np.full(size, ENDLESS)
    low[at], high[at], figures = _said(view, reads)
    if findings := list(_broken(value, sums, low, high)):
        return findings
    low[at[figures]], high[at[figures]] = reads.least_hidden, ENDLESS
    _narrow(low, high, sums)  # to what the symbols alone say: no pattern hides that
    hidden, status = view["published"].is_null().to_numpy(), view["status"].to_numpy()
    protected = np.flatnonzero(hidden & np.isin(status, ["u", "o"]))
    cells, goals = at[protected], view.take(protected)
    least, most = value[:, cells].min(axis=0), value[:, cells].max(axis=0)
    low, high = low[cells], high[cells]
    short = least > np.clip(goals["low"].to_numpy(), low, high)
    short |= most < np.clip(goals["high"].to_numpy(), low, high)
    short |= most - least < np.minimum(goals["width"].to_numpy(), high - low)
    found = f"{short.sum()} protected cells do not attain their safety interval"
    return [found] if short.any() else []


def _cells(table: pa.Table, names: Mapping[str, str]) -> Iterator[Cell]:
    return zip(*(table[name].to_pylist() for name in names), strict=True)


def _sums(
    table: Sequence[Axis], totals: Mapping[str, str], number: Mapping[Cell, int]
) -> Iterator[Sum]:
    codes: dict[str, Sequence[str]] = {name: [top] for name, top in totals.items()}
    codes |= {name: own for name, own, _ in table}
    grid = np.array([number[cell] for cell in product(*codes.values())])
    grid = grid.reshape([len(own) for own in codes.values()])
    for name, own, trees in table:
        where = {code: n for n, code in enumerate(own)}
        along = np.moveaxis(grid, list(codes).index(name), 0).reshape(len(own), -1)
        for parents, kinds in trees:
            parts: dict[str, list[int]] = {parent: [] for parent in parents.values()}
            for code, parent in parents.items():
                parts[parent].append(where[code])
            for whole, rows in parts.items():
                kind = kinds.get(whole, "exact")
                yield name, kind, along[where[whole]], along[rows]


def _said(view: pa.Table, reads: Reading) -> tuple[Ints, Ints, Ints]:
    """Bounds that figures and symbols state, and the figures that could be hidden."""
    figure = view["published"].fill_null(-1).to_numpy()
    symbol = view["status"].to_numpy()
    every = not reads.small
    low = np.maximum(figure - reads.slack[0] * (every | (figure == reads.small)), 0)
    high = figure + reads.slack[1] * (every | (figure == 0))
    if reads.never_shown is not None:
        first, last = reads.never_shown
        by_rule = symbol != "z"
        low[by_rule & (low >= first) & (low <= last)] = last + 1
        high[by_rule & (high >= first) & (high <= last)] = first - 1
    low[figure < 0], high[figure < 0] = reads.least_hidden, ENDLESS
    low[(figure < 0) & (symbol == "o")] = 0
    in_range, fixed = view["in_range"].to_numpy(), view["fixed"].to_numpy()
    low[in_range], high[in_range] = reads.sensitive
    low[symbol == "w"] = high[symbol == "w"] = 0
    return low, high, np.flatnonzero((figure >= int(reads.zeros_stay)) & ~fixed)


def _broken(value: Ints, sums: list[Sum], low: Ints, high: Ints) -> Iterator[str]:
    """Worlds that do not add up, or would have been published otherwise."""
    wrong = {name: np.zeros(len(value), dtype=bool) for name, _, _, _ in sums}
    for name, kind, at, parts in sums:
        whole, most = value[:, at], value[:, parts].sum(axis=1)
        least = value[:, parts].max(axis=1) if kind == "overlap" else most
        wrong[name] |= ((whole < least) | ((whole > most) & (kind != "at_most"))).any(1)
    for name, found in wrong.items():
        if found.any():
            yield f"{found.sum()} worlds do not add up along dimension {name!r}"
    if other := np.any((value < low) | (value > high), axis=1).sum():
        yield f"{other} worlds would have been published otherwise"


def _narrow(low: Ints, high: Ints, sums: list[Sum]) -> None:
    """Narrow the bounds, in place, until no sum narrows them further."""
    before = None
    while before != (before := (low.tobytes(), high.tobytes())):
        for _, kind, whole, parts in sums:
            least, most = low[parts].sum(axis=0), high[parts].sum(axis=0)
            others = least - low[parts]
            if kind == "overlap":
                least, others = low[parts].max(axis=0), 0 * others
            low[whole] = np.maximum(low[whole], least)
            if kind != "at_most":
                high[whole] = np.minimum(high[whole], most)
                low[parts] = np.maximum(low[parts], low[whole] - most + high[parts])
            high[parts] = np.minimum(high[parts], high[whole] - others)
