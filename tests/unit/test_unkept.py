"""What a release gives away: to anybody, beside earlier ones, and to who is inside."""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from engine.audit import audit, could_be_symbols, safety_of
from engine.celltable import CellTable
from engine.contributors import insiders
from engine.earlier import EarlierTable
from engine.feasibility import intervals
from engine.published import PublishedTable
from engine.safety import Goals, SafetyIntervals
from engine.statements import statements
from engine.unkept import Judge
from rules.classification import Dimension, Hierarchy
from rules.disclosure import DisclosurePolicy, KnowsOwn, Reader, Rounding, Zeros


COUNTS = DisclosurePolicy(hide=(1, 4), rounding=Rounding(), zeros=Zeros.PUBLISH)
"""Hidden are 1 to 4, and a sensitive cell has to be possibly each of these."""

ABC = Dimension.flat("region", "T", ["a", "b", "c"])
NONE = np.zeros(0, dtype=np.int64)


@dataclass
class Release:
    """One table: per code its value, and what is published of it.

    Hidden are `u` and `x`, a `z` behind a figure says that it has to be shown, and
    `alone` that somebody is alone in the cell.
    """

    region: Dimension
    rows: str

    @property
    def lines(self) -> list[list[str]]:
        given = [line.split() for line in self.rows.strip().splitlines()]
        assert [line[0] for line in given] == list(self.region.codes)
        return given

    @property
    def view(self) -> PublishedTable:
        status = [line[2].lstrip("0123456789") or "s" for line in self.lines]
        shown = [line[2].rstrip("uxoz") for line in self.lines]
        figure = [int(each) if each else None for each in shown]
        columns = {
            "region": list(self.region.codes),
            "published": pa.array(figure, pa.int64()),
            "status": status,
        }
        return PublishedTable("t", (self.region,), pa.table(columns), "m")

    @property
    def exact(self) -> CellTable:
        columns = {
            "region": list(self.region.codes),
            "value": [int(line[1]) for line in self.lines],
            "contributors": [1 if line[3:] else 9 for line in self.lines],
        }
        return CellTable("t", (self.region,), pa.table(columns), "m")

    def earlier(self, *goals: str, low: int = 1, high: int = 4) -> EarlierTable:
        """As a release that was, about the same persons; what stays to be hidden."""
        at = np.array([self.region.codes.index(code) for code in goals], dtype=np.int64)
        safety = SafetyIntervals(0 * at + low, 0 * at + high, 0 * at)
        same = np.zeros(len(self.region.codes), dtype=np.int64)
        cells = self.view.cells
        return EarlierTable("t@1", (self.region,), cells, "m", same, Goals(at, safety))


Verdict = tuple[set[str], set[str]]


def verdict(
    now: Release, policy: DisclosurePolicy, *before: EarlierTable
) -> tuple[Verdict, ...]:
    """Per table what is exposed, and what earlier releases told."""
    report = audit([now.view], [now.exact], policy, before=before)
    found = []
    for table in (*report.tables, *report.before):
        codes = table.intervals["region"]
        found.append(
            tuple(set(codes.take(at).to_pylist()) for at in (table.exposed, table.told))
        )
    return tuple(found)


def test_a_cell_that_can_be_less_than_its_symbol_says_is_given_away():
    """a and b are 3 together: both 1 or 2."""
    narrow = Release(ABC, "T 8 8\na 2 u\nb 1 u\nc 5 5")
    wide = Release(ABC, "T 22 22\na 2 u\nb 15 x\nc 5 5")
    assert verdict(narrow, COUNTS) == (({"a", "b"}, set()),)
    assert verdict(wide, COUNTS) == ((set(), set()),)


def test_what_symbols_rule_out_by_themselves_is_not_given_away():
    """All of T is 4 at most, so that no part of three is more than 2."""
    symbols = Release(ABC, "T 4 u\na 1 u\nb 2 u\nc 1 u")
    assert verdict(symbols, COUNTS) == ((set(), set()),)


# --- beside an earlier release --------------------------------------------------------


TOLD = Release(ABC, "T 8 8\na 2 u\nb 1 x\nc 5 5")
"""Which gave away that a is 1 or 2."""


def test_what_an_earlier_release_told_is_not_given_away_now():
    """Whether all is a symbol now, or all that was a figure is one again."""
    symbols = Release(ABC, "T 8 x\na 2 u\nb 1 x\nc 5 x")
    for now in (symbols, TOLD):
        assert verdict(now, COUNTS, TOLD.earlier("a")) == (
            (set(), {"a"}),
            (set(), {"a"}),
        )


def test_what_is_narrower_than_it_was_told_is_given_away():
    now = Release(ABC, "T 8 8\na 2 u\nb 1 1z\nc 5 5")
    assert verdict(now, COUNTS, TOLD.earlier("a")) == (({"a"}, set()), ({"a"}, set()))


