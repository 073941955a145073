"""Percentages of the client survey in the rooms: an outsider could have made them."""

import csv
import io
from pathlib import Path

import pytest

from secure_env.rooms import Cells, Period
from secure_env.workflow import candidate
from tests.reference.survey import share
from tests.support.stages import period_of


Cell = tuple[str, str]


@pytest.fixture
def period(proposed: Path) -> Period:
    return period_of(proposed)


def published(period: Period, table: str) -> dict[str, dict[Cell, tuple[str, str]]]:
    """Measure -> value and symbol by region and answer, as the candidate has them."""
    content = candidate(period).document(f"candidate/tables/{table}.csv").decode()
    found: dict[str, dict[Cell, tuple[str, str]]] = {}
    for row in csv.DictReader(io.StringIO(content)):
        cell = row["region_code"], row["answer"]
        found.setdefault(row["measure"], {})[cell] = row["value"], row["symbol"]
    return found


def test_they_follow_from_the_published_counts(period: Period):
    (counts,) = published(period, "wmo_ervaring").values()
    measures = published(period, "wmo_ervaring_procent")
    policy = period.catalogue.policies["social_domain"]
    seen = set()
    for region, answer in counts:
        got = [of[region, answer] for of in measures.values()]
        part, whole = (counts[region, code][0] for code in (answer, answer[0]))
        if len(answer) == 1:
            assert got == [("", "")] * 3  # no share of anything: blank
        elif not part or not whole:
            assert got == [("", ".")] * 3
        else:
            expected = share(int(part), int(whole), policy)
            assert [value for value, _ in got] == [str(each) for each in expected]
            seen.add(region[:2])
    assert seen == {"NL", "PV", "GM"}


def test_where_all_but_a_few_agree_the_published_counts_leave_it_open(period: Period):
    """Nobody, or seven, may be those who do not."""
    (counts,) = published(period, "wmo_ervaring").values()
    exact = Cells.of(period).folder.table("WMO_RESPONDENTEN.wmo_ervaring").to_pylist()
    few = [row for row in exact if row["answer"][1:] == "XE" and row["value"] <= 7]
    assert few
    for row in few:
        region, answer = row["region"], row["answer"][0]
        assert counts[region, row["answer"]] == ("", ".")
        whole, part = counts[region, answer][0], counts[region, f"{answer}E"][0]
        if whole and part:
            apart = int(whole) - int(part)
            assert apart - 4 <= 0
            assert apart + 4 >= 7
