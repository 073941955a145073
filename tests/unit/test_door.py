"""The door: no number of a person, no region that does not publish."""

from pathlib import Path

import pytest

from outputs.candidate import Candidate, read_candidate
from outputs.door import door_findings
from outputs.errors import ReleaseRefused
from outputs.release import release
from tests.support.releases import FACTS, SIGNING_KEY, a_candidate, cleared


@pytest.fixture
def candidate(tmp_path: Path) -> Candidate:
    return a_candidate(tmp_path / "candidate")


def test_a_good_candidate_passes(candidate: Candidate):
    assert door_findings(candidate, FACTS, opted_out={"GM0363", "WK036301"}) == []


@pytest.mark.parametrize(
    "text",
    ["123456782", "BSN 123456782.", "R123456789", "S" + "0a" * 16, "|000000012|"],
)
def test_a_number_of_a_person_does_not_leave(candidate: Candidate, text: str):
    page = candidate.folder / "docs/stapeling.md"
    page.write_text(f"Toelichting\n{text}\n", "utf-8")
    changed = read_candidate(candidate.folder)
    finding = "docs/stapeling.md, line 2: holds what may be a person's number."
    assert door_findings(changed, FACTS) == [finding]
    with pytest.raises(ReleaseRefused, match="a person's number") as refused:
        release(
            cleared(changed),
            candidate.folder.parent / "out",
            signing_key=SIGNING_KEY,
            facts=FACTS,
        )
    assert text not in str(refused.value)


@pytest.mark.parametrize(
    "text", ["17825000", "2023-01-01", "85994NED", "0." + "3" * 12]
)
def test_other_numbers_are_nobody(candidate: Candidate, text: str):
    page = candidate.folder / "docs/stapeling.md"
    page.write_text(f"{text}\n", "utf-8")
    assert door_findings(read_candidate(candidate.folder), FACTS) == []


def test_a_region_that_does_not_publish_does_not_leave(candidate: Candidate):
    found = door_findings(candidate, FACTS, opted_out={"GM0310", "WK031001"})
    assert found == [
        "tables/stapeling.csv: 36 lines are of regions that do not publish."
    ]
    with pytest.raises(ReleaseRefused, match="do not publish"):
        release(
            cleared(candidate),
            candidate.folder.parent / "out",
            signing_key=SIGNING_KEY,
            facts=FACTS,
            opted_out={"GM0310"},
        )
