"""One flipped bit in a file of every kind: it is noticed, or it changes nothing.

A flip changes nothing where a file says the same without it (a hexadecimal digit in
capitals), or where nothing reads the file (a report that went back to a supplier).
"""

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from outputs.errors import VerificationFailed
from outputs.verify import verify
from secure_env.environment import open_environment
from secure_env.errors import GmsdError
from secure_env.inspection import inspect
from tests.integration.faults.story import contents


FILES = {
    "settings": r"env/environment\.toml",
    "journal": r"env/journal\.jsonl",
    "head of the journal": r"env/journal\.head",
    "period keys": r"env/keys/periods\.json",
    "store key": r"env/keys/store-.*",
    "pseudonym key": r"env/keys/pseudonym\.key",
    "private key": r"env/keys/people/.*\.key",
    "public key": r"env/keys/people/publisher\.pub",
    "manifest of a folder": r"env/.*/manifest\.json",
    "table": r"env/.*\.parquet",
    "candidate": r"env/candidate/.*/candidate/.*",
    "vote": r"env/.*/vote\..*",
    "other document": r"env/.*/[0-9a-f]{16}/.*",
    "manifest of a release": r"release/manifest\.json",
    "signature of a release": r"release/manifest\.sig",
    "key of a release": r"release/manifest\.pub",
    "file of a release": r"release/.*",
}
"""What a file is, by its path under an environment and its release; the first holds."""

NOT_READ = r"env/(locks|rejected|\.staging)/.*|env/keys/people/.*\.pub"
"""Locks, reports of refused files, and public keys that the settings have too."""


def kind_of(path: str) -> str | None:
    """Which of `FILES` the file is, None where nothing reads it."""
    if re.fullmatch(NOT_READ, path) and path != "env/keys/people/publisher.pub":
        return None
    return next(kind for kind, form in FILES.items() if re.fullmatch(form, path))


@dataclass
class Flips:
    """How often a bit of each kind of file was flipped, and what came of it."""

    root: Path
    noticed: Counter[str] = field(default_factory=Counter)
    harmless: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)

    def of_each_kind(self, times: int, chance: random.Random) -> Iterator[str]:
        """Flip so many bits in files of every kind; gives a line for each loss."""
        before = told(self.root)
        by_kind: dict[str, list[Path]] = {}
        for path in sorted(path for path in self.root.rglob("*") if path.is_file()):
            kind = kind_of(path.relative_to(self.root).as_posix())
            if kind is not None and path.stat().st_size:
                by_kind.setdefault(kind, []).append(path)
        for kind, paths in by_kind.items():
            for _ in range(times):
                path = chance.choice(paths)
                if not self._flip(kind, path, chance, before):
                    yield f"LOST {kind}: {path.relative_to(self.root)}"

    def _flip(
        self, kind: str, path: Path, chance: random.Random, before: list[str]
    ) -> bool:
        content = path.read_bytes()
        changed = bytearray(content)
        changed[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        path.write_bytes(changed)
        try:
            came = self.harmless if told(self.root) == before else self.lost
        except (GmsdError, VerificationFailed):
            came = self.noticed
        path.write_bytes(content)
        came[kind] += 1
        return came is not self.lost

    def __str__(self) -> str:
        lines = [
            f"{kind}: {self.noticed[kind]} flips noticed, {self.harmless[kind]} change "
            f"nothing, {self.lost[kind]} lost\n"
            for kind in FILES
            if self.noticed[kind] + self.harmless[kind] + self.lost[kind]
        ]
        total = (self.noticed.total(), self.harmless.total(), self.lost.total())
        return "".join(lines) + "flips noticed {}, harmless {}, losses {}".format(
            *total
        )


def told(root: Path) -> list[str]:
    """Everything that an environment and its release say, all keys used."""
    inside = open_environment(root / "env")
    said = [inspect(inside), *contents(root / "env"), inside.pseudonym_key.hex()]
    said += [str(inside.settings)]
    said += [
        inside.people.private(name).private_bytes_raw().hex()
        for name in inside.people.names
    ]
    released = verify(root / "release", root / "env/keys/people/publisher.pub")
    return [*said, str(released.manifest)]
