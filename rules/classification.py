"""Codes as published: dimensions, their totals and the hierarchies over their codes."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from rules.errors import RuleError


class Additivity(Enum):
    """How the parts of a code relate to the code itself."""

    EXACT = "exact"
    """The parts add up to the whole."""
    AT_MOST = "at_most"
    """The parts add up to the whole or less: some contributors have no part."""
    OVERLAP = "overlap"
    """A contributor may be in several parts, and is in at least one: no part exceeds
    the whole, and the whole does not exceed the sum of the parts."""


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """One tree over the codes of a dimension: the parent of every code but the total.

    `additivity` names the parents whose parts do not simply add up.
    """

    parents: Mapping[str, str]
    additivity: Mapping[str, Additivity] = field(default_factory=dict)

    def children(self) -> dict[str, list[str]]:
        """Parent -> its parts, in the order they were declared."""
        found: dict[str, list[str]] = {}
        for code, parent in self.parents.items():
            found.setdefault(parent, []).append(code)
        return found

    def kind(self, parent: str) -> Additivity:
        return self.additivity.get(parent, Additivity.EXACT)

    def only(self, codes: Collection[str]) -> "Hierarchy":
        """The tree with these codes only; a parent is kept with its parts."""
        parents = {code: self.parents[code] for code in self.parents if code in codes}
        kinds = {
            parent: self.additivity[parent]
            for parent in parents.values()
            if parent in self.additivity
        }
        return Hierarchy(parents, kinds)


@dataclass(frozen=True, slots=True)
class Dimension:
    """A classification that a table is split by: its total, and one or more trees.

    Every tree has the total as its only root; trees may share codes.
    """

    name: str
    total: str
    hierarchies: tuple[Hierarchy, ...]

    def __post_init__(self) -> None:
        for hierarchy in self.hierarchies:
            _must_lead_to_total(self.name, self.total, hierarchy)

    @staticmethod
    def flat(
        name: str,
        total: str,
        codes: Iterable[str],
        additivity: Additivity = Additivity.EXACT,
    ) -> "Dimension":
        """A dimension whose codes are all parts of the total."""
        tree = Hierarchy(dict.fromkeys(codes, total), {total: additivity})
        return Dimension(name, total, (tree,))

    @property
    def codes(self) -> tuple[str, ...]:
        """Every code: the total first, then each code once, as declared."""
        seen = dict.fromkeys([self.total])
        for hierarchy in self.hierarchies:
            seen.update(dict.fromkeys(hierarchy.parents.values()))
            seen.update(dict.fromkeys(hierarchy.parents))
        return tuple(seen)

    @property
    def lowest(self) -> tuple[bool, ...]:
        """Of each code whether it has no parts, where all others are sums of those.

        Raises RuleError where they are not.
        """
        (first, *more) = self.hierarchies
        if more or {first.kind(parent) for parent in first.children()} - {
            Additivity.EXACT
        }:
            raise RuleError(
                f"dimension {self.name!r}: small-count rounding needs one hierarchy in "
                "which parts add up to their whole; round in another way"
            )
        wholes = set(first.parents.values())
        return tuple(code not in wholes for code in self.codes)

    def only(self, codes: Iterable[str]) -> "Dimension":
        """The dimension with no other codes than these and its total.

        Of each parent all parts are kept, or none.
        """
        kept = {self.total, *codes}
        return replace(
            self, hierarchies=tuple(tree.only(kept) for tree in self.hierarchies)
        )

    def without_overlap(self) -> "Dimension":
        """The dimension for what is in one part only."""
        return replace(
            self,
            hierarchies=tuple(
                Hierarchy(
                    tree.parents,
                    {
                        parent: Additivity.EXACT if kind is Additivity.OVERLAP else kind
                        for parent, kind in tree.additivity.items()
                    },
                )
                for tree in self.hierarchies
            ),
        )


CLASS = re.compile(r"([A-Z]*)(?:(\d+)-(\d+)|(\d+)\+)")


def class_bounds(code: str) -> tuple[str, int, int | None] | None:
    """The letters before a class of whole numbers, its first number, and the next one.

    Such as `18-23`, `75+` and `UD3-6`, where 23 and 6 lie outside; None: no class.
    """
    match = CLASS.fullmatch(code)
    if match is None:
        return None
    letters, low, high, least = match.groups()
    return letters, int(low or least), None if high is None else int(high)


def _must_lead_to_total(name: str, total: str, hierarchy: Hierarchy) -> None:
    if total in hierarchy.parents:
        raise RuleError(f"dimension {name!r}: the total {total!r} has a parent itself")
    settled = {total}
    for start in hierarchy.parents:
        path: list[str] = []
        code = start
        while code not in settled:
            if code in path:
                raise RuleError(
                    f"dimension {name!r}: the hierarchy has a cycle of "
                    f"{len(path) - path.index(code)} codes through {code!r}"
                )
            path.append(code)
            if code not in hierarchy.parents:
                raise RuleError(
                    f"dimension {name!r}: {code!r} leads to no total; "
                    f"every code but {total!r} needs a parent"
                )
            code = hierarchy.parents[code]
        settled.update(path)
