"""The information loss of a period's release, per measure and in all. Inside only."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from engine import parallel
from engine.celltable import CellTable, Limit, ProtectedTable
from engine.loss import Gap, InformationLoss, loss_of, together
from engine.protect import cells_lost, least_loss
from rules.disclosure import DisclosurePolicy
from secure_env.rooms import Cells, Period, summary_of
from secure_env.store import Folder


def loss_report(period: Period, rooms: tuple[Folder, Folder]) -> Iterator[str]:
    """Lines for a person: what was hidden and why, and how far figures are off.

    Of the protected cells and their audit.
    """
    protected, verdict = rooms
    cells = Cells.of(period)
    losses = []
    for measures in period.by_table.values():
        for each in measures:
            table = cells.protected(each, protected)
            of = cells.with_denominator(each, protected)
            losses.append(loss_of(replace(table, cells=of)))
            yield from _lines(each.name, losses[-1])
    yield from _lines("all tables", together(losses))
    if summary_of(verdict)["released"]:
        yield "  beside earlier releases there is no bound on what has to be hidden"
        return
    gaps = _gaps(period, cells, protected)
    yield f"  hidden to protect others: {sum(gaps.values(), Gap(0, 0))}"
    for name, gap in gaps.items():
        if gap.loss > gap.least:
            yield f"    {name}: {gap}"


Group = tuple[
    list[CellTable], list[ProtectedTable], DisclosurePolicy, tuple[Limit, ...]
]
"""Tables that are protected together: exact, as published, and by what rules."""


def _gaps(period: Period, cells: Cells, protected: Folder) -> dict[str, Gap]:
    """Per indicator how far its tables are from the least loss."""
    work: list[Group] = [
        (
            [cells.exact(each) for each in group],
            [cells.protected(each, protected) for each in group],
            period.policy(group[0]),
            period.limits(group),
        )
        for group in period.groups.values()
    ]
    found = parallel.each(_gap, work, cells.sizes)
    return dict(zip(period.groups, found, strict=True))


def _gap(group: Group) -> Gap:
    tables, pattern, policy, limits = group
    return Gap(cells_lost(tables, pattern), least_loss(tables, policy, limits))


def _lines(name: str, loss: InformationLoss) -> Iterator[str]:
    yield (
        f"{name}: {loss.hidden_cells} of {loss.cells} cells hidden "
        f"({_share(loss.hidden_cells, loss.cells)}), "
        f"{_share(loss.hidden_value, loss.value)} of the value"
    )
    for reason, lost in sorted(loss.hidden.items()):
        yield f"  {reason}: {lost.cells} cells, {_share(lost.value, loss.value)}"
    if loss.off:
        yield f"  figures off by: {_spread(loss.off)}"
    if loss.rates_off:
        yield f"  rates per 1 000 off by: {_spread(loss.rates_off)}"


def _spread(off: Mapping[int, int]) -> str:
    """How many are how far off, and by how much on average."""
    count = sum(off.values())
    average = sum(abs(units) * number for units, number in off.items()) / count
    each = ", ".join(f"{units:+d} {number}x" for units, number in sorted(off.items()))
    return f"{average:.2f} on average ({each})"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "0.0%"
