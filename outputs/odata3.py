"""StatLine's open data, version 3: a wide row per region and codes, as CBS lays it out.

Layout: CBS, Handleiding CBS Open Data Services (2014); keys as in its services today.
Regions are padded to ten characters; a hidden value is null in TypedDataSet and a point
in UntypedDataSet.
"""

from collections.abc import Iterator, Mapping, Sequence

from outputs.entities import EntitySet, Scalar, collection, numbers
from outputs.layout import REGION_LEVELS
from outputs.names import safe_codes, statline_key, statline_period, statline_region
from outputs.published import (
    IS_HIDDEN,
    IS_SHOWN,
    PublishedRelease,
    ReleasedTable,
    spread,
)
from outputs.symbols import HIDDEN, ReleaseStatus
from rules.region import region_types


REGIONS, PERIODS = "RegioS", "Perioden"
LEVELS = {code: each.title for code, each in region_types().items()}

_PERIOD_STATUS = {
    ReleaseStatus.PRELIMINARY: "Voorlopig",
    ReleaseStatus.REVISED: "NaderVoorlopig",
    ReleaseStatus.FINAL: "Definitief",
}
_LEAST_WIDTH = 8


def files(release: PublishedRelease) -> Iterator[tuple[str, bytes]]:
    """The catalogue, and every entity set of every table."""
    yield "Tables.json", collection(catalogue(release).rows(), _head("Tables"))
    for table in release.tables:
        for name, entities in entity_sets(table).items():
            yield f"{table.code}/{name}.json", collection(entities.rows(), _head(name))


def catalogue(release: PublishedRelease) -> EntitySet:
    """The list of tables, as ODataCatalog/Tables gives it."""
    infos = [next(_table_infos(table).rows()) for table in release.tables]
    names = ["Identifier", *infos[0]]
    return EntitySet.of(names, ([row["ID"], *row.values()] for row in infos))


def entity_sets(table: ReleasedTable) -> dict[str, EntitySet]:
    """Name -> entities, in the order of CBS's service document."""
    axes = dict(zip(dimension_keys(table), _dimension_codes(table), strict=True))
    return {
        "TableInfos": _table_infos(table),
        "UntypedDataSet": _data(table, axes, _untyped_columns(table)),
        "TypedDataSet": _data(table, axes, _typed_columns(table)),
        "DataProperties": _properties(table),
        "CategoryGroups": _category_groups(),
        **{
            key: EntitySet.of(
                ["Key", "Title", "Description", "CategoryGroupID"],
                (
                    (code, text.nl, "", None)
                    for code, text in zip(
                        axes[key], dimension.codes.values(), strict=True
                    )
                ),
            )
            for key, dimension in zip(
                dimension_keys(table), table.text.dimensions, strict=True
            )
        },
        REGIONS: _regions(table),
        PERIODS: EntitySet.of(
            ["Key", "Title", "Description", "Status"],
            [(_period(table), table.period_label, "", _PERIOD_STATUS[table.status])],
        ),
    }


def dimension_keys(table: ReleasedTable) -> list[str]:
    return [statline_key(one.title.nl) for one in table.text.dimensions]


def topic_keys(table: ReleasedTable) -> list[str]:
    """Keys of the measures: their title, and their place among the topics."""
    return [
        f"{statline_key(one.title.nl)}_{place}"
        for place, one in enumerate(table.text.measures, start=1)
    ]


def long_text(table: ReleasedTable) -> str:
    """What a reader needs to know, below the title."""
    return "\n".join([*table.text.notes, f"{HIDDEN.sign} = {HIDDEN.meaning.nl}."])


def region_key(code: str) -> str:
    return f"{statline_region(code):<10}"


def _head(name: str) -> Mapping[str, Scalar]:
    return {"odata.metadata": f"$metadata#{name}"}


def _period(table: ReleasedTable) -> str:
    return statline_period(table.period)


def _dimension_codes(table: ReleasedTable) -> list[list[str]]:
    return [safe_codes(one.codes) for one in table.text.dimensions]


