"""The register of releases: which are outside, which were replaced or withdrawn.

A signed statement (DSSE) of the publisher. Whoever has a release and the newest
register knows whether the release still stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from outputs.clearance_states import ClearanceState
from outputs.dsse import STATEMENT_TYPE, seal, unseal


PREDICATE_TYPE = "urn:gmsd:release-register:1"


MONITOR = "monitor"
"""What most releases have: the half-yearly figures, and not those of a cohort."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One release: its line in the journal, and what became of it.

    `release` is the hash of that line, which the release has in its manifest; `what`
    figures it has: those of the monitor, or of a cohort.
    """

    number: int
    release: str
    period: str
    candidate: str
    state: ClearanceState
    reason: str = ""
    what: str = MONITOR

    def __str__(self) -> str:
        why = f": {self.reason}" if self.reason else ""
        said = f"{self.period} {self.what} {self.release[:16]} {self.state.value}{why}"
        return f"{self.number:>6} {said}"


def sealed_register(releases: Sequence[Listed], key: Ed25519PrivateKey) -> bytes:
    statement: dict[str, object] = {
        "_type": STATEMENT_TYPE,
        "subject": [
            {"name": f"{one.period} {one.number}", "digest": {"sha256": one.release}}
            for one in releases
        ],
        "predicateType": PREDICATE_TYPE,
        "predicate": [
            {
                "number": one.number,
                "period": one.period,
                "candidate": one.candidate,
                "state": one.state.value,
                "reason": one.reason,
                "what": one.what,
            }
            for one in releases
        ],
    }
    return seal(statement, key)


def read_register(path: Path, key: Ed25519PublicKey) -> list[Listed]:
    """The register in a file; ValueError when it is not one, or of another signer."""
    try:
        _, statement = unseal(path.read_bytes(), {"publisher": key})
        subjects = statement["subject"]
        if statement["predicateType"] != PREDICATE_TYPE:
            raise ValueError("another statement")
        return [
            Listed(
                said["number"],
                subject["digest"]["sha256"],
                said["period"],
                said["candidate"],
                ClearanceState(said["state"]),
                said["reason"],
                said["what"],
            )
            for subject, said in zip(subjects, statement["predicate"], strict=True)
        ]
    except (OSError, KeyError, TypeError, ValueError):
        raise ValueError("is not a register of who signed this release") from None
