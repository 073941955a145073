"""Keys in files that only their owner can read, under a passphrase or without one.

A key file is either the 32 bytes themselves, or JSON: the key wrapped (AES, RFC 3394)
under a key that Argon2id (RFC 9106) makes of a passphrase.
"""

import getpass
import json
import os
import re
import secrets
import stat
import sys
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import (
    InvalidUnwrap,
    aes_key_unwrap,
    aes_key_wrap,
)

from secure_env.disk import replace, write_new
from secure_env.errors import NotInside, UsageError


MEMORY_KIB, PASSES = 65_536, 3
"""What trying one passphrase costs: 64 MiB and a third of a second."""
MOST_MEMORY_KIB, MOST_PASSES = 1 << 21, 100
"""More than this is a damaged file, and would only take the machine down."""
SHORTEST = 12
"""Characters in a passphrase."""
_LENGTH = 32
_PERSON = re.compile(r"[a-z][a-z0-9_-]{1,30}")


def person_name(name: str) -> str:
    """The name, if a person can be called so in files and journal."""
    if not _PERSON.fullmatch(name):
        raise UsageError(
            "a person's name has 2 to 31 small letters, digits, - or _, and begins "
            "with a letter; choose another"
        )
    return name


def passphrase(owner: str) -> str:
    """The passphrase of an owner: from the environment variable, else asked for."""
    variable = f"GMSD_PASSPHRASE_{owner.upper().replace('-', '_')}"
    given = os.environ.get(variable)
    if given is None and sys.stdin is not None and sys.stdin.isatty():
        given = getpass.getpass(f"passphrase of {owner}: ")
    if given is None:
        raise NotInside(
            f"the key of {owner} has a passphrase; set {variable} or use a terminal"
        )
    return given


def new_passphrase(owner: str) -> str:
    """The passphrase that a key gets: from the environment variable, else asked for."""
    return passphrase(f"new-{owner}")


def make_secret(path: Path, protected_by: str | None = None) -> bytes:
    """A new random secret of 256 bits, in a file."""
    secret = secrets.token_bytes(_LENGTH)
    write_secret(path, secret, protected_by)
    return secret


def make_pair(
    folder: Path, name: str, protected_by: str | None = None
) -> Ed25519PrivateKey:
    """A person's signing key, and beside it the public key that verifies it."""
    private = Ed25519PrivateKey.generate()
    write_secret(folder / f"{name}.key", private.private_bytes_raw(), protected_by)
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    write_new(folder / f"{name}.pub", public, 0o644)
    return private


def write_secret(path: Path, secret: bytes, protected_by: str | None) -> None:
    """Write the secret in a new file, under this passphrase if there is one."""
    write_new(path, secret if protected_by is None else _seal(secret, protected_by))


def read_secret(
    path: Path, *, owner: str = "", must_be_protected: bool = False
) -> bytes:
    """The secret, refused when others may read the file or it is no key."""
    owner = owner or path.stem
    content = _read(path)
    if len(content) == _LENGTH:
        if must_be_protected:
            _refuse_bare(path)
        return content
    try:
        said = json.loads(content)["argon2id"]
        salt, sealed = bytes.fromhex(said["salt"]), bytes.fromhex(said["sealed"])
        opens = _argon2id(salt, said["memory_kib"], said["passes"])
    except (ValueError, KeyError, TypeError):
        raise _damaged(path) from None
    try:
        return aes_key_unwrap(opens.derive(passphrase(owner).encode()), sealed)
    except InvalidUnwrap:
        raise NotInside(
            f"the passphrase of {owner} is not the one its key was sealed with, "
            "or the key file is damaged; try again"
        ) from None


def protect(path: Path, protected_by: str, *, owner: str = "") -> None:
    """Put the key in this file under another passphrase, whole or not at all."""
    secret = read_secret(path, owner=owner)
    replace(path, _seal(secret, protected_by))


def signing_key(secret: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(secret)


def public_key(raw: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(raw)


def derived_key(secret: bytes, purpose: str) -> bytes:
    """A key for one purpose only, so that no key is used for two."""
    return HKDF(
        hashes.SHA256(), _LENGTH, salt=None, info=f"gmsd/v1/{purpose}".encode()
    ).derive(secret)


def identity_of(secret: bytes, purpose: str) -> str:
    """Tells keys apart without telling anything of them."""
    return derived_key(secret, f"{purpose}/identity").hex()[:16]


def _read(path: Path) -> bytes:
    try:
        mode = path.stat().st_mode
        content = path.read_bytes()
    except OSError:
        raise NotInside(
            f"key file {path.name} is missing or cannot be read; put it back, "
            "or ask the one who keeps it"
        ) from None
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise NotInside(
            f"key file {path.name} can be read by others than its owner; "
            "set its permissions to 0600"
        )
    if len(content) != _LENGTH and not content.startswith(b"{"):
        raise _damaged(path)
    return content


def _refuse_bare(path: Path) -> None:
    raise NotInside(
        f"key file {path.name} has no passphrase and this environment asks for one; "
        "put back the original"
    )


def _seal(secret: bytes, protected_by: str) -> bytes:
    if len(protected_by) < SHORTEST:
        raise UsageError(f"a passphrase has {SHORTEST} characters or more")
    salt = secrets.token_bytes(16)
    opens = _argon2id(salt, MEMORY_KIB, PASSES).derive(protected_by.encode())
    said = {
        "salt": salt.hex(),
        "memory_kib": MEMORY_KIB,
        "passes": PASSES,
        "sealed": aes_key_wrap(opens, secret).hex(),
    }
    return json.dumps({"argon2id": said}, indent=2).encode() + b"\n"


def _argon2id(salt: bytes, memory_kib: int, passes: int) -> Argon2id:
    if memory_kib > MOST_MEMORY_KIB or passes > MOST_PASSES:
        raise ValueError("nobody makes opening a key so dear")
    return Argon2id(
        salt=salt, length=_LENGTH, iterations=passes, lanes=1, memory_cost=memory_kib
    )


def _damaged(path: Path) -> NotInside:
    return NotInside(f"key file {path.name} is damaged; put back the original")
