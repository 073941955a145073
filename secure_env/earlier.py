"""What was released before a candidate, found again through the register.

The bytes of every candidate stay in the environment, so that nobody has to bring the
release that lies outside.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from outputs.candidate import Candidate
from outputs.clearance_states import ClearanceState
from outputs.description import description_path, read_description
from outputs.manifest import table_path
from outputs.published import ReleasedTable, cube
from outputs.register import Listed
from outputs.released import Publication
from outputs.symbols import ReleaseStatus, period_label
from rules.period import HalfYear
from secure_env.publish import candidate_in, what_of
from secure_env.register import releases
from secure_env.rooms import Period, summary_of
from secure_env.store import Folder


@dataclass(frozen=True, slots=True)
class Edition:
    """The tables of a release or a candidate, read as a reader reads them."""

    period: HalfYear
    status: ReleaseStatus
    tables: Mapping[str, ReleasedTable]

    @property
    def label(self) -> str:
        return period_label(self.period, self.status).nl

    @staticmethod
    def of_release(publication: Publication) -> "Edition":
        return Edition(publication.period, publication.status, publication.tables)

    @staticmethod
    def of_candidate(
        candidate: Candidate, period: HalfYear, status: ReleaseStatus
    ) -> "Edition":
        """Without tables whose description this version does not read."""
        found = dict(_tables(candidate, period, status))
        return Edition(period, status, found)


def editions_before(period: Period, candidate: Candidate) -> tuple[Edition, ...]:
    """What the candidate revises, and the release of the half-year before it.

    Of each half-year the newest release of the same figures that was not withdrawn;
    only those whose bytes are still here.
    """
    comparable = [
        one
        for one in releases(period.environment)
        if one.what == what_of(period)
        and one.state is not ClearanceState.WITHDRAWN
        and one.candidate != candidate.digest
    ]
    newest = {HalfYear.parse(one.period): one for one in comparable}
    earlier = sorted(each for each in newest if each < period.half_year)
    wanted = [each for each in (period.half_year, *earlier[-1:]) if each in newest]
    return tuple(e for each in wanted for e in _stored(period, newest[each]))


def _stored(period: Period, listed: Listed) -> Iterator[Edition]:
    """The candidate of a release, if it is still in the store."""
    for folder in period.environment.store.folders("candidate", listed.period):
        candidate = candidate_in(folder)
        if candidate.digest == listed.candidate:
            half_year = HalfYear.parse(listed.period)
            yield Edition.of_candidate(candidate, half_year, status_of(folder))
            return


def status_of(folder: Folder) -> ReleaseStatus:
    """How final the figures in a candidate's folder are."""
    return ReleaseStatus(summary_of(folder)["status"])


def _tables(
    candidate: Candidate, period: HalfYear, status: ReleaseStatus
) -> Iterator[tuple[str, ReleasedTable]]:
    for path in candidate.files:
        name = Path(path).stem
        if path != table_path(name) or description_path(name) not in candidate.files:
            continue
        try:
            text = read_description(candidate.read(description_path(name)))
        except ValueError:  # of an older version; `problems_at_the_door` tells of new
            continue
        yield name, cube(text, candidate.read(path), period, status)
