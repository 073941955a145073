"""The states of a candidate, what leads from one to another, and whose act that is."""

from collections.abc import Mapping, Sequence
from enum import Enum

from rules.duties import CHECKERS_NEEDED, DUTIES, Act


class ClearanceState(Enum):
    """How far a candidate is on its way to release, and what became of it."""

    PROPOSED = "proposed"
    """Nobody voted on these bytes."""
    PARTLY_REVIEWED = "partly reviewed"
    """One of two votes is in."""
    REVIEWED = "reviewed"
    """Both votes are in, sealed; the publisher may open them."""
    APPROVED = "approved"
    """Two checkers approved; these bytes may be released."""
    REJECTED = "rejected"
    """Two checkers voted, and at least one rejected."""
    RELEASED = "released"
    """These bytes are outside."""
    SUPERSEDED = "superseded"
    """Later figures of the same period are outside."""
    WITHDRAWN = "withdrawn"
    """Outside, and not to be used."""


class ClearanceEvent(Enum):
    """What brings a candidate into another state, and whose act that is."""

    def __init__(self, text: str, act: Act) -> None:
        self.text = text
        self.act = act

    FIRST_VOTE = "the first checker votes", Act.VOTE
    SECOND_VOTE = "the second checker votes", Act.VOTE
    BOTH_APPROVED = "the votes are opened, both approve", Act.RELEASE
    ONE_REJECTED = "the votes are opened, one rejects", Act.RELEASE
    LEAVES = "is released", Act.RELEASE
    ANOTHER_LEAVES = "other figures of the period are released", Act.RELEASE
    IS_WITHDRAWN = "is withdrawn", Act.WITHDRAW
    CANDIDATE_CHANGES = "a byte of the candidate changes", Act.MAKE


_CHANGES = {ClearanceEvent.CANDIDATE_CHANGES: ClearanceState.PROPOSED}

TRANSITIONS: Mapping[ClearanceState, Mapping[ClearanceEvent, ClearanceState]] = {
    ClearanceState.PROPOSED: {
        ClearanceEvent.FIRST_VOTE: ClearanceState.PARTLY_REVIEWED,
    },
    ClearanceState.PARTLY_REVIEWED: {
        ClearanceEvent.SECOND_VOTE: ClearanceState.REVIEWED,
        **_CHANGES,
    },
    ClearanceState.REVIEWED: {
        ClearanceEvent.BOTH_APPROVED: ClearanceState.APPROVED,
        ClearanceEvent.ONE_REJECTED: ClearanceState.REJECTED,
        **_CHANGES,
    },
    ClearanceState.APPROVED: {
        ClearanceEvent.LEAVES: ClearanceState.RELEASED,
        **_CHANGES,
    },
    ClearanceState.REJECTED: _CHANGES,
    ClearanceState.RELEASED: {
        ClearanceEvent.ANOTHER_LEAVES: ClearanceState.SUPERSEDED,
        ClearanceEvent.IS_WITHDRAWN: ClearanceState.WITHDRAWN,
    },
    ClearanceState.SUPERSEDED: {
        ClearanceEvent.LEAVES: ClearanceState.RELEASED,
        ClearanceEvent.IS_WITHDRAWN: ClearanceState.WITHDRAWN,
    },
    ClearanceState.WITHDRAWN: {},
}
"""Who may do what is `rules.duties`, what follows from it is this."""


def reviewed(votes: int) -> ClearanceState:
    """The state of a candidate with so many sealed votes on it."""
    return _after([ClearanceEvent.FIRST_VOTE, ClearanceEvent.SECOND_VOTE][:votes])


def states_and_duties() -> str:
    """docs/clearance-states.md."""
    lines = [
        "# States of a clearance, and who does what",
        "",
        "Made from `outputs.clearance.TRANSITIONS` and `rules.duties.DUTIES`.",
        "",
        "```mermaid",
        "stateDiagram-v2",
        f"    [*] --> {ClearanceState.PROPOSED.name}",
    ]
    for state, ways in TRANSITIONS.items():
        lines += [
            f"    {state.name} --> {to.name}: {event.text} ({_duty(event)})"
            for event, to in ways.items()
        ]
    lines += ["```", "", "| to ... | is for a |", "|---|---|"]
    lines += [f"| {act.value} | {role.value} |" for act, role in DUTIES.items()]
    return "\n".join(
        [
            *lines,
            "",
            f"Nobody has two roles. {CHECKERS_NEEDED} checkers vote, none of whom had",
            "a hand in the figures in any role; nobody votes twice; the votes are",
            "sealed until all are in.",
            "",
        ]
    )


def _duty(event: ClearanceEvent) -> str:
    return DUTIES[event.act].value


def _after(events: Sequence[ClearanceEvent]) -> ClearanceState:
    state = ClearanceState.PROPOSED
    for event in events:
        state = TRANSITIONS[state][event]
    return state
