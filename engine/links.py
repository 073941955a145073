"""What tables of one measure say of each other: equal cells are one number.

Two cells are equal when they have the same codes on the dimensions that both tables
have, and the total on every other; at different times, if they are the same number.
"""

from collections.abc import Mapping, Sequence
from math import prod

import numpy as np

from engine.earlier import NOW
from engine.equations import Equations
from engine.published import PublishedTable
from engine.solver import Ints
from rules.errors import RuleError


LARGEST_IDENTITY = 1 << 62
"""More combinations of codes than this cannot be told apart."""


def add_equal_cells(
    equations: Equations, tables: Sequence[PublishedTable], offsets: Ints
) -> None:
    """One equation for each further cell that is equal to an earlier one."""
    for measure in dict.fromkeys(table.measure for table in tables if table.measure):
        group = [
            (table, int(offset))
            for table, offset in zip(tables, offsets, strict=False)
            if table.measure == measure
        ]
        codes = _all_codes([table for table, _ in group])
        cells = np.concatenate([_identities(table, codes) for table, _ in group])
        numbers = np.concatenate([_numbers(table) for table, _ in group])
        unknown = np.concatenate(
            [offset + np.arange(table.frame_size) for table, offset in group]
        )
        order = np.lexsort((numbers, cells))
        same = [np.diff(each[order]) == 0 for each in (cells, numbers)]
        again = np.flatnonzero(np.logical_and(*same))
        rows = np.arange(len(again), dtype=np.int64)
        equations.add(
            (1, rows, unknown[order[again]]),
            (-1, rows, unknown[order[again + 1]]),
            rows=len(again),
        )


def _numbers(table: PublishedTable) -> Ints:
    if table.numbers is None:
        return np.full(table.frame_size, NOW)
    return table.numbers


Codes = Mapping[str, Mapping[str, int]]
"""Per dimension a number for each of its codes."""


def _all_codes(tables: Sequence[PublishedTable]) -> Codes:
    """Every dimension of these tables with every code; the total has number 0."""
    found: dict[str, dict[str, int]] = {}
    for table in tables:
        for dimension in table.dimensions:
            codes = found.setdefault(dimension.name, {dimension.total: 0})
            if codes.get(dimension.total) != 0:
                raise RuleError(
                    f"measure {table.measure}, dimension {dimension.name!r}: its "
                    "tables have 2 different totals; give them one"
                )
            for code in dimension.codes:
                codes.setdefault(code, len(codes))
    if prod(len(codes) for codes in found.values()) > LARGEST_IDENTITY:
        raise RuleError(
            f"measure {tables[0].measure}: its tables have {len(found)} dimensions "
            "together, with more combinations of codes than can be told apart"
        )
    return found


def _identities(table: PublishedTable, all_codes: Codes) -> Ints:
    """A number per cell of the frame; equal cells of other tables have the same."""
    shape = tuple(len(dimension.codes) for dimension in table.dimensions)
    identity = np.zeros(shape, dtype=np.int64)
    own = {dimension.name: axis for axis, dimension in enumerate(table.dimensions)}
    for name, codes in all_codes.items():
        identity *= len(codes)
        if name in own:
            numbers = [codes[code] for code in table.dimensions[own[name]].codes]
            others = len(shape) - own[name] - 1
            identity += np.array(numbers).reshape(-1, *[1] * others)
    return identity.ravel()
