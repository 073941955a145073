"""Columns of records that are kept together: chosen, joined and ordered as one."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Self

import numpy as np

from secure_env.synthetic.arrays import Ints, Mask


@dataclass(frozen=True)
class Records:
    """Arrays of the same length, one element per record; each kind adds its columns."""

    person: Ints
    """Running number of the person in the country."""

    def of(self, rows: Ints | Mask | slice) -> Self:
        return type(self)(*(column[rows] for column in self.columns()))

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        return cls(
            *map(np.concatenate, zip(*(part.columns() for part in parts), strict=True))
        )

    def columns(self) -> list[Ints]:
        return [getattr(self, field.name) for field in fields(self)]

    def __len__(self) -> int:
        return len(self.person)


@dataclass(frozen=True)
class Grouped:
    """Positions of records in the order of their supplier."""

    order: Ints
    bounds: Ints

    @staticmethod
    def by(supplier: Ints, suppliers: int) -> "Grouped":
        order = np.argsort(supplier, kind="stable")
        return Grouped(
            order, np.searchsorted(supplier[order], np.arange(suppliers + 1))
        )

    def of(self, supplier: int) -> Ints:
        return self.order[self.bounds[supplier] : self.bounds[supplier + 1]]
