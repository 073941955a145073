"""From published cells to a folder that strangers can check, and back to numbers."""

import shutil
import subprocess
from dataclasses import replace

import pytest

from outputs.candidate import read_candidate
from outputs.clearance import clear
from outputs.errors import NotCleared, VerificationFailed
from outputs.frames import read_release
from outputs.release import door_findings, release
from outputs.verify import verify
from tests.support.releases import (
    COMMITTEE,
    FACTS,
    POPULATION,
    SIGNING_KEY,
    a_candidate,
    a_vote,
    two_approvals,
)


@pytest.fixture
def candidate(tmp_path):
    return a_candidate(tmp_path / "candidate")


def test_from_candidate_to_numbers_outside(candidate, tmp_path):
    assert door_findings(candidate, FACTS) == []

    first = a_vote(candidate, "anna")
    with pytest.raises(NotCleared, match="1 of 2 votes are in"):
        clear(candidate, [first], COMMITTEE)
    second = a_vote(candidate, "carla", voted=("anna",))
    cleared = clear(candidate, [first, second], COMMITTEE)

    made = release(cleared, tmp_path / "outside", signing_key=SIGNING_KEY, facts=FACTS)
    shutil.rmtree(candidate.folder)

    report = verify(made.folder, made.folder / "manifest.pub")
    assert report.manifest.checkers == ("anna", "carla")
    assert len(report.manifest.files) == 3
    frame = read_release(made.folder)["stapeling"]
    rates = frame[frame["measure"] == "STA_HUISHOUDENS_PER_1000"]
    counts = frame[frame["measure"] == "STA_HUISHOUDENS"]
    for (_, count), (_, rate) in zip(counts.iterrows(), rates.iterrows(), strict=True):
        assert count["symbol"] == rate["symbol"]
        if count["symbol"] == "*":
            thousandth = count["value"] / POPULATION[count["region_code"]] * 1000
            assert abs(rate["value"] - thousandth) <= 0.5


def test_an_approval_of_last_time_does_not_release_this_time(candidate, tmp_path):
    votes = two_approvals(candidate)
    table = candidate.folder / "tables/stapeling.csv"
    table.write_bytes(table.read_bytes().replace(b"2023-H1", b"2023-H2"))
    later = read_candidate(candidate.folder)
    with pytest.raises(NotCleared, match="2 are for other bytes than these"):
        clear(later, votes, COMMITTEE)


def test_tables_of_one_release_do_not_fit_in_another(candidate, tmp_path):
    cleared = clear(candidate, two_approvals(candidate), COMMITTEE)
    folders = []
    for name, journal in (("one", "1" * 64), ("two", "2" * 64)):
        facts = replace(FACTS, journal=journal)
        made = release(cleared, tmp_path / name, signing_key=SIGNING_KEY, facts=facts)
        folders.append(made.folder)
    one, two = folders
    shutil.copy(one / "manifest.json", two / "manifest.json")
    with pytest.raises(
        VerificationFailed, match=r"manifest\.sig: is not the signature"
    ):
        verify(two)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")
def test_openssl_agrees_on_the_signature(candidate, tmp_path):
    """Nobody has to trust our own `verify` for the seal."""
    cleared = clear(candidate, two_approvals(candidate), COMMITTEE)
    folder = release(
        cleared, tmp_path / "outside", signing_key=SIGNING_KEY, facts=FACTS
    ).folder
    command = [
        "openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "manifest.pub",
        "-rawin", "-in", "manifest.json", "-sigfile", "manifest.sig",
    ]  # fmt: skip
    good = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    assert good.returncode == 0, good.stderr
    manifest = folder / "manifest.json"
    manifest.write_bytes(manifest.read_bytes().replace(b"anna", b"hans"))
    assert (
        subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode
        != 0
    )
