"""The certificate of a release: what a reader can believe, and worlds that prove it.

Every cell of tables that share cells is one unknown. A *world* is a table of whole
numbers that would have been published exactly so; a protected cell is safe when worlds
attain its safety interval. Nothing here has seen what a protector did.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.celltable import CellStatus
from engine.contributors import Insider
from engine.earlier import EarlierTable
from engine.errors import Contradiction
from engine.feasibility import Feasibility, intervals
from engine.linked import Cells
from engine.margins import must_agree
from engine.published import PublishedTable
from engine.safety import (
    Goals,
    SafetyIntervals,
    beyond_the_symbols,
    protected_as_opt_outs,
    safety_intervals,
)
from engine.solver import UNBOUNDED, Ints
from engine.statements import Statements, statements
from engine.unkept import GivenAway, Judge
from rules.disclosure import Covers, DisclosurePolicy, RoundingMethod, Zeros


Mask = NDArray[np.bool_]

IN_RANGE = ("", "hidden range")
"""The reasons for which a reader takes a sensitive count to lie in the hidden range."""

CORRECT = "no whole numbers would be published so; correct the published figures"


_SPECIAL = (
    CellStatus.OPT_OUT.value,
    CellStatus.IMPOSSIBLE.value,
    CellStatus.MUST_SHOW.value,
)
"""Statuses that tell a reader more than that a cell is shown or hidden."""


@dataclass(frozen=True, slots=True)
class View:
    """What is published of each cell: a figure, or a symbol; `said`: anything at all.

    `published` is 0 where there is no figure; `status` and `reason` are texts.
    """

    cells: Cells
    said: Mask
    hidden: Mask
    published: Ints
    status: NDArray[np.str_]
    reason: NDArray[np.str_]

    @property
    def sensitive(self) -> Mask:
        return np.asarray(self.hidden & (self.status == CellStatus.PRIMARY.value))

    @property
    def in_range(self) -> Mask:
        """Sensitive cells that a reader takes to lie in the hidden range."""
        return self.sensitive & np.isin(self.reason, IN_RANGE)

    @property
    def protected(self) -> Ints:
        """The cells that nothing published may narrow."""
        opted_out = self.hidden & (self.status == CellStatus.OPT_OUT.value)
        return np.flatnonzero(self.sensitive | opted_out)

    def tables(self) -> Iterator[PublishedTable]:
        """Each table by itself, with what a reader knows of the reasons."""
        shown = np.where(self.hidden, CellStatus.SECONDARY.value, CellStatus.SAFE.value)
        shown[self.in_range] = CellStatus.PRIMARY.value
        for special in _SPECIAL:
            shown[self.status == special] = special
        frames = zip(self.cells.tables, self.cells.places, strict=True)
        for number, (dimensions, places) in enumerate(frames, start=1):
            own = places[self.said[places]]
            columns: dict[str, pa.Array] = dict(self.cells.coded(own))
            columns["published"] = pa.array(
                self.published[own],
                mask=self.hidden[own] | (self.status[own] == "w"),
            )
            columns["status"] = pa.array(shown[own].tolist(), pa.string())
            yield PublishedTable(f"{number}", dimensions, pa.table(columns), "shared")


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a reader can believe of each cell, and worlds (a row each) that prove it.

    `upper` is `UNBOUNDED` where nothing limits a cell; `exact` says whether both ends
    are proven and attained; `exposed` are protected cells that the release gives away,
    of now and of each earlier table. `told` counts those that earlier ones gave away.
    Worlds have the cells of now, and then those of each earlier table.
    """

    lower: Ints
    upper: Ints
    exact: Mask
    exposed: "Exposed"
    told: int
    worlds: Ints


@dataclass(frozen=True, slots=True)
class Exposed:
    """Cells that are given away: of now, and by name the places of earlier tables."""

    now: Ints
    before: Mapping[str, Ints]

    def __len__(self) -> int:
        return len(self.now) + sum(map(len, self.before.values()))


