"""The counts of Wmo clients that CBS published per wijk: what subtraction tells.

Wmo, hulp bij het huishouden, first half of 2020. CBS hides 0 to 7, rounds the others to
fives, and withholds nothing more. Wijken are at most their gemeente, as clients without
a known address are in the gemeente only.
"""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from secure_env.table_commands import AuditSummary, audit_file, protect_file


SHARED = Path(os.environ.get("GMSD_SHARED", Path(__file__).parents[3] / "shared"))
FILES = {
    level: SHARED / f"data/wmo_hulp_huishouden_{level}_2017_2020.csv.gz"
    for level in ("gemeente", "wijk")
}
HALF_YEAR = "202001"

SPEC = """
[[table]]
[[table.dimension]]
name = "region"
total = "NL"
hierarchy = "region.csv"
additive = "at_most"
[policy]
hide = [0, 7]
rounding = { base = 5, method = "conventional" }
reader = { knows_reason = true }
"""

pytestmark = pytest.mark.skipif(
    not all(file.exists() for file in FILES.values()),
    reason="the folder GMSD_SHARED has no wmo_hulp_huishouden",
)


@pytest.fixture(scope="module")
def published() -> "pd.Series[float]":
    """Clients per region of gemeenten that published theirs; not a number: hidden."""
    frames = [pd.read_csv(file, dtype=str) for file in FILES.values()]
    rows = pd.concat(frames)
    rows = rows[rows["periodennum"] == HALF_YEAR]
    clients = rows.set_index("codering_regio")["wmoclienten"].astype(float)
    own = clients.index.map(gemeente)
    shown = clients[clients.index.str.startswith("GM")].dropna().index
    return clients[own.isin(shown)]


def gemeente(region: str) -> str:
    return f"GM{region[2:6]}"


def write(folder: Path, counts: dict[str, object], column: str) -> tuple[Path, Path]:
    """A table by region and its specification."""
    regions = [f"{c},{gemeente(c) if c[0] == 'W' else 'NL'}" for c in counts]
    text = "\n".join(["code,parent", *(r for r in regions if not r.startswith("NL"))])
    (folder / "region.csv").write_text(text + "\n", "utf-8")
    (folder / "spec.toml").write_text(SPEC, "utf-8")
    rows = [f"{code},{count}" for code, count in counts.items()]
    (folder / "table.csv").write_text("\n".join([f"region,{column}", *rows]), "utf-8")
    return folder / "table.csv", folder / "spec.toml"


def audited(folder: Path, table: Path, spec: Path) -> tuple[AuditSummary, pd.DataFrame]:
    """The audit, and what is left of each hidden wijk's 0 to 7."""
    summary = audit_file(table, spec, folder / "intervals.csv")
    found = pd.read_csv(folder / "intervals.csv")
    hidden = found["published"].isna() & found["region"].str.startswith("WK")
    return summary, found[hidden]


def test_subtraction_narrows_what_cbs_hid(
    published: "pd.Series[float]", tmp_path: Path
):
    """Of 385 hidden wijken two, both of one gemeente, are known to be 6 at most."""
    counts = {c: "" if np.isnan(n) else int(n) for c, n in published.items()}
    assert all(n == "" or (n % 5 == 0 and n >= 10) for n in counts.values())
    summary, hidden = audited(tmp_path, *write(tmp_path, counts, "published"))
    narrowed = hidden[(hidden["lower"] > 0) | (hidden["upper"] < 7)]
    assert (len(hidden), summary.exposed) == (385, 2)
    assert dict(zip(narrowed["region"], narrowed["upper"], strict=True)) == {
        "WK038504": 6,
        "WK038509": 6,
    }
    assert (summary.unproven, hidden["lower"].max()) == (0, 0)


def alike(published: "pd.Series[float]") -> dict[str, int]:
    """Exact counts that CBS would have published so: hidden ones 3, or what fits."""
    counts = published.dropna().astype(int).to_dict()
    room = {code: count + 2 for code, count in counts.items() if code.startswith("GM")}
    for code, count in counts.items():
        if code.startswith("WK"):
            room[gemeente(code)] -= count
    for code in published.index[published.isna()]:
        counts[code] = min(3, max(room[gemeente(code)], 0))
        room[gemeente(code)] -= counts[code]
    for code, left in room.items():
        counts[code] = max(counts[code], counts[code] + 2 - left)
    return counts


def test_protected_nothing_is_narrowed(published: "pd.Series[float]", tmp_path: Path):
    """At the cost of one more cell: a wijk beside the two.

    Four figures differ from CBS's: gemeenten whose wijken, each rounded up, are more.
    """
    counts = alike(published)
    counts["NL"] = sum(n for code, n in counts.items() if code.startswith("GM"))
    table, spec = write(tmp_path, counts, "value")
    made = protect_file(table, spec, tmp_path / "out.csv")
    assert (made.statuses["u"], made.statuses["x"]) == (385, 1)
    summary, hidden = audited(tmp_path, tmp_path / "out.csv", spec)
    assert (summary.exposed, len(hidden)) == (0, 386)
    found = pd.read_csv(tmp_path / "out.csv").set_index("region")
    (more,) = found.index[found["status"] == "x"]
    assert gemeente(more) == "GM0385"
    hidden = hidden[hidden["region"] != more]
    assert set(zip(hidden["lower"], hidden["upper"], strict=True)) == {(0, 7)}
    ours, theirs = found["published"].dropna().drop("NL").align(published, join="left")
    assert ours[ours != theirs].index.str[:2].tolist() == ["GM"] * 4
