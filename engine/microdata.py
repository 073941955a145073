"""Linked microdata: persons and their provisions, the population, the regions.

No BSN in here; every table has the columns that `docs/architecture.md` section 4 says.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pyarrow as pa

from engine.errors import WrongShape


def _text(name: str) -> pa.Field:
    return pa.field(name, pa.string(), nullable=False)


PROVISIONS = pa.schema(
    [
        _text("person_id"),
        pa.field("household_id", pa.string()),
        _text("domain"),
        _text("type"),
        _text("provision_id"),
        pa.field("starts", pa.date32(), nullable=False),
        pa.field("ends", pa.date32()),
        pa.field("client_gemeente", pa.string()),
        pa.field("client_wijk", pa.string()),
        pa.field("gemeente", pa.string()),
        pa.field("wijk", pa.string()),
        pa.field("detail", pa.string()),
        pa.field("financing", pa.string()),
        pa.field("reason", pa.string()),
        pa.field("referrer", pa.string()),
        pa.field("crisis", pa.bool_()),
        pa.field("living_arrangement", pa.string()),
        pa.field("hours", pa.int64()),
        pa.field("perspective", pa.string()),
        pa.field("ended_before", pa.date32()),
        pa.field("age", pa.int64()),
        pa.field("sex", pa.string()),
        pa.field("reached_pension_age", pa.bool_()),
        pa.field("household_type", pa.string()),
        pa.field("household_place", pa.string()),
        pa.field("income", pa.int64()),
        pa.field("origin", pa.string()),
        pa.field("care", pa.string()),
    ]
)
"""One row per person and provision that the person has."""

POPULATION = pa.schema(
    [
        _text("gemeente"),
        pa.field("wijk", pa.string()),
        pa.field("inhabitants", pa.int64(), nullable=False),
        pa.field("households", pa.int64(), nullable=False),
    ]
)
"""Inhabitants and private households on 1 January; wijk null: unknown."""

PROFILE = pa.schema(
    [
        _text("gemeente"),
        pa.field("wijk", pa.string()),
        _text("characteristic"),
        _text("code"),
        pa.field("inhabitants", pa.int64(), nullable=False),
    ]
)
"""Inhabitants on 1 January by `age` in years, `sex`, `income` of the household in whole
thousands of euros (`ONB`: not known), `origin` and `household`; wijk null: unknown."""

COSTS = pa.schema(
    [
        _text("gemeente"),
        _text("domain"),
        _text("type"),
        _text("detail"),
        _text("contributor"),
        pa.field("person_id", pa.string()),
        pa.field("users", pa.int64(), nullable=False),
        pa.field("cents", pa.int64(), nullable=False),
    ]
)
"""What a gemeente paid in the half-year, and to whom: a provider, or the client with a
budget of the own (`contributor` is the person then). Without a person it is a total, of
so many `users` (0: not told); with one, `users` is 1."""

ANSWERS = pa.schema(
    [
        _text("gemeente"),
        _text("respondent"),
        _text("statement"),
        _text("answer"),
    ]
)
"""What each respondent of a survey answered: to statement `1`..`4` agrees `E`, neither
`N` or disagrees `O`. Who the respondent is nobody knows."""


AREA = [_text("type"), _text("code"), pa.field("name", pa.string())]

REGIONS = pa.schema(
    [
        _text("wijk"),
        pa.field("wijk_name", pa.string()),
        _text("gemeente"),
        pa.field("gemeente_name", pa.string()),
        _text("provincie"),
        pa.field("provincie_name", pa.string()),
        pa.field("areas", pa.list_(pa.struct(AREA))),
    ]
)
"""The wijken of the year, the gemeente and provincie that each lies in, and the areas
of other types that its gemeente is of."""

PARTICIPATION = pa.schema(
    [
        _text("gemeente"),
        _text("part"),
        pa.field("participates", pa.bool_(), nullable=False),
    ]
)
"""Which gemeenten take part in which part of the monitor."""


@dataclass(frozen=True, slots=True)
class LinkageSummary:
    """How the linkage went, in counts."""

    records: Mapping[str, int]
    """Records per source of provisions, as delivered."""
    without_person: Mapping[str, int]
    """Of those, records without a person."""
    lost: Mapping[str, Mapping[str, int]]
    """How persons were found, and where they were lost -> records per source."""
    provisions: Mapping[str, int]
    """Provisions per domain that ran in the period."""
    merged_records: int
    """Wmo records that became part of an arrangement with another record."""
    persons: int
    """Persons with a provision in the period."""
    not_in_key_file: int
    """Of those, persons who are not in the key file (no RIN)."""
    without_residence: int
    """Of those, persons with no address on the reference date."""
    without_wijk: int
    """Of those, persons who live in a known gemeente, but in no known wijk of it."""
    without_household: int
    """Of those, persons in no private household on the reference date."""
    gemeenten: int
    """Gemeenten of the year."""
    participating: int
    """Of those, gemeenten that take part in `wmo_basis`."""


@dataclass(frozen=True, slots=True)
class LinkedMicrodata:
    """Everything that tabulation may look at, for one period."""

    provisions: pa.Table
    population: pa.Table
    regions: pa.Table
    participation: pa.Table
    summary: LinkageSummary | None = None
    report: pa.Table | None = None
    """Per source and gemeente how persons were found, and where they were lost."""
    profile: pa.Table = field(default_factory=PROFILE.empty_table)
    costs: pa.Table = field(default_factory=COSTS.empty_table)
    answers: pa.Table = field(default_factory=ANSWERS.empty_table)

    def __post_init__(self) -> None:
        for name, schema in SCHEMAS.items():
            must_have(schema, getattr(self, name), name)

    def summarised(self, summary: LinkageSummary) -> "LinkedMicrodata":
        return replace(self, summary=summary)

    def participants(self, part: str) -> tuple[str, ...]:
        """The gemeenten that take part in this part of the monitor, by code."""
        rows = self.participation.to_pylist()
        return tuple(
            sorted(
                row["gemeente"]
                for row in rows
                if row["part"] == part and row["participates"]
            )
        )


SCHEMAS = {
    "provisions": PROVISIONS,
    "population": POPULATION,
    "profile": PROFILE,
    "costs": COSTS,
    "answers": ANSWERS,
    "regions": REGIONS,
    "participation": PARTICIPATION,
}
"""Table of the linked microdata -> its columns."""


def must_have(schema: pa.Schema, table: pa.Table, name: str) -> None:
    """Raise WrongShape unless the table has exactly these columns, filled so."""
    found = [(field.name, field.type) for field in table.schema]
    asked = [(field.name, field.type) for field in schema]
    if found != asked:
        wrong = sorted({name for name, _ in set(found) ^ set(asked)})
        raise WrongShape(
            f"{name}: {len(wrong)} columns are missing, unknown or of another type "
            f"({', '.join(wrong) or 'their order'}); make it with the schema of "
            "docs/architecture.md section 4"
        )
    for column in schema:
        empty = table.column(column.name).null_count
        if empty and not column.nullable:
            raise WrongShape(
                f"{name}: {empty} of {table.num_rows} rows have no {column.name}; "
                "every row needs one"
            )
