"""Votes and releases of an environment: who may, what is written, in which order."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from outputs.clearance import Verdict
from outputs.errors import NotCleared as OutsideNotCleared
from outputs.errors import ReleaseRefused
from outputs.verify import verify
from secure_env.errors import NotCleared, NotInside
from secure_env.publish import (
    Ballot,
    _opted_out,
    candidate_in,
    problems_at_the_door,
    release_to,
    vote,
)
from secure_env.register import releases
from secure_env.rooms import Cells, Period
from secure_env.store import Folder
from secure_env.workflow import candidate
from tests.support.stages import period_of


NOON = datetime(2023, 9, 1, 12, tzinfo=UTC)


def ballot(name: str, verdict: Verdict = Verdict.APPROVE) -> Ballot:
    return Ballot(name, verdict, "bekeken", NOON)


@pytest.fixture
def period(proposed: Path) -> Period:
    return period_of(proposed)


@pytest.fixture
def proposal(period: Period) -> Folder:
    return candidate(period)


def steps(period: Period) -> list[str]:
    return [entry.step for entry in period.environment.journal.entries()]


def test_each_vote_leads_to_a_state(period: Period, proposal: Folder):
    assert vote(period, proposal, ballot("bert")) == "partly reviewed"
    assert vote(period, proposal, ballot("carla")) == "reviewed"


def test_a_rejection_closes_the_vote(period: Period, proposal: Folder):
    assert vote(period, proposal, ballot("bert", Verdict.REJECT)) == "partly reviewed"
    assert vote(period, proposal, ballot("carla")) == "reviewed"


@pytest.mark.parametrize(
    ("name", "error", "sentence"),
    [
        ("anna", OutsideNotCleared, "anna made these tables"),
        ("dirk", NotCleared, "dirk does not belong to this environment"),
    ],
)
def test_a_vote_that_does_not_count_leaves_no_line(
    period: Period, proposal: Folder, name: str, error: type[Exception], sentence: str
):
    before = steps(period)
    with pytest.raises(error, match=sentence):
        vote(period, proposal, ballot(name))
    assert steps(period) == before
    assert period.environment.store.folders("cleared") == []


def test_a_vote_is_written_down_before_it_counts(
    period: Period, proposal: Folder, monkeypatch
):
    """Killed in between, the line is there and the checker can vote again."""

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("secure_env.store._publish", killed)
        with pytest.raises(KeyboardInterrupt):
            vote(period, proposal, ballot("bert"))
    assert steps(period)[-1] == "voted"
    assert vote(period, proposal, ballot("bert")) == "partly reviewed"


def test_a_release_is_made_once(period: Period, proposal: Folder, tmp_path: Path):
    for name in ("bert", "carla"):
        vote(period, proposal, ballot(name))
    assert problems_at_the_door(period, proposal, candidate_in(proposal)) == []
    made = release_to(period, proposal, tmp_path / "release")
    before = steps(period)
    assert before[-1] == "released"
    assert release_to(period, proposal, tmp_path / "release") == made
    assert steps(period) == before
    elsewhere = release_to(period, proposal, tmp_path / "elsewhere")
    assert steps(period) == [*before, "released"]
    assert elsewhere.manifest.files == made.manifest.files
    assert elsewhere.digest != made.digest  # its journal is a line longer


def approve(period: Period, proposal: Folder) -> None:
    for name in ("bert", "carla"):
        vote(period, proposal, ballot(name))


def test_what_the_door_refuses_is_in_no_line_of_the_journal(
    period: Period, proposal: Folder, tmp_path: Path, monkeypatch
):
    """Else the register would say that an earlier release was superseded."""
    approve(period, proposal)
    before = steps(period)
    out = {table: frozenset({"NL"}) for table in period.by_table}
    monkeypatch.setattr("secure_env.publish._opted_out", lambda _: out)
    with pytest.raises(ReleaseRefused, match="lines are of regions that do not"):
        release_to(period, proposal, tmp_path / "release")
    assert steps(period) == before
    assert not (tmp_path / "release").exists()


def test_a_cohort_does_not_replace_the_monitor_of_its_first_half_year(period: Period):
    journal = period.environment.journal
    for other, what in (("a", {}), ("b", {"what": "levensweg-2023"}), ("c", {})):
        said = {"period": "2023-H1", "candidate": other, **what}
        journal.append("publisher", "released", said)
    states = [one.state.value for one in releases(period.environment)]
    assert states == ["superseded", "released", "released"]


def test_who_does_not_take_part_is_asked_table_by_table(period: Period):
    """By law a gemeente is in the tables of youth care, whatever it says of the Wmo."""
    out = _opted_out(period)
    silent = {code for code in out["wmo_type"] if code.startswith("GM")}
    assert silent
    assert silent.isdisjoint(Cells.of(period).participants("wmo_basis"))
    assert out["jeugd_combinatie"].isdisjoint(silent)
    wijken = {code[2:6] for code in out["wmo_type"] if code.startswith("WK")}
    assert wijken == {code[2:] for code in silent}


def test_a_vote_is_for_the_candidate_that_was_read(period: Period, proposal: Folder):
    read = candidate_in(proposal).digest
    with pytest.raises(OutsideNotCleared, match="not the one that was reviewed"):
        vote(period, proposal, replace(ballot("bert"), candidate="0" * 64))
    assert vote(period, proposal, replace(ballot("bert"), candidate=read))


def test_a_candidate_that_is_not_what_was_stored_gets_no_vote(
    period: Period, proposal: Folder
):
    path = proposal.path / "candidate/tables/wmo_type.csv"
    path.write_bytes(path.read_bytes().replace(b",15,", b",25,", 1))
    (proposal.path / "candidate/docs/more.md").write_text("x", "utf-8")
    with pytest.raises(NotInside, match="not what was audited: 2 files differ"):
        vote(period, proposal, ballot("bert"))
    assert period.environment.store.folders("cleared") == []


@pytest.mark.parametrize("spoil", ["tables/wmo_type.csv", "manifest.json"])
def test_a_damaged_release_is_not_taken_for_made(
    period: Period, proposal: Folder, tmp_path: Path, spoil: str
):
    for name in ("bert", "carla"):
        vote(period, proposal, ballot(name))
    made = release_to(period, proposal, tmp_path / "release")
    path = made.folder / spoil
    path.write_bytes(path.read_bytes().replace(b"2023-H1", b"2023-H2", 1))
    before = steps(period)
    with pytest.raises(ReleaseRefused, match="a release is never written over"):
        release_to(period, proposal, made.folder)
    assert steps(period) == before


def test_a_release_says_by_what_it_was_made(
    period: Period, proposal: Folder, tmp_path: Path
):
    for name in ("carla", "bert"):
        vote(period, proposal, Ballot(name, Verdict.APPROVE, "", datetime.now(UTC)))
    folder = release_to(period, proposal, tmp_path / "release").folder
    manifest = verify(folder).manifest
    assert manifest.checkers == ("carla", "bert")
    assert manifest.facts.rules == period.rules
    assert manifest.facts.journal == period.environment.journal.head
    estimates = {one.table.code for one in period.estimates}
    assert set(manifest.facts.tables) == set(period.by_table) | estimates
    assert {"python", "gmsd", "duckdb", "highspy"} <= set(manifest.facts.versions)
