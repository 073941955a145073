"""A specification of anybody's tables: what can be written, and what is wrong."""

import pytest

from rules.classification import Additivity
from rules.disclosure import Covers, KnowsOwn, RoundingMethod
from rules.errors import RuleError
from rules.specification import read_hierarchy, read_specification
from tests.support.tables import FIVES, REGIONS, TABLE, Folder


@pytest.fixture
def read(tmp_path):
    """Read a specification, with the regions beside it."""

    def reading(table=TABLE, policy=FIVES, regions=REGIONS):
        folder = Folder(tmp_path, table, policy, regions)
        return read_specification(folder.path / "spec.toml")

    return reading


def test_a_table_has_dimensions_and_a_policy(read):
    found = read()
    (table,) = found.tables
    region, care = table.dimensions
    assert found.value == "value"
    assert found.columns == ("region", "care")
    assert region.hierarchies[0].parents["n1"] == "north"
    assert (care.total, care.hierarchies) == ("T", ())
    assert found.policy.hide == (0, 7)
    assert found.policy.rounding.method is RoundingMethod.CONVENTIONAL


def test_a_reader_who_is_alone_in_a_cell_is_one_of_amounts_unless_said(read):
    assert read().policy.reader.knows_own is KnowsOwn.AMOUNTS
    asked = read(policy=f'{FIVES}reader = {{ knows_own = "always" }}')
    assert asked.policy.reader.knows_own is KnowsOwn.ALWAYS
    with pytest.raises(RuleError, match="knows_own must be one of 'amounts', 'always'"):
        read(policy=f'{FIVES}reader = {{ knows_own = "mine" }}')


def test_the_codes_of_a_flat_dimension_are_those_of_the_data(read):
    found = read()
    ((region, care),) = found.dimensions({"region": ["x"], "care": ["T", "b", "a", ""]})
    assert care.codes == ("T", "b", "a")
    assert "x" not in region.codes


def test_a_flat_dimension_needs_codes(read):
    with pytest.raises(RuleError, match="'care': the data have no code besides the"):
        read().dimensions({"region": [], "care": ["T"]})


def test_several_hierarchies_over_one_dimension(read, tmp_path):
    (tmp_path / "size.csv").write_text("code,parent\nbig,NL\nn1,big\ns1,big\n")
    table = TABLE.replace('"region.csv"', '["region.csv", "size.csv"]')
    region = read(table).tables[0].dimensions[0]
    assert [tree.parents["n1"] for tree in region.hierarchies] == ["north", "big"]


def test_additive_for_a_dimension_or_for_one_parent(read):
    table = TABLE.replace('total = "NL"', 'total = "NL"\nadditive = "at_most"')
    regions = """
        code,parent,additive
        NL,,exact
        north,NL,
        south,NL,overlap
        n1,north,
        s1,south,
    """
    tree = read(table, FIVES, regions).tables[0].dimensions[0].hierarchies[0]
    assert tree.kind("NL") is Additivity.EXACT
    assert tree.kind("north") is Additivity.AT_MOST
    assert tree.kind("south") is Additivity.OVERLAP


def test_a_flat_dimension_that_need_not_add_up(read):
    table = TABLE.replace('name = "care"', 'name = "care"\nadditive = "overlap"')
    ((_, care),) = read(table).dimensions({"region": [], "care": ["a", "b"]})
    assert care.hierarchies[0].kind("T") is Additivity.OVERLAP


def test_several_tables_share_cells(read):
    one = TABLE.replace("[table]", "[[table]]")
    found = read(one + one.replace("care", "age"))
    assert found.columns == ("region", "care", "age")
    assert [table.name for table in found.tables] == ["table 1", "table 2"]


def test_the_policy_of_peers(read):
    policy = "[policy]\nhide = [1, 4]\nprotection = { width = 3 }"
    found = read(policy=policy).policy
    assert (found.protection.covers, found.protection.width) == (Covers.WIDTH, 3)


