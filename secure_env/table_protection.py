"""Anybody's table -> the table as it may be published, which its own audit has passed.

Protects, audits, and protects again what the audit found exposed, until nothing is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.celltable import EVIDENCE, CellStatus, CellTable, ProtectedTable
from engine.certificate import Exposed, View, given_away, goals_of_values
from engine.contributors import Insider, insiders
from engine.earlier import NOW, EarlierTable
from engine.errors import AuditFailed
from engine.fixed import said
from engine.linked import Cells
from engine.loss import Gap
from engine.margins import completed, must_agree
from engine.protect import Wanting, least_loss, protect
from engine.rounding import figures
from engine.safety import protected_as_opt_outs
from engine.solver import Ints
from rules.disclosure import Covers, DisclosurePolicy, RoundingMethod
from rules.errors import RuleError
from rules.specification import Specification
from secure_env.table_earlier import EarlierFile, earlier_tables
from secure_env.table_files import LARGEST, TableFile, lines


Words = NDArray[np.str_]

ROUNDS = 5
"""How often a pattern that its audit found wanting is made again."""

PRESETS = ("", "s", "o", "z", "w", "u")
_EVIDENCE = EVIDENCE[1:]

WEIGHT = "weight"
"""The column that says what it costs to hide a cell; without it 1."""


@dataclass(frozen=True, slots=True)
class Protected:
    """Every cell as it may be published (-1: hidden), in the numbers of `cells`.

    `order` are the cells that the input has, in its order. `gap` is of what the
    cells weigh that are hidden to protect others.
    """

    cells: Cells
    order: Ints
    published: Ints
    status: Words
    reason: Words
    rounds: int
    gap: Gap


@dataclass(frozen=True, slots=True)
class ExactCells:
    """All exact cells of a file, and what was decided about them beforehand."""

    cells: Cells
    order: Ints
    evidence: dict[str, Ints]
    status: Words
    weight: Ints
    magnitude: bool

    def tables(self) -> list[CellTable]:
        return [
            CellTable(
                f"{number}",
                dimensions,
                pa.table(
                    {
                        **self.cells.coded(places),
                        **{name: self.evidence[name][places] for name in EVIDENCE},
                        WEIGHT: self.weight[places],
                        "status": pa.array(self.status[places].tolist(), pa.string()),
                    }
                ),
                "shared",
                magnitude=self.magnitude,
            )
            for number, (dimensions, places) in enumerate(
                zip(self.cells.tables, self.cells.places, strict=True)
            )
        ]


def protected(
    rows: TableFile,
    specification: Specification,
    key: bytes | None = None,
    files: Sequence[EarlierFile] = (),
) -> Protected:
    """The cells of a file as they may be published together, beside earlier `files`.

    `key` is the secret of random rounding. Raises NotProtectable when no pattern
    protects them, Contradiction when margins are not what their parts make, AuditFailed
    when every pattern tried gives a cell away.
    """
    given = read(rows, specification)
    policy = specification.policy
    if given.magnitude:
        policy = replace(policy, hide=None)  # a range of counts says nothing of amounts
    _must_be_possible(policy, given)
    tables = given.tables()
    before = earlier_tables(given.cells, files, policy)
    _must_be_what_was_said(given, before, policy)
    shown = figures(tables, policy.rounding, key)
    inside = insiders(tables, policy)
    found_so_far = np.zeros(0, dtype=np.int64)
    told = Exposed(np.arange(given.cells.count), {})
    again: Wanting | None = None
    older: dict[str, Ints] = {}
    for number in range(1, ROUNDS + 1):
        found = protect([*tables, *before], policy, again, shown=shown)
        pattern = _gathered(given, found, number)
        told = _given_away(given, pattern, policy, _Asked(told.now, before, inside))
        if not len(told):
            # what was told before need not be hidden: without bound beside it
            bound = 0 if before else least_loss(tables, policy, shown=shown)
            return replace(pattern, gap=Gap(pattern.gap.loss, bound))
        found_so_far = np.sort(np.concatenate([found_so_far, told.now]))
        for name, at in told.before.items():
            older[name] = np.sort(np.concatenate([older.get(name, at[:0]), at]))
        again = Wanting(found, _per_table(given.cells, found_so_far) | older)
    raise AuditFailed(
        f"{rows.name}: after {ROUNDS} rounds of protection {len(told)} sensitive or "
        "opted-out cells can still be narrowed below their safety interval (policy, "
        "protection); nothing was written. Let fewer cells have status z, or ask for a "
        "narrower safety interval"
    )


# --- the exact cells ------------------------------------------------------------------


def read(rows: TableFile, specification: Specification) -> ExactCells:
    """The cells of a file with all margins; RuleError for what cannot be in one."""
    cells = Cells(
        specification.dimensions({n: rows.seen(n) for n in specification.columns})
    )
    order = rows.cells(cells)
    value = rows.whole_numbers(specification.value)
    status = rows.choices("status", PRESETS)
    impossible = (status == CellStatus.IMPOSSIBLE.value) & (value > 0)
    if impossible.any():
        raise RuleError(
            f"{rows.name}: {impossible.sum()} cells have status w (cannot occur) and a "
            f"value{lines(impossible)}; correct either"
        )
    evidence = _evidence(rows, value, specification.policy)
    magnitude = any(column in rows for column in _EVIDENCE)
    whole = {name: np.zeros(cells.count, dtype=np.int64) for name in EVIDENCE}
    for name, column in evidence.items():
        whole[name][order] = column
    is_given = np.zeros(cells.count, dtype=bool)
    is_given[order] = True
    whole = completed(cells, whole, is_given)
    if large := np.sum(whole["value"] > LARGEST):
        raise RuleError(
            f"{rows.name}: {large} computed margins are over {LARGEST}; scale the "
            "values, for example to thousands"
        )
    must_agree(
        cells,
        whole["value"],
        whole["value"],
        "correct them, or leave out margins to have them computed",
    )
    if not magnitude:
        whole |= _of_counts(whole["value"])
    everywhere = np.full(cells.count, CellStatus.SAFE.value)
    everywhere[order] = np.where(status == "", CellStatus.SAFE.value, status)
    weight = np.ones(cells.count, dtype=np.int64)
    if WEIGHT in rows:
        weight[order] = rows.whole_numbers(WEIGHT)
    return ExactCells(cells, order, whole, everywhere, weight, magnitude)


def _of_counts(value: Ints) -> dict[str, Ints]:
    """Each contributor to a count contributes one."""
    return {
        "contributors": value,
        "largest": np.minimum(value, 1),
        "second_largest": np.clip(value - 1, 0, 1),
    }


def _evidence(
    rows: TableFile, value: Ints, policy: DisclosurePolicy
) -> dict[str, Ints]:
    """The value and what the sensitivity rules judge, of each row."""
    there = [column for column in _EVIDENCE if column in rows]
    if not there:
        return {"value": value}
    missing = [name for name in _needed(policy) if name not in there]
    if missing:
        raise RuleError(
            f"{rows.name}: {len(missing)} columns are missing that rules of the policy "
            f"judge ({', '.join(missing)}); add them, or leave out the rules"
        )
    found = {name: np.zeros_like(value) for name in _EVIDENCE}
    found |= {name: rows.whole_numbers(name) for name in there}
    largest, second = found["largest"], found["second_largest"]
    wrong = second > largest if "largest" in there else np.zeros(len(value), dtype=bool)
    wrong |= largest + second > value
    if "contributors" in there:
        wrong |= (found["contributors"] == 0) & (value > 0)
    if wrong.any():
        raise RuleError(
            f"{rows.name}: {wrong.sum()} rows have contributors that contradict the "
            f"value (the two largest exceed it, or nobody contributes){lines(wrong)}; "
            "correct them"
        )
    return {"value": value, **found}


def _needed(policy: DisclosurePolicy) -> list[str]:
    dominance, p_percent = policy.dominance, policy.p_percent is not None
    needs = {
        "contributors": policy.contributors_below > 0,
        "largest": dominance is not None or p_percent,
        "second_largest": p_percent or (dominance is not None and dominance.n == 2),
    }
    return [name for name, needed in needs.items() if needed]


def _must_be_possible(policy: DisclosurePolicy, given: ExactCells) -> None:
    covers_range = policy.protection.covers is Covers.HIDDEN_RANGE
    if policy.rounding.method is RoundingMethod.SMALL_COUNTS:
        hidden = int(np.isin(given.status, ("o", "u")).sum())
        if hidden or given.magnitude:
            raise RuleError(
                f"small-count rounding (policy, rounding) shows every count: {hidden} "
                "cells have status o or u, or the values are amounts; leave these out, "
                "or round in another way"
            )
        return
    if policy.hide is None and covers_range and not given.magnitude:
        raise RuleError(
            'protection covers = "hidden_range" (policy, protection) needs hide = '
            "[low, high]; add it, or protect by width, distance or percentage"
        )


# --- one pattern and its audit --------------------------------------------------------


def _must_be_what_was_said(
    given: ExactCells, before: Sequence[EarlierTable], policy: DisclosurePolicy
) -> None:
    """Refuse a count that an earlier file, which says it did not change, rules out."""
    wrong = 0
    for table in before:
        low, high = said(table, policy)
        of_now = np.flatnonzero(table.numbers[table.places()] == NOW)
        cells = given.cells.numbers_of(table.cells.take(of_now))
        value = given.evidence["value"][cells]
        wrong += int(np.sum((value < low[of_now]) | (value > high[of_now])))
    if wrong:
        raise RuleError(
            f"{wrong} cells of earlier files cannot have the value that they have now; "
            "say so in a column 'changed' of those files, or correct either"
        )


def _per_table(cells: Cells, exposed: Ints) -> dict[str, Ints]:
    """Places of cells in the frame of each table that has them, as often as given."""
    times = np.bincount(exposed, minlength=cells.count)
    return {
        f"{number}": np.repeat(np.arange(len(places)), times[places])
        for number, places in enumerate(cells.places)
    }


def _gathered(
    given: ExactCells, found: Sequence[ProtectedTable], rounds: int
) -> Protected:
    """The distinct cells of protected tables, with their own status and reason."""
    published = np.full(given.cells.count, -1)
    status = given.status.copy()
    reason = np.full(given.cells.count, "", dtype="<U24")
    for table, places in zip(found, given.cells.places, strict=True):
        published[places] = table.cells["published"].fill_null(-1).to_numpy()
        status[places] = table.cells["status"].to_pylist()
        reason[places] = table.cells["reason"].to_pylist()
    loss = int(given.weight[status == CellStatus.SECONDARY.value].sum())
    return Protected(
        given.cells, given.order, published, status, reason, rounds, Gap(loss, 0)
    )


def exposed(
    given: ExactCells, pattern: Protected, policy: DisclosurePolicy, among: Ints
) -> Ints:
    """The protected cells that this pattern gives away, of those asked about."""
    inside = insiders(given.tables(), policy)
    return _given_away(given, pattern, policy, _Asked(among, (), inside)).now


@dataclass(frozen=True, slots=True)
class _Asked:
    """The cells of now that are asked about, beside what, and who knows cells of now.

    A round only adds to the pattern: worlds of the round before are worlds of this one,
    and a cell that these protect need not be asked about again.
    """

    among: Ints
    before: Sequence[EarlierTable]
    inside: Sequence[Insider]


def _given_away(
    given: ExactCells, pattern: Protected, policy: DisclosurePolicy, asked: _Asked
) -> Exposed:
    hidden = (pattern.published < 0) & (pattern.status != CellStatus.IMPOSSIBLE.value)
    view = View(
        given.cells,
        np.ones(given.cells.count, dtype=bool),
        hidden,
        np.maximum(pattern.published, 0),
        pattern.status,
        pattern.reason,
    )
    opted_out = pattern.status == CellStatus.OPT_OUT.value
    if protected_as_opt_outs(policy):
        opted_out |= view.sensitive & ~view.in_range
    goals = goals_of_values(
        view, given.evidence["value"], opted_out, policy, magnitude=given.magnitude
    )
    wanted = goals.take(np.flatnonzero(np.isin(goals.cells, asked.among)))
    return given_away(view, policy, wanted, asked.before, asked.inside)
