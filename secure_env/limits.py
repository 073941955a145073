"""What anybody knows of the cells of tables that are published of one."""

from collections.abc import Mapping, Sequence

from engine.celltable import Limit
from rules.indicator import TableSpec


def limits_of(
    spec: TableSpec, group: Sequence[tuple[str, TableSpec]]
) -> tuple[Limit, ...]:
    """The statements of a table on the cells of those that are published of it.

    Of two tables by the same dimensions the first is meant.
    """
    by_dimensions = {
        tuple(dimension.name for dimension in table.dimensions): name
        for name, table in reversed(group)
    }

    def cells(
        listed: Sequence[Mapping[str, str]],
    ) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return tuple(
            (by_dimensions[tuple(cell)], tuple(cell.values())) for cell in listed
        )

    return tuple(
        Limit(cells(said.smaller), cells(said.larger))
        for said in spec.statements
        if all(tuple(c) in by_dimensions for c in (*said.smaller, *said.larger))
    )
