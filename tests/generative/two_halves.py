"""What both halves of a year may deliver of a few persons, at the edges of the year."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from engine.database import Database
from secure_env.linkage import link
from secure_env.sources import COLUMNS, DeliveredSources
from secure_env.year import both
from tests.generative.spans import YEAR
from tests.reference.naive_year import Delivered, Held, provisions_in


DAYS = (
    date(2022, 12, 31), date(2023, 1, 1), date(2023, 3, 31), date(2023, 4, 1),
    date(2023, 6, 30), date(2023, 7, 1), date(2023, 12, 31), date(2024, 1, 1),
)  # fmt: skip
PERSONS = ("Ra", "Ra", "Rb")
SOURCES = ("wmo", "jeugd", "bus", "wsw")
SIZE = 10
"""So many pairs of halves go by one linkage."""
MONTHS = ((2, 6), (7, 12))
"""The months that each half delivers."""

Record = dict[str, Any]
Half = dict[str, list[Record]]
"""Per source what a half delivered."""


@st.composite
def two_halves(draw: st.DrawFn) -> tuple[Half, Half]:
    """Records that one half has, or both, of which the second may know another end."""
    first: Half = {source: [] for source in SOURCES}
    last: Half = {source: [] for source in SOURCES}
    kinds = {"wmo": wmo(), "jeugd": jeugd(), "wsw": wsw()}
    for _ in range(draw(st.integers(1, 5))):
        source = draw(st.sampled_from([*kinds, "bus"]))
        if source == "bus":
            benefit = draw(benefits())
            first["bus"] += [each for each in benefit if each["month"] < 7]
            last["bus"] += [each for each in benefit if each["month"] >= 7]
            continue
        record = draw(kinds[source])
        begun = {(r["person_key"], r["starts"]) for r in first["wsw"] + last["wsw"]}
        if source == "wsw" and (record["person_key"], record["starts"]) in begun:
            continue  # a person has one employment at a time
        in_which = draw(st.sampled_from(["first", "last", "both", "both"]))
        if in_which != "last":
            first[source].append(record)
        if in_which != "first":
            known = draw(st.sampled_from([record["ends"], *later(record["starts"])]))
            last[source].append({**record, "ends": known})
    return first, last


def several() -> st.SearchStrategy[list[tuple[Half, Half]]]:
    return st.lists(two_halves(), min_size=SIZE, max_size=SIZE)


def later(starts: date) -> list[date | None]:
    return [None, *(day for day in DAYS if day >= starts)]


@st.composite
def spells(draw: st.DrawFn) -> Record:
    starts = draw(st.sampled_from(DAYS))
    return {"starts": starts, "ends": draw(st.sampled_from(later(starts)))}


@st.composite
def wmo(draw: st.DrawFn) -> Record:
    return {
        "person_key": draw(st.sampled_from(PERSONS)),
        "gemeente": "GM0363",
        "type": "01",
        "financing": draw(st.sampled_from(["1", "1", "2"])),
        "allocation": draw(st.sampled_from(["7", "8"])),
        "reason": None,
        **draw(spells()),
    }


@st.composite
def jeugd(draw: st.DrawFn) -> Record:
    return {
        "person_key": draw(st.sampled_from(PERSONS)),
        "provider": draw(st.sampled_from(["1", "2"])),
        "kind": draw(st.sampled_from(["1", "2"])),
        "form": "11",
        "reason": draw(st.sampled_from([None, "04"])),
        **draw(spells()),
    }


@st.composite
def wsw(draw: st.DrawFn) -> Record:
    return {
        "person_key": draw(st.sampled_from(PERSONS)),
        "gemeente": "GM0363",
        "status": draw(st.sampled_from("112")),
        **draw(spells()),
    }


@st.composite
def benefits(draw: st.DrawFn) -> list[Record]:
    """A benefit in some months, each of which may know another end."""
    starts = draw(st.sampled_from(DAYS))
    months = [month for own in MONTHS for month in own]
    person, number = draw(st.sampled_from(PERSONS)), draw(st.integers(1, 999))
    return [
        {
            "person_key": person,
            "gemeente": "GM0363",
            "registration": f"{number}",
            "scheme": "01",
            "year": YEAR.year,
            "month": month,
            "starts": starts,
            "ends": draw(st.sampled_from(later(starts))),
        }
        for month in draw(st.lists(st.sampled_from(months), min_size=1, unique=True))
    ]


def must_link_alike(pairs: Sequence[tuple[Half, Half]], database: Database) -> None:
    """Every provision of the year once, with the same first and last day.

    The pairs go by one linkage, each of persons and gemeenten of its own, as a linkage
    takes as long for one as for all.
    """
    moved = [elsewhere(pair, number) for number, pair in enumerate(pairs, 10)]
    halves = [_sources(together) for together in map(_joined, zip(*moved, strict=True))]
    linked = link(both(*halves), YEAR, database).provisions
    found: list[Held] = [
        (row["person_id"], row["domain"], (row["starts"], row["ends"]))
        for row in linked.to_pylist()
    ]
    for first, last in moved:
        by_hand = provisions_in(YEAR, Delivered(**first), Delivered(**last))
        persons = {r["person_key"] for own in (first, last) for r in _records(own)}
        theirs = [each for each in found if each[0] in persons]
        different = sorted(theirs, key=repr) != sorted(by_hand, key=repr)
        assert not different, f"provisions by hand {by_hand}, by linkage {theirs}"


def elsewhere(pair: tuple[Half, Half], number: int) -> tuple[Half, Half]:
    """The same records, of persons and gemeenten that no other number has."""

    def moved(record: Record) -> Record:
        person = f"R{number}{record['person_key'][1:]}"
        place = {"gemeente": f"GM{number:04d}"} if "gemeente" in record else {}
        return {**record, "person_key": person, **place}

    first, last = (
        {source: list(map(moved, records)) for source, records in half.items()}
        for half in pair
    )
    return first, last


def _joined(halves: Sequence[Half]) -> Half:
    return {source: [r for half in halves for r in half[source]] for source in SOURCES}


def _records(half: Half) -> list[Record]:
    return [record for records in half.values() for record in records]


def _sources(half: Mapping[str, Sequence[Record]]) -> DeliveredSources:
    return DeliveredSources(
        **{
            name: pa.Table.from_pylist(
                list(rows), pa.schema(list(COLUMNS[name].items()))
            )
            for name, rows in half.items()
        }
    )
