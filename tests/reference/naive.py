"""The naive twin: what is counted, straight from the definitions.

A loop over the cells, inside it a loop over the rows: does this row belong in this
cell? No query, no grouping, no cleverness; one function per word of the catalogue, each
with its definition in Dutch. Standard library and `rules` only, so that someone who
reads no SQL can sign it. Slow is right.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from itertools import product
from typing import TypedDict

from rules.classification import Dimension
from rules.disclosure import DisclosurePolicy, RoundingMethod, Zeros
from rules.indicator import (
    Characteristic,
    CountedUnit,
    Indicator,
    RegionRule,
    TableSpec,
    TimeRule,
)
from rules.period import HalfYear


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


class Region(TypedDict):
    """A wijk, and the gemeente and provincie that it lies in."""

    wijk: str
    gemeente: str
    provincie: str


Codes = tuple[str, ...]

COUNTRY = "NL"
LAWS = {"jeugd": "J", "pwet": "P", "wmo": "W"}


def count(
    provisions: Sequence[Provision],
    regions: Sequence[Region],
    participants: Collection[str],
    *,
    indicator: Indicator,
    table: TableSpec,
    period: HalfYear,
) -> dict[Codes, int]:
    """Elke cel van de tabel, met het aantal eenheden dat erin hoort."""
    rows = [
        row
        for row in provisions
        if is_selected(row, indicator)
        and is_in_time(row, indicator.time, period)
        and takes_part(row, participants)
    ]
    cells = {}
    for codes in cells_of(regions, participants, table):
        units = set()
        for row in rows:
            if is_in_region(row, codes[0], regions, indicator.region) and all(
                has_code(
                    row,
                    code,
                    dimension,
                    rows,
                    indicator=indicator,
                    word=table.by[dimension.name],
                    period=period,
                )
                for code, dimension in zip(codes[1:], table.dimensions, strict=True)
            ):
                units.add(unit_of(row, indicator))
        cells[codes] = len(units - {None})
    return cells


def cells_of(
    regions: Sequence[Region], participants: Collection[str], table: TableSpec
) -> Iterator[Codes]:
    """Nederland en elk gebied van een gemeente die meedoet, tot en met het laagste
    niveau van de tabel, gekruist met elke code van elke dimensie van de tabel."""
    lowest = {"land": 0, "provincie": 1, "gemeente": 2, "wijk": 3}[table.regions.value]
    places = dict.fromkeys([COUNTRY])
    for region in regions:
        if region["gemeente"] in participants:
            levels = (region["provincie"], region["gemeente"], region["wijk"])
            places |= dict.fromkeys(levels[:lowest])
    return product(places, *(dimension.codes for dimension in table.dimensions))


def count_inhabitants(
    everybody: Sequence[Inhabitants],
    regions: Sequence[Region],
    participants: Collection[str],
    table: TableSpec,
) -> dict[Codes, int]:
    """Elke cel van de tabel, met wie er op 1 januari woonden.

    Een rij zonder code (een lege tekst) telt alle inwoners van een plaats.
    """
    (dimension,) = table.dimensions
    characteristic = table.by[dimension.name].value
    cells = {}
    for place, code in cells_of(regions, participants, table):
        cells[place, code] = 0
        for row in everybody:
            if code == dimension.total:
                counts = row["code"] == ""
            else:
                counts = row["characteristic"] == characteristic and is_part_of(
                    row["code"], code, dimension
                )
            if (
                counts
                and row["gemeente"] in participants
                and is_within(place, row["gemeente"], row["wijk"], regions)
            ):
                cells[place, code] += row["inhabitants"]
    return cells


# --- which provisions ---------------------------------------------------------------


def is_selected(row: Provision, indicator: Indicator) -> bool:
    """De voorziening heeft in elke genoemde kolom een van de genoemde codes."""
    columns: Mapping[str, object] = row
    return all(columns[column] in codes for column, codes in indicator.where.items())


def takes_part(row: Provision, participants: Collection[str]) -> bool:
    """Een gemeente die niet meedoet telt niet mee: haar inwoners, haar cliënten en wat
    zij aanleverde blijven buiten de tabel."""
    places = (row["gemeente"], row["client_gemeente"])
    return all(place in participants for place in places if place is not None)


# --- when ---------------------------------------------------------------------------


def is_in_time(row: Provision, rule: TimeRule, period: HalfYear) -> bool:
    words = {
        TimeRule.DURING: is_during,
        TimeRule.ON_REFERENCE_DATE: is_on_reference_date,
        TimeRule.STARTED_IN: started_in,
        TimeRule.ENDED_IN: ended_in,
    }
    return words[rule](row, period)


def is_during(row: Provision, period: HalfYear) -> bool:
    """De voorziening liep op ten minste één dag van het halfjaar; begin- en einddag
    tellen mee, en zonder einddatum loopt zij nog."""
    still_ran = row["ends"] is None or row["ends"] >= period.first_day
    return row["starts"] <= period.last_day and still_ran


def is_on_reference_date(row: Provision, period: HalfYear) -> bool:
    """De voorziening liep op de laatste dag van het halfjaar."""
    still_runs = row["ends"] is None or row["ends"] >= period.last_day
    return row["starts"] <= period.last_day and still_runs


def started_in(row: Provision, period: HalfYear) -> bool:
    """De eerste dag van de voorziening ligt in het halfjaar."""
    return period.first_day <= row["starts"] <= period.last_day


def ended_in(row: Provision, period: HalfYear) -> bool:
    """De laatste dag van de voorziening ligt in het halfjaar."""
    ends = row["ends"]
    return ends is not None and period.first_day <= ends <= period.last_day


# --- where --------------------------------------------------------------------------


def place_of(row: Provision, rule: RegionRule) -> tuple[str | None, str | None]:
    if rule is RegionRule.RESIDENCE:
        return lives_in(row)
    return is_client_of(row)


def lives_in(row: Provision) -> tuple[str | None, str | None]:
    """Gemeente en wijk waar de persoon op de peildatum woont; onbekend is geen wijk."""
    return row["gemeente"], row["wijk"]


def is_client_of(row: Provision) -> tuple[str | None, str | None]:
    """De gemeente die de voorziening verstrekt, en de wijk van wonen als die daarin
    ligt."""
    return row["client_gemeente"], row["client_wijk"]


def is_in_region(
    row: Provision, place: str, regions: Sequence[Region], rule: RegionRule
) -> bool:
    """Nederland, provincie en gemeente volgen uit de gemeente. Wie geen bekende wijk
    heeft telt wel in de gemeente, niet in een wijk; wie geen gemeente heeft nergens."""
    return is_within(place, *place_of(row, rule), regions)


def is_within(
    place: str, gemeente: str | None, wijk: str | None, regions: Sequence[Region]
) -> bool:
    """Het land, en van de gemeente de provincie, zijzelf en de wijk."""
    for region in regions:
        if region["gemeente"] == gemeente:
            return place in {COUNTRY, region["provincie"], gemeente, wijk}
    return False


# --- who ----------------------------------------------------------------------------


def unit_of(row: Provision, indicator: Indicator) -> Codes | None:
    """Wat één keer telt: persoon, huishouden, cliënt of voorziening; None: niets."""
    if indicator.counts is CountedUnit.PERSONS:
        return (row["person_id"],)
    if indicator.counts is CountedUnit.HOUSEHOLDS:
        return private_household(row)
    if indicator.counts is CountedUnit.CLIENTS:
        return client(row, indicator.region)
    return (row["provision_id"],)


def private_household(row: Provision) -> Codes | None:
    """Het particuliere huishouden op de peildatum; wie er geen heeft telt niet."""
    return None if row["household_id"] is None else (row["household_id"],)


def client(row: Provision, rule: RegionRule) -> Codes | None:
    """Een persoon binnen één gemeente: cliënt van twee gemeenten telt in beide."""
    gemeente, _wijk = place_of(row, rule)
    return None if gemeente is None else (row["person_id"], gemeente)


# --- which codes --------------------------------------------------------------------


def has_code(
    row: Provision,
    code: str,
    dimension: Dimension,
    rows: Sequence[Provision],
    *,
    indicator: Indicator,
    word: Characteristic,
    period: HalfYear,
) -> bool:
    """Het totaal omvat alles; anders beslist wat de dimensie zegt."""
    if code == dimension.total:
        return True
    if word in OF_A_PROVISION:
        found = OF_A_PROVISION[word](row, rows, period)
    else:
        unit = unit_of(row, indicator)
        own = [other for other in rows if unit_of(other, indicator) == unit]
        found = OF_A_UNIT[word](own)
    return any(is_part_of(each, code, dimension) for each in found)


def is_part_of(found: str, code: str, dimension: Dimension) -> bool:
    """De code zelf, of een die er onder valt; een getal valt in zijn klasse."""
    for hierarchy in dimension.hierarchies:
        for leaf in hierarchy.parents:
            step: str | None = leaf if is_same(found, leaf) else None
            while step is not None:
                if step == code:
                    return True
                step = hierarchy.parents.get(step)
    return False


def is_same(found: str, code: str) -> bool:
    """Gelijk, of een getal in de klasse: 22 in `18-23`, 23 niet; 90 in `85+`."""
    if found == code:
        return True
    letters = code.rstrip("0123456789-+")
    numbers, number = code.removeprefix(letters), found.removeprefix(letters)
    if not found.startswith(letters) or not number.isdigit():
        return False
    if numbers.endswith("+"):
        return int(number) >= int(numbers[:-1])
    first, dash, after = numbers.partition("-")
    return dash == "-" and int(first) <= int(number) < int(after)


def types_of(row: Provision, _: Sequence[Provision], __: HalfYear) -> set[str]:
    """De hoofdgroep, het soort daarbinnen, en dat soort met zijn financiering."""
    found = {row["type"]}
    if row["detail"] is not None:
        financing = {"1": "Z", "2": "P"}.get(row["financing"] or "", "O")
        found |= {row["detail"], row["detail"] + financing}
    return found


def reason_of(row: Provision, _: Sequence[Provision], __: HalfYear) -> set[str]:
    """De reden van beëindiging; zonder reden is zij onbekend."""
    return {row["reason"] or "ONB"}


def referrer_of(row: Provision, _: Sequence[Provision], __: HalfYear) -> set[str]:
    """De verwijzer, als die er is."""
    return {row["referrer"]} if row["referrer"] else set()


def living_of(row: Provision, _: Sequence[Provision], __: HalfYear) -> set[str]:
    """De leefvorm waarvoor de uitkering is."""
    return {row["living_arrangement"]} if row["living_arrangement"] else set()


def course_of(row: Provision, rows: Sequence[Provision], period: HalfYear) -> set[str]:
    """Liep al (B) of begon (I); eindigde (U) of loopt door (E). Een uitkering van twee
    partners loopt van het eerste begin tot het laatste einde."""
    shared = [one for one in rows if one["provision_id"] == row["provision_id"]]
    starts = min(one["starts"] for one in shared)
    found = {"B"}
    if starts >= period.first_day:
        again = any(starts_again(one, rows) for one in shared)
        crisis = CRISIS[max((one["crisis"] for one in shared), key=CRISIS_FIRST.index)]
        found = {"I", "IH" if again else "IN", crisis}
    ends = [one["ends"] for one in shared if one["ends"] is not None]
    if len(ends) < len(shared) or max(ends) > period.last_day:
        return found | {"E", f"ED{full_months(starts, period.last_day)}"}
    reason = max(one["reason"] or "" for one in shared) or "ONB"
    return found | {"U", f"UR{reason}", f"UD{full_months(starts, max(ends))}"}


CRISIS = {True: "ICJ", False: "ICN", None: "ICO"}
CRISIS_FIRST = (None, False, True)
"""Met of zonder crisis begonnen, of onbekend; wat bekend is gaat voor."""


def starts_again(row: Provision, rows: Sequence[Provision]) -> bool:
    """Herhaald beroep: voor het begin had de persoon al iets dat was geëindigd."""
    return any(
        other["person_id"] == row["person_id"]
        and other["ends"] is not None
        and other["ends"] < row["starts"]
        for other in rows
    )


def full_months(first: date, last: date) -> int:
    """Volle maanden van de eerste tot de laatste dag: van 15 januari tot 14 februari
    nog geen, tot 15 februari een."""
    months = 0
    year, month = first.year, first.month
    while True:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        if (year, month, first.day) > (last.year, last.month, last.day):
            return months
        months += 1


def financing_of(rows: Sequence[Provision]) -> set[str]:
    """Uitsluitend zorg in natura, uitsluitend PGB, of zowel het een als het ander."""
    known = {row["financing"] for row in held_once(rows)}
    return {"".join(name for code, name in (("1", "Z"), ("2", "P")) if code in known)}


def measures_of(rows: Sequence[Provision]) -> set[str]:
    """Jeugdhulp, jeugdbescherming, jeugdreclassering, of een combinatie."""
    types = {row["type"] for row in rows}
    names = (("JH", "H"), ("JB", "B"), ("JR", "R"))
    return {"".join(name for code, name in names if code in types)}


def pair_of(rows: Sequence[Provision]) -> set[str]:
    """De twee soorten van wie precies twee voorzieningen heeft, op alfabet."""
    held = held_once(rows)
    if len(held) != 2:
        return set()
    details = [row["detail"] for row in held if row["detail"] is not None]
    types = [row["type"] for row in held]
    return {"".join(sorted(types)), "".join(sorted(details))}


def held_once(rows: Sequence[Provision]) -> list[Provision]:
    """Elke voorziening één keer, ook als twee leden haar delen."""
    return list({row["provision_id"]: row for row in rows}.values())


def age_of(rows: Sequence[Provision]) -> set[str]:
    """De leeftijd op de peildatum, in jaren."""
    return {str(row["age"]) for row in rows if row["age"] is not None}


def sex_of(rows: Sequence[Provision]) -> set[str]:
    """Man (1) of vrouw (2)."""
    return {row["sex"] for row in rows if row["sex"]}


def pension_of(rows: Sequence[Provision]) -> set[str]:
    """Tot of vanaf de AOW-leeftijd."""
    known = {row["reached_pension_age"] for row in rows} - {None}
    return {"VANAF" if True in known else "TOT"} if known else set()


def household_of(rows: Sequence[Provision]) -> set[str]:
    """De samenstelling van het huishouden."""
    names = ("EEN", "PAAR", "PAAR", "PAARKIND", "PAARKIND", "OUDER", "OVERIG", "INST")
    return {
        names[int(row["household_type"]) - 1] for row in rows if row["household_type"]
    }


def child_of(rows: Sequence[Provision]) -> set[str]:
    """Thuiswonend kind (plaats 1) bij één ouder, bij een paar, of anders."""
    row = rows[0]
    if row["household_type"] is None:
        return set()
    if row["household_place"] != "1":
        return {"ANDER"}
    return {{"4": "PAAR", "5": "PAAR", "6": "EEN"}.get(row["household_type"], "ANDER")}


def income_of(rows: Sequence[Provision]) -> set[str]:
    """Het inkomen van het huishouden in hele duizenden euro's; anders onbekend."""
    return {"ONB" if row["income"] is None else str(row["income"]) for row in rows}


