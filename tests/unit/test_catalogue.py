"""The catalogue: what it has, and how it names everything that is wrong with it."""

import re
import shutil
from pathlib import Path

import pytest

from rules.catalogue import load
from rules.classification import Additivity
from rules.classification_file import read_dimension
from rules.describe import describe
from rules.errors import RuleError
from rules.fingerprint import RULES, fingerprint
from rules.indicator import CountedUnit, Denominator, RegionRule
from rules.period import HalfYear
from rules.vocabulary import DOMAINS, wmo_main_groups


@pytest.fixture
def own_rules(tmp_path: Path) -> Path:
    """A copy of the rules, to be spoiled."""
    for folder in ("indicators", "classifications"):
        shutil.copytree(RULES / folder, tmp_path / folder)
    shutil.copy(RULES / "disclosure.toml", tmp_path)
    return tmp_path


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def problems(folder: Path) -> str:
    with pytest.raises(RuleError) as caught:
        load(folder)
    return str(caught.value)


def test_the_package_has_a_catalogue_without_errors():
    catalogue = load()
    indicator = catalogue.indicators["WMO_CLIENTEN"]
    assert indicator.counts is CountedUnit.CLIENTS
    assert indicator.region is RegionRule.CLIENT
    assert indicator.denominator is Denominator.INHABITANTS
    assert indicator.where == {"domain": ("wmo",)}
    assert indicator.since == HalfYear(2015, 1)
    assert catalogue.policies[indicator.disclosure].hide == (0, 7)
    assert catalogue.tables["stapeling"].impossible[-1] == {
        "combination": "JPW",
        "number": "2",
    }


def test_a_classification_says_on_a_parent_how_its_parts_relate():
    found = load().tables["wmo"].published()[0]
    (dimension,) = found.dimensions
    (tree,) = dimension.hierarchies
    assert dimension.codes == ("T", "XVO", "VO", "OT", "HH", "HD", "OV")
    assert tree.parents["HH"] == "XVO"
    assert {parent: tree.kind(parent) for parent in ("T", "XVO")} == {
        "T": Additivity.OVERLAP,
        "XVO": Additivity.OVERLAP,
    }
    assert found.labels["wmo_type"]["HH"].nl == "Hulp bij het huishouden"


def test_combinations_and_numbers_add_up():
    for dimension in load().tables["stapeling"].dimensions:
        assert dimension.hierarchies[0].kind("T") is Additivity.EXACT


