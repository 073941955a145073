"""A delivery as a whole, beside the last one and beside those of others."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from rules.indicator import Text
from rules.layout import Against, Comparison, Profiled
from secure_env.plausibility import Profile, Profiling, differences
from tests.support.deliveries import (
    csv,
    key_file,
    new_environment,
    numbers,
    received,
    wmo,
    write,
)


PEOPLE = numbers(240)


def comparison(
    kind: Profiled, margin: int, field: str = "", against: Against = Against.PREVIOUS
) -> Comparison:
    return Comparison("X51", kind, field, against, margin, Text(nl="nl", en="en"))


def profile(one: Comparison, *rows: dict[str, object], times: int = 60) -> Profile:
    """The profile of these records, so many times over."""
    defaults = {"type": "01", "ends": None, "costs": None, "person_key": "R1"}
    table = pa.Table.from_pylist(
        [defaults | row for row in rows] * times,
        pa.schema(
            [("type", pa.string()), ("ends", pa.date32()),
             ("costs", pa.decimal128(12, 2)), ("person_key", pa.string())]
        ),
    )  # fmt: skip
    profiling = Profiling([one])
    profiling.add(table, np.zeros(table.num_rows, bool))
    return Profile.of_table(profiling.profile().table())


def signals(one: Comparison, mine: Profile, *others: Profile) -> int:
    """How many values differ too much."""
    previous = others[0] if one.against is Against.PREVIOUS else None
    found = differences([one], mine, previous, others)
    assert all(f.severity == "signal" and f.rule == "X51" for f in found)
    return sum(finding.count for finding in found)


@pytest.mark.parametrize(
    ("now", "before", "signalled"),
    [(120, 60, 0), (121, 60, 1), (60, 120, 0), (60, 121, 1), (400, 40, 0)],
)
def test_the_volume_may_double_or_halve(now: int, before: int, signalled: int):
    """Below 50 records nothing is compared."""
    one = comparison(Profiled.VOLUME, 100)
    assert (
        signals(one, profile(one, {}, times=now), profile(one, {}, times=before))
        == signalled
    )


def test_the_share_of_a_code_may_not_shift():
    one = comparison(Profiled.MIX, 20, "type")
    before = profile(one, {"type": "01"}, {"type": "01"}, {"type": "02"})
    same = profile(one, {"type": "02"}, {"type": "01"})
    assert signals(one, same, before) == 0  # 33 to 50 per cent
    assert signals(one, profile(one, {"type": "02"}), before) == 2
    assert signals(one, profile(one, {"type": "03"}), before) == 3


def test_ends_may_not_come_all_at_once():
    one = comparison(Profiled.FILLED, 25, "ends")
    running = profile(one, {})
    ended = profile(one, {"ends": np.datetime64("2023-03-01").astype(object)}, {})
    assert signals(one, ended, running) == 1
    assert signals(one, running, running) == 0


def test_costs_are_compared_per_person():
    one = comparison(Profiled.PER_PERSON, 100, "costs")
    keys = [f"R{place:09d}" for place in range(2)] + ["S" + "ab" * 16]
    rows = [{"costs": 100, "person_key": key} for key in keys]
    before = profile(one, *rows)
    assert before.values(one) == {"": 60 * 100 * 100}  # cents; each person 60 times
    dear = profile(one, *(row | {"costs": 201} for row in rows))
    assert signals(one, dear, before) == 1
    more_persons = profile(one, *rows, {"costs": 100, "person_key": "R7"})
    assert signals(one, more_persons, before) == 0


def test_others_are_compared_with_when_they_are_enough_to_hide_in():
    one = comparison(Profiled.MIX, 20, "type", Against.OTHERS)
    others = [profile(one, {"type": "01"})] * 5
    mine = profile(one, {"type": "02"})
    assert signals(one, mine, *others) == 2
    assert signals(one, mine, *others[:4]) == 0
    few = [profile(one, {"type": "01"}, times=3)] * 2
    assert signals(one, mine, *others[:4], *few) == 0


def test_nothing_is_said_without_anything_to_compare_with():
    one = comparison(Profiled.VOLUME, 0)
    assert signals(replace(one, against=Against.OTHERS), profile(one, {})) == 0
    assert differences([one], profile(one, {}), None, []) == []


# --- at the door -------------------------------------------------------------------


def sent(folder: Path, people: list[str], period: str, **other: str) -> Path:
    code = other.get("gemeente", "GM0363")
    lines = [wmo(number, **other) for number in people]
    return write(folder, f"WMO_{code}_{period}.csv", csv("WMO", lines))


def told(environment, path: Path) -> set[str]:
    (receipt,) = received(environment, path)
    assert receipt.accepted
    return {finding.rule for finding in receipt.findings}


def test_a_delivery_is_compared_with_the_last_and_with_others(tmp_path: Path):
    environment = new_environment(tmp_path / "env")
    received(environment, key_file(tmp_path, PEOPLE[:200], "2022-H2"))
    old = {"starts_legally": "20220701"}
    assert told(environment, sent(tmp_path, PEOPLE[:60], "2022-H2", **old)) == set()
    assert told(environment, sent(tmp_path, PEOPLE[:60], "2023-H1")) == set()
    assert told(environment, sent(tmp_path, PEOPLE[:200], "2023-H1")) == {"W51"}
    ended = sent(tmp_path, PEOPLE[:60], "2023-H1", ends_legally="20230630")
    assert told(environment, ended) == {"W56"}
    other_type = sent(tmp_path, PEOPLE[:60], "2023-H1", type_assigned="05")
    assert told(environment, other_type) == {"W52"}
    unknown = [*PEOPLE[:50], *PEOPLE[200:210]]
    assert told(environment, sent(tmp_path, unknown, "2023-H1")) == {"V11", "W54"}
    for code in range(1, 6):
        gemeente = f"GM000{code}"
        file = sent(tmp_path, PEOPLE[:60], "2023-H1", gemeente=gemeente)
        assert told(environment, file) == set()
    strange = sent(
        tmp_path, PEOPLE[:60], "2023-H1", gemeente="GM0009", type_assigned="07"
    )
    assert told(environment, strange) == {"W53"}


def test_profiles_are_kept_encrypted(tmp_path: Path):
    environment = new_environment(tmp_path / "env")
    received(environment, sent(tmp_path, PEOPLE[:60], "2023-H1"))
    (folder,) = environment.store.folders("deliveries", "wmo")
    counts = Profile.of_table(folder.table("profile")).counts
    assert counts["records", ""] == 60
    assert (folder.path / "profile.parquet").read_bytes()[:4] == b"PARE"
