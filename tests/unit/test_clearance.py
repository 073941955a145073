import hashlib
import json
from base64 import b64decode
from dataclasses import replace
from datetime import datetime

import pytest

from outputs.candidate import read_candidate
from outputs.clearance import (
    Committee,
    Verdict,
    Vote,
    cast_vote,
    clear,
    open_votes,
    state_of,
    votes_on,
)
from outputs.clearance_states import (
    TRANSITIONS,
    ClearanceEvent,
    ClearanceState,
    reviewed,
    states_and_duties,
)
from outputs.dsse import seal, unseal
from outputs.errors import NotCleared, ReleaseRefused
from rules.duties import DUTIES, Act, Role
from tests.support.releases import (
    COMMITTEE,
    KEYS,
    NOON,
    a_candidate,
    a_vote,
    two_approvals,
)


APPROVE, REJECT = Verdict.APPROVE, Verdict.REJECT


@pytest.fixture
def candidate(tmp_path):
    return a_candidate(tmp_path)


def opened(*envelopes):
    return open_votes(envelopes, COMMITTEE)


def test_two_checkers_who_approve_clear_the_candidate(candidate):
    cleared = clear(candidate, two_approvals(candidate), COMMITTEE)
    assert cleared.candidate == candidate
    assert cleared.checkers == ("anna", "bert")


def test_one_checker_is_not_enough(candidate):
    with pytest.raises(NotCleared, match="1 of 2 votes are in"):
        clear(candidate, [a_vote(candidate, "anna")], COMMITTEE)


def test_without_votes_nothing_is_cleared(candidate):
    with pytest.raises(NotCleared, match="0 of 2 votes are in"):
        clear(candidate, [], COMMITTEE)


@pytest.mark.parametrize("verdicts", [(APPROVE, REJECT), (REJECT, APPROVE)])
def test_one_rejection_is_enough(candidate, verdicts):
    first = a_vote(candidate, "anna", verdicts[0])
    second = a_vote(candidate, "bert", verdicts[1], voted=("anna",))
    with pytest.raises(NotCleared, match="1 of 2 checkers rejected"):
        clear(candidate, [first, second], COMMITTEE)


def test_an_author_does_not_vote(candidate):
    with pytest.raises(NotCleared, match="dirk made these tables"):
        a_vote(candidate, "dirk")


def test_a_vote_of_an_author_does_not_clear(candidate):
    """Not even one that was cast when nobody knew who the author was."""
    unaware = replace(COMMITTEE, authors=frozenset())
    votes = [a_vote(candidate, name, committee=unaware) for name in ("anna", "dirk")]
    assert clear(candidate, votes, unaware)
    with pytest.raises(NotCleared, match="dirk made these tables"):
        clear(candidate, votes, COMMITTEE)


def test_the_same_person_does_not_vote_twice(candidate):
    with pytest.raises(NotCleared, match="anna voted on this candidate already"):
        a_vote(candidate, "anna", voted=("anna",))


def test_two_votes_of_the_same_person_do_not_clear(candidate):
    votes = [a_vote(candidate, "anna"), a_vote(candidate, "anna")]
    with pytest.raises(NotCleared, match="2 votes are of 1 checkers"):
        clear(candidate, votes, COMMITTEE)


def test_two_names_with_one_key_are_one_person():
    key = KEYS["anna"].public_key()
    with pytest.raises(NotCleared, match="2 checkers have 1 different keys"):
        Committee({"anna": key, "anna2": key}, authors=frozenset())


def test_an_unknown_person_does_not_vote(candidate):
    with pytest.raises(NotCleared, match="mallory is not one of the 4 checkers"):
        a_vote(candidate, "mallory")


def test_a_vote_of_an_unknown_person_does_not_clear(candidate):
    outsiders = Committee({"mallory": KEYS["mallory"].public_key()}, frozenset())
    votes = [
        a_vote(candidate, "anna"),
        a_vote(candidate, "mallory", committee=outsiders),
    ]
    with pytest.raises(NotCleared, match="vote 2 cannot be trusted"):
        clear(candidate, votes, COMMITTEE)


def test_nobody_votes_with_the_key_of_another(candidate):
    vote = Vote("anna", APPROVE, "", candidate.digest, NOON)
    with pytest.raises(NotCleared, match="not that of anna"):
        cast_vote(candidate, vote, key=KEYS["bert"], committee=COMMITTEE, voted=())


def test_nobody_signs_under_the_name_of_another(candidate):
    """Bert signs a statement that says it is Anna's."""
    name, statement = unseal(a_vote(candidate, "bert"), COMMITTEE.checkers)
    assert name == "bert"
    statement["predicate"]["checker"] = "anna"
    votes = [a_vote(candidate, "carla"), seal(statement, KEYS["bert"])]
    with pytest.raises(NotCleared, match="vote 2 is not what its signer says"):
        clear(candidate, votes, COMMITTEE)


