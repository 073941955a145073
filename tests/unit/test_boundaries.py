"""Any half-year in the regions of any year: what became of each wijk and gemeente."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from engine.microdata import (
    PARTICIPATION,
    POPULATION,
    PROFILE,
    PROVISIONS,
    REGIONS,
    LinkedMicrodata,
)
from secure_env.boundaries import moved, moves, steps
from tests.support.deliveries import (
    csv,
    key_file,
    new_environment,
    numbers,
    received,
    wmo,
    write,
)
from tests.support.deliveries import line as a_line
from tests.support.stages import done, gmsd, period_of
from tests.support.texttable import parse


WIJKEN = ("WK000100", "WK000101", "WK000200", "WK000300", "WK000301")
GRENZEN = pa.schema(
    [
        ("year", pa.int32()), ("wijk_before", pa.string()), ("wijk", pa.string()),
        ("gemeente_before", pa.string()), ("gemeente", pa.string()),
        ("kind", pa.string()), ("share", pa.decimal128(12, 2)),
    ]
)  # fmt: skip


def gemeente_of(wijk: str) -> str:
    return f"GM{wijk[2:6]}"


def regions(*wijken: str) -> pa.Table:
    rows = [
        {"wijk": w, "gemeente": gemeente_of(w), "provincie": "PV20"} for w in wijken
    ]
    return pa.Table.from_pylist(rows, REGIONS)


def changes(text: str) -> pa.Table:
    """The changes of an example; the other columns follow from the codes."""
    rows = [
        {
            "year": int(row["year"]),
            "wijk_before": row["before"],
            "wijk": row["after"],
            "gemeente_before": gemeente_of(row["before"]),
            "gemeente": gemeente_of(row["after"]),
            "kind": "3",
            "share": row.get("share") and Decimal(row["share"]),
        }
        for row in parse(text)
    ]
    return pa.Table.from_pylist(rows, GRENZEN)


def country(*wijken: str, absent: str = "") -> LinkedMicrodata:
    """One person with support in every wijk, ten inhabitants; and one in no wijk."""
    homes = [(wijk, gemeente_of(wijk)) for wijk in wijken]
    homes += [(None, gemeente) for gemeente in sorted({g for _, g in homes})]
    provisions = [
        {
            "person_id": f"{number}", "domain": "wmo", "type": "HH",
            "provision_id": f"{number}", "starts": date(2023, 1, 1),
            "client_gemeente": gemeente, "client_wijk": wijk,
            "gemeente": gemeente, "wijk": wijk,
        }
        for number, (wijk, gemeente) in enumerate(homes)
    ]  # fmt: skip
    places = [{"gemeente": g, "wijk": w, "inhabitants": 10} for w, g in homes]
    return LinkedMicrodata(
        pa.Table.from_pylist(provisions, PROVISIONS),
        pa.Table.from_pylist([p | {"households": 4} for p in places], POPULATION),
        regions(*wijken),
        pa.Table.from_pylist(
            [
                {"gemeente": g, "part": "wmo_basis", "participates": g != absent}
                for g in sorted({g for _, g in homes})
            ],
            PARTICIPATION,
        ),
        profile=pa.Table.from_pylist(
            [p | {"characteristic": "sex", "code": "1"} for p in places], PROFILE
        ),
    )


def in_regions(
    given: LinkedMicrodata, text: str, *wijken: str, since: int = 2023, to: int = 2024
) -> LinkedMicrodata:
    target = regions(*wijken)
    taken = steps([changes(text)] if text else [], since, to)
    return moved(given, moves(given, taken, target), target)


def homes(found: LinkedMicrodata) -> list[tuple[str | None, str | None]]:
    """Where the persons live now, in their order."""
    rows = found.provisions.to_pylist()
    assert all(
        (row["client_gemeente"], row["client_wijk"]) == (row["gemeente"], row["wijk"])
        for row in rows
    )
    return [(row["gemeente"], row["wijk"]) for row in rows]


def taking_part(found: LinkedMicrodata) -> tuple[str, ...]:
    return found.participants("wmo_basis")


MERGER = """
    year | before   | after
    -----+----------+---------
    2024 | WK000100 | WK000900
    2024 | WK000101 | WK000901
    2024 | WK000200 | WK000901
