"""A table as files -> cells and sums by the standard library, and the answer back."""

import csv
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path


Cell = tuple[str, ...]


class Cells:
    """Cells of `<name>.csv`; region by the tree of `<name>_region.csv`, others flat.

    `hidden`: those of `<name>_hidden.csv`, where it is there.
    """

    def __init__(self, table: Path) -> None:
        with table.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        with table.with_name(f"{table.stem}_region.csv").open(encoding="utf-8") as file:
            self.parents = {row["code"]: row["parent"] for row in csv.DictReader(file)}
        self.names = [name for name in rows[0] if name != "value"]
        self.value = {
            tuple(row[name] for name in self.names): int(row["value"]) for row in rows
        }
        hidden = table.with_name(f"{table.stem}_hidden.csv")
        lines = hidden.read_text("utf-8").splitlines()[1:] if hidden.exists() else []
        self.hidden = {tuple(line.split(",")) for line in lines}
        self.totals = ["NL", *["T"] * (len(self.names) - 1)]

    def sums(self) -> dict[Cell, list[Cell]]:
        """A key per equation: the place of the dimension, and the whole; its parts."""
        found: dict[Cell, list[Cell]] = defaultdict(list)
        for cell in self.value:
            for axis, code in enumerate(cell):
                if code != self.totals[axis]:
                    above = self.totals[axis] if axis else self.parents[code]
                    whole = (*cell[:axis], above, *cell[axis + 1 :])
                    found[f"{axis}", *whole].append(cell)
        return found


def is_sensitive(value: int) -> bool:
    """The peers' rule: 1 to 4, zeros are published."""
    return 1 <= value <= 4


def peak() -> float:
    """MiB; `ru_maxrss` would have the memory of whoever started this process too."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if "VmHWM" in line) / 1024


def answer(work: Callable[[], dict[str, object]]) -> None:
    """Do the work, and print what came out with what it cost as the last line."""
    began = time.process_time()
    try:
        found = work()
    except Exception as error:
        # a tool that refuses has said what it says
        found = {"refused": f"{error}".splitlines()[-1][:80]}
    seconds = time.process_time() - began
    found |= {"seconds": seconds, "mebibytes": peak()}
    sys.stdout.write("\n" + json.dumps(found) + "\n")
