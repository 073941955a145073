"""The estimates of Nederland, made of nothing but published figures and inhabitants."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.celltable import CellStatus
from engine.estimate import Estimate, Floats, Regions, estimate_of_missing
from engine.frame import COUNTRY
from engine.rounding import to_nearest
from rules.disclosure import DisclosurePolicy
from rules.estimate import EstimateRule
from rules.indicator import Indicator
from secure_env.rooms import Cells, Published
from secure_env.store import Folder


_OLD = (65, 75)
"""Ages from which the share of inhabitants explains use."""


def estimated(
    rule: EstimateRule, cells: Cells, protected: Folder, policy: DisclosurePolicy
) -> list[tuple[Indicator, pa.Table]]:
    """The measures of an estimate with their cells, as the candidate takes them.

    Where the figure of Nederland is hidden, or too few gemeenten have one, there is no
    estimate: a symbol.
    """
    (dimension,) = rule.table.dimensions
    each = next(
        one for one in cells.period.by_table[rule.made_of] if one.indicator == rule.of
    )
    shown = _published(each, protected, dimension.name)
    gemeenten = sorted(set(cells.regions["gemeente"].to_pylist()))
    regions = _regions(cells, gemeenten)
    taking_part = set(cells.participants(rule.table.consent))
    missing = np.array([code not in taking_part for code in gemeenten])
    found = []
    for code in dimension.codes:
        counts = [shown.get((gemeente, code)) for gemeente in gemeenten]
        known = np.array([count is not None for count in counts])
        filled = np.array([count or 0 for count in counts], dtype=float)
        rest = estimate_of_missing(regions, filled, known, missing)
        found.append(_of_country(shown.get((COUNTRY, code)), rest))
    return [
        (measure, _cells(dimension.name, dimension.codes, figures, policy))
        for measure, figures in zip(
            rule.measures, zip(*found, strict=True), strict=True
        )
    ]


def _published(
    each: Published, protected: Folder, dimension: str
) -> Mapping[tuple[str, str], int | None]:
    table = protected.table(each.name, ["region", dimension, "published"])
    columns = (table[name].to_pylist() for name in table.column_names)
    return {(region, code): count for region, code, count in zip(*columns, strict=True)}


def _regions(cells: Cells, gemeenten: list[str]) -> Regions:
    """Inhabitants, the shares of the old among them, and the size of the gemeente."""
    profile = cells.linked.table("profile")
    ages = profile.filter(pc.equal(profile["characteristic"], "age"))
    age = pc.cast(ages["code"], pa.int64())
    inhabitants = _per(cells.linked.table("population"), gemeenten)
    size = np.maximum(inhabitants, 1)
    shares = [_per(ages.filter(pc.greater_equal(age, old)), gemeenten) for old in _OLD]
    return Regions(
        inhabitants,
        np.column_stack([*(each / size for each in shares), np.log(size)]),
    )


def _per(counts: pa.Table, gemeenten: list[str]) -> Floats:
    sums = counts.group_by("gemeente").aggregate([("inhabitants", "sum")])
    names, values = sums["gemeente"].to_pylist(), sums["inhabitants_sum"].to_pylist()
    found = dict(zip(names, values, strict=True))
    return np.array([found.get(code, 0) for code in gemeenten], dtype=float)


def _of_country(
    total: int | None, rest: Estimate | None
) -> tuple[float | None, float | None, float | None]:
    if total is None or rest is None:
        return None, None, None
    return total + rest.value, total + rest.lower, total + rest.upper


def _cells(
    dimension: str,
    codes: tuple[str, ...],
    figures: tuple[float | None, ...],
    policy: DisclosurePolicy,
) -> pa.Table:
    base = policy.rounding.base
    rounded = [
        None if each is None else to_nearest(round(each), base) for each in figures
    ]
    status = [
        (CellStatus.SAFE if each is not None else CellStatus.PRIMARY).value
        for each in rounded
    ]
    return pa.table(
        {
            "region": pa.array([COUNTRY] * len(codes)),
            dimension: pa.array(codes, pa.string()),
            "published": pa.array(rounded, pa.int64()),
            "status": pa.array(status),
        }
    )
