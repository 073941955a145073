"""What laws between measures give away, part by part, and where it is looked for."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from engine.celltable import CellTable, Limit
from engine.published import PublishedTable
from engine.together import EVERYWHERE, Look, given_away_together
from rules.classification import Additivity, Dimension, Hierarchy
from rules.disclosure import (
    Covers,
    DisclosurePolicy,
    Policies,
    Protection,
    Reader,
    Rounding,
    RoundingMethod,
    Zeros,
)


POLICY = DisclosurePolicy(hide=(0, 3), rounding=Rounding())
"""Shown as they are but for 0 to 3; a sensitive count has to be possibly each."""

PARENTS = {"PV": "NL", "GM1": "PV", "GM2": "PV", "GM3": "PV"}
AT_MOST = dict.fromkeys(["NL", "PV"], Additivity.AT_MOST)
REGION = Dimension("region", "NL", (Hierarchy(PARENTS, AT_MOST),))
"""Regions are no more than their whole: what is shown of one tells little of others."""

Rows = Mapping[str, str]
"""Of each measure what is published of NL, PV, GM1, GM2 and GM3.

Hidden are `u` and `x`, before it the value; without it 100.
"""


def given_away(
    rows: Rows,
    limits: Sequence[Limit],
    policies: Policies = POLICY,
    look: Look = EVERYWHERE,
    region: Dimension = REGION,
) -> set[str]:
    """The cells that all measures together give away, as `measure region`."""
    view, exact = [], []
    for name, line in rows.items():
        cells = line.split()
        values = [int(cell.rstrip("uxo") or 100) for cell in cells]
        symbols = [cell.lstrip("0123456789") for cell in cells]
        shown = [None if s else n for s, n in zip(symbols, values, strict=True)]
        codes = {"region": list(region.codes)}
        published = pa.table({
            **codes,
            "published": pa.array(shown, pa.int64()),
            "status": [symbol or "s" for symbol in symbols],
        })  # fmt: skip
        view.append(PublishedTable(name, (region,), published, name))
        counts = pa.table({**codes, "value": pa.array(values, pa.int64())})
        exact.append(CellTable(name, (region,), counts, name))
    found = given_away_together(view, exact, policies, limits, look)
    return {
        f"{table.name} {np.array(region.codes)[table.hidden][row]}"
        for table, own in zip(view, found, strict=True)
        for row in own
    }


def law(smaller: str, larger: str) -> Limit:
    """Of measures, each named by a letter: `ab` for a and b together."""
    small, large = (tuple((name, ()) for name in each) for each in (smaller, larger))
    return Limit(small, large)


ONE_SUM = [law("bb", "a")]
"""Each of b is two of a."""


def test_what_one_law_says_by_itself_is_found():
    """5 in a are 2 of b or less; of GM2 it says nothing that the symbol does not."""
    rows = {"a": "100 60 5 15 40", "b": "x x 2u 3u 7"}
    assert given_away(rows, ONE_SUM) == {"b GM1"}


def test_what_is_hidden_to_protect_another_may_be_narrow():
    rows = {"a": "100 60 5 15 40", "b": "x x 2x 3u 7"}
    assert given_away(rows, ONE_SUM) == set()


PAIRS = [law("p", "ab"), law("p", "bc"), law("p", "ac"), law("abc", "q")]
"""p is no more than any two of a, b and c; all three are no more than q."""


def triples(one: str, other: str, p: str, q: str) -> Rows:
    """With these symbols in GM1 and GM2; and what is published of p and q there."""
    value = {"a": 2, "b": 2, "c": 1}
    every = {each: f"x x {n}{one} {n}{other} 9x" for each, n in value.items()}
    return every | {"p": f"99 99 {p} 90", "q": f"999 999 {q} 900"}


def in_region(code: str) -> set[str]:
    return {f"{each} {code}" for each in "abc"}


def test_what_laws_say_only_together_is_found():
    """Each two of three are 3 and all are 5, so that each is 1 or 2; all may be 20."""
    assert given_away(triples("u", "u", "3 3", "5 20"), PAIRS) == in_region("GM1")
    assert given_away(triples("u", "u", "3 3", "20 5"), PAIRS) == in_region("GM2")
    assert given_away(triples("u", "x", "3 3", "20 5"), PAIRS) == set()


def test_laws_say_it_of_a_provincie_too():
    rows = dict.fromkeys("abc", "x 2u 0x 2x 0x")
    rows |= {"p": "99 3 0 0 0", "q": "999 5 1 1 1"}
    assert given_away(rows, PAIRS) == in_region("PV")


def test_laws_say_it_in_a_table_of_one_region_too():
    only = Dimension("region", "NL", (Hierarchy({}),))
    rows = {"a": "2u", "b": "2u", "c": "1u", "p": "3", "q": "5"}
    assert given_away(rows, PAIRS, region=only) == in_region("NL")


def test_a_width_is_held_against_both_ends():
    """Each is 1 or 2."""
    rows = triples("u", "u", "3 3", "5 20")
    for width, exposed in ((1, set()), (2, in_region("GM1"))):
        policy = DisclosurePolicy(
            hide=(0, 3),
            rounding=Rounding(),
            protection=Protection(Covers.WIDTH, width=width),
        )
        assert given_away(rows, PAIRS, policy) == exposed


def test_each_end_that_laws_take_away_is_enough():
    """From 0 on, of two that are 4 at most; up to 3, of two that are 2 or more."""
    low = dict.fromkeys("abc", "x x 1u x x")
    low |= {"p": "9 9 0 0 0", "q": "999 999 4 90 90"}
    assert given_away(low, PAIRS) == set()
    low |= {"q": "999 999 3 90 90"}
    assert given_away(low, PAIRS) == set()
    low |= {"q": "999 999 2 90 90"}
    assert given_away(low, PAIRS) == {f"{each} GM1" for each in "abc"}
    high = low | {"q": "999 999 90 90 90", "p": "9 9 3 0 0"}
    assert given_away(high, PAIRS) == set()
    high |= {"p": "9 9 4 0 0"}
    assert given_away(high, PAIRS) == {f"{each} GM1" for each in "abc"}


def test_what_a_measure_tells_by_itself_is_left_to_its_own_audit():
    """Pairs of 4 of three regions: each is 2, and no law is needed to know it.

    Nor does one that bounds them by 100 or more.
    """
    trees = tuple(
        Hierarchy({pair: "T", rest: "T", **dict.fromkeys(pair, pair)})
        for pair, rest in (("ab", "c"), ("bc", "a"), ("ac", "b"))
    )
    region = Dimension("region", "T", trees)
    own = dict.fromkeys("abc", "2u") | {"T": "6x"}
    line = " ".join(own.get(code, "4") for code in region.codes)
    many = " ".join("300" if c == "T" else f"{len(c)}00" for c in region.codes)
    rows = {"a": line, "b": many}
    policy = DisclosurePolicy(hide=(0, 4), rounding=Rounding())
    itself = Limit((("a", ()),), (("a", ()), ("a", ())))
    for laws in ([], [itself], [law("a", "b")]):
        assert given_away(rows, laws, policy, region=region) == set()


def test_nor_what_parts_of_one_measure_leave_over():
    """No two of three are more than 4, and all are 6."""
    trees = [
        Hierarchy(
            {pair: "T", **dict.fromkeys(pair, pair)},
            dict.fromkeys(("T", pair), Additivity.AT_MOST),
        )
        for pair in ("ab", "bc", "ac")
    ]
    every = Hierarchy({"m": "T", **dict.fromkeys("abc", "m")})
    region = Dimension("region", "T", (every, *trees))
    own = dict.fromkeys("abc", "2u") | {"T": "6", "m": "6"}
    line = " ".join(own.get(code, "4") for code in region.codes)
    policy = DisclosurePolicy(hide=(0, 4), rounding=Rounding())
    assert given_away({"a": line}, [], policy, region=region) == set()


SHOWN_ZEROS = DisclosurePolicy(hide=(1, 3), rounding=Rounding(), zeros=Zeros.PUBLISH)
"""A sensitive count has to be possibly 1, 2 and 3."""


def test_one_end_that_laws_take_away_together_is_enough():
    """Each is 1 or 2, and never 3."""
    rows = triples("u", "u", "3 3", "5 20")
    assert given_away(rows, PAIRS, SHOWN_ZEROS) == in_region("GM1")


def test_what_cannot_be_is_given_away():
    """Each two are 4, and all are 5: nothing can be hidden in what is false."""
    rows = triples("u", "x", "4 4", "5 20")
    assert given_away(rows, PAIRS, SHOWN_ZEROS) == in_region("GM1")


def test_what_has_no_end_is_wide_enough():
    """A symbol says nothing here, and no law says that any two are few."""
    unaware = DisclosurePolicy(
        hide=(0, 3), rounding=Rounding(), reader=Reader(knows_reason=False)
    )
    rows = triples("u", "u", "3 3", "5 20")
    assert given_away(rows, PAIRS[:3], unaware) == set()


def test_cells_of_which_one_at_a_time_is_large_or_small_are_open():
    """Six are 3 together, or 15 and each 3 at most: any of them can be 0 or 3."""
    for value, laws in (("0u", [law("abcdef", "q")]), ("3u", [law("p", "abcdef")])):
        rows = dict.fromkeys("abcdef", f"x x {value} x x")
        rows |= {"p": "99 99 15 0 0", "q": "99 99 3 9 9"}
        assert given_away(rows, laws) == set()
        wide = DisclosurePolicy(
            hide=(0, 3),
            rounding=Rounding(),
            protection=Protection(Covers.WIDTH, width=3),
        )
        assert given_away(rows, laws, wide) == set()


def test_laws_of_as_many_cells_on_both_sides_are_looked_at_in_their_own_part():
    """Two of p are no more than a pair, the three no more than three of q: each is 2.

    Nothing binds in the provincie, so that the gemeenten are the first part.
    """
    laws = [law("pp", pair) for pair in ("ab", "bc", "ac")] + [law("abc", "qqq")]
    rows = triples("u", "x", "2 0", "2 20")
    first, second = (
        given_away(rows, laws, SHOWN_ZEROS, Look(number)) for number in (0, 1)
    )
    assert (first, second) == (in_region("GM1"), set())


BOTH = triples("u", "u", "3 3", "5 5")


def test_only_the_cells_that_are_asked_for_are_looked_at():
    at = {"a": np.array([2]), "c": np.array([3, 4])}
    assert given_away(BOTH, PAIRS, look=Look(cells=at)) == {"a GM1", "c GM2"}
    rows = {"a": "5 5 5 0 0", "b": "2u 2u 2u 0x 0x"}
    assert len(given_away(rows, ONE_SUM)) == 3
    assert given_away(rows, ONE_SUM, look=Look(cells=at)) == set()


def test_parts_are_shared_out_without_one_left_out():
    """A provincie and what it is a part of are one part, its gemeenten the other."""
    rows = dict.fromkeys("ab", "x 2u 2u 0x 0x") | {"c": "x 1u 1u 0x 0x"}
    rows |= {"p": "99 3 3 0 0", "q": "999 5 5 0 0"}
    first, second = (given_away(rows, PAIRS, look=Look(n, 2)) for n in (0, 1))
    assert first == in_region("PV")
    assert second == in_region("PV") | in_region("GM1") == given_away(rows, PAIRS)
    assert given_away(rows, PAIRS, look=Look(2)) == set()


def test_each_measure_is_judged_by_its_own_policy():
    """The width of 9 that b needs is that of its policy."""
    fives = Rounding(5, RoundingMethod.CONVENTIONAL)
    wide = DisclosurePolicy(hide=(0, 7), rounding=fives)
    policies = dict.fromkeys("acpq", POLICY) | {"b": wide}
    rows = triples("u", "u", "0 0", "5 20")
    assert given_away(rows, PAIRS, policies) == {"b GM1"}
