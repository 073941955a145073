"""Those who are alone in a cell, and what each knows of the cells of a measure.

Who is alone in a cell knows its value, the own contribution, and with it every part of
the cell; so of what is hidden beside it, such a reader sees more than others do (the
singleton of the SDC Handbook, 2nd ed., 4.2, and of tau-ARGUS, manual 2.8).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from engine.celltable import CellTable
from engine.linked import Cells
from engine.solver import Ints, Mask
from rules.classification import Dimension
from rules.disclosure import Policies, policy_of


ALONE = 1
"""The contributors of a cell in which somebody is alone."""


@dataclass(frozen=True, slots=True)
class Insider:
    """Cells that a contributor knows, as the only one there, and their values.

    They stand by their place in the frames of the tables, one after the other.
    """

    cells: Ints
    values: Ints


def insiders(tables: Sequence[CellTable], policies: Policies) -> list[Insider]:
    """Everybody who is alone in some cell, where the policy reckons with such readers.

    Cells within one another, and cells that tables share, are of one and the same. Two
    that are apart are taken to be of two readers: nothing says who contributes.
    """
    sizes = [int(np.prod(table.shape)) for table in tables]
    begin = np.concatenate([[0], np.cumsum(sizes)])
    found: list[Insider] = []
    for measure in dict.fromkeys(table.measure for table in tables):
        own = [
            number
            for number, table in enumerate(tables)
            if table.measure == measure
            and policy_of(policies, measure).reader.is_inside(table.magnitude)
        ]
        frames = [np.arange(begin[n], begin[n + 1]) for n in own]
        found += _of_measure([tables[n] for n in own], frames)
    return found


def _of_measure(tables: Sequence[CellTable], frames: Sequence[Ints]) -> list[Insider]:
    """Of tables that share cells; `frames` are the places of their cells."""
    alone = [table.grid("contributors") == ALONE for table in tables]
    if not any(each.any() for each in alone):
        return []
    cells = Cells(tuple(table.dimensions for table in tables))
    place, number = np.concatenate(frames), np.concatenate(cells.places)
    value = np.concatenate([table.grid("value").ravel() for table in tables])
    order = np.argsort(number, kind="stable")
    begin = np.searchsorted(number[order], np.arange(cells.count + 1))
    is_alone = np.zeros(cells.count, dtype=bool)
    for own, where in zip(cells.places, alone, strict=True):
        is_alone[own[where.ravel()]] = True
    within: list[Ints] = []
    for table, own, where in zip(tables, cells.places, alone, strict=True):
        within += _within(table.dimensions, own.reshape(table.shape), where)
    found = []
    for known in _joined(within, is_alone):
        at = np.concatenate([order[begin[n] : begin[n + 1]] for n in known])
        found.append(Insider(place[at], value[at]))
    return found


def _within(
    dimensions: Sequence[Dimension], numbers: Ints, alone: Mask
) -> Iterator[Ints]:
    """Each cell in which somebody is alone, and then all its parts."""
    below = [_codes_within(dimension) for dimension in dimensions]
    for at in np.argwhere(alone):
        own = [codes[place] for codes, place in zip(below, at, strict=True)]
        yield numbers[np.ix_(*own)].ravel()


def _codes_within(dimension: Dimension) -> list[list[int]]:
    """Per code its own place, first, and those of all codes below it in any tree."""
    number = {code: place for place, code in enumerate(dimension.codes)}
    parts: dict[str, list[str]] = {}
    for tree in dimension.hierarchies:
        for parent, children in tree.children().items():
            parts.setdefault(parent, []).extend(children)
    found = []
    for code in dimension.codes:
        below = {code: None}
        for each in (order := [code]):
            order += [part for part in parts.get(each, ()) if part not in below]
            below.update(dict.fromkeys(order))
        found.append([number[each] for each in below])
    return found


def _joined(within: Sequence[Ints], is_alone: Mask) -> Iterator[Ints]:
    """The cells that one reader knows: sets that have a cell of theirs in common."""
    ends = [(each[0], part) for each in within for part in each[is_alone[each]]]
    first, second = np.array(ends).T
    size = len(is_alone)
    graph = coo_array((np.ones(len(first)), (first, second)), shape=(size, size))
    _, label = connected_components(graph)
    of = label[[each[0] for each in within]]
    order = np.argsort(of, kind="stable")
    cuts = np.flatnonzero(np.diff(of[order], prepend=-1, append=size))
    for first_, last in pairwise(cuts):
        yield np.unique(np.concatenate([within[n] for n in order[first_:last]]))
