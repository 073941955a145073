"""Whether journal, settings and folders tell the same story."""

import hashlib
from pathlib import Path

from outputs.manifest import MANIFEST, read_manifest
from secure_env.environment import Environment
from secure_env.errors import NotInside, UsageError
from secure_env.journal import forked_after
from secure_env.store import Folder


def inspect(environment: Environment, beside: Path | None = None) -> str:
    """What was found in order; NotInside, naming what is not, otherwise.

    A folder that the journal has and the disk has not was purged, or the command was
    stopped between its line and its folder.
    `beside`: a release, which has to be in this journal, or another copy of the
    environment, which may be older or newer but not tell another story.
    """
    entries = environment.verify()
    folders = _every_folder(environment)
    written = {str(e.subject["manifest"]) for e in entries if "manifest" in e.subject}
    there = {folder.sha256 for folder in folders}
    if strange := len(there - written):
        raise NotInside(
            f"{strange} folders are not in the journal: its end was cut off, or they "
            "were put back; restore journal and folders from one backup"
        )
    for folder in folders:
        folder.verify()
    if beside is not None:
        _compare(environment, beside)
    return (
        f"{len(entries)} entries in order, {len(there)} folders as they were written, "
        f"{len(written - there)} not there any more"
    )


def _every_folder(environment: Environment) -> list[Folder]:
    rooms = {path.parents[1] for path in environment.root.glob("*/*/**/manifest.json")}
    tops = {path.relative_to(environment.root).parts[0] for path in rooms}
    return [
        folder
        for room in sorted(tops - {".staging"})
        for folder in environment.store.folders(room)
    ]


def _compare(environment: Environment, beside: Path) -> None:
    mine = environment.journal.hashes()
    if (beside / MANIFEST).is_file():
        if _head_of(beside) not in mine:
            raise NotInside(
                f"{beside} was not released by this journal: one of them is a copy "
                "that went on by itself, or an older state was put back"
            )
        return
    try:
        with (beside / "journal.jsonl").open("rb") as file:
            its = [hashlib.sha256(line).hexdigest() for line in file]
    except OSError:
        raise UsageError(f"{beside} is neither a release nor an environment") from None
    shared = forked_after(mine, its)
    if shared is not None:
        raise NotInside(
            f"the two journals part after entry {shared}: one is a copy that went on "
            "by itself; find out which is right, and put the other away"
        )


def _head_of(release: Path) -> str:
    try:
        return read_manifest((release / MANIFEST).read_bytes()).facts.journal
    except ValueError:
        raise UsageError(f"{release} has no manifest that can be read") from None
