import pytest

from engine.celltable import CellStatus
from outputs.symbols import (
    HIDDEN,
    SHOWN_STATUSES,
    WITHOUT_VALUE,
    ReleaseStatus,
    dutch_number,
    symbol,
)


def test_every_status_of_a_cell_is_printed_in_one_way():
    letters = {status.value for status in CellStatus}
    assert letters == SHOWN_STATUSES | set(WITHOUT_VALUE)
    assert not SHOWN_STATUSES & set(WITHOUT_VALUE)


@pytest.mark.parametrize(
    ("status", "sign"),
    [
        (ReleaseStatus.PRELIMINARY, "*"),
        (ReleaseStatus.REVISED, "**"),
        (ReleaseStatus.FINAL, ""),
    ],
)
def test_a_shown_cell_says_how_final_it_is(status, sign):
    assert symbol(CellStatus.SAFE.value, status).sign == sign
    assert symbol(CellStatus.MUST_SHOW.value, status).sign == sign


@pytest.mark.parametrize("status", ReleaseStatus)
def test_a_hidden_cell_does_not_say_why(status):
    reasons = (CellStatus.PRIMARY, CellStatus.SECONDARY, CellStatus.OPT_OUT)
    assert {symbol(reason.value, status) for reason in reasons} == {HIDDEN}
    assert HIDDEN.sign == "."


@pytest.mark.parametrize("status", ReleaseStatus)
def test_a_cell_that_cannot_occur_has_no_symbol(status):
    assert symbol(CellStatus.IMPOSSIBLE.value, status).sign == ""


@pytest.mark.parametrize("status", ReleaseStatus)
def test_every_symbol_is_explained_in_both_languages(status):
    meanings = [symbol(cell.value, status).meaning for cell in CellStatus]
    assert all(meaning.nl and meaning.en for meaning in meanings)


def test_numbers_have_points_between_thousands():
    assert [dutch_number(n) for n in (0, 999, 1000, 1234567)] == [
        "0", "999", "1.000", "1.234.567",
    ]  # fmt: skip
