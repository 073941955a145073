"""A year and a reference day through the rooms: what is made, what does not leave."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from outputs.clearance import Verdict
from rules.period import Day, HalfYear, Span, Year
from secure_env import publish
from secure_env.environment import open_environment
from secure_env.errors import NotCleared
from secure_env.retention import purge
from secure_env.rooms import Period
from tests.support.deliveries import (
    csv,
    key_file,
    line,
    new_environment,
    numbers,
    received,
    wmo,
    write,
)
from tests.support.stages import done, gmsd


YEAR, DAY = Year(2023), Day(date(2023, 12, 31))
FIRST, SECOND = YEAR.halves
ONE, TWO, THREE = numbers(3)
REGIO = {
    "wijk": "WK036301", "wijk_name": "W", "gemeente": "GM0363", "gemeente_name": "X",
    "provincie": "PV27", "provincie_name": "Y",
}  # fmt: skip


def sent(number: str, start: str, end: str = "") -> str:
    return wmo(number, starts_legally=start, ends_legally=end, allocation=number)


RECORDS = {
    FIRST: [sent(ONE, "20230101"), sent(TWO, "20230101", "20230331")],
    SECOND: [sent(ONE, "20230101"), sent(THREE, "20230801", "20231230")],
}
"""One person all year, one in each half alone."""


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    made = new_environment(tmp_path / "env")
    files = [key_file(tmp_path, [ONE, TWO, THREE])]
    for half, records in RECORDS.items():
        name = f"WMO_GM0363_{half}.csv"
        files.append(write(tmp_path, name, csv("WMO", records)))
        regions = csv("REGIO", [line("REGIO", REGIO)])
        files.append(write(tmp_path, f"REGIO_CBS_{half}.csv", regions))
    for receipt in received(made, *files):
        assert receipt.accepted
    return made.root


def clients(environment: Path, span: Span) -> int:
    """The clients of the Wmo that are counted in Nederland."""
    done("link", environment, str(span))
    done("tabulate", environment, str(span), "--table", "wmo_type")
    period = Period.of(open_environment(environment), span).asking("wmo_type")
    room = period.existing("cells", period.cells_digest, "tabulate")
    rows = room.table("WMO_CLIENTEN.wmo_type").to_pylist()
    return next(r["value"] for r in rows if (r["region"], r["wmo_type"]) == ("NL", "T"))


def test_a_year_counts_each_person_once(environment: Path):
    """No fewer than either half, and no more than both together."""
    halves = [clients(environment, half) for half in (FIRST, SECOND)]
    assert (halves, clients(environment, YEAR)) == ([2, 2], 3)
    assert clients(environment, DAY) == 1


def test_a_year_is_protected_and_audited_and_does_not_leave(environment: Path):
    said = done("run", environment, "2023")
    assert "linking the deliveries of both halves of 2023" in said.err
    period = Period.of(open_environment(environment), YEAR)
    (audited,) = period.environment.store.folders("audited", "2023")
    assert period.environment.store.folders("candidate", "2023") == []
    ballot = publish.Ballot("bram", Verdict.APPROVE, "", datetime.now(UTC))
    with pytest.raises(NotCleared, match="beside its half-years"):
        publish.vote(period, audited, ballot)
    with pytest.raises(NotCleared, match="beside its half-years"):
        publish.release_to(period, audited, environment / "release")


@pytest.mark.parametrize("span", ["2023", "2023-12-31"])
@pytest.mark.parametrize(
    "rest",
    [
        ("clear", "--as", "bram", "--vote", "approve"),
        ("review",),
        ("release", "--to", "release"),
        ("votes",),
    ],
    ids=lambda rest: rest[0],
)
def test_no_command_lets_it_out(span: str, rest: tuple[str, ...], environment: Path):
    command, *more = rest
    said = gmsd(command, environment, span, *more)
    assert said.code == 2
    assert "a reader could subtract; give a half-year" in " ".join(said.err.split())


def test_a_table_without_meaning_is_refused(environment: Path):
    done("link", environment, str(DAY))
    said = gmsd("tabulate", environment, str(DAY), "--table", "wmo_verloop")
    assert said.code == 2
    assert said.sentence == (
        "gmsd: wmo_verloop has no figures of 2023-12-31: what started or ended is "
        "counted over more days than one"
    )


def test_a_year_needs_both_its_halves(environment: Path):
    said = gmsd("link", environment, "2024")
    assert said.code == 2
    assert "nothing was received for 2024-H1" in said.sentence


def test_a_day_in_a_half_year_is_none(environment: Path):
    said = gmsd("tabulate", environment, "2023-05-01")
    assert said.code == 2
    assert "a reference day is the last of a half-year" in said.err


def test_a_changed_half_asks_for_the_year_again(environment: Path, tmp_path: Path):
    clients(environment, YEAR)
    content = csv("WMO", [sent(ONE, "20230101")])
    done("receive", environment, write(tmp_path, f"WMO_GM0363_{FIRST}.csv", content))
    said = gmsd("tabulate", environment, "2023")
    assert said.code == 2
    assert "2023 has no linked data for what was received" in said.sentence
    assert clients(environment, YEAR) == 2


@pytest.mark.parametrize("half", [FIRST, SECOND], ids=str)
def test_the_persons_of_a_year_go_with_those_of_a_half(half: HalfYear, environment):
    clients(environment, YEAR)
    opened = open_environment(environment)
    assert len(opened.store.folders("linked", "2023")) == 1
    purge(opened, str(half))
    assert opened.store.folders("linked", "2023") == []
    assert "linked/2023" not in opened.store.keys.scopes()
    assert len(opened.store.folders("cells", "2023")) == 1