WRONG_TABLES = {
    "no table at all": ("", r"add \[table\]"),
    "no dimension": ("[table]", r"table 1: add \[dimension\]"),
    "unknown word": ("[table]\nvalues = 1", "unknown key 'values'"),
    "no total": (
        TABLE.replace('total = "T"', ""),
        "table 1, dimension 'care': add 'total'",
    ),
    "unknown additivity": (
        TABLE.replace('total = "T"', 'total = "T"\nadditive = "mostly"'),
        "'additive' is 'mostly'; choose from: at_most, exact, overlap",
    ),
    "hierarchy is a number": (
        TABLE.replace('"region.csv"', "7"),
        "'hierarchy' must be a list",
    ),
    "dimension twice": (
        TABLE.replace("care", "region"),
        "dimension 'region' is declared 2 times",
    ),
    "no TOML": ("[table", "spec.toml is no TOML"),
}


@pytest.mark.parametrize("wrong", WRONG_TABLES)
def test_a_wrong_table_is_named(read, wrong):
    table, message = WRONG_TABLES[wrong]
    with pytest.raises(RuleError, match=message):
        read(table)


def test_tables_that_share_cells_have_one_value_and_one_total(read):
    one = TABLE.replace("[table]", "[[table]]")
    other = one.replace("[[table]]", '[[table]]\nvalue = "euro"', 1)
    other = other.replace('total = "T"', 'total = "ALL"')
    with pytest.raises(RuleError) as error:
        read(one + other)
    assert "the tables have 2 value columns" in str(error.value)
    assert "dimension 'care' has different totals" in str(error.value)


def test_two_tables_of_one_name(read):
    one = TABLE.replace("[table]", '[[table]]\nname = "wmo"')
    with pytest.raises(RuleError, match="2 tables have the name 'wmo'"):
        read(one + one)


def test_every_error_is_told_at_once(read):
    with pytest.raises(RuleError) as error:
        read(TABLE.replace('total = "T"', ""), "[policy]\nhides = 1")
    assert "add 'total'" in str(error.value)
    assert "'hides' is no word of a policy" in str(error.value)


def test_a_policy_is_needed(read):
    with pytest.raises(RuleError, match=r"add \[policy\]"):
        read(policy="")


WRONG_REGIONS = {
    "header": ("parent,code\nNL,a", "first line must be code,parent"),
    "empty": ("code,parent", "no code has a parent"),
    "twice": ("code,parent\na,NL\na,NL", "line 3: the code is empty or occurs before"),
    "no code": ("code,parent\n,NL", "line 2: the code is empty"),
    "second root": ("code,parent\na,NL\nb,", "line 3: 'b' has no parent"),
    "short line": ("code,parent\na", "line 2: has not as many columns"),
    "long line": ("code,parent\na,NL,exact", "line 2: has not as many columns"),
    "kind": ("code,parent,additive\na,NL,most", "additive must be one of exact,"),
    "kind of a part": (
        "code,parent,additive\na,NL,exact",
        "line 2: 'a' has no parts; leave additive empty",
    ),
    "cycle": ("code,parent\na,b\nb,a", "'region': the hierarchy has a cycle of 2"),
    "no total": ("code,parent\na,b", "'region': 'a' leads to no total|'b'"),
}


@pytest.mark.parametrize("wrong", WRONG_REGIONS)
def test_a_wrong_hierarchy_is_named(read, wrong):
    regions, message = WRONG_REGIONS[wrong]
    with pytest.raises(RuleError, match=message):
        read(regions=regions)


def test_a_hierarchy_in_another_encoding(tmp_path):
    path = tmp_path / "region.csv"
    path.write_bytes("code,parent\nFryslân,NL\n".encode("latin-1"))
    with pytest.raises(RuleError, match=r"region\.csv: is no CSV in UTF-8"):
        read_hierarchy(path, "NL", Additivity.EXACT)


def test_a_specification_in_another_encoding(tmp_path):
    path = tmp_path / "spec.toml"
    path.write_bytes('[table]\nname = "Fryslân"\n'.encode("latin-1"))
    with pytest.raises(RuleError, match="no TOML: not UTF-8"):
        read_specification(path)
