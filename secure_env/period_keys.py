"""The keys of rooms and periods, wrapped by the store key in one small file.

Every table has a key of its own, wrapped by the key of its room and period; those keys
are wrapped here. So another store key means one new file, and to destroy one line is to
destroy all that a room holds of a period.
"""

import json
import re
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from secure_env.disk import replace
from secure_env.errors import NotInside
from secure_env.keyholder import KeyHolder, KeyPlace
from secure_env.lock import locked


FORMAT = 1
_IDENTITY = re.compile(r"[0-9a-f]{16}")
_WAIT = 60.0


@dataclass(frozen=True, slots=True)
class PeriodKeys:
    """The keys by scope (`deliveries/2023-H1`), in a file that is replaced whole."""

    path: Path
    lock: Path
    place: KeyPlace
    _opened: dict[str, bytes] = field(default_factory=dict, repr=False, compare=False)
    _holders: dict[str, KeyHolder] = field(
        default_factory=dict, repr=False, compare=False
    )

    def start(self) -> None:
        """Make the first store key and an empty file."""
        self._write(self.place.make(), {})

    def key(self, scope: str) -> bytes:
        """The key of a scope, NotInside when it was never made or is destroyed."""
        if scope not in self._opened:
            identity, wrapped = self._read()
            if scope not in wrapped:
                raise NotInside(
                    f"there is no key of {scope}: it was destroyed by gmsd purge (if "
                    "that was stopped, give it again), or "
                    f"{self.path.name} is of another time; restore it from a backup"
                )
            self._opened[scope] = self._holder(identity).unwrap(wrapped[scope])
        return self._opened[scope]

    def key_or_new(self, scope: str) -> bytes:
        """The key of a scope that is about to be written."""
        if scope not in self._opened:
            with locked(self.lock, seconds=_WAIT):
                identity, wrapped = self._read()
                if scope not in wrapped:
                    holder, key = self._holder(identity), secrets.token_bytes(32)
                    self._write(holder, {**wrapped, scope: holder.wrap(key)})
        return self.key(scope)

    def scopes(self) -> tuple[str, ...]:
        return tuple(self._read()[1])

    def destroy(self, scopes: Collection[str]) -> None:
        """Forget these keys for ever: also a copy of the file does not open any more.

        What stays is wrapped by a new store key, and the old one is destroyed.
        """
        self._rewrap(lambda scope: scope not in scopes)
        for scope in scopes:
            self._opened.pop(scope, None)

    def rotate(self) -> str:
        """Change the store key; gives the identity of the new one.

        Killed at any moment either the old or the new key is in use, and both are
        there; given again, one is left.
        """
        return self._rewrap(lambda _: True)

    def _rewrap(self, stays: Callable[[str], bool]) -> str:
        with locked(self.lock, seconds=_WAIT):
            identity, wrapped = self._read()
            before = self._holder(identity)
            keys = {s: before.unwrap(w) for s, w in wrapped.items() if stays(s)}
            after = self.place.make()
            if after.identity == identity:
                raise NotInside(
                    "there is no next store key yet; have its keeper set it"
                )
            self._write(after, {scope: after.wrap(key) for scope, key in keys.items()})
            self.place.keep_only(after.identity)
            return after.identity

    def _holder(self, identity: str) -> KeyHolder:
        if identity not in self._holders:
            self._holders[identity] = self.place.find(identity)
        return self._holders[identity]

    def _read(self) -> tuple[str, Mapping[str, bytes]]:
        try:
            said = json.loads(self.path.read_bytes())
            version, identity = said["format"], _IDENTITY.fullmatch(said["store_key"])
            wrapped = {scope: bytes.fromhex(key) for scope, key in said["keys"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            raise self._damaged() from None
        if version != FORMAT:
            raise NotInside(
                f"{self.path.name} has format {version}, this program knows {FORMAT}; "
                "use the program that made it"
            )
        if identity is None:
            raise self._damaged()
        return identity[0], wrapped

    def _damaged(self) -> NotInside:
        return NotInside(
            f"{self.path.name} is missing or damaged, without it nothing opens; "
            "restore it from a backup"
        )

    def _write(self, holder: KeyHolder, wrapped: Mapping[str, bytes]) -> None:
        said = {
            "format": FORMAT,
            "store_key": holder.identity,
            "keys": {scope: key.hex() for scope, key in sorted(wrapped.items())},
        }
        replace(self.path, json.dumps(said, indent=2).encode() + b"\n")
        self._holders[holder.identity] = holder
