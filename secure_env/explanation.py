"""Why a cell is shown or hidden, and what a reader can know of it. Inside only."""

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from engine.celltable import CellStatus, ProtectedTable
from secure_env.errors import UsageError
from secure_env.rooms import Cells, Period
from secure_env.store import Folder


_WORDS = {
    CellStatus.SAFE.value: "shown",
    CellStatus.MUST_SHOW.value: "shown, because it must be",
    CellStatus.PRIMARY.value: "hidden: sensitive in itself",
    CellStatus.SECONDARY.value: "hidden to protect another cell",
    CellStatus.OPT_OUT.value: "hidden: the gemeente does not publish",
    CellStatus.IMPOSSIBLE.value: "blank: cannot occur",
}


def explain(
    period: Period, rooms: tuple[Folder, Folder], table: str, codes: Sequence[str]
) -> str:
    """One paragraph per measure on the table, for the cell with these codes."""
    protected, audited = rooms
    measures = period.by_table.get(table)
    if measures is None:
        raise UsageError(
            f"there is no table of that name; there are {', '.join(period.by_table)}"
        )
    names = ["region", *(d.name for d in measures[0].table.dimensions)]
    if len(codes) != len(names):
        raise UsageError(
            f"a cell of {table} has {len(names)} codes ({', '.join(names)}), "
            f"got {len(codes)}"
        )
    wanted = dict(zip(names, codes, strict=True))
    said = []
    cells = Cells.of(period)
    for each in measures:
        found = cells.protected(each, protected)
        cell = _only(found.cells, wanted)
        interval = _only(audited.table(f"intervals.{each.name}"), wanted)
        if cell is None:
            raise UsageError(
                f"{table} has no cell {' '.join(codes)}; a gemeente that does not take "
                "part has none at all"
            )
        said.append(f"{each.indicator.code} {' '.join(codes)}: {_sentence(cell)}")
        if interval is not None:
            upper = interval["upper"]
            top = "any number" if upper is None else str(upper)
            said.append(f"  A reader can believe {interval['lower']} to {top}.")
        if cell["status"] == CellStatus.SECONDARY.value:
            said += _protects(found, tuple(codes))
    return "\n".join(said)


def _protects(table: ProtectedTable, codes: tuple[str, ...]) -> Iterator[str]:
    """The hidden cells beside this one in each sum: shown, it would tell of them."""
    names = [dimension.name for dimension in table.dimensions]
    rows = zip(*(table.cells[name].to_pylist() for name in names), strict=True)
    hidden = table.cells["published"].is_null().to_pylist()
    status = dict(zip(rows, table.cells["status"].to_pylist(), strict=True))
    unseen = {cell for cell, is_hidden in zip(status, hidden, strict=True) if is_hidden}
    for place, dimension in enumerate(table.dimensions):
        for tree in dimension.hierarchies:
            children = tree.children()
            own = codes[place]
            for whole in (w for w in (tree.parents.get(own), own) if w in children):
                beside = [
                    f"{code} ({status[cell]})"
                    for code in (whole, *children[whole])
                    if code != own
                    and (cell := (*codes[:place], code, *codes[place + 1 :])) in unseen
                ]
                yield (
                    f"  In the sum of {whole} over {dimension.name} also hidden: "
                    f"{', '.join(beside) or 'nothing'}."
                )


def _sentence(cell: dict[str, object]) -> str:
    word = _WORDS[str(cell["status"])]
    reason = f" ({cell['reason']})" if cell["reason"] else ""
    shown = "" if cell["published"] is None else f" as {cell['published']}"
    return f"{word}{shown}{reason}."


def _only(table: pa.Table, wanted: dict[str, str]) -> dict[str, object] | None:
    for name, code in wanted.items():
        table = table.filter(pc.equal(table[name], code))
    rows = table.to_pylist()
    return rows[0] if rows else None
