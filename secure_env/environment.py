"""The environment folder: its people, keys, store and journal."""

import os
import shutil
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from rules.duties import DUTIES, Act, Role
from secure_env.errors import NotInside, UsageError
from secure_env.journal import Deed, Entry, Journal
from secure_env.keyholders import place
from secure_env.keys import (
    derived_key,
    identity_of,
    make_pair,
    make_secret,
    passphrase,
    person_name,
    public_key,
    read_secret,
    signing_key,
)
from secure_env.lock import locked
from secure_env.period_keys import PeriodKeys
from secure_env.settings import (
    AS_FILES,
    Custody,
    Person,
    Settings,
    read_settings,
    write_settings,
)
from secure_env.store import Store


Work = Literal["receive", "run"]
"""What two processes may not do at once: take in deliveries, make a room."""

_PATIENCE = 3600.0

APPOINTING = ("initialised", "appointed")
"""The steps of the journal that name the settings from then on."""


@dataclass(frozen=True, slots=True)
class People:
    """Everyone with a key in this environment, by the settings."""

    folder: Path
    persons: Mapping[str, Person]
    must_be_protected: bool = False
    _unlocked: dict[str, Ed25519PrivateKey] = field(
        default_factory=dict, repr=False, compare=False
    )

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.persons)

    def private(self, name: str) -> Ed25519PrivateKey:
        """The signing key, unlocked once; refused when it is not of the settings."""
        person = self._known(name)
        if name not in self._unlocked:
            path = self.folder / f"{person_name(name)}.key"
            key = signing_key(
                read_secret(path, must_be_protected=self.must_be_protected)
            )
            if key.public_key().public_bytes_raw().hex() != person.key:
                raise NotInside(
                    f"key file {path.name} is not the key that the settings give "
                    f"{name}; put back the original"
                )
            self._unlocked[name] = key
        return self._unlocked[name]

    def public(self, name: str) -> Ed25519PublicKey:
        return public_key(bytes.fromhex(self._known(name).key))

    def vote_key(self, name: str) -> X25519PrivateKey:
        """What a publisher opens votes with; follows from the signing key."""
        return _vote_key(self.private(name))

    def _known(self, name: str) -> Person:
        if name not in self.persons:
            raise NotInside(
                "nobody of that name belongs to this environment; "
                f"it knows {', '.join(self.names)}"
            )
        return self.persons[name]


@dataclass(frozen=True, slots=True)
class Environment:
    """An opened environment folder; `acting` is who was said to be at the keyboard."""

    root: Path
    settings: Settings
    store: Store
    journal: Journal
    people: People
    acting: str | None = None

    @property
    def statistician(self) -> str:
        return self.settings.with_role(Role.STATISTICIAN)[0]

    @property
    def checkers(self) -> tuple[str, ...]:
        return self.settings.with_role(Role.CHECKER)

    @property
    def pseudonym_key(self) -> bytes:
        """For intake only: whoever has it can try all BSNs.

        Under another key nobody who came in before would be found again.
        """
        path = self.root / "keys" / "pseudonym.key"
        protected = self.settings.custody.passphrases
        key = read_secret(path, must_be_protected=protected)
        if identity_of(key, "pseudonym") != self.settings.pseudonym_key:
            raise NotInside(
                f"key file {path.name} is not the key that persons were keyed with; "
                "put back the original"
            )
        return key

    def actor(self, act: Act) -> str:
        """Who does this: who was named, else the only one whose duty it is."""
        able = self.settings.with_role(DUTIES[act])
        if self.acting is None and len(able) == 1:
            return able[0]
        if self.acting in able:
            return self.acting
        who = "nobody was named" if self.acting is None else f"{self.acting} is not"
        raise NotInside(
            f"to {act.value} is for {_one(DUTIES[act])}, and {who}; "
            f"say --as {' or '.join(able)}"
        )

    def deed(self, act: Act, step: str, subject: Mapping[str, str | int]) -> Deed:
        """What the one whose duty it is will write in the journal."""
        return Deed(self.journal, self.actor(act), step, subject)

    def alone(
        self, work: Work, waiting: Callable[[str], None] = lambda _: None
    ) -> AbstractContextManager[None]:
        """One process at a time does this work; another waits, for an hour at most."""
        lock = self.root / "locks" / f"{work}.lock"
        return locked(lock, seconds=_PATIENCE, waiting=waiting)

    def verify(self) -> list[Entry]:
        """The journal's entries, all in order, and the settings theirs."""
        entries = self.journal.verify()
        said = [entry.subject for entry in entries if entry.step in APPOINTING]
        if not said or said[-1].get("settings") != self.settings.digest:
            raise NotInside(
                "the settings are not those that the journal names last; "
                "give gmsd appoint again, or put back the original environment.toml"
            )
        return entries


