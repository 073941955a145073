"""What became of every release, as the journal tells it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from outputs.clearance_states import TRANSITIONS, ClearanceEvent, ClearanceState
from outputs.door import PERSON
from outputs.register import MONITOR, Listed, sealed_register
from rules.duties import Act
from secure_env import disk
from secure_env.before import not_here
from secure_env.environment import Environment
from secure_env.errors import UsageError
from secure_env.publish import RELEASED, WITHDRAWN, candidate_in, what_of
from secure_env.rooms import Period, summary_of
from secure_env.store import Folder


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


def released_patterns(period: Period) -> tuple[str, ...]:
    """The digests of the protected cells of earlier releases of these figures.

    The oldest first; withdrawn ones too, which who has them still has. Releases of the
    very cells of now are not earlier, unless others were released after them. None of a
    year or a day was ever released. Raises AuditFailed when one is not here any more.
    """
    if period.span is not None:
        return ()
    patterns = [_pattern_of(period, said) for said in _released(period)]
    if missing := patterns.count(None):
        raise not_here(period, missing)
    found = [each for each in patterns if each is not None]
    while found and summary_of(found[-1])["cells_digest"] == period.cells_digest:
        found.pop()
    return tuple(dict.fromkeys(each.digest for each in found))


def _released(period: Period) -> Iterator[Mapping[str, str | int]]:
    """What the journal says of every release of these figures."""
    wanted = (str(period.half_year), what_of(period))
    for entry in period.environment.journal.entries():
        said = entry.subject
        of = (said.get("period"), said.get("what", MONITOR))
        if entry.step == RELEASED and of == wanted:
            yield said


def _pattern_of(period: Period, said: Mapping[str, str | int]) -> Folder | None:
    """The protected cells that a release was made of, when they are still here."""
    store, scope = period.environment.store, str(period.half_year)
    for folder in store.folders("candidate", scope):
        if candidate_in(folder).digest == said["candidate"]:
            audited = period.folder("audited", str(summary_of(folder)["audited"]))
            if audited is not None:
                return period.folder("protected", str(summary_of(audited)["protected"]))
    return None


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
