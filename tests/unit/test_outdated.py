"""What was linked before something else came in has to be linked again, and is told."""

from pathlib import Path

import pytest

from rules.period import HalfYear
from secure_env.environment import Environment
from secure_env.outdated import outdated
from secure_env.received import withdraw
from secure_env.retention import purge
from secure_env.rooms import Period
from secure_env.workflow import link
from tests.support.deliveries import (
    csv,
    key_file,
    new_environment,
    numbers,
    received,
    wmo,
    write,
)
from tests.support.stages import done


FIRST, SECOND = HalfYear(2023, 1), HalfYear(2023, 2)
(ONE,) = numbers(1)


def deliver(environment: Environment, folder: Path, period: HalfYear, **more: str):
    """A Wmo file of one record."""
    content = csv("WMO", [wmo(ONE, **more)])
    (receipt,) = received(
        environment, write(folder, f"WMO_GM0363_{period}.csv", content)
    )
    assert receipt.accepted


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    """With a first half-year that was linked."""
    made = new_environment(tmp_path / "env")
    deliver(made, tmp_path, FIRST)
    link(Period.of(made, FIRST), lambda _: None)
    return made


def told(environment: Environment, period: HalfYear = FIRST) -> dict[str, list[str]]:
    return {
        f"{late.half_year}": [text.en for text in late.changed]
        for late in outdated(environment, period)
    }


def test_what_was_just_linked_is_not_outdated(environment):
    assert told(environment) == {}
    assert told(environment, SECOND) == {}


def test_the_second_half_s_wmo_asks_for_the_first_half_again(environment, tmp_path):
    deliver(environment, tmp_path, SECOND, ends_legally="20230815")
    assert told(environment) == {"2023-H1": ["the Wmo of the other half of the year"]}
    said = done("status", environment.root, SECOND).out
    assert "2023-H1 is gekoppeld voor een wijziging (Wmo van het andere halfja" in said
    link(Period.of(environment, FIRST), lambda _: None)
    assert told(environment) == {}


def test_a_newer_key_file_and_a_correction_are_told_together(environment, tmp_path):
    received(environment, key_file(tmp_path, [ONE], "2024-H1"))
    deliver(environment, tmp_path, FIRST, type_assigned="02")
    assert told(environment) == {
        "2023-H1": ["deliveries of the half-year", "the key file"]
    }


def test_another_program_is_told_alone(environment, monkeypatch):
    monkeypatch.setattr("secure_env.rooms.VERSION", "99")
    assert told(environment) == {"2023-H1": ["the program"]}


def test_what_cannot_or_need_not_be_linked_again_is_not_asked_for(environment):
    withdraw(environment, ("wmo", str(FIRST), "GM0363"))
    assert told(environment) == {}
    purge(environment, str(FIRST))
    assert told(environment) == {}


def test_a_run_tells_which_half_years_have_to_be_run_again(environment, tmp_path):
    deliver(environment, tmp_path, SECOND)
    said = done("run", environment.root, SECOND).err
    assert "2023-H1 was linked before a change" in said
    assert "give gmsd run 2023-H1 again" in said
