"""StatLine's open data, version 4: one observation per cell, as datasets.cbs.nl has it.

Layout: CBS, release notes of the open data API (2023), and what its services answer. An
observation without a value has the reason in ValueAttribute; a hidden one is a point in
StringValue too.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from outputs.dcat import dcat
from outputs.entities import EntitySet, Row, Scalar, collection, dumped, numbers
from outputs.layout import REGION_LEVELS
from outputs.names import safe_codes, statline_period, statline_region
from outputs.odata3 import LEVELS, PERIODS, REGIONS, dimension_keys, long_text
from outputs.published import PublishedRelease, ReleasedTable, spread
from outputs.symbols import HIDDEN, ReleaseStatus


CATALOG = "CBS"
ATTRIBUTES = np.array(["None", "Unknown", "Impossible"], dtype=object)
"""ValueAttribute of a cell that is shown, is hidden, cannot occur."""

_STATUS = {
    ReleaseStatus.PRELIMINARY: "Provisional",
    ReleaseStatus.REVISED: "RevisedProvisional",
    ReleaseStatus.FINAL: "Definitive",
}
_CODE_NAMES = (
    "Identifier", "Index", "Title", "Description", "DimensionGroupId",
)  # fmt: skip
_GROUP_NAMES = ("Id", "Index", "Title", "Description", "ParentId")


def files(release: PublishedRelease) -> Iterator[tuple[str, bytes]]:
    """The catalogue in both forms, and every entity set of every table."""
    yield "dcat.jsonld", dcat(release)
    for name, entities in (
        ("Catalogs", catalogs()),
        ("Datasets", datasets(release)),
    ):
        yield f"{name}.json", collection(entities.rows(), _head(name))
    for table in release.tables:
        properties = {
            "@odata.context": "$metadata#Properties",
            **table_properties(table),
        }
        yield f"{table.code}/Properties.json", dumped(properties).encode() + b"\n"
        for name, entities in entity_sets(table).items():
            yield f"{table.code}/{name}.json", collection(entities.rows(), _head(name))


def catalogs() -> EntitySet:
    return EntitySet.of(
        ["Identifier", "Index", "Title", "Description", "Language"],
        [(CATALOG, 1, "Gemeentelijke Monitor Sociaal Domein", "", "nl")],
    )


def datasets(release: PublishedRelease) -> EntitySet:
    rows = [table_properties(table) for table in release.tables]
    return EntitySet.of(list(rows[0]), (tuple(row.values()) for row in rows))


def table_properties(table: ReleasedTable) -> Row:
    """The one entity `Properties` of a dataset."""
    return {
        "Identifier": table.code,
        "Title": table.text.title.nl,
        "Description": long_text(table),
        "Language": "nl",
        "Modified": None,
        "TemporalCoverage": table.period_label,
        "Catalog": CATALOG,
        "VersionReason": "Nieuwe perioden",
        "Frequency": "Per halfjaar",
        "Status": "Regulier",
        "ObservationCount": table.values.size,
        "ObservationsModified": None,
        "DatasetType": "Numeric",
        "Source": table.text.source,
        "Summary": "; ".join(one.title.nl for one in table.text.measures),
        "LongDescription": long_text(table),
    }


def entity_sets(table: ReleasedTable) -> dict[str, EntitySet]:
    """Name -> entities, in the order of CBS's service document."""
    keys = dimension_keys(table)
    return {
        "MeasureGroups": _measure_groups(table),
        "MeasureCodes": _measure_codes(table),
        "Dimensions": _dimensions(table, keys),
        **dict(_dimension_entities(table, keys)),
        f"{REGIONS}Groups": EntitySet.of(
            _GROUP_NAMES,
            (
                (level, place, LEVELS[level].nl, "", None)
                for place, level in enumerate(REGION_LEVELS.values(), start=1)
            ),
        ),
        f"{REGIONS}Codes": EntitySet.of(
            _CODE_NAMES,
            (
                (statline_region(one.code), place, one.name, "", one.level)
                for place, one in enumerate(table.regions, start=1)
            ),
        ),
        f"{PERIODS}Groups": EntitySet.of(
            _GROUP_NAMES, [("HJ", 1, "Halfjaren", "", None)]
        ),
        f"{PERIODS}Codes": EntitySet.of(
            [*_CODE_NAMES, "Status"],
            [
                (
                    statline_period(table.period), 1, table.period_label, "", "HJ",
                    _STATUS[table.status],
                )
            ],
        ),
        "Observations": _observations(table, keys),
    }  # fmt: skip


