"""The life of a delivery: first, corrected, delivered again, withdrawn."""

from pathlib import Path

import pytest

from rules.period import HalfYear
from secure_env.environment import Environment
from secure_env.errors import UsageError
from secure_env.received import (
    current_deliveries,
    lives,
    newest_key_file,
    receipt_of,
    withdraw,
)
from tests.support.deliveries import (
    csv,
    key_file,
    new_environment,
    numbers,
    received,
    wmo,
    write,
)


PERIOD = HalfYear(2023, 1)
NAME = "WMO_GM0363_2023-H1.csv"
PARTS = ("wmo", "2023-H1", "GM0363")
PEOPLE = numbers(5)


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return new_environment(tmp_path / "env")


def deliver(environment: Environment, inbox: Path, people: list[str]) -> bool:
    """Deliver a file with these persons; gives whether that changed anything."""
    (receipt,) = received(environment, write(inbox, NAME, csv("WMO", map(wmo, people))))
    return not receipt.already_received


def counting(environment: Environment) -> int | None:
    """The number of records that count; None: no delivery does."""
    found = current_deliveries(environment, PERIOD, "wmo")
    return found[0].rows("records") if found else None


def test_a_correction_replaces_also_the_rows_it_no_longer_has(environment, tmp_path):
    assert deliver(environment, tmp_path, PEOPLE)
    assert deliver(environment, tmp_path, PEOPLE[:2])
    assert counting(environment) == 2


def test_an_earlier_file_that_comes_in_again_is_the_newest_word(environment, tmp_path):
    """The correction was wrong: the supplier delivers the first file once more."""
    deliver(environment, tmp_path, PEOPLE)
    deliver(environment, tmp_path, PEOPLE[:2])
    assert deliver(environment, tmp_path, PEOPLE)
    assert counting(environment) == 5
    assert not deliver(environment, tmp_path, PEOPLE)
    deliver(environment, tmp_path, PEOPLE[:1])
    assert counting(environment) == 1
    assert len(environment.store.folders("deliveries")) == 3


def test_what_is_withdrawn_does_not_count_and_may_come_back(environment, tmp_path):
    deliver(environment, tmp_path, PEOPLE)
    assert withdraw(environment, PARTS)
    assert counting(environment) is None
    (life,) = lives(environment, PERIOD)
    assert (life.is_withdrawn, life.number) == (True, 2)
    head = environment.journal.head
    assert not withdraw(environment, PARTS)
    assert environment.journal.head == head
    assert deliver(environment, tmp_path, PEOPLE)
    assert counting(environment) == 5


def test_a_correction_after_a_withdrawal_counts(environment, tmp_path):
    deliver(environment, tmp_path, PEOPLE)
    withdraw(environment, PARTS)
    deliver(environment, tmp_path, PEOPLE[:3])
    assert counting(environment) == 3
    (folder,) = current_deliveries(environment, PERIOD)
    assert receipt_of(folder).number == 3


def test_an_empty_delivery_is_a_delivery(environment, tmp_path):
    """Nobody had a provision: the gemeente says so with a file without records."""
    empty = write(tmp_path, "SRG_GM0363_2023-H1.csv", csv("SRG", []))
    (receipt,) = received(environment, empty)
    assert (receipt.accepted, receipt.kept) == (True, 0)
    (folder,) = current_deliveries(environment, PERIOD, "srg")
    assert folder.rows("records") == 0


def test_a_wmo_file_without_records_is_a_failed_export(environment, tmp_path):
    (receipt,) = received(environment, write(tmp_path, NAME, csv("WMO", [])))
    assert receipt.broken == ("F13",)


def test_the_first_half_year_is_delivered_again_with_the_second(environment, tmp_path):
    deliver(environment, tmp_path, PEOPLE)
    second = write(tmp_path, "WMO_GM0363_2023-H2.csv", csv("WMO", map(wmo, PEOPLE)))
    first = write(tmp_path, NAME, csv("WMO", map(wmo, PEOPLE[:4])))
    assert all(each.accepted for each in received(environment, second, first))
    assert counting(environment) == 4
    assert len(current_deliveries(environment, PERIOD.next)) == 1


def test_every_change_of_what_counts_is_in_the_journal(environment, tmp_path):
    deliver(environment, tmp_path, PEOPLE)
    withdraw(environment, PARTS)
    deliver(environment, tmp_path, PEOPLE)
    steps = [entry.step for entry in environment.journal.entries()]
    assert steps == ["initialised", "received", "withdrawn", "received again"]
    environment.journal.verify()


def test_nothing_to_withdraw_is_told(environment):
    with pytest.raises(UsageError, match="GM0363 has no accepted wmo delivery"):
        withdraw(environment, PARTS)


def test_a_withdrawn_key_file_knows_nobody(environment, tmp_path):
    received(environment, key_file(tmp_path, PEOPLE))
    assert newest_key_file(environment) is not None
    withdraw(environment, ("sleutel", "2023-H1", "CBS"))
    assert newest_key_file(environment) is None
