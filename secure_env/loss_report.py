"""The information loss of a period's release, per measure and in all. Inside only."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from engine.loss import InformationLoss, loss_of, together
from secure_env.rooms import Cells, Period
from secure_env.store import Folder


def loss_report(period: Period, protected: Folder) -> Iterator[str]:
    """Lines for a person: what was hidden and why, and how far figures are off."""
    cells = Cells.of(period)
    losses = []
    for measures in period.by_table.values():
        for each in measures:
            table = cells.protected(each, protected)
            of = cells.with_denominator(each, protected)
            losses.append(loss_of(replace(table, cells=of)))
            yield from _lines(each.name, losses[-1])
    yield from _lines("all tables", together(losses))


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
