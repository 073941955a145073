"""The certificate at the door: worlds that add up, and intervals that they attain."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from scipy.sparse import csr_array

from engine.statements import Statements
from outputs.errors import ReleaseRefused
from secure_env import proof
from secure_env.proof import attained_findings, proof_findings, world_findings
from secure_env.publish import release_to
from secure_env.rooms import Period
from secure_env.store import Folder
from tests.support.stages import approve, period_of, proposed_in


# The total (8 to 12) is both parts; the first part is the second, or more.
SAID = Statements(
    csr_array(np.array([[1, -1, -1, 0], [0, 1, -1, -1]])),
    np.array([8, 0, 0, 0]),
    np.array([12, 7, 7, 1 << 40]),
    (0,),
    np.zeros(4, np.int64),
    np.zeros(4, np.int64),
)
GOOD = np.array([[8, 7, 1], [12, 6, 6]])


def test_good_worlds_pass():
    assert list(world_findings(SAID, GOOD)) == []


@pytest.mark.parametrize(
    ("world", "finding"),
    [
        ([9, 7, 1], "1 worlds do not add up"),
        ([8, 1, 7], "1 worlds do not add up"),  # the remainder would be below nought
        ([13, 7, 6], "1 worlds would have been published otherwise"),
        ([7, 7, 0], "1 worlds would have been published otherwise"),
    ],
)
def test_a_world_that_was_edited_is_found(world: list[int], finding: str):
    assert list(world_findings(SAID, np.array([*GOOD.tolist(), world]))) == [finding]


def test_an_interval_that_no_world_attains_is_found():
    intervals = pa.table(
        {"lower": [6, 0], "upper": pa.array([7, None], pa.int64()), "exact": [True] * 2}
    )
    said = ["1 intervals are not attained by any world"]
    assert list(attained_findings(intervals, np.array([[6, 0], [7, 9]]))) == []
    assert list(attained_findings(intervals, np.array([[6, 0], [6, 9]]))) == said
    assert list(attained_findings(intervals, np.array([[6, 1], [7, 9]]))) == said


def test_a_candidate_is_proven(proposed: Path):
    assert proof_findings(period_of(proposed), proposed_in(proposed)) == []


def test_what_is_not_proven_does_not_leave(proposed: Path, tmp_path: Path, monkeypatch):
    approve(proposed)
    real = Folder.table

    def edited(self: Folder, name: str, columns: list[str] | None = None) -> pa.Table:
        table = real(self, name, columns)
        if not name.startswith("witnesses."):
            return table
        world = table["w0"].to_numpy().copy()
        world[0] += 1
        return table.set_column(0, "w0", pa.array(world))

    monkeypatch.setattr(Folder, "table", edited)
    with pytest.raises(
        ReleaseRefused, match=r"problems with the certificate.*\n.*world"
    ):
        release_to(period_of(proposed), proposed_in(proposed), tmp_path / "release")
    assert not (tmp_path / "release").exists()


@pytest.mark.parametrize(
    ("place", "value", "finding"),
    [
        ("certificate", "0" * 64, "the certificate is not that of its audit"),
        ("audited", "0" * 64, "the certificate is not that of its audit"),
    ],
)
def test_a_certificate_of_something_else(
    proposed: Path, monkeypatch, place: str, value: str, finding: str
):
    real = proof.summary_of
    monkeypatch.setattr(
        proof, "summary_of", lambda folder: real(folder) | {place: value}
    )
    assert proof_findings(period_of(proposed), proposed_in(proposed)) == [finding]


def test_an_audit_that_gave_cells_away(proposed: Path, monkeypatch):
    real = proof.summary_of
    monkeypatch.setattr(
        proof, "summary_of", lambda folder: real(folder) | {"exposed": 1}
    )
    found = proof_findings(period_of(proposed), proposed_in(proposed))
    assert found == ["the audit gave cells away"]


def test_protected_cells_that_are_gone(proposed: Path, monkeypatch):
    candidate, there = proposed_in(proposed), Period.folder

    def gone(period: Period, room: str, digest: str) -> Folder | None:
        return None if room == "protected" else there(period, room, digest)

    monkeypatch.setattr(Period, "folder", gone)
    found = proof_findings(period_of(proposed), candidate)
    assert found == ["the protected cells that were audited are not there"]
