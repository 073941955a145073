"""Small populations that meet the definitions at their edges.

At most 8 rows, 4 persons in 2 households or in none, 2 gemeenten and the unknown wijk;
days only from the edges of the half-year. What is drawn is always a population that
linkage could give: a household has one address, and so have the partners who share a
benefit; each of them may have come and gone on a day of its own.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from hypothesis import strategies as st

from rules.indicator import (
    Characteristic,
    CountedUnit,
    Indicator,
    RegionRule,
    TableSpec,
    TimeRule,
)
from rules.indicator_entry import UNITS
from rules.period import HalfYear
from tests.reference.costs import Cost
from tests.reference.naive_merging import WmoRecord
from tests.reference.records import Inhabitants, Provision, Region
from tests.reference.survey import Answer
from tests.support.country import AMSTERDAM, UTRECHT, place


PERIOD = HalfYear(2023, 1)
REGIONS = (
    Region(wijk="WK036301", gemeente="GM0363", provincie="PV27", areas=AMSTERDAM),
    Region(wijk="WK036302", gemeente="GM0363", provincie="PV27", areas=AMSTERDAM),
    Region(wijk="WK034401", gemeente="GM0344", provincie="PV26", areas=UTRECHT),
)
GEMEENTEN = ("GM0363", "GM0344")
HOMES = ("WK036301", "WK036302", "WK034401", "GM0363", "GM0344", None)
"""Where a person may live: a wijk, an unknown wijk of a gemeente, nowhere known."""

DAY = timedelta(days=1)
EDGES = (
    PERIOD.first_day - DAY,
    PERIOD.first_day,
    date(2023, 4, 1),
    PERIOD.last_day - DAY,
    PERIOD.last_day,
    PERIOD.last_day + DAY,
)
ENDED = (PERIOD.first_day - DAY, PERIOD.first_day - 2 * DAY)
"""When help ended before, by the delivery of the half-year before."""
TYPES = {
    "wmo": ("HH", "OT", "VO", "HD", "OV"),
    "jeugd": ("JH", "JB", "JR"),
    "pwet": ("BU", "SR"),
    "wsw": ("WS",),
    "signal": ("SH", "SE", "SW", "SZ", "SO"),
}
STACKED = {domain: TYPES[domain] for domain in ("wmo", "jeugd", "pwet")}
"""The laws that stapeling is of."""
DETAILS: Mapping[str, Sequence[str | None]] = {
    "HH": ("HH01",),
    "OT": ("OT02", "OT03"),
    "VO": ("VO15", "VO16"),
    "HD": ("HD11", "HD12"),
    "OV": ("OV10",),
    "JH": ("JH01", "JH02", "JH11"),
    "JB": ("JB11", "JB21"),
    "JR": ("JR41",),
    "BU": ("BU01", "BU02"),
    "SR": ("SR01", "SR99"),
    "WS": ("WS01", "WS00"),
    **dict.fromkeys(TYPES["signal"], (None,)),
}
AGES = (0, 3, 4, 17, 18, 22, 23, 26, 27, 64, 65, 66, 85, None)
TRAITS = (
    (0, "NL", "WLZ"),
    (9, "TUR", "GEEN"),
    (10, "EUR", "ZVW"),
    (100, None, "BEIDE"),
    (None, "NL", None),
)
"""Incomes, with origins and care."""
MOST_ROWS = 8

Kinds = Mapping[str, Sequence[str]]
"""Domains, each with the types in it."""
Spell = tuple[date, date | None]


@dataclass(frozen=True, slots=True)
class Population:
    """The provisions of some persons, and the gemeenten that take part."""

    provisions: tuple[Provision, ...]
    participants: tuple[str, ...]
    costs: tuple[Cost, ...] = ()
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on the reference date."""

    person_id: str
    household_id: str | None
    home: str | None
    age: int | None = None
    sex: str | None = None
    reached_pension_age: bool | None = None
    household_type: str | None = None
    household_place: str | None = None
    income: int | None = None
    origin: str | None = None
    care: str | None = None

    def may_share_with(self, other: "Person") -> bool:
        """Partners: two persons, at one address and in one household or in none."""
        here = (self.household_id, self.home)
        return self != other and here == (other.household_id, other.home)


