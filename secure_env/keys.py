"""Keys of an environment: made once, kept in files that only their owner can read."""

import os
import re
import secrets
import stat
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from secure_env.errors import NotInside, UsageError


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


def make_secret(path: Path) -> None:
    """A new random secret of 256 bits."""
    _write(path, secrets.token_bytes(_LENGTH), 0o600)


def make_pair(folder: Path, name: str) -> None:
    """A person's signing key and the public key that verifies it."""
    private = Ed25519PrivateKey.generate()
    _write(folder / f"{name}.key", private.private_bytes_raw(), 0o600)
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    _write(folder / f"{name}.pub", public, 0o644)


def read_secret(path: Path) -> bytes:
    """The secret, refused when others may read the file or it is no key."""
    try:
        mode = path.stat().st_mode
        secret = path.read_bytes()
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
    if len(secret) != _LENGTH:
        raise NotInside(f"key file {path.name} is damaged; put back the original")
    return secret


def read_private(folder: Path, name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(
        read_secret(folder / f"{person_name(name)}.key")
    )


def read_public(folder: Path, name: str) -> Ed25519PublicKey:
    path = folder / f"{person_name(name)}.pub"
    try:
        key = serialization.load_pem_public_key(path.read_bytes())
    except (OSError, ValueError):
        raise NotInside(
            f"public key {path.name} is missing or damaged; put back the original"
        ) from None
    if not isinstance(key, Ed25519PublicKey):
        raise NotInside(f"public key {path.name} is of another kind than Ed25519")
    return key


def derived_key(secret: bytes, purpose: str) -> bytes:
    """A key for one purpose only, so that no key is used for two."""
    return HKDF(
        hashes.SHA256(), _LENGTH, salt=None, info=f"gmsd/v1/{purpose}".encode()
    ).derive(secret)


def _write(path: Path, content: bytes, mode: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
