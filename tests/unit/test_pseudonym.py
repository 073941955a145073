"""Person keys: the RIN where the key file has it, a keyed hash where not."""

import hmac
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from secure_env.environment import open_environment
from secure_env.fingerprints import Fingerprints, Seen, halves
from secure_env.journal import Deed
from secure_env.pseudonym import (
    KEY_FILE_SCHEMA,
    Pseudonymiser,
    load_key_file,
    passes_eleven_test,
)
from secure_env.store import Store
from tests.support.deliveries import is_bsn, new_environment, numbers


KEY = bytes(range(32))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_environment(tmp_path / "env").store


def keys_of(
    who: Pseudonymiser, given: list[str], withheld: list[bool] | None = None
) -> list[str]:
    mask = np.array(withheld or [False] * len(given))
    lines = pa.array(range(2, 2 + len(given)), pa.int32())
    keys, _ = who.person_keys(pa.array(given), mask, "d" * 64, lines)
    return list(keys.to_pylist())


def with_key_file(store: Store, known: list[str]) -> Pseudonymiser:
    rins = [f"{rin:09d}" for rin in range(1, len(known) + 1)]
    table = pa.table({"person": known, "rin": rins})
    reader = Pseudonymiser(KEY).key_file(iter([table]), "person", "rin")
    taken_in = Deed(open_environment(store.root).journal, "anna", "received", {})
    tables = {"records": reader}
    folder = store.save("deliveries", ("sleutel",), "ab" * 32, tables, {}, taken_in)
    return Pseudonymiser(KEY, load_key_file(folder, lambda _: None))


@pytest.mark.parametrize(
    ("number", "passes"),
    [
        ("111222333", True),  # 9+8+7+12+10+8+9+6-3 = 66
        ("123456782", True),
        ("010000008", True),  # 8 - 8 = 0, a leading nought counts
        ("111222334", False),
        ("123456789", False),
        ("000000000", False),  # nought is a multiple of 11, but nobody
        ("999999999", False),
        ("12345672", False),  # eight digits: a leading nought got lost
        ("1234567820", False),
        ("", False),
        ("000000012", True),  # the sum itself may be nought
        ("12345678a", False),
        ("1.1122E+8", False),
        (" 11222333", False),
        ("-11122233", False),
        ("１１１２２２３３３", False),  # full-width digits  # noqa: RUF001
    ],
)
def test_the_eleven_test(number: str, passes: bool):
    assert fails([number]) == [not passes]


def test_the_eleven_test_agrees_with_the_law_on_many_numbers():
    given = [f"{number:09d}" for number in range(100_000_000, 100_002_000)]
    assert fails(given) == [not is_bsn(number) for number in given]


def fails(given: list[str]) -> list[bool]:
    return [not each for each in passes_eleven_test(pa.array(given)).tolist()]


def test_a_person_key_is_the_hmac_of_the_law_books():
    (number,) = numbers(1)
    expected = hmac.digest(KEY, b"gmsd/bsn/v1|" + number.encode(), "sha256")[:16]
    assert keys_of(Pseudonymiser(KEY), [number]) == [f"S{expected.hex()}"]


def test_one_person_has_one_key_everywhere():
    one, other = numbers(2)
    first, second, third = keys_of(Pseudonymiser(KEY), [one, other, one])
    assert first == third != second


def test_another_environment_has_other_keys():
    given = numbers(3)
    assert set(keys_of(Pseudonymiser(KEY), given)).isdisjoint(
        keys_of(Pseudonymiser(b"k" * 32), given)
    )


def test_a_person_in_the_key_file_gets_the_rin(store: Store):
    known = numbers(1_000)
    stranger = numbers(1_001)[-1]
    who = with_key_file(store, known[::-1])
    given = [known[-1], stranger, known[0], known[-1]]
    lines = pa.array([2, 3, 4, 5], pa.int32())
    keys, found = who.person_keys(pa.array(given), np.zeros(4, bool), "d", lines)
    assert keys.to_pylist() == [
        "R000000001",
        keys_of(Pseudonymiser(KEY), [stranger])[0],
        "R000001000",
        "R000000001",
    ]
    assert found.tolist() == [True, False, True, True]


def test_the_key_file_holds_no_number_and_is_sorted(store: Store):
    known = numbers(500)
    with_key_file(store, known)
    (folder,) = store.folders("deliveries")
    table = folder.table("records")
    assert table.schema == KEY_FILE_SCHEMA
    assert table["hash"].to_pylist() == sorted(table["hash"].to_pylist())
    assert set(table["rin"].to_pylist()) == set(range(1, 501))


def test_withheld_numbers_are_of_nobody_and_never_of_one_person(store: Store):
    unknown = "999999999"
    who = with_key_file(store, numbers(10))
    keys = keys_of(who, [unknown, unknown, numbers(1)[0]], [True, True, False])
    assert len(set(keys)) == 3
    assert keys[2] == "R000000001"
    assert all(len(key) == 33 and key.startswith("N") for key in keys[:2])
    assert keys_of(who, [unknown, unknown], [True, True]) == keys[:2]


def test_hashes_that_share_their_first_half_are_told_apart():
    high = np.array([1, 7, 7, 7, 9], np.uint64)
    low = np.array([5, 3, 4, 1, 5], np.uint64)
    found = Fingerprints(high, low).find(
        np.array([7, 7, 7, 7, 9, 10, 0], np.uint64),
        np.array([4, 1, 3, 9, 5, 5, 5], np.uint64),
    )
    assert found.tolist() == [2, 3, 1, -1, 4, -1, -1]


def test_repeats_are_found_within_and_across_batches():
    seen = Seen()
    assert repeats(seen, [5, 6, 5, 7, 5]) == [False, False, True, False, True]
    assert repeats(seen, [8, 6]) == [False, True]
    for number in range(100, 150):
        assert repeats(seen, [number, 5]) == [False, True]
    assert repeats(seen, [149, 100, 8, 150]) == [True, True, True, False]


def test_repeats_are_found_however_a_hash_begins():
    seen, before = Seen(), set()
    pool = np.random.default_rng(1).bytes(16 * 2_000)
    numbers = [int.from_bytes(pool[n : n + 16], "big") for n in range(0, len(pool), 16)]
    for start in range(0, 2_000, 50):
        batch = [*numbers[start : start + 50], *numbers[start // 2 : start // 2 + 9]]
        expected = [n in before or n in batch[:k] for k, n in enumerate(batch)]
        assert repeats(seen, batch) == expected
        before |= set(batch)


def test_repeats_need_both_halves():
    seen = Seen()
    pairs = [(1, 1), (1, 2), (1, 1), (1, 3), (1, 2)]
    content = b"".join(half.to_bytes(8, "big") for pair in pairs for half in pair)
    assert seen.repeats(*halves(content)).tolist() == [False, False, True, False, True]


def test_halves_are_in_the_order_of_the_bytes():
    high, low = halves(bytes(range(16)))
    assert (int(high[0]), int(low[0])) == (0x0001020304050607, 0x08090A0B0C0D0E0F)


def repeats(seen: Seen, given: list[int]) -> list[bool]:
    content = b"".join(n.to_bytes(16, "big") for n in given)
    return list(seen.repeats(*halves(content)).tolist())