@st.composite
def populations(
    draw: st.DrawFn, where: Mapping[str, Collection[str]] = MappingProxyType({})
) -> Population:
    """Half of them have nothing but running provisions, so that many add up in one;
    half of them nothing but what an indicator selects (`where`), so that it adds up."""
    persons = draw(neighbours())
    when = draw(st.sampled_from([spells(), st.just((PERIOD.first_day, None))]))
    asked = kinds_in(where)
    kinds = draw(st.sampled_from([STACKED | asked, asked]))
    rows: list[Provision] = []
    for number in range(
        draw(st.sampled_from([1, *range(MOST_ROWS), *[MOST_ROWS] * 3]))
    ):
        rows += draw(provisions(f"provision {number}", persons, kinds, when))
    taking_part = draw(st.sampled_from([GEMEENTEN] * 4 + [GEMEENTEN[:1], ()]))
    return Population(tuple(rows[:MOST_ROWS]), taking_part)


def populations_of(indicator: Indicator) -> st.SearchStrategy[Population]:
    """Populations in which there is something for the indicator to count."""
    if indicator.counts in {CountedUnit.EUROS, CountedUnit.USERS}:
        (domain,) = indicator.where["domain"]
        return payers(domain)
    if indicator.counts is CountedUnit.RESPONDENTS:
        return surveys()
    return populations(indicator.where)


PAID_FOR = {
    "wmo": (("HH", "HH01"), ("OT", "OT02"), ("OT", "OT03"), ("VO", "VO15")),
    "jeugd": (("JH", "JH01"), ("JH", "JH11"), ("JH", "JH"), ("JB", "JB21")),
    "sbo": (("SB", "SB01"), ("SB", "SB02"), ("SB", "SB03")),
    "care": (("WLZ", "WLZVV"), ("ZVW", "ZVWWV"), ("ZVW", "ZVWVV")),
}
"""Per domain some types with their details; one of them may be no code of the table."""


@st.composite
def payers(draw: st.DrawFn, domain: str = "wmo") -> Population:
    """Payments around half a thousand euros, to few, so that several are one sum.

    By the Wmo for persons, otherwise in all; and some of another domain.
    """
    costs = []
    for _ in range(draw(st.integers(0, MOST_ROWS))):
        own = draw(st.sampled_from([domain] * 4 + ["jeugd"]))
        kind, detail = draw(st.sampled_from(PAID_FOR[own]))
        gemeente = draw(st.sampled_from(GEMEENTEN))
        person = draw(st.sampled_from(["anna", "bram"])) if own == "wmo" else None
        paid = st.sampled_from(["provider 1", "provider 2", person or gemeente])
        costs.append(
            Cost(
                gemeente=gemeente,
                domain=own,
                type=kind,
                detail=detail,
                referrer="",
                contributor=draw(paid),
                person_id=person,
                users=1 if person else draw(st.sampled_from([0, 1, 7, 20])),
                cents=draw(st.sampled_from([-100_000, 49_999, 50_000, 120_000])),
            )
        )
    taking_part = draw(st.sampled_from([GEMEENTEN] * 4 + [GEMEENTEN[:1], ()]))
    return Population((), taking_part, tuple(costs))


@st.composite
def surveys(draw: st.DrawFn) -> Population:
    """What a few answered to some statements, each to a statement once."""
    given: dict[tuple[str, str], Answer] = {}
    for _ in range(draw(st.integers(0, MOST_ROWS))):
        gemeente = draw(st.sampled_from(GEMEENTEN))
        respondent = f"{gemeente} {draw(st.sampled_from('12'))}"
        statement = draw(st.sampled_from("1224"))
        given[respondent, statement] = Answer(
            gemeente=gemeente,
            respondent=respondent,
            statement=statement,
            answer=draw(st.sampled_from("ENO")),
        )
    taking_part = draw(st.sampled_from([GEMEENTEN] * 4 + [GEMEENTEN[:1], ()]))
    return Population((), taking_part, answers=tuple(given.values()))


