"""What became of every release, as the journal tells it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from outputs.clearance_states import TRANSITIONS, ClearanceEvent, ClearanceState
from outputs.door import PERSON
from outputs.register import MONITOR, Listed, sealed_register
from rules.duties import Act
from secure_env import disk
from secure_env.environment import Environment
from secure_env.errors import UsageError
from secure_env.publish import RELEASED, WITHDRAWN


def releases(environment: Environment) -> list[Listed]:
    """Every release, oldest first, with the state that it is in now."""
    found: dict[int, Listed] = {}
    heads = environment.journal.hashes()
    for entry in environment.journal.entries():
        said = {key: str(value) for key, value in entry.subject.items()}
        if entry.step == RELEASED:
            one = Listed(
                entry.number,
                heads[entry.number - 1],
                said["period"],
                said["candidate"],
                ClearanceState.RELEASED,
                what=said.get("what", MONITOR),
            )
            found |= {other.number: other for other in _replaced_by(one, found)}
            found[entry.number] = one
        elif entry.step == WITHDRAWN:
            number = int(said["release"])
            found[number] = _after(
                found[number], ClearanceEvent.IS_WITHDRAWN, said["reason"]
            )
    return list(found.values())


def withdraw_release(environment: Environment, number: int, reason: str) -> Listed:
    """Say of a release that it is not to be used any more, and why."""
    known = {one.number: one for one in releases(environment)}
    if number not in known:
        numbers = ", ".join(map(str, known)) or "none"
        raise UsageError(f"there is no release {number}; there are {numbers}")
    if not reason.strip() or PERSON.search(reason):
        raise UsageError("say why in words, without any number of a person")
    if known[number].state is ClearanceState.WITHDRAWN:
        return known[number]
    said: dict[str, str | int] = {
        "period": known[number].period,
        "release": number,
        "reason": reason,
    }
    environment.deed(Act.WITHDRAW, WITHDRAWN, said).write()
    return _after(known[number], ClearanceEvent.IS_WITHDRAWN, reason)


def write_register(environment: Environment, path: Path) -> None:
    """Write the register, signed, for whoever has a release."""
    key = environment.people.private(environment.actor(Act.RELEASE))
    disk.replace(path, sealed_register(releases(environment), key), 0o644)


def _replaced_by(one: Listed, found: dict[int, Listed]) -> Iterator[Listed]:
    """Releases of other figures of the same period are superseded by this one."""
    for other in found.values():
        if (
            (other.period, other.what) == (one.period, one.what)
            and other.candidate != one.candidate
            and other.state is ClearanceState.RELEASED
        ):
            yield _after(other, ClearanceEvent.ANOTHER_LEAVES, "")


def _after(one: Listed, event: ClearanceEvent, reason: str) -> Listed:
    return replace(one, state=TRANSITIONS[one.state][event], reason=reason)
