"""Disclosure risk of a file of persons: who stands out by what others may know of them.

Keys are variables by which a person can be recognised. The file is complete, no sample:
who is alone in it with his keys is alone among all who have a provision. An unknown
value is a value of its own. Words: SDC Handbook, chapter 3; sdcMicro.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import factorial

import numpy as np
from numpy.typing import NDArray

from engine.errors import EngineError
from engine.solver import Floats, Ints


MOST_KEYS = 10
"""Every combination of keys is looked at, and there are 2 to that power of them."""

Codes = Mapping[str, Ints]
"""Per key variable the number of its value for each person."""


@dataclass(frozen=True, slots=True)
class RiskOfFile:
    """The disclosure risk of each person of a file.

    `alike` is how many have the same keys (k-anonymity: the least of them is k), and
    `diversity` how many different sensitive values those have (l-diversity). `uniques`
    are minimal sample uniques per combination of keys: persons who are alone with it,
    and with no part of it; `suda` is the score of each person by them (Manning, Haglin
    and Keane 2008).
    """

    alike: Ints
    diversity: Ints
    suda: Ints
    uniques: Mapping[tuple[str, ...], int]

    @property
    def individual(self) -> Floats:
        """Per person the chance of who knows the keys to point out the right one."""
        return np.asarray(1 / self.alike)

    @property
    def expected(self) -> float:
        """How many persons such a guess would get right, over the file: global risk."""
        return float(self.individual.sum())

    def weight_of(self, key: str) -> float:
        """The share of all minimal uniques that a key has a part in."""
        count = sum(self.uniques.values())
        own = sum(number for keys, number in self.uniques.items() if key in keys)
        return own / count if count else 0.0


def risk_of(keys: Codes, sensitive: Ints) -> RiskOfFile:
    """The risk of a file with these keys; `sensitive` is what may not be learned."""
    if not 1 <= len(keys) <= MOST_KEYS:
        raise EngineError(f"risk is judged by 1 to {MOST_KEYS} keys, got {len(keys)}")
    group, alike = _classes(list(keys.values()))
    suda = np.zeros(len(sensitive), dtype=np.int64)
    uniques: dict[tuple[str, ...], int] = {}
    for names, alone in _minimal_uniques(keys):
        suda[alone] += factorial(len(keys) - len(names))
        uniques[names] = int(alone.sum())
    return RiskOfFile(alike, _diversity(group, sensitive), suda, uniques)


def _classes(columns: list[Ints]) -> tuple[Ints, Ints]:
    """Per person the number of the class with the same values, and its size."""
    group = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        group = group * (int(column.max(initial=0)) + 1) + column
        _, group = np.unique(group, return_inverse=True)
    return group, np.bincount(group)[group]


def _diversity(group: Ints, sensitive: Ints) -> Ints:
    pairs = np.unique(np.stack([group, sensitive]), axis=1)
    return np.asarray(np.bincount(pairs[0])[group])


def _minimal_uniques(
    keys: Codes,
) -> Iterator[tuple[tuple[str, ...], NDArray[np.bool_]]]:
    """Combinations of keys, small first, and who is alone by it and no part of it."""
    smaller: dict[tuple[str, ...], NDArray[np.bool_]] = {}
    for size in range(1, len(keys) + 1):
        alone: dict[tuple[str, ...], NDArray[np.bool_]] = {}
        for names in combinations(keys, size):
            _, alike = _classes([keys[name] for name in names])
            parts = [smaller[part] for part in combinations(names, size - 1) if part]
            before = (
                np.any(parts, axis=0) if parts else np.zeros(len(alike), dtype=bool)
            )
            alone[names] = before | (alike == 1)
            minimal = ~before & (alike == 1)
            if minimal.any():
                yield names, minimal
        smaller = alone
