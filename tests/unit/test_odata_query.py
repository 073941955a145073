"""What clients may ask of an entity set, and what is refused."""

import pytest

from outputs.entities import EntitySet
from outputs.odata_query import BadQuery, parse


REGIONS = EntitySet.of(
    ["Key", "Title", "Count"],
    [
        ("NL01      ", "Nederland", 100),
        ("GM0310    ", "De Bilt", 15),
        ("GM0344    ", "Utrecht", None),
        ("WK034401  ", "'t Goy", 10),
    ],
)


def keys(**options):
    asked = {f"${name}": text for name, text in options.items()}
    query = parse(asked, REGIONS)
    return [row["Key"].strip() for row in query.rows(REGIONS)]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("Key eq 'GM0310    '", ["GM0310"]),
        ("Key eq 'GM0310'", ["GM0310"]),
        ("Key ne 'NL01'", ["GM0310", "GM0344", "WK034401"]),
        ("Title eq '''t Goy'", ["WK034401"]),
        ("startswith(Key, 'GM')", ["GM0310", "GM0344"]),
        ("endswith(Title,'t')", ["GM0310", "GM0344"]),
        ("substringof('M03',Key)", ["GM0310", "GM0344"]),
        ("contains(Key, 'M03')", ["GM0310", "GM0344"]),
        ("Count gt 10", ["NL01", "GM0310"]),
        ("Count ge 10 and Count lt 15.5", ["GM0310", "WK034401"]),
        ("Count le 10", ["WK034401"]),
        ("Count eq null", ["GM0344"]),
        ("not (Count eq null) and not startswith(Key,'GM')", ["NL01", "WK034401"]),
        ("(Key eq 'NL01') or (Key eq 'GM0310' and Count gt 100)", ["NL01"]),
        ("Key eq 'NL01' or Key eq 'GM0310' and Count gt 100", ["NL01"]),
        ("Title lt 'E'", ["GM0310", "WK034401"]),
        ("Count gt '10'", []),
        ("'GM0344' eq Key", ["GM0344"]),
        ("", ["NL01", "GM0310", "GM0344", "WK034401"]),
    ],
)
def test_a_filter_gives_its_rows(asked, found):
    assert keys(filter=asked) == found


def test_rows_are_skipped_after_the_filter():
    assert keys(filter="startswith(Key,'GM')", skip="1") == ["GM0344"]


def test_only_the_columns_that_are_selected_are_given():
    query = parse({"$select": "Title, Key"}, REGIONS)
    assert next(query.rows(REGIONS)) == {"Title": "Nederland", "Key": "NL01      "}
    assert parse({"$select": "*"}, REGIONS).select == ()


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"$orderby": "Key"}, "not supported here"),
        ({"$format": "atom"}, "only .format here is json"),
        ({"$select": "Key,Nothing"}, "1 names in .select do not exist"),
        ({"$top": "-1"}, ".top must be a whole number"),
        ({"$skip": "many"}, ".skip must be a whole number"),
        ({"$filter": "Key"}, "the end is missing"),
        ({"$filter": "Key is 'NL01'"}, "no comparison"),
        ({"$filter": "Nothing eq 'NL01'"}, "no name of this entity set"),
        ({"$filter": "Key eq 'NL01"}, "not understood at character"),
        ({"$filter": "Key eq 'NL01') or 1 eq 1"}, "not understood from word 4 on"),
        ({"$filter": "(Key eq 'NL01'"}, "is not followed by"),
        ({"$filter": "startswith(Key 'GM')"}, "is not followed by"),
        ({"$filter": "__import__('os') eq 1"}, "no name of this entity set"),
        ({"$filter": "(" * 60}, "too many brackets"),
    ],
)
def test_what_cannot_be_answered_is_refused(options, why):
    with pytest.raises(BadQuery, match=why):
        parse(options, REGIONS)
