"""The certificate of a candidate, looked at once more before it leaves.

Every world has to add up and would have been published exactly so, and the ends of the
intervals that are said to be attained have to be attained. No solver is asked.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.published import PublishedTable
from engine.statements import Statements, statements
from secure_env.before import Before
from secure_env.rooms import Cells, Period, Published, as_seen, summary_of
from secure_env.store import Folder


Ints = NDArray[np.int64]


def proof_findings(period: Period, candidate: Folder) -> list[str]:
    """What is wrong with the certificate of a candidate; nothing: it is proven."""
    said = summary_of(candidate)
    audited = period.folder("audited", str(said["audited"]))
    if audited is None or audited.sha256 != said["certificate"]:
        return ["the certificate is not that of its audit"]
    if summary_of(audited)["exposed"] or audited.rows("exposed"):
        return ["the audit gave cells away"]
    protected = period.folder("protected", str(summary_of(audited)["protected"]))
    if protected is None:
        return ["the protected cells that were audited are not there"]
    before = Before.of(Cells.of(period), summary_of(audited)["released"])
    return [
        f"{code}: {finding}"
        for code, group in period.groups.items()
        for finding in _group_findings(before, (protected, audited), group)
    ]


def _group_findings(
    before: Before, rooms: tuple[Folder, Folder], group: Sequence[Published]
) -> Iterator[str]:
    protected, audited = rooms
    view = [as_seen(before.now.protected(each, protected)) for each in group]
    policy, limits = before.now.period.policy(group[0]), before.limits(group)
    every = [*view, *map(PublishedTable.of_earlier, before.tables(group))]
    kept = audited.table(f"witnesses.{group[0].indicator.code}")
    if not kept.num_columns:
        if any(table.hidden.any() for table in view):
            yield "no world proves what is hidden"
        return
    worlds = np.array([column.to_numpy() for column in kept.columns], dtype=np.int64)
    yield from world_findings(statements(every, policy, limits), worlds)
    for table, offset in zip(view, _offsets(view), strict=True):
        at = table.positions[table.hidden] + offset
        intervals = audited.table(f"intervals.{table.name}")
        yield from attained_findings(intervals, worlds[:, at])


def world_findings(said: Statements, worlds: Ints) -> Iterator[str]:
    """Worlds that do not add up, or would have been published otherwise."""
    cells = worlds.shape[1]
    low, high = said.lower[:cells], said.upper[:cells]
    otherwise = np.any((worlds < low) | (worlds > high), axis=1)
    if otherwise.any():
        yield f"{otherwise.sum()} worlds would have been published otherwise"
    known, extra = said.matrix[:, :cells], said.matrix[:, cells:]
    left = -(known @ worlds.T)  # what the remainders of each equation have to make up
    most = np.asarray((extra > 0).sum(axis=1)).ravel()
    least = np.asarray((extra < 0).sum(axis=1)).ravel()
    short = (left < 0) & (least == 0)[:, None]
    over = (left > 0) & (most == 0)[:, None]
    wrong = int(np.any(short | over, axis=0).sum())
    if wrong:
        yield f"{wrong} worlds do not add up"


def attained_findings(intervals: pa.Table, values: Ints) -> Iterator[str]:
    """Ends of intervals that are said to be exact and that no world attains."""
    exact = intervals["exact"].to_numpy()
    lower = intervals["lower"].to_numpy()
    endless = intervals["upper"].is_null().to_numpy()
    upper = intervals["upper"].fill_null(0).to_numpy()
    wrong = exact & (values.min(axis=0) != lower)
    wrong |= exact & ~endless & (values.max(axis=0) != upper)
    if wrong.any():
        yield f"{wrong.sum()} intervals are not attained by any world"


def _offsets(view: Sequence[PublishedTable]) -> list[int]:
    sizes = [table.frame_size for table in view]
    return [0, *np.cumsum(sizes, dtype=np.int64)[:-1].tolist()]
