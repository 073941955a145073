"""A half-year that is released again: what both releases tell together."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.audit import AuditReport, audit
from secure_env.before import BESIDE_EARLIER, Before
from secure_env.rooms import Cells, Period, as_seen
from secure_env.store import Folder
from secure_env.workflow import proven
from tests.support.deliveries import csv, line, write
from tests.support.stages import PERIOD, approve, done, gmsd, period_of


ONLY = "STA_HUISHOUDENS"
"""The one indicator that is published here, so that two runs are quick."""


@pytest.fixture
def again(received: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A release was made, and a gemeente withdrew its consent after it."""
    every = Period.groups.fget
    monkeypatch.setattr(
        Period, "groups", property(lambda period: {ONLY: every(period)[ONLY]})
    )
    done("run", received, PERIOD)
    approve(received)
    done("release", received, PERIOD, "--to", tmp_path / "release")
    taking_part = Cells.of(period_of(received)).participants("wmo_basis")
    lines = [
        line(
            "TOESTEMMING",
            {"gemeente": one, "part": "WMO_BASIS", "publishes": answer},
        )
        for one, answer in zip(taking_part, "NJJJJJJJJJ", strict=False)
    ]
    name = f"TOESTEMMING_VNG_{PERIOD}.csv"
    file = write(tmp_path / "inbox", name, csv("TOESTEMMING", lines))
    done("receive", received, file)
    return received


def read_beside(environment: Path, first: Folder) -> Iterator[AuditReport]:
    """Audits of what is proposed now and of an earlier pattern, read together."""
    period = period_of(environment)
    now, (pattern, _) = Cells.of(period), proven(period)
    before = Before.of(now, [first.digest])
    for group in period.groups.values():
        yield audit(
            [as_seen(now.protected(each, pattern)) for each in group],
            [now.exact(each) for each in group],
            period.policy(group[0]),
            before.limits(group),
            before.tables(group),
        )


def test_a_gemeente_that_withdrew_is_not_the_difference_of_two_releases(
    again: Path, tmp_path: Path
):
    (first,) = (f for f in period_of(again).environment.store.folders("protected"))
    done("run", again, PERIOD)
    (report,) = read_beside(again, first)
    assert sum(table.intervals.num_rows for table in report.before)
    assert report.exposed == 0
    assert_it_says_which_cells(again)
    approve(again)
    done("release", again, PERIOD, "--to", tmp_path / "again")
    candidate = proven(period_of(again))
    done("run", again, PERIOD)
    assert proven(period_of(again)) == candidate, "its own release is no earlier one"
    shutil.rmtree(first.path)
    said = gmsd("run", again, PERIOD)
    assert said.code == 13
    assert "1 releases of 2023-H1 lie outside whose cells are not here" in said.sentence


def assert_it_says_which_cells(environment: Path) -> None:
    """`gmsd explain` tells a cell that is hidden because of an earlier release."""
    period = period_of(environment)
    pattern, _ = proven(period)
    each, row = next(
        (each, row)
        for each in period.groups[ONLY]
        for row in pattern.table(each.name).to_pylist()
        if row["reason"] == BESIDE_EARLIER
    )
    codes = [row["region"], *(row[d.name] for d in each.table.dimensions)]
    said = done("explain", environment, PERIOD, each.table.code, *codes).out
    assert "hidden to protect another cell (beside an earlier release)." in said
