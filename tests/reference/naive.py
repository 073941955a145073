"""The naive twin: what is counted, straight from the definitions.

A loop over the cells, inside it a loop over the rows: does this row belong in this
cell? No query, no grouping, no cleverness; one function per word of the catalogue, each
with its definition in Dutch. Standard library and `rules` only, so that someone who
reads no SQL can sign it. Slow is right.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import product

from rules.classification import Dimension
from rules.indicator import (
    Characteristic,
    CountedUnit,
    Indicator,
    RegionRule,
    TableSpec,
    TimeRule,
)
from rules.period import Span
from tests.reference.naive_characteristics import (
    OF_A_PROVISION,
    OF_A_UNIT,
    OF_WHAT_ELSE,
    chain_of,
    is_part_of,
)
from tests.reference.records import COUNTRY, Codes, Inhabitants, Provision, Region


def count(
    provisions: Sequence[Provision],
    regions: Sequence[Region],
    participants: Collection[str],
    *,
    indicator: Indicator,
    table: TableSpec,
    period: Span,
) -> dict[Codes, int]:
    """Elke cel van de tabel, met het aantal eenheden dat erin hoort."""
    rows = [
        row
        for row in provisions
        if is_selected(row, indicator)
        and is_in_time(row, indicator.time, period)
        and takes_part(row, participants)
    ]
    beside = [
        row
        for row in provisions
        if is_during(row, period) and takes_part(row, participants)
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
                    beside if table.by[dimension.name] in OF_WHAT_ELSE else rows,
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
            places |= dict.fromkeys(areas_of(region, table.areas))
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


def is_in_time(row: Provision, rule: TimeRule, period: Span) -> bool:
    words = {
        TimeRule.DURING: is_during,
        TimeRule.ON_REFERENCE_DATE: is_on_reference_date,
        TimeRule.STARTED_IN: started_in,
        TimeRule.ENDED_IN: ended_in,
    }
    return words[rule](row, period)


def is_during(row: Provision, period: Span) -> bool:
    """De voorziening liep op ten minste één dag van het halfjaar; begin- en einddag
    tellen mee, en zonder einddatum loopt zij nog."""
    still_ran = row["ends"] is None or row["ends"] >= period.first_day
    return row["starts"] <= period.last_day and still_ran


def is_on_reference_date(row: Provision, period: Span) -> bool:
    """De voorziening liep op de laatste dag van het halfjaar."""
    still_runs = row["ends"] is None or row["ends"] >= period.last_day
    return row["starts"] <= period.last_day and still_runs


def started_in(row: Provision, period: Span) -> bool:
    """De eerste dag van de voorziening ligt in het halfjaar."""
    return period.first_day <= row["starts"] <= period.last_day


def ended_in(row: Provision, period: Span) -> bool:
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
    """Het land, en van de gemeente de provincie, de gebieden, zijzelf en de wijk."""
    for region in regions:
        if region["gemeente"] == gemeente:
            areas = areas_of(region, [each["type"] for each in region.get("areas", [])])
            return place in {COUNTRY, region["provincie"], gemeente, wijk, *areas}
    return False


def areas_of(region: Region, types: Collection[str]) -> list[str]:
    """De gebieden van deze soorten waar de gemeente als geheel in ligt."""
    return [one["code"] for one in region.get("areas", []) if one["type"] in types]


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
    period: Span,
) -> bool:
    """Het totaal omvat alles; anders beslist wat de dimensie zegt."""
    if code == dimension.total:
        return True
    if word in OF_A_PROVISION:
        found = OF_A_PROVISION[word](row, rows, period)
    else:
        unit = unit_of(row, indicator)
        own = [other for other in rows if unit_of(other, indicator) == unit]
        is_moved = word is Characteristic.CHAIN
        found = chain_of(own, period) if is_moved else OF_A_UNIT[word](own)
    return any(is_part_of(each, code, dimension) for each in found)
