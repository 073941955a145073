"""BSN and RINPERSOON of the synthetic country: valid, unique, fixed by the seed."""

import numpy as np
import pytest

from secure_env.synthetic.identity import Numbering, digits, failing


def passes_eleven_test(bsn: str) -> bool:
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    total = sum(w * int(c) for w, c in zip(weights, bsn, strict=True))
    return len(bsn) == 9 and total % 11 == 0


@pytest.mark.parametrize("seed", [0, 1, 987_654])
def test_every_bsn_passes_the_eleven_test(seed: int) -> None:
    bsns = digits(Numbering(seed).bsn(np.arange(2_000)), 9).to_pylist()
    assert all(passes_eleven_test(bsn) for bsn in bsns)


def test_a_known_bsn_passes_and_its_neighbour_fails() -> None:
    assert passes_eleven_test("111222333")
    assert not passes_eleven_test("111222334")


def test_a_failing_bsn_fails() -> None:
    bsns = digits(failing(Numbering(1).bsn(np.arange(2_000))), 9).to_pylist()
    assert not any(passes_eleven_test(bsn) for bsn in bsns)


def test_numbers_are_unique() -> None:
    numbering, persons = Numbering(5), np.arange(300_000)
    assert len(np.unique(numbering.bsn(persons))) == len(persons)
    assert len(np.unique(numbering.rin(persons))) == len(persons)


def test_unknown_numbers_belong_to_nobody() -> None:
    numbering = Numbering(5)
    strangers = numbering.unknown_bsn(np.arange(100_000))
    assert not np.isin(strangers, numbering.bsn(np.arange(1_000_000))).any()
    assert all(map(passes_eleven_test, digits(strangers[:1_000], 9).to_pylist()))


def test_another_seed_gives_other_numbers() -> None:
    persons = np.arange(1_000)
    assert (Numbering(1).bsn(persons) != Numbering(2).bsn(persons)).mean() > 0.99


def test_digits_keep_leading_zeros() -> None:
    assert digits(np.array([7, 120_034]), 9).to_pylist() == ["000000007", "000120034"]
