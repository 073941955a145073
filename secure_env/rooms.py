"""What each room of an environment holds for a period, and how it is found again.

A room's folder is named by a digest of all it was made from: the room before, the
rules, the version of the code. The chain starts at the deliveries, so that the same
deliveries under the same rules are always found, and never made twice.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.metadata import version

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.celltable import CellTable, Limit, ProtectedTable
from engine.frame import region_dimension
from engine.published import PublishedTable
from rules.catalogue import Catalogue, load
from rules.classification import Dimension
from rules.consent import load_consent
from rules.disclosure import DisclosurePolicy
from rules.duties import Act
from rules.estimate import EstimateRule, load_estimates
from rules.fingerprint import fingerprint
from rules.fitting import why_none, why_not
from rules.indicator import Indicator, TableSpec
from rules.levensweg import Cohort, load_levensweg
from rules.levensweg_tables import CohortMeasure, measures_of
from rules.period import Day, HalfYear, Span, Year
from secure_env.environment import Environment
from secure_env.errors import UsageError
from secure_env.limits import limits_of
from secure_env.received import between, current_deliveries, newest_key_file
from secure_env.store import Folder


VERSION = version("gmsd")
MADE_FROM = "made_from.json"
"""The document in which a linked room says what it was made from."""

Places = NDArray[np.int64]

Progress = Callable[[str], None]
"""What a step says it is doing goes here."""


@dataclass(frozen=True, slots=True)
class Published:
    """One measure on one published table: a file of cells in every room."""

    indicator: Indicator
    table: TableSpec

    @property
    def name(self) -> str:
        return f"{self.indicator.code}.{self.table.code}"


@dataclass(frozen=True)
class Period:
    """A half-year in an environment: where its rooms are, and what is published.

    Or what is made of half-years: a cohort, a year, a reference day (ADR 49).
    """

    environment: Environment
    half_year: HalfYear
    catalogue: Catalogue
    cohort: Cohort | None = None
    """Set: not the half-year itself, but the cohort that is followed from it on."""
    asked: str | None = None
    """The one table that was asked for; without it, the half-yearly publication."""
    regions_of: int | None = None
    """The year in whose regions it is tabulated; None: its own."""
    span: Year | Day | None = None
    """Set: not the half-year itself, but the year that it ends or its last day."""

    @staticmethod
    def of(environment: Environment, asked: Span | Cohort) -> "Period":
        if isinstance(asked, Cohort):
            return Period(environment, asked.first, load(), asked)
        span = None if isinstance(asked, HalfYear) else asked
        return Period(environment, asked.halves[-1], load(), span=span)

    @property
    def counted(self) -> Span:
        """What is counted: provisions in these days."""
        return self.span or self.half_year

    @property
    def _place(self) -> str:
        """By what its folders go; a year has persons of both halves, so its own."""
        return str(self.span if isinstance(self.span, Year) else self.half_year)

    @cached_property
    def followed(self) -> tuple["Period", ...]:
        """The half-years that are linked for it: of the cohort, or of the year."""
        periods = self.cohort.periods if self.cohort else ()
        periods = self.span.halves if isinstance(self.span, Year) else periods
        return tuple(Period(self.environment, each, self.catalogue) for each in periods)

    @cached_property
    def cohort_measures(self) -> dict[str, CohortMeasure]:
        """What is published of the cohort, by code."""
        if self.cohort is None:
            return {}
        measures = measures_of(load_levensweg(), self.cohort)
        return {each.indicator.code: each for each in measures}

    @cached_property
    def deliveries(self) -> list[Folder]:
        """The deliveries that count."""
        found = current_deliveries(self.environment, self.half_year)
        if not found:
            raise UsageError(
                f"nothing was received for {self.half_year}; "
                "receive its deliveries and registers first"
            )
        return found

    @cached_property
    def neighbours(self) -> dict[str, list[Folder]]:
        """What else linking looks at: source as linkage names it -> deliveries.

        The Wmo of the other half of the year, as records are merged over a year; the
        youth care of the half-year before, where measures began; the newest key file,
        which may know persons that the one of the period did not.
        """
        here, own = self.environment, self.half_year
        other = own.next if own.half == 1 else own.previous
        newest = newest_key_file(here)
        return {
            "wmo_other": current_deliveries(here, other, "wmo"),
            "jeugd_previous": current_deliveries(here, own.previous, "jeugd"),
            "sleutel": [] if newest is None else [newest],
        }

    @cached_property
    def made_from(self) -> dict[str, str]:
        """What linking takes, by its name, and a digest of each."""
        taken = {"deliveries": self.deliveries} | self.neighbours
        digests = {
            name: digest_of(*sorted(each.digest for each in folders))
            for name, folders in taken.items()
        }
        return digests | {"consent": digest_of(f"{load_consent()}"), "program": VERSION}

    @cached_property
    def in_own_regions(self) -> "Period":
        return replace(self, regions_of=None)

    @cached_property
    def boundaries(self) -> tuple[list[Folder], list[Folder], list[Folder]]:
        """The regions and areas of the year asked for, and the changes in between."""
        own = self.half_year.year
        return between(self.environment, own, self.regions_of or own)

    @cached_property
    def rules(self) -> str:
        """The fingerprint of the rules."""
        return fingerprint()

    @cached_property
    def linked_digest(self) -> str:
        if self.cohort is not None:
            half_years = [each.linked_digest for each in self.followed]
            return digest_of("cohort", self.cohort.code, *half_years)
        if self.regions_of is not None:
            used = [each.digest for folders in self.boundaries for each in folders]
            own = self.in_own_regions.linked_digest
            return digest_of("regions", f"{self.regions_of}", own, *used)
        if isinstance(self.span, Year):
            halves = [each.linked_digest for each in self.followed]
            return digest_of("year", str(self.span), *halves)
        return digest_of("linked", *map(" ".join, self.made_from.items()))

    @cached_property
    def cells_digest(self) -> str:
        asked = [] if self.asked is None else [self.asked]
        asked += [] if self.span is None else [str(self.span)]
        return digest_of("cells", self.linked_digest, self.rules, *asked)

    def asking(self, table: str) -> "Period":
        """The same period, for this table only, published or not."""
        tables = self.catalogue.tables.values()
        known = {made.code: made for each in tables for made in each.published()}
        if table not in known:
            raise UsageError(
                f"there is no table {table}; there are {', '.join(sorted(known))}"
            )
        if lacking := ", ".join(sorted(self._lacking(known[table]))).upper():
            raise UsageError(f"{table} needs {lacking}; receive that first")
        found = replace(self, asked=table)
        if self.span is not None and not found.groups:
            raise UsageError(why_none(self.span, known[table], self.catalogue))
        return found

    def _lacking(self, table: TableSpec) -> frozenset[str]:
        """What a table cannot be made without, and was not received."""
        return frozenset(
            need
            for need in table.needs
            for each in self.followed or (self,)
            if need not in {folder.parts[0] for folder in each.deliveries}
        )

    def in_regions_of(self, year: int) -> "Period":
        """The same period in the regions of another year."""
        if self.cohort is not None:
            raise UsageError(
                "a cohort is followed in the regions of its own first year"
            )
        return replace(self, regions_of=year)

    def folder(self, room: str, digest: str) -> Folder | None:
        return self.environment.store.folder(room, (self._place,), digest)

    def existing(self, room: str, digest: str, step: str) -> Folder:
        """The folder of an earlier room, or the step that has to be taken first."""
        found = self.folder(room, digest)
        if found is None:
            raise UsageError(
                f"{self.counted} has no {room} data for what was received and the "
                f"rules of today; run gmsd {step} first"
            )
        return found

    def save(
        self,
        room: str,
        digest: str,
        tables: Mapping[str, pa.Table],
        summary: Mapping[str, object],
        documents: Mapping[str, bytes] | None = None,
    ) -> Folder:
        """Write a room's folder; the journal has its counts."""
        said = json.dumps(summary, indent=2, sort_keys=True).encode() + b"\n"
        counts = {key: n for key, n in summary.items() if isinstance(n, int)}
        subject: dict[str, str | int] = {
            "period": self._place,
            "digest": digest,
            **counts,
        }
        return self.environment.store.save(
            room,
            (self._place,),
            digest,
            tables,
            {"summary.json": said, **(documents or {})},
            self.environment.deed(Act.MAKE, room, subject),
        )

    @property
    def groups(self) -> dict[str, list[Published]]:
        """Per indicator what is published of it together."""
        if self.cohort is not None:
            return {
                code: [Published(each.indicator, table) for table in each.tables]
                for code, each in self.cohort_measures.items()
            }
        found = {
            indicator.code: [
                Published(indicator, table)
                for table in self.catalogue.tables[indicator.table].published()
                if (
                    table.half_yearly
                    if self.asked is None
                    else table.code == self.asked
                )
                and not self._lacking(table)
                and not why_not(self.counted, indicator, table)
            ]
            for indicator in self.catalogue.indicators.values()
            if all(map(indicator.covers, self.counted.halves))
        }
        return {code: group for code, group in found.items() if group}

    @property
    def by_table(self) -> dict[str, list[Published]]:
        """Per published table the measures on it."""
        found: dict[str, list[Published]] = {}
        for group in self.groups.values():
            for each in group:
                found.setdefault(each.table.code, []).append(each)
        return found

    @cached_property
    def estimates(self) -> tuple[EstimateRule, ...]:
        """The estimates of which the table that they are made of is published."""
        if self.cohort is not None or self.asked is not None:
            return ()
        rules = load_estimates(self.catalogue)
        return tuple(one for one in rules if one.made_of in self.by_table)

    def limits(self, group: Sequence[Published]) -> tuple[Limit, ...]:
        """What anybody knows of a group's cells, where its tables do not imply it.

        Of two tables by the same dimensions the first is meant.
        """
        if self.cohort is not None:
            return ()
        spec = self.catalogue.tables[group[0].indicator.table]
        return limits_of(spec, [(each.name, each.table) for each in group])

    def policy(self, each: Published) -> DisclosurePolicy:
        return self.catalogue.policies[each.indicator.disclosure]


