"""Record layouts: what is declared is read as declared, and errors come all at once."""

import re
from pathlib import Path

import pytest

from rules.consent import load_consent
from rules.errors import RuleError
from rules.layout import CheckKind, load_file_rules, load_layouts
from rules.period import HalfYear
from tests.support.deliveries import LAYOUTS


GOOD = """
source = "PROEF"
since = "2020-H1"
supplier = "gemeente"
formats = ["csv"]
separators = [";"]
encodings = ["utf-8"]
tolerated_percent = 5

[[field]]
column = "BSN"
name = "bsn"
type = "bsn"
mandatory = true

[[field]]
column = "Begin"
name = "starts"
type = "date"
stored = true

[[field]]
column = "Einde"
name = "ends"
type = "date"
stored = true

[[check]]
code = "X01"
kind = "order"
fields = ["starts", "ends"]
severity = "record"
nl = "Einde voor begin."
en = "End before start."
"""


LAST = 'en = "End before start."\n'
DERIVED = '\n[[derived]]\nname = "first"\nfirst_of = ["starts"]\n'
COMPARED = """
[[compare]]
code = "X51"
kind = "mix"
against = "previous"
margin = 10
nl = "Anders."
en = "Otherwise."
"""


SOURCES = {
    "WMO", "WMOKOSTEN", "SBO", "WMOCEO", "JEUGD", "JEUGDKOSTEN", "BUS", "SRG", "WSW",
    "WLZZVW", "WLZZVWKOSTEN", "VROEGSIGNALEN", "SLEUTEL", "PERSONEN", "ADRESSEN",
    "HUISHOUDENS", "OUDERS", "INKOMEN", "HERKOMST", "GEBEURTENISSEN", "REGIO",
    "GEBIEDEN", "GRENZEN", "BEVOLKING", "TOESTEMMING", "BESLUIT", "TOELICHTING",
}  # fmt: skip
"""What the monitor depends on."""


@pytest.mark.parametrize(
    "period", ["2015-H2", "2016-H1", "2018-H2", "2019-H1", "2026-H1"]
)
def test_every_source_has_one_layout_in_every_half_year(period: str):
    at = HalfYear.parse(period)
    found = [one.source for one in load_layouts() if one.covers(at)]
    assert sorted(found) == sorted(SOURCES)


def test_what_a_part_of_the_monitor_needs_can_be_delivered():
    needed = {source for part in load_consent().parts for source in part.delivered}
    assert needed <= {one.folder for one in load_layouts()}


def test_the_wmo_delivery_has_the_18_columns_of_the_protocol():
    columns = LAYOUTS["WMO"].columns
    assert len(columns) == 18
    assert columns[:3] == ("Gemeentecode", "Aanmaakdatum_bestand", "BSN")
    assert LAYOUTS["WMO"].stored == (
        "gemeente", "allocation", "financing", "provider_type", "intensity", "unit",
        "frequency", "costs", "reason", "type", "starts", "ends",
    )  # fmt: skip


def test_fields_bring_their_own_checks():
    kinds = [check.kind for check in LAYOUTS["WMO"].checks if "bsn" in check.fields]
    assert kinds == [CheckKind.FILLED, CheckKind.VALID, CheckKind.UNKNOWN_PERSON]


def test_a_derived_field_names_both_columns_to_the_supplier():
    assert LAYOUTS["WMO"].delivered("type") == (
        "Type_maatwerkarrangement_declaratie / Type_maatwerkarrangement_toewijzing"
    )


def test_no_layout_stores_a_bsn():
    for layout in LAYOUTS.values():
        assert "bsn" not in layout.stored


def test_rule_codes_are_explained_in_two_languages():
    for rule in load_file_rules().values():
        assert rule.text.nl
        assert rule.text.en
    for layout in LAYOUTS.values():
        for check in layout.checks:
            assert re.fullmatch(r"[A-Z]\d\d", check.code)
            assert check.text.nl != check.text.en


def test_a_layout_holds_for_its_half_years(tmp_path: Path):
    until = GOOD.replace('since = "2020-H1"', 'since = "2020-H1"\nuntil = "2021-H2"')
    (layout,) = read(tmp_path, until)
    assert [layout.covers(HalfYear(year, 1)) for year in (2019, 2020, 2021, 2022)] == [
        False, True, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('type = "bsn"\n', 'type = "bsn"\nfinds_person = true\n', "finds_person needs"),
        ('type = "bsn"', 'type = "burger"', "type 'burger' does not exist"),
        ('name = "ends"', 'name = "starts"', "name 'starts' occurs more than once"),
        ('kind = "order"', 'kind = "sorted"', "kind 'sorted' does not exist"),
        ('["starts", "ends"]', '["starts", "stops"]', "'stops' that does not exist"),
        ('["starts", "ends"]', '["starts"]', "order takes 2 fields"),
        ('["starts", "ends"]', '["starts", "bsn"]', "fields of type date"),
        ('supplier = "gemeente"', 'supplier = "iemand"', "supplier 'iemand'"),
        ('since = "2020-H1"', 'since = "2020"', "a half-year is written 2023-H1"),
        ("tolerated_percent = 5", "tolerated_percent = 500", "from 0 to 100"),
        ("tolerated_percent = 5", "tolerant = true", "'tolerant' is no word"),
        ('type = "bsn"\n', 'type = "bsn"\nstored = true\n', "is a BSN and cannot"),
        ('type = "bsn"', 'type = "code"', "needs codes or a form"),
        ('nl = "Einde voor begin."', "", "'nl' is missing"),
        ('severity = "record"', 'severity = "warning"', "severity 'warning'"),
        ('name = "bsn"', 'name = "BSN; drop"', "must be lower case"),
        ('formats = ["csv"]', "formats = []", "formats must name one or more"),
        ('["csv"]', '["csv", "txt"]', "txt, and only that, needs widths"),
        ('["csv"]', '["xml"]', "xml, and only that, needs a path"),
        ('[";"]', '["!"]', "a separator is one of"),
        ('type = "bsn"', 'type = "bsn"\nunknown = "?"', "unknown '?' has characters"),
        (LAST, f"{LAST}{DERIVED}", "needs two or more columns, or none"),
        (LAST, f"{LAST}{COMPARED}", "mix takes a field"),
        (LAST, f"{LAST}{COMPARED}field = 'no'\n", "'no' that does not exist"),
    ],
)
def test_an_error_is_named(tmp_path: Path, old: str, new: str, said: str):
    assert old in GOOD
    with pytest.raises(RuleError, match=re.escape(said)):
        read(tmp_path, GOOD.replace(old, new, 1))


def test_all_errors_come_at_once(tmp_path: Path):
    (tmp_path / "one.toml").write_text(GOOD.replace('"order"', '"sorted"'), "utf-8")
    (tmp_path / "two.toml").write_text("source = [", "utf-8")
    with pytest.raises(RuleError, match=r"(?s)2 errors.*one\.toml.*two\.toml"):
        load_layouts(tmp_path)


def test_two_layouts_for_one_half_year_are_refused(tmp_path: Path):
    (tmp_path / "one.toml").write_text(GOOD, "utf-8")
    with pytest.raises(RuleError, match="two layouts of PROEF"):
        read(tmp_path, GOOD)


def read(folder: Path, text: str):
    (folder / "proef.toml").write_text(text, "utf-8")
    return load_layouts(folder)
