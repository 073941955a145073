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
    too_few,
    votes_on,
)
from outputs.clearance_states import reviewed
from outputs.door import door_findings
from outputs.errors import NotCleared as OutsideNotCleared
from outputs.errors import ReleaseRefused, VerificationFailed
from outputs.manifest import MANIFEST, ReleaseFacts, TableFacts
from outputs.register import MONITOR
from outputs.release import Release, at_the_door, must_be_free, release
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
PROPOSED = "candidate"
"""The part of a candidate's folder that has the bytes to vote on."""
RELEASED, WITHDRAWN = "released", "release withdrawn"
_NOT_MAKING = frozenset({"voted", RELEASED, WITHDRAWN, "purged"})

ENGINES = ("gmsd", "numpy", "pyarrow", "duckdb", "scipy", "highspy")


@dataclass(frozen=True, slots=True)
class Ballot:
    """What a checker hands in; `candidate` is the digest that the checker was shown."""

    name: str
    verdict: Verdict
    comment: str
    time: datetime
    candidate: str | None = None
    """None: the checker looked at the candidate that lies in the store."""


def vote(period: Period, folder: Folder, ballot: Ballot) -> str:
    """Cast a checker's vote on the candidate; gives the state it leaves.

    What is kept of it only a publisher can open, and only when all votes are in.
    """
    name = ballot.name
    environment = period.environment
    _may_leave(period)
    if name not in environment.people.names:
        raise NotCleared(
            f"{name} does not belong to this environment; its checkers are "
            f"{', '.join(environment.checkers)}"
        )
    environment.verify()
    committee = committee_of(period)
    candidate = candidate_in(folder)
    place = (str(period.half_year), candidate.digest[:16], name)
    read = ballot.candidate or candidate.digest
    envelope = cast_vote(
        candidate,
        Vote(name, ballot.verdict, ballot.comment, read, ballot.time),
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


def _may_leave(period: Period) -> None:
    """Refuse a year or a day: half-years lie outside, from which a reader subtracts."""
    if period.span is not None:
        raise NotCleared(
            f"{period.span} is counted, protected and audited by itself, and does not "
            "leave: beside its half-years a reader could subtract"
        )


def opened_votes(period: Period, folder: Folder) -> tuple[Vote, ...]:
    """The votes on a candidate, for the publisher; refused until all are in."""
    candidate = candidate_in(folder)
    committee = committee_of(period)
    return votes_on(candidate, open_votes(_envelopes(period, candidate), committee))


def release_to(period: Period, folder: Folder, target: Path) -> Release:
    """Release what was cleared; the journal is written first, its head goes along.

    A target that already holds this release is left as it is.
    """
    environment = period.environment
    _may_leave(period)
    environment.verify()
    candidate = candidate_in(folder)
    deed = environment.deed(
        Act.RELEASE,
        RELEASED,
        {
            "period": str(period.half_year),
            "candidate": candidate.digest,
            "what": what_of(period),
        },
    )
    cleared = clear(candidate, _envelopes(period, candidate), committee_of(period))
    made = _made_before(period, folder, cleared, target)
    if made is not None:
        return made
    must_be_free(target)
    _must_be_right(period, folder, candidate)
    return release(
        cleared,
        target,
        signing_key=environment.people.private(deed.actor),
        facts=release_facts(period, folder, deed.write()),
        opted_out=_opted_out(period),
    )


def _must_be_right(period: Period, folder: Folder, candidate: Candidate) -> None:
    """Refuse before the journal says that anything was released."""
    at_door = problems_at_the_door(period, folder, candidate)
    if at_door:
        raise at_the_door(at_door)
    wrong = proof_findings(period, folder)
    if wrong:
        raise ReleaseRefused(
            f"{len(wrong)} problems with the certificate, run gmsd audit again:\n"
            + "\n".join(wrong)
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


def problems_at_the_door(
    period: Period, folder: Folder, candidate: Candidate
) -> list[str]:
    """What the door would refuse, asked before anybody votes."""
    head = period.environment.journal.head
    return door_findings(
        candidate, release_facts(period, folder, head), _opted_out(period)
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
        }
        | {
            one.table.code: TableFacts.of(
                one.table,
                one.measures,
                period.catalogue.policies[one.value.disclosure],
            )
            for one in period.estimates
        },
    )


def _table_facts(group: Sequence[Published], policy: DisclosurePolicy) -> TableFacts:
    return TableFacts.of(group[0].table, [each.indicator for each in group], policy)


def what_of(period: Period) -> str:
    """What figures a release of it has: the monitor's, or those of a cohort."""
    return period.cohort.code if period.cohort else MONITOR


def candidate_in(folder: Folder) -> Candidate:
    """The candidate of a folder; NotInside when it is not what was put in the store."""
    candidate = read_candidate(folder.path / PROPOSED)
    stored = {
        name.removeprefix(f"{PROPOSED}/"): sha256
        for name, sha256 in folder.documents.items()
        if name.startswith(f"{PROPOSED}/")
    }
    changed = len({path for path, _ in stored.items() ^ candidate.files.items()})
    if changed:
        raise NotInside(
            f"the candidate is not what was audited: {changed} files differ; find out "
            f"who changed them, remove {folder.path} and run gmsd audit again"
        )
    return candidate


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
    voted, votes = len(_voters(period, candidate)), _votes(period, candidate)
    if voted < CHECKERS_NEEDED:
        every = environment.store.folders(CLEARED, str(period.half_year))
        raise too_few(voted, len(every) - len(votes))
    key = environment.people.vote_key(reader)
    try:
        return [
            open_sealed(key, folder.document(f"vote.{reader}"), _about(folder.parts))
            for folder in votes
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


def _opted_out(period: Period) -> dict[str, frozenset[str]]:
    """Table -> the gemeenten that are not in it, and their wijken."""
    cells = Cells.of(period)
    rows = cells.regions.select(["gemeente", "wijk"]).to_pylist()
    found: dict[str, frozenset[str]] = {}
    for table, group in period.by_table.items():
        taking = set(cells.participants(group[0].table.consent))
        out = (row.values() for row in rows if row["gemeente"] not in taking)
        found[table] = frozenset(code for codes in out for code in codes if code)
    return found
