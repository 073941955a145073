"""`gmsd table audit` and `verify` on what somebody else has published."""

import pyarrow.parquet as pq
import pytest

from engine.errors import AuditFailed, Contradiction
from rules.errors import RuleError
from tests.support.tables import EXACT, FIVES, LEAVES, SINGLE, Folder, intervals


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