@dataclass(frozen=True, slots=True)
class _Whole:
    """Everything that is said now and was said before, and what must stay possible."""

    view: View
    before: Sequence[EarlierTable]
    goals: Goals
    said: Statements
    unknown: Ints
    """Of each cell of now one unknown."""

    @staticmethod
    def of(
        view: View,
        policy: DisclosurePolicy,
        goals: Goals,
        before: Sequence[EarlierTable],
    ) -> "_Whole":
        if policy.rounding.method is RoundingMethod.SMALL_COUNTS:
            must_agree(view.cells, view.published, view.published, CORRECT)
        then = map(PublishedTable.of_earlier, before)
        said = statements([*view.tables(), *then], policy)
        place = np.concatenate(view.cells.places)
        unknown = np.zeros(view.cells.count, dtype=np.int64)
        unknown[place] = np.arange(len(place))
        return _Whole(view, before, goals, said, unknown)

    @property
    def _begins(self) -> tuple[int, ...]:
        return self.said.offsets[len(self.view.cells.tables) :]

    @property
    def at(self) -> Ints:
        """The unknowns of all goals, those of now first."""
        then = [
            table.goals.cells + start
            for table, start in zip(self.before, self._begins, strict=True)
        ]
        return np.concatenate([self.unknown[self.goals.cells], *then])

    @property
    def safety(self) -> SafetyIntervals:
        """The safety interval of each."""
        every = [self.goals.safety, *(table.goals.safety for table in self.before)]
        ends = ("low", "high", "width")
        return SafetyIntervals(
            *(np.concatenate([getattr(one, end) for one in every]) for end in ends)
        )

    @property
    def cells_before(self) -> Ints:
        """The unknowns that are cells of earlier tables."""
        sizes = [int(np.prod(table.shape)) for table in self.before]
        begin = self._begins[0] if self.before else 0
        return np.arange(begin, begin + sum(sizes), dtype=np.int64)

    def judge(
        self,
        found: Feasibility,
        policy: DisclosurePolicy,
        inside: Sequence[Insider] = (),
    ) -> GivenAway:
        figures = _figures(self.view, np.concatenate(self.view.cells.places), policy)
        judge = Judge(self.said, found, figures, self.cells_before, inside)
        return judge.of(self.at, self.safety)

    def exposed(self, wrong: Mask) -> Exposed:
        ends = np.cumsum([len(self.goals.cells), *self._counts])
        now, *then = np.split(wrong, ends[:-1])
        return Exposed(
            self.goals.cells[now],
            {
                table.name: table.goals.cells[own]
                for table, own in zip(self.before, then, strict=True)
            },
        )

    @property
    def _counts(self) -> list[int]:
        return [len(table.goals.cells) for table in self.before]


def given_away(
    view: View,
    policy: DisclosurePolicy,
    goals: Goals,
    before: Sequence[EarlierTable] = (),
    inside: Sequence[Insider] = (),
) -> Exposed:
    """The protected cells whose goals no worlds were found for, whole intervals or not.

    Nor for readers `inside`, who know cells of their own. Raises Contradiction when no
    whole numbers could have been published so.
    """
    whole = _Whole.of(view, policy, goals, before)
    figures = _figures(view, np.concatenate(view.cells.places), policy)
    symbols = whole.said.without(figures).limits()
    ends = (end[whole.at] for end in symbols)
    safety = beyond_the_symbols(whole.safety, *ends)
    found = intervals(whole.said.system, whole.at, whole.said.depth, safety)
    if before or inside:
        return whole.exposed(whole.judge(found, policy, inside).exposed)
    return whole.exposed(~safety.covered(found.least[whole.at], found.most[whole.at]))


