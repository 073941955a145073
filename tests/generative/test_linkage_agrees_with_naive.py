"""Linkage against its naive twin: years, measures, traits, responsible gemeenten."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.duckdb_database import DuckDBDatabase
from engine.microdata import LinkedMicrodata
from rules.period import HalfYear
from secure_env.linkage import DeliveredSources, link
from secure_env.sources import COLUMNS
from tests.reference import naive_linkage as naive


HALVES = [HalfYear(2023, 1), HalfYear(2023, 2)]
NOBODY = f"N{'0' * 32}"
DAYS = st.sampled_from(
    [date(2022, 12, 31), date(2023, 3, 31), date(2023, 4, 1), date(2023, 4, 3),
     date(2023, 6, 30), date(2023, 7, 1), date(2023, 12, 31)]
)  # fmt: skip
SETTINGS = settings(max_examples=25, deadline=None)  # a linkage each


@pytest.fixture(scope="module")
def database() -> Iterator[DuckDBDatabase]:
    with DuckDBDatabase(memory_limit="500MB", threads=1) as opened:
        yield opened


def table(source: str, rows: Sequence[Any]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), pa.schema(list(COLUMNS[source].items())))


def linked(
    database: DuckDBDatabase, period: HalfYear, **sources: Sequence[Any]
) -> LinkedMicrodata:
    tables = {name: table(name, rows) for name, rows in sources.items()}
    return link(DeliveredSources(**tables), period, database)


def spell(draw: st.DrawFn) -> dict[str, date | None]:
    first, second = sorted([draw(DAYS), draw(DAYS)])
    return {"starts": first, "ends": draw(st.sampled_from([second, second, None]))}


@st.composite
def wmo(draw: st.DrawFn) -> list[dict[str, Any]]:
    drawn = [
        {
            "person_key": draw(st.sampled_from(["Ra", "Ra", "Rb"])),
            "gemeente": "GM0363",
            "type": "01",
            "financing": draw(st.sampled_from(["1", "1", "2"])),
            "allocation": draw(st.sampled_from(["7", "7", "8", None])),
            "reason": None,
            **spell(draw),
        }
        for _ in range(draw(st.integers(0, 4)))
    ]
    if draw(st.booleans()):  # a gemeente that numbers every record
        drawn = [
            {**record, "allocation": record["allocation"] or "9"} for record in drawn
        ]
    return drawn


@given(own=wmo(), other=wmo(), period=st.sampled_from(HALVES))
@SETTINGS
def test_arrangements_over_a_year(own, other, period, database):
    found = linked(database, period, wmo=own, wmo_other=other).provisions.to_pylist()
    spells = [(row["person_id"], (row["starts"], row["ends"])) for row in found]
    expected = naive.arrangements_in(period, own, other)
    assert sorted(spells, key=repr) == sorted(expected, key=repr)


NEXT_YEAR = date(2024, 1, 1)


def in_april(day: date) -> bool:
    return day.month == 4


@st.composite
def jeugd(draw: st.DrawFn) -> dict[str, Any]:
    """Often a hand-over on 1 April, or nearly one."""
    first = draw(st.booleans())
    return {
        "person_key": draw(st.sampled_from(["Ra", "Ra", "Ra", "Rb"])),
        "provider": draw(st.sampled_from(["1", "2"])),
        "kind": draw(st.sampled_from(["2", "2", "2", "1"])),
        "form": draw(st.sampled_from(["11", "11", "11", "12"])),
        "reason": draw(st.sampled_from([None, None, "04"])),
        "starts": date(2022, 12, 31) if first else draw(DAYS.filter(in_april)),
        "ends": date(2023, 3, 31) if first else draw(st.none() | st.just(NEXT_YEAR)),
    }


@given(records=st.lists(jeugd(), max_size=5))
@SETTINGS
def test_measures_over_institutions(records, database):
    found = linked(database, HALVES[0], jeugd=records).provisions.to_pylist()
    kinds = {"JH": "1", "JB": "2"}
    rows = [
        (row["person_id"], kinds[row["type"]], (row["starts"], row["ends"]))
        for row in found
    ]
    expected = naive.trajectories_in(HALVES[0], records)
    assert sorted(rows, key=repr) == sorted(expected, key=repr)


PLACES = st.sampled_from(
    [("GM0363", "WK036301"), ("GM0363", "WK036302"), ("GM0344", "WK034401")]
)
BIRTHS = st.sampled_from([date(2005, 6, 30), date(2005, 7, 1), date(2005, 7, 1)])
REGIONS = [
    {"wijk": wijk, "gemeente": f"GM{wijk[2:6]}", "provincie": "PV27"}
    for wijk in ("WK036301", "WK036302", "WK034401")
]


@st.composite
def homes(draw: st.DrawFn) -> list[naive.Home]:
    """At most one spell per person and day of beginning, as in the register."""
    spells = {}
    persons = ["R000000001", "R000000002", "R000000003"]
    for person in draw(st.permutations(persons * 2))[: draw(st.integers(2, 6))]:
        gemeente, wijk = draw(PLACES)
        always = {"starts": date(2020, 1, 1), "ends": None}
        when = always if draw(st.booleans()) else spell(draw)
        spells[person, when["starts"]] = naive.Home(
            person_key=person, gemeente=gemeente, wijk=wijk, **when
        )
    return list(spells.values())


@given(
    homes=homes(),
    born=st.tuples(BIRTHS, BIRTHS, BIRTHS),
    guardians=st.sampled_from([{2, 3}, {2, 3}, {2}, set()]),
    asked=st.tuples(BIRTHS, st.sampled_from(["M", "V"]), PLACES),
)
@SETTINGS
def test_who_it_is_and_which_gemeente_is_responsible(
    homes, born, guardians, asked, database
):
    period = HALVES[0]
    people = {f"R00000000{n}": ("1", day) for n, day in enumerate(born, 1)}
    birth, sex, (gemeente, _) = asked
    nobody = {
        "person_key": NOBODY, "birth_date": f"{birth:%Y%m%d}", "sex": sex,
        "gemeente": gemeente, "kind": "1", "form": "01", "provider": "1",
        "starts": period.first_day,
    }  # fmt: skip
    known = nobody | {"person_key": "R000000001", "gemeente": None, "provider": "2"}
    found = linked(
        database,
        period,
        jeugd=[nobody, known],
        adressen=homes,
        regio=REGIONS,
        personen=[
            {"person_key": key, "sex": sex, "birth_date": day}
            for key, (sex, day) in people.items()
        ],
        ouders=[
            {"person_key": "R000000001", "parent": f"00000000{n}"} for n in guardians
        ],
    ).provisions.to_pylist()
    number = {"M": "1", "V": "2"}[sex]
    is_him = naive.person_of((number, birth), gemeente, people, homes, period)
    assert {row["person_id"] for row in found} == {is_him or NOBODY, "R000000001"}
    theirs = [f"R00000000{n}" for n in guardians]
    home = naive.responsible("R000000001", born[0], theirs, homes, period)
    if home is not None:
        rows = [row for row in found if row["person_id"] == "R000000001"]
        assert {row["client_wijk"] for row in rows} == {home["wijk"]}
