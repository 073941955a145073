"""What is made of releases, from their folders and nothing else: reports, dashboard."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from outputs.groups import read_groups
from outputs.released import open_releases
from outputs.report import Reporting, write_reports
from outputs.site import Extras, write_site
from outputs.wijkmap import read_boundaries
from secure_env.log import Bar


Progress = Callable[[str], None]


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
) -> str:
    """The reports of these gemeenten, or of all; gives what there is to say of them."""
    groups = read_groups(sources.groups) if sources.groups else {}
    publications = open_releases(sources.releases, sources.key)
    reporting = Reporting(publications, groups, sources.explanations)
    wanted = gemeenten or reporting.latest.gemeenten()
    bar = Bar("reports", len(wanted))
    for _ in write_reports(reporting, wanted, folder, kinds):
        bar.step()
    return f"{len(wanted)} reports in {folder}"


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
