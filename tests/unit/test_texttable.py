"""Text tables, as the examples of the specification are written."""

import pytest

from tests.support.texttable import columns, parse


TABLE = """
    person | starts
    -------+-----------
    anna   | 2023-01-01
    bram   |
"""


def test_a_row_is_what_stands_under_each_name():
    assert parse(TABLE) == [
        {"person": "anna", "starts": "2023-01-01"},
        {"person": "bram", "starts": None},
    ]


def test_a_table_without_rows_still_has_columns():
    header = "\n".join(TABLE.splitlines()[:3])
    assert parse(header) == []
    assert columns(header) == ["person", "starts"]


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ("a | b\n1 | 2", "ruler"),
        ("a | b", "ruler"),
        ("a | a\n--+--\n1 | 2", "different names"),
        ("a | b\n--+--\n1 | 2 | 3", "2 columns, but 3 places"),
    ],
)
def test_a_table_that_could_be_misread_is_refused(table, problem):
    with pytest.raises(ValueError, match=problem):
        parse(table)
