"""A text that only one person can open: how a vote stays blind until both are in.

X25519 with a key made for this text, HKDF-SHA256, AES-256-GCM; filled up, so that its
length does not tell what is in it.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import (
    X25519PrivateKey,
    X25519PublicKey,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


_FULL = 16_384
_KEY = 32
_NONCE = bytes(12)
"""Every text has a key of its own, so one nonce will do."""


def seal_for(reader: X25519PublicKey, content: bytes, about: bytes) -> bytes:
    """The content, filled up with spaces; opens only for the reader and as `about`."""
    once = X25519PrivateKey.generate()
    public = once.public_key().public_bytes_raw()
    key = _key(once.exchange(reader), public + reader.public_bytes_raw())
    filled = content.ljust(-(-len(content) // _FULL) * _FULL)
    return public + AESGCM(key).encrypt(_NONCE, filled, about)


def open_sealed(reader: X25519PrivateKey, sealed: bytes, about: bytes) -> bytes:
    """The content; ValueError when it was changed, or is not for this reader."""
    public, content = sealed[:_KEY], sealed[_KEY:]
    try:
        shared = reader.exchange(X25519PublicKey.from_public_bytes(public))
        own = reader.public_key().public_bytes_raw()
        return AESGCM(_key(shared, public + own)).decrypt(_NONCE, content, about)
    except InvalidTag:
        raise ValueError("not sealed for this reader, or changed") from None


def _key(shared: bytes, parties: bytes) -> bytes:
    info = b"gmsd/vote/v1|" + parties
    return HKDF(hashes.SHA256(), _KEY, salt=None, info=info).derive(shared)
