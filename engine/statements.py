"""The auditor's reading of a release: every published figure as a statement.

Statements are bounds on unknown whole numbers (the cells) and equations between them.
Nothing here has seen an exact value. The attacker model is the policy's `reader`.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np
from scipy.sparse import csr_array

from engine.celltable import CellStatus, Limit
from engine.equations import Equations
from engine.links import add_equal_cells
from engine.propagation import narrowed, propagate
from engine.published import PublishedTable
from engine.solver import UNBOUNDED, Ints
from engine.system import System
from rules.classification import Additivity, Dimension, Hierarchy
from rules.disclosure import (
    DisclosurePolicy,
    Policies,
    RoundingMethod,
    Zeros,
    policy_of,
)
from rules.errors import RuleError


LARGEST_FRAME = 30_000_000
"""More cells than this in one table (all codes of all dimensions) is refused."""


@dataclass(frozen=True, slots=True)
class Statements:
    """Unknowns with their bounds, and the equations matrix @ x = 0 between them.

    The first unknowns are the cells of each table, in the order of its frame (all
    combinations of codes, last dimension fastest); `offsets` says where each table
    begins. Remainders that no table shows come last. `depth` says how far below the
    total a cell's code is on the largest dimension that all tables have; a remainder is
    below everything. `least_hidden` is what each cell is at least when it is a symbol.
    """

    matrix: csr_array
    lower: Ints
    upper: Ints
    offsets: tuple[int, ...]
    depth: Ints
    least_hidden: Ints

    @property
    def system(self) -> System:
        """The same, as a system that can be asked."""
        nothing = np.zeros(self.matrix.shape[0], dtype=np.int64)
        return System(self.matrix, nothing, self.lower, self.upper)

    def narrowed(self) -> tuple[Ints, Ints]:
        """What limits each unknown by adding and subtracting; may contradict itself."""
        return narrowed(self.matrix, self.lower, self.upper)

    def without(self, figures: Ints, unsaid: Ints | None = None) -> "Statements":
        """The same when these figures are symbols too, and nothing is said of others.

        No pattern of hidden cells could keep more from a reader.
        """
        lower, upper = self.lower.copy(), self.upper.copy()
        lower[figures] = self.least_hidden[figures]
        upper[figures] = UNBOUNDED
        if unsaid is not None:
            lower[unsaid], upper[unsaid] = 0, UNBOUNDED
        return replace(self, lower=lower, upper=upper)

    def beside(self, cells: Ints, values: Ints) -> "Statements":
        """The same to somebody who knows these cells to have these values."""
        lower, upper = self.lower.copy(), self.upper.copy()
        lower[cells] = upper[cells] = values
        return replace(self, lower=lower, upper=upper)

    def limits(self) -> tuple[Ints, Ints]:
        """What limits each unknown by adding and subtracting.

        Raises Contradiction when no whole numbers can satisfy the statements.
        """
        return propagate(self.matrix, self.lower, self.upper)


def statements(
    tables: Sequence[PublishedTable], policies: Policies, limits: Sequence[Limit] = ()
) -> Statements:
    """Everything that these tables, published together, say about their cells."""
    sizes = [table.frame_size for table in tables]
    if any(size > LARGEST_FRAME for size in sizes):
        raise RuleError(
            f"a table of {max(sizes)} cells is larger than {LARGEST_FRAME}; "
            "split it by region"
        )
    own = [policy_of(policies, table.measure) for table in tables]
    if len(tables) > 1 and any(
        each.rounding.method is RoundingMethod.SMALL_COUNTS for each in own
    ):
        raise RuleError(
            f"small-count rounding is for one table, and {len(tables)} are read "
            "together; round in another way"
        )
    offsets = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
    equations = Equations(int(offsets[-1]))
    bounds = [_cell_bounds(*each) for each in zip(tables, own, strict=True)]
    for table, offset in zip(tables, offsets, strict=False):
        _add_table(equations, table, int(offset))
    add_equal_cells(equations, tables, offsets)
    for limit in limits:
        _add_limit(equations, tables, offsets, limit)
    along = _largest_common(tables)
    extra = np.zeros(equations.unknowns - offsets[-1], dtype=np.int64)
    return Statements(
        equations.matrix(),
        np.concatenate([*(low for low, _ in bounds), extra]),
        np.concatenate([*(high for _, high in bounds), extra + UNBOUNDED]),
        tuple(int(offset) for offset in offsets[:-1]),
        np.concatenate(
            [*(_depths(table, along) for table in tables), extra + UNBOUNDED]
        ),
        np.repeat([*map(_least_hidden, own), 0], [*sizes, len(extra)]),
    )


def _largest_common(tables: Sequence[PublishedTable]) -> str | None:
    """The dimension with the most codes of those that every table has."""
    count = Counter(d.name for table in tables for d in table.dimensions)
    size = {d.name: len(d.codes) for table in tables for d in table.dimensions}
    common = [name for name in size if count[name] == len(tables)]
    return max(common, key=size.__getitem__, default=None)


def _depths(table: PublishedTable, along: str | None) -> Ints:
    """Per cell of the frame the depth of its code of one dimension."""
    shape = tuple(len(dimension.codes) for dimension in table.dimensions)
    depth = np.zeros(shape, dtype=np.int64)
    for axis, dimension in enumerate(table.dimensions):
        if dimension.name == along:
            own = np.array([_steps(dimension, code) for code in dimension.codes])
            depth += own.reshape(-1, *[1] * (len(shape) - axis - 1))
    return depth.ravel()


def _steps(dimension: Dimension, code: str) -> int:
    """How far a code is below the total, in the hierarchy where it is farthest."""
    deepest = 0
    for hierarchy in dimension.hierarchies:
        steps, above = 0, code
        while above in hierarchy.parents:
            steps, above = steps + 1, hierarchy.parents[above]
        deepest = max(deepest, steps)
    return deepest


def _add_limit(
    equations: Equations, tables: Sequence[PublishedTable], offsets: Ints, limit: Limit
) -> None:
    """For every region in which it holds: larger - smaller - remainder = 0."""
    begin = {
        table.name: (table, int(offset))
        for table, offset in zip(tables, offsets, strict=False)
    }
    regions = limit.within({table.name: table.dimensions for table in tables})
    rows = np.arange(len(regions), dtype=np.int64)
    terms = [(-1, rows, equations.fresh(len(rows)))]
    for sign, cells in ((1, limit.larger), (-1, limit.smaller)):
        for name, codes in cells:
            table, offset = begin[name]
            terms.append((sign, rows, offset + _per_region(table, regions, codes)))
    equations.add(*terms, rows=len(rows))


def _per_region(
    table: PublishedTable, regions: Sequence[str], codes: Sequence[str]
) -> Ints:
    """Where the cell with these codes stands in the frame, for each of the regions."""
    first, *others = (dimension.codes for dimension in table.dimensions)
    number = {code: place for place, code in enumerate(first)}
    place = np.array([number[region] for region in regions], dtype=np.int64)
    for known, code in zip(others, codes, strict=True):
        place = place * len(known) + known.index(code)
    return place


def _cell_bounds(table: PublishedTable, policy: DisclosurePolicy) -> tuple[Ints, Ints]:
    """What the figure or symbol of each cell says, before any addition."""
    size = table.frame_size
    lower = np.zeros(size, dtype=np.int64)
    upper = np.full(size, UNBOUNDED, dtype=np.int64)
    if policy.rounding.method is RoundingMethod.SMALL_COUNTS:
        _say_small_counts(table, policy.rounding.base, lower, upper)
        return lower, upper
    shown = ~table.hidden
    below, above = policy.rounding.slack()
    values = table.values[shown]
    low = np.maximum(values - below, 0)
    high = values + above
    if policy.reader.knows_rule and policy.hide is not None:
        # what has to be shown is shown, in the hidden range or not
        by_rule = table.statuses[shown] != CellStatus.MUST_SHOW.value
        low[by_rule], high[by_rule] = _outside(
            low[by_rule], high[by_rule], policy.hide, policy.zeros
        )
    at = table.positions
    lower[at[shown]], upper[at[shown]] = low, high
    opted_out = table.statuses == CellStatus.OPT_OUT.value
    lower[at[table.hidden & ~opted_out]] = _least_hidden(policy)
    if policy.reader.knows_reason:
        primary = table.hidden & (table.statuses == CellStatus.PRIMARY.value)
        if policy.hide is not None:
            lower[at[primary]], upper[at[primary]] = policy.hidden_range()
    impossible = table.statuses == CellStatus.IMPOSSIBLE.value
    lower[at[impossible]] = upper[at[impossible]] = 0
    return lower, upper


def _say_small_counts(
    table: PublishedTable, base: int, lower: Ints, upper: Ints
) -> None:
    """What lowest cells say, in place; sums of what is shown say nothing more.

    0 and the base may have been any small count; the base itself is one that is not.
    """
    unsaid = table.frame_size - len(table.positions) + int(table.hidden.sum())
    if unsaid:
        raise RuleError(
            f"{unsaid} cells are hidden or absent, and small-count rounding shows "
            "every cell; give them all, or name another method (policy, rounding)"
        )
    lowest = [np.array(dimension.lowest) for dimension in table.dimensions]
    is_lowest = reduce(np.logical_and.outer, lowest).ravel()[table.positions]
    at, figure = table.positions[is_lowest], table.values[is_lowest]
    lower[at] = np.where(figure == base, 1, figure)
    upper[at] = np.where(figure == 0, base - 1, figure)
    impossible = table.statuses == CellStatus.IMPOSSIBLE.value
    upper[table.positions[impossible]] = 0


def _least_hidden(policy: DisclosurePolicy) -> int:
    """The smallest count behind a symbol: not 0 where a reader would see zeros."""
    return int(policy.zeros is Zeros.PUBLISH and policy.reader.knows_zeros)


def _outside(
    low: Ints, high: Ints, hide: tuple[int, int], zeros: Zeros
) -> tuple[Ints, Ints]:
    """Cut an interval at the hidden range, to the values that the rule would show."""
    first, last = hide
    if zeros is Zeros.PUBLISH:
        first = max(first, 1)
    low = np.where((low >= first) & (low <= last), last + 1, low)
    high = np.where((high >= first) & (high <= last), first - 1, high)
    return low, high


def _add_table(equations: Equations, table: PublishedTable, offset: int) -> None:
    shape = tuple(len(dimension.codes) for dimension in table.dimensions)
    cells = np.arange(table.frame_size, dtype=np.int64).reshape(shape) + offset
    for axis, dimension in enumerate(table.dimensions):
        by_code = np.moveaxis(cells, axis, 0).reshape(shape[axis], -1)
        for hierarchy in dimension.hierarchies:
            _add_hierarchy(equations, by_code, dimension, hierarchy)


def _add_hierarchy(
    equations: Equations, by_code: Ints, dimension: Dimension, hierarchy: Hierarchy
) -> None:
    """One equation per parent and combination of the other dimensions' codes."""
    place = {code: i for i, code in enumerate(dimension.codes)}
    count = by_code.shape[1]
    others = np.arange(count, dtype=np.int64)
    for parent, parts in hierarchy.children().items():
        whole = by_code[place[parent]]
        pieces = by_code[[place[part] for part in parts]]
        terms = [
            (1, others, whole),
            (-1, np.tile(others, len(parts)), pieces.reshape(-1)),
        ]
        kind = hierarchy.kind(parent)
        if kind is Additivity.AT_MOST:
            terms.append((-1, others, equations.fresh(count)))
        elif kind is Additivity.OVERLAP:
            terms.append((1, others, equations.fresh(count)))
            _add_no_part_exceeds(equations, whole, pieces)
        equations.add(*terms, rows=count)


def _add_no_part_exceeds(equations: Equations, whole: Ints, pieces: Ints) -> None:
    rows = np.arange(pieces.size, dtype=np.int64)
    equations.add(
        (1, rows, np.tile(whole, len(pieces))),
        (-1, rows, pieces.reshape(-1)),
        (-1, rows, equations.fresh(pieces.size)),
        rows=pieces.size,
    )