def test_what_neither_release_tells_is_open():
    was = Release(ABC, "T 22 22\na 2 u\nb 15 x\nc 5 5")
    now = Release(ABC, "T 22 22\na 2 u\nb 15 x\nc 5 x")
    assert verdict(now, COUNTS, was.earlier("a")) == ((set(), set()), (set(), set()))


PAIRS = Dimension(
    "region",
    "T",
    tuple(
        Hierarchy({pair: "T", rest: "T", **dict.fromkeys(pair, pair)})
        for pair, rest in (("ab", "c"), ("bc", "a"), ("ac", "b"))
    ),
)
"""Three trees: of a, b and c each pair is a region."""


def pairs(**published: str) -> Release:
    """All three are 2; the pairs are 4."""
    own = dict.fromkeys("abc", "u") | published
    value = {"T": 6, "a": 2, "b": 2, "c": 2}
    rows = [f"{c} {value.get(c, 4)} {own.get(c, 'x')}" for c in PAIRS.codes]
    return Release(PAIRS, "\n".join(rows))


def test_what_sums_told_together_was_told():
    """Each pair is 4, so each of the three is 2: no sum says so by itself."""
    before = pairs(ab="4", bc="4", ac="4").earlier(*"abc")
    (now, then) = verdict(pairs(), COUNTS, before)
    assert now == then == (set(), {"a", "b", "c"})


def test_what_sums_told_of_some_is_no_excuse_for_others():
    """The pairs told of none but the four; the total of now tells of d."""
    trees = tuple(Hierarchy({**tree.parents, "d": "T"}) for tree in PAIRS.hierarchies)
    region = Dimension("region", "T", trees)
    value = {"T": 9, "a": 2, "b": 2, "c": 2, "d": 3}

    def release(**published: str) -> Release:
        own = dict.fromkeys("abcd", "u") | published
        rows = [f"{c} {value.get(c, 4)} {own.get(c, 'x')}" for c in region.codes]
        return Release(region, "\n".join(rows))

    before = release(ab="4", bc="4", ac="4").earlier(*"abcd")
    assert verdict(release(), COUNTS, before)[0] == (set(), {"a", "b", "c"})
    assert verdict(release(T="9"), COUNTS, before) == (({"d"}, {"a", "b", "c"}),) * 2


# --- to who is inside -----------------------------------------------------------------


INSIDE = replace(COUNTS, reader=Reader(knows_own=KnowsOwn.ALWAYS))
FOUR = Dimension.flat("region", "T", ["a", "b", "c", "d"])


def test_who_is_alone_in_a_cell_sees_more_than_anybody():
    """a and b are 11; who knows the 8 of b knows that a is 3."""
    release = Release(FOUR, "T 30 30\na 3 u\nb 8 x alone\nc 9 9\nd 10 10")
    assert verdict(release, COUNTS) == ((set(), set()),)
    assert verdict(release, INSIDE) == (({"a"}, set()),)


def test_who_is_alone_in_a_cell_is_told_nothing_by_it():
    """b is known to one inside, who learns nothing else: a and d are 13."""
    release = Release(FOUR, "T 25 25\na 3 u\nb 3 u alone\nc 9 9\nd 10 x")
    assert verdict(release, INSIDE) == ((set(), set()),)


def test_each_reader_learns_what_the_others_know():
    """Of a and b, alone in each: each knows the other from their sum."""
    release = Release(FOUR, "T 24 24\na 3 u alone\nb 2 u alone\nc 9 9\nd 10 10")
    found = verdict(release, replace(INSIDE, hide=(1, 3)))
    assert found == (({"a", "b"}, set()),)


def test_a_reader_who_learns_of_one_cell_need_not_learn_of_another():
    """b tells of a by the north; c and d of the south stay open to everybody."""
    tree = {"n": "T", "s": "T", "a": "n", "b": "n", "c": "s", "d": "s"}
    region = Dimension("region", "T", (Hierarchy(tree),))
    release = Release(
        region, "T 50 50\nn 11 11\ns 39 39\na 3 u\nb 8 x alone\nc 2 u\nd 37 x"
    )
    assert verdict(release, INSIDE) == (({"a"}, set()),)


def test_what_a_reader_could_tell_from_symbols_is_not_given_away():
    """T is 4 at most: who knows the 2 of b knows a to be 1, whatever is hidden."""
    two = Dimension.flat("region", "T", ["a", "b"])
    release = Release(two, "T 4 u\na 2 u\nb 2 u alone")
    assert verdict(release, INSIDE) == ((set(), set()),)


