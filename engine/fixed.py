"""What earlier releases said, as the protector reads it: nothing takes it back."""

import numpy as np

from engine.celltable import CellStatus
from engine.earlier import EarlierTable
from engine.grid import Grid
from engine.safety import Goals, SafetyIntervals
from engine.secondary import Readings
from engine.solver import UNBOUNDED, Ints
from rules.disclosure import DisclosurePolicy, Policies, Zeros, policy_of


def fixed(grid: Grid, now: Readings, policies: Policies) -> Readings:
    """The readings with what was said before; hiding that again hides nothing."""
    if not grid.before:
        return now
    low = np.zeros(grid.size, dtype=np.int64)
    high = np.full(grid.size, UNBOUNDED)
    for table, places in zip(grid.before, grid.places_before(), strict=True):
        own = places[table.places()]
        least, most = said(table, policy_of(policies, table.measure))
        np.maximum.at(low, own, least)
        np.minimum.at(high, own, most)
    is_now = np.zeros(grid.size, dtype=bool)
    for places in grid.places():
        is_now[places] = True
    shown_low = np.where(is_now, np.maximum(now.shown_low, low), low)
    shown_high = np.where(is_now, np.minimum(now.shown_high, high), high)
    hidden_low = np.where(is_now, np.maximum(now.hidden_low, low), low)
    hidden_high = np.where(is_now, np.minimum(now.hidden_high, high), high)
    widens = (hidden_low < shown_low) | (hidden_high > shown_high)
    hideable = now.hideable & is_now & widens
    return Readings(
        shown_low, shown_high, hidden_low, hidden_high, hideable, now.weight
    )


def said(table: EarlierTable, policy: DisclosurePolicy) -> tuple[Ints, Ints]:
    """What the figure or symbol of each row of an earlier table says."""
    figure = table.cells["published"].combine_chunks()
    empty = figure.is_null().to_numpy(zero_copy_only=False)
    value = figure.fill_null(0).to_numpy().astype(np.int64)
    status = np.array(table.cells["status"].to_pylist(), dtype=np.str_)
    below, above = policy.rounding.slack()
    low, high = np.maximum(value - below, 0), value + above
    zero_means_zero = policy.zeros is Zeros.PUBLISH and policy.reader.knows_zeros
    if policy.hide is not None and policy.reader.knows_rule:
        first, last = policy.hide
        first = max(first, 1) if policy.zeros is Zeros.PUBLISH else first
        by_rule = status != CellStatus.MUST_SHOW.value
        low[by_rule & (low >= first) & (low <= last)] = last + 1
        high[by_rule & (high >= first) & (high <= last)] = first - 1
    opted_out = status == CellStatus.OPT_OUT.value
    low[empty] = np.where(opted_out, 0, int(zero_means_zero))[empty]
    high[empty] = UNBOUNDED
    if policy.hide is not None and policy.reader.knows_reason:
        in_range = empty & (status == CellStatus.PRIMARY.value)
        low[in_range], high[in_range] = policy.hidden_range()
    impossible = status == CellStatus.IMPOSSIBLE.value
    low[impossible] = high[impossible] = 0
    return low, high


def with_those_before(grid: Grid, now: Goals) -> Goals:
    """The goals, and those of earlier releases of cells that are none of these."""
    cells, ends = [now.cells], [now.safety]
    known = now.cells
    for table, places in zip(grid.before, grid.places_before(), strict=True):
        own, first = np.unique(places[table.goals.cells], return_index=True)
        new = ~np.isin(own, known)
        cells.append(own[new])
        ends.append(table.goals.safety.take(first[new]))
        known = np.concatenate([known, own])
    every = np.concatenate(cells)
    order = np.argsort(every, kind="stable")
    safety = SafetyIntervals(
        *(
            np.concatenate([getattr(each, end) for each in ends])
            for end in ("low", "high", "width")
        )
    )
    return Goals(every[order], safety.take(order))
