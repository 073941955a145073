"""`gmsd table` beside a file that was published before, which stands."""

from pathlib import Path

import pytest

from engine.errors import AuditFailed
from rules.errors import RuleError
from tests.support.tables import FIVES, Folder, figures


TABLE = """
    [table]
    [[table.dimension]]
    name = "region"
    total = "NL"
    [[table.dimension]]
    name = "care"
    total = "T"
"""
EARLIER = """
    [[earlier]]
    published = "first.csv"
"""
FIRST = """
    region | care  | value
    -------+-------+------
    a      | home  |    21
    a      | youth |    30
    b      | home  |    33
    b      | youth |    14
    c      | home  |    12
    c      | youth |    40
"""
CAME = """
    d      | home  |     3
    d      | youth |    20
"""
"""A region that takes part in the second release only."""


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """A folder with a file that was published before, in which nothing was hidden."""
    assert str(Folder(tmp_path, TABLE, FIVES).protect(FIRST)).startswith("12 cells, 0 ")
    (tmp_path / "out.csv").rename(tmp_path / "first.csv")
    return tmp_path


def test_a_region_that_came_is_not_the_difference_of_two_totals(first: Path):
    """Nederland was 63 to 67 and would be 68 to 72: d is 1 or more, and was 0 to 7."""
    Folder(first, TABLE, FIVES).protect(FIRST + CAME.lstrip("\n"))
    beside = Folder(first, TABLE, FIVES + EARLIER)
    assert figures(beside)["NL", "home"] == "70"
    assert beside.audit().exposed == 1
    with pytest.raises(AuditFailed, match="1 protected cells do not attain"):
        beside.verify()
    beside.protect(FIRST + CAME.lstrip("\n"))
    assert figures(beside)["NL", "home"] == "x"
    assert (beside.audit().exposed, beside.verify().protected) == (0, 1)


def test_a_count_that_changed_is_said_to_have(first: Path):
    beside = Folder(first, TABLE, FIVES + EARLIER)
    again = FIRST.replace("|    12", "|    26")
    with pytest.raises(RuleError, match="4 cells of earlier files cannot have the val"):
        beside.protect(again)
    head, *rows = (first / "first.csv").read_text("utf-8").splitlines()
    changed = {"c,home", "c,T", "NL,home", "NL,T"}
    marked = [
        f"{row},{'x' if ','.join(row.split(',')[:2]) in changed else ''}"
        for row in rows
    ]
    beside.write("first.csv", "\n".join([f"{head},changed", *marked]))
    beside.protect(again)
    assert beside.audit().exposed == 0
    assert beside.verify().worlds >= 1


def test_an_earlier_file_of_other_dimensions_is_refused(first: Path):
    wrong = EARLIER + '    hierarchy = { place = "region.csv" }\n'
    with pytest.raises(RuleError, match="of dimensions of the tables"):
        Folder(first, TABLE, FIVES + wrong).protect(FIRST)
