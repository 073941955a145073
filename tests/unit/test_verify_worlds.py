"""The verifier of worlds: it believes nothing, and every planted lie is found."""

import ast
import sys
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import engine.verify
from engine.verify import ENDLESS, Reading, _narrow, verify


REGION = ("region", ["NL", "a", "b", "c"], [({"a": "NL", "b": "NL", "c": "NL"}, {})])

FIVES = Reading(
    slack=(2, 2),
    never_shown=None,
    sensitive=(0, 7),
    least_hidden=0,
    zeros_stay=False,
)
EXACT = Reading(
    slack=(0, 0), never_shown=None, sensitive=(1, 4), least_hidden=1, zeros_stay=True
)


def view(**cells):
    """Figure or symbol per region; a sensitive cell needs all of the range 0-7."""
    published = [None if isinstance(c, str) else c for c in cells.values()]
    status = [c if isinstance(c, str) else "s" for c in cells.values()]
    return pa.table(
        {
            "region": list(cells),
            "published": pa.array(published, pa.int64()),
            "status": status,
            "in_range": [symbol == "u" for symbol in status],
            "low": [0] * len(status),
            "high": [7] * len(status),
            "width": [0] * len(status),
            "fixed": [False] * len(status),
        }
    )


def worlds(*values, codes=("NL", "a", "b", "c")):
    """One world per list of values, for these codes."""
    return pa.table(
        {
            "world": pa.array(np.repeat(range(len(values)), len(codes)), pa.int32()),
            "region": list(codes) * len(values),
            "value": pa.array([n for world in values for n in world], pa.int64()),
        }
    )


HIDDEN_PAIR = view(NL=20, a="u", b="x", c=10)
PROOF = worlds((20, 0, 10, 10), (20, 7, 3, 10))


def test_worlds_that_prove_a_release():
    assert verify([[REGION]], HIDDEN_PAIR, PROOF, FIVES) == []


def test_a_single_hidden_part_cannot_be_proven():
    """22 - 8 - 8 = 6 is the most that the hidden part can be: 7 is never attained."""
    said = view(NL=20, a="u", b=10, c=10)
    best = worlds((18, 0, 9, 9), (22, 6, 8, 8))
    assert verify([[REGION]], said, best, FIVES) == [
        "1 protected cells do not attain their safety interval"
    ]