def test_what_sums_told_a_reader_before_is_not_given_away():
    """Alone in d, with parts in each pair: who takes these away has the pairs of 4."""
    kinds = (("ab", "p"), ("bc", "q"), ("ac", "r"))
    trees = tuple(
        Hierarchy({
            group: "T", f"d{group}": group, f"z{group}": "T",
            **dict.fromkeys(pair, group),
        })
        for pair, group in kinds
    )  # fmt: skip
    of_d = Hierarchy({"d": "T", "y": "T", **{f"d{g}": "d" for _, g in kinds}})
    region = Dimension("region", "T", (*trees, of_d))
    value = {"a": 2, "b": 2, "c": 2, "dp": 1, "dq": 0, "dr": 0, "d": 1}
    value |= {"p": 5, "q": 4, "r": 4, "T": 20, "y": 19}
    value |= {"zp": 15, "zq": 16, "zr": 16}
    alone = {"d", "dp"}

    def release(*shown: str) -> Release:
        rows = []
        for code in region.codes:
            symbol = "u" if code in "abc" else "x"
            published = value[code] if code in shown else symbol
            own = "alone" if code in alone else ""
            rows.append(f"{code} {value[code]} {published} {own}")
        return Release(region, "\n".join(rows))

    policy = replace(INSIDE, hide=(0, 3), zeros=Zeros.AS_HIDE)
    before = release("p", "q", "r").earlier(*"abc", low=0, high=3)
    for found in verdict(release(), policy, before):
        assert found == (set(), set())


def test_who_can_rule_out_more_by_knowing_does_not_take_back_what_anybody_learns():
    """x is 3, so that a is 1 or 2: who is alone in b knows as much without it."""
    north = {"n": "T", "s": "T", "a": "n", "b": "n", "e": "s", "f": "s"}
    east = {"x": "T", "y": "T", "a": "x", "e": "x", "b": "y", "f": "y"}
    region = Dimension("region", "T", (Hierarchy(north), Hierarchy(east)))
    own = {"n": "4 u", "a": "2 u", "b": "2 u alone", "e": "1 u", "x": "3 3z"}
    other = {"T": "25 x", "s": "21 x", "f": "20 x", "y": "22 x"}
    rows = own | other
    release = Release(region, "\n".join(f"{c} {rows[c]}" for c in region.codes))
    assert verdict(release, COUNTS) == (({"a", "e"}, set()),)
    assert verdict(release, INSIDE) == (({"a", "e"}, set()),)


def test_without_an_earlier_release_none_has_told_anything():
    """Gemeenten that do not publish; of their pairs the symbols say each to be 4."""
    rows = dict.fromkeys(PAIRS.codes, "4 u") | {"T": "6 x"}
    rows |= dict.fromkeys("abc", "2 o")
    release = Release(PAIRS, "\n".join(f"{c} {rows[c]}" for c in PAIRS.codes))
    policy = replace(COUNTS, hide=(4, 4), opt_out_percent=50)
    assert verdict(release, policy)[0][1] == set()


# --- what was found of others is used for a reader inside -----------------------------


def judged(release: Release, policy: DisclosurePolicy, *worlds: str) -> set[str]:
    """The exposed cells, where these are the worlds that were found.

    Each is the value of all cells; without any it is the truth alone.
    """
    view, exact = release.view, release.exact
    said = statements([view], policy)
    found = intervals(said.system, np.flatnonzero(view.hidden), said.depth)
    known = [list(map(int, world.split())) for world in worlds]
    truth = [exact.grid("value").tolist()]
    judge = Judge(
        said,
        replace(found, worlds=np.array(known or truth)),
        could_be_symbols([view], said.offsets, policy),
        NONE,
        insiders([exact], policy),
    )
    protected = view.statuses[view.hidden] == "u"
    at = np.flatnonzero(view.hidden)[protected]
    verdict = judge.of(at, safety_of(view, exact, policy).take(protected))
    assert not verdict.told.any()
    return {release.region.codes[place] for place in at[verdict.exposed]}


OPEN = Release(FOUR, "T 30 30\na 3 u\nb 8 x alone\nc 5 5\nd 14 x")
"""a and d are 17 to who knows the 8 of b: a can be 1 to 4."""


def test_what_worlds_do_not_show_is_asked_for():
    assert judged(OPEN, INSIDE) == set()
    assert judged(OPEN, INSIDE, "30 3 8 5 14", "30 1 8 5 16") == set()
    assert judged(OPEN, INSIDE, "30 1 8 5 16", "30 4 8 5 13") == set()


def test_of_some_worlds_show_enough_and_others_are_asked_for():
    """Both worlds have d as it is."""
    five = Dimension.flat("region", "T", ["a", "b", "c", "d", "e"])
    release = Release(five, "T 40 40\na 3 u\nb 8 x alone\nc 5 5\nd 2 u\ne 22 x")
    assert judged(release, INSIDE, "40 1 8 5 2 24", "40 4 8 5 2 21") == set()


