"""What the store asks of whoever holds its key: wrap, unwrap, and no more.

A holder wraps other keys and does not give its own away.
"""

from importlib import import_module
from typing import Any, Protocol

from secure_env.errors import NotInside


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


def library(name: str) -> Any:
    """A library that only some environments have."""
    try:
        return import_module(name)
    except ImportError:
        raise NotInside(
            f"the library {name} is not installed; install gmsd[{name}]"
        ) from None


def not_ours() -> NotInside:
    return NotInside(
        "the store key is another than the one this environment was made with; "
        "put back the original"
    )