def test_a_verdict_changed_after_signing_is_found(candidate):
    envelope = json.loads(a_vote(candidate, "anna", REJECT))
    other = json.loads(a_vote(candidate, "anna", APPROVE))
    envelope["payload"] = other["payload"]
    with pytest.raises(NotCleared, match="vote 1 cannot be trusted"):
        opened(json.dumps(envelope).encode())


def test_an_envelope_of_another_type_is_refused(candidate):
    envelope = json.loads(a_vote(candidate, "anna"))
    envelope["payloadType"] = "text/plain"
    with pytest.raises(NotCleared, match="vote 1 cannot be trusted"):
        opened(json.dumps(envelope).encode())


@pytest.mark.parametrize(
    "envelope",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b'{"payload": "", "payloadType": "", "signatures": []}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_envelope_is_refused(envelope):
    with pytest.raises(NotCleared, match="vote 1 cannot be trusted"):
        opened(envelope)


def test_another_signed_statement_is_no_vote(candidate):
    _, statement = unseal(a_vote(candidate, "anna"), COMMITTEE.checkers)
    statement["predicateType"] = "https://slsa.dev/provenance/v1"
    with pytest.raises(NotCleared, match="vote 1 is not what its signer says"):
        opened(seal(statement, KEYS["anna"]))


def test_a_changed_byte_voids_the_votes(candidate):
    votes = two_approvals(candidate)
    table = candidate.folder / "tables/stapeling.csv"
    content = bytearray(table.read_bytes())
    content[-3] ^= 1
    table.write_bytes(content)
    changed = read_candidate(candidate.folder)
    with pytest.raises(NotCleared, match="0 of 2 votes are in, 2 are for other bytes"):
        clear(changed, votes, COMMITTEE)


def test_a_swapped_file_voids_the_votes(candidate):
    votes = two_approvals(candidate)
    table = candidate.folder / "tables/stapeling.csv"
    table.rename(candidate.folder / "tables/wmo_type.csv")
    with pytest.raises(NotCleared, match="2 are for other bytes"):
        clear(read_candidate(candidate.folder), votes, COMMITTEE)


def test_an_added_file_voids_the_votes(candidate):
    votes = two_approvals(candidate)
    (candidate.folder / "docs/meer.md").write_text("x")
    with pytest.raises(NotCleared, match="2 are for other bytes"):
        clear(read_candidate(candidate.folder), votes, COMMITTEE)


def test_whoever_voted_votes_again_on_changed_bytes(candidate):
    first = a_vote(candidate, "anna", REJECT)
    (candidate.folder / "docs/stapeling.md").write_text("beter")
    better = read_candidate(candidate.folder)
    again = a_vote(better, "anna")
    second = a_vote(better, "bert", voted=("anna",))
    assert clear(better, [first, again, second], COMMITTEE).checkers == ("anna", "bert")


def test_a_vote_is_on_what_was_reviewed(candidate):
    vote = Vote("anna", APPROVE, "", candidate.digest, NOON)
    (candidate.folder / "docs/stapeling.md").write_text("anders")
    changed = read_candidate(candidate.folder)
    with pytest.raises(NotCleared, match="not the one that was reviewed"):
        cast_vote(changed, vote, key=KEYS["anna"], committee=COMMITTEE, voted=())


def test_voting_closes_after_two_votes(candidate):
    with pytest.raises(NotCleared, match="closed: it is reviewed"):
        a_vote(candidate, "carla", REJECT, voted=("anna", "bert"))


def test_a_vote_needs_a_time_with_a_zone(candidate):
    naive = datetime(2023, 9, 1, 12)  # noqa: DTZ001 - the very mistake
    vote = Vote("anna", APPROVE, "", candidate.digest, naive)
    with pytest.raises(ValueError, match="time zone"):
        cast_vote(candidate, vote, key=KEYS["anna"], committee=COMMITTEE, voted=())


def test_a_vote_of_a_former_checker_is_void(candidate):
    without = replace(
        COMMITTEE,
        checkers={n: k for n, k in COMMITTEE.checkers.items() if n != "anna"},
        former={"anna": COMMITTEE.checkers["anna"]},
    )
    with pytest.raises(NotCleared, match="1 of 2 votes are in"):
        clear(candidate, two_approvals(candidate), without)


@pytest.mark.parametrize("verdict", Verdict)
def test_the_state_after_one_vote_does_not_tell_the_verdict(candidate, verdict):
    votes = opened(a_vote(candidate, "anna", verdict))
    assert state_of(votes) is ClearanceState.PARTLY_REVIEWED


@pytest.mark.parametrize(
    ("verdicts", "state"),
    [
        ([], ClearanceState.PROPOSED),
        ([APPROVE, APPROVE], ClearanceState.APPROVED),
        ([APPROVE, REJECT], ClearanceState.REJECTED),
        ([REJECT, REJECT], ClearanceState.REJECTED),
    ],
)
def test_the_state_follows_from_the_votes(candidate, verdicts, state):
    envelopes = []
    for name, verdict in zip(["anna", "bert"], verdicts, strict=False):
        envelopes.append(a_vote(candidate, name, verdict))
    votes = opened(*envelopes)
    assert state_of(votes_on(candidate, votes)) is state
    changed = replace(candidate, files={**candidate.files, "docs/x.md": "0" * 64})
    after = TRANSITIONS[state].get(ClearanceEvent.CANDIDATE_CHANGES, state)
    assert state_of(votes_on(changed, votes)) is after is ClearanceState.PROPOSED


@pytest.mark.parametrize(
    ("votes", "state"),
    [(0, "proposed"), (1, "partly reviewed"), (2, "reviewed"), (3, "reviewed")],
)
def test_sealed_votes_tell_their_number_only(votes, state):
    assert reviewed(votes).value == state


def test_every_state_is_reached_and_every_event_leads_somewhere():
    reached = {to for ways in TRANSITIONS.values() for to in ways.values()}
    assert set(TRANSITIONS) == set(ClearanceState) == reached
    events = {event for ways in TRANSITIONS.values() for event in ways}
    assert events == set(ClearanceEvent)


def test_nothing_that_is_outside_becomes_anything_inside():
    """A release is superseded or withdrawn, and a withdrawn one stays so."""
    outside = {ClearanceState.RELEASED, ClearanceState.SUPERSEDED}
    for state in outside:
        assert set(TRANSITIONS[state].values()) <= {*outside, ClearanceState.WITHDRAWN}
    assert TRANSITIONS[ClearanceState.WITHDRAWN] == {}


def test_the_document_shows_every_transition_and_every_duty():
    text = states_and_duties()
    assert "[*] --> PROPOSED" in text
    arrows = [line for line in text.splitlines() if "-->" in line]
    assert len(arrows) == 1 + sum(len(ways) for ways in TRANSITIONS.values())
    assert not any(";" in line for line in arrows)  # Mermaid ends a line at ;
    assert "APPROVED --> RELEASED: is released (publisher)" in text
    for act, role in DUTIES.items():
        assert f"| {act.value} | {role.value} |" in text


def test_every_act_is_somebodys():
    assert set(DUTIES) == set(Act)
    assert Role.FORMER not in DUTIES.values()


def test_a_vote_is_an_in_toto_statement_in_a_dsse_envelope(candidate):
    envelope = json.loads(a_vote(candidate, "anna"))
    payload = b64decode(envelope["payload"])
    statement = json.loads(payload)
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert {one["name"]: one["digest"]["sha256"] for one in statement["subject"]} == (
        candidate.files
    )
    kind = b"application/vnd.in-toto+json"
    signed = b"DSSEv1 28 " + kind + b" " + str(len(payload)).encode() + b" " + payload
    signature = b64decode(envelope["signatures"][0]["sig"])
    KEYS["anna"].public_key().verify(signature, signed)  # raises if it is not


@pytest.mark.parametrize(
    "path",
    ["tables/secret.parquet", "cells/exact.csv", "tables/deep/x.csv", "notes.md",
     "tables/.hidden.csv", "tables/a b.csv"],
)  # fmt: skip
def test_a_file_that_may_not_leave_is_no_candidate(candidate, path):
    (candidate.folder / path).parent.mkdir(parents=True, exist_ok=True)
    (candidate.folder / path).write_text("x")
    with pytest.raises(ReleaseRefused, match="4 files, 1 of which may not leave"):
        read_candidate(candidate.folder)


@pytest.mark.parametrize("to", ["stapeling.md", "../tables"])
def test_a_link_is_no_candidate(candidate, to):
    (candidate.folder / "docs/link.md").symlink_to(to)
    with pytest.raises(ReleaseRefused, match="1 of which may not leave"):
        read_candidate(candidate.folder)


def test_an_empty_folder_is_no_candidate(tmp_path):
    with pytest.raises(ReleaseRefused, match="has 0 files"):
        read_candidate(tmp_path)


def test_the_digest_is_that_of_sha256sum(candidate):
    """So that a checker can take it with standard tools."""
    lines = "".join(
        f"{candidate.files[path]}  {path}\n" for path in sorted(candidate.files)
    )
    assert candidate.digest == hashlib.sha256(lines.encode()).hexdigest()
