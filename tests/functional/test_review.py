"""`gmsd review`: the dossier of a real candidate, and two votes cast from the booth."""

import re
from dataclasses import replace

import pytest

from outputs.symbols import ReleaseStatus
from rules.levensweg import load_levensweg
from rules.period import HalfYear
from secure_env.earlier import editions_before
from secure_env.environment import open_environment
from secure_env.errors import UsageError
from secure_env.publish import candidate_in
from secure_env.register import releases
from secure_env.review import dossier
from secure_env.review_server import booth
from secure_env.rooms import Period
from secure_env.workflow import proven
from tests.support.stages import (
    PERIOD,
    approve,
    done,
    gmsd,
    period_of,
    proposed_in,
)
from tests.unit.test_figure import published_as


def test_the_dossier_shows_what_a_reader_can_believe_and_no_number_of_a_person(
    proposed, tmp_path
):
    page = tmp_path / "review.html"
    said = done("review", proposed, PERIOD, "--to", page)
    assert said.out.strip() == f"{page}: 0 of 7 checks need attention"
    text = page.read_text("utf-8")
    assert "0 tot en met 7" in text
    assert "gevoelig" in text
    assert re.findall(r"(?<![0-9a-f])[0-9]{9}(?![0-9a-f])", text) == []


def test_what_it_says_of_a_hidden_cell_is_what_explain_says(proposed):
    period = period_of(proposed)
    made = dossier(period, proven(period), proposed_in(proposed))
    measure = made.measures[0]
    assert measure.narrowest
    total = measure.all_levels
    assert total.hidden == len(measure.narrowest) + measure.more
    assert made.total.hidden == made.proof.hidden
    assert 0 < total.share < 1


def test_two_checkers_vote_in_the_booth_and_the_release_leaves(proposed, tmp_path):
    period, candidate = period_of(proposed), proposed_in(proposed)
    made = dossier(period, proven(period), candidate)
    at = booth(period, candidate, made, period.environment.checkers)
    for path in at.links.values():
        cookie = at.enter(path.partition("=")[2]).headers["Set-Cookie"]
        session = re.findall(r"=([^;]+);", cookie)[0]
        token = re.findall(r'name="token" value="([^"]+)"', at.read(session).page)[0]
        form = {"token": token, "candidate": made.digest, "verdict": "approve"}
        assert at.vote(session, form).status == 303
        assert "Uw stem is binnen" in at.read(session).page
    done("release", proposed, PERIOD, "--to", tmp_path / "release")
    later = tmp_path / "later.html"
    done("review", proposed, PERIOD, "--to", later, "--since", tmp_path / "release")
    assert "Herziening van 1e halfjaar 2023*" in later.read_text("utf-8")


def test_what_was_released_before_is_found_through_the_register(proposed, tmp_path):
    """Preliminary figures are released; their final ones are compared with them."""
    page = tmp_path / "review.html"
    done("review", proposed, PERIOD, "--to", page)
    assert "Er is geen eerdere publicatie van deze cijfers" in page.read_text("utf-8")
    approve(proposed)
    done("release", proposed, PERIOD, "--to", tmp_path / "release")
    preliminary = proposed_in(proposed)
    candidate = candidate_in(preliminary)
    period = period_of(proposed)
    assert editions_before(period, candidate) == ()
    done("audit", proposed, PERIOD, "--status", "definitief")
    (edition,) = editions_before(period, candidate_in(proposed_in(proposed)))
    assert edition.label == "1e halfjaar 2023*"
    estimates = {one.table.code for one in period.estimates}
    assert set(edition.tables) == set(period.by_table) | estimates
    done("review", proposed, PERIOD, "--to", page)
    text = page.read_text("utf-8")
    assert "Herziening van 1e halfjaar 2023*" in text
    assert "Niet te vergelijken" not in text
    (released,) = releases(period.environment)
    done("withdraw-release", proposed, str(released.number), "--reason", "een fout")
    assert editions_before(period, candidate) == ()


def test_a_later_half_year_is_compared_with_the_one_before(proposed, tmp_path):
    approve(proposed)
    done("release", proposed, PERIOD, "--to", tmp_path / "release")
    candidate = candidate_in(proposed_in(proposed))
    later = Period.of(open_environment(proposed), HalfYear(2024, 1))
    assert [one.period for one in editions_before(later, candidate)] == []
    other = replace(candidate, files={**candidate.files, "docs/x.md": "0" * 64})
    (edition,) = editions_before(later, other)
    assert edition.period == HalfYear(2023, 1)
    cohort = load_levensweg().cohort("levensweg-2023")
    assert editions_before(replace(later, cohort=cohort), other) == ()


def test_an_earlier_release_of_other_tables_is_not_compared_and_a_later_one_refused(
    proposed, tmp_path
):
    page = tmp_path / "review.html"
    before = published_as(tmp_path / "a", "2022-H2", ReleaseStatus.FINAL)
    done("review", proposed, PERIOD, "--to", page, "--since", before)
    text = page.read_text("utf-8")
    assert "Sinds 2e halfjaar 2022" in text
    assert "Niet te vergelijken" in text
    after = published_as(tmp_path / "b", "2023-H2", ReleaseStatus.FINAL)
    said = gmsd("review", proposed, PERIOD, "--since", after)
    assert (said.code, "later than 2023-H1" in said.err) == (15, True)


def test_only_a_checker_gets_a_link(proposed):
    period, candidate = period_of(proposed), proposed_in(proposed)
    made = dossier(period, proven(period), candidate)
    with pytest.raises(UsageError, match="1 of 2 names are no checkers"):
        booth(period, candidate, made, ["bert", "anna"])
    said = gmsd("review", proposed, PERIOD, "--serve", "mallory")
    assert (said.code, "no checkers" in said.err) == (2, True)