def kinds_in(where: Mapping[str, Collection[str]]) -> Kinds:
    """The domains that are asked for, with the types that are."""
    return {
        domain: [kind for kind in TYPES[domain] if kind in where.get("type", DETAILS)]
        for domain in where.get("domain", STACKED)
    }


@st.composite
def neighbours(draw: st.DrawFn) -> list[Person]:
    """One to four persons; who shares a household shares its address and its type.

    Who is in no private household is in an institution, or in none that is known.
    """
    homes = {
        household: draw(st.sampled_from(HOMES)) for household in ("dam 1", "dam 2")
    }
    kinds = {name: draw(st.sampled_from("123456667")) for name in homes}
    persons = []
    for number in range(draw(st.sampled_from([1, 2, 3, 4, 4]))):
        household = draw(st.sampled_from(["dam 1", "dam 1", *homes, None]))
        home = homes[household] if household else draw(st.sampled_from(HOMES))
        kind = kinds[household] if household else draw(st.sampled_from(["8", None]))
        age = draw(st.sampled_from(AGES))
        income, origin, care = draw(st.sampled_from(TRAITS))
        person = Person(
            f"person {number}",
            household,
            home,
            age=age,
            sex=draw(st.sampled_from(["1", "2", None])),
            reached_pension_age=draw(st.sampled_from([True, False, None])),
            household_type=kind,
            household_place=kind and draw(st.sampled_from(["1", "7", None])),
            income=income,
            origin=origin,
            care=care,
        )
        persons.append(person)
    return persons


@st.composite
def provisions(
    draw: st.DrawFn,
    provision_id: str,
    persons: list[Person],
    kinds: Kinds,
    when: st.SearchStrategy[Spell],
) -> list[Provision]:
    """One provision: one row, or two when partners share a benefit."""
    domain = draw(st.sampled_from(sorted(kinds)))
    kind = draw(st.sampled_from(kinds[domain]))
    financing = st.sampled_from(["1", "2", None]) if domain == "wmo" else st.none()
    said = {
        "detail": draw(st.sampled_from(DETAILS[kind])),
        "financing": draw(financing),
        "referrer": draw(st.sampled_from(["01", "02"])) if kind == "JH" else None,
        "crisis": draw(st.sampled_from([True, False, None])) if kind == "JH" else None,
        "hours": draw(st.sampled_from([0, 1, 8, None])) if domain == "wmo" else None,
        "perspective": draw(st.sampled_from(["01", None])) if kind == "JH" else None,
        "ended_before": draw(st.sampled_from([*ENDED, None])) if kind == "JH" else None,
        "living_arrangement": draw(st.sampled_from("13")) if kind == "BU" else None,
    }
    client = draw(st.sampled_from(GEMEENTEN))
    partners = [one for one in persons if any(map(one.may_share_with, persons))]
    able = partners if partners and kind == "BU" else persons
    holders = [draw(st.sampled_from(able))]
    if kind == "BU" and draw(st.sampled_from([True, True, False])):
        holders += [one for one in persons if holders[0].may_share_with(one)][:1]
    rows = []
    for person in holders:
        gemeente, wijk = place(person.home)
        starts, ends = draw(when)
        rows.append(
            Provision(
                person_id=person.person_id,
                household_id=person.household_id,
                domain=domain,
                type=kind,
                provision_id=provision_id,
                starts=starts,
                ends=ends,
                client_gemeente=client,
                client_wijk=wijk if client == gemeente else None,
                gemeente=gemeente,
                wijk=wijk,
                age=person.age,
                sex=person.sex,
                reached_pension_age=person.reached_pension_age,
                household_type=person.household_type,
                household_place=person.household_place,
                income=person.income,
                origin=person.origin,
                care=person.care,
                reason=ends and draw(st.sampled_from(["01", "12", "14", None])),
                **said,
            )
        )
    return rows


@st.composite
def spells(draw: st.DrawFn) -> Spell:
    starts = draw(st.sampled_from(EDGES))
    later = [day for day in EDGES if day >= starts]
    return starts, draw(st.sampled_from([None, *later]))


