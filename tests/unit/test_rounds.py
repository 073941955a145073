"""What audits found, as the next pattern of hidden cells is told."""

import numpy as np

from secure_env.rounds import findings, places_by_table


def test_places_are_named_as_often_as_audits_found_them():
    first = findings({"a": np.array([3, 2]), "b": np.array([1])})
    second = findings({"a": np.array([3])})
    found = places_by_table([first, second])
    assert set(found) == {"a", "b"}
    np.testing.assert_array_equal(found["a"], [2, 3, 3])
    np.testing.assert_array_equal(found["b"], [1])
    assert places_by_table([]) == places_by_table([findings({})]) == {}
