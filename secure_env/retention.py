"""Forgetting the persons of a period; its aggregates and their proofs stay."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from rules.duties import Act
from secure_env.environment import Environment


STAYS = frozenset({"cells", "protected", "audited", "candidate", "cleared"})
"""Rooms without persons. What any other room holds of a period is forgotten."""


def purge(environment: Environment, period: str) -> int:
    """Destroy keys, then files, of all that holds persons; gives how many folders.

    `period` is a half-year or a cohort, as folders are named by it; with a half-year
    goes its year.

    Without their keys no copy opens, wherever it is. Killed and given again, it goes
    on where it was.
    """
    scopes = [s for s in environment.store.keys.scopes() if _goes(s, period)]
    with environment.alone("receive"), environment.alone("run"):
        folders = list(_folders(environment.root, period))
        if not scopes and not folders:
            return 0
        deed = environment.deed(Act.PURGE, "purged", {"period": period})
        deed.write(keys=len(scopes), folders=len(folders))
        if scopes:
            environment.store.keys.destroy(scopes)
        for folder in folders:
            shutil.rmtree(folder)
    return len(folders)


def _goes(scope: str, period: str) -> bool:
    room, *periods = scope.split("/")
    return room not in STAYS and bool(_holding(period) & set(periods))


def _holding(period: str) -> frozenset[str]:
    """Its name, and of a half-year its year, which has the persons of both halves."""
    year, half, _ = period.partition("-H")
    return frozenset({period, year} if half else {period})


def _folders(root: Path, period: str) -> Iterator[Path]:
    for room in sorted(root.iterdir()):
        if room.is_dir() and room.name not in {*STAYS, "keys", "locks", ".staging"}:
            for name in sorted(_holding(period)):
                yield from (path for path in room.glob(f"**/{name}") if path.is_dir())