LIES = {
    "does not add up": (
        ((20, 0, 10, 10), (20, 7, 4, 10)),
        "1 worlds do not add up along dimension 'region'",
    ),
    "a figure would be another": (
        ((20, 0, 10, 10), (20, 7, 0, 13)),
        "1 worlds would have been published otherwise",
    ),
    "a negative cell": (
        ((20, 0, 10, 10), (15, 7, -2, 10)),
        "1 worlds would have been published otherwise",
    ),
    "beyond the hidden range": (
        ((20, 0, 10, 10), (20, 8, 2, 10)),
        "1 worlds would have been published otherwise",
    ),
    "no low value": (
        ((20, 1, 9, 10), (20, 7, 3, 10)),
        "1 protected cells do not attain their safety interval",
    ),
    "no high value": (
        ((20, 0, 10, 10), (20, 6, 4, 10)),
        "1 protected cells do not attain their safety interval",
    ),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_planted_lie_is_found(lie):
    values, finding = LIES[lie]
    assert verify([[REGION]], HIDDEN_PAIR, worlds(*values), FIVES) == [finding]


def test_worlds_of_other_cells_prove_nothing():
    same = "the worlds do not all have the same cells, once"
    shuffled = PROOF.take([0, 1, 2, 3, 4, 6, 5, 7])
    assert verify([[REGION]], HIDDEN_PAIR, shuffled, FIVES) == [same]
    assert verify([[REGION]], HIDDEN_PAIR, PROOF.slice(0, 7), FIVES) == [same]
    assert verify([[REGION]], HIDDEN_PAIR, PROOF.slice(0, 0), FIVES) == [same]
    twice = worlds((20, 0, 10, 10), codes=("NL", "a", "b", "b"))
    assert verify([[REGION]], HIDDEN_PAIR, twice, FIVES) == [same]
    less = worlds((20, 10, 10), codes=("NL", "a", "b"))
    lacking = "the worlds lack cells of the tables"
    assert verify([[REGION]], HIDDEN_PAIR, less, FIVES) == [lacking]


def test_a_published_zero_is_a_zero_and_a_hidden_cell_is_not():
    said = view(NL=12, a="u", b="x", c=0).set_column(4, "low", [[1] * 4])
    said = said.set_column(5, "high", [[4] * 4])
    good = worlds((12, 1, 11, 0), (12, 4, 8, 0))
    assert verify([[REGION]], said, good, EXACT) == []
    wrong = worlds((12, 1, 11, 0), (12, 4, 8, 0), (12, 0, 12, 0))
    assert verify([[REGION]], said, wrong, EXACT) == [
        "1 worlds would have been published otherwise"
    ]


def test_what_the_symbols_alone_rule_out_is_not_asked_for():
    """Three hidden parts of 1 or more make a whole of 3 or more, whatever is hidden."""
    said = view(NL="u", a="u", b="u", c="u").set_column(4, "low", [[1] * 4])
    said = said.set_column(5, "high", [[4] * 4])
    good = worlds((3, 1, 1, 1), (4, 2, 1, 1), (4, 1, 2, 1), (4, 1, 1, 2))
    assert verify([[REGION]], said, good, EXACT) == []
    assert verify([[REGION]], said, good.slice(0, 12), EXACT) == [
        "1 protected cells do not attain their safety interval"
    ]


def test_an_opt_out_may_be_zero_and_needs_its_width():
    said = view(NL=12, a="o", b="x", c=3).set_column(4, "low", [[ENDLESS] * 4])
    said = said.set_column(5, "high", [[0] * 4]).set_column(6, "width", [[8] * 4])
    assert verify([[REGION]], said, worlds((12, 0, 9, 3), (12, 8, 1, 3)), EXACT) == []
    narrow = worlds((12, 1, 8, 3), (12, 8, 1, 3))
    assert verify([[REGION]], said, narrow, EXACT) == [
        "1 protected cells do not attain their safety interval"
    ]


def test_the_rule_is_known():
    """With 0-7 never shown, 10 is 8 to 12; what must be shown may be anything."""
    knows = Reading((5, 4), (0, 7), (0, 7), 0, False)
    low = worlds((17, 0, 10, 7), (17, 7, 3, 7))
    shown = view(NL=20, a="u", b="x", c=10)
    assert verify([[REGION]], shown, low, knows) == [
        "2 worlds would have been published otherwise"
    ]
    must = shown.set_column(2, "status", [["s", "u", "x", "z"]])
    assert verify([[REGION]], must, low, knows) == []


def needing(said, **goals):
    """The view with other goals (`low`, `high`, `width`) for all of its cells."""
    for name, goal in goals.items():
        at = said.column_names.index(name)
        said = said.set_column(at, name, [[goal] * said.num_rows])
    return said


OTHERWISE = ["1 worlds would have been published otherwise"]
TOO_NARROW = ["1 protected cells do not attain their safety interval"]
ONES_HIDDEN = Reading((1, 1), (1, 4), (1, 4), 1, True)
FOURS_HIDDEN = replace(ONES_HIDDEN, slack=(4, 4))
TENS = Reading((5, 4), None, (0, 7), 0, False)
RANDOM_FIVES = Reading((4, 4), (1, 7), (1, 7), 1, True)
RANDOM_THREES = Reading((2, 2), (0, 7), (0, 7), 0, False)

FIGURES = {
    "10 in tens": (10, "s", TENS, 5, 14),
    "0 in fives": (0, "s", FIVES, 0, 2),
    "an exact 0": (0, "s", EXACT, 0, 0),
    "5 at random where 1-7 is never shown": (5, "s", RANDOM_FIVES, 8, 9),
    "5 at random where it must be shown": (5, "z", RANDOM_FIVES, 1, 9),
    "0 at random where 1-7 is never shown": (0, "s", RANDOM_FIVES, 0, 0),
    "0 at random where it must be shown": (0, "z", RANDOM_FIVES, 0, 4),
    "9 in threes where 0-7 is never shown": (9, "s", RANDOM_THREES, 8, 11),
    "0 that could be the first of what is hidden": (0, "s", ONES_HIDDEN, 0, 0),
    "0 that could be the last of what is hidden": (0, "s", FOURS_HIDDEN, 0, 0),
    "what cannot occur": (None, "w", EXACT, 0, 0),
    "hidden for another": (None, "x", EXACT, 1, ENDLESS),
    "hidden by its gemeente": (None, "o", EXACT, 0, ENDLESS),
    "sensitive": (None, "u", EXACT, 1, 4),
}  # fmt: skip


@pytest.mark.parametrize("figure", FIGURES)
def test_a_world_has_the_first_and_last_value_of_a_figure_and_none_beyond(figure):
    shown, symbol, reads, first, last = FIGURES[figure]
    alone = [("region", ["NL"], [({}, {})])]
    said = needing(view(NL=symbol if shown is None else shown), low=ENDLESS, high=0)
    said = said.set_column(2, "status", [[symbol]])
    both = [value for value in (first, last) if value < ENDLESS]
    found = worlds(*[(value,) for value in both], codes=["NL"])
    assert verify([alone], said, found, reads) == []
    for wrong in {first - 1, last + 1} - {ENDLESS + 1}:
        found = worlds((wrong,), codes=["NL"])
        assert verify([alone], said, found, reads) == OTHERWISE


def test_no_more_room_is_asked_for_than_the_symbols_leave():
    """The whole of two hidden parts is 2 to 4: no two values are 3 apart."""
    said = needing(view(NL="u", a="x", b="x", c="w"), low=1, high=4, width=3)
    ends = worlds((2, 1, 1, 0), (4, 2, 2, 0))
    assert verify([[REGION]], said, ends, EXACT) == []
    assert verify([[REGION]], said, ends.slice(0, 4), EXACT) == TOO_NARROW


def test_a_zero_that_could_have_been_hidden_is_no_excuse():
    """The whole is 1 to 7 and b is shown as 0: a is 1 or more. With b hidden, not."""
    reads = Reading((0, 0), None, (1, 7), 0, zeros_stay=False)
    said = needing(view(NL="u", a="o", b=0, c="w"), low=1, high=7)
    said = said.set_column(4, "low", [[1, 0, 0, 0]])
    every = worlds(*[(n, n, 0, 0) for n in range(1, 8)])
    assert verify([[REGION]], said, every, reads) == TOO_NARROW
    stays = Reading((0, 0), None, (1, 7), 0, zeros_stay=True)
    assert verify([[REGION]], said, every, stays) == []


BOUNDS = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(sorted)
HOLDS = {
    "exact": lambda whole, parts: whole == sum(parts),
    "at_most": lambda whole, parts: whole >= sum(parts),
    "overlap": lambda whole, parts: max(parts) <= whole <= sum(parts),
}


@pytest.mark.parametrize("kind", HOLDS)
@settings(max_examples=100)
@given(every=st.lists(BOUNDS, min_size=2, max_size=4))
def test_a_sum_leaves_each_cell_what_some_world_has(kind, every):
    """The first cell is the whole. Bounds that no world has are no example."""
    ranges = [range(first, last + 1) for first, last in every]
    possible = [w for w in product(*ranges) if HOLDS[kind](w[0], w[1:])]
    assume(possible)
    low, high = np.array(every, dtype=np.int64).T.copy()
    parts = np.arange(1, len(every))[:, None]
    _narrow(low, high, [("region", kind, np.array([0]), parts)])
    assert low.tolist() == np.min(possible, axis=0).tolist()
    assert high.tolist() == np.max(possible, axis=0).tolist()


KINDS = {
    "at_most": ((20, 0, 5, 10), (20, 7, 3, 10), (20, 7, 4, 10)),
    "overlap": ((20, 0, 14, 10), (20, 7, 20, 10), (20, 7, 21, 10), (20, 3, 5, 10)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_parts_that_need_not_add_up(kind):
    axis = ("region", REGION[1], [(REGION[2][0][0], {"NL": kind})])
    said = view(NL=20, a="u", b="x", c=10)
    values = KINDS[kind]
    assert verify([[axis]], said, worlds(*values[:2]), FIVES) == []
    for wrong in values[2:]:
        found = verify([[axis]], said, worlds(*values[:2], wrong), FIVES)
        assert found[0] == "1 worlds do not add up along dimension 'region'"


def test_linked_tables_share_their_cells():
    """Region by nothing, and region by age: one cell per region, and its ages."""
    age = ("age", ["T", "y", "o"], [({"y": "T", "o": "T"}, {})])
    small = ("region", ["NL", "a", "b"], [({"a": "NL", "b": "NL"}, {})])
    rows = [(r, a) for r in small[1] for a in age[1]]
    value = [20, 12, 8, 12, 7, 5, 8, 5, 3]
    told = pa.table(
        {
            "world": pa.array([0] * 9, pa.int32()),
            "region": [r for r, _ in rows],
            "age": [a for _, a in rows],
            "value": value,
        }
    )
    said = pa.table(
        {
            "region": ["NL", "a"],
            "age": ["T", "T"],
            "published": [20, 10],
            "status": ["s", "s"],
            "in_range": [False, False],
            "fixed": [False, False],
            **{goal: [0, 0] for goal in ("low", "high", "width")},
        }
    )
    assert verify([[small], [small, age]], said, told, FIVES) == []
    off = told.set_column(3, "value", [[20, 12, 8, 12, 7, 5, 9, 5, 4]])
    assert verify([[small], [small, age]], said, off, FIVES) == [
        "1 worlds do not add up along dimension 'region'"
    ]


def test_the_verifier_depends_on_numpy_and_pyarrow_alone():
    source = Path(engine.verify.__file__).read_text(encoding="utf-8")
    nodes = list(ast.walk(ast.parse(source)))
    names = {a.name for n in nodes if isinstance(n, ast.Import) for a in n.names}
    names |= {n.module for n in nodes if isinstance(n, ast.ImportFrom)}
    own = {name.split(".")[0] for name in names} - sys.stdlib_module_names
    assert own == {"numpy", "pyarrow"}
    assert len(source.splitlines()) < 150
