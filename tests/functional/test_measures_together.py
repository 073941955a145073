"""All measures of a period read together, by one who knows how they are counted."""

import shutil
from pathlib import Path

from engine.together import given_away_together
from secure_env import protecting
from secure_env.joined import joined_measures
from secure_env.rooms import Cells, as_seen, summary_of
from secure_env.store import Folder
from secure_env.workflow import proven
from tests.support.stages import PERIOD, done, gmsd, period_of


def given_away(environment: Path, pattern: Folder) -> int:
    """How many sensitive cells all tables of the period together give away."""
    period = period_of(environment)
    cells, count = Cells.of(period), 0
    for joined in joined_measures(period):
        exact = [cells.exact(each) for each in joined.tables]
        view = [as_seen(cells.protected(each, pattern)) for each in joined.tables]
        limits = (*joined.limits(period), *joined.laws(exact).limits)
        found = given_away_together(view, exact, joined.policies(period), limits)
        count += sum(map(len, found))
    return count


def test_what_is_proposed_tells_no_more_together_than_measure_by_measure(
    proposed: Path, monkeypatch
):
    """The pattern that protects each measure by itself does."""
    period = period_of(proposed)
    pattern, verdict = proven(period)
    assert given_away(proposed, pattern) == 0
    more = hidden(pattern)
    assert verdict.rows("by_laws") == summary_of(verdict)["exposed"] == 0
    for room in ("protected", "audited", "candidate"):
        shutil.rmtree(proposed / room)
    monkeypatch.setattr(protecting, "_by_laws", lambda _c, _b, pattern, _p: pattern)
    done("protect", proposed, PERIOD)
    (apart,) = period.environment.store.folders("protected", PERIOD)
    count = given_away(proposed, apart)
    assert count > 0
    assert hidden(apart) < more
    said = gmsd("audit", proposed, PERIOD)
    assert said.code == 13
    assert f"{count} hidden cells of {PERIOD} can be narrowed" in said.sentence
    done("run", proposed, PERIOD)
    again, _ = proven(period_of(proposed))
    assert given_away(proposed, again) == 0


def hidden(pattern: Folder) -> int:
    """How many cells are hidden to protect another."""
    return int(str(summary_of(pattern)["secondary"]))
