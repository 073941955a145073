"""Tables of two measures that a law of counting joins, and how both are protected."""

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from engine.celltable import Limit
from engine.protect import Wanting, protect
from engine.rounding import figures
from engine.together import given_away_together
from rules.disclosure import DisclosurePolicy
from tests.generative.protection import KEY, ROUNDS, seen, without_figures
from tests.generative.tables import (
    SMALL,
    Table,
    View,
    count,
    dimensions_of,
    groups_of_persons,
)
from tests.generative.together import Cell, Law, intervals_together


@st.composite
def persons_and_pairs(draw: st.DrawFn) -> tuple[Table, Table]:
    """Persons by some codes, and the pairs that some of them make among themselves."""
    shapes = draw(st.sampled_from(SMALL[1:])), draw(st.sampled_from(SMALL))
    dimensions = dimensions_of(shapes)
    groups = draw(groups_of_persons(shapes))
    pairs = [(codes, draw(st.integers(0, size // 2))) for codes, size in groups]
    return (
        Table("persons", dimensions, count(dimensions, groups), {}, "persons"),
        Table("pairs", dimensions, count(dimensions, pairs), {}, "pairs"),
    )


def limits_of(tables: Sequence[Table]) -> list[Limit]:
    """Every pair is two persons with its codes, wherever they are."""
    persons, pairs = tables
    return [
        Limit(((pairs.name, codes),) * 2, ((persons.name, codes),))
        for codes in dict.fromkeys(codes[1:] for codes in persons.counts)
    ]


def laws_of(tables: Sequence[Table]) -> list[Law]:
    """The same, cell by cell, for the twin."""
    persons, pairs = tables
    return [
        ([(pairs.name, codes)] * 2, [(persons.name, codes)]) for codes in persons.counts
    ]


def narrowed(
    view: Sequence[View], policy: DisclosurePolicy, laws: Sequence[Law]
) -> set[Cell]:
    """By all worlds: the primary cells of which figures say more than symbols would."""
    found = intervals_together(view, policy, laws=laws)
    hidden = [without_figures(each, policy) for each in view]
    symbols = intervals_together(hidden, policy, laws=laws)
    return {
        (each.name, codes)
        for each in view
        for codes, status in each.statuses.items()
        if status == "u" and found[each.name, codes] != symbols[each.name, codes]
    }


def given_away(
    view: Sequence[View], given: Sequence[Table], policy: DisclosurePolicy
) -> list[np.ndarray]:
    """By the audit of both together: the places of cells that are given away."""
    published = [each.table() for each in view]
    exact = [table.exact() for table in given]
    found = given_away_together(published, exact, policy, limits_of(given))
    return [
        table.positions[table.hidden][rows]
        for table, rows in zip(published, found, strict=True)
    ]


def protected_together(given: Sequence[Table], policy: DisclosurePolicy) -> list[View]:
    """Protected until the audit of both together finds nothing."""
    exact = [table.exact() for table in given]
    shown = figures(exact, policy.rounding, KEY)
    wanting: Wanting | None = None
    exposed = {table.name: np.zeros(0, dtype=np.int64) for table in given}
    for _ in range(ROUNDS):
        done = protect(exact, policy, wanting, limits_of(given), shown)
        view = [seen(each, table) for each, table in zip(done, given, strict=True)]
        found = given_away(view, given, policy)
        if not any(map(len, found)):
            return view
        for table, places in zip(given, found, strict=True):
            exposed[table.name] = np.concatenate([exposed[table.name], places])
        wanting = Wanting(done, dict(exposed))
    raise AssertionError(f"cells are exposed after {ROUNDS} rounds")
