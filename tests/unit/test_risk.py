"""Who stands out in a file of persons; held against a count by hand."""

from itertools import combinations
from math import factorial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import EngineError
from engine.risk import risk_of
from secure_env.errors import UsageError
from secure_env.risk_report import persons_of, risk_report
from tests.support.stages import PERIOD, done, period_of


FILE = {
    "gemeente": np.array([0, 0, 0, 1, 1, 1]),
    "type": np.array([0, 0, 1, 0, 0, 0]),
    "age": np.array([5, 5, 5, 5, 7, 7]),
}
"""Two alike twice; one is alone by type, one by gemeente and age together."""

SENSITIVE = np.array([1, 2, 1, 1, 3, 3])


def test_who_has_the_same_keys():
    assert risk_of(FILE, SENSITIVE).alike.tolist() == [2, 2, 1, 1, 2, 2]


def test_what_those_alike_have_in_common():
    """The last two are alike and both have 3: who knows them to be there knows that."""
    assert risk_of(FILE, SENSITIVE).diversity.tolist() == [2, 2, 1, 1, 1, 1]


def test_the_fewest_keys_by_which_somebody_is_alone():
    found = risk_of(FILE, SENSITIVE)
    assert found.uniques == {("type",): 1, ("gemeente", "age"): 1}
    assert found.suda.tolist() == [0, 0, factorial(2), factorial(1), 0, 0]
    assert [found.weight_of(key) for key in FILE] == [0.5, 0.5, 0.5]


def test_how_many_would_be_recognised():
    """One of each two, and two who are alone: as many as there are different keys."""
    found = risk_of(FILE, SENSITIVE)
    assert found.individual.tolist() == [0.5, 0.5, 1, 1, 0.5, 0.5]
    assert found.expected == 4


@pytest.mark.parametrize("number", [0, 11])
def test_no_keys_or_too_many_are_refused(number: int):
    keys = {f"k{place}": SENSITIVE for place in range(number)}
    with pytest.raises(EngineError, match=f"1 to 10 keys, got {number}"):
        risk_of(keys, SENSITIVE)


ROWS = st.lists(st.tuples(*[st.integers(0, 2)] * 4), min_size=1, max_size=9)


@settings(max_examples=80)
@given(ROWS)
def test_it_is_what_counting_by_hand_gives(rows: list[tuple[int, ...]]):
    names = ("a", "b", "c")
    columns = dict(zip(names, np.array([row[:3] for row in rows]).T, strict=True))
    found = risk_of(columns, np.array([row[3] for row in rows]))
    for place, row in enumerate(rows):
        same = [other for other in rows if other[:3] == row[:3]]
        assert found.alike[place] == len(same)
        assert found.diversity[place] == len({other[3] for other in same})
        alone = [
            set(some)
            for size in (1, 2, 3)
            for some in combinations(range(3), size)
            if sum(all(o[k] == row[k] for k in some) for o in rows) == 1
        ]
        minimal = [one for one in alone if not any(part < one for part in alone)]
        assert found.suda[place] == sum(factorial(3 - len(one)) for one in minimal)


def test_persons_are_made_of_their_provisions():
    """p has two types of one law, q one type of each law; r's household is unknown."""
    rows = [
        ("p", "h1", "wmo", "HH", "1", "GM1", "WK1"),
        ("p", "h1", "wmo", "VO", "2", "GM1", "WK1"),
        ("q", "h1", "wmo", "HH", "3", "GM1", "WK1"),
        ("q", "h1", "jeugd", "JH", "4", "GM1", "WK1"),
        ("r", None, "wmo", "VO", "5", "GM2", None),
        ("r", None, "wmo", "HH", "6", "GM2", None),
    ]
    names = ["person_id", "household_id", "domain", "type", "provision_id"]
    names += ["gemeente", "wijk"]
    columns = zip(*rows, strict=True)
    table = pa.table(
        {n: pa.array(c, pa.string()) for n, c in zip(names, columns, strict=True)}
    )
    found = persons_of(table)
    assert found["provisions"].tolist() == [2, 2, 2]
    assert found["household"].tolist() == [2, 2, 0]
    for key, alike in {
        "gemeente": [True, False], "wijk": [True, False], "domains": [False, True],
        "types": [False, True],
    }.items():  # fmt: skip
        first, *others = found[key].tolist()
        assert [other == first for other in others] == alike


def test_the_report_of_a_period_has_counts_and_no_person(proposed: Path):
    period = period_of(proposed)
    linked = period.existing("linked", period.linked_digest, "link")
    lines = list(risk_report(linked, ["gemeente", "domains", "provisions"], "types"))
    persons = len(persons_of(linked.table("provisions"))["types"])
    assert lines[0].startswith(f"{persons} persons by gemeente, domains, provisions")
    assert any(line.startswith("types: ") for line in lines)
    assert any(line.startswith("  gemeente has a part in ") for line in lines)
    assert not any("GM" in line for line in lines)


def test_both_reports_are_commands(proposed: Path):
    said = done(
        "risk", proposed, PERIOD, "--keys", "gemeente", "--sensitive", "domains"
    )
    assert "persons by gemeente; at least" in said.out
    assert "all tables: " in done("loss", proposed, PERIOD).out


@pytest.mark.parametrize(
    ("keys", "sensitive"),
    [(["bsn"], "types"), (["types"], "types"), (["wijk", "wijk"], "types")],
    ids=["unknown", "sensitive too", "twice"],
)
def test_other_keys_are_refused(proposed: Path, keys: list[str], sensitive: str):
    period = period_of(proposed)
    linked = period.existing("linked", period.linked_digest, "link")
    with pytest.raises(UsageError, match="different ones of gemeente, wijk"):
        list(risk_report(linked, keys, sensitive))
