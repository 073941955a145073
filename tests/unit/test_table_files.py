"""Tables as files: read strictly, and every mistake counted and placed, never shown."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.linked import Cells
from rules.classification import Dimension
from rules.errors import RuleError
from secure_env.errors import UsageError
from secure_env.table_files import (
    read_table,
    read_worlds,
    write_rows,
    write_worlds,
)


CELLS = Cells(
    (
        (Dimension.flat("region", "NL", ["a", "b"]), Dimension.flat("sex", "T", "mf")),
        (Dimension.flat("region", "NL", ["a", "b"]), Dimension.flat("age", "T", "yo")),
    )
)
"""Region by sex and region by age: 9 cells each, the 3 of regions shared."""


@pytest.fixture
def read(tmp_path):
    def reading(
        text, mandatory=("region", "sex", "age", "value"), optional=("status",)
    ):
        path = tmp_path / "in.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_table(path, mandatory, optional)

    return reading


def test_columns_are_texts_until_asked_for_numbers(read):
    found = read("region,sex,age,value\n001,m,,007\nNA,,,0\n")
    assert found.seen("region") == ["001", "NA"]
    assert found.whole_numbers("value").tolist() == [7, 0]
    assert found.texts("status").tolist() == ["", ""]


def test_quotes_spaces_and_a_byte_order_mark_are_understood(read):
    found = read(b'\xef\xbb\xbfregion,sex,age,value\r\n"a, north",m,y, 7\r\n')
    assert found.seen("region") == ["a, north"]
    assert found.whole_numbers("value").tolist() == [7]


def test_an_empty_number_where_it_may_be(read):
    found = read("region,sex,age,value\na,,,5\nb,,,\n")
    assert found.whole_numbers("value", may_be_empty=True).tolist() == [5, -1]


WRONG_FILES = {
    "semicolons": ("region;sex;age;value\na;m;;1\n", "4 are missing"),
    "a column too few": ("region,sex,value\na,m,1\n", r"1 are missing \(age\)"),
    "a column too many": ("region,sex,age,value,n\na,m,y,1,1\n", "1 are others"),
    "a column twice": ("region,sex,age,value,value\na,m,y,1,1\n", "1 occur twice"),
    "no rows": ("region,sex,age,value\n", "has no rows"),
    "nothing": ("", "4 are missing"),
    "short line": ("region,sex,age,value\na,m,y,1\na,m,1\n", r"1 lines .*on line 3"),
    "latin-1": (b"region,sex,age,value\n\xe2,m,y,1\n", "is no CSV in UTF-8"),
    "latin-1 header": (b"r\xe9gion,sex,age,value\n", "is no CSV in UTF-8"),
}


@pytest.mark.parametrize("wrong", WRONG_FILES)
def test_a_file_that_is_no_such_table(read, wrong):
    text, message = WRONG_FILES[wrong]
    with pytest.raises(RuleError, match=message) as error:
        read(text)
    assert "in.csv" in str(error.value)


WRONG_NUMBERS = {
    "-4": "1 values of column 'value' are negative (first on line 3)",
    "": "1 values of column 'value' have no value (first on line 3)",
    "987.5": "1 values of column 'value' are no whole numbers; scale them",
    "987,5": "1 values of column 'value' are no whole numbers; scale them",
    "1e3": "1 values of column 'value' are no whole numbers (first on line 3)",
    "98765432100": "1 numbers of column 'value' are over 1000000000 (first on line 3)",
}


@pytest.mark.parametrize("wrong", WRONG_NUMBERS)
def test_a_number_that_is_none_is_counted_and_placed_not_shown(read, wrong):
    found = read(f'region,sex,age,value\na,m,y,1\nb,m,y,"{wrong}"\n')
    with pytest.raises(RuleError) as error:
        found.whole_numbers("value")
    assert WRONG_NUMBERS[wrong] in str(error.value)
    assert not wrong or wrong not in str(error.value).replace("over 1000000000", "")


def test_a_choice_that_is_none(read):
    found = read("region,sex,age,value,status\na,m,,1,o\nb,m,,1,hello\n")
    with pytest.raises(
        RuleError, match=r"1 values .* none of empty, o \(first on line"
    ):
        found.choices("status", ("", "o"))


def test_cells_that_tables_share_are_one_cell(read):
    """The row of a region may leave out either dimension: it is one cell of both."""
    found = read("region,sex,age,value\na,m,,1\na,,y,2\na,T,T,3\nNL,T,,4\n")
    number = found.cells(CELLS)
    assert CELLS.count == 9 + 9 - 3
    assert len(set(number.tolist())) == 4
    assert [column.to_pylist() for column in CELLS.coded(number).values()] == [
        ["a", "a", "a", "NL"],
        ["m", "T", "T", "T"],
        ["T", "y", "T", "T"],
    ]
    assert number[2] in CELLS.places[0]
    assert number[2] in CELLS.places[1]


WRONG_CELLS = {
    "unknown code": ("c,m,,1", "dimension 'region': 1 codes are unknown (first on lin"),
    "empty code": (",m,,1", "dimension 'region': 1 codes are unknown"),
    "empty line": ("", "dimension 'region': 1 codes are unknown (first on line 3)"),
    "twice": ("a,m,T,1", "1 rows have a cell that occurs before (first on line 3)"),
    "of no table": ("a,m,y,1", "1 rows are cells of no table of the specification (f"),
}


@pytest.mark.parametrize("wrong", WRONG_CELLS)
def test_a_cell_that_cannot_be(read, wrong):
    row, message = WRONG_CELLS[wrong]
    found = read(f"region,sex,age,value\na,m,,1\n{row}\n")
    with pytest.raises(RuleError) as error:
        found.cells(CELLS)
    assert message in str(error.value)


def test_tables_beyond_measure_are_refused_before_they_are_made():
    codes = [f"{number}" for number in range(6_000)]
    dimensions = [Dimension.flat(name, "T", codes) for name in "abcde"]
    with pytest.raises(RuleError, match="a table of 36012001 cells is larger than"):
        _ = Cells((tuple(dimensions[:2]),)).count
    with pytest.raises(RuleError, match="5 dimensions have too many codes"):
        _ = Cells(tuple((dimension,) for dimension in dimensions)).count


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(UsageError, match=r"none\.csv: cannot be read or written: No"):
        read_table(tmp_path / "none.csv", ("a",), ())
    with pytest.raises(UsageError, match=r"none\.parquet: cannot be read"):
        read_worlds(tmp_path / "none.parquet", ("region",))


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    def rows():
        yield ("a", 1)
        raise ZeroDivisionError

    path = tmp_path / "out.csv"
    path.write_text("before\n")
    with pytest.raises(ZeroDivisionError):
        write_rows(path, ("code", "value"), rows())
    assert path.read_text() == "before\n"
    assert [each.name for each in tmp_path.iterdir()] == ["out.csv"]
    write_rows(path, ("code", "value"), [("a, b", "")])
    assert path.read_text() == 'code,value\n"a, b",\n'


def test_nowhere_to_write(tmp_path):
    with pytest.raises(UsageError, match="cannot be read or written"):
        write_rows(tmp_path / "no" / "out.csv", ("code",), [])


def test_worlds_come_back_as_they_were_written(tmp_path):
    worlds = np.arange(2 * CELLS.count).reshape(2, -1)
    coded = CELLS.coded(np.arange(CELLS.count))
    write_worlds(tmp_path / "w.parquet", coded, worlds)
    found = read_worlds(tmp_path / "w.parquet", ("region", "sex", "age"))
    assert found.column_names == ["world", "region", "sex", "age", "value"]
    assert found["world"].to_pylist() == [0] * CELLS.count + [1] * CELLS.count
    assert found["value"].to_pylist() == worlds.ravel().tolist()
    assert found["region"].to_pylist()[:1] == ["NL"]


WRONG_WORLDS = {
    "other columns": {"world": [0], "sex": ["m"], "value": [1]},
    "fractions": {"world": [0], "region": ["a"], "value": [1.5]},
    "empty places": {"world": [0], "region": ["a"], "value": [None]},
    "numbers as codes": {"world": [0], "region": [1], "value": [1]},
}


@pytest.mark.parametrize("wrong", WRONG_WORLDS)
def test_worlds_that_are_none(tmp_path, wrong):
    table = pa.table(WRONG_WORLDS[wrong])
    place = table.column_names.index("world")
    table = table.set_column(place, "world", table["world"].cast(pa.int32()))
    pq.write_table(table, tmp_path / "w.parquet")
    with pytest.raises(RuleError, match="the columns must be world, region, value"):
        read_worlds(tmp_path / "w.parquet", ("region",))


def test_a_file_of_worlds_that_is_no_parquet(tmp_path):
    (tmp_path / "w.parquet").write_text("world,value\n")
    with pytest.raises(RuleError, match=r"w\.parquet: is no Parquet file"):
        read_worlds(tmp_path / "w.parquet", ("region",))
