"""What rates divide by: everybody, or those with the characteristic of the cell."""

from dataclasses import replace

import pyarrow as pa

from engine.denominators import denominators
from engine.microdata import POPULATION, PROFILE, LinkedMicrodata
from rules.catalogue import load
from rules.indicator import TableSpec
from tests.support.country import linked


TABLES = {
    each.code: each for table in load().tables.values() for each in table.published()
}
POPULATED = [
    ("GM0363", "WK036301", 100, 60),
    ("GM0363", "WK036302", 50, 20),
    ("GM0363", None, 7, 3),
    ("GM0392", "WK039201", 40, 15),
    ("GM0344", "WK034401", 900, 500),
]
PROFILED: list[tuple[object, ...]] = [
    ("GM0363", "WK036301", "age", "17", 800),
    ("GM0363", "WK036301", "age", "18", 400),
    ("GM0363", None, "age", "22", 200),
    ("GM0392", "WK039201", "age", "23", 500),
    ("GM0392", "WK039201", "sex", "1", 1900),
    ("GM0392", "WK039201", "sex", "2", 2100),
    ("GM0392", "WK039201", "income", "9", 1100),
    ("GM0392", "WK039201", "income", "10", 2000),
    ("GM0392", "WK039201", "income", "ONB", 900),
    ("GM0392", "WK039201", "origin", "TUR", 600),
    ("GM0392", "WK039201", "origin", "OVB", 700),
]


def country(
    *absent: str, profiled: list[tuple[object, ...]] = PROFILED
) -> LinkedMicrodata:
    """Amsterdam, Haarlem and Utrecht, without those that do not take part."""

    def made(rows: list[tuple[object, ...]], schema: pa.Schema) -> pa.Table:
        return pa.Table.from_pylist(
            [dict(zip(schema.names, row, strict=True)) for row in rows], schema
        )

    here = [code for code in ("GM0363", "GM0392", "GM0344") if code not in absent]
    return replace(
        linked([], participants=here),
        population=made(POPULATED, POPULATION),
        profile=made(profiled, PROFILE),
    )


def counts(
    microdata: LinkedMicrodata, table: TableSpec, kind: str
) -> dict[tuple[str, str], int | None]:
    """By region and the code of the last dimension; any other dimension is at HH."""
    *others, dimension = table.dimensions
    return {
        (row["region"], row[dimension.name]): row[kind]
        for row in denominators(microdata, table).to_pylist()
        if all(row[other.name] == "HH" for other in others)
    }


def test_denominators_are_those_of_the_participating_gemeenten():
    table = TABLES["wmo_type"]
    people = counts(country("GM0344"), table, "inhabitants")
    homes = counts(country("GM0344"), table, "households")
    assert {place: (people[place, "T"], homes[place, "T"]) for place, _ in people} == {
        "NL": (197, 98),
        "LD03": (197, 98),
        "PV27": (197, 98),
        "CR23": (157, 83),
        "CR19": (40, 15),
        "GM0363": (157, 83),  # 7 of whom live in no known wijk
        "GM0392": (40, 15),
        "WK036301": (100, 60),
        "WK036302": (50, 20),
        "WK039201": (40, 15),
    }


def test_a_type_of_provision_divides_by_everybody():
    found = counts(country(), TABLES["wmo_type"], "inhabitants")
    assert found["GM0363", "HH"] == found["GM0363", "T"] == 157


def test_an_age_divides_by_the_inhabitants_of_that_age():
    found = counts(country(), TABLES["wmo_leeftijd"], "inhabitants")
    assert found["GM0363", "T"] == 157
    assert (found["GM0363", "0-18"], found["GM0363", "18-45"]) == (800, 600)
    assert (found["PV27", "18-45"], found["GM0392", "85+"]) == (1_100, None)


def test_a_sex_divides_by_the_inhabitants_of_that_sex():
    found = counts(country(), TABLES["wmo_geslacht"], "inhabitants")
    assert (found["GM0392", "1"], found["NL", "2"]) == (1_900, 2_100)


def test_an_income_or_origin_divides_by_the_inhabitants_that_have_it():
    by_income = counts(country(), TABLES["wmo_inkomen"], "inhabitants")
    found = [by_income["GM0392", code] for code in ("0-10", "10-20", "ONB", "T")]
    assert found == [1_100, 2_000, 900, 40]
    by_origin = counts(country(), TABLES["wmo_herkomst"], "inhabitants")
    assert [by_origin["NL", code] for code in ("BUI", "EUR")] == [1_300, None]


def test_the_young_are_under_23():
    found = counts(country(), TABLES["jeugd_leeftijd"], "young")
    assert (found["NL", "T"], found["WK036301", "T"], found["GM0392", "T"]) == (
        1_400,
        1_200,
        0,
    )
    assert (found["NL", "18-23"], found["NL", "23+"]) == (600, None)


def test_of_few_inhabitants_there_is_no_rate():
    few = [("GM0392", "WK039201", "origin", "TUR", 99)]
    few += [("GM0392", "WK039201", "origin", "SUR", 100)]
    found = counts(country(profiled=few), TABLES["wmo_herkomst"], "inhabitants")
    assert [found["NL", code] for code in ("TUR", "SUR", "BUI")] == [None, 100, 199]


def test_by_what_nobody_counts_there_is_no_rate():
    assert (
        counts(country(), TABLES["wmo_huishouden"], "inhabitants")["NL", "EEN"] is None
    )
    assert counts(country(), TABLES["jeugd_geslacht"], "young")["NL", "1"] is None
    assert counts(country(), TABLES["wmo_geslacht"], "households")["NL", "1"] is None


def test_a_region_where_nobody_lives_has_zeros():
    empty = replace(country(), population=POPULATION.empty_table())
    assert set(counts(empty, TABLES["wmo_type"], "inhabitants").values()) == {0}


def test_a_share_is_of_everybody_whatever_the_age():
    table = TABLES["bevolking_leeftijd"]
    found = counts(country(), table, "everybody")
    assert found["GM0363", "85+"] == found["GM0363", "T"] == 157
    assert found["NL", "0-18"] == 1097
