"""What `gmsd table protect` refuses: what cannot be, and what cannot be protected."""

import pytest

from engine.errors import AuditFailed, Contradiction, NotProtectable
from rules.errors import RuleError
from secure_env import table_protection
from secure_env.errors import UsageError
from tests.support.stages import gmsd
from tests.support.tables import EXACT, FIVES, LEAVES, REGIONS, SINGLE, TABLE, Folder


REFUSED = {
    "negative": (
        RuleError,
        "NL     | youth |    -1",
        "1 values of column 'value' are neg",
    ),
    "decimal": (RuleError, "NL     | youth |   1.5", "no whole numbers; scale them"),
    "unknown code": (
        RuleError,
        "s9     | youth |     1",
        "'region': 1 codes are unknown",
    ),
    "twice": (
        RuleError,
        "n1     | home  |     3",
        "1 rows have a cell that occurs bef",
    ),
    "contradiction": (
        Contradiction,
        "NL     | T     |   999",
        "dimension 'region': 1 margins contradict their parts (rule exact: parts add "
        "up to the whole); dimension 'care': 1 margins contradict their parts",
    ),
}


@pytest.mark.parametrize("wrong", REFUSED)
def test_an_input_that_cannot_be(tmp_path, wrong):
    kind, row, message = REFUSED[wrong]
    folder = Folder(tmp_path)
    with pytest.raises(kind) as error:
        folder.protect(LEAVES + f"    {row}\n")
    assert message in str(error.value)
    assert not (tmp_path / "out.csv").exists()


def test_a_margin_of_parts_that_do_not_add_up_has_to_be_given(tmp_path):
    table = TABLE.replace('total = "NL"', 'total = "NL"\nadditive = "at_most"')
    folder = Folder(tmp_path, table)
    with pytest.raises(
        RuleError, match=r"'region': 9 margins are absent .* 'at_most'\)"
    ):
        folder.protect(LEAVES)


def test_parts_that_exceed_their_whole(tmp_path):
    """In any region at most 10 persons, of whom 12 at home."""
    table = TABLE.replace('total = "T"', 'total = "T"\nadditive = "overlap"')
    folder = Folder(tmp_path, table.replace('hierarchy = "region.csv"', ""))
    text = """
        region | care  | value
        -------+-------+------
        NL     | T     |    10
        n1     | T     |    10
        n1     | home  |    12
    """
    with pytest.raises(
        Contradiction, match=r"'care': 2 margins .*rule overlap: no part"
    ):
        folder.protect(text)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ("largest", r"1 columns are missing .* \(contributors\)"),
        ("contributors", r"1 rows have contributors that contradict the value"),
    ],
)
def test_evidence_that_cannot_be(tmp_path, columns, message):
    folder = Folder(tmp_path, policy="[policy]\ncontributors_below = 3")
    text = f"""
        region | care  | value | {columns}
        -------+-------+-------+-------------
        n1     | home  |     3 | 0
    """
    with pytest.raises(RuleError, match=message):
        folder.protect(text)


def test_the_two_largest_cannot_exceed_their_sum(tmp_path):
    folder = Folder(tmp_path, policy="[policy]\np_percent = 10")
    text = """
        region | care  | value | largest | second_largest
        -------+-------+-------+---------+---------------
        n1     | home  |     9 |       8 |              1
        n2     | home  |     9 |       8 |              2
    """
    with pytest.raises(RuleError, match=r"1 rows have contributors .*first on line 3"):
        folder.protect(text)


def test_margins_that_grow_too_large(tmp_path):
    text = LEAVES.replace("    40", "600000000").replace("    33", "600000000")
    with pytest.raises(RuleError, match="4 computed margins are over 1000000000"):
        Folder(tmp_path).protect(text)


def test_an_impossible_cell_has_no_value(tmp_path):
    folder = Folder(tmp_path)
    text = """
        region | care | value | status
        -------+------+-------+-------
        n1     | home |     3 | w
    """
    with pytest.raises(RuleError, match="1 cells have status w"):
        folder.protect(text)


def test_random_rounding_needs_a_secret(tmp_path):
    folder = Folder(tmp_path, policy=FIVES.replace("conventional", "random"))
    with pytest.raises(UsageError, match="give --key FILE"):
        folder.protect(LEAVES)


def test_a_range_to_cover_has_to_be_given(tmp_path):
    folder = Folder(tmp_path, policy="[policy]\ncontributors_below = 3")
    with pytest.raises(RuleError, match="needs hide = "):
        folder.protect(LEAVES)


