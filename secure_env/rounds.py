"""Which pattern of hidden cells a period is at: audits send it back until one holds.

A pattern is named by the cells it hides some of and by all that audits found in the
patterns before, so that it is found again and never made twice.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.errors import AuditFailed
from engine.protect import Wanting
from secure_env.register import released_patterns
from secure_env.rooms import Cells, Period, Places, Published, digest_of, summary_of
from secure_env.store import Folder


MOST_ROUNDS = 12
"""So often may an audit send its findings back for another pattern."""

FINDINGS = pa.schema([("table", pa.string()), ("place", pa.int64())])
"""Cells that an audit found given away, by their place in the grid of their table."""


@dataclass(frozen=True, slots=True)
class Round:
    """One pattern of hidden cells: what it is made from, and what audits found.

    `exposed` is what a measure gave away, `by_laws` what several did together.
    `wanting` is the pattern that was found wanting last; this one adds to it.
    `released` are the digests of the patterns that were released before.
    """

    digest: str
    exposed: Mapping[str, Places]
    by_laws: Mapping[str, Places]
    released: tuple[str, ...]
    wanting: Folder | None = None

    def wanting_in(self, cells: Cells, tables: Sequence[Published]) -> Wanting | None:
        """The pattern that this one adds to, of these tables."""
        if self.wanting is None:
            return None
        pattern = [cells.protected(each, self.wanting) for each in tables]
        return Wanting(pattern, self.exposed, self.by_laws)


def newest_round(period: Period) -> Round:
    """The pattern to look at: the first that no audit has found wanting."""
    exposed: list[pa.Table] = []
    by_laws: list[pa.Table] = []
    wanting: Folder | None = None
    released = released_patterns(period)
    for _ in range(MOST_ROUNDS):
        found = places_by_table(exposed), places_by_table(by_laws)
        said = [{name: at.tolist() for name, at in sorted(f.items())} for f in found]
        digest = digest_of(
            "protected", period.cells_digest, json.dumps(said), *released
        )
        verdict = period.folder("audited", audit_digest(digest))
        if verdict is None or not summary_of(verdict)["exposed"]:
            return Round(digest, *found, released, wanting)
        exposed.append(verdict.table("exposed"))
        by_laws.append(verdict.table("by_laws"))
        wanting = period.existing("protected", digest, "protect")
    count = exposed[-1].num_rows + by_laws[-1].num_rows
    raise AuditFailed(
        f"{MOST_ROUNDS} patterns of hidden cells were audited and each gave "
        f"{count} or more cells away; tell the makers of gmsd"
    )


def audit_digest(protected: str) -> str:
    """The name of the audit of a pattern."""
    return digest_of("audited", protected)


def findings(found: Mapping[str, Places]) -> pa.Table:
    """Cells that were given away, as an audit keeps them."""
    names = [name for name, places in found.items() for _ in places]
    places = [place for own in found.values() for place in own.tolist()]
    return pa.table([names, places], schema=FINDINGS)


def places_by_table(tables: Sequence[pa.Table]) -> dict[str, Places]:
    """Places of found cells per table; what two audits found is there twice."""
    every = pa.concat_tables([FINDINGS.empty_table(), *tables])
    return {
        name: np.sort(every.filter(pc.equal(every["table"], name))["place"].to_numpy())
        for name in sorted(set(every["table"].to_pylist()))
    }
