"""The story of an environment, told once without a fault: what has to come of it."""

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from outputs.errors import VerificationFailed
from outputs.verify import verify
from secure_env.environment import initialise, open_environment
from secure_env.errors import GmsdError
from secure_env.inspection import inspect
from secure_env.store import Folder
from tests.integration.faults.dying import Words, run


PERIOD = "2023-H1"


@dataclass(frozen=True, slots=True)
class Scene:
    """An environment before a command, the command, and what has to be after it."""

    name: str
    before: Path
    words: Words
    after: Path
    expected: frozenset[str]

    @property
    def ends(self) -> frozenset[int]:
        """Exit codes of the command given again: who voted already is told so."""
        return frozenset({0, 14} if "clear" in self.words else {0})

    def said(self, root: Path) -> Words:
        """The command, for a copy of the environment in this folder."""
        return [word.replace("ENV", str(root / "env")) for word in self.words]


def scenes(folder: Path, persons: int) -> list[Scene]:
    """Every command that changes an environment, in order, on a small country."""
    country = folder / "country"
    given = ["--period", PERIOD, "--persons", str(persons)]
    assert run(["synthesise", str(country), *given]) == 0
    files = sorted(str(path) for path in country.glob("[A-Z]*"))
    told: list[tuple[str, Words]] = [
        ("receive", ["receive", "ENV", *files]),
        ("run", ["run", "ENV", PERIOD]),
        ("first vote", _vote("bert")),
        ("second vote", _vote("carla")),
        ("release", ["release", "ENV", PERIOD, "--to", "ENV/../release"]),
        ("rotate", ["keys", "rotate", "ENV"]),
        ("appoint", ["appoint", "ENV", "dirk", "checker"]),
        ("withdraw", ["withdraw-release", "ENV", "NUMBER", "--reason", "een fout"]),
        ("purge", ["purge", "ENV", PERIOD]),
    ]
    here = folder / "0"
    initialise(here / "env", statistician="anna", checkers=["bert", "carla"])
    found = []
    for number, (name, words) in enumerate(told, start=1):
        after = folder / str(number)
        shutil.copytree(here, after)
        known = [word.replace("NUMBER", _released(after)) for word in words]
        code = run([word.replace("ENV", str(after / "env")) for word in known])
        assert code == 0, (name, code)
        found.append(Scene(name, here, known, after, facts(after)))
        here = after
    return found


def facts(root: Path) -> frozenset[str]:
    """What is in an environment, whatever its keys are: folders, figures, release."""
    inside = open_environment(root / "env")
    steps = (f"step {entry.step}" for entry in inside.journal.entries())
    people = (f"{n} {p.role}" for n, p in inside.settings.people.items())
    return frozenset([*steps, *people, *_folders(root / "env"), *_outside(root)])


def problems(root: Path, *, purging: bool = False) -> list[str]:
    """What may never be, also right after a fault: half a thing, an open thing.

    Half-way a purge keys are gone before their files, which then say just that.
    """
    found = []
    try:
        set(contents(root / "env"))
    except GmsdError as error:
        if not (purging and "it was destroyed by gmsd purge" in str(error)):
            found.append(f"does not open: {error}")
    found += [
        f"is not encrypted: {path.name}"
        for path in (root / "env").rglob("*.parquet")
        if ".staging" not in path.parts and path.read_bytes()[:4] != b"PARE"
    ]
    release = root / "release"
    if release.exists():
        try:
            verify(release, root / "env/keys/people/publisher.pub")
        except VerificationFailed as error:
            found.append(f"half a release: {error}")
    return found


def losses(root: Path, scene: Scene) -> list[str]:
    """What is not as it has to be after the command was given again."""
    found = problems(root)
    try:
        inspect(open_environment(root / "env"))
    except GmsdError as error:
        found.append(f"{error}")
    if (now := facts(root)) != scene.expected:
        missing, more = scene.expected - now, now - scene.expected
        found.append(f"missing {sorted(missing)[:3]}, too many {sorted(more)[:3]}")
    staging, locks = root / "env/.staging", root / "env/locks"
    if staging.exists() and any(staging.iterdir()) and scene.name in {"receive", "run"}:
        found.append("something is left in .staging")
    if list(locks.glob("draft-*")) and scene.name in {"receive", "run"}:
        found.append("a lock of a draft is left")
    if list(root.glob(".release.*")) and scene.name == "release":
        found.append("half a release is left")
    return found


def contents(env: Path) -> Iterator[str]:
    """Every table and document of the store, with what is in it, read to the end."""
    for folder in _all_folders(env):
        for name in folder.tables:
            table = folder.table(name)
            assert table.num_rows == folder.rows(name)
            yield f"{folder.digest} {name} {_digest_of(table)}"
        for name in folder.documents:
            content = hashlib.sha256(folder.document(name)).hexdigest()
            yield f"{folder.digest} {name} {content}"


def _digest_of(table: pa.Table) -> str:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return hashlib.sha256(sink.getvalue()).hexdigest()


def _folders(env: Path) -> Iterator[str]:
    """Every folder of the store, by its name."""
    for folder in _all_folders(env):
        yield f"{folder.room}/{'/'.join(folder.parts)}/{folder.digest[:16]}"


def _all_folders(env: Path) -> Iterator[Folder]:
    store = open_environment(env).store
    rooms = {path.relative_to(env).parts[0] for path in env.glob("*/**/manifest.json")}
    for room in sorted(rooms - {".staging"}):
        yield from store.folders(room)


def _outside(root: Path) -> Iterator[str]:
    release = root / "release"
    if release.exists():
        for path, file in verify(release).manifest.files.items():
            yield f"released {path} {file.sha256}"


def _released(root: Path) -> str:
    inside = open_environment(root / "env")
    return str(
        max(
            (e.number for e in inside.journal.entries() if e.step == "released"),
            default=0,
        )
    )


def _vote(name: str) -> Words:
    return ["clear", "ENV", PERIOD, "--as", name, "--vote", "approve"]
