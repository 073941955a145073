"""The words of a table: made from the rules, and read back as they were."""

import json

import pytest

from outputs.description import describe_table, read_description, write_description
from outputs.documentation import Edition, notes
from outputs.symbols import ReleaseStatus
from rules.catalogue import load
from rules.dimension_titles import dimension_titles
from rules.indicator import Text
from tests.support.releases import CLIENTS, HOUSEHOLDS, PERIOD, POLICY, TABLE


EDITION = Edition(PERIOD, ReleaseStatus.PRELIMINARY, 2, 3)
SAID = notes(POLICY, [HOUSEHOLDS, CLIENTS], EDITION)
DESCRIBED = describe_table(TABLE, [HOUSEHOLDS, CLIENTS], SAID)


def test_a_description_has_every_name_and_label():
    assert [one.code for one in DESCRIBED.measures] == [
        "STA_HUISHOUDENS", "STA_HUISHOUDENS_PER_1000", "STA_CLIENTEN",
    ]  # fmt: skip
    rate = DESCRIBED.measures[1]
    assert rate.unit == Text(
        "per 1 000 particuliere huishoudens", "per 1,000 private households"
    )
    assert rate.title.nl.startswith("Huishoudens met voorzieningen, per 1 000")
    number = DESCRIBED.dimensions[1]
    assert number.title.nl == "Aantal voorzieningen"
    assert number.codes["2+"].en == "2 or more provisions"


def test_a_description_says_who_is_counted_and_how_it_is_rounded():
    said = " ".join(DESCRIBED.notes)
    assert "2 van de 3 gemeenten nemen deel" in said
    assert "Aantallen van 0 tot en met 7 zijn geheim." in said
    assert not any(note.startswith("-") for note in DESCRIBED.notes)


def test_every_dimension_of_the_catalogue_has_a_title():
    tables = load().tables.values()
    used = {dimension.name for table in tables for dimension in table.dimensions}
    missing = used - set(dimension_titles())
    assert missing == set(), "add them to rules/dimension_titles.toml"


def test_what_is_written_is_read_back():
    content = write_description(DESCRIBED)
    assert read_description(content) == DESCRIBED
    assert json.loads(content)["title"]["nl"] == "Gebruik voorzieningen"


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b'  "notes": [', b'  "more": 1,\n  "notes": ['),
        (b'"title": {', b'"title": 1, "was": {'),
        (b"{", b"["),
        (b'"code": "stapeling",\n', b""),
    ],
)
def test_what_we_would_not_write_is_not_read(was, becomes):
    content = write_description(DESCRIBED).replace(was, becomes, 1)
    with pytest.raises(ValueError, match="not the description of a table"):
        read_description(content)
