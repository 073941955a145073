"""Releases through time -> the published values that figures are made of.

Nothing else is read: labels, units and names come with the tables themselves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from outputs.description import TableDescription
from outputs.errors import ReleaseRefused
from outputs.figure import Figure
from outputs.published import (
    IS_SHOWN,
    PublishedRelease,
    Region,
    ReleasedTable,
    read_published,
)
from outputs.symbols import ReleaseStatus, period_label
from rules.period import HalfYear


COUNTRY = "NL"

Row = tuple[int | None, ...]
"""Values along a figure's dimension; None where nothing is published."""


@dataclass(frozen=True)
class Publication:
    """One release, opened for figures."""

    release: PublishedRelease

    @property
    def period(self) -> HalfYear:
        return self.release.manifest.facts.period

    @property
    def status(self) -> ReleaseStatus:
        return self.release.manifest.facts.status

    @property
    def label(self) -> str:
        return period_label(self.period, self.status).nl

    @cached_property
    def tables(self) -> Mapping[str, ReleasedTable]:
        return {table.code: table for table in self.release.tables}

    @cached_property
    def texts(self) -> Mapping[str, TableDescription]:
        return {table.code: table.text for table in self.release.tables}

    @cached_property
    def regions(self) -> Mapping[str, Region]:
        """Every region of any table, by its code."""
        return {one.code: one for t in self.release.tables for one in t.regions}

    def name(self, region: str) -> str:
        return self.regions[region].name

    def gemeenten(self) -> tuple[str, ...]:
        return tuple(sorted(code for code in self.regions if code.startswith("GM")))

    def wijken(self, gemeente: str) -> tuple[str, ...]:
        """The wijken of a gemeente: their codes begin with its number."""
        return tuple(
            sorted(code for code in self.regions if code[:6] == f"WK{gemeente[2:]}")
        )

    def row(self, figure: Figure, region: str) -> Row:
        """A region's values along a figure."""
        if not figure.is_in(self.texts):
            return ()
        nothing = (None,) * len(figure.cells_in(self.texts[figure.table]))
        return self._rows(figure).get(region, nothing)

    def _rows(self, figure: Figure) -> Mapping[str, Row]:
        if figure not in self._drawn:
            self._drawn[figure] = _rows(figure, self.tables[figure.table])
        return self._drawn[figure]

    @cached_property
    def _drawn(self) -> dict[Figure, Mapping[str, Row]]:
        return {}


def open_releases(
    folders: Sequence[Path], key: Path | None = None
) -> tuple[Publication, ...]:
    """The releases by half-year, oldest first; of the same tables the most final.

    Of one half-year there may be several with other tables, of a cohort for example;
    the largest is last. Every folder is verified; raises VerificationFailed when one
    is not as released.
    """
    finality = list(ReleaseStatus).index
    found: list[Publication] = []
    for folder in folders:
        one = Publication(read_published(folder, key))
        same = [each for each in found if _tells_of_the_same(each, one)]
        if any(each.status is one.status for each in same):
            raise ReleaseRefused(
                f"two of the {len(folders)} releases are of {one.period} and as final "
                f"as each other; give one of them"
            )
        if all(finality(one.status) > finality(each.status) for each in same):
            found = [each for each in found if each not in same] + [one]
    return tuple(sorted(found, key=lambda each: (each.period, len(each.tables))))


def having(
    publications: Sequence[Publication], figure: Figure
) -> tuple[Publication, ...]:
    """The releases that have what is drawn, oldest first."""
    return tuple(one for one in publications if figure.is_in(one.texts))


def _tells_of_the_same(one: Publication, other: Publication) -> bool:
    shared = one.tables.keys() & other.tables.keys()
    return one.period == other.period and bool(shared)


def _rows(figure: Figure, table: ReleasedTable) -> Mapping[str, Row]:
    """Region -> values; the dimensions that are not drawn are at their total."""
    names = [one.name for one in table.text.dimensions]
    axis = names.index(figure.along)
    codes = list(table.text.dimensions[axis].codes)
    along = [codes.index(code) for code in figure.cells_in(table.text)]
    measure = table.codes[-1].index(figure.measure)
    at = (slice(None), *(along if n == axis else 0 for n in range(len(names))), measure)
    values, states = table.values[at].tolist(), table.states[at].tolist()
    return {
        region.code: tuple(
            value if state == IS_SHOWN else None
            for value, state in zip(*row, strict=True)
        )
        for region, *row in zip(table.regions, values, states, strict=True)
    }
