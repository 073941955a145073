"""The settings of an environment: its people, their roles and keys; signed.

`environment.toml` ends with the administrator's signature over all that stands before
it. Who replaces the administrator too is found by the journal, which began with the
first one's signature.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rules.duties import CHECKERS_NEEDED, Role
from secure_env.disk import replace
from secure_env.errors import NotInside, UsageError
from secure_env.keyholders import PLACES
from secure_env.keys import person_name, public_key


FORMAT = 3
"""The version of the environment folder that this code makes and reads."""
NAME = "environment.toml"
_SIGNATURE = b"# signature "


@dataclass(frozen=True, slots=True)
class Person:
    """One of the people: role, public key, and for a publisher the key of votes."""

    role: Role
    key: str
    opens: str = ""


@dataclass(frozen=True, slots=True)
class Custody:
    """Where the store key is kept, and whether every key is under a passphrase."""

    store_key: str = "file"
    passphrases: bool = False


AS_FILES = Custody()
"""Keys in files of their owner, without a passphrase: how a trial begins."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What an administrator decided of an environment."""

    people: Mapping[str, Person]
    custody: Custody
    service: str
    pseudonym_key: str
    """The identity of the key that stands behind every `S` key of a person."""
    signed_by: str

    def __post_init__(self) -> None:
        if self.people[self.signed_by].role is not Role.ADMINISTRATOR:
            raise UsageError(f"{self.signed_by} is no administrator and signs nothing")
        if self.custody.store_key not in PLACES:
            raise UsageError(f"a store key is in one of {', '.join(PLACES)}")
        short = [
            f"{needed} {role.value}{'s' if needed > 1 else ''}"
            for role, needed in _NEEDED.items()
            if len(self.with_role(role)) < needed
        ]
        if short:
            raise UsageError(
                f"an environment needs at least {', '.join(short)}, and nobody has two "
                "roles; appoint others first"
            )

    def with_role(self, role: Role) -> tuple[str, ...]:
        return tuple(n for n, person in self.people.items() if person.role is role)

    def text(self) -> bytes:
        lines = [
            "# People, roles and keys; signed, so change it with gmsd appoint.",
            f"format = {FORMAT}",
            f'signed_by = "{self.signed_by}"',
            f'store_key = "{self.custody.store_key}"',
            f"passphrases = {str(self.custody.passphrases).lower()}",
            f'service = "{self.service}"',
            f'pseudonym_key = "{self.pseudonym_key}"',
        ]
        for name, person in self.people.items():
            lines += ["", f"[people.{person_name(name)}]"]
            lines += [f'role = "{person.role.value}"', f'key = "{person.key}"']
            lines += [f'opens = "{person.opens}"'] if person.opens else []
        return "\n".join([*lines, ""]).encode()

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text()).hexdigest()


_NEEDED = {
    Role.INTAKE: 1,
    Role.STATISTICIAN: 1,
    Role.CHECKER: CHECKERS_NEEDED,
    Role.PUBLISHER: 1,
    Role.ADMINISTRATOR: 1,
}


def write_settings(root: Path, settings: Settings, key: Ed25519PrivateKey) -> None:
    """Put signed settings in the place of the ones before, if there are any."""
    text = settings.text()
    line = _SIGNATURE + key.sign(text).hex().encode() + b"\n"
    replace(root / NAME, text + line)


def read_settings(root: Path) -> Settings:
    """The settings; NotInside when they are not as an administrator signed them."""
    try:
        content = (root / NAME).read_bytes()
        text, _, line = content.rpartition(_SIGNATURE)
        said = tomllib.loads(content.decode())
        version = said["format"]
    except (OSError, ValueError, KeyError):
        raise NotInside(
            f"{root} is no environment, or its environment.toml is damaged; "
            "make one with gmsd init"
        ) from None
    if version != FORMAT:
        raise NotInside(
            f"{root} has environment format {version}, this program knows {FORMAT}; "
            "use the program that made it"
        )
    try:
        found = _settings_from(said)
        signer = public_key(bytes.fromhex(found.people[found.signed_by].key))
        signer.verify(bytes.fromhex(line.decode()), text)
    except (InvalidSignature, ValueError, KeyError, TypeError, UsageError):
        raise NotInside(
            f"{NAME} is not as an administrator signed it; put back the original, "
            "and change it with gmsd appoint only"
        ) from None
    return found


def _settings_from(said: Mapping[str, object]) -> Settings:
    people = said["people"]
    if not isinstance(people, dict):
        raise TypeError("people is a table")
    return Settings(
        {
            name: Person(Role(one["role"]), one["key"], one.get("opens", ""))
            for name, one in people.items()
        },
        Custody(str(said["store_key"]), said["passphrases"] is True),
        str(said["service"]),
        str(said["pseudonym_key"]),
        str(said["signed_by"]),
    )
