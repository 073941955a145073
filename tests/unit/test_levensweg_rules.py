"""The rules of the Levensweganalyse: read, refused, and made into codes that add up."""

import re
from pathlib import Path

import pytest

from rules.catalogue import load
from rules.errors import RuleError
from rules.fingerprint import RULES
from rules.indicator import RegionLevel
from rules.layout import load_layouts
from rules.levensweg import FILE, load_levensweg
from rules.levensweg_tables import measures_of
from rules.period import HalfYear


GOOD = (RULES / FILE).read_text("utf-8")
LEVENSWEG = load_levensweg()


def test_the_cohort_of_the_source_is_that_of_2015_followed_for_two_years():
    cohort = LEVENSWEG.cohort("levensweg-2015")
    assert cohort.periods == tuple(
        HalfYear.parse(text) for text in ("2015-H1", "2015-H2", "2016-H1", "2016-H2")
    )


def test_another_start_date_is_another_entry(tmp_path: Path):
    more = GOOD + '\n[[cohort]]\ncode = "levensweg-2018"\nfirst = "2018-H1"\n'
    found = load_levensweg(written(tmp_path, more + "half_years = 6\n"))
    assert found.cohort("levensweg-2018").periods[-1] == HalfYear(2020, 2)


def test_life_events_are_the_codes_of_their_register():
    (layout,) = (one for one in load_layouts() if one.source == "GEBEURTENISSEN")
    (field,) = (one for one in layout.fields if one.name == "event")
    assert tuple(event.code for event in LEVENSWEG.events) == field.codes


@pytest.mark.parametrize("code", LEVENSWEG.cohorts)
def test_every_code_has_a_label_in_both_languages(code: str):
    for measure in measures_of(LEVENSWEG, LEVENSWEG.cohort(code)):
        for table in measure.tables:
            (dimension,) = table.dimensions
            labels = table.labels[dimension.name]
            assert set(labels) == set(dimension.codes)
            assert all(label.nl and label.en for label in labels.values())
            assert len({label.nl for label in labels.values()}) == len(labels)


def test_every_measure_is_protected_by_a_policy_that_there_is():
    policies = load().policies
    assert {measure.disclosure for measure in LEVENSWEG.measures} <= set(policies)


def test_per_wijk_only_the_course_of_the_start_group_is_shown():
    measures = measures_of(LEVENSWEG, LEVENSWEG.cohort("levensweg-2015"))
    wijken = {
        table.code: len(table.dimensions[0].codes)
        for measure in measures
        for table in measure.tables
        if table.regions is RegionLevel.WIJK
    }
    assert wijken == {"levensweg_2015_startgroep_wijken": 1 + 3 * 3}


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("half_years = 4", "half_years = 1", "'half_years' must be a whole number"),
        ('first = "2015-H1"', 'first = "2015"', "a half-year is written"),
        ('"levensweg-2016"', '"levensweg-2015"', "declared twice"),
        ('types = ["6"]', 'types = ["5"]', "each TYPHH 1 to 8"),
        ('code = "09"', 'code = "00"', "the event's code is '00'"),
        ('follows = "entry"', 'follows = "exit"', "choose from: entry, event"),
        ("years_before = 3", "years_before = true", "'years_before' must be"),
        ("[window]", "[windows]", "unknown key 'windows'"),
        ("[[cohort]]", "[cohort]", "cannot be read as TOML"),
    ],
)
def test_an_error_is_named_with_its_entry(tmp_path: Path, right, wrong, said):
    assert right in GOOD
    with pytest.raises(RuleError, match=re.escape(said)):
        load_levensweg(written(tmp_path, GOOD.replace(right, wrong)))


def test_what_is_not_a_list_of_entries_is_said(tmp_path: Path):
    with pytest.raises(RuleError, match=r"write one or more \[\[cohort\]\]"):
        load_levensweg(written(tmp_path, "[cohort]\n"))


def test_a_cohort_that_is_not_there_is_said_with_those_that_are():
    with pytest.raises(RuleError, match="there are levensweg-2015, levensweg-2016"):
        LEVENSWEG.cohort("levensweg-1915")


def written(folder: Path, text: str) -> Path:
    (folder / FILE).write_text(text, "utf-8")
    return folder
