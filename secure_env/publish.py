"""From the candidate to the release: votes, the door, and what lies outside."""

import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from outputs.candidate import Candidate, read_candidate
from outputs.clearance import (
    ClearedTables,
    Committee,
    Verdict,
    Vote,
    cast_vote,
    clear,
    open_votes,
    votes_on,
)
from outputs.clearance_states import reviewed
from outputs.door import door_findings
from outputs.errors import NotCleared as OutsideNotCleared
from outputs.errors import ReleaseRefused, VerificationFailed
from outputs.manifest import MANIFEST, ReleaseFacts, TableFacts
from outputs.release import Release, must_be_free, release
from outputs.sealed import open_sealed, seal_for
from outputs.symbols import ReleaseStatus
from outputs.verify import verify
from rules.disclosure import DisclosurePolicy
from rules.duties import CHECKERS_NEEDED, Act, Role
from secure_env.environment import Environment
from secure_env.errors import NotCleared, NotInside
from secure_env.journal import Deed
from secure_env.proof import proof_findings
from secure_env.rooms import Cells, Period, Published, summary_of
from secure_env.store import Folder


CLEARED = "cleared"
RELEASED, WITHDRAWN = "released", "release withdrawn"
_NOT_MAKING = frozenset({"voted", RELEASED, WITHDRAWN, "purged"})

ENGINES = ("gmsd", "numpy", "pyarrow", "duckdb", "scipy", "highspy")


@dataclass(frozen=True, slots=True)
class Ballot:
    """What a checker hands in."""

    name: str
    verdict: Verdict
    comment: str
    time: datetime


def vote(period: Period, folder: Folder, ballot: Ballot) -> str:
    """Cast a checker's vote on the candidate; gives the state it leaves.

    What is kept of it only a publisher can open, and only when all votes are in.
    """
    name = ballot.name
    environment = period.environment
    if name not in environment.people.names:
        raise NotCleared(
            f"{name} does not belong to this environment; its checkers are "
            f"{', '.join(environment.checkers)}"
        )
    environment.verify()
    committee = committee_of(period)
    candidate = _candidate(folder)
    place = (str(period.half_year), candidate.digest[:16], name)
    envelope = cast_vote(
        candidate,
        Vote(name, ballot.verdict, ballot.comment, candidate.digest, ballot.time),
        key=environment.people.private(name),
        committee=committee,
        voted=_voters(period, candidate),
    )
    subject = {"period": str(period.half_year), "candidate": candidate.digest}
    environment.store.save(
        CLEARED,
        place,
        candidate.digest,
        {},
        {
            f"vote.{reader}": seal_for(_reader(period, reader), envelope, _about(place))
            for reader in environment.settings.with_role(Role.PUBLISHER)
        },
        Deed(environment.journal, name, "voted", subject),
    )
    return reviewed(len(_voters(period, candidate))).value


def opened_votes(period: Period, folder: Folder) -> tuple[Vote, ...]:
    """The votes on a candidate, for the publisher; refused until all are in."""
    candidate = _candidate(folder)
    committee = committee_of(period)
    return votes_on(candidate, open_votes(_envelopes(period, candidate), committee))


def release_to(period: Period, folder: Folder, target: Path) -> Release:
    """Release what was cleared; the journal is written first, its head goes along.

    A target that already holds this release is left as it is.
    """
    environment = period.environment
    environment.verify()
    candidate = _candidate(folder)
    deed = environment.deed(
        Act.RELEASE,
        RELEASED,
        {"period": str(period.half_year), "candidate": candidate.digest},
    )
    cleared = clear(candidate, _envelopes(period, candidate), committee_of(period))
    made = _made_before(period, folder, cleared, target)
    if made is not None:
        return made
    must_be_free(target)
    wrong = proof_findings(period, folder)
    if wrong:
        raise ReleaseRefused(
            f"{len(wrong)} problems with the certificate, run gmsd audit again:\n"
            + "\n".join(wrong)
        )
    return release(
        cleared,
        target,
        signing_key=environment.people.private(deed.actor),
        facts=release_facts(period, folder, deed.write()),
        opted_out=_opted_out(period),
    )


def _made_before(
    period: Period, folder: Folder, cleared: ClearedTables, target: Path
) -> Release | None:
    """The release in the target folder, when these tables were released there."""
    environment = period.environment
    key = environment.people.folder / f"{environment.actor(Act.RELEASE)}.pub"
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
    return door_findings(
        _candidate(folder), release_facts(period, folder, head), _opted_out(period)
    )


def committee_of(period: Period) -> Committee:
    """Who may vote: the checkers; never who had a hand in the period's figures."""
    environment = period.environment
    return Committee(
        {name: environment.people.public(name) for name in environment.checkers},
        _authors(environment, str(period.half_year)),
        {
            name: environment.people.public(name)
            for name in environment.people.names
            if name not in environment.checkers
        },
    )


def _authors(environment: Environment, period: str) -> frozenset[str]:
    """Everyone who did anything for the period but vote and release.

    By the journal: what somebody was then counts, not what the settings say today.
    """
    return frozenset(
        entry.actor
        for entry in environment.journal.entries()
        if entry.subject.get("period") == period and entry.step not in _NOT_MAKING
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


def _voters(period: Period, candidate: Candidate) -> list[str]:
    """Who of today's checkers voted on these bytes."""
    checkers = period.environment.checkers
    return [f.parts[2] for f in _votes(period, candidate) if f.parts[2] in checkers]


def _votes(period: Period, candidate: Candidate) -> list[Folder]:
    place = (str(period.half_year), candidate.digest[:16])
    found = period.environment.store.folders(CLEARED, *place)
    return [folder for folder in found if folder.digest == candidate.digest]


def _envelopes(period: Period, candidate: Candidate) -> list[bytes]:
    """The votes on these bytes, opened by the publisher; NotCleared before all are in.

    Says of how many older votes there are, which are for other bytes.
    """
    environment = period.environment
    reader = environment.actor(Act.RELEASE)
    voted = len(_voters(period, candidate))
    if voted < CHECKERS_NEEDED:
        every = environment.store.folders(CLEARED, str(period.half_year))
        raise OutsideNotCleared(
            f"{voted} of {CHECKERS_NEEDED} votes are in, "
            f"{len(every) - len(_votes(period, candidate))} are for other bytes than "
            "these; a checker who is not an author has to vote"
        )
    key = environment.people.vote_key(reader)
    try:
        return [
            open_sealed(key, folder.document(f"vote.{reader}"), _about(folder.parts))
            for folder in _votes(period, candidate)
        ]
    except (NotInside, ValueError):
        raise OutsideNotCleared(
            f"a vote was not sealed for {reader}; have it opened by the publisher of "
            "that time, or propose and vote again"
        ) from None


def _reader(period: Period, name: str) -> X25519PublicKey:
    opens = period.environment.settings.people[name].opens
    return X25519PublicKey.from_public_bytes(bytes.fromhex(opens))


def _about(place: Sequence[str]) -> bytes:
    return "/".join(place).encode()


def _opted_out(period: Period) -> frozenset[str]:
    """The codes of gemeenten that are in no table, and of their wijken."""
    cells = Cells.of(period)
    parts = {group[0].table.consent for group in period.by_table.values()}
    taking = {gemeente for part in parts for gemeente in cells.participants(part)}
    rows = cells.regions.select(["gemeente", "wijk"]).to_pylist()
    out = [row for row in rows if row["gemeente"] not in taking]
    return frozenset(code for row in out for code in row.values() if code is not None)
