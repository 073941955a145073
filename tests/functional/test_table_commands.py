"""`gmsd table` on anybody's files: protect, audit and verify, and every refusal."""

import csv
import gzip
import os
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from engine.errors import AuditFailed, Contradiction, NotProtectable
from rules.errors import RuleError
from secure_env import table_protection
from secure_env.errors import UsageError
from tests.support.tables import EXACT, FIVES, REGIONS, TABLE, Folder


LEAVES = """
    region | care  | value
    -------+-------+------
    n1     | home  |     3
    n2     | home  |    21
    s1     | home  |    33
    s2     | home  |    40
    n1     | youth |    12
    n2     | youth |    18
    s1     | youth |    26
    s2     | youth |    14
"""


def published(folder, name="out.csv"):
    """Figure or status of each cell of a file."""
    return {
        (row["region"], row["care"]): row["published"] or row["status"]
        for row in folder.rows(name)
    }


def intervals(folder):
    return {
        (row["region"], row["care"]): (row["lower"], row["upper"])
        for row in folder.rows("intervals.csv")
    }


# --- protect --------------------------------------------------------------------------


def test_margins_are_computed_and_follow_the_rows_of_the_input(tmp_path):
    folder = Folder(tmp_path)
    found = folder.protect(LEAVES)
    rows = folder.rows("out.csv")
    assert list(rows[0]) == ["region", "care", "published", "status", "reason"]
    leaves = [(row["region"], row["care"]) for row in folder.rows("in.csv")]
    assert [(row["region"], row["care"]) for row in rows[:8]] == leaves
    assert found.cells == len(rows) == 7 * 3
    assert published(folder)["s2", "T"] == "55"  # 40 + 14, to fives


def test_a_sensitive_cell_is_hidden_and_cannot_be_derived(tmp_path):
    """n1 home is 3, and the only count of 0-7; nothing tells which of them it is."""
    folder = Folder(tmp_path)
    folder.protect(LEAVES)
    first = folder.rows("out.csv")[0]
    assert (first["published"], first["status"]) == (None, "u")
    assert first["reason"] == "hidden range"
    assert folder.audit().exposed == 0
    low, high = intervals(folder)["n1", "home"]
    assert (low, high) == ("0", "7")


def test_what_is_protected_is_audited_and_proven(tmp_path):
    folder = Folder(tmp_path, policy=EXACT)
    made = folder.protect(LEAVES)
    found = folder.audit()
    proof = folder.verify()
    assert made.statuses["u"] == found.protected == proof.protected == 1
    assert found.hidden == made.statuses["u"] + made.statuses["x"] > 1
    assert (found.exposed, found.unproven) == (0, 0)
    assert proof.worlds == found.worlds > 1
    assert "none exposed" in str(made)
    assert "0 are narrowed" in str(found)
    assert str(proof).startswith(f"proven: {found.worlds} worlds of 21 cells")


def test_the_truth_lies_in_every_interval(tmp_path):
    folder = Folder(tmp_path)
    folder.protect(LEAVES)
    folder.audit()
    found = intervals(folder)
    for row in folder.rows("in.csv"):
        low, high = found[row["region"], row["care"]]
        assert int(low) <= int(row["value"])
        assert high is None or int(row["value"]) <= int(high)


def test_protecting_twice_gives_the_same_bytes(tmp_path):
    folder = Folder(tmp_path)
    folder.protect(LEAVES)
    before = (tmp_path / "out.csv").read_bytes()
    folder.protect()
    assert (tmp_path / "out.csv").read_bytes() == before


def test_presets(tmp_path):
    """Hidden by decision, opted out, to be shown, and impossible."""
    text = """
        region | care  | value | status
        -------+-------+-------+-------
        n1     | home  |   300 | u
        n2     | home  |   120 | o
        s1     | home  |    33 | z
        s2     | home  |     0 | w
        n1     | youth |    90 |
        n2     | youth |    80 | s
        s1     | youth |    70 |
        s2     | youth |    60 |
    """
    folder = Folder(tmp_path)
    folder.protect(text)
    rows = {(r["region"], r["care"]): r for r in folder.rows("out.csv")}
    assert rows["n1", "home"]["status"] == "u"
    assert rows["n1", "home"]["reason"] == "given"
    assert rows["n2", "home"]["status"] == "o"
    assert (rows["s1", "home"]["published"], rows["s1", "home"]["status"]) == (
        "35",
        "z",
    )
    assert (rows["s2", "home"]["published"], rows["s2", "home"]["status"]) == (
        None,
        "w",
    )
    assert folder.audit().exposed == 0
    low, high = intervals(folder)["n2", "home"]
    assert int(low) <= 120 - 24
    assert high is None or int(high) >= 120 + 24
    low, high = intervals(folder)["n1", "home"]
    assert int(low) <= 300 - 60
    assert intervals(folder)["s2", "home"] == ("0", "0")
    folder.verify()


