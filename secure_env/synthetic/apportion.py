"""Dividing whole numbers over parts so that the parts add up exactly."""

import numpy as np

from secure_env.synthetic.arrays import Floats, Ints


def apportion(totals: Ints, weights: Floats) -> Ints:
    """Every row's total over the row's weights, by largest remainder.

    `apportion([10], [[1, 1, 1]])` is `[[4, 3, 3]]`. A row of zero weights is
    divided evenly.
    """
    weights = np.where(weights.sum(axis=1, keepdims=True) > 0, weights, 1.0)
    quotas = weights / weights.sum(axis=1, keepdims=True) * totals[:, None]
    parts = np.floor(quotas).astype(np.int64)
    missing = totals - parts.sum(axis=1)
    rank = np.argsort(np.argsort(parts - quotas, axis=1, kind="stable"), axis=1)
    exact: Ints = parts + (rank < missing[:, None])
    return exact


def place_in_group(groups: Ints) -> Ints:
    """The position of each element within its group; groups must be adjacent.

    `[7, 7, 9, 7]` gives `[0, 1, 0, 0]`.
    """
    if not len(groups):
        return np.zeros(0, np.int64)
    position = np.arange(len(groups))
    begins = np.r_[True, groups[1:] != groups[:-1]]
    return position - np.maximum.accumulate(np.where(begins, position, 0))
