"""A country of three gemeenten, and the people that examples put in it."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

import pyarrow as pa

from engine.database import Database
from engine.microdata import (
    PARTICIPATION,
    POPULATION,
    PROFILE,
    PROVISIONS,
    REGIONS,
    LinkedMicrodata,
)
from rules.period import HalfYear, Span
from rules.region import region_types
from rules.vocabulary import PARTS
from secure_env.linkage import link
from secure_env.sources import DeliveredSources
from tests.reference.naive_merging import WmoRecord
from tests.reference.records import Area, Inhabitants, Provision, Region
from tests.support.texttable import Row, columns, parse


def areas(*codes: str) -> list[Area]:
    """The areas of these codes, of the types that their codes begin with."""
    kinds = {each.prefix: kind for kind, each in region_types().items()}
    return [Area(type=kinds[code[:2]], code=code, name="") for code in codes]


# Amsterdam (two wijken) and Haarlem in Noord-Holland, Utrecht in the province Utrecht.
# Areas cut across: Haarlem and Utrecht are a jeugdregio, Amsterdam and Utrecht a
# labour market.
AMSTERDAM = areas("LD03", "CR23", "JR01", "AM02")
HAARLEM = areas("LD03", "CR19", "JR02", "AM01")
UTRECHT = areas("LD03", "CR17", "JR02", "AM02")
COUNTRY = (
    Region(wijk="WK036301", gemeente="GM0363", provincie="PV27", areas=AMSTERDAM),
    Region(wijk="WK036302", gemeente="GM0363", provincie="PV27", areas=AMSTERDAM),
    Region(wijk="WK039201", gemeente="GM0392", provincie="PV27", areas=HAARLEM),
    Region(wijk="WK034401", gemeente="GM0344", provincie="PV26", areas=UTRECHT),
)
WMO = pa.schema(
    [
        *((name, pa.string()) for name in ("person_key", "gemeente", "allocation")),
        *((name, pa.string()) for name in ("type", "financing", "reason")),
        *((name, pa.string()) for name in ("intensity", "unit", "frequency")),
        *((name, pa.date32()) for name in ("starts", "ends")),
    ]
)
"""What linkage looks at in a Wmo delivery."""

GEMEENTEN = tuple(dict.fromkeys(region["gemeente"] for region in COUNTRY))
TYPES = {"wmo": "HH", "jeugd": "JH", "pwet": "BU"}
"""The type of a provision of which an example does not say it."""

COLUMNS = {
    "person", "household", "domain", "type", "provision", "starts", "ends", "lives",
    "client", "detail", "financing", "reason", "referrer", "crisis", "living", "age",
    "sex", "pensioner", "in household", "place", "income", "origin", "care", "hours",
    "perspective", "ended before",
}  # fmt: skip
"""What an example may say of a provision; see `provisions_of`."""


def provisions_of(text: str, period: Span) -> list[Provision]:
    """The provisions of an example; where it has no column, as plain as can be.

    That is: a Wmo provision of its own, from the first day of the period and still
    running, of a person who lives in WK036301 in a household of one, provided by the
    gemeente of residence. `lives` is a wijk, a gemeente (wijk unknown) or empty.
    """
    if unknown := set(columns(text)) - COLUMNS:
        raise ValueError(f"an example knows no column {sorted(unknown)}")
    return [
        _provision(row, number, period) for number, row in enumerate(parse(text), 1)
    ]


def _provision(row: Row, number: int, period: Span) -> Provision:
    person = row["person"]
    if person is None:
        raise ValueError("every provision of an example is somebody's")
    domain = row.get("domain") or "wmo"
    gemeente, wijk = place(row.get("lives", "WK036301"))
    client = row.get("client", gemeente) if domain == "wmo" else None
    return Provision(
        person_id=person,
        household_id=row.get("household", f"of {person}"),
        domain=domain,
        type=row.get("type") or TYPES[domain],
        provision_id=row.get("provision") or f"provision {number}",
        starts=_day(row.get("starts")) or period.first_day,
        ends=_day(row.get("ends")),
        client_gemeente=client,
        client_wijk=wijk if client == gemeente else None,
        gemeente=gemeente,
        wijk=wijk,
        detail=row.get("detail"),
        financing=row.get("financing"),
        reason=row.get("reason"),
        referrer=row.get("referrer"),
        crisis={"yes": True, "no": False}.get(str(row.get("crisis"))),
        living_arrangement=row.get("living"),
        hours=_number(row.get("hours")),
        perspective=row.get("perspective"),
        ended_before=_day(row.get("ended before")),
        age=_number(row.get("age")),
        sex=row.get("sex"),
        reached_pension_age={"yes": True, "no": False}.get(str(row.get("pensioner"))),
        household_type=row.get("in household"),
        household_place=row.get("place"),
        income=_number(row.get("income")),
        origin=row.get("origin"),
        care=row.get("care"),
    )


def _day(given: str | None) -> date | None:
    return None if given is None else date.fromisoformat(given)


def _number(given: str | None) -> int | None:
    return None if given is None else int(given)


def place(code: str | None) -> tuple[str | None, str | None]:
    """Gemeente and wijk of a code: a wijk lies in a gemeente, a gemeente is no wijk."""
    if code is None or code in GEMEENTEN:
        return code, None
    return {region["wijk"]: region["gemeente"] for region in COUNTRY}[code], code


def linked(
    provisions: Sequence[Provision],
    regions: Iterable[Region] = COUNTRY,
    participants: Collection[str] = GEMEENTEN,
    everybody: Sequence[Inhabitants] = (),
) -> LinkedMicrodata:
    """The rows as the engine takes them; a gemeente takes part, or it does not."""
    population = [{**row, "households": 0} for row in everybody if not row["code"]]
    profile = [row for row in everybody if row["code"]]
    names = ("wijk_name", "gemeente_name", "provincie_name")
    places = [{**region, **dict.fromkeys(names, "")} for region in regions]
    consent = [
        {
            "gemeente": gemeente,
            "part": part,
            "participates": gemeente in participants,
        }
        for gemeente in dict.fromkeys(region["gemeente"] for region in places)
        for part in PARTS
    ]
    return LinkedMicrodata(
        provisions=pa.Table.from_pylist(list(provisions), PROVISIONS),
        population=pa.Table.from_pylist(population, POPULATION),
        profile=pa.Table.from_pylist(list(profile), PROFILE),
        regions=pa.Table.from_pylist(places, REGIONS),
        participation=pa.Table.from_pylist(consent, PARTICIPATION),
    )


def arrangements(
    records: Sequence[WmoRecord], period: HalfYear, database: Database
) -> list[tuple[str, date, date | None]]:
    """Persons and spells of the arrangements that linkage makes of Wmo records."""
    delivered = DeliveredSources(wmo=pa.Table.from_pylist(list(records), WMO))
    provisions = link(delivered, period, database).provisions
    return [
        (row["person_id"], row["starts"], row["ends"]) for row in provisions.to_pylist()
    ]
