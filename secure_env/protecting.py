"""The pattern of hidden cells of a period: each measure, then what laws join.

Measures are protected by themselves at first. What they then give away together is
hidden with all of them at once, until nothing is; the audit looks at that again.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from engine import parallel
from engine.celltable import CellStatus, ProtectedTable
from engine.errors import AuditFailed
from engine.protect import Wanting
from secure_env.before import Before, Given, protected_beside
from secure_env.joined import (
    Joined,
    all_given_away,
    given_away,
    in_shares,
    joined_measures,
    together,
)
from secure_env.rooms import Cells, Period, Places, Progress
from secure_env.rounds import MOST_ROUNDS, Round, findings, places_by_table
from secure_env.store import Folder


Pattern = Mapping[str, ProtectedTable]
"""The protected tables of a period by their names."""


def protected_cells(period: Period, this: Round, progress: Progress) -> Folder:
    """The cells with a status, a reason and a published value, kept as their room."""
    cells = Cells.of(period)
    before = Before.of(cells, this.released)
    pattern = _by_audits(cells, before, this, progress)
    pattern = _by_laws(cells, before, pattern, progress)
    status = np.concatenate([t.cells["status"].to_pylist() for t in pattern.values()])
    counts = {
        each.name.lower(): int(np.sum(status == each.value)) for each in CellStatus
    }
    policies = {code: f"{period.policy(own[0])}" for code, own in period.groups.items()}
    made_from = {"cells_digest": period.cells_digest, "policies": policies}
    tables = {name: table.cells for name, table in pattern.items()}
    summary = {"cells": len(status), **counts, **made_from}
    return period.save("protected", this.digest, tables, summary)


def _by_audits(
    cells: Cells, before: Before, this: Round, progress: Progress
) -> Pattern:
    """Every measure by itself; where an audit found one wanting, all that laws join."""
    joined = joined_measures(cells.period)
    if this.wanting is None:
        joined = [Joined((own,), ()) for own in cells.period.groups.values()]
    progress(f"protecting {sum(len(each.tables) for each in joined)} tables")
    return _protected(
        before, [(each, this.wanting_in(cells, each.tables)) for each in joined]
    )


def _by_laws(
    cells: Cells, before: Before, pattern: Pattern, progress: Progress
) -> Pattern:
    """The pattern with what several measures give away together hidden too."""
    joined = [each for each in joined_measures(cells.period) if each.cases]
    if not joined:
        return pattern
    for each in joined:
        for said in each.laws([cells.exact(own) for own in each.tables]).told():
            progress(said)
    found: list[pa.Table] = []
    more: dict[str, Places] | None = None
    progress(f"asking what {sum(len(j.tables) for j in joined)} tables tell together")
    for _ in range(MOST_ROUNDS):
        shares = in_shares([together(cells, each, pattern) for each in joined], more)
        sizes = [sum(table.frame_size for table in asked[0]) for asked, *_ in shares]
        more = all_given_away(parallel.each(given_away, shares, sizes))
        count = sum(map(len, more.values()))
        if not count:
            return pattern
        progress(f"hiding more for {count} cells that several measures give away")
        found.append(findings(more))
        by_laws = places_by_table(found)
        joined = [j for j in joined if any(own.name in more for own in j.tables)]
        work = [
            (each, Wanting([pattern[own.name] for own in each.tables], {}, by_laws))
            for each in joined
        ]
        pattern = {**pattern, **_protected(before, work)}
    raise AuditFailed(
        f"{MOST_ROUNDS} patterns of hidden cells gave cells away by laws between "
        "measures; tell the makers of gmsd"
    )


def _protected(
    before: Before, work: Sequence[tuple[Joined, Wanting | None]]
) -> Pattern:
    """Each group of measures, adding to a pattern if there is one."""
    given = [_given(before, joined, wanting) for joined, wanting in work]
    sizes = [sum(table.cells.num_rows for table in tables) for tables, *_ in given]
    found = parallel.each(protected_beside, given, sizes)
    return {table.name: table for group in found for table in group}


def _given(before: Before, joined: Joined, wanting: Wanting | None) -> Given:
    exact = [before.now.exact(each) for each in joined.tables]
    earlier = [table for group in joined.groups for table in before.tables(group)]
    limits = [limit for group in joined.groups for limit in before.limits(group)]
    return (
        [*exact, *earlier],
        joined.policies(before.now.period),
        wanting,
        (*limits, *joined.laws(exact).limits),
    )
