"""The verifier of worlds: it believes nothing, and every planted lie is found."""

import ast
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

import engine.verify
from engine.verify import ENDLESS, Reading, verify


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
