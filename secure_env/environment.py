"""The environment folder: its people, keys, store and journal."""

import os
import shutil
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from secure_env.errors import NotInside, UsageError
from secure_env.journal import Journal
from secure_env.keys import (
    make_pair,
    make_secret,
    person_name,
    read_private,
    read_public,
    read_secret,
)
from secure_env.store import Store


FORMAT = 1
"""The version of the environment folder that this code makes and reads."""


@dataclass(frozen=True, slots=True)
class People:
    """Everyone with a key in this environment."""

    folder: Path
    names: tuple[str, ...]

    def private(self, name: str) -> Ed25519PrivateKey:
        return read_private(self.folder, self._known(name))

    def public(self, name: str) -> Ed25519PublicKey:
        return read_public(self.folder, self._known(name))

    def _known(self, name: str) -> str:
        if name not in self.names:
            raise NotInside(
                "nobody of that name belongs to this environment; "
                f"it knows {', '.join(self.names)}"
            )
        return name


@dataclass(frozen=True, slots=True)
class Environment:
    """An opened environment folder.

    The statistician makes the figures; the checkers clear them.
    """

    root: Path
    statistician: str
    checkers: tuple[str, ...]
    store: Store
    journal: Journal
    people: People

    @property
    def pseudonym_key(self) -> bytes:
        return read_secret(self.root / "keys" / "pseudonym.key")

    def signing_key(self, name: str) -> Ed25519PrivateKey:
        return self.people.private(name)

    def public_key(self, name: str) -> Ed25519PublicKey:
        return self.people.public(name)


def initialise(
    root: Path, *, statistician: str, checkers: Sequence[str]
) -> Environment:
    """Make a new environment in an empty or absent folder, complete or not at all."""
    names = (person_name(statistician), *map(person_name, checkers))
    if len(checkers) < 2 or len(set(names)) != len(names):
        raise UsageError(
            "an environment needs a statistician and two or more checkers, "
            f"all different people; got {len(set(names))} people for {len(names)} roles"
        )
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise UsageError(f"{root} is not empty; choose a new folder")
    root.parent.mkdir(parents=True, exist_ok=True)
    draft = root.parent / f".{root.name}.{os.getpid()}.new"
    draft.mkdir(mode=0o700)
    try:
        _fill(draft, statistician, tuple(checkers))
        if root.exists():
            root.rmdir()
        draft.rename(root)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return open_environment(root)


def open_environment(root: Path) -> Environment:
    """The environment in this folder, refused when it is not one of ours."""
    try:
        said = tomllib.loads((root / "environment.toml").read_text("utf-8"))
        statistician, checkers = said["statistician"], tuple(said["checkers"])
        version = said["format"]
    except (OSError, ValueError, KeyError, TypeError):
        raise NotInside(
            f"{root} is no environment, or its environment.toml is damaged; "
            "make one with gmsd init"
        ) from None
    if version != FORMAT:
        raise NotInside(
            f"{root} has environment format {version}, this program knows {FORMAT}; "
            "use the program that made it"
        )
    keys = root / "keys"
    people = People(keys / "people", (statistician, *checkers))
    store = Store(root, read_secret(keys / "store.key"))
    journal = Journal(root / "journal.jsonl", people)
    return Environment(root, statistician, checkers, store, journal, people)


def _fill(root: Path, statistician: str, checkers: tuple[str, ...]) -> None:
    keys = root / "keys"
    people = keys / "people"
    for folder in (keys, people, root / "locks"):
        folder.mkdir(mode=0o700)
    make_secret(keys / "store.key")
    make_secret(keys / "pseudonym.key")
    for name in (statistician, *checkers):
        make_pair(people, name)
    quoted = ", ".join(f'"{name}"' for name in checkers)
    (root / "environment.toml").write_text(
        "# Made by gmsd init: the people of this environment and their roles.\n"
        f"format = {FORMAT}\n"
        f'statistician = "{statistician}"\n'
        f"checkers = [{quoted}]\n",
        "utf-8",
    )
    Journal(root / "journal.jsonl", People(people, (statistician, *checkers))).append(
        statistician,
        "initialised",
        {"statistician": statistician, "checkers": " ".join(checkers)},
    )