def certify(
    view: View,
    policy: DisclosurePolicy,
    goals: Goals,
    wanted: Ints,
    before: Sequence[EarlierTable] = (),
) -> Certificate:
    """The certificate of a view; the intervals of `wanted` cells are made exact.

    Raises Contradiction when no whole numbers could have been published so.
    """
    whole = _Whole.of(view, policy, goals, before)
    said, unknown = whole.said, whole.unknown
    for low, high in ((said.lower, said.upper), said.narrowed()):
        must_agree(view.cells, low[unknown], high[unknown], CORRECT)
    try:
        asked = np.concatenate([whole.at, unknown[wanted]])
        found = intervals(said.system, np.unique(asked), said.depth)
    except Contradiction as error:  # that no single sum has
        names = ", ".join(map(repr, view.cells.codes))
        raise Contradiction(f"dimensions {names} together: {error}") from None
    verdict = whole.judge(found, policy)
    at, safety = whole.at, whole.safety
    endless = ~verdict.exposed & (found.most[at] >= UNBOUNDED)
    high = np.maximum(safety.high, found.least[at] + safety.width)
    worlds = _with_high_values(said, found, at[endless], high[endless])
    return Certificate(
        found.lower[unknown],
        found.upper[unknown],
        found.exact()[unknown],
        whole.exposed(verdict.exposed),
        int(verdict.told.sum()),
        worlds[:, np.concatenate([unknown, whole.cells_before])],
    )


def goals_of_values(
    view: View,
    value: Ints,
    opted_out: Mask,
    policy: DisclosurePolicy,
    *,
    magnitude: bool,
) -> Goals:
    """What must stay possible for each protected cell, given its true value."""
    at = view.protected
    as_opt_out = opted_out[at].astype(np.int64)
    safety = safety_intervals(value[at], as_opt_out, policy, magnitude=magnitude)
    return Goals(at, safety)


def goals_of_view(view: View, policy: DisclosurePolicy) -> Goals:
    """What must at least stay possible for each protected cell, whatever its value.

    Where the safety interval hangs on a true value that nobody tells, only its least
    width is known.
    """
    at = view.protected
    low, high, width = least_safety(policy)
    none = np.zeros(len(at), dtype=np.int64)
    own = view.in_range if protected_as_opt_outs(policy) else view.sensitive
    primary = own[at]
    room = policy.hide[1] - policy.hide[0] if policy.hide else 0
    safety = SafetyIntervals(
        np.where(primary, low, UNBOUNDED),
        np.where(primary, high, none),
        np.where(primary, width, room),
    )
    return Goals(at, safety)


def least_safety(policy: DisclosurePolicy) -> tuple[int, int, int]:
    """A value of at most this, one of at least that, and two so far apart."""
    protection = policy.protection
    if protection.covers is Covers.HIDDEN_RANGE and policy.hide is not None:
        low, high = policy.hidden_range()
        return low, high, 0
    if protection.covers is Covers.WIDTH:
        return UNBOUNDED, 0, protection.width
    if protection.covers is Covers.DISTANCE:
        return UNBOUNDED, 0, protection.above
    return UNBOUNDED, 0, 1


def _figures(view: View, place: Ints, policy: DisclosurePolicy) -> Ints:
    """The figures that could have been symbols: all but zeros that must be shown."""
    stays = (view.published == 0) & (policy.zeros is Zeros.PUBLISH)
    stays |= view.status == CellStatus.IMPOSSIBLE.value
    return np.flatnonzero((view.said & ~view.hidden & ~stays)[place])


def _with_high_values(
    said: Statements, found: Feasibility, cells: Ints, high: Ints
) -> Ints:
    """The worlds, and some where endless cells are as high as they must be able to be.

    What is endless for each of several cells is so for all of them together.
    """
    seen = np.max(found.worlds[:, cells], axis=0, initial=-1)
    if np.all(seen >= high):
        return found.worlds
    lower = said.lower.copy()
    lower[cells] = np.maximum(lower[cells], high)
    nothing = np.zeros(0, dtype=np.int64)
    raised = intervals(replace(said.system, lower=lower), nothing)
    return np.concatenate([found.worlds, raised.worlds])
