"""Equations between unknown numbers, collected one kind at a time."""

import numpy as np
from scipy.sparse import coo_array, csr_array

from engine.solver import Ints


class Equations:
    """Collects the entries of equations, and unknowns for what no table shows."""

    def __init__(self, unknowns: int) -> None:
        self.unknowns = unknowns
        self._rows = 0
        self._entries: list[tuple[Ints, Ints, Ints]] = []

    def fresh(self, count: int) -> Ints:
        """New unknowns, 0 or more."""
        first = self.unknowns
        self.unknowns += count
        return np.arange(first, self.unknowns, dtype=np.int64)

    def add(self, *terms: tuple[int, Ints, Ints], rows: int) -> None:
        """`rows` equations: each term is (sign, row within these, unknown)."""
        for sign, row, unknown in terms:
            signs = np.full(len(row), sign, dtype=np.int64)
            self._entries.append((row + self._rows, unknown, signs))
        self._rows += rows

    def matrix(self) -> csr_array:
        if not self._entries:
            return csr_array((0, self.unknowns), dtype=np.int64)
        row, column, sign = (
            np.concatenate(part) for part in zip(*self._entries, strict=True)
        )
        shape = (self._rows, self.unknowns)
        return coo_array((sign, (row, column)), shape=shape).tocsr()
