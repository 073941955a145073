"""What protection does with cells that are sensitive for every kind of reason."""

from dataclasses import replace

import numpy as np
import pyarrow as pa

from engine import secondary
from engine.audit import audit
from engine.celltable import CellTable, ProtectedTable
from engine.protect import Wanting, least_loss, protect
from engine.published import PublishedTable
from engine.rounding import figures
from rules.disclosure import (
    Covers,
    DisclosurePolicy,
    Dominance,
    Protection,
    Reader,
    Rounding,
    RoundingMethod,
    Zeros,
)
from tests.benchmarks.instances import two_way
from tests.support.cells import flat, table_of


FIVES = DisclosurePolicy()
GROUP = replace(FIVES, group_share_at_least=1.0)


def with_column(table: CellTable, name: str, column: list[object]) -> CellTable:
    place = table.cells.column_names.index(name)
    cells = table.cells.set_column(place, name, pa.array(column))
    return replace(table, cells=cells)


def marked(table: CellTable, status: dict[tuple[str, ...], str]) -> CellTable:
    """The table with the status that some cells have beforehand."""
    names = [dimension.name for dimension in table.dimensions]
    codes = zip(*(table.cells[name].to_pylist() for name in names), strict=True)
    return with_column(table, "status", [status.get(each, "s") for each in codes])


def rows(table: ProtectedTable) -> dict[tuple[str, ...], tuple[int | None, str, str]]:
    """Figure, status and reason by codes."""
    names = [dimension.name for dimension in table.dimensions]
    columns = [*names, "published", "status", "reason"]
    found = zip(*(table.cells[name].to_pylist() for name in columns), strict=True)
    return {tuple(row[: len(names)]): tuple(row[len(names) :]) for row in found}


def of(counts: list[list[int]]) -> CellTable:
    leaves = np.array(counts)
    return table_of(leaves, flat("a", leaves.shape[0]), flat("b", leaves.shape[1]))


def test_a_group_that_is_all_in_one_cell_has_its_share_of_room():
    """a1 is all in b0: 48 to 72 have to be possible, so another of b0 is hidden too."""
    found = rows(*protect([of([[30, 40], [60, 0], [50, 80]])], GROUP))
    assert found["a1", "b0"] == (None, "u", "group disclosure")
    assert found["a1", "b1"] == (None, "u", "hidden range")
    hidden = [codes for codes, (figure, _, _) in found.items() if figure is None]
    of_b0 = [codes for codes in hidden if codes[1] == "b0" and codes[0] != "a1"]
    assert of_b0


def test_a_count_that_is_given_as_sensitive_is_so_by_the_rule_if_one_says_it():
    table = marked(of([[30, 3], [60, 21]]), {("a0", "b1"): "u", ("a1", "b0"): "u"})
    found = rows(*protect([table], FIVES))
    assert found["a0", "b1"] == (None, "u", "hidden range")
    assert found["a1", "b0"] == (None, "u", "given")


def test_who_sees_zeros_knows_a_hidden_cell_to_be_one_or_more():
    """The total 9 of a0 and the 8 beside the 1 are shown as they are.

    So the 1 would be known; with zeros published nothing less than two hidden cells of
    one or more each can hide it.
    """
    policy = DisclosurePolicy(
        hide=(1, 4),
        rounding=Rounding(),
        zeros=Zeros.PUBLISH,
        reader=Reader(knows_reason=False),
        group_share_at_least=0.9,
    )
    found = rows(*protect([of([[9, 0], [8, 50], [7, 30]])], policy))
    assert found["a0", "b1"][:2] == (0, "s")
    assert found["a0", "b0"] == (None, "u", "group disclosure")
    assert found["a0", "T"][0] is None


