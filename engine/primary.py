"""Which cells are sensitive in themselves, and by which rule: primary suppression."""

import numpy as np
from numpy.typing import NDArray

from engine.celltable import CellStatus, CellTable
from engine.solver import Ints
from rules.disclosure import DisclosurePolicy, Zeros


Mask = NDArray[np.bool_]

NEAR = 1e-6
"""A share of a whole, as a fraction of the computer, may be so much too large."""

HIDDEN_RANGE = "hidden range"
"""The rule that tells a reader what a count can be."""


def primary(table: CellTable, policy: DisclosurePolicy) -> NDArray[np.str_]:
    """The rule that makes each cell of the grid sensitive; empty where none does.

    Rules are tried in one order and the first that hits is the reason. A cell whose
    status is already decided (opt-out, impossible, must be shown) is left alone; one
    that was given as sensitive is so by decision where no rule says it.
    """
    value = table.grid("value")
    nowhere = np.zeros(value.shape, dtype=bool)
    hits = {
        HIDDEN_RANGE: nowhere if table.magnitude else _in_range(value, policy),
        "minimum contributors": _few_contributors(table, policy),
        "minimum clients": _few_clients(table, policy),
        "dominance": _dominated(table, policy) if table.magnitude else nowhere,
        "p% rule": _within_p_percent(table, policy) if table.magnitude else nowhere,
        "group disclosure": _group_disclosure(table, policy),
    }
    reason = np.full(value.shape, "", dtype="<U24")
    for rule, hit in hits.items():
        reason[hit & (reason == "")] = rule
    status = table.statuses()
    sensitive = status == CellStatus.PRIMARY.value
    reason[(status != CellStatus.SAFE.value) & ~sensitive] = ""
    reason[sensitive & (reason == "")] = "given"
    return reason


def _in_range(value: Ints, policy: DisclosurePolicy) -> Mask:
    if policy.hide is None:
        return np.zeros(value.shape, dtype=bool)
    low, high = policy.hide
    if policy.zeros is Zeros.PUBLISH:
        low = max(low, 1)
    return (value >= low) & (value <= high)


def _few_contributors(table: CellTable, policy: DisclosurePolicy) -> Mask:
    contributors = table.grid("contributors")
    return (contributors > 0) & (contributors < policy.contributors_below)


def _few_clients(table: CellTable, policy: DisclosurePolicy) -> Mask:
    """Nobody among them too: a zero would tell that there are no clients."""
    if not policy.clients_below:
        return np.zeros(table.shape, dtype=bool)
    return table.grid("clients") < policy.clients_below


def _dominated(table: CellTable, policy: DisclosurePolicy) -> Mask:
    """(n,k)-rule (SDC Handbook, 4.2): the n largest exceed share k of the total."""
    value = table.grid("value")
    if policy.dominance is None:
        return np.zeros(value.shape, dtype=bool)
    largest = table.grid("largest")
    if policy.dominance.n == 2:
        largest = largest + table.grid("second_largest")
    return (value > 0) & (largest > policy.dominance.k * value)


def _within_p_percent(table: CellTable, policy: DisclosurePolicy) -> Mask:
    """p%-rule (SDC Handbook, 4.2): the second largest can estimate the largest.

    What remains besides the two is less than p per cent of the largest.
    """
    value = table.grid("value")
    if policy.p_percent is None:
        return np.zeros(value.shape, dtype=bool)
    largest = table.grid("largest")
    remainder = value - largest - table.grid("second_largest")
    return (value > 0) & (remainder < policy.p_percent / 100 * largest)


def _group_disclosure(table: CellTable, policy: DisclosurePolicy) -> Mask:
    """Cells in which all members of a margin fall: who is in it, is in the cell.

    SDC Handbook, 5.2: group attribute disclosure.
    """
    value = table.grid("value")
    hit = np.zeros(value.shape, dtype=bool)
    if policy.group_share_at_least is None:
        return hit
    for axis, dimension in enumerate(table.dimensions):
        number = {code: i for i, code in enumerate(dimension.codes)}
        for hierarchy in dimension.hierarchies:
            parts = [number[code] for code in hierarchy.parents]
            wholes = [number[code] for code in hierarchy.parents.values()]
            margin = value.take(wholes, axis)
            all_in = (margin > 0) & (
                value.take(parts, axis) >= policy.group_share_at_least * margin - NEAR
            )
            where = np.moveaxis(hit, axis, 0)
            where[parts] |= np.moveaxis(all_in, axis, 0)
    return hit
