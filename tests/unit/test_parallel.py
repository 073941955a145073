"""Work over all cores: the same results in the same order, and errors come back."""

import math

import pytest

from engine import parallel


@pytest.mark.parametrize("cells", [1, parallel.SPREAD_FROM])
def test_results_come_in_the_order_of_the_work(cells: int, monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert parallel.each(math.factorial, [5, 3, 4], [cells, 1, 2]) == [120, 6, 24]


@pytest.mark.parametrize("cells", [1, parallel.SPREAD_FROM])
def test_an_error_of_a_worker_is_an_error_here(cells: int, monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    with pytest.raises(ValueError, match="negative"):
        parallel.each(math.factorial, [5, -1], [cells, 1])


def test_no_work_is_no_result():
    assert parallel.each(math.factorial, [], []) == []
