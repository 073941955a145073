"""How many households of each kind make up exactly the inhabitants of an area."""

from enum import IntEnum

import numpy as np

from secure_env.synthetic.apportion import apportion, place_in_group
from secure_env.synthetic.arrays import Ints
from secure_env.synthetic.regions import Areas


class Kind(IntEnum):
    """The composition of a household."""

    SINGLE = 0
    COUPLE = 1
    COUPLE_WITH_CHILDREN = 2
    SINGLE_PARENT = 3
    OTHER = 4
    INSTITUTION = 5
    """A resident of an institution: no private household."""


SMALLEST = np.array([1, 2, 3, 2, 2, 1])
"""The least members of a household of each kind."""

_INSTITUTIONAL = 0.012
_COUPLES = 0.94  # of the households without children; the others are of kind OTHER
_SINGLE_PARENTS = 0.22  # of the households with children
_MORE_CHILDREN = 4


def households_by_kind(areas: Areas, random: np.random.Generator) -> Ints:
    """Per area the number of households of each kind: areas x kinds.

    Together, with `more_children`, they have exactly the inhabitants of the area.
    """
    persons = areas.inhabitants
    # Institutions are concentrated: most areas have next to none.
    rate = np.minimum(_INSTITUTIONAL * random.gamma(0.5, 2.0, len(persons)), 0.25)
    institution = random.binomial(persons, rate)
    persons = persons - institution
    least = (persons > 0).astype(np.int64)
    private = np.clip(areas.households, least, np.maximum(persons, least))
    single, childless, families = areas.household_shares.T
    shares = np.column_stack(
        [
            single,
            childless * _COUPLES,
            families * (1 - _SINGLE_PARENTS),
            families * _SINGLE_PARENTS,
            childless * (1 - _COUPLES),
        ]
    )
    counts = np.column_stack([apportion(private, shares), institution])
    _shrink(counts, areas.inhabitants)
    capacity = _MORE_CHILDREN * _families(counts)
    surplus = areas.inhabitants - counts @ SMALLEST
    counts[:, Kind.INSTITUTION] += np.maximum(surplus - capacity, 0)
    return counts


def more_children(counts: Ints, inhabitants: Ints, random: np.random.Generator) -> Ints:
    """Per family, in area order: its children beyond the first.

    A second child comes before most third ones, and so on.
    """
    extra = inhabitants - counts @ SMALLEST
    area = np.repeat(np.arange(len(counts)), _families(counts))
    family = np.repeat(np.arange(len(area)), _MORE_CHILDREN)
    turn = np.tile(np.arange(_MORE_CHILDREN) * 0.6, len(area))
    order = np.lexsort((turn + random.random(len(family)), area[family]))
    born = place_in_group(area[family[order]]) < extra[area[family[order]]]
    return np.bincount(family[order][born], minlength=len(area))


def _families(counts: Ints) -> Ints:
    return counts[:, Kind.COUPLE_WITH_CHILDREN] + counts[:, Kind.SINGLE_PARENT]


def _shrink(counts: Ints, inhabitants: Ints) -> None:
    """Where the households need more persons than there are: make some smaller."""
    for kind, smaller in (
        (Kind.COUPLE_WITH_CHILDREN, Kind.COUPLE),
        (Kind.COUPLE, Kind.SINGLE),
        (Kind.SINGLE_PARENT, Kind.SINGLE),
        (Kind.OTHER, Kind.SINGLE),
    ):
        needed = np.maximum(counts @ SMALLEST - inhabitants, 0)
        shrunk = np.minimum(needed, counts[:, kind])
        counts[:, kind] -= shrunk
        counts[:, smaller] += shrunk