def _head(name: str) -> Mapping[str, Scalar]:
    return {"@odata.context": f"$metadata#{name}"}


def _groups(table: ReleasedTable) -> list[str]:
    """The group of each measure: the count that it is, or that it is a rate of.

    Where there are no counts, all are in the group of the first.
    """
    found: list[str] = []
    for one in table.text.measures:
        found.append(one.code if one.is_absolute or not found else found[-1])
    return found


def _measure_groups(table: ReleasedTable) -> EntitySet:
    groups = set(_groups(table))
    counts = [one for one in table.text.measures if one.code in groups]
    return EntitySet.of(
        _GROUP_NAMES,
        (
            (one.code, place, one.title.nl, one.definition.nl, None)
            for place, one in enumerate(counts, start=1)
        ),
    )


def _measure_codes(table: ReleasedTable) -> EntitySet:
    names = [
        "Identifier", "Index", "Title", "Description", "MeasureGroupId", "DataType",
        "Unit", "Format", "Decimals", "PresentationType",
    ]  # fmt: skip
    pairs = zip(table.text.measures, _groups(table), strict=True)
    return EntitySet.of(
        names,
        (
            (
                one.code, place, one.title.nl, one.definition.nl, group, "Long",
                one.unit.nl, None, 0,
                "Absolute" if one.is_absolute else "Relative",
            )
            for place, (one, group) in enumerate(pairs, start=1)
        ),
    )  # fmt: skip


def _dimensions(table: ReleasedTable, keys: Sequence[str]) -> EntitySet:
    titles = [one.title.nl for one in table.text.dimensions]
    rows: list[tuple[Scalar, ...]] = [
        (key, title, "", "Dimension", None, "False")
        for key, title in zip(keys, titles, strict=True)
    ]
    rows += [
        (REGIONS, "Regio's", "", "GeoDimension", table.period.year, "False"),
        (PERIODS, "Perioden", "", "TimeDimension", None, "False"),
    ]
    names = ["Identifier", "Title", "Description", "Kind", "MapYear", "ReleasePolicy"]
    return EntitySet.of(names, rows)


def _dimension_entities(
    table: ReleasedTable, keys: Sequence[str]
) -> Iterator[tuple[str, EntitySet]]:
    for key, dimension in zip(keys, table.text.dimensions, strict=True):
        codes = zip(safe_codes(dimension.codes), dimension.codes.values(), strict=True)
        yield (
            f"{key}Codes",
            EntitySet.of(
                _CODE_NAMES,
                (
                    (code, place, text.nl, "", None)
                    for place, (code, text) in enumerate(codes, start=1)
                ),
            ),
        )


def _observations(table: ReleasedTable, keys: Sequence[str]) -> EntitySet:
    shape = table.values.shape
    states = table.states.ravel()
    points = np.array([None, HIDDEN.sign, None], dtype=object)
    regions = [statline_region(one.code) for one in table.regions]
    return EntitySet(
        {
            "Id": range(table.values.size),
            "Measure": spread(table.codes[-1], len(shape) - 1, shape),
            "ValueAttribute": ATTRIBUTES[states].tolist(),
            "Value": numbers(table.values, table.states),
            "StringValue": points[states].tolist(),
            **{
                key: spread(safe_codes(one.codes), axis, shape)
                for axis, (key, one) in enumerate(
                    zip(keys, table.text.dimensions, strict=True), start=1
                )
            },
            REGIONS: spread(regions, 0, shape),
            PERIODS: [statline_period(table.period)] * table.values.size,
        }
    )
