"""Why a cell is shown or hidden, in words that a statistician uses."""

import re
from pathlib import Path

import pytest

from secure_env.errors import UsageError
from secure_env.explanation import explain
from secure_env.rooms import Cells, Period
from secure_env.workflow import proven
from tests.support.stages import period_of


TABLE = "wmo_type"


@pytest.fixture
def period(proposed: Path) -> Period:
    return period_of(proposed)


def cells(period: Period) -> list[dict[str, object]]:
    (each,) = period.by_table[TABLE]
    protected, _ = proven(period)
    return Cells.of(period).protected(each, protected).cells.to_pylist()


def explained(period: Period, *codes: str) -> str:
    return explain(period, proven(period), TABLE, codes)


def test_every_cell_of_a_table_is_explained(period: Period):
    words = {
        "s": "shown as ",
        "u": "hidden: sensitive in itself (hidden range).",
        "x": "hidden to protect another cell (protects another cell).",
    }
    said = {}
    for cell in cells(period)[::7]:
        text = explained(period, str(cell["region"]), str(cell["wmo_type"]))
        assert words[str(cell["status"])] in text
        said[cell["status"]] = text
        if cell["status"] == "s":
            assert text.endswith(f"shown as {cell['published']}.")
    assert {"s", "u"} <= set(said)


def test_a_hidden_cell_says_what_a_reader_can_believe(period: Period):
    for cell in [cell for cell in cells(period) if cell["status"] == "u"][:20]:
        text = explained(period, str(cell["region"]), str(cell["wmo_type"]))
        low, high = map(int, re.findall(r"believe (\d+) to (\d+)\.", text)[0])
        assert low <= int(str(cell["value"])) <= high
        assert (low, high) != (cell["value"], cell["value"])


def test_a_cell_that_is_hidden_for_others_names_them(period: Period):
    """Along region or type is a sensitive cell, or one hidden for the same end."""
    hidden_for_others = [cell for cell in cells(period) if cell["status"] == "x"]
    assert hidden_for_others
    for cell in hidden_for_others[:10]:
        text = explained(period, str(cell["region"]), str(cell["wmo_type"]))
        sums = re.findall(r"In the sum of (\S+) over (\w+) also hidden: (.+)\.", text)
        assert {dimension for _, dimension, _ in sums} == {"region", "wmo_type"}
        assert any(re.search(r"\((u|o|x)\)", beside) for *_, beside in sums)


def test_a_cell_on_more_than_one_measure_has_a_line_for_each(period: Period):
    text = explain(period, proven(period), "stapeling_aantal", ("NL", "T"))
    starts = [line.split(":")[0] for line in text.splitlines()]
    assert starts == ["STA_HUISHOUDENS NL T", "STA_CLIENTEN NL T"]


@pytest.mark.parametrize(
    ("table", "codes", "sentence"),
    [
        ("nowhere", ("NL",), "there is no table of that name; there are"),
        (TABLE, ("NL",), r"has 2 codes \(region, wmo_type\), got 1"),
        (TABLE, ("NL", "T", "T"), "got 3"),
        (TABLE, ("NL", "nothing"), "wmo_type has no cell NL nothing"),
    ],
)
def test_what_has_no_explanation(
    period: Period, table: str, codes: tuple[str, ...], sentence: str
):
    with pytest.raises(UsageError, match=sentence):
        explain(period, proven(period), table, codes)