def initialise(
    root: Path,
    *,
    statistician: str,
    checkers: Sequence[str],
    others: Mapping[Role, str] | None = None,
    custody: Custody = AS_FILES,
) -> Environment:
    """Make a new environment in an empty or absent folder, complete or not at all.

    Roles that are not given are of somebody who is named after the role.
    """
    roles = _roles(statistician, checkers, others or {})
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise UsageError(f"{root} is not empty; choose a new folder")
    root.parent.mkdir(parents=True, exist_ok=True)
    draft = root.parent / f".{root.name}.{os.getpid()}.new"
    draft.mkdir(mode=0o700)
    try:
        _fill(draft, roles, custody)
        if root.exists():
            root.rmdir()
        draft.rename(root)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return open_environment(root)


def open_environment(root: Path, acting: str | None = None) -> Environment:
    """The environment in this folder, refused when it is not one of ours."""
    return _environment(root, read_settings(root), acting)


def appoint(environment: Environment, name: str, role: Role) -> Environment:
    """Give a person a role, and a key when it is somebody new."""
    settings, people = environment.settings, environment.people
    administrator = environment.actor(Act.APPOINT)
    if name in settings.people:
        person = replace(settings.people[name], role=role)
    else:
        for left in people.folder.glob(f"{person_name(name)}.*"):
            left.unlink()  # of a call that was killed: nobody signed with it yet
        person = _new_person(people.folder, name, role, settings.custody)
    changed = replace(
        settings, people={**settings.people, name: person}, signed_by=administrator
    )
    after = _environment(environment.root, changed, environment.acting)
    subject = {"person": name, "role": role.value, "settings": changed.digest}
    Deed(after.journal, administrator, "appointed", subject).write()
    write_settings(environment.root, changed, people.private(administrator))
    return after


def key_file(environment: Environment, name: str) -> Path:
    """The file of a person's key, of the `pseudonym` key, or of the `store` key."""
    folder = environment.root / "keys"
    if name == "store":
        found = list(folder.glob("store-*.key"))
    elif name == "pseudonym":
        found = list(folder.glob("pseudonym.key"))
    else:
        found = list(environment.people.folder.glob(f"{person_name(name)}.key"))
    if len(found) != 1:
        raise UsageError(f"there are {len(found)} files with a {name} key, not one")
    return found[0]


def _environment(root: Path, settings: Settings, acting: str | None) -> Environment:
    keys = root / "keys"
    people = People(keys / "people", settings.people, settings.custody.passphrases)
    held = place(
        settings.custody.store_key,
        keys,
        service=settings.service,
        passphrases=settings.custody.passphrases,
    )
    period_keys = PeriodKeys(keys / "periods.json", root / "locks" / "keys.lock", held)
    journal = Journal(root / "journal.jsonl", people)
    return Environment(
        root, settings, Store(root, period_keys), journal, people, acting
    )


def _roles(
    statistician: str, checkers: Sequence[str], others: Mapping[Role, str]
) -> list[tuple[str, Role]]:
    found = [(statistician, Role.STATISTICIAN), *((c, Role.CHECKER) for c in checkers)]
    rest = (Role.INTAKE, Role.PUBLISHER, Role.ADMINISTRATOR)
    found += [(others.get(role, role.value), role) for role in rest]
    names = {person_name(name) for name, _ in found}
    if len(checkers) < 2 or len(names) != len(found):
        raise UsageError(
            "an environment needs a statistician and two or more checkers, "
            f"all different people; got {len(names)} people for {len(found)} roles"
        )
    return found


def _fill(root: Path, roles: Sequence[tuple[str, Role]], custody: Custody) -> None:
    keys = root / "keys"
    for folder in (keys, keys / "people", root / "locks"):
        folder.mkdir(mode=0o700)
    secret = passphrase("pseudonym") if custody.passphrases else None
    pseudonym = identity_of(make_secret(keys / "pseudonym.key", secret), "pseudonym")
    people = {
        name: _new_person(keys / "people", name, role, custody) for name, role in roles
    }
    administrator = next(n for n, role in roles if role is Role.ADMINISTRATOR)
    service = f"gmsd-{uuid.uuid4().hex[:12]}"
    settings = Settings(people, custody, service, pseudonym, administrator)
    made = _environment(root, settings, None)
    made.store.keys.start()
    write_settings(root, settings, made.people.private(administrator))
    subject = {name: role.value for name, role in roles} | {"settings": settings.digest}
    made.deed(Act.APPOINT, "initialised", subject).write()


def _new_person(folder: Path, name: str, role: Role, custody: Custody) -> Person:
    secret = passphrase(name) if custody.passphrases else None
    key = make_pair(folder, person_name(name), secret)
    opens = _vote_key(key).public_key().public_bytes_raw().hex()
    return Person(role, key.public_key().public_bytes_raw().hex(), opens)


def _one(role: Role) -> str:
    return f"{'an' if role.value[0] in 'aeiou' else 'a'} {role.value}"


def _vote_key(key: Ed25519PrivateKey) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(
        derived_key(key.private_bytes_raw(), "votes")
    )
