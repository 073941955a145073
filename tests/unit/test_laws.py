"""Laws of counting: as the rules say them, and held against exact cells."""

from pathlib import Path

import pyarrow as pa
import pytest

from engine.celltable import CellTable, Limit
from engine.laws import Holding, joined
from engine.protect import protect
from engine.together import given_away_together
from rules.catalogue import load
from rules.classification import Dimension, Hierarchy
from rules.disclosure import DisclosurePolicy, Reader, Rounding
from rules.errors import RuleError
from rules.indicator import RegionLevel
from rules.laws import load_laws
from secure_env.rooms import as_seen


def test_the_package_has_laws_without_errors():
    laws = load_laws(load())
    assert sum(len(law.cases) for law in laws) == 99
    (wijk,) = (law for law in laws if law.regions == (RegionLevel.WIJK,))
    (case,) = wijk.cases
    assert case.smaller[0].measure == "WMO_CLIENTEN"
    assert case.larger[0].codes == ("W", "JW", "PW", "JPW")
    assert all(law.text.nl and law.needs.en for law in laws)


WRONG = """
[[law]]
text = { nl = "a", en = "b" }
needs = { nl = "a", en = "b" }
regions = ["dorp"]
cases = [
    { smaller = [{ measure = "NO_MEASURE" }], larger = [] },
    { smaller = [{ measure = "STA_CLIENTEN", number = ["9"] }], larger = [] },
    { smaller = [{ measure = "STA_CLIENTEN", times = 0 }], larger = [] },
]
unknown = 1
"""


def test_every_mistake_in_a_law_is_named(tmp_path: Path):
    (tmp_path / "laws.toml").write_text(WRONG)
    with pytest.raises(RuleError) as caught:
        load_laws(load(), tmp_path / "laws.toml")
    said = str(caught.value)
    for part in ("'dorp'", "'NO_MEASURE'", "'9'", "'times'", "'unknown'"):
        assert part in said
    assert "laws.toml: law 1, case 1" in said


TREE = Hierarchy({"PV1": "NL", "GM1": "PV1", "GM2": "PV1"})


def counts(name: str, region: Dimension, *values: int) -> CellTable:
    cells = {
        "region": [*region.codes],
        "value": pa.array(values, pa.int64()),
        "contributors": pa.array(values, pa.int64()),
        "largest": pa.array([min(value, 1) for value in values], pa.int64()),
        "second_largest": pa.array([int(value > 1) for value in values], pa.int64()),
        "status": ["s"] * len(values),
    }
    return CellTable(name, (region,), pa.table(cells), measure=name)


REGION = Dimension("region", "NL", (TREE,))
FEWER_IN_MORE = Limit((("fewer", ()),), (("more", ()),))


def test_a_law_is_used_where_the_exact_cells_keep_to_it():
    fewer = counts("fewer", REGION, 9, 9, 5, 4)
    more = counts("more", REGION, 9, 9, 6, 3)
    tables = {"fewer": fewer, "more": more}
    limit, broken = Holding(tables).of(FEWER_IN_MORE)
    assert limit.regions == ("NL", "PV1", "GM1")
    assert broken == 1
    more = counts("more", REGION, 8, 9, 6, 3)
    limit, broken = Holding({"fewer": fewer, "more": more}).of(FEWER_IN_MORE)
    assert (limit.regions, broken) == (("PV1", "GM1"), 2)


def test_a_law_says_nothing_where_another_gemeente_takes_part():
    """GM3 is in fewer and not in more; in no total can these be compared."""
    other = Hierarchy({"PV1": "NL", "GM1": "PV1", "GM3": "PV1"})
    fewer = counts("fewer", Dimension("region", "NL", (other,)), 9, 9, 5, 4)
    more = counts("more", REGION, 20, 20, 10, 10)
    limit, broken = Holding({"fewer": fewer, "more": more}).of(FEWER_IN_MORE)
    assert (limit.regions, broken) == (("GM1",), 0)


def test_other_regions_in_between_change_nothing():
    """Landsdelen in one table only, and wijken in the other only."""
    tree = Hierarchy({"LD1": "NL", "PV1": "LD1", "GM1": "PV1", "GM2": "PV1"})
    fewer = counts("fewer", Dimension("region", "NL", (tree,)), 9, 9, 9, 5, 4)
    wijken = Hierarchy(dict(TREE.parents) | {"WK11": "GM1"})
    more = counts("more", Dimension("region", "NL", (wijken,)), 9, 9, 5, 4, 3)
    for smaller, larger in ((fewer, more), (more, fewer)):
        tables = {"fewer": smaller, "more": larger}
        limit, broken = Holding(tables).of(FEWER_IN_MORE)
        assert set(limit.regions or ()) == {"NL", "PV1", "GM1", "GM2"}
        assert broken == 0


def test_measures_are_joined_directly_or_through_others():
    found = joined([{"a", "b"}, {"c", "b"}, {"d"}], ["a", "b", "c", "d", "e"])
    assert list(found) == [["a", "b", "c"], ["d"], ["e"]]


EXACT = DisclosurePolicy(
    hide=(0, 7), rounding=Rounding(), reader=Reader(knows_rule=True)
)
FLAT = Dimension.flat("region", "NL", ["GM1", "GM2"])


def test_what_measures_give_away_together_is_found_and_protected():
    """More than 5 of the pairs would be more than the 10 persons of GM1."""
    persons = counts("persons", FLAT, 40, 10, 30)
    pairs = counts("pairs", FLAT, 14, 5, 9)
    limit = Limit((("pairs", ()),) * 2, (("persons", ()),))
    apart = [protect([table], EXACT)[0] for table in (persons, pairs)]
    exact = [persons, pairs]
    found = given_away_together([as_seen(one) for one in apart], exact, EXACT, [limit])
    assert [len(rows) for rows in found] == [0, 1]
    joint = protect(exact, EXACT, limits=[limit])
    found = given_away_together([as_seen(one) for one in joint], exact, EXACT, [limit])
    assert [len(rows) for rows in found] == [0, 0]
    assert joint[0].cells["status"].to_pylist().count("x") > 0