def test_a_magnitude_table(tmp_path):
    """3 rules: n1 has two contributors; in n2 one dominates; in s1 two can tell."""
    text = """
        region | care  | value | contributors | largest | second_largest
        -------+-------+-------+--------------+---------+---------------
        n1     | home  |   400 |            2 |     250 |            150
        n2     | home  |   500 |           20 |     450 |             10
        s1     | home  |   300 |           12 |     200 |             95
        s2     | home  |   900 |           40 |     120 |            100
        n1     | youth |   800 |           40 |     100 |             90
        n2     | youth |   700 |           30 |     110 |            100
        s1     | youth |   600 |           30 |     120 |            100
        s2     | youth |   650 |           35 |     100 |             80
    """
    policy = """
        [policy]
        contributors_below = 3
        dominance = { n = 1, k = 0.75 }
        p_percent = 10
    """
    folder = Folder(tmp_path, policy=policy)
    folder.protect(text)
    reasons = {
        row["region"]: row["reason"]
        for row in folder.rows("out.csv")
        if row["care"] == "home" and row["status"] == "u"
    }
    assert reasons["n1"] == "minimum contributors"
    assert reasons["n2"] == "dominance"
    assert reasons["s1"] == "p% rule"
    assert folder.audit().exposed == 0
    folder.verify()


def test_parts_that_need_not_add_up(tmp_path):
    """North knows 5 more than its parts; of a hidden part nothing is found that way."""
    regions = REGIONS.replace("code,parent", "code,parent,additive")
    lines = [line.strip() for line in regions.strip().splitlines()]
    lines = [lines[0], *(line + "," for line in lines[1:])]
    lines[1] = "north,NL,at_most"
    folder = Folder(tmp_path, policy=EXACT, regions="\n".join(lines))
    folder.protect(LEAVES + "    north  | home  |    29\n    north  | youth |    30\n")
    assert published(folder)["n2", "home"] == "21"
    folder.audit()
    assert intervals(folder)["n1", "home"] == ("1", "4")
    folder.verify()


def test_two_hierarchies_over_one_dimension(tmp_path):
    table = TABLE.replace('"region.csv"', '["region.csv", "coast.csv"]')
    folder = Folder(tmp_path, table, EXACT)
    folder.write(
        "coast.csv", "code,parent\nsea,NL\nland,NL\nn1,sea\ns1,sea\nn2,land\ns2,land"
    )
    found = folder.protect(LEAVES)
    assert found.cells == 9 * 3
    assert folder.audit().exposed == 0
    folder.verify()
    assert {"sea", "land", "north"} <= {row["region"] for row in folder.rows("out.csv")}


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


def test_sensitive_by_another_rule_than_the_range(tmp_path):
    """All of s2 is at home: 60 is no count of 0-7, but hidden, with room around it."""
    policy = FIVES + "    group = { share_at_least = 1.0 }\n"
    folder = Folder(tmp_path, policy=policy)
    text = LEAVES.replace("s2     | youth |    14", "s2     | youth |     0")
    folder.protect(text.replace("s2     | home  |    40", "s2     | home  |    60"))
    rows = {(r["region"], r["care"]): r for r in folder.rows("out.csv")}
    assert rows["s2", "home"]["reason"] == "group disclosure"
    assert folder.audit().exposed == 0
    low, high = intervals(folder)["s2", "home"]
    assert int(low) <= 48
    assert high is None or int(high) >= 72
    folder.verify()


def test_random_rounding_is_the_same_with_the_same_key(tmp_path):
    """The key is made at first; each figure is a neighbour of its count."""
    folder = Folder(tmp_path, policy=FIVES.replace("conventional", "random"))
    folder.protect(LEAVES, key="rounding.key")
    first = published(folder)
    assert folder.audit().exposed == 0
    assert first["n2", "youth"] in {"15", "20"}  # 18
    folder.protect(LEAVES, key="rounding.key")
    assert published(folder) == first
    others = set()
    for number in range(8):
        folder.protect(LEAVES, key=f"{number}.key")
        others.add(tuple(published(folder).values()))
    assert len(others) > 1


def test_controlled_rounding_adds_up(tmp_path):
    """All that is shown of n2, and of n2 and its parts, are multiples of 5."""
    folder = Folder(tmp_path, policy=FIVES.replace("conventional", "controlled"))
    folder.protect(LEAVES.replace("    3\n", "    9\n"))
    assert folder.audit().exposed == 0
    shown = {cell: int(figure) for cell, figure in published(folder).items()}
    assert len(shown) == 21
    assert shown["n2", "home"] + shown["n2", "youth"] == shown["n2", "T"]
    assert shown["north", "T"] + shown["south", "T"] == shown["NL", "T"]
    folder.verify()


# --- audit of somebody else's table ---------------------------------------------------


SINGLE = """
    region | care | published
    -------+------+----------
    north  | home | 25
    n1     | home |
    n2     | home | 20
"""


