"""The door: no number of a person, no region that does not publish."""

from pathlib import Path

import pytest

from outputs.candidate import Candidate, read_candidate
from outputs.checklist import checklist
from outputs.door import PERSON, door_findings
from outputs.errors import ReleaseRefused
from outputs.release import release
from secure_env import persons
from tests.support.releases import FACTS, SIGNING_KEY, a_candidate, cleared


@pytest.fixture
def candidate(tmp_path: Path) -> Candidate:
    return a_candidate(tmp_path / "candidate")


def test_a_good_candidate_passes(candidate: Candidate):
    opted_out = {"stapeling": {"GM0363", "WK036301"}}
    assert door_findings(candidate, FACTS, opted_out) == []


NUMBERS = [
    "123456782", "BSN 123456782.", "R123456789", "S" + "0a" * 16, "N" + "1f" * 16,
    "|000000012|",
]  # fmt: skip


@pytest.mark.parametrize("text", NUMBERS)
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


@pytest.mark.parametrize("text", [*NUMBERS, "19850312"])
@pytest.mark.parametrize("path", ["docs/stapeling.md", "tables/stapeling.csv"])
def test_the_checklist_looks_for_the_same_and_for_birth_dates(
    candidate: Candidate, path: str, text: str
):
    files = {name: candidate.read(name) for name in candidate.files}
    files[path] += f"{text}\n".encode()
    found = checklist(files, FACTS.tables, FACTS.status).persons
    line = files[path].count(b"\n")
    assert (found.wrong, found.examples) == (1, [f"{path}, regel {line}"])


def test_every_kind_of_person_key_is_looked_for():
    """The letters that linking knows; a RIN has nine digits, an HMAC 32."""
    lengths = {"R": 9, "S": 32, "N": 32}
    assert lengths.keys() == persons._BY_LETTER.keys()
    assert all(PERSON.search(letter + "1" * n) for letter, n in lengths.items())


@pytest.mark.parametrize(
    "text", ["17825000", "2023-01-01", "85994NED", "0." + "3" * 12]
)
def test_other_numbers_are_nobody(candidate: Candidate, text: str):
    page = candidate.folder / "docs/stapeling.md"
    page.write_text(f"{text}\n", "utf-8")
    assert door_findings(read_candidate(candidate.folder), FACTS) == []


def test_a_region_that_does_not_publish_does_not_leave(candidate: Candidate):
    found = door_findings(candidate, FACTS, {"stapeling": {"GM0310", "WK031001"}})
    assert found == [
        "tables/stapeling.csv: 36 lines are of regions that do not publish."
    ]
    with pytest.raises(ReleaseRefused, match="do not publish"):
        release(
            cleared(candidate),
            candidate.folder.parent / "out",
            signing_key=SIGNING_KEY,
            facts=FACTS,
            opted_out={"stapeling": {"GM0310"}},
        )


def test_a_gemeente_may_be_in_one_table_and_not_in_another(candidate: Candidate):
    assert door_findings(candidate, FACTS, {"wmo_type": {"GM0310"}}) == []