def _table_infos(table: ReleasedTable) -> EntitySet:
    text = table.text
    said: dict[str, Scalar] = {
        "ID": table.code,
        "Title": text.title.nl,
        "ShortTitle": text.title.nl,
        "Identifier": table.code,
        "Summary": "; ".join(one.title.nl for one in text.measures),
        "Modified": None,
        "ReasonDelivery": "Nieuwe perioden",
        "ExplanatoryText": long_text(table),
        "Language": "nl",
        "Catalog": "CBS",
        "Frequency": "Perhalfjaar",
        "Period": table.period_label,
        "ShortDescription": text.notes[0] if text.notes else "",
        "Description": long_text(table),
        "DefaultPresentation": None,
        "DefaultSelection": None,
        "GraphTypes": "Table",
        "OutputStatus": _PERIOD_STATUS[table.status],
        "Source": text.source,
        "MetaDataModified": None,
        "SearchPriority": None,
    }
    return EntitySet.of(list(said), [tuple(said.values())])


def _properties(table: ReleasedTable) -> EntitySet:
    names = [
        "odata.type", "ID", "Position", "ParentID", "Type", "Key", "Title",
        "Description", "MapYear", "Datatype", "Unit", "Decimals", "Default",
        "PresentationType",
    ]  # fmt: skip
    rows: list[tuple[Scalar, ...]] = [
        ("Cbs.OData.Dimension", "Dimension", key, one.title.nl, "", None)
        for key, one in zip(dimension_keys(table), table.text.dimensions, strict=True)
    ]
    year = table.period.year
    rows += [
        ("Cbs.OData.GeoDimension", "GeoDimension", REGIONS, "Regio's", "", year),
        ("Cbs.OData.TimeDimension", "TimeDimension", PERIODS, "Perioden", "", None),
    ]
    topics = zip(topic_keys(table), table.text.measures, strict=True)
    plain = [(*row, None, None, None, None, None) for row in rows]
    plain += [
        (
            "Cbs.OData.Topic", "Topic", key, one.title.nl, one.definition.nl, None,
            "Long", one.unit.nl, 0, "Impossible",
            "Absolute" if one.unit.nl == "aantal" else "Relative",
        )
        for key, one in topics
    ]  # fmt: skip
    return EntitySet.of(
        names,
        (
            (kind, place, place, None, *rest)
            for place, (kind, *rest) in enumerate(plain)
        ),
    )


def _category_groups() -> EntitySet:
    return EntitySet.of(
        ["ID", "DimensionKey", "Title", "Description", "ParentID"],
        (
            (place, REGIONS, LEVELS[level].nl, "", None)
            for place, level in enumerate(REGION_LEVELS.values(), start=1)
        ),
    )


def _regions(table: ReleasedTable) -> EntitySet:
    groups = {
        level: place for place, level in enumerate(REGION_LEVELS.values(), start=1)
    }
    return EntitySet.of(
        ["Key", "Title", "Description", "CategoryGroupID"],
        (
            (region_key(one.code), one.name, "", groups[one.level])
            for one in table.regions
        ),
    )


def _data(
    table: ReleasedTable,
    axes: Mapping[str, Sequence[str]],
    topics: Mapping[str, Sequence[Scalar]],
) -> EntitySet:
    """A row for every region and codes; the ID numbers the rows from 0."""
    shape = table.values.shape[:-1]
    regions = [region_key(one.code) for one in table.regions]
    count = table.values[..., 0].size
    return EntitySet(
        {
            "ID": range(count),
            **{
                key: spread(codes, axis, shape)
                for axis, (key, codes) in enumerate(axes.items(), start=1)
            },
            REGIONS: spread(regions, 0, shape),
            PERIODS: [_period(table)] * count,
            **topics,
        }
    )


def _typed_columns(table: ReleasedTable) -> dict[str, Sequence[Scalar]]:
    return {
        key: numbers(table.values[..., place], table.states[..., place])
        for place, key in enumerate(topic_keys(table))
    }


def _untyped_columns(table: ReleasedTable) -> dict[str, Sequence[Scalar]]:
    """Texts of equal width, right-aligned: a point is hidden, blank cannot occur."""
    found: dict[str, Sequence[Scalar]] = {}
    for place, key in enumerate(topic_keys(table)):
        values = table.values[..., place].ravel().tolist()
        states = table.states[..., place].ravel().tolist()
        width = max(_LEAST_WIDTH, len(str(max(values, default=0))))
        blank, point = " " * width, f"{HIDDEN.sign:>{width}}"
        found[key] = [
            f"{value:>{width}}"
            if state == IS_SHOWN
            else point
            if state == IS_HIDDEN
            else blank
            for value, state in zip(values, states, strict=True)
        ]
    return found