def test_a_single_hidden_part_beside_its_total_is_narrowed(tmp_path):
    """27 - 18 = 9 is more than the 7 of the range, 23 - 22 = 1 is more than its 0."""
    folder = Folder(tmp_path)
    found = folder.audit(SINGLE)
    assert intervals(folder)["n1", "home"] == ("1", "7")
    assert intervals(folder)["n2", "home"] == ("18", "22")
    assert (found.hidden, found.protected, found.exposed) == (1, 1, 1)
    assert "1 are narrowed below their safety interval" in str(found)
    assert len(folder.rows("intervals.csv")) == found.cells == 7 * 2


def test_nothing_is_known_of_a_cell_that_is_not_in_the_file(tmp_path):
    folder = Folder(tmp_path)
    folder.audit(SINGLE)
    assert intervals(folder)["s1", "home"] == ("0", None)
    assert intervals(folder)["NL", "home"] == ("23", None)


def test_witnesses_of_an_exposed_table_do_not_prove_it(tmp_path):
    folder = Folder(tmp_path)
    folder.audit(SINGLE)
    with pytest.raises(AuditFailed) as error:
        folder.verify()
    assert "worlds.parquet does not prove out.csv: 1 protected cells" in str(
        error.value
    )


def test_witnesses_of_another_table_prove_nothing(tmp_path):
    folder = Folder(tmp_path)
    folder.protect(LEAVES)
    folder.audit()
    text = (tmp_path / "out.csv").read_text().replace("s1,home,35,", "s1,home,40,")
    (tmp_path / "out.csv").write_text(text)
    with pytest.raises(AuditFailed, match="would have been published otherwise"):
        folder.verify()


def test_worlds_that_somebody_changed_prove_nothing(tmp_path):
    folder = Folder(tmp_path)
    folder.protect(LEAVES)
    folder.audit()
    path = tmp_path / "worlds.parquet"
    worlds = pq.read_table(path)
    value = worlds["value"].to_pylist()
    value[0] += 1
    place = worlds.column_names.index("value")
    pq.write_table(worlds.set_column(place, "value", [value]), path)
    with pytest.raises(AuditFailed, match="1 worlds do not add up along dimension"):
        folder.verify()


@pytest.mark.parametrize("method", ["random", "controlled"])
def test_random_and_controlled_rounding_are_audited(tmp_path, method):
    """Each figure is up to 4 off: 29 - 16 = 13 and 21 - 24 < 0 leave all of 0-7."""
    folder = Folder(tmp_path, policy=FIVES.replace("conventional", method))
    assert folder.audit(SINGLE).exposed == 0
    assert intervals(folder)["n1", "home"] == ("0", "7")
    assert intervals(folder)["n2", "home"] == ("16", "24")
    folder.verify()


def test_a_width_is_judged_without_the_true_values(tmp_path):
    policy = EXACT + "    protection = { width = 2 }\n"
    text = """
        region | care  | published
        -------+-------+----------
        north  | home  |        {}
        n1     | home  |
        n2     | home  |
    """
    folder = Folder(tmp_path, policy=policy)
    assert folder.audit(text.format(" 3")).exposed == 2  # 1 or 2 each
    assert folder.audit(text.format(" 5")).exposed == 0  # 1 to 4 each


def test_a_percentage_needs_the_truth_but_an_exact_value_is_always_exposed(tmp_path):
    policy = EXACT + "    protection = { below_percent = 10, above_percent = 10 }\n"
    folder = Folder(tmp_path, policy=policy)
    text = SINGLE.replace("25", "22")
    assert folder.audit(text).exposed == 1
    assert intervals(folder)["n1", "home"] == ("2", "2")


def test_a_table_of_symbols_only(tmp_path):
    folder = Folder(tmp_path)
    text = """
        region | care | published
        -------+------+----------
        NL     | T    |
        n1     | home |
    """
    assert folder.audit(text).exposed == 0
    folder.verify()


# --- refusals -------------------------------------------------------------------------


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

    def careless(tables, policy, exposed, shown):
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


WRONG_PUBLICATIONS = {
    "no multiple of five": (
        SINGLE.replace("25", "24"),
        RuleError,
        "1 figures are no multiples of 5 (policy, rounding) (first on line 2)",
    ),
    "no whole numbers": (
        SINGLE.replace("25", "10"),
        Contradiction,
        "dimension 'region': 1 margins contradict their parts",
    ),
    "status of a figure": (
        """
        region | care | published | status
        -------+------+-----------+-------
        n1     | home |         5 | u
        """,
        RuleError,
        "1 cells are shown though their status says hidden",
    ),
    "status of none": (
        """
        region | care | published | status
        -------+------+-----------+-------
        n1     | home |           | s
        """,
        RuleError,
        "1 cells are shown though their status says hidden, or the other way",
    ),
}


@pytest.mark.parametrize("wrong", WRONG_PUBLICATIONS)
def test_a_publication_that_cannot_be(tmp_path, wrong):
    text, kind, message = WRONG_PUBLICATIONS[wrong]
    folder = Folder(tmp_path)
    with pytest.raises(kind) as error:
        folder.audit(text)
    assert message in str(error.value)
    assert not (tmp_path / "intervals.csv").exists()


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


# --- tables that ship with other packages ---------------------------------------------


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
