"""What a reader gets of a table: figures, symbols, and their places."""

import pyarrow as pa
import pytest

from engine.published import PublishedTable
from rules.classification import Dimension
from rules.errors import RuleError


REGION = Dimension.flat("region", "NL", ["a", "b"])
SEX = Dimension.flat("sex", "T", ["m", "f"])


def table(codes, published=None, **columns):
    """A table of these cells; a figure of 5 where nothing else is said."""
    region, sex = zip(*codes, strict=True)
    cells = {
        "region": region,
        "sex": sex,
        "published": pa.array(published or [5] * len(codes), pa.int64()),
        **columns,
    }
    return PublishedTable("t", (REGION, SEX), pa.table(cells))


def test_cells_stand_in_the_order_of_codes_the_last_dimension_fastest():
    found = table([("NL", "T"), ("b", "f"), ("a", "T"), ("NL", "m")])
    assert found.frame_size == 9
    assert found.positions.tolist() == [0, 8, 3, 1]


def test_a_cell_that_occurs_twice_is_refused():
    twice = table([("a", "m"), ("a", "m"), ("b", "m"), ("a", "m")])
    with pytest.raises(RuleError, match="table t: 2 cells occur more than once"):
        _ = twice.positions


def test_a_code_that_is_not_in_the_hierarchy_is_refused():
    strange = table([("a", "m"), ("c", "m"), ("d", "m"), ("c", "f")])
    with pytest.raises(RuleError) as error:
        _ = strange.positions
    assert str(error.value) == (
        "table t, dimension 'region': 2 codes are not in its hierarchy, the first is "
        "'c'"
    )


def test_figures_and_what_stands_in_their_place():
    cells = [("NL", "T"), ("a", "T"), ("b", "T"), ("a", "m"), ("b", "m")]
    status = ["s", "x", None, "w", "o"]
    found = table(cells, [20, None, None, None, None], status=status)
    assert found.values.tolist() == [20, 0, 0, 0, 0]
    assert found.hidden.tolist() == [False, True, True, False, True]
    assert found.statuses.tolist() == ["s", "x", "u", "w", "o"]


def test_without_a_word_of_why_every_hidden_cell_is_sensitive():
    found = table([("NL", "T"), ("a", "T")], [20, None])
    assert found.statuses.tolist() == ["u", "u"]
    empty = table([("NL", "T"), ("a", "T")], [20, None], status=["s", ""])
    assert empty.statuses.tolist() == ["s", "u"]


def test_the_measure_of_a_table_is_its_own_until_one_is_given():
    assert table([("NL", "T")]).measure == ""
