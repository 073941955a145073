"""How rooms are found again: digests that follow from what was received."""

import hashlib
from pathlib import Path

import pyarrow as pa
import pytest

from rules.period import HalfYear
from secure_env.errors import UsageError
from secure_env.rooms import (
    VERSION,
    Cells,
    Period,
    as_seen,
    digest_of,
    summary_of,
)
from secure_env.workflow import proven
from tests.support.deliveries import new_environment
from tests.support.stages import period_of


EMPTY: dict[str, pa.Table] = {}


@pytest.fixture
def period(tmp_path: Path) -> Period:
    return Period.of(new_environment(tmp_path / "env"), HalfYear(2023, 1))


def test_a_digest_stands_for_its_parts_in_their_order():
    assert digest_of("a", "b") == digest_of("a", "b")
    others = [digest_of("b", "a"), digest_of("ab"), digest_of("a"), digest_of("a", "")]
    assert len({digest_of("a", "b"), *others}) == 5


def test_a_digest_stands_for_the_version_of_the_code(monkeypatch):
    before = digest_of("a")
    monkeypatch.setattr("secure_env.rooms.VERSION", f"{VERSION}.1")
    assert digest_of("a") != before


def test_nothing_received_has_no_digest(period: Period):
    with pytest.raises(UsageError, match="nothing was received for 2023-H1"):
        _ = period.linked_digest


def test_other_rules_give_other_cells(proposed: Path, monkeypatch):
    linked, cells = period_of(proposed).linked_digest, period_of(proposed).cells_digest
    monkeypatch.setattr("secure_env.rooms.fingerprint", lambda: "f" * 64)
    other = period_of(proposed)
    assert other.linked_digest == linked
    assert other.cells_digest != cells
    with pytest.raises(UsageError, match="the rules of today; run gmsd tabulate first"):
        Cells.of(other)


def test_a_room_is_journalled_with_its_counts(period: Period):
    digest = digest_of("x")
    summary = {"cells": 3, "status": "voorlopig"}
    folder = period.save("cells", digest, EMPTY, summary)
    assert period.folder("cells", digest) == folder
    (line,) = [e for e in period.environment.journal.entries() if e.step == "cells"]
    manifest = hashlib.sha256((folder.path / "manifest.json").read_bytes()).hexdigest()
    said = {"period": "2023-H1", "digest": digest, "cells": 3, "manifest": manifest}
    assert line.subject == said
    assert summary_of(folder) == summary


def test_what_is_not_there_names_the_step_to_take(period: Period):
    with pytest.raises(UsageError, match=r"no linked data .*; run gmsd link first"):
        period.existing("linked", digest_of("x"), "link")


def test_an_indicator_has_a_group_from_its_first_half_year_on(period: Period):
    catalogue = period.catalogue
    published = {
        indicator.code
        for indicator in catalogue.indicators.values()
        for table in catalogue.tables[indicator.table].published()
        if table.half_yearly
    }
    assert set(period.groups) == published
    since = min(one.since for one in catalogue.indicators.values())
    early = Period(period.environment, since.previous, catalogue)
    assert early.groups == {}
    assert early.by_table == {}


def test_one_table_can_be_asked_for_whether_it_is_published_or_not(period: Period):
    asked = period.asking("wmo_leeftijd")
    assert list(asked.by_table) == ["wmo_leeftijd"]
    assert "wmo_leeftijd" not in period.by_table
    with pytest.raises(UsageError, match="no table leeftijd; there are basis_"):
        period.asking("leeftijd")


def test_every_measure_is_on_its_table(period: Period):
    for code, group in period.by_table.items():
        assert group
        assert all(each.table.code == code for each in group)
    names = [each.name for group in period.groups.values() for each in group]
    assert len(set(names)) == len(names)


def test_the_reader_sees_codes_figures_and_symbols_only(proposed: Path):
    period = period_of(proposed)
    cells, (protected, _) = Cells.of(period), proven(period)
    for group in period.groups.values():
        for each in group:
            table = cells.protected(each, protected)
            seen = as_seen(table)
            dimensions = [dimension.name for dimension in table.dimensions]
            assert "value" in table.cells.column_names
            assert seen.cells.column_names == [*dimensions, "published", "status"]