@st.composite
def inhabitants(draw: st.DrawFn) -> list[Inhabitants]:
    """How many live where, in all and of one of the characteristics."""
    codes = [("age", str(age)) for age in AGES if age is not None]
    codes += [("sex", "1"), ("income", "9"), ("income", "10"), ("income", "ONB")]
    codes += [("origin", "NL"), ("origin", "TUR"), ("household", "PAAR")]
    kinds = st.sampled_from([("age", ""), ("age", ""), *codes])
    rows = []
    for _ in range(draw(st.integers(0, MOST_ROWS))):
        gemeente, wijk = place(draw(st.sampled_from([home for home in HOMES if home])))
        characteristic, code = draw(kinds)
        rows.append(
            Inhabitants(
                gemeente=str(gemeente),
                wijk=wijk,
                characteristic=characteristic,
                code=code,
                inhabitants=draw(st.integers(0, 20)),
            )
        )
    return rows


@st.composite
def rewordings(
    draw: st.DrawFn, indicator: Indicator, table: TableSpec
) -> dict[str, object]:
    """Other words for an indicator, as far as they make sense together.

    Persons and households have one place, which is where they live: a client of two
    gemeenten would be one person in two places. Another unit is drawn where the table
    has a code for it; other domains only where the indicator has several, since
    its table may not know the others.
    """
    counts = draw(st.sampled_from(units_of(table)))
    has_course = Characteristic.COURSE in table.by.values()
    any_time = [each for each in TimeRule if each is not TimeRule.ON_FIRST_OF_JANUARY]
    times = [TimeRule.DURING] if has_course else any_time
    has_one_home = counts in {CountedUnit.PERSONS, CountedUnit.HOUSEHOLDS}
    places = [RegionRule.RESIDENCE] if has_one_home else list(RegionRule)
    domains = st.sets(st.sampled_from(sorted(STACKED)), min_size=1)
    of_several = len(indicator.where.get("domain", ())) > 1
    chosen = {"domain": tuple(sorted(draw(domains)))}
    where = chosen if of_several else indicator.where
    return {
        "counts": counts,
        "time": draw(st.sampled_from(times)),
        "region": draw(st.sampled_from(places)),
        "where": where,
    }


NOBODY = {CountedUnit.INHABITANTS, CountedUnit.RESPONDENTS, CountedUnit.USERS}
"""Units that are counted without looking at anybody's provisions."""


def units_of(table: TableSpec) -> list[CountedUnit]:
    """The units that have a code by each of the table's characteristics.

    A table that has no institutional households is of private ones only.
    """
    if {"household": "INST"} in table.impossible:
        return [CountedUnit.HOUSEHOLDS]
    return [
        unit
        for unit in CountedUnit
        if unit not in NOBODY
        and not unit.is_amount
        and all(unit in UNITS.get(word, [unit]) for word in table.by.values())
    ]


@st.composite
def wmo_records(draw: st.DrawFn) -> list[WmoRecord]:
    """Records of two persons in two gemeenten that connect, just, nearly or not."""
    days = [PERIOD.first_day + number * DAY for number in range(14)]
    person, another = "R000000001", "R000000002"
    always = draw(st.booleans())
    numbers = st.sampled_from(["7001", "7002"])
    records = []
    for _ in range(draw(st.integers(1, 6))):
        starts = draw(st.sampled_from(days))
        later = [day for day in days if day >= starts]
        records.append(
            WmoRecord(
                person_key=draw(st.sampled_from([person, person, another])),
                gemeente=draw(st.sampled_from(GEMEENTEN)),
                allocation=draw(numbers if always else st.none() | numbers),
                type=draw(st.sampled_from(["01", "01", "01", "11"])),
                financing="1",
                reason=draw(st.sampled_from([None, None, "05"])),
                starts=starts,
                ends=draw(st.sampled_from([None, *later])),
            )
        )
    return records


def wmo_deliveries() -> st.SearchStrategy[list[list[WmoRecord]]]:
    """Many small sets of records that have nothing to do with each other."""
    return st.lists(wmo_records(), min_size=20, max_size=20)
