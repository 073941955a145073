"""Which gemeenten do not deliver Wmo, object to publication, or deliver again later."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from secure_env.synthetic.regions import Gemeente, Regions, Wijk


_MANY = 20


@dataclass(frozen=True, slots=True)
class Participation:
    """The positions of gemeenten that are an exception, fixed for a year."""

    silent: frozenset[int]
    """Do not deliver Wmo."""
    objecting: frozenset[int]
    """Deliver, and object to publication."""
    redelivering: frozenset[int]
    """Deliver the first half-year again with the second."""

    @staticmethod
    def of(regions: Regions, seed: int) -> "Participation":
        """One silent and one objecting, two in a large country; a third redelivers."""
        random = np.random.default_rng([seed, 7])
        number = len(regions.gemeenten)
        each = 1 if number < _MANY else 2
        largest = int(np.argmax(regions.inhabitants()))
        others = [place for place in range(number) if place != largest]
        shuffled = random.permutation(others).tolist()
        silent, objecting = shuffled[:each], shuffled[each : 2 * each]
        delivering = random.permutation([largest, *shuffled[each:]]).tolist()
        return Participation(
            frozenset(silent),
            frozenset(objecting),
            frozenset(delivering[: -(-len(delivering) // 3)]),
        )


def consent_table(
    regions: Regions, participation: Participation, delivering: frozenset[int]
) -> pa.Table:
    """Whether each delivering gemeente agrees to publication of its Wmo figures."""
    places = sorted(delivering)
    return pa.table(
        {
            "Gemeentecode": [regions.gemeenten[place].code for place in places],
            "Onderdeel": ["WMO_BASIS"] * len(places),
            "Publiceren": [
                "N" if place in participation.objecting else "J" for place in places
            ],
        }
    )


def region_table(
    gemeenten: Sequence[Gemeente], wijken: Iterable[Wijk | None]
) -> pa.Table:
    """Every wijk with its gemeente and provincie."""
    by_code = {gemeente.code: gemeente for gemeente in gemeenten}
    rows = [(wijk, by_code[wijk.gemeente]) for wijk in wijken if wijk is not None]
    return pa.table(
        {
            "Wijkcode": [wijk.code for wijk, _ in rows],
            "Wijknaam": [wijk.name for wijk, _ in rows],
            "Gemeentecode": [gemeente.code for _, gemeente in rows],
            "Gemeentenaam": [gemeente.name for _, gemeente in rows],
            "Provinciecode": [gemeente.provincie for _, gemeente in rows],
            "Provincienaam": [gemeente.provincie_name for _, gemeente in rows],
        }
    )
