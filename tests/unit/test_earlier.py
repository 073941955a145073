"""What was released before: found by the register, read as a reader reads it."""

from dataclasses import replace
from pathlib import Path

from outputs.candidate import read_candidate
from outputs.symbols import ReleaseStatus
from secure_env.earlier import Edition, editions_before
from secure_env.publish import candidate_in
from tests.support.releases import PERIOD, a_candidate
from tests.support.stages import period_of, proposed_in


def test_a_table_that_this_version_does_not_read_is_left_out(tmp_path: Path):
    candidate = a_candidate(tmp_path / "candidate")
    edition = Edition.of_candidate(candidate, PERIOD, ReleaseStatus.PRELIMINARY)
    assert (list(edition.tables), edition.label) == (
        ["stapeling"],
        "1e halfjaar 2023*",
    )
    (candidate.folder / "docs/stapeling.json").write_text("{}", "utf-8")
    older = read_candidate(candidate.folder)
    assert not Edition.of_candidate(older, PERIOD, ReleaseStatus.FINAL).tables


def test_a_release_whose_bytes_are_not_here_is_not_compared(proposed: Path):
    period, candidate = period_of(proposed), candidate_in(proposed_in(proposed))
    said = {"period": "2023-H1", "candidate": "a" * 64, "what": "monitor"}
    period.environment.journal.append("publisher", "released", said)
    assert editions_before(period, candidate) == ()
    said = {"period": "2023-H1", "candidate": candidate.digest, "what": "monitor"}
    period.environment.journal.append("publisher", "released", said)
    other = replace(candidate, files={**candidate.files, "docs/x.md": "0" * 64})
    (edition,) = editions_before(period, other)
    assert len(edition.tables) == sum(path.endswith(".csv") for path in candidate.files)
