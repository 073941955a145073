"""What earlier releases of a period said, beside the cells of now.

A gemeente that takes part in both and has the same count is one number to a reader, who
is taken to know which did not change. Totals are of the gemeenten that took part then.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.celltable import CellStatus, CellTable, Limit, LimitedCell, ProtectedTable
from engine.earlier import NOW, EarlierTable, Stand, covers, numbers
from engine.errors import AuditFailed
from engine.primary import HIDDEN_RANGE
from engine.protect import PROTECTS_ANOTHER, Wanting, protect
from engine.safety import Goals, protected_as_opt_outs, safety_intervals
from engine.solver import Ints
from rules.disclosure import DisclosurePolicy, Policies
from rules.indicator import TableSpec
from secure_env.rooms import Cells, Period, Published, as_seen, summary_of
from secure_env.store import Folder


BESIDE_EARLIER = "beside an earlier release"
"""Why a cell is hidden that would be shown if nothing had been released before."""


@dataclass(frozen=True)
class Before:
    """The protected cells of earlier releases, the oldest first, and the cells of now.

    Raises AuditFailed where they cannot be read as the figures of now are.
    """

    now: Cells
    patterns: tuple[Folder, ...]

    @staticmethod
    def of(now: Cells, digests: object) -> "Before":
        """The earlier releases whose protected cells have these digests."""
        assert isinstance(digests, list | tuple)  # noqa: S101 - as workflow writes it
        found = [now.period.folder("protected", digest) for digest in digests]
        there = tuple(folder for folder in found if folder is not None)
        if len(there) < len(found):
            raise not_here(now.period, len(found) - len(there))
        return Before(now, there)

    @cached_property
    def _then(self) -> list[Cells]:
        """The exact cells that each was made from."""
        return [self._cells_of(pattern) for pattern in self.patterns]

    def _cells_of(self, pattern: Folder) -> Cells:
        period = self.now.period
        found = period.folder("cells", str(summary_of(pattern)["cells_digest"]))
        if found is None:
            raise not_here(period, 1)
        return replace(self.now, folder=found)

    def tables(self, group: Sequence[Published]) -> list[EarlierTable]:
        """Each table of a group in every release that had it."""
        return [made for each in group for made in self._editions(each)]

    def limits(self, group: Sequence[Published]) -> tuple[Limit, ...]:
        """What anybody knows of the cells of now, and knew of those of then."""
        own = self.now.period.limits(group)
        return own + tuple(
            replace(
                one,
                smaller=_renamed(one.smaller, number),
                larger=_renamed(one.larger, number),
            )
            for number, pattern in enumerate(self.patterns, start=1)
            for one in own
            if one.names <= set(pattern.tables)
        )

    def _editions(self, each: Published) -> list[EarlierTable]:
        policy = self.now.period.policy(each)
        having = [
            (number, then.protected(each, pattern), then)
            for number, (pattern, then) in enumerate(
                zip(self.patterns, self._then, strict=True), start=1
            )
            if each.name in pattern.tables and _must_be_read_so(each, policy, pattern)
        ]
        if not having:
            return []
        now = self._stand(self.now, each, self.now.exact(each).grid("value"))
        stands = [self._stand(then, each, _values(table)) for _, table, then in having]
        found = zip(having, numbers(now, stands), strict=True)
        return [
            EarlierTable(
                _name(each.name, number),
                table.dimensions,
                as_seen(table).cells,
                table.measure,
                which,
                self._goals(each, table, which, then),
            )
            for (number, table, then), which in found
        ]

    def _stand(self, cells: Cells, each: Published, counts: Ints) -> Stand:
        dimensions = cells.dimensions(each)
        whom = covers(dimensions)
        taking_part = set(cells.participants(each.table.consent))
        by_region: dict[str, set[str]] = {}
        for row in cells.regions.to_pylist():
            if row["gemeente"] in taking_part:
                areas = [area["code"] for area in row.get("areas") or ()]
                for code in ("NL", row["provincie"], row["gemeente"], *areas):
                    by_region.setdefault(code, set()).add(row["gemeente"])
                by_region.setdefault(row["wijk"], set()).add(row["gemeente"])
        region = {code: frozenset(by_region[code]) for code in dimensions[0].codes}
        return Stand(dimensions, counts, {**whom, dimensions[0].name: region})

    def _goals(
        self, each: Published, table: ProtectedTable, which: Ints, then: Cells
    ) -> Goals:
        """Hidden cells that have to stay so: sensitive ones, and all of who left."""
        policy = self.now.period.policy(each)
        status = np.array(table.cells["status"].to_pylist(), dtype=np.str_)
        reason = np.array(table.cells["reason"].to_pylist(), dtype=np.str_)
        sensitive = status == CellStatus.PRIMARY.value
        in_range = sensitive & (reason == HIDDEN_RANGE)
        left = self._left(each, table, then)
        withheld = (status == CellStatus.SECONDARY.value) & left
        opted_out = (status == CellStatus.OPT_OUT.value) | withheld
        if protected_as_opt_outs(policy):
            opted_out |= sensitive & ~in_range
        number = which[table.places()]
        known = (number == NOW) & in_range  # is as sensitive now, and protected so
        wanted = np.flatnonzero((sensitive | opted_out) & ~known)
        value = table.cells["value"].to_numpy()[wanted]
        return Goals(
            table.places()[wanted],
            safety_intervals(
                value,
                opted_out[wanted],
                policy,
                magnitude=each.indicator.counts.is_amount,
            ),
        )

    def _left(
        self, each: Published, table: ProtectedTable, then: Cells
    ) -> NDArray[np.bool_]:
        """Rows of gemeenten that took part then, and do not now."""
        part = each.table.consent
        left = set(then.participants(part)) - set(self.now.participants(part))
        rows = then.regions.select(["gemeente", "wijk"]).to_pylist()
        codes = {
            code for row in rows if row["gemeente"] in left for code in row.values()
        }
        return np.array([c in codes for c in table.cells["region"].to_pylist()], bool)


def _values(table: ProtectedTable) -> Ints:
    shape = tuple(len(dimension.codes) for dimension in table.dimensions)
    counts = np.zeros(int(np.prod(shape)), dtype=np.int64)
    counts[table.places()] = table.cells["value"].to_numpy()
    return counts.reshape(shape)


def _must_be_read_so(
    each: Published, policy: DisclosurePolicy, pattern: Folder
) -> bool:
    """Refuse what was made under another policy, or of other codes, than now."""
    said = summary_of(pattern)["policies"]
    assert isinstance(said, dict)  # noqa: S101 - as workflow writes it
    known = _codes(each.table)
    cells = pattern.table(each.name)
    same = said[each.indicator.code] == f"{policy}" and all(
        name in cells.column_names and set(cells[name].to_pylist()) == codes
        for name, codes in known.items()
    )
    if not same:
        raise AuditFailed(
            f"{each.name} was released under another policy, or with other codes, than "
            "the rules of today have; what both tell together cannot be audited: take "
            "back the rules of that release"
        )
    return True


def _codes(table: TableSpec) -> dict[str, set[str]]:
    return {dimension.name: set(dimension.codes) for dimension in table.dimensions}


def _name(table: str, number: int) -> str:
    return f"{table}@{number}"


def _renamed(cells: Sequence[LimitedCell], number: int) -> tuple[LimitedCell, ...]:
    return tuple((_name(name, number), codes) for name, codes in cells)


def not_here(period: Period, count: int) -> AuditFailed:
    """The rule where an earlier release cannot be read: nothing leaves beside it."""
    return AuditFailed(
        f"{count} releases of {period.half_year} lie outside whose cells are not here "
        "any more; what they tell beside another release cannot be audited: put back "
        "the folders of cells, protected, audited and candidate of that time"
    )


Given = tuple[
    list[CellTable | EarlierTable],
    Policies,
    Wanting | None,
    tuple[Limit, ...],
]
"""What a pattern is made from: the cells of measures, of now and of earlier releases,
their policies, a pattern that is wanting, and what anybody knows of the cells."""


def protected_beside(given: Given) -> tuple[ProtectedTable, ...]:
    """The tables of now as they may be published beside what was published before.

    Cells that would be shown if there was nothing before say so.
    """
    tables, policies, wanting, limits = given
    found = protect(tables, policies, wanting, limits)
    now = [table for table in tables if isinstance(table, CellTable)]
    if len(now) == len(tables):
        return found
    if wanting is not None:
        return tuple(map(_said_before, found, wanting.pattern))
    names = {table.name for table in now}
    own = [limit for limit in limits if limit.names <= names]
    return tuple(map(_said_apart, found, protect(now, policies, None, own)))


def _said_apart(table: ProtectedTable, alone: ProtectedTable) -> ProtectedTable:
    """What is hidden and would be shown if there was nothing before."""
    return _beside_earlier(table, [each == "" for each in _reasons(alone)])


def _said_before(table: ProtectedTable, wanting: ProtectedTable) -> ProtectedTable:
    """What was hidden so in the pattern that this one adds to."""
    so = [each == BESIDE_EARLIER for each in _reasons(wanting)]
    return _beside_earlier(table, so)


def _reasons(table: ProtectedTable) -> list[str]:
    return [str(reason) for reason in table.cells["reason"].to_pylist()]


def _beside_earlier(table: ProtectedTable, so: Sequence[bool]) -> ProtectedTable:
    reason = [
        BESIDE_EARLIER if own == PROTECTS_ANOTHER and said else own
        for own, said in zip(_reasons(table), so, strict=True)
    ]
    place = table.cells.schema.get_field_index("reason")
    cells = table.cells.set_column(place, "reason", pa.array(reason, pa.string()))
    return replace(table, cells=cells)
