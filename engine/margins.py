"""Margins: those that were left out are computed, those given must agree with parts."""

from collections import Counter
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from engine.errors import Contradiction
from engine.linked import Cells, Sums
from engine.solver import Ints
from rules.classification import Additivity
from rules.errors import RuleError


Mask = NDArray[np.bool_]

_SAID = {
    Additivity.EXACT: "parts add up to the whole",
    Additivity.AT_MOST: "parts add up to the whole or less",
    Additivity.OVERLAP: "no part exceeds the whole, nor the whole the sum of its parts",
}


def completed(
    cells: Cells, evidence: Mapping[str, Ints], given: Mask
) -> dict[str, Ints]:
    """The evidence of every cell: an absent part is 0, an absent margin is computed.

    Of a computed margin each contributor is taken to be in one part only.
    """
    found = {name: column.copy() for name, column in evidence.items()}
    known = given | ~cells.margins()
    while _fill(cells, found, known):
        pass
    for sums in cells.sums():
        absent = sums.wholes[~known[sums.wholes]]
        if len(absent) and sums.kind is not Additivity.EXACT:
            raise RuleError(
                f"dimension {sums.dimension!r}: {np.sum(~known)} margins are absent "
                "that cannot be computed, because parts need not add up (additive = "
                f"{sums.kind.value!r}); give them"
            )
    return found


def _fill(cells: Cells, found: Mapping[str, Ints], known: Mask) -> bool:
    """Compute the margins whose parts are known; whether there were any."""
    filled = False
    for sums in cells.sums():
        if sums.kind is not Additivity.EXACT:
            continue
        ready = ~known[sums.wholes] & known[sums.parts].all(axis=0)
        if not ready.any():
            continue
        whole, parts = sums.wholes[ready], sums.parts[:, ready]
        for name in ("value", "contributors"):
            found[name][whole] = found[name][parts].sum(axis=0)
        top = np.sort(
            np.concatenate([found["largest"][parts], found["second_largest"][parts]]),
            axis=0,
        )
        found["largest"][whole], found["second_largest"][whole] = top[-1], top[-2]
        known[whole] = filled = True
    return filled


def must_agree(cells: Cells, lower: Ints, upper: Ints, what: str) -> None:
    """Raise Contradiction where no values within these bounds can add up in one sum.

    `what` says whose margins they are, and what to do.
    """
    wrong: Counter[tuple[str, Additivity]] = Counter()
    for sums in cells.sums():
        bad = ~_CAN_HOLD[sums.kind](sums, lower, upper)
        wrong[sums.dimension, sums.kind] += int(np.sum(bad))
    found = [
        f"dimension {dimension!r}: {count} margins contradict their parts "
        f"(rule {kind.value}: {_SAID[kind]})"
        for (dimension, kind), count in wrong.items()
        if count
    ]
    if found:
        raise Contradiction(f"{'; '.join(found)}; {what}")


def _at_least(sums: Sums, lower: Ints, upper: Ints) -> Mask:
    return np.asarray(upper[sums.wholes] >= lower[sums.parts].sum(axis=0))


def _at_most(sums: Sums, lower: Ints, upper: Ints) -> Mask:
    return np.asarray(lower[sums.wholes] <= upper[sums.parts].sum(axis=0))


def _no_part_exceeds(sums: Sums, lower: Ints, upper: Ints) -> Mask:
    return np.asarray(upper[sums.wholes] >= lower[sums.parts].max(axis=0))


_CAN_HOLD: Mapping[Additivity, Callable[[Sums, Ints, Ints], Mask]] = {
    Additivity.EXACT: lambda *s: _at_least(*s) & _at_most(*s),
    Additivity.AT_MOST: _at_least,
    Additivity.OVERLAP: lambda *s: _no_part_exceeds(*s) & _at_most(*s),
}