def origin_of(rows: Sequence[Provision]) -> set[str]:
    """De herkomst, als die bekend is."""
    return {row["origin"] for row in rows if row["origin"]}


def care_of(rows: Sequence[Provision]) -> set[str]:
    """Zorg uit Wlz, Zvw, beide of geen van beide, als dat is aangeleverd."""
    return {row["care"] for row in rows if row["care"]}


OfAProvision = Callable[[Provision, Sequence[Provision], HalfYear], set[str]]
OfAUnit = Callable[[Sequence[Provision]], set[str]]

OF_A_PROVISION: Mapping[Characteristic, OfAProvision] = {
    Characteristic.TYPE: types_of,
    Characteristic.REASON: reason_of,
    Characteristic.REFERRER: referrer_of,
    Characteristic.LIVING: living_of,
    Characteristic.COURSE: course_of,
}
OF_A_UNIT: Mapping[Characteristic, OfAUnit] = {
    Characteristic.COMBINATION: lambda rows: {combination_of(rows)},
    Characteristic.NUMBER: lambda rows: {number_of(rows)},
    Characteristic.FINANCING: financing_of,
    Characteristic.MEASURES: measures_of,
    Characteristic.PAIR: pair_of,
    Characteristic.AGE: age_of,
    Characteristic.SEX: sex_of,
    Characteristic.PENSION: pension_of,
    Characteristic.HOUSEHOLD: household_of,
    Characteristic.CHILD: child_of,
    Characteristic.INCOME: income_of,
    Characteristic.ORIGIN: origin_of,
    Characteristic.CARE: care_of,
}
"""Wat de codes van een dimensie zeggen: van elke voorziening, of van de eenheid."""