"""
MERGED = ("WK000900", "WK000901", "WK000300", "WK000301")


def test_gemeenten_that_merged_are_one():
    found = in_regions(country(*WIJKEN), MERGER, *MERGED)
    assert homes(found) == [
        ("GM0009", "WK000900"), ("GM0009", "WK000901"), ("GM0009", "WK000901"),
        ("GM0003", "WK000300"), ("GM0003", "WK000301"),
        ("GM0009", None), ("GM0009", None), ("GM0003", None),
    ]  # fmt: skip
    assert taking_part(found) == ("GM0003", "GM0009")
    lived = {(r["gemeente"], r["wijk"]): r for r in found.population.to_pylist()}
    assert lived["GM0009", "WK000901"]["inhabitants"] == 10 + 10
    assert lived["GM0009", "WK000901"]["households"] == 4 + 4
    assert lived["GM0009", None]["inhabitants"] == 10 + 10
    assert found.profile.num_rows == found.population.num_rows


def test_who_did_not_take_part_keeps_the_merged_gemeente_out():
    given = country(*WIJKEN, absent="GM0002")
    assert taking_part(in_regions(given, MERGER, *MERGED)) == ("GM0003",)


def test_back_over_a_merger_nobody_can_be_placed_and_the_parts_take_no_part():
    """Of WK000901 nobody knows; WK000900 was WK000100 as a whole."""
    given = country("WK000900", "WK000901", "WK000300", "WK000301")
    found = in_regions(given, MERGER, *WIJKEN, since=2024, to=2023)
    assert homes(found)[:4] == [
        ("GM0001", "WK000100"), (None, None),
        ("GM0003", "WK000300"), ("GM0003", "WK000301"),
    ]  # fmt: skip
    assert taking_part(found) == ("GM0003",)
    inhabitants = sum(found.population["inhabitants"].to_pylist())
    assert inhabitants == 60 - 10 - 10  # the wijk, and who lived in no wijk of GM0009


@pytest.mark.parametrize(
    ("share", "wijk", "home"),
    [
        ("0.60", "WK000301", ("GM0003", "WK000301")),
        ("0.40", "WK000201", ("GM0002", "WK000201")),
        ("0.50", "", (None, None)),
        ("", "", (None, None)),
    ],
)
def test_a_divided_wijk_goes_as_a_whole_to_where_most_went(share, wijk, home):
    rest = f"{1 - Decimal(share)}" if share else ""
    text = f"""
        year | before   | after    | share
        -----+----------+----------+------
        2024 | WK000300 | WK000301 | {share or "    "}
        2024 | WK000300 | WK000201 | {rest or "    "}
    """
    given = country("WK000200", "WK000300")
    found = in_regions(given, text, "WK000200", "WK000201", "WK000301")
    assert homes(found)[1] == home
    assert taking_part(found) == (("GM0002", "GM0003") if wijk else ())


def test_a_wijk_divided_within_its_gemeente_is_a_person_without_wijk():
    text = """
        year | before   | after
        -----+----------+---------
        2024 | WK000300 | WK000302
        2024 | WK000300 | WK000303
    """
    found = in_regions(country("WK000300"), text, "WK000302", "WK000303")
    assert homes(found) == [("GM0003", None), ("GM0003", None)]
    assert taking_part(found) == ("GM0003",)


def test_a_gemeente_goes_where_most_of_its_inhabitants_went():
    """For who lives in no known wijk of it."""
    text = """
        year | before   | after
        -----+----------+---------
        2024 | WK000300 | WK000200
        2024 | WK000301 | WK000200
        2024 | WK000302 | WK000400
    """
    given = country("WK000200", "WK000300", "WK000301", "WK000302", "WK000400")
    found = in_regions(given, text, "WK000200", "WK000400")
    assert homes(found)[-2:] == [("GM0002", None), ("GM0004", None)]


def test_changes_follow_each_other_year_by_year():
    text = """
        year | before   | after    | share
        -----+----------+----------+------
        2025 | WK000200 | WK000300 |
        2024 | WK000100 | WK000200 | 0.9
        2024 | WK000100 | WK000400 | 0.1
        2026 | WK000300 | WK000500 |
    """
    given = country("WK000100")
    assert homes(in_regions(given, text, "WK000300", "WK000400", to=2025))[0] == (
        "GM0003", "WK000300",
    )  # fmt: skip


def test_without_changes_everything_stays_where_it_is():
    given = country(*WIJKEN)
    found = in_regions(given, "", *WIJKEN)
    for name in ("provisions", "regions", "participation"):
        assert getattr(found, name) == getattr(given, name)
    assert found.population.to_pylist() == sorted(
        given.population.to_pylist(),
        key=lambda row: (row["gemeente"], row["wijk"] or "~"),
    )


# --- by the command -------------------------------------------------------------------


def region_file(folder: Path, period: str, *wijken: str) -> Path:
    lines = [
        a_line(
            "REGIO",
            {
                "wijk": wijk, "wijk_name": wijk, "gemeente": gemeente_of(wijk),
                "gemeente_name": "X", "provincie": "PV20", "provincie_name": "Y",
            },
        )
        for wijk in wijken
    ]  # fmt: skip
    return write(folder, f"REGIO_CBS_{period}.csv", csv("REGIO", lines))


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """Two gemeenten of 2023, one client each, that are one in 2024."""
    made = new_environment(tmp_path / "env")
    people = numbers(2)
    files = [
        write(
            tmp_path,
            f"WMO_{gemeente}_2023-H1.csv",
            csv("WMO", [wmo(person, gemeente=gemeente)]),
        )
        for person, gemeente in zip(people, ("GM0001", "GM0002"), strict=True)
    ]
    files.append(region_file(tmp_path, "2023-H1", "WK000100", "WK000200"))
    files.append(region_file(tmp_path, "2024-H2", "WK000900", "WK000901"))
    for receipt in received(made, key_file(tmp_path, people), *files):
        assert receipt.accepted
    return made.root


def test_a_half_year_is_tabulated_in_the_regions_of_another_year(
    environment: Path, tmp_path: Path
):
    later = ("2023-H1", "--regions-of", "2024")
    missing = gmsd("tabulate", environment, *later)
    assert missing.code == 2
    assert "GRENZEN was not received for 2024" in missing.sentence
    lines = [f"2024;WK000{n}00;WK00090{n - 1};GM000{n};GM0009;2;" for n in (1, 2)]
    done(
        "receive",
        environment,
        write(tmp_path, "GRENZEN_CBS_2024-H1.csv", csv("GRENZEN", lines)),
    )
    said = done("link", environment, *later).out
    assert "gemeenten: 1\n" in said
    done("tabulate", environment, *later, "--table", "wmo_type")
    period = period_of(environment).in_regions_of(2024).asking("wmo_type")
    room = period.existing("cells", period.cells_digest, "tabulate")
    cells = room.table("WMO_CLIENTEN.wmo_type")
    found = {(r["region"], r["wmo_type"]): r["value"] for r in cells.to_pylist()}
    assert (found["GM0009", "T"], found["GM0009", "HH"]) == (2, 2)
    assert not any(region in {"GM0001", "GM0002"} for region, _ in found)
    own = period_of(environment)
    assert own.folder("cells", own.cells_digest) is None


def test_a_cohort_has_regions_of_its_own(environment: Path):
    said = gmsd("link", environment, "levensweg-2015", "--regions-of", "2024")
    assert said.code == 2
    assert "its own first year" in said.sentence