def test_what_must_be_shown_can_give_a_sensitive_cell_away(tmp_path):
    """n1 is the only cell of north that may be hidden: 24 - 21 tells it."""
    folder = Folder(tmp_path, policy=EXACT)
    shown = [(r, c) for r in ("NL", "north") for c in ("home", "youth", "T")]
    shown += [
        ("n2", "home"),
        ("n1", "T"),
        ("n2", "T"),
        ("n1", "youth"),
        ("n2", "youth"),
    ]
    value = {"n1": (3, 12), "n2": (21, 18), "north": (24, 30), "NL": (97, 70)}
    rows = ["region | care | value | status", "-------+------+-------+-------"]
    for region, care in shown:
        home, youth = value[region]
        own = {"home": home, "youth": youth, "T": home + youth}[care]
        rows.append(f"{region} | {care} | {own} | z")
    rows += ["n1 | home | 3 | ", "s1 | home | 73 | ", "s2 | youth | 40 | "]
    with pytest.raises(
        (NotProtectable, AuditFailed), match=r"1 sensitive|after \d rounds"
    ):
        folder.protect("\n".join(rows))
    assert not (tmp_path / "out.csv").exists()


def test_a_pattern_that_the_audit_keeps_finding_exposed_is_never_written(
    tmp_path, monkeypatch
):
    """The protector is made to hide nothing more; its audit is not fooled."""
    folder = Folder(tmp_path, policy=EXACT)
    real = table_protection.protect

    def careless(tables, policy, exposed, *, shown, **_):
        found = real(tables, policy, exposed, shown=shown)
        return tuple(
            shown_again(table, given)
            for table, given in zip(found, tables, strict=True)
        )

    def shown_again(table, given):
        cells = table.cells
        secondary = [status == "x" for status in cells["status"].to_pylist()]
        value = given.cells["value"].to_pylist()
        figure = [
            v if again else p
            for v, p, again in zip(
                value, cells["published"].to_pylist(), secondary, strict=True
            )
        ]
        place = cells.column_names.index("published")
        status = ["s" if s == "x" else s for s in cells["status"].to_pylist()]
        cells = cells.set_column(place, "published", [figure])
        cells = cells.set_column(cells.column_names.index("status"), "status", [status])
        return type(table)(table.name, table.dimensions, cells, table.measure)

    monkeypatch.setattr(table_protection, "protect", careless)
    with pytest.raises(AuditFailed) as error:
        folder.protect(LEAVES)
    assert "after 5 rounds of protection 1 sensitive or opted-out cells" in str(
        error.value
    )
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("name", ["in.csv", "spec.toml", "region.csv"])
def test_a_file_that_is_not_there(tmp_path, name):
    folder = Folder(tmp_path)
    folder.cells("in.csv", LEAVES)
    (tmp_path / name).unlink()
    with pytest.raises(UsageError, match=name):
        folder.protect()


def test_no_message_holds_a_value_of_the_data(tmp_path):
    marked = "98765"
    folder = Folder(tmp_path)
    for row in (
        f"NL | T | {marked}",
        f"s9 | home | {marked}",
        f"n1 | home | {marked}.5",
    ):
        with pytest.raises((RuleError, Contradiction)) as error:
            folder.protect(LEAVES + f"    {row}\n")
        assert marked not in str(error.value)


CYCLE = "code,parent\nnorth,south\nsouth,north\nn1,north\nn2,NL\ns1,south\ns2,NL"
DEEP = """
    region | care  | published | status
    -------+-------+-----------+-------
    north  | home  |        60 | s
    n1     | home  |           | u
    n2     | T     |           | u
"""

BY_COMMAND = {
    "a cycle in a hierarchy": (
        ("protect", CYCLE, LEAVES, 11),
        "dimension 'region': the hierarchy has a cycle of 2 codes",
    ),
    "a margin that contradicts its parts": (
        ("protect", REGIONS, f"{LEAVES}    NL | home | 98\n", 12),
        "dimension 'region': 2 margins contradict their parts (rule exact: parts add",
    ),
    "a negative count": (
        ("protect", REGIONS, f"{LEAVES}    NL | home | -97\n", 11),
        "in.csv: 1 values of column 'value' are negative (first on line 10)",
    ),
    "an unknown code": (
        ("protect", REGIONS, f"{LEAVES}    s9 | home | 4\n", 11),
        "in.csv: dimension 'region': 1 codes are unknown (first on line 10)",
    ),
    "figures that one sum contradicts": (
        ("audit", REGIONS, SINGLE.replace("25", "10"), 12),
        "dimension 'region': 1 margins contradict their parts (rule exact: parts add",
    ),
    "figures that several sums contradict": (
        ("audit", REGIONS, DEEP, 12),
        "margins contradict their parts (rule exact: parts add",
    ),
}


@pytest.mark.parametrize("wrong", BY_COMMAND)
def test_a_command_says_dimension_rule_and_count(tmp_path, wrong):
    (command, regions, cells, code), sentence = BY_COMMAND[wrong]
    folder = Folder(tmp_path, regions=regions)
    given = folder.cells("in.csv", cells)
    made = tmp_path / "made.csv"
    spec = tmp_path / "spec.toml"
    said = gmsd("table", command, given, "--spec", spec, "--out", made)
    assert said.code == code
    assert sentence in said.sentence
    assert not made.exists()