def combination_of(rows: Sequence[Provision]) -> str:
    """De wetten waaruit de eenheid voorzieningen had: J, P, W of een combinatie."""
    return "".join(sorted({LAWS[row["domain"]] for row in rows}))


def number_of(rows: Sequence[Provision]) -> str:
    """Het aantal verschillende voorzieningen; zes of meer is `6+`. Een uitkering die
    twee leden van een huishouden delen is één voorziening."""
    found = len({row["provision_id"] for row in rows})
    return "6+" if found >= 6 else str(found)


# --- what is shown ------------------------------------------------------------------


def is_sensitive(value: int, policy: DisclosurePolicy) -> bool:
    """Een aantal in het geheime bereik; een nul niet, als nullen worden getoond."""
    if policy.hide is None or (value == 0 and policy.zeros is Zeros.PUBLISH):
        return False
    low, high = policy.hide
    return low <= value <= high


def protect_shown(value: int, policy: DisclosurePolicy) -> int | None:
    """Geheim, of afgerond op het dichtstbijzijnde veelvoud; de helft naar boven."""
    if is_sensitive(value, policy):
        return None
    if policy.rounding.method is RoundingMethod.NONE:
        return value
    if policy.rounding.method is RoundingMethod.CONVENTIONAL:
        base = policy.rounding.base
        return (2 * value + base) // (2 * base) * base
    raise ValueError(f"{policy.rounding.method.value} rounding has no single outcome")


