"""The store key in a hardware module, by PKCS#11: it never leaves the module.

Tested with SoftHSM2 where that is installed.
"""

import os
import secrets
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from secure_env.errors import NotInside
from secure_env.keyholder import KeyHolder, library, not_ours
from secure_env.keys import passphrase


@dataclass(frozen=True, slots=True)
class TokenHolder:
    """A store key that never leaves its hardware module."""

    identity: str
    _key: Any = field(repr=False)

    def wrap(self, key: bytes) -> bytes:
        pkcs11 = library("pkcs11")
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
        pkcs11 = library("pkcs11")
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
            raise not_ours() from None
        return bytes(inner[pkcs11.Attribute.VALUE])


@dataclass(frozen=True)
class InModule:
    """A PKCS#11 module (GMSD_PKCS11_MODULE) and its token (GMSD_PKCS11_TOKEN)."""

    service: str

    def make(self) -> KeyHolder:
        pkcs11 = library("pkcs11")
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
        secret_key = library("pkcs11").ObjectClass.SECRET_KEY
        attribute = library("pkcs11").Attribute.CLASS
        return list(self._session.get_objects({attribute: secret_key}))

    @cached_property
    def _session(self) -> Any:
        pkcs11 = library("pkcs11")
        try:
            module = pkcs11.lib(os.environ["GMSD_PKCS11_MODULE"])
            token = module.get_token(token_label=os.environ["GMSD_PKCS11_TOKEN"])
            try:
                return token.open(rw=True, user_pin=passphrase("pkcs11"))
            except pkcs11.UserAlreadyLoggedIn:  # a login is for the whole process
                return token.open(rw=True)
        except (KeyError, RuntimeError, pkcs11.PKCS11Error):
            raise NotInside(
                "the hardware module does not open; set GMSD_PKCS11_MODULE and "
                "GMSD_PKCS11_TOKEN, and give the right PIN"
            ) from None
