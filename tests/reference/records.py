"""The rows that the naive twin loops over, as definitions and twins name them."""

from datetime import date
from typing import NotRequired, TypedDict


class Provision(TypedDict):
    """One row of the linked microdata: a person and a provision the person has."""

    person_id: str
    household_id: str | None
    domain: str
    type: str
    provision_id: str
    starts: date
    ends: date | None
    client_gemeente: str | None
    client_wijk: str | None
    gemeente: str | None
    wijk: str | None
    detail: str | None
    financing: str | None
    reason: str | None
    referrer: str | None
    crisis: bool | None
    living_arrangement: str | None
    hours: int | None
    perspective: str | None
    ended_before: date | None
    age: int | None
    sex: str | None
    reached_pension_age: bool | None
    household_type: str | None
    household_place: str | None
    income: int | None
    origin: str | None
    care: str | None


class Inhabitants(TypedDict):
    """How many lived somewhere on 1 January, with a code of a characteristic."""

    gemeente: str
    wijk: str | None
    characteristic: str
    code: str
    inhabitants: int


class Area(TypedDict):
    """An area of whole gemeenten, such as a jeugdregio."""

    type: str
    code: str
    name: str


class Region(TypedDict):
    """A wijk, the gemeente and provincie that it lies in, and the areas of these."""

    wijk: str
    gemeente: str
    provincie: str
    areas: NotRequired[list[Area]]


Codes = tuple[str, ...]

COUNTRY = "NL"
