"""Percentages of a sample, with their interval, made of published counts only."""

from collections.abc import Mapping

import pyarrow as pa

from engine.celltable import CellStatus
from engine.proportion import interval, percentage
from rules.disclosure import Rounding
from rules.estimate import EstimateRule
from rules.indicator import Indicator
from secure_env.rooms import Cells
from secure_env.store import Folder


Share = tuple[int | None, int | None, int | None]
_HIDDEN: Share = (None, None, None)


def shares(
    rule: EstimateRule, cells: Cells, protected: Folder
) -> list[tuple[Indicator, pa.Table]]:
    """The measures of a rule with their cells, as the candidate takes them.

    Where the part or its whole is hidden there is a symbol; what is no share is blank.
    """
    (dimension,) = rule.table.dimensions
    each = next(
        one for one in cells.period.by_table[rule.made_of] if one.indicator == rule.of
    )
    rounding = cells.period.policy(each).rounding
    table = protected.table(each.name, ["region", dimension.name, "published"])
    places, codes, counts = (table[n].to_pylist() for n in table.column_names)
    shown = dict(zip(zip(places, codes, strict=True), counts, strict=True))
    found = [
        _share(place, code, shown, rule.wholes, rounding)
        for place, code in zip(places, codes, strict=True)
    ]
    return [
        (
            measure,
            table.set_column(
                2, "published", pa.array(figures, pa.int64())
            ).append_column("status", pa.array(_statuses(figures, codes, rule))),
        )
        for measure, figures in zip(
            rule.measures, zip(*found, strict=True), strict=True
        )
    ]


def _share(
    place: str,
    code: str,
    shown: Mapping[tuple[str, str], int | None],
    wholes: Mapping[str, str],
    rounding: Rounding,
) -> Share:
    if code not in wholes:
        return _HIDDEN
    part, whole = shown[place, code], shown[place, wholes[code]]
    if part is None or not whole:
        return _HIDDEN
    return percentage(part, whole), *interval(part, whole, rounding)


def _statuses(
    figures: tuple[int | None, ...], codes: list[str], rule: EstimateRule
) -> list[str]:
    return [
        (
            CellStatus.IMPOSSIBLE
            if code not in rule.wholes
            else CellStatus.PRIMARY
            if figure is None
            else CellStatus.SAFE
        ).value
        for code, figure in zip(codes, figures, strict=True)
    ]