@dataclass(frozen=True)
class Cells:
    """The exact cells of a period, opened: every table with its dimensions."""

    period: Period
    folder: Folder
    linked: Folder

    @staticmethod
    def of(period: Period) -> "Cells":
        linked = period.existing("linked", period.linked_digest, "link")
        folder = period.existing("cells", period.cells_digest, "tabulate")
        return Cells(period, folder, linked)

    @cached_property
    def regions(self) -> pa.Table:
        return self.folder.table("regions")

    @property
    def sizes(self) -> list[int]:
        """How many cells the tables of each group have together."""
        return [
            sum(self.folder.rows(each.name) for each in group)
            for group in self.period.groups.values()
        ]

    def participants(self, part: str) -> tuple[str, ...]:
        return tuple(sorted(self._taking_part.get(part, ())))

    @cached_property
    def _taking_part(self) -> dict[str, list[str]]:
        """Part of the monitor -> the gemeenten that take part in it."""
        found: dict[str, list[str]] = {}
        for row in self.folder.table("participation").to_pylist():
            if row["participates"]:
                found.setdefault(row["part"], []).append(row["gemeente"])
        return found

    def dimensions(self, each: Published) -> tuple[Dimension, ...]:
        table = each.table.of(each.indicator.counts)
        taking_part = self.participants(table.consent)
        region = region_dimension(self.regions, taking_part, table.regions, table.areas)
        return (region, *table.dimensions)

    def exact(self, each: Published) -> CellTable:
        return CellTable(
            each.name,
            self.dimensions(each),
            self.folder.table(each.name),
            measure=each.indicator.code,
            magnitude=each.indicator.counts.is_amount,
        )

    def with_denominator(self, each: Published, folder: Folder) -> pa.Table:
        """The cells of a measure in a room, with what each rate divides by."""
        cells, kind = folder.table(each.name), each.indicator.denominator
        if kind is None:
            return cells
        counts = self.folder.table(f"denominators.{each.table.code}")
        return cells.append_column("denominator", counts[kind.value])

    def protected(self, each: Published, folder: Folder) -> ProtectedTable:
        return ProtectedTable(
            each.name,
            self.dimensions(each),
            folder.table(each.name),
            measure=each.indicator.code,
        )


def as_seen(table: ProtectedTable) -> PublishedTable:
    """What a reader gets of a protected table: codes, figures, and symbols' reasons."""
    columns = [dimension.name for dimension in table.dimensions]
    cells = table.cells.select([*columns, "published", "status"])
    return PublishedTable(table.name, table.dimensions, cells, measure=table.measure)


def summary_of(folder: Folder) -> dict[str, object]:
    said = json.loads(folder.document("summary.json"))
    assert isinstance(said, dict)  # noqa: S101 - we wrote it, and its hash was checked
    return said


def digest_of(*parts: str) -> str:
    """SHA-256 over the parts and the version of this code."""
    return hashlib.sha256("\n".join([VERSION, *parts]).encode()).hexdigest()
