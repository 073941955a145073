"""The files that are proposed for release, made from protected cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from outputs.description import describe_table, description_path, write_description
from outputs.documentation import Edition, notes, table_markdown
from outputs.formats import MeasureCells, region_names, table_csv
from outputs.manifest import table_path
from outputs.symbols import ReleaseStatus
from rules.disclosure import DisclosurePolicy
from rules.indicator import Indicator, TableSpec
from rules.period import HalfYear


Measure = tuple[Indicator, pa.Table]


@dataclass(frozen=True, slots=True)
class Figures:
    """What all figures of a candidate have in common."""

    regions: pa.Table
    taking_part: Mapping[str, frozenset[str]]
    """Part of the monitor -> the gemeenten that take part in it."""
    half_year: HalfYear
    status: ReleaseStatus
    estimates: frozenset[str] = frozenset()
    """The tables that are estimates of all gemeenten, and no totals of those."""


def candidate_files(
    tables: Mapping[str, TableSpec],
    measures: Mapping[str, Sequence[Measure]],
    policies: Mapping[str, DisclosurePolicy],
    figures: Figures,
) -> dict[str, bytes]:
    """Path -> content: each table, its explanation, and its description for formats."""
    files: dict[str, bytes] = {}
    parts = {table.consent for table in tables.values()}
    names_in = {part: _names(figures, figures.taking_part[part]) for part in parts}
    everywhere = region_names(figures.regions)
    for code, table in tables.items():
        taking_part = figures.taking_part[table.consent]
        estimated = code in figures.estimates
        edition = Edition(
            figures.half_year,
            figures.status,
            len(taking_part),
            len(set(figures.regions["gemeente"].to_pylist())),
            estimated,
        )
        cells = [MeasureCells(*measure) for measure in measures[code]]
        files[table_path(code)] = table_csv(
            table,
            cells,
            regions=everywhere if estimated else names_in[table.consent],
            period=figures.half_year,
            status=figures.status,
        )
        indicators = [indicator for indicator, *_ in measures[code]]
        files[f"docs/{code}.md"] = table_markdown(
            table, indicators, policies[code], edition
        )
        said = notes(policies[code], indicators, edition)
        described = describe_table(table, indicators, said)
        files[description_path(code)] = write_description(described)
    return files


def _names(figures: Figures, taking_part: frozenset[str]) -> dict[str, str]:
    """Code -> name of a region; it says so where a total is not of all gemeenten in it.

    The figure of Nederland is an estimate (CBS, korte onderzoeksbeschrijving GMSD Wmo);
    a sum of those that take part must not be taken for it.
    """
    names = region_names(figures.regions)
    missing: set[str] = set()
    for row in figures.regions.to_pylist():
        if row["gemeente"] not in taking_part:
            areas = (each["code"] for each in row["areas"] or ())
            missing |= {"NL", row["provincie"], *areas}
    return names | {c: f"{names[c]} (deelnemende gemeenten)" for c in missing}
