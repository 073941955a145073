"""Entity sets: what an OData service offers under one name, and how it goes to JSON."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from outputs.published import IS_SHOWN, States, Values


Scalar: TypeAlias = str | int | bool | None
Row: TypeAlias = dict[str, Scalar]


@dataclass(frozen=True, slots=True)
class EntitySet:
    """Rows of equal columns, kept by column."""

    columns: Mapping[str, Sequence[Scalar]]

    @staticmethod
    def of(names: Sequence[str], rows: Iterable[Sequence[Scalar]]) -> "EntitySet":
        columns = list(zip(*rows, strict=True)) or [()] * len(names)
        return EntitySet(dict(zip(names, columns, strict=True)))

    def rows(self) -> Iterator[Row]:
        names = list(self.columns)
        for row in zip(*self.columns.values(), strict=True):
            yield dict(zip(names, row, strict=True))

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))


def numbers(values: Values, states: States) -> list[int | None]:
    """Values as they go to JSON: None where none is published."""
    found = values.astype(object)
    found[states != IS_SHOWN] = None
    return list(np.ravel(found).tolist())


def collection(rows: Iterable[Row], head: Mapping[str, Scalar]) -> bytes:
    """An OData collection: what the head says, and a row on a line."""
    said = "".join(f"{dumped(name)}: {dumped(to)},\n" for name, to in head.items())
    lines = ",\n".join(map(dumped, rows))
    return f'{{{said}"value": [\n{lines}\n]}}\n'.encode()


dumped = json.JSONEncoder(ensure_ascii=False).encode
