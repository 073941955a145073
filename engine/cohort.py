"""The microdata of a cohort: residents of a start date, and what they used since.

No BSN in here. Half-years are numbered from 1, the first of the follow-up.
"""

from dataclasses import dataclass

import pyarrow as pa

from engine.microdata import LinkedMicrodata, must_have


def _text(name: str) -> pa.Field:
    return pa.field(name, pa.string(), nullable=False)


_NUMBER = pa.field("half_year", pa.int64(), nullable=False)

PERSONS = pa.schema(
    [
        _text("person_id"),
        _text("gemeente"),
        pa.field("wijk", pa.string()),
        pa.field("household_type", pa.string()),
    ]
)
"""Residents of the start date with a provision or a life event; TYPHH on that day."""

USES = pa.schema(
    [
        _text("person_id"),
        _NUMBER,
        _text("domain"),
        pa.field("starts", pa.date32(), nullable=False),
        pa.field("on_start", pa.bool_(), nullable=False),
    ]
)
"""The domains of which somebody had a provision in a half-year: the first begin, and
whether one ran on the start date."""

AWAY = pa.schema([_text("person_id"), _NUMBER])
"""Who was not registered, on the last day, in a gemeente that takes part."""

EVENTS = pa.schema(
    [_text("person_id"), _text("event"), pa.field("day", pa.date32(), nullable=False)]
)
"""Life events, before the start date and since."""


@dataclass(frozen=True, slots=True)
class CohortMicrodata:
    """All that may be looked at to count a cohort."""

    linked: LinkedMicrodata
    """Of the first half-year: its regions and population, and as participation who
    takes part in every half-year. Its provisions are not looked at."""
    persons: pa.Table
    uses: pa.Table
    away: pa.Table
    events: pa.Table

    def __post_init__(self) -> None:
        for name, schema in COHORT_SCHEMAS.items():
            must_have(schema, getattr(self, name), name)


COHORT_SCHEMAS = {"persons": PERSONS, "uses": USES, "away": AWAY, "events": EVENTS}
"""Table of the microdata of a cohort -> its columns."""