def rate(published: int | None, denominator: int) -> int | None:
    """Per 1 000, uit het afgeronde aantal en de noemer van 1 januari; de helft naar
    boven. Geheim bij een geheim aantal, en waar niemand woont."""
    if published is None or denominator == 0:
        return None
    return (2 * 1000 * published + denominator) // (2 * denominator)


# --- Wmo records into arrangements ----------------------------------------------------


class WmoRecord(TypedDict):
    """A line of a Wmo delivery, as far as merging looks at it."""

    person_key: str
    gemeente: str
    allocation: str | None
    type: str
    financing: str | None
    reason: str | None
    starts: date
    ends: date | None


def merge_arrangements(records: Sequence[WmoRecord]) -> list[list[WmoRecord]]:
    """De records die samen één arrangement zijn; herhaald tot niets meer samengaat."""
    numbered = {
        record["gemeente"]: all(
            other["allocation"] is not None
            for other in records
            if other["gemeente"] == record["gemeente"]
        )
        for record in records
    }
    found = [[record] for record in records]
    while (pair := next(_joinable(found, numbered), None)) is not None:
        first, second = pair
        found.remove(first)
        found.remove(second)
        found.append(first + second)
    return found


def spell_of(records: Sequence[WmoRecord]) -> tuple[date, date | None]:
    """Van de eerste begindatum tot de laatste einddatum; open als er een nog loopt."""
    ends = [record["ends"] for record in records]
    known = [day for day in ends if day is not None]
    last = max(known) if len(known) == len(ends) else None
    return min(record["starts"] for record in records), last


