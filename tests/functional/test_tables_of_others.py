"""Tables of more than one kind: that share cells, and that ship with other packages."""

import csv
import gzip
import os
from pathlib import Path

import pytest

from tests.support.tables import EXACT, FIVES, Folder


LINKED = """
    [[table]]
    name = "care"
    [[table.dimension]]
    name = "region"
    total = "NL"
    [[table.dimension]]
    name = "care"
    total = "T"
    [[table]]
    name = "age"
    [[table.dimension]]
    name = "region"
    total = "NL"
    [[table.dimension]]
    name = "age"
    total = "T"
"""

LINKED_CELLS = """
    region | care  | age | value
    -------+-------+-----+------
    a      | home  |     |     2
    a      | youth |     |    31
    b      | home  |     |    25
    b      | youth |     |    42
    c      | home  |     |    51
    c      | youth |     |    37
    a      |       | old |    13
    a      |       | new |    20
    b      |       | old |    28
    b      |       | new |    39
    c      |       | old |    44
    c      |       | new |    44
"""


def test_tables_that_share_cells_are_protected_together(tmp_path):
    folder = Folder(tmp_path, LINKED, EXACT)
    folder.protect(LINKED_CELLS)
    rows = folder.rows("out.csv")
    keys = [(row["region"], row["care"], row["age"]) for row in rows]
    assert len(keys) == len(set(keys)) == 2 * 4 * 3 - 4
    assert folder.audit().exposed == 0
    folder.verify()


def test_a_cell_hidden_in_one_table_is_found_through_the_other(tmp_path):
    """a is hidden beside its care, and shown by the sum of its ages: 13 + 20 = 33."""
    folder = Folder(tmp_path, LINKED, EXACT)
    text = """
        region | care  | age | published | status
        -------+-------+-----+-----------+-------
        a      | home  |     |           | u
        a      | youth |     |        31 | s
        a      |       |     |           | x
        a      |       | old |        13 | s
        a      |       | new |        20 | s
        b      | home  |     |        25 | s
    """
    assert folder.audit(text).exposed == 1
    found = {
        (row["region"], row["care"], row["age"]): (row["lower"], row["upper"])
        for row in folder.rows("intervals.csv")
    }
    assert found["a", "T", "T"] == ("33", "33")
    assert found["a", "home", "T"] == ("2", "2")


PUBLIC = Path(os.environ.get("GMSD_SHARED", "../shared")) / "data" / "sdc"
needs_public = pytest.mark.skipif(not PUBLIC.is_dir(), reason="no folder GMSD_SHARED")

Z2 = """
    [table]
    value = "ant"
    [[table.dimension]]
    name = "region"
    total = "NO"
    hierarchy = ["fylke.csv", "kostragr.csv"]
    [[table.dimension]]
    name = "hovedint"
    total = "T"
"""


@needs_public
def test_a_table_of_statistics_norway(tmp_path):
    """SSBtools' z2: counts by region within two hierarchies, and by main income."""
    folder = Folder(tmp_path, Z2, EXACT)
    with gzip.open(PUBLIC / "ssbtools_z2.csv.gz", "rt") as file:
        rows = list(csv.DictReader(file))
    for tree in ("fylke", "kostragr"):
        parents = {row["region"]: f"{tree}{row[tree]}" for row in rows}
        lines = [f"{code},NO" for code in dict.fromkeys(parents.values())]
        lines += [f"{code},{parent}" for code, parent in parents.items()]
        folder.write(f"{tree}.csv", "\n".join(["code,parent", *lines]))
    lines = [f"{row['region']},{row['hovedint']},{row['ant']}" for row in rows]
    folder.write("in.csv", "\n".join(["region,hovedint,ant", *lines]))
    made = folder.protect()
    small = sum(1 <= int(row["ant"]) <= 4 for row in rows)
    assert made.statuses["u"] >= small > 0
    found = folder.audit()
    assert (found.exposed, found.unproven) == (0, 0)
    assert folder.verify().protected == made.statuses["u"]


@pytest.mark.slow
@needs_public
def test_a_three_way_table_of_statistics_norway(tmp_path):
    """SSBtools' z3, flat: counts by region, main income and months."""
    table = """
        [table]
        value = "ant"
        [[table.dimension]]
        name = "region"
        total = "NO"
        [[table.dimension]]
        name = "hovedint"
        total = "T"
        [[table.dimension]]
        name = "mnd"
        total = "Y"
    """
    folder = Folder(tmp_path, table, FIVES)
    with gzip.open(PUBLIC / "ssbtools_z3.csv.gz", "rt") as file:
        rows = list(csv.DictReader(file))
    columns = ("region", "hovedint", "mnd", "ant")
    lines = [",".join(row[column] for column in columns) for row in rows]
    folder.write("in.csv", "\n".join([",".join(columns), *lines]))
    made = folder.protect()
    found = folder.audit()
    assert found.exposed == 0
    assert found.protected == made.statuses["u"] > 0
    folder.verify()
