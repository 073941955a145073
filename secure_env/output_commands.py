"""What is made of releases, from their folders and nothing else: reports, dashboard."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from outputs.groups import read_groups
from outputs.released import open_releases
from outputs.report import Reporting, write_reports
from outputs.site import Extras, write_site
from outputs.wijkmap import read_boundaries


Progress = Callable[[str], None]

_SECONDS_BETWEEN = 2.0


@dataclass(frozen=True, slots=True)
class Sources:
    """The releases to show, the key that signed them, and what a user adds to them."""

    releases: Sequence[Path]
    key: Path | None
    groups: Path | None
    explanations: Path | None = None


def make_reports(
    sources: Sources,
    folder: Path,
    *,
    gemeenten: Sequence[str],
    kinds: Sequence[str],
    progress: Progress,
) -> str:
    """The reports of these gemeenten, or of all; gives what there is to say of them."""
    groups = read_groups(sources.groups) if sources.groups else {}
    publications = open_releases(sources.releases, sources.key)
    reporting = Reporting(publications, groups, sources.explanations)
    wanted = gemeenten or reporting.latest.gemeenten()
    done = write_reports(reporting, wanted, folder, kinds)
    made = sum(1 for _ in _told(done, len(wanted), progress))
    return f"{made} reports in {folder}"


def make_site(
    sources: Sources, folder: Path, boundaries: Path | None, progress: Progress
) -> str:
    """The dashboard of these releases; gives what there is to say of it."""
    groups = read_groups(sources.groups) if sources.groups else {}
    maps = read_boundaries(boundaries) if boundaries else {}
    progress(f"reading {len(sources.releases)} releases")
    publications = open_releases(sources.releases, sources.key)
    files = write_site(publications, folder, Extras(groups, maps))
    return f"{files} files in {folder}; open {folder / 'index.html'}"


def _told(done: Iterator[str], of: int, progress: Progress) -> Iterator[str]:
    """The same, and now and then how far it has come."""
    last = time.monotonic()
    for number, each in enumerate(done, start=1):
        if time.monotonic() - last >= _SECONDS_BETWEEN or number == of:
            progress(f"reports: {number} of {of}")
            last = time.monotonic()
        yield each
