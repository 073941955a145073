"""Two publications of a table side by side: what changed, and what stands out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outputs.published import IS_HIDDEN, IS_SHOWN, ReleasedTable


STANDS_OUT = 5.0
"""So many times the usual spread of all gemeenten, in the ratio of two half-years."""

_LEAST = 20
"""A smaller change than this, four times the rounding base, stands out for nothing."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What became of the cells of a table; regions that came or went apart."""

    table: str
    same: int
    changed: int
    now_hidden: int
    now_shown: int
    regions_gone: tuple[str, ...]
    regions_new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangedCell:
    """A published cell before and after; None where hidden."""

    table: str
    region: str
    cell: str
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Outlier:
    """A gemeente's published count that moved otherwise than those of the others."""

    table: str
    region: str
    cell: str
    before: int
    after: int
    spread: float


@dataclass(frozen=True, slots=True)
class _Pair:
    """The cells that both publications have, in the same order."""

    regions: tuple[str, ...]
    before: NDArray[np.int64]
    after: NDArray[np.int64]
    was: NDArray[np.uint8]
    now: NDArray[np.uint8]


def changes(before: ReleasedTable, after: ReleasedTable) -> Changes | None:
    """None when codes or measures differ, so that cells are not the same cells."""
    pair = _pair(before, after)
    if pair is None:
        return None
    shown = (pair.was == IS_SHOWN) & (pair.now == IS_SHOWN)
    was, now = _codes(before), _codes(after)
    return Changes(
        after.code,
        int(np.sum((pair.was == pair.now) & (~shown | (pair.before == pair.after)))),
        int(np.sum(shown & (pair.before != pair.after))),
        int(np.sum((pair.was == IS_SHOWN) & (pair.now == IS_HIDDEN))),
        int(np.sum((pair.was == IS_HIDDEN) & (pair.now == IS_SHOWN))),
        tuple(code for code in was if code not in now),
        tuple(code for code in now if code not in was),
    )


def changed_cells(before: ReleasedTable, after: ReleasedTable) -> Iterator[ChangedCell]:
    """Every cell that is shown otherwise: another value, now hidden, now shown."""
    pair = _pair(before, after)
    if pair is None:
        return
    was = np.where(pair.was == IS_SHOWN, pair.before, -1)
    now = np.where(pair.now == IS_SHOWN, pair.after, -1)
    names = {region.code: region.name for region in after.regions}
    for place, *at in np.argwhere(was != now).tolist():
        old, new = (int(side[(place, *at)]) for side in (was, now))
        yield ChangedCell(
            after.code,
            names[pair.regions[place]],
            _words(after, at),
            None if old < 0 else old,
            None if new < 0 else new,
        )


def outliers(
    before: ReleasedTable, after: ReleasedTable, counts: Sequence[str]
) -> Iterator[Outlier]:
    """Published counts of gemeenten that moved far from how the others moved."""
    pair = _pair(before, after)
    if pair is None:
        return
    rows = [i for i, code in enumerate(pair.regions) if code.startswith("GM")]
    if not rows:
        return
    names = {region.code: region.name for region in after.regions}
    shape = pair.before[rows].shape[1:]
    shown = (pair.was[rows] == IS_SHOWN) & (pair.now[rows] == IS_SHOWN)
    for at in np.ndindex(*shape):
        codes = [axis[i] for axis, i in zip(after.codes[1:], at, strict=True)]
        if codes[-1] not in counts:
            continue
        seen = shown[(slice(None), *at)]
        was = pair.before[rows][(slice(None), *at)]
        now = pair.after[rows][(slice(None), *at)]
        for place, spread in _far(was, now, seen):
            region = pair.regions[rows[place]]
            words = _words(after, at)
            yield Outlier(
                after.code,
                names[region],
                words,
                int(was[place]),
                int(now[place]),
                spread,
            )


def _far(
    was: NDArray[np.int64], now: NDArray[np.int64], seen: NDArray[np.bool_]
) -> Iterator[tuple[int, float]]:
    """Places whose ratio is far from the median, in robust standard deviations."""
    usable = np.flatnonzero(seen & (was > 0) & (now > 0))
    if len(usable) < 5:
        return
    ratio = np.log(now[usable] / was[usable])
    off = ratio - np.median(ratio)
    spread = max(1.4826 * float(np.median(np.abs(off))), 0.02)
    for place, far in zip(usable.tolist(), (off / spread).tolist(), strict=True):
        if abs(far) >= STANDS_OUT and abs(int(now[place]) - int(was[place])) >= _LEAST:
            yield place, far


def _words(table: ReleasedTable, at: Sequence[int]) -> str:
    parts = [table.text.measures[at[-1]].title.nl]
    for dimension, place in zip(table.text.dimensions, at[:-1], strict=True):
        parts.append(list(dimension.codes.values())[place].nl)
    return ", ".join(parts)


def _codes(table: ReleasedTable) -> Mapping[str, int]:
    return {region.code: place for place, region in enumerate(table.regions)}


def _pair(before: ReleasedTable, after: ReleasedTable) -> _Pair | None:
    if before.codes[1:] != after.codes[1:]:
        return None
    was, now = _codes(before), _codes(after)
    both = tuple(code for code in now if code in was)
    old, new = [was[code] for code in both], [now[code] for code in both]
    return _Pair(
        both,
        before.values[old],
        after.values[new],
        before.states[old],
        after.states[new],
    )
