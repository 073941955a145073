"""Where a store key can be: in a file, a variable, a keyring, or hardware."""

import os
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.keywrap import (
    InvalidUnwrap,
    aes_key_unwrap,
    aes_key_wrap,
)

from secure_env import hardware
from secure_env.errors import NotInside
from secure_env.keyholder import KeyHolder, KeyPlace, library, not_ours
from secure_env.keys import identity_of, make_secret, passphrase, read_secret


@dataclass(frozen=True, slots=True)
class SecretHolder:
    """A store key in memory: wraps with AES (RFC 3394)."""

    _secret: bytes = field(repr=False)

    @property
    def identity(self) -> str:
        return identity_of(self._secret, "store")

    def wrap(self, key: bytes) -> bytes:
        return aes_key_wrap(self._secret, key)

    def unwrap(self, wrapped: bytes) -> bytes:
        try:
            return aes_key_unwrap(self._secret, wrapped)
        except (InvalidUnwrap, ValueError):
            raise not_ours() from None


@dataclass(frozen=True, slots=True)
class InFile:
    """The default: `store-<identity>.key` in the folder of keys."""

    folder: Path
    passphrases: bool

    def make(self) -> KeyHolder:
        draft = self.folder / "store.new"
        draft.unlink(missing_ok=True)  # of a call that was killed
        made = SecretHolder(
            make_secret(draft, passphrase("store") if self.passphrases else None)
        )
        draft.rename(self._path(made.identity))
        return made

    def find(self, identity: str) -> KeyHolder:
        path = self._path(identity)
        found = SecretHolder(
            read_secret(path, owner="store", must_be_protected=self.passphrases)
        )
        if found.identity != identity:
            raise not_ours()
        return found

    def keep_only(self, identity: str) -> None:
        for path in self.folder.glob("store-*.key"):
            if path != self._path(identity):
                path.unlink()

    def _path(self, identity: str) -> Path:
        return self.folder / f"store-{identity}.key"


@dataclass(frozen=True, slots=True)
class InVariable:
    """64 hexadecimal digits in GMSD_STORE_KEY, put there by whoever starts gmsd.

    The next key is given in GMSD_STORE_KEY_NEXT; both until the change is complete.
    """

    name: str = "GMSD_STORE_KEY"

    def make(self) -> KeyHolder:
        next_name = f"{self.name}_NEXT"
        return self._holder(next_name if next_name in os.environ else self.name)

    def find(self, identity: str) -> KeyHolder:
        for name in (self.name, f"{self.name}_NEXT"):
            if name in os.environ and self._holder(name).identity == identity:
                return self._holder(name)
        raise NotInside(
            f"the store key {identity} is not in {self.name}; ask the one who keeps it"
        )

    def keep_only(self, identity: str) -> None:
        """A process cannot change what starts it; its keeper does."""

    def _holder(self, name: str) -> SecretHolder:
        try:
            secret = bytes.fromhex(os.environ.get(name, ""))
        except ValueError:
            secret = b""
        if len(secret) != 32:
            raise NotInside(f"{name} does not hold 64 hexadecimal digits; set it")
        return SecretHolder(secret)


@dataclass(frozen=True, slots=True)
class InKeyring:
    """The keyring of the operating system, by the library `keyring`."""

    service: str

    def make(self) -> KeyHolder:
        secret = secrets.token_bytes(32)
        made = SecretHolder(secret)
        ring = library("keyring")
        ring.set_password(self.service, made.identity, secret.hex())
        self._list(ring, [*self._listed(ring), made.identity])
        return made

    def find(self, identity: str) -> KeyHolder:
        kept = library("keyring").get_password(self.service, identity)
        if kept is None:
            raise NotInside(
                f"the store key {identity} is not in the keyring of this user; "
                "ask the one who keeps it"
            )
        return SecretHolder(bytes.fromhex(kept))

    def keep_only(self, identity: str) -> None:
        ring = library("keyring")
        for other in self._listed(ring):
            if other != identity:
                with suppress(ring.errors.PasswordDeleteError):  # of a killed call
                    ring.delete_password(self.service, other)
        self._list(ring, [identity])

    def _listed(self, ring: Any) -> list[str]:
        return (ring.get_password(self.service, "identities") or "").split()

    def _list(self, ring: Any, identities: list[str]) -> None:
        ring.set_password(self.service, "identities", " ".join(identities))


PLACES = ("file", "variable", "keyring", "module")
"""How the settings name where the store key is kept."""


def place(kind: str, folder: Path, *, service: str, passphrases: bool) -> KeyPlace:
    """The place that the settings name; `service` tells environments apart."""
    made: Mapping[str, Callable[[], KeyPlace]] = {
        "file": lambda: InFile(folder, passphrases),
        "variable": InVariable,
        "keyring": lambda: InKeyring(service),
        "module": lambda: hardware.InModule(service),
    }
    return made[kind]()
