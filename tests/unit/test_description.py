"""The words of a table: made from the rules, and read back as they were."""

import json

import pytest

from outputs.candidate import read_candidate
from outputs.description import (
    DENOMINATORS,
    describe_table,
    read_description,
    write_description,
)
from outputs.documentation import Edition, notes
from outputs.door import door_findings
from outputs.names import safe_codes, statline_key
from outputs.symbols import ReleaseStatus
from rules.catalogue import load
from rules.dimension_titles import dimension_titles
from rules.indicator import Denominator, TableSpec, Text
from rules.levensweg import load_levensweg
from rules.levensweg_tables import measures_of
from tests.support.releases import (
    CLIENTS,
    FACTS,
    HOUSEHOLDS,
    PERIOD,
    POLICY,
    TABLE,
    a_candidate,
)


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


def every_published_table() -> list[TableSpec]:
    """Of the catalogue and of the cohorts."""
    parts = [part for table in load().tables.values() for part in table.published()]
    levensweg = load_levensweg()
    followed = [measures_of(levensweg, cohort) for cohort in levensweg.cohorts.values()]
    return parts + [table for all_ in followed for one in all_ for table in one.tables]


def test_every_dimension_that_is_published_has_a_title():
    used = {d.name for table in every_published_table() for d in table.dimensions}
    missing = used - set(dimension_titles())
    assert missing == set(), "add them to rules/dimension_titles.toml"


def test_every_denominator_has_a_unit():
    assert set(DENOMINATORS) == set(Denominator)


def test_the_names_of_a_table_stay_different_in_every_format():
    for table in every_published_table():
        names = [dimension.name for dimension in table.dimensions]
        keys = {statline_key(dimension_titles()[name].nl) for name in names}
        assert len(keys - {"RegioS", "Perioden"}) == len(names)
        for dimension in table.dimensions:
            codes = safe_codes(dimension.codes)
            assert len({code.lower() for code in codes}) == len(codes)


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (lambda path: path.unlink(), "docs/stapeling.json: is missing"),
        (lambda path: path.write_text("{}"), "not the description of a table"),
        (
            lambda path: path.write_text(path.read_text().replace("STA_CLI", "STA_X")),
            "does not describe tables/stapeling.csv",
        ),
        (
            lambda path: path.write_text(
                path.read_text().replace("2 van", "123456782")
            ),
            "holds what may be a person's number",
        ),
    ],
)
def test_the_door_stops_a_description_that_does_not_fit(tmp_path, edit, why):
    folder = a_candidate(tmp_path).folder
    assert door_findings(read_candidate(folder), FACTS) == []
    edit(folder / "docs/stapeling.json")
    (finding,) = door_findings(read_candidate(folder), FACTS)
    assert why in finding


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
