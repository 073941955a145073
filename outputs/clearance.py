"""Audited -> cleared: two checkers, neither an author, sign for exactly these bytes.

A vote is an Ed25519 signature over the digests of the candidate's files. It is sealed
for the publisher, so that nobody who votes knows another's verdict. Any change of the
candidate voids the votes, because they no longer are for these bytes.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum

from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from outputs.candidate import Candidate, digest_of
from outputs.clearance_states import (
    TRANSITIONS,
    ClearanceEvent,
    ClearanceState,
    reviewed,
)
from outputs.dsse import STATEMENT_TYPE, key_id, seal, unseal
from outputs.errors import NotCleared
from rules.duties import CHECKERS_NEEDED


PREDICATE_TYPE = "urn:gmsd:clearance-vote:1"


class Verdict(Enum):
    """What a checker says of a candidate."""

    APPROVE = "approve"
    """May be released as it is."""
    REJECT = "reject"
    """May not be released."""


@dataclass(frozen=True, slots=True)
class Vote:
    """A checker's verdict on the candidate with this digest."""

    checker: str
    verdict: Verdict
    comment: str
    candidate: str
    time: datetime


@dataclass(frozen=True, slots=True)
class Committee:
    """Who may vote, with their public keys; and who may not, having made the work.

    Votes of those who are `former` checkers by now are void.
    """

    checkers: Mapping[str, Ed25519PublicKey]
    authors: frozenset[str]
    former: Mapping[str, Ed25519PublicKey] = field(default_factory=dict)

    def __post_init__(self) -> None:
        keys = {key_id(key) for key in self.checkers.values()}
        if len(keys) < len(self.checkers):
            raise NotCleared(
                f"{len(self.checkers)} checkers have {len(keys)} different keys; "
                f"give every checker an own key"
            )


@dataclass(frozen=True, slots=True)
class ClearedTables:
    """A candidate that two checkers approved. Made by `clear`, and nowhere else."""

    candidate: Candidate
    checkers: tuple[str, str]


def cast_vote(
    candidate: Candidate,
    vote: Vote,
    *,
    key: Ed25519PrivateKey,
    committee: Committee,
    voted: Collection[str],
) -> bytes:
    """The vote, signed, as an envelope; `voted` are those who did, on these bytes."""
    _may_vote(vote.checker, committee)
    if key_id(key.public_key()) != key_id(committee.checkers[vote.checker]):
        raise NotCleared(f"the key is not that of {vote.checker}; vote with your own")
    if vote.candidate != candidate.digest:
        raise NotCleared(
            "the candidate is not the one that was reviewed; review it again, then vote"
        )
    if vote.time.tzinfo is None:
        raise ValueError("the time of a vote needs its time zone")
    if vote.checker in voted:
        raise NotCleared(f"{vote.checker} voted on this candidate already; ask another")
    if len(voted) >= CHECKERS_NEEDED:
        raise NotCleared(
            f"voting on this candidate is closed: it is {reviewed(len(voted)).value}"
        )
    return seal(_statement(candidate, vote), key)


def open_votes(envelopes: Iterable[bytes], committee: Committee) -> tuple[Vote, ...]:
    """The votes of checkers, by time; refuses all if one is not validly signed."""
    votes = [
        _open(number, envelope, committee)
        for number, envelope in enumerate(envelopes, start=1)
    ]
    valid = (vote for vote in votes if vote.checker not in committee.former)
    return tuple(sorted(valid, key=lambda vote: (vote.time, vote.checker)))


def votes_on(candidate: Candidate, votes: Iterable[Vote]) -> tuple[Vote, ...]:
    """The votes that are for exactly these bytes; a change voids the others."""
    return tuple(vote for vote in votes if vote.candidate == candidate.digest)


def state_of(votes: Sequence[Vote]) -> ClearanceState:
    """The state of a candidate of which these votes were opened."""
    if len(votes) < CHECKERS_NEEDED:
        return reviewed(len(votes))
    approved = all(vote.verdict is Verdict.APPROVE for vote in votes)
    return TRANSITIONS[ClearanceState.REVIEWED][
        ClearanceEvent.BOTH_APPROVED if approved else ClearanceEvent.ONE_REJECTED
    ]


def clear(
    candidate: Candidate, envelopes: Iterable[bytes], committee: Committee
) -> ClearedTables:
    """The candidate as cleared; NotCleared unless two checkers approved these bytes."""
    every = open_votes(envelopes, committee)
    votes = votes_on(candidate, every)
    names = [vote.checker for vote in votes]
    for name in names:
        _may_vote(name, committee)
    if len(set(names)) < len(names):
        raise NotCleared(
            f"{len(names)} votes are of {len(set(names))} checkers; keep one of each"
        )
    if len(votes) < CHECKERS_NEEDED:
        raise too_few(len(votes), len(every) - len(votes))
    if state_of(votes) is not ClearanceState.APPROVED:
        rejections = sum(vote.verdict is Verdict.REJECT for vote in votes)
        raise NotCleared(
            f"{rejections} of {len(votes)} checkers rejected these tables; "
            f"read their comments and propose others"
        )
    return ClearedTables(candidate, (names[0], names[1]))


def too_few(votes: int, others: int) -> NotCleared:
    """The refusal while votes are missing; `others` are for other bytes."""
    return NotCleared(
        f"{votes} of {CHECKERS_NEEDED} votes are in, {others} are for other bytes than "
        f"these; a checker who is not an author has to vote"
    )


def _may_vote(name: str, committee: Committee) -> None:
    if name in committee.authors:
        raise NotCleared(
            f"{name} made these tables and cannot clear them; "
            f"ask {CHECKERS_NEEDED} other checkers"
        )
    if name not in committee.checkers:
        raise NotCleared(
            f"{name} is not one of the {len(committee.checkers)} checkers of this "
            f"environment; ask one of them"
        )


def _statement(candidate: Candidate, vote: Vote) -> dict[str, object]:
    return {
        "_type": STATEMENT_TYPE,
        "subject": [
            {"name": path, "digest": {"sha256": digest}}
            for path, digest in sorted(candidate.files.items())
        ],
        "predicateType": PREDICATE_TYPE,
        "predicate": {
            "checker": vote.checker,
            "verdict": vote.verdict.value,
            "comment": vote.comment,
            "time": vote.time.astimezone(UTC).isoformat(),
        },
    }


def _open(number: int, envelope: bytes, committee: Committee) -> Vote:
    try:
        known = {**committee.former, **committee.checkers}
        signer, statement = unseal(envelope, known)
        said = statement["predicate"]
        vote = Vote(
            said["checker"],
            Verdict(said["verdict"]),
            said["comment"],
            digest_of(
                {one["name"]: one["digest"]["sha256"] for one in statement["subject"]}
            ),
            datetime.fromisoformat(said["time"]),
        )
        is_a_vote = statement["predicateType"] == PREDICATE_TYPE
    except (KeyError, TypeError, ValueError) as error:
        raise NotCleared(
            f"vote {number} cannot be trusted: it is damaged or not signed by a "
            f"checker of this environment; remove it and have that checker vote again"
        ) from error
    if not is_a_vote or signer != vote.checker:
        raise NotCleared(
            f"vote {number} is not what its signer says it is; remove it and vote again"
        )
    return vote
