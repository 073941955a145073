"""Information loss: what was hidden and why, and how far figures and rates are off."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from engine.celltable import ProtectedTable
from engine.loss import Gap, Hidden, InformationLoss, loss_of, together
from engine.protect import cells_lost, least_loss, protect
from rules.classification import Dimension
from rules.disclosure import DisclosurePolicy, Rounding
from secure_env.loss_report import loss_report
from secure_env.workflow import proven
from tests.support.cells import flat, table_of
from tests.support.stages import period_of


def table() -> ProtectedTable:
    """Regions of 3 (hidden), 12 and 44, together 59, shown as 60."""
    (found,) = protect(
        [table_of(np.array([3, 12, 44]), flat("a", 3))], DisclosurePolicy()
    )
    return found


def per_1000_of(total: int, *parts: int) -> ProtectedTable:
    """The same with rates: of so many in all, and in each part; in none by default."""
    whole = table()
    of = pa.array([total, *(parts or (None, None, None))])
    cells = whole.cells.append_column("denominator", of)
    return ProtectedTable("t", whole.dimensions, cells, "m")


ROWS = [
    ("T", 61, 60, "s", "", 2_000),
    ("a", 3, None, "u", "hidden range", 90),
    ("b", 7, None, "u", "hidden range", 1),
    ("c", 12, None, "x", "protects another cell", 50),
    ("d", 39, 40, "s", "", 80),
    ("e", 0, 0, "s", "", None),
    ("f", 0, None, "w", "", 5),
]
"""Code, exact value, figure, status, reason, denominator; f cannot occur."""


def by_hand() -> ProtectedTable:
    names = ("region", "value", "published", "status", "reason", "denominator")
    columns = [list(column) for column in zip(*ROWS, strict=True)]
    cells = pa.table(dict(zip(names, columns, strict=True)))
    region = Dimension.flat("region", "T", [row[0] for row in ROWS[1:]])
    return ProtectedTable("t", (region,), cells, "m")


def test_all_that_was_lost():
    """Per 1 000 39 of 80 is 487.5, so 488, and shown as 500; 61 of 2 000: 31, 30."""
    found = loss_of(by_hand())
    assert found == InformationLoss(
        cells=6,
        value=61 + 3 + 7 + 12 + 39,
        hidden={
            "hidden range": Hidden(2, 10),
            "protects another cell": Hidden(1, 12),
        },
        off={-1: 1, 1: 1, 0: 1},
        rates_off={12: 1, -1: 1},
    )
    assert (found.hidden_cells, found.hidden_value) == (3, 22)


def test_losses_of_tables_are_added_up():
    one = loss_of(by_hand())
    other = InformationLoss(4, 50, {"opt-out": Hidden(1, 5)}, {1: 2, 3: 1}, {12: 1})
    assert together([one, other, one]) == InformationLoss(
        cells=16,
        value=294,
        hidden={
            "hidden range": Hidden(4, 20),
            "protects another cell": Hidden(2, 24),
            "opt-out": Hidden(1, 5),
        },
        off={-1: 2, 1: 4, 0: 2, 3: 1},
        rates_off={12: 3, -1: 2},
    )
    assert together([]) == InformationLoss(0, 0, {}, {}, {})


def test_hidden_cells_count_with_their_value_by_reason():
    found = loss_of(table())
    assert (found.cells, found.value) == (4, 2 * 59)
    assert found.hidden["hidden range"] == Hidden(1, 3)
    assert found.hidden_cells == 4 - sum(found.off.values())
    assert found.hidden_value == sum(each.value for each in found.hidden.values())
    assert not found.rates_off


def test_figures_and_rates_are_off_by_rounding():
    """59 is shown as 60: of 1 000 inhabitants one per 1 000 more, of 100 ten more."""
    assert loss_of(table()).off[1] >= 1
    assert loss_of(per_1000_of(1000)).rates_off == {1: 1}
    assert loss_of(per_1000_of(100)).rates_off == {10: 1}
    assert not loss_of(per_1000_of(0)).rates_off


def test_every_cell_has_its_own_denominator():
    """12 is shown as 10: of 1 000 it is 2 per 1 000 off, of 100 of that age 20."""
    assert loss_of(per_1000_of(1000, 1000, 1000, 1000)).rates_off[-2] == 1
    assert loss_of(per_1000_of(1000, 1000, 100, 1000)).rates_off[-20] == 1


def test_a_cell_that_cannot_occur_is_no_loss():
    whole = table()
    place = whole.cells.column_names.index("status")
    status = ["w", *whole.cells["status"].to_pylist()[1:]]
    cells = whole.cells.set_column(place, "status", pa.array(status))
    found = loss_of(ProtectedTable("t", whole.dimensions, cells, "m"))
    assert (found.cells, found.value) == (3, 59)


def test_losses_add_up():
    one = loss_of(per_1000_of(1000))
    both = together([one, one])
    assert both.cells == 2 * one.cells
    assert both.hidden_cells == 2 * one.hidden_cells
    assert both.hidden["hidden range"] == Hidden(2, 6)
    assert both.rates_off == {1: 2}
    assert together([]).hidden_value == 0


def test_the_report_of_a_period_tells_of_every_measure(proposed: Path):
    period = period_of(proposed)
    lines = list(loss_report(period, proven(period)))
    names = [each.name for group in period.by_table.values() for each in group]
    heads = [line.split(":")[0] for line in lines if not line.startswith(" ")]
    assert heads == [*names, "all tables"]
    assert any(line.startswith("  hidden range: ") for line in lines)
    assert any("figures off by: " in line and "-2 " in line for line in lines)
    assert any("rates per 1 000 off by" in line for line in lines)


def test_the_report_of_a_period_says_how_far_it_is_from_the_least_loss(proposed: Path):
    """The gap of the whole is that of its groups together; only open ones are named."""
    period = period_of(proposed)
    lines = list(loss_report(period, proven(period)))
    (place,) = [n for n, line in enumerate(lines) if "hidden to protect others" in line]
    assert place > lines.index(next(x for x in lines if x.startswith("all tables")))
    for line in lines[place + 1 :]:
        name = line.strip().split(":")[0]
        assert name in period.groups
        assert ", of any pattern at least " in line


def test_a_cell_that_tables_share_is_lost_once():
    """3 of 59 is hidden, and one more to protect it; twice published it is one cell."""
    given = table_of(np.array([3, 12, 44]), flat("a", 3))
    exact = DisclosurePolicy(rounding=Rounding())
    twice = [given, replace(given, name="again", measure=given.measure)]
    assert cells_lost([given], protect([given], exact)) == 1
    assert cells_lost(twice, protect(twice, exact)) == 1
    assert least_loss(twice, exact) == 1


def test_a_gap_says_when_it_is_closed():
    assert str(Gap(3, 3)) == "no pattern loses less than 3"
    assert str(Gap(8, 6)) == "loss 8, of any pattern at least 6 (25.0%)"
    assert Gap(8, 6) + Gap(3, 3) == Gap(11, 9)
