"""Which measures are protected together, and what laws of counting say of them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from engine.celltable import CellTable, Limit, LimitedCell
from engine.laws import holding, joined
from rules.disclosure import DisclosurePolicy
from rules.indicator import RegionLevel
from rules.laws import Law, Term, load_laws
from rules.region import region_types
from secure_env.rooms import Period, Published


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

    def limits(self, period: Period, exact: Sequence[CellTable]) -> "Known":
        """What anybody knows of the cells, where the exact cells keep to it."""
        tables = {table.name: table for table in exact}
        found = [limit for group in self.groups for limit in period.limits(group)]
        broken: dict[str, int] = {}
        for law, case in self.cases:
            limit, breaking = holding(_on_levels(case, law, tables), tables)
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


def joined_measures(period: Period) -> list[Joined]:
    """All that is published of a period, in groups that laws join."""
    groups = period.groups
    tables = [each for group in groups.values() for each in group]
    cases = [] if period.cohort else _cases(period, tables)
    owner = {each.name: code for code, group in groups.items() for each in group}
    sets = [{owner[name] for name in limit.names} for _, limit in cases]
    found = []
    for codes in joined(sets, list(groups)):
        members = tuple(groups[code] for code in codes)
        names = {each.name for group in members for each in group}
        own = tuple(case for case in cases if case[1].names <= names)
        found.append(Joined(members, own))
    return found


def _cases(period: Period, tables: Sequence[Published]) -> list[tuple[Law, Limit]]:
    """The cases of laws of which all cells are published."""
    found = []
    for law in load_laws(period.catalogue):
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


def _on_levels(case: Limit, law: Law, tables: Mapping[str, CellTable]) -> Limit:
    """The case in the regions of the levels that its law names."""
    dimensions = {name: table.dimensions for name, table in tables.items()}
    named = [region_types()[level.value].form for level in law.regions]
    codes = [
        code
        for code in case.within(dimensions)
        if any(re.fullmatch(form, code) for form in named)
    ]
    return replace(case, regions=tuple(codes))
