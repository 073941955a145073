"""From the candidate to the release: votes, the door, and what lies outside."""

import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from outputs.candidate import Candidate, read_candidate
from outputs.clearance import (
    ClearedTables,
    Committee,
    Verdict,
    Vote,
    cast_vote,
    clear,
    open_votes,
    state_of,
    votes_on,
)
from outputs.errors import VerificationFailed
from outputs.manifest import MANIFEST, ReleaseFacts, TableFacts
from outputs.release import Release, door_findings, must_be_free, release
from outputs.symbols import ReleaseStatus
from outputs.verify import verify
from rules.disclosure import DisclosurePolicy
from secure_env.errors import NotCleared
from secure_env.rooms import Period, Published, summary_of
from secure_env.store import Folder


ENGINES = ("gmsd", "numpy", "pyarrow", "duckdb", "scipy", "highspy")


@dataclass(frozen=True, slots=True)
class Ballot:
    """What a checker hands in."""

    name: str
    verdict: Verdict
    comment: str
    time: datetime


def vote(period: Period, folder: Folder, ballot: Ballot) -> str:
    """Cast a checker's vote on the candidate; gives the state it leaves."""
    name = ballot.name
    committee = committee_of(period)
    candidate = _candidate(folder)
    environment = period.environment
    if name not in committee.checkers and name not in committee.authors:
        raise NotCleared(
            f"{name} does not belong to this environment; its checkers are "
            f"{', '.join(environment.checkers)}"
        )
    envelope = cast_vote(
        candidate,
        Vote(name, ballot.verdict, ballot.comment, candidate.digest, ballot.time),
        key=environment.signing_key(name),
        committee=committee,
        earlier=_envelopes(period),
    )
    environment.journal.append(
        name,
        "voted",
        {"period": str(period.half_year), "candidate": candidate.digest},
    )
    environment.store.save(
        "cleared",
        (str(period.half_year), candidate.digest[:16], name),
        candidate.digest,
        {},
        {"vote.json": envelope},
    )
    votes = votes_on(candidate, open_votes(_envelopes(period), committee))
    return state_of(votes).value


def release_to(period: Period, folder: Folder, target: Path) -> Release:
    """Release what was cleared; the journal is written first, its head goes along.

    A target that already holds this release is left as it is.
    """
    cleared = clear(_candidate(folder), _envelopes(period), committee_of(period))
    made = _made_before(period, folder, cleared, target)
    if made is not None:
        return made
    must_be_free(target)
    head = period.environment.journal.append(
        period.environment.statistician,
        "released",
        {"period": str(period.half_year), "candidate": cleared.candidate.digest},
    )
    key = period.environment.signing_key(period.environment.statistician)
    return release(
        cleared, target, signing_key=key, facts=release_facts(period, folder, head)
    )


def _made_before(
    period: Period, folder: Folder, cleared: ClearedTables, target: Path
) -> Release | None:
    """The release in the target folder, when these tables were released there."""
    key = period.environment.people.folder / f"{period.environment.statistician}.pub"
    try:
        manifest = verify(target, key).manifest
    except (VerificationFailed, OSError):
        return None
    files = {path: file.sha256 for path, file in manifest.files.items()}
    facts = release_facts(period, folder, manifest.facts.journal)
    said = (files, manifest.facts, manifest.checkers)
    if said != (cleared.candidate.files, facts, cleared.checkers):
        return None
    content = (target / MANIFEST).read_bytes()
    return Release(target, manifest, hashlib.sha256(content).hexdigest())


def problems_at_the_door(period: Period, folder: Folder) -> list[str]:
    """What the door would refuse, asked before anybody votes."""
    head = period.environment.journal.head
    return door_findings(_candidate(folder), release_facts(period, folder, head))


def committee_of(period: Period) -> Committee:
    environment = period.environment
    return Committee(
        {name: environment.public_key(name) for name in environment.checkers},
        frozenset({environment.statistician}),
    )


def release_facts(period: Period, folder: Folder, head: str) -> ReleaseFacts:
    """All that a release says besides its files and its checkers."""
    said = summary_of(folder)
    versions = {name: version(name) for name in ENGINES}
    return ReleaseFacts(
        period.half_year,
        ReleaseStatus(said["status"]),
        period.rules,
        str(said["certificate"]),
        head,
        {"python": sys.version.split()[0], **versions},
        {
            table: _table_facts(group, period.policy(group[0]))
            for table, group in period.by_table.items()
        },
    )


def _table_facts(group: Sequence[Published], policy: DisclosurePolicy) -> TableFacts:
    return TableFacts.of(group[0].table, [each.indicator for each in group], policy)


def _candidate(folder: Folder) -> Candidate:
    return read_candidate(folder.path / "candidate")


def _envelopes(period: Period) -> list[bytes]:
    folders = period.environment.store.folders("cleared", str(period.half_year))
    return [folder.document("vote.json") for folder in folders]
