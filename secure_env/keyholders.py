"""Who holds the store key: a file, a variable, the keyring, or a hardware module.

A holder wraps other keys and does not give its own away; the store asks for no more.
"""

import os
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from cryptography.hazmat.primitives.keywrap import (
    InvalidUnwrap,
    aes_key_unwrap,
    aes_key_wrap,
)

from secure_env.errors import NotInside
from secure_env.keys import derived_key, make_secret, passphrase, read_secret


class KeyHolder(Protocol):
    """One store key, in use."""

    @property
    def identity(self) -> str: ...

    def wrap(self, key: bytes) -> bytes: ...

    def unwrap(self, wrapped: bytes) -> bytes:
        """The key; NotInside when it was not wrapped by this holder."""


class KeyPlace(Protocol):
    """Where store keys are kept, each under its identity."""

    def make(self) -> KeyHolder:
        """A new store key beside the ones that there are."""

    def find(self, identity: str) -> KeyHolder:
        """The store key of this identity, or NotInside."""

    def keep_only(self, identity: str) -> None:
        """Destroy every other store key of this environment."""


@dataclass(frozen=True, slots=True)
class SecretHolder:
    """A store key in memory: wraps with AES (RFC 3394)."""

    _secret: bytes = field(repr=False)

    @property
    def identity(self) -> str:
        return derived_key(self._secret, "store/identity").hex()[:16]

    def wrap(self, key: bytes) -> bytes:
        return aes_key_wrap(self._secret, key)

    def unwrap(self, wrapped: bytes) -> bytes:
        try:
            return aes_key_unwrap(self._secret, wrapped)
        except (InvalidUnwrap, ValueError):
            raise _not_ours() from None


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
            raise _not_ours()
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
        ring = _extra("keyring")
        ring.set_password(self.service, made.identity, secret.hex())
        self._list(ring, [*self._listed(ring), made.identity])
        return made

    def find(self, identity: str) -> KeyHolder:
        kept = _extra("keyring").get_password(self.service, identity)
        if kept is None:
            raise NotInside(
                f"the store key {identity} is not in the keyring of this user; "
                "ask the one who keeps it"
            )
        return SecretHolder(bytes.fromhex(kept))

    def keep_only(self, identity: str) -> None:
        ring = _extra("keyring")
        for other in self._listed(ring):
            if other != identity:
                with suppress(ring.errors.PasswordDeleteError):  # of a killed call
                    ring.delete_password(self.service, other)
        self._list(ring, [identity])

    def _listed(self, ring: Any) -> list[str]:
        return (ring.get_password(self.service, "identities") or "").split()

    def _list(self, ring: Any, identities: list[str]) -> None:
        ring.set_password(self.service, "identities", " ".join(identities))


@dataclass(frozen=True, slots=True)
class TokenHolder:
    """A store key that never leaves its hardware module."""

    identity: str
    _key: Any = field(repr=False)

    def wrap(self, key: bytes) -> bytes:
        pkcs11 = _extra("pkcs11")
        inner = self._key.session.create_object(
            {
                pkcs11.Attribute.CLASS: pkcs11.ObjectClass.SECRET_KEY,
                pkcs11.Attribute.KEY_TYPE: pkcs11.KeyType.AES,
                pkcs11.Attribute.VALUE: key,
                pkcs11.Attribute.TOKEN: False,
                pkcs11.Attribute.EXTRACTABLE: True,
                pkcs11.Attribute.SENSITIVE: False,
            }
        )
        return bytes(self._key.wrap_key(inner))

    def unwrap(self, wrapped: bytes) -> bytes:
        pkcs11 = _extra("pkcs11")
        try:
            inner = self._key.unwrap_key(
                pkcs11.ObjectClass.SECRET_KEY,
                pkcs11.KeyType.AES,
                wrapped,
                store=False,
                template={
                    pkcs11.Attribute.EXTRACTABLE: True,
                    pkcs11.Attribute.SENSITIVE: False,
                },
            )
        except pkcs11.PKCS11Error:
            raise _not_ours() from None
        return bytes(inner[pkcs11.Attribute.VALUE])


@dataclass(frozen=True)
class InModule:
    """A PKCS#11 module (GMSD_PKCS11_MODULE) and its token (GMSD_PKCS11_TOKEN)."""

    service: str

    def make(self) -> KeyHolder:
        pkcs11 = _extra("pkcs11")
        identity = secrets.token_hex(8)
        self._session.generate_key(
            pkcs11.KeyType.AES,
            256,
            label=f"{self.service} {identity}",
            store=True,
            capabilities=pkcs11.MechanismFlag.WRAP | pkcs11.MechanismFlag.UNWRAP,
            template={
                pkcs11.Attribute.EXTRACTABLE: False,
                pkcs11.Attribute.SENSITIVE: True,
            },
        )
        return self.find(identity)

    def find(self, identity: str) -> KeyHolder:
        for key in self._keys():
            if key.label == f"{self.service} {identity}":
                return TokenHolder(identity, key)
        raise NotInside(
            f"the store key {identity} is not in the hardware module; "
            "ask the one who keeps it"
        )

    def keep_only(self, identity: str) -> None:
        for key in self._keys():
            if key.label.startswith(self.service) and not key.label.endswith(identity):
                key.destroy()

    def _keys(self) -> list[Any]:
        secret_key = _extra("pkcs11").ObjectClass.SECRET_KEY
        attribute = _extra("pkcs11").Attribute.CLASS
        return list(self._session.get_objects({attribute: secret_key}))

    @cached_property
    def _session(self) -> Any:
        pkcs11 = _extra("pkcs11")
        try:
            library = pkcs11.lib(os.environ["GMSD_PKCS11_MODULE"])
            token = library.get_token(token_label=os.environ["GMSD_PKCS11_TOKEN"])
            return token.open(rw=True, user_pin=passphrase("pkcs11"))
        except (KeyError, RuntimeError, pkcs11.PKCS11Error):
            raise NotInside(
                "the hardware module does not open; set GMSD_PKCS11_MODULE and "
                "GMSD_PKCS11_TOKEN, and give the right PIN"
            ) from None


PLACES = ("file", "variable", "keyring", "module")
"""How the settings name where the store key is kept."""


def place(kind: str, folder: Path, *, service: str, passphrases: bool) -> KeyPlace:
    """The place that the settings name; `service` tells environments apart."""
    made: Mapping[str, Callable[[], KeyPlace]] = {
        "file": lambda: InFile(folder, passphrases),
        "variable": InVariable,
        "keyring": lambda: InKeyring(service),
        "module": lambda: InModule(service),
    }
    return made[kind]()


def _extra(library: str) -> Any:
    try:
        return import_module(library)
    except ImportError:
        raise NotInside(
            f"the library {library} is not installed; install gmsd[{library}]"
        ) from None


def _not_ours() -> NotInside:
    return NotInside(
        "the store key is another than the one this environment was made with; "
        "put back the original"
    )