def _joinable(
    found: Sequence[list[WmoRecord]], numbered: Mapping[str, bool]
) -> Iterator[tuple[list[WmoRecord], list[WmoRecord]]]:
    for position, first in enumerate(found):
        for second in found[position + 1 :]:
            if any(
                is_one_arrangement(one, other, numbered[one["gemeente"]])
                for one in first
                for other in second
            ):
                yield first, second


def is_one_arrangement(one: WmoRecord, other: WmoRecord, is_numbered: bool) -> bool:
    """Zelfde persoon, gemeente en type, en: hetzelfde toewijzingsnummer als de gemeente
    dat altijd levert; anders gelijke financiering en reden, en aansluitende data."""
    if any(one[key] != other[key] for key in ("person_key", "gemeente", "type")):
        return False
    if is_numbered:
        return one["allocation"] == other["allocation"]
    if any(one[key] != other[key] for key in ("financing", "reason")):
        return False
    return has_same_dates(one, other) or connects(one, other) or connects(other, one)


def has_same_dates(one: WmoRecord, other: WmoRecord) -> bool:
    """Begin- en einddatum zijn gelijk."""
    return one["starts"] == other["starts"] and one["ends"] == other["ends"]


def connects(earlier: WmoRecord, later: WmoRecord) -> bool:
    """De begindatum van de een sluit aan op de einddatum van de ander, met een marge
    van drie dagen."""
    ends = earlier["ends"]
    return ends is not None and abs((later["starts"] - ends).days) <= 3
