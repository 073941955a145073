"""The sample of the six groups of the index: who may be in it, and that it stays in."""

from collections import Counter, defaultdict
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from rules.period import HalfYear
from secure_env import index_sample, inputs, linking, workflow
from secure_env.environment import open_environment
from secure_env.errors import UsageError
from secure_env.index_sample import GROUPS, SAMPLE, TABLE, draw
from secure_env.retention import purge
from secure_env.rooms import Period
from tests.support.stages import PERIOD, done, gmsd, period_of


SECRET, ANOTHER = bytes(32), bytes([1] * 32)


@pytest.fixture
def period(proposed: Path) -> Period:
    return period_of(proposed)


LAWS = {"wmo": {"W"}, "jeugd": {"J"}, "pwet": {"P"}}


def ran(row: dict[str, Any], half: HalfYear) -> bool:
    ended_before = row["ends"] is not None and row["ends"] < half.first_day
    return row["starts"] <= half.last_day and not ended_before


def groups_by_hand(period: Period) -> dict[str, str]:
    """Person -> group, by a loop over who lives in a gemeente that takes part."""
    half = period.half_year
    linked = period.existing("linked", period.linked_digest, "link")
    microdata, sources = linking.opened(linked), inputs.sources(period)
    taking_part = microdata.participants("stapeling")
    laws: dict[str, set[str]] = defaultdict(set)
    for row in microdata.provisions.to_pylist():
        if row["domain"] != "signal" and ran(row, half):
            counts = row["client_gemeente"] in {None, *taking_part}
            laws[row["person_id"]] |= (
                LAWS.get(row["domain"], set()) if counts else set()
            )
    care = sources.arrow("wlzzvw").to_pylist()
    cared = {row["person_key"] for row in care if ran(row, half)}
    found = {}
    addresses = [batch.to_pylist() for batch in sources.batches("adressen")]
    for row in chain.from_iterable(addresses):
        person = row["person_key"]
        lives = row["starts"] <= half.last_day <= (row["ends"] or half.last_day)
        if not lives or row["gemeente"] not in taking_part:
            continue
        if person not in laws:
            found[person] = "" if person in cared else "G"
        elif not laws[person]:
            found[person] = ""
        elif person in cared:
            found[person] = "V"
        else:
            found[person] = "M" if len(laws[person]) > 1 else min(laws[person])
    return {person: group for person, group in found.items() if group}


def test_everybody_of_a_group_may_be_drawn_and_nobody_else(period: Period):
    by_hand = groups_by_hand(period)
    everybody = draw(period, SECRET, 10**6).table(TABLE)
    assert everybody.schema.names == SAMPLE.names
    rows = everybody.to_pylist()
    assert {row["person_id"]: row["index_group"] for row in rows} == by_hand
    assert set(by_hand.values()) == set(GROUPS)
    sizes = Counter(by_hand.values())
    assert all(row["persons"] == sizes[row["index_group"]] for row in rows)


def test_the_groups_are_those_of_the_table(period: Period):
    asked = period.asking("index_groep")
    cells = (
        workflow.tabulate(asked, print).table("SDI_PERSONEN.index_groep").to_pylist()
    )
    national = {row["index"]: row["value"] for row in cells if row["region"] == "NL"}
    by_hand = Counter(groups_by_hand(period).values())
    del by_hand["G"]
    assert national == {**by_hand, "T": by_hand.total()}


def test_without_care_there_are_no_groups(proposed: Path):
    done("withdraw-delivery", proposed, PERIOD, "WLZZVW", "VEKTIS")
    with pytest.raises(UsageError, match="index_groep needs WLZZVW; receive that"):
        draw(period_of(proposed), SECRET, 5)


def test_a_sample_is_the_same_under_its_secret_only(period: Period):
    def persons(secret: bytes, per_group: int) -> set[str]:
        drawn = draw(period, secret, per_group).table(TABLE)
        assert {*Counter(drawn["index_group"].to_pylist()).values()} <= {per_group}
        return {*drawn["person_id"].to_pylist()}

    first = persons(SECRET, 5)
    assert len(first) == 5 * len(GROUPS)
    assert persons(SECRET, 5) == first
    assert first < persons(SECRET, 6)
    assert len(persons(ANOTHER, 5) & first) < len(first) / 2


def test_it_stays_inside_in_no_readable_form(proposed: Path, tmp_path: Path):
    said = done("sample", proposed, PERIOD, "--per-group", 5, "--key", tmp_path / "k")
    assert said.out.splitlines()[0].startswith("W alleen Wmo: 5 of ")
    assert (tmp_path / "k").stat().st_mode & 0o077 == 0
    assert done(
        "sample", proposed, PERIOD, "--per-group", 5, "--key", tmp_path / "k"
    ).out == said.out  # fmt: skip
    period = period_of(proposed)
    (folder,) = (proposed / index_sample.ROOM).glob(f"{PERIOD}/*")
    secret = (tmp_path / "k").read_bytes()
    persons = draw(period, secret, 5).table(TABLE)["person_id"].to_pylist()
    for path in folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert not any(person[1:].encode() in content for person in persons)
        assert secret not in content
    assert not any(person[1:] in said.out + said.err for person in persons)
    purge(open_environment(proposed), PERIOD)
    assert not folder.exists()


def test_nothing_is_not_a_sample(period: Period, tmp_path: Path, proposed: Path):
    with pytest.raises(UsageError, match="one person or more"):
        draw(period, SECRET, 0)
    (tmp_path / "k").write_bytes(b"short")
    (tmp_path / "k").chmod(0o600)
    said = gmsd("sample", proposed, PERIOD, "--per-group", 5, "--key", tmp_path / "k")
    assert said.code == 15
    mine = ("sample", proposed, PERIOD, "--per-group", 5, "--key", tmp_path / "own")
    assert "to link, tabulate" in gmsd(*mine, "--as", "intake").err
    assert not (tmp_path / "own").exists()
