"""Microdata whose exact counts are some whole numbers behind a published table."""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import pyarrow as pa
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from engine.microdata import (
    ANSWERS,
    COSTS,
    PARTICIPATION,
    POPULATION,
    PROFILE,
    PROVISIONS,
    REGIONS,
)
from tests.support.texttable import Row


DOMAINS = {"J": ("jeugd", "JH"), "P": ("pwet", "BU"), "W": ("wmo", "HH")}
"""Letter of a combination -> a provision of that law, and of which type."""

Counts = dict[tuple[str, str], int]
"""(region, combination) -> number."""


def window(shown: int) -> tuple[int, int]:
    """The exact counts that are shown so: 1-7 is hidden, so 10 is 8 to 12."""
    return (max(shown - 2, 8), shown + 2) if shown else (0, 0)


def exact_counts(
    shown: Mapping[tuple[str, str], int], whole: str, total: str, wish: int
) -> Counts:
    """Whole numbers that add up and are shown so, of the very many that there are.

    Combinations add up to their total, wijken to at most the gemeente. `wish` 0 asks
    for few households, 1 for many, another number for some that it stands for.
    """
    cells = list(shown)
    place = {cell: n for n, cell in enumerate(cells)}
    regions = list(dict.fromkeys(region for region, _ in cells))
    columns = list(dict.fromkeys(column for _, column in cells))
    sums: list[dict[int, int]] = []
    for region in regions:
        parts = {place[region, c]: -1 for c in columns if c != total}
        sums.append({place[region, total]: 1, **parts})
    exact = len(sums)
    for column in columns:
        parts = {place[r, column]: -1 for r in regions if r != whole}
        sums.append({place[whole, column]: 1, **parts})
    row, column, sign = zip(
        *((n, at, one) for n, s in enumerate(sums) for at, one in s.items()),
        strict=True,
    )
    matrix = coo_array((sign, (row, column)), shape=(len(sums), len(cells))).tocsr()
    upper = np.where(np.arange(len(sums)) < exact, 0, np.inf)
    low, high = zip(*(window(shown[cell]) for cell in cells), strict=True)
    found = milp(
        _wish(wish, len(cells)),
        integrality=np.ones(len(cells)),
        bounds=Bounds(low, high),
        constraints=LinearConstraint(matrix, np.zeros(len(sums)), upper),
    )
    assert found.success, found.message
    counts = np.rint(found.x).astype(int).tolist()
    return dict(zip(cells, counts, strict=True))


def _wish(number: int, cells: int) -> np.ndarray:
    plain = {0: np.ones(cells), 1: -np.ones(cells)}
    if number in plain:
        return plain[number]
    return np.random.default_rng(number).normal(size=cells)


def linked_tables(
    counts: Counts, wijken: Sequence[Row], whole: str, total: str
) -> dict[str, pa.Table]:
    """As many households as the counts say; who is in no wijk, lives somewhere."""
    known = {row["code"] for row in wijken}
    rows: list[tuple[str | None, str]] = []
    for (region, combination), count in counts.items():
        if combination == total:
            continue
        here = count
        if region == whole:
            here -= sum(
                n for (r, c), n in counts.items() if r in known and c == combination
            )
        rows += [(region if region in known else None, combination)] * here
    provisions = [
        _provision(household, wijk, whole, letter)
        for household, (wijk, combination) in enumerate(rows)
        for letter in combination
    ]
    lived = {wijk: 0 for wijk, _ in rows}
    for wijk, _ in rows:
        lived[wijk] += 4
    return {
        "provisions": pa.Table.from_pylist(provisions, PROVISIONS),
        "population": pa.Table.from_pylist(
            [
                {"gemeente": whole, "wijk": w, "inhabitants": 2 * n, "households": n}
                for w, n in lived.items()
            ],
            POPULATION,
        ),
        "profile": PROFILE.empty_table(),
        "costs": COSTS.empty_table(),
        "answers": ANSWERS.empty_table(),
        "regions": pa.Table.from_pylist(
            [_region(row, whole) for row in wijken], REGIONS
        ),
        "participation": pa.Table.from_pylist(
            [{"gemeente": whole, "part": "stapeling", "participates": True}],
            PARTICIPATION,
        ),
    }


def _provision(
    household: int, wijk: str | None, gemeente: str, letter: str
) -> dict[str, object]:
    domain, kind = DOMAINS[letter]
    return {
        "person_id": f"R{household:09d}",
        "household_id": f"H{household}",
        "domain": domain,
        "type": kind,
        "provision_id": f"{household}{letter}",
        "starts": date(2016, 5, 1),
        "ends": None,
        "client_gemeente": gemeente if letter != "J" else None,
        "client_wijk": wijk if letter != "J" else None,
        "gemeente": gemeente,
        "wijk": wijk,
    }


def _region(row: Row, gemeente: str) -> dict[str, object]:
    return {
        "wijk": row["code"],
        "wijk_name": row["wijk"],
        "gemeente": gemeente,
        "gemeente_name": "Utrecht",
        "provincie": "PV26",
        "provincie_name": "Utrecht",
    }