def test_all_errors_are_named_together(own_rules):
    wmo = own_rules / "indicators" / "wmo.toml"
    stapeling = own_rules / "indicators" / "stapeling.toml"
    change(wmo, 'where = { domain = ["wmo"] }', 'where = { domain = ["wmoo"] }')
    change(wmo, 'since = "2015-H1"', 'since = "2015"')
    change(stapeling, 'counts = "households"', 'counts = "dwellings"')
    change(stapeling, 'disclosure = "social_domain"', 'disclosure = "none"')
    change(own_rules / "disclosure.toml", "hide = [0, 7]", "hyde = [0, 7]")
    found = problems(own_rules)
    assert "indicators/wmo.toml: WMO_CLIENTEN: 'where.domain' has 'wmoo'; " in found
    assert "choose from: wmo, jeugd, pwet" in found
    assert "WMO_CLIENTEN: 'since': a half-year is written 2023-H1" in found
    assert "STA_HUISHOUDENS: 'counts' is 'dwellings'; choose from: " in found
    assert "STA_HUISHOUDENS: 'disclosure' is 'none'; choose from: " in found
    assert "disclosure.toml: policy social_domain" in found
    assert "hyde" in found


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('code = "WMO_CLIENTEN"', 'code = "wmo clienten"', "'code' is 'wmo clienten'"),
        ('code = "WMO_CLIENTEN"', 'code = "STA_CLIENTEN"', "is declared twice"),
        ('time = "during"', "", "add 'time'"),
        ('time = "during"', 'tyme = "during"', "unknown key 'tyme'"),
        ('time = "during"', "time = 3", "'time' must be a text"),
        (
            'region = "client"',
            'region = "residence"',
            "clients count in one place only",
        ),
        ('counts = "clients"', 'counts = "persons"', "persons count in one place only"),
        (
            'where = { domain = ["wmo"] }',
            "",
            "11 types that 'where' allows are no code",
        ),
        ('number = "number"', 'number = "nummer"', "'number' is 'nummer'; choose from"),
        ('number = "number"', 'number = "course"', "must have the codes B, I, U, E"),
        (
            'number = "number"',
            'number = "living"',
            "clients have no 'living' (dimension",
        ),
        ('regions = "gemeente"', 'regions = "straat"', "'regions' is 'straat'"),
        (
            'areas = ["landsdeel", "corop"]',
            'areas = ["streek"]',
            "'areas' has 'streek'",
        ),
        (
            'areas = ["landsdeel", "corop"]',
            'areas = ["landsdeel", "corop"]\nregions = "provincie"',
            "'areas' has corop; that needs gemeenten as regions",
        ),
        (
            'codes = { wmo_type = ["XVO", "VO", ',
            "codes = { wmo_type = [",
            "their 1 par",
        ),
        ('"HH", "HD", "OV"] }', '"HH", "HD"] }', "keeps some parts only of 1 parents"),
        (
            'codes = { wmo_type = ["XVO", "VO", ',
            'codes = { wmo_type = ["X", ',
            "has 'X'",
        ),
        ("codes = { wmo_type", "codes = { type", "'codes' has 'type'"),
        ('code = "wmo_detail"', 'code = "wmo_reden"', "table 'wmo_reden' is declared"),
        ('dimensions = ["financing"]', 'dimensions = ["age"]', "no margin has the"),
        (
            'dimensions = ["financing"]',
            'dimensions = ["financing", "age", "sex"]',
            "more than 2 dimensions",
        ),
        ('["wmo"]', "[]", "'where.domain' must be a list of one or more"),
        ('domain = ["wmo"]', 'sex = ["1"]', "'where' has 'sex'; choose from: domain"),
        ('["wmo"]', '["wmo"], type = ["JH"]', "allows no type at all"),
        (
            "pair = ",
            "pairs = ",
            "classifications/pairs.csv",
        ),
        ('consent = "wmo_basis"', 'consent = "alles"', "'consent' is 'alles'"),
        ('{ nl = "Wmo-cliënten", en', "{ en", "'title' must have a text nl and a text"),
        ("[table.wmo]", "[table.Wmo]", "the table's code is 'Wmo'"),
        ("[[indicator]]", "[indicator]", "Cannot overwrite a value"),
        ("[table.wmo]", "[[table]]", "write every table as [table.code]"),
        ("[[indicator]]", "[[indicator]", "wmo.toml: cannot be read as TOML"),
    ],
)
def test_an_error_is_named(own_rules, old, new, message):
    change(own_rules / "indicators" / "wmo.toml", old, new)
    assert message in problems(own_rules)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('number = "1"', 'number = "7"', "'impossible.number' has '7'"),
        ('number = "1"', 'age = "1"', "'impossible' has 'age'"),
        ("impossible = [", 'impossible = ["JP", ', "must be a list of cells"),
        ("[table.stapeling]", "[table.wmo]", "this table is declared twice"),
    ],
)
def test_an_error_in_a_stapeling_table_is_named(own_rules, old, new, message):
    change(own_rules / "indicators" / "stapeling.toml", old, new)
    assert message in problems(own_rules)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("HH,XVO,,", "HH,XXX,,", "'XXX'"),
        ("HH,XVO,,", "HH,XVO,overlap,", "line 6: 'HH' has no parts"),
        ("XVO,T,overlap", "XVO,T,sometimes", "line 3: additive is 'sometimes'"),
        ("HH,XVO,,", "OT,XVO,,", "line 6: the code is empty or occurs before"),
        ("HH,XVO,,", "HH,,,", "2 rows have no parent"),
        ("Domestic help", "", "line 6: 'HH' needs a label in nl and in en"),
        ("Domestic help", "Help, domestic", "line 6: not 5 columns"),
        ("code,parent", "parent,code", "the first line must be code,parent,additive"),
        ("T,,overlap", "T,HH,overlap", "0 rows have no parent"),
    ],
)
def test_an_error_in_a_classification_is_named(own_rules, old, new, message):
    change(own_rules / "classifications" / "wmo_type.csv", old, new)
    found = problems(own_rules)
    assert message in found
    assert "classifications/wmo_type.csv: " in found


def test_stapeling_needs_its_own_codes(own_rules):
    change(own_rules / "classifications" / "number.csv", "6+,", "6,")
    assert "dimension 'number' must have the codes 1, 2, 3, 4, 5, 6+" in problems(
        own_rules
    )


def test_an_empty_folder_is_no_catalogue(tmp_path):
    found = problems(tmp_path)
    assert "disclosure.toml: cannot be read as TOML: No such file" in found
    assert "add one with an indicator" in found


def test_the_fingerprint_changes_with_any_byte_and_any_name(own_rules):
    before = fingerprint(own_rules)
    assert fingerprint(own_rules) == before
    change(own_rules / "classifications" / "number.csv", "Totaal", "totaal")
    changed = fingerprint(own_rules)
    (own_rules / "classifications" / "number.csv").rename(own_rules / "number.csv")
    assert len({before, changed, fingerprint(own_rules)}) == 3


def test_every_category_of_iwmo_has_a_main_group_of_the_table():
    groups = wmo_main_groups()
    assert list(groups) == [f"{category:02}" for category in range(1, 19)]
    assert set(groups.values()) == set(DOMAINS["wmo"])
    assert groups["07"] == "OT"  # dagbesteding
    assert set(groups.values()) <= set(
        read_dimension(RULES / "classifications" / "wmo_type.csv").dimension.codes
    )


def test_an_indicator_can_be_described():
    catalogue = load()
    text = describe(catalogue.indicators["WMO_CLIENTEN"], catalogue)
    assert text.startswith("WMO_CLIENTEN: Wmo-cliënten / Wmo clients\n")
    assert re.search("provisions +domain wmo", text)
    assert "per 1 000 inhabitants of 1 January" in text
    assert "0 to 7 hidden, a zero is hidden as any small count" in text
    assert "the rest rounded to multiples of 5 (conventional)" in text
