"""gconfid on a table: `confid.py TABLE.csv suppress|round|audit`.

Sensitive cells ask for 20 per cent of room, and 1 at least; zeros leave the table, as
it wants no cell without noise.
"""

import sys
from pathlib import Path

import gconfid
import pandas as pd
from cells import Cells, answer, is_sensitive


BASE = 5
SCALE = 2
"""gconfid divides what a cell asks for by this."""
FAR = 1_000.0
"""So many times its value a cell may be."""


def main(table: Path, what: str) -> None:
    cells = Cells(table)
    works = {"suppress": suppressed, "round": rounded, "audit": audited}
    answer(lambda: works[what](cells))


def sensitivities(cells: Cells, there: list[tuple[str, ...]]) -> pd.DataFrame:
    rows = [
        (
            number,
            value := cells.value[cell],
            float(value),
            SCALE * max(1.0, 0.2 * value) if is_sensitive(value) else 0.0,
            "S" if is_sensitive(value) else "V",
            "C",
        )
        for number, cell in enumerate(there, start=1)
    ]
    columns = ["CellId", "Total", "TotalNoise", "Sensitivity", "Status", "Type"]
    return pd.DataFrame(rows, columns=columns)


def audited(cells: Cells) -> dict[str, object]:
    """The ends of every interval, for a reader who knows that counts are 0 or more."""
    there = [cell for cell, value in cells.value.items() if value > 0]
    table = sensitivities(cells, there)
    table["OutStatus"] = ["X" if cell in cells.hidden else "P" for cell in there]
    found = gconfid.Auditing(
        incell=table,
        inconstraint=constraints(cells, there),
        lb_factor=0.0,
        ub_factor=FAR,
        capture=True,
    ).outaudit
    rows = records(found)
    return {"intervals": [[row["MinValue"], row["MaxValue"]] for row in rows]}


def suppressed(cells: Cells) -> dict[str, object]:
    there = [cell for cell, value in cells.value.items() if value > 0]
    found = gconfid.Suppression(
        incell=sensitivities(cells, there),
        inconstraint=constraints(cells, there),
        capture=True,
    ).outsuppress
    rows = records(found)
    hidden = [there[int(row["CellId"]) - 1] for row in rows if row["OutStatus"] == "X"]
    return {"secondary": [list(c) for c in hidden if not is_sensitive(cells.value[c])]}


def rounded(cells: Cells) -> dict[str, object]:
    there = list(cells.value)
    table = pd.DataFrame(
        {
            "CellId": range(1, len(there) + 1),
            "Total": [float(value) for value in cells.value.values()],
            "Weight": 1.0,
        }
    )
    table["CellLB"] = table["Total"] // BASE * BASE
    table["CellUB"] = -(-table["Total"] // BASE) * BASE
    sums = constraints(cells, there)
    bounds = pd.DataFrame({"ConstraintId": sums["ConstraintId"].unique()})
    bounds["ConstraintLB"] = bounds["ConstraintUB"] = 0.0
    found = gconfid.OptRounding(
        incell=table,
        additive_con=sums,
        additive_bound=bounds,
        base=BASE,
        capture=True,
    ).outround
    rows = records(found)
    return {
        "figures": [
            [*there[int(row["CellId"]) - 1], round(row["RoundedTotal"])] for row in rows
        ]
    }


def records(table: object) -> list[dict[str, float]]:
    """The rows of what gconfid gives: an Arrow table, or a frame."""
    if isinstance(table, pd.DataFrame):
        return table.to_dict("records")
    return table.to_pylist()


def constraints(cells: Cells, there: list[tuple[str, ...]]) -> pd.DataFrame:
    """Parts less their whole is nothing, for every sum of cells that are there."""
    number = {cell: place for place, cell in enumerate(there, start=1)}
    rows = []
    for key, ((_, *whole), parts) in enumerate(cells.sums().items(), start=1):
        if tuple(whole) in number:
            rows.append((key, number[tuple(whole)], -1.0))
            rows += [(key, number[part], 1.0) for part in parts if part in number]
    return pd.DataFrame(rows, columns=["ConstraintId", "CellId", "Coefficient"])


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
