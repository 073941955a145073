"""pytauargus on a table: `tauargus.py TABLE.csv MOD|OPT|RND|AUDIT`.

Sensitive cells are given as such, with 20 per cent of room on either side (MAN(20));
to the audit every hidden cell is.
"""

import csv
import sys
import tempfile
from pathlib import Path

from cells import Cells, answer, is_sensitive
from pytauargus.engine import Engine, run_batch


COMMANDS = {
    "MOD": "<SUPPRESS> MOD(1,5,1,0,0)\n",
    "OPT": "<SUPPRESS> OPT(1,5)\n",
    "RND": "<SUPPRESS> RND(1,5,0,1,10)\n",
    "AUDIT": "",
}
HIDDEN = {"9": "u", "11": "u", "12": "x"}
"""Statuses of written cells: unsafe by hand, and secondary."""


def main(table: Path, method: str) -> None:
    cells = Cells(table)
    with tempfile.TemporaryDirectory() as folder:
        batch = write(cells, Path(folder), method)
        if method == "AUDIT":
            engine = run_batch(f"{batch}")
            answer(lambda: audited(engine))
        else:
            answer(lambda: run(cells, batch))


def audited(engine: Engine) -> dict[str, object]:
    """The ends of every interval."""
    return {"intervals": [[row["min"], row["max"]] for row in engine.audit(0)]}


def run(cells: Cells, batch: Path) -> dict[str, object]:
    run_batch(f"{batch}")
    with batch.with_name("out.csv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file))[1:]
    count = len(cells.names)
    if "RND" in batch.read_text("utf-8"):
        found = {tuple(c.strip() for c in row[:count]): row[count] for row in rows}
        return {"figures": [[*cell, int(float(n))] for cell, n in found.items()]}
    return {
        "secondary": [
            [code.strip() for code in row[:count]]
            for row in rows
            if HIDDEN.get(row[-1]) == "x"
        ]
    }


def write(cells: Cells, folder: Path, method: str) -> Path:
    with (folder / "table.tab").open("w", encoding="utf-8") as file:
        for cell, value in cells.value.items():
            unsafe = cell in cells.hidden if method == "AUDIT" else is_sensitive(value)
            status = "U" if unsafe else "S"
            file.write(f"{';'.join(cell)};{value};{value};{status}\n")
    (folder / "region.hrc").write_text(tree(cells), "utf-8")
    axes = []
    for name, total in zip(cells.names, cells.totals, strict=True):
        axes.append(f'{name}\n<RECODEABLE>\n<TOTCODE> "{total}"')
    axes[0] += (
        f'\n<HIERARCHICAL>\n<HIERCODELIST> "{folder}/region.hrc"\n<HIERLEADSTRING> "@"'
    )
    (folder / "table.rda").write_text(
        '<SEPARATOR> ";"\n<SAFE> "S"\n<UNSAFE> "U"\n<PROTECT> "P"\n'
        + "\n".join(axes)
        + "\nn\n<NUMERIC>\n<DECIMALS> 0\nfreq\n<FREQUENCY>\nstatus\n<STATUS>\n",
        "utf-8",
    )
    batch = folder / "table.arb"
    names = "".join(f'"{name}"' for name in cells.names)
    batch.write_text(
        f'<OPENTABLEDATA> "{folder}/table.tab"\n<OPENMETADATA> "{folder}/table.rda"\n'
        f'<SPECIFYTABLE> {names}|"n"||\n<SAFETYRULE> MAN(20)\n<READTABLE> 1\n'
        f'{COMMANDS[method]}<WRITETABLE> (1,2,AS+,"{folder}/out.csv")\n',
        "utf-8",
    )
    return batch


def tree(cells: Cells) -> str:
    children: dict[str, list[str]] = {}
    for code, parent in cells.parents.items():
        children.setdefault(parent, []).append(code)
    lines: list[str] = []

    def below(parent: str, depth: int) -> None:
        for code in children.get(parent, []):
            lines.append("@" * depth + code)
            below(code, depth + 1)

    below("NL", 0)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
