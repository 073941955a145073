"""Which measures are protected together, and what laws of counting say of them."""

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.celltable import CellTable, Limit, LimitedCell, ProtectedTable
from engine.laws import Holding, joined
from engine.published import PublishedTable
from engine.together import Look, given_away_together
from rules.catalogue import load
from rules.classification import Dimension
from rules.disclosure import DisclosurePolicy, Policies
from rules.indicator import RegionLevel
from rules.laws import Law, Term, load_laws
from rules.region import region_types
from secure_env.rooms import Cells, Period, Places, Published, as_seen


@dataclass(frozen=True)
class Joined:
    """Measures that laws join, each with its tables, and the cases of these laws."""

    groups: tuple[list[Published], ...]
    cases: tuple[tuple[Law, Limit], ...]

    @property
    def tables(self) -> list[Published]:
        return [each for group in self.groups for each in group]

    def policies(self, period: Period) -> dict[str, DisclosurePolicy]:
        """The policy of each measure."""
        return {
            group[0].indicator.code: period.policy(group[0]) for group in self.groups
        }

    def limits(self, period: Period) -> list[Limit]:
        """What anybody knows of the cells of each measure by itself."""
        return [limit for group in self.groups for limit in period.limits(group)]

    def laws(self, exact: Sequence[CellTable]) -> "Known":
        """What anybody knows of several measures, where the exact cells keep to it."""
        dimensions = {table.name: table.dimensions for table in exact}
        held = Holding({table.name: table for table in exact})
        found: list[Limit] = []
        broken: dict[str, int] = {}
        for law, case in self.cases:
            limit, breaking = held.of(_on_levels(case, law, dimensions))
            if limit.regions:
                found.append(limit)
            if breaking:
                broken[law.text.en] = broken.get(law.text.en, 0) + breaking
        return Known(tuple(found), broken)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of cells, and per law in how many regions its cases are broken.

    There it is left out: it would mislead who believes it.
    """

    limits: tuple[Limit, ...]
    broken: Mapping[str, int]

    def told(self) -> list[str]:
        return [
            f"left out in {count} regions, where the exact cells break it: {law}"
            for law, count in self.broken.items()
        ]


Together = tuple[list[PublishedTable], list[CellTable], Policies, tuple[Limit, ...]]
"""What is asked of measures that laws join: what a reader gets, the exact cells to
judge by, their policies, and what anybody knows of the cells."""


def together(
    cells: Cells, joined: Joined, pattern: Mapping[str, ProtectedTable]
) -> Together:
    """What to ask of these measures, of the protected tables by their names."""
    exact = [cells.exact(each) for each in joined.tables]
    view = [as_seen(pattern[each.name]) for each in joined.tables]
    limits = (*joined.limits(cells.period), *joined.laws(exact).limits)
    return view, exact, joined.policies(cells.period), limits


SHARES = os.cpu_count() or 1
"""What is asked of measures together is asked in so many shares: one for each core.

Each share reads all statements once more.
"""

Share = tuple[Together, Look]


def in_shares(
    asked: Sequence[Together], cells: Mapping[str, Places] | None = None
) -> list[Share]:
    """All that is asked, in shares; of cells at these places only, or of all."""
    return [(one, Look(n, SHARES, cells)) for one in asked for n in range(SHARES)]


def given_away(share: Share) -> dict[str, Places]:
    """Per table the places of the hidden cells that the measures give away."""
    asked, look = share
    found = given_away_together(*asked, look)
    return {
        table.name: table.positions[table.hidden][rows]
        for table, rows in zip(asked[0], found, strict=True)
        if len(rows)
    }


def all_given_away(found: Iterable[Mapping[str, Places]]) -> dict[str, Places]:
    """What shares found, each cell once."""
    listed: dict[str, list[Places]] = {}
    for own in found:
        for name, places in own.items():
            listed.setdefault(name, []).append(places)
    return {name: np.unique(np.concatenate(each)) for name, each in listed.items()}


def joined_measures(period: Period) -> list[Joined]:
    """All that is published of a period, in groups that laws join."""
    groups = period.groups
    tables = [each for group in groups.values() for each in group]
    cases = [] if period.cohort else _cases(tables)
    owner = {each.name: code for code, group in groups.items() for each in group}
    sets = [{owner[name] for name in limit.names} for _, limit in cases]
    found = []
    for codes in joined(sets, list(groups)):
        members = tuple(groups[code] for code in codes)
        names = {each.name for group in members for each in group}
        own = tuple(case for case in cases if case[1].names <= names)
        found.append(Joined(members, own))
    return found


def _cases(tables: Sequence[Published]) -> list[tuple[Law, Limit]]:
    """The cases of laws of which all cells are published."""
    found = []
    for law in load_laws(load()):
        for case in law.cases:
            smaller, larger = _cells(case.smaller, tables), _cells(case.larger, tables)
            if smaller and larger:
                found.append((law, Limit(smaller, larger)))
    return found


def _cells(
    terms: Sequence[Term], tables: Sequence[Published]
) -> tuple[LimitedCell, ...]:
    """The cells that the terms name, each as often as it counts; none if one lacks."""
    found: list[LimitedCell] = []
    for term in terms:
        table = _table_of(term, tables)
        if table is None:
            return ()
        own = table.table.dimensions
        totals = [tuple(dimension.total for dimension in own)]
        codes = [(code,) for code in term.codes] if term.dimension else totals
        if term.dimension and not {code for (code,) in codes} <= set(own[0].codes):
            return ()
        found += [(table.name, each) for each in codes] * term.times
    return tuple(found)


def _table_of(term: Term, tables: Sequence[Published]) -> Published | None:
    """The table of the measure by this dimension, with the most regions."""
    fitting = [
        each
        for each in tables
        if each.indicator.code == term.measure
        and term.dimension in (None, *(d.name for d in each.table.dimensions))
        and (term.dimension is None or len(each.table.dimensions) == 1)
    ]
    levels = list(RegionLevel)
    return max(fitting, key=lambda each: levels.index(each.table.regions), default=None)


def _on_levels(
    case: Limit, law: Law, dimensions: Mapping[str, Sequence[Dimension]]
) -> Limit:
    """The case in the regions of the levels that its law names."""
    named = [region_types()[level.value].form for level in law.regions]
    codes = [
        code
        for code in case.within(dimensions)
        if any(re.fullmatch(form, code) for form in named)
    ]
    return replace(case, regions=tuple(codes))