def test_amounts_of_few_or_of_one_large_contributor_are_sensitive():
    table = replace(of([[900, 400], [600, 800]]), magnitude=True)
    contributors = [30, 20, 10, 9, 2, 7, 10, 5, 5]
    largest = [700, 450, 700, 500, 450, 250, 700, 100, 700]
    second = [500, 200, 250, 200, 450, 145, 200, 100, 50]
    for name, column in (
        ("contributors", contributors),
        ("largest", largest),
        ("second_largest", second),
    ):
        table = with_column(table, name, column)
    policy = DisclosurePolicy(
        hide=None,
        rounding=Rounding(),
        contributors_below=3,
        dominance=Dominance(1, 0.75),
        p_percent=10,
    )
    reasons = {codes: row[2] for codes, row in rows(*protect([table], policy)).items()}
    assert reasons["a0", "b0"] == "minimum contributors"
    assert reasons["a0", "b1"] == "p% rule"
    assert reasons["a1", "b1"] == "dominance"
    assert reasons["T", "T"] == ""


def test_figures_that_were_made_before_are_shown():
    table = of([[30, 40], [60, 90]])
    plain = table.grid("value").ravel()
    policy = replace(FIVES, rounding=Rounding(5, RoundingMethod.RANDOM))
    (found,) = protect([table], policy, shown={table.name: plain - plain % 5})
    assert found.cells["published"].to_pylist() == (plain - plain % 5).tolist()


def test_a_pattern_tells_no_more_than_its_figures():
    """Other counts with the same figures are protected alike.

    Or a reader who protects what could be true rules out all that gives another
    pattern.
    """
    table = two_way(3).table()
    names = [dimension.name for dimension in table.dimensions]
    (made,) = protect([table], FIVES)
    sensitive = np.array(made.cells["status"].to_pylist()) == "u"
    shown = figures([table], FIVES.rounding)[table.name][table.places()]
    known = (
        table.cells.select(names)
        .append_column("published", pa.array(shown, mask=sensitive))
        .append_column("status", pa.array(np.where(sensitive, "u", "s").tolist()))
    )
    view = PublishedTable(table.name, table.dimensions, known, table.measure)
    *_, world, other = audit([view], [table], FIVES).worlds
    for counts in (world, other):
        value = counts[table.places()]
        assert not np.array_equal(value, table.cells["value"].to_numpy())
        (again,) = protect([with_column(table, "value", value.tolist())], FIVES)
        assert again.cells["status"].equals(made.cells["status"])


def test_a_pattern_that_was_wanting_is_added_to():
    """What it hides stays hidden, and what it gives away is protected once more."""
    table = of([[30, 40], [3, 60], [50, 80]])
    (bare,) = protect([marked(table, {("a2", "b0"): "z"})], FIVES)
    places = np.flatnonzero(np.array(bare.cells["status"].to_pylist()) == "u")
    wanting = Wanting([bare], {table.name: table.places()[places]})
    before, after = rows(bare), rows(*protect([table], FIVES, wanting))
    hidden = {codes for codes, (figure, _, _) in before.items() if figure is None}
    assert hidden <= {
        codes for codes, (figure, _, _) in after.items() if figure is None
    }


PERCENT = DisclosurePolicy(
    hide=(1, 4),
    rounding=Rounding(),
    zeros=Zeros.PUBLISH,
    reader=Reader(knows_reason=False, knows_zeros=False),
    protection=Protection(Covers.PERCENT, below=20, above=20),
)


def lost(table: CellTable, policy: DisclosurePolicy) -> tuple[int, int]:
    """How many cells are hidden to protect others, and their value."""
    (made,) = protect([table], policy)
    is_lost = np.array(made.cells["status"].to_pylist()) == "x"
    return int(is_lost.sum()), int(made.cells["value"].to_numpy()[is_lost].sum())


def test_no_pattern_of_four_gemeenten_hides_less():
    """By value 140 cells of 1 464, the optimum of tau-ARGUS; by cells 113."""
    table = two_way(4).table()
    assert lost(table, PERCENT)[0] == least_loss([table], PERCENT) == 113
    value = table.cells["value"]
    weighed = replace(table, cells=table.cells.append_column("weight", value))
    assert lost(weighed, PERCENT) == (140, 1464)
    assert least_loss([weighed], PERCENT) == 1464


def test_the_bound_of_regions_apart_is_one_of_all(monkeypatch):
    """Of a table of many cells each region is asked apart; a row above counts once."""
    monkeypatch.setattr(secondary, "SMALL", 300)
    table = two_way(4).table()
    cells, _ = lost(table, PERCENT)
    assert 0.9 * 113 <= least_loss([table], PERCENT) <= 113 <= cells
