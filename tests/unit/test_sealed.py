"""A sealed text: for one reader, about one thing, and telling nothing by its size."""

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from outputs.sealed import open_sealed, seal_for


READER = X25519PrivateKey.from_private_bytes(b"\x01" * 32)
OTHER = X25519PrivateKey.from_private_bytes(b"\x02" * 32)
TEXT = b'{"verdict": "reject"}'


def test_its_reader_opens_it():
    sealed = seal_for(READER.public_key(), TEXT, b"2023-H1/bert")
    assert open_sealed(READER, sealed, b"2023-H1/bert").rstrip() == TEXT


def test_nobody_else_can_read_it():
    sealed = seal_for(READER.public_key(), TEXT, b"2023-H1/bert")
    assert b"reject" not in sealed
    with pytest.raises(ValueError, match="not sealed for this reader"):
        open_sealed(OTHER, sealed, b"2023-H1/bert")


def test_it_passes_for_nothing_else():
    sealed = seal_for(READER.public_key(), TEXT, b"2023-H1/bert")
    with pytest.raises(ValueError, match="not sealed for this reader"):
        open_sealed(READER, sealed, b"2023-H1/carla")


@pytest.mark.parametrize("place", [0, 31, 32, 100, -1])
def test_a_flipped_bit_is_refused(place: int):
    sealed = bytearray(seal_for(READER.public_key(), TEXT, b""))
    sealed[place] ^= 1
    with pytest.raises(ValueError, match="not sealed for this reader"):
        open_sealed(READER, bytes(sealed), b"")


@pytest.mark.parametrize("sealed", [b"", b"short", bytes(32), bytes(48)])
def test_what_is_nothing_sealed_is_refused(sealed: bytes):
    with pytest.raises(ValueError, match=r"."):
        open_sealed(READER, sealed, b"")


def test_its_size_does_not_tell_what_is_in_it():
    sizes = {
        len(seal_for(READER.public_key(), text, b""))
        for text in (b"approve", b"reject", b"x" * 16_384)
    }
    assert len(sizes) == 1


def test_the_same_text_is_never_sealed_alike():
    assert seal_for(READER.public_key(), TEXT, b"") != seal_for(
        READER.public_key(), TEXT, b""
    )