CLOSED = Release(FOUR, "T 16 16\na 3 u\nb 8 x alone\nc 5 5\nd 0 0")
"""a is 3 to who knows the 8 of b."""


def test_a_reader_believes_in_no_world_with_another_value_of_the_own():
    worlds = "16 3 8 5 0", "16 1 10 5 0", "16 4 7 5 0"
    assert judged(CLOSED, COUNTS, *worlds) == set()
    assert judged(CLOSED, INSIDE, *worlds) == {"a"}


def test_a_reader_believes_in_no_world_with_another_value_of_a_part_of_the_own():
    """Who is alone in n knows b and c too: n is 8 in all worlds, b is not."""
    tree = {"n": "T", "a": "T", "d": "T", "b": "n", "c": "n"}
    other = {"m": "T", "k": "T", "a": "m", "b": "m", "c": "k", "d": "k"}
    region = Dimension("region", "T", (Hierarchy(tree), Hierarchy(other)))
    value = {"T": 31, "n": 9, "a": 2, "d": 20, "b": 4, "c": 5, "m": 6, "k": 25}
    own = {"n": "x alone", "a": "u", "d": "x", "b": "x alone", "c": "x"}
    lines = (f"{c} {value[c]} {own.get(c, value[c])}" for c in region.codes)
    release = Release(region, "\n".join(lines))
    worlds = []
    for a in (2, 1, 4):
        world = value | {"a": a, "b": 6 - a, "c": 3 + a, "d": 22 - a}
        worlds.append(" ".join(str(world[code]) for code in region.codes))
    assert judged(release, COUNTS, *worlds) == set()
    assert judged(release, INSIDE, *worlds) == {"a"}


def test_where_no_world_says_so_a_cell_is_not_one():
    """Hidden are 0 and 1; to who knows the 8 of b, a is 0."""
    policy = replace(INSIDE, hide=(0, 1), zeros=Zeros.AS_HIDE)
    release = Release(FOUR, "T 22 22\na 0 u\nb 8 x alone\nc 5 5\nd 9 9")
    assert judged(release, policy) == {"a"}


def test_one_end_that_a_reader_misses_is_enough():
    """Of b anybody knows only what a leaves: 10 more or less."""
    for a in (1, 4):
        rows = f"T {15 + a} {15 + a}\na {a} u\nb 10 x alone\nc 5 5\nd 0 0"
        assert judged(Release(FOUR, rows), COUNTS) == set()
        assert judged(Release(FOUR, rows), INSIDE) == {"a"}


def test_a_cell_that_is_asked_for_beside_one_that_is_told():
    """a is 1 or 2 to who is alone in b, whatever is hidden; e is as open as ever.

    The known b is also among those of the other tree, where e and g leave it room.
    """
    north = {"n": "T", "s": "T", "a": "n", "b": "n", "e": "s", "f": "s", "g": "s"}
    east = {"x": "T", "y": "T", "b": "x", "e": "x", "g": "x", "a": "y", "f": "y"}
    region = Dimension("region", "T", (Hierarchy(north), Hierarchy(east)))
    own = {"n": "4 u", "a": "2 u", "b": "2 u alone", "e": "3 u", "g": "9 x"}
    other = {"T": "50 x", "x": "14 14", "y": "36 x", "s": "46 x", "f": "34 x"}
    rows = own | other
    release = Release(region, "\n".join(f"{c} {rows[c]}" for c in region.codes))
    assert judged(release, INSIDE) == set()


def test_who_is_alone_in_two_regions_is_a_reader_of_both():
    """Alone in k, with a part of the north and of the south; a and c stay open."""
    tree = {"n": "T", "s": "T", "a": "n", "k1": "n", "b1": "n", "b2": "n"}
    tree |= {"c": "s", "k2": "s", "d": "s"}
    region = Dimension(
        "region",
        "T",
        (
            Hierarchy(tree),
            Hierarchy({"k": "T", "l": "T", "k1": "k", "k2": "k"}),
        ),
    )
    value = {"T": 80, "n": 39, "s": 41, "a": 3, "k1": 8, "b1": 12, "b2": 16}
    value |= {"c": 2, "k2": 9, "d": 30, "k": 17, "l": 63}
    own = {"a": "u", "c": "u", "b1": "x", "b2": "x", "d": "x"}
    own |= {"k1": "x alone", "k2": "x alone"}
    own |= {"k": "x alone", "l": "x"}

    def release(changed: dict[str, str]) -> Release:
        said = own | changed
        rows = (f"{c} {value[c]} {said.get(c, value[c])}" for c in region.codes)
        return Release(region, "\n".join(rows))

    assert judged(release({}), INSIDE) == set()
    assert judged(release({"d": "30"}), INSIDE) == {"c"}
    assert judged(release({"b1": "12", "b2": "16"}), INSIDE) == {"a"}
