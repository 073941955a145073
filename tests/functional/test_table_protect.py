"""`gmsd table protect` on anybody's files, and what it makes is audited and proven."""

from engine.loss import Gap
from tests.support.tables import (
    EXACT,
    FIVES,
    LEAVES,
    REGIONS,
    TABLE,
    Folder,
    figures,
    intervals,
)


def test_margins_are_computed_and_follow_the_rows_of_the_input(tmp_path):
    folder = Folder(tmp_path)
    found = folder.protect(LEAVES)
    rows = folder.rows("out.csv")
    assert list(rows[0]) == ["region", "care", "published", "status", "reason"]
    leaves = [(row["region"], row["care"]) for row in folder.rows("in.csv")]
    assert [(row["region"], row["care"]) for row in rows[:8]] == leaves
    assert found.cells == len(rows) == 7 * 3
    assert figures(folder)["s2", "T"] == "55"  # 40 + 14, to fives


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
    assert figures(folder)["n2", "home"] == "21"
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
    first = figures(folder)
    assert folder.audit().exposed == 0
    assert first["n2", "youth"] in {"15", "20"}  # 18
    folder.protect(LEAVES, key="rounding.key")
    assert figures(folder) == first
    others = set()
    for number in range(8):
        folder.protect(LEAVES, key=f"{number}.key")
        others.add(tuple(figures(folder).values()))
    assert len(others) > 1


def test_controlled_rounding_adds_up(tmp_path):
    """All that is shown of n2, and of n2 and its parts, are multiples of 5."""
    folder = Folder(tmp_path, policy=FIVES.replace("conventional", "controlled"))
    folder.protect(LEAVES.replace("    3\n", "    9\n"))
    assert folder.audit().exposed == 0
    shown = {cell: int(figure) for cell, figure in figures(folder).items()}
    assert len(shown) == 21
    assert shown["n2", "home"] + shown["n2", "youth"] == shown["n2", "T"]
    assert shown["north", "T"] + shown["south", "T"] == shown["NL", "T"]
    folder.verify()


WEIGHED = """
    region | care  | value | weight
    -------+-------+-------+-------
    n1     | home  |     3 |      1
    n2     | home  |    21 |      9
    s1     | home  |    33 |      1
    s2     | home  |    40 |      1
    n1     | youth |    12 |      1
    n2     | youth |    18 |      1
    s1     | youth |    26 |      1
    s2     | youth |    14 |      1
"""


def test_a_cell_of_much_weight_stays_visible(tmp_path):
    """n2 home goes with n1 home in a square of four; else two columns of three do."""
    folder = Folder(tmp_path, policy=EXACT)
    hidden = []
    for cells, loss in ((LEAVES, 3), (WEIGHED, 5)):
        made = folder.protect(cells)
        rows = folder.rows("out.csv")
        hidden.append(
            {(row["region"], row["care"]) for row in rows if row["status"] == "x"}
        )
        assert made.gap == Gap(loss, loss)
        assert f"no pattern loses less than {loss}" in str(made)
    assert ("n2", "home") in hidden[0] - hidden[1]


AMOUNTS = """
    region | care | value | contributors
    -------+------+-------+-------------
    n1     | home |    40 |            1
    n2     | home |    60 |            1
    s1     | home |   200 |            5
    s2     | home |   300 |            6
"""
"""Two parts of the north have one provider each; the north has two of them."""

COSTS = """
    [policy]
    contributors_below = 2
    rounding = { method = "none" }
    protection = { below_percent = 10, above_percent = 10 }
"""


def test_who_is_alone_in_a_cell_learns_nothing_of_another(tmp_path):
    """The north alone would do for others: 100. Of that one provider has 40."""
    never = COSTS + 'reader = { knows_own = "never" }'
    found = []
    for policy in (never, COSTS):
        folder = Folder(tmp_path, policy=policy)
        folder.protect(AMOUNTS)
        shown = figures(folder)
        assert {shown["n1", "home"], shown["n2", "home"]} == {"u"}
        found.append(shown["north", "home"])
    assert found == ["100", "x"]
