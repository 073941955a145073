"""The products of the monitor: each has its tables, or a word on why not."""

from pathlib import Path

import pytest

from rules.catalogue import load
from rules.errors import RuleError
from rules.monitor import products
from tests.support.documents import published_tables


KNOWN = published_tables(load())
NAMED = (
    # StatLine
    "83262NED", "83264NED", "83265NED", "83266NED", "83267NED", "83268NED", "83619NED",
    "83817NED", "84420NED", "84580NED", "84662NED", "84664NED", "84751NED", "84752NED",
    "84753NED", "84908NED", "85043NED", "85044NED", "85047NED", "85095NED", "85096NED",
    "85097NED", "85101NED", "85102NED", "85375NED", "85588NED", "85637NED", "85638NED",
    "85639NED", "85896NED", "85994NED", "86050NED", "86051NED", "86158NED", "86181NED",
    "86186NED", "86193NED", "86195NED", "86204NED", "40061NED",
    "82343NED", "82969NED", "84511NED", "85589NED",
    # maatwerk
    "Veelvoorkomende combinaties", "Cliënten beschermd wonen", "Kosten Wmo",
    "Longitudinale Analyse", "Gebruik en samenloop",
    # the municipal report, the dashboard, the wijkprofiel
    "figure 1.6", "figure 2.8", "figure 3.1", "figure 4.1", "figure 5.1", "figure 5.2",
    "figure 5.3", "Wijkprofiel figure 4",
    "tile: Huishoudens met voorzieningen naar aantal",
    "tile: Inwoners met individuele Wmo-voorzieningen",
    "tile: Huishoudens met voorzieningen per wet",
    "tile: Jongeren met Jeugdzorg-trajecten",
    # sources of chapter 2, and the wider set of 2014
    "(BUS)", "(SRG)", "(Wsw)", "intensiteit", "verwijzer", "euro's per periode",
    "Wlz en Zvw", "beweging in de keten", "early warning", "profiel gemeente",
    "zes hoofdgroepen", "schatting",
)  # fmt: skip
"""What the source documents name: tables, figures, tiles, items of the data set."""

MISSING: tuple[str, ...] = ()
"""Products that have no table yet."""


@pytest.mark.parametrize("name", NAMED)
def test_everything_that_the_sources_name_is_a_product(name: str):
    assert [each.name for each in products(KNOWN) if name in each.name]


def test_everything_that_the_sources_name_has_its_tables():
    """None is missing but what is listed; a product that gets tables leaves it."""
    without = [each.name for each in products(KNOWN) if not each.tables]
    assert sorted(without) == sorted(MISSING)


def test_every_entry_says_what_it_is():
    """In both languages, of which unit and table, since when, and where it is named."""
    rules = load()
    for each in rules.indicators.values():
        texts = (each.title.nl, each.title.en, each.definition.nl, each.definition.en)
        assert all(texts), each.code
        assert each.source, each.code
        assert each.table in rules.tables, each.code
        assert rules.tables[each.table].source, each.table
        assert str(each.since) >= "2015-H1", each.code


def test_every_published_table_is_a_product_or_part_of_one():
    named = {code for product in products(KNOWN) for code in product.tables}
    of_other_cohorts = {
        code
        for code in KNOWN
        if code.startswith("levensweg_") and not code.startswith("levensweg_2015_")
    }
    assert named == set(KNOWN) - of_other_cohorts


@pytest.mark.parametrize(
    ("tables", "lacks"), [('["no_such_table"]', "all of it"), ("[]", "")]
)
def test_a_product_without_tables_says_why(tmp_path: Path, tables: str, lacks: str):
    path = tmp_path / "monitor.toml"
    path.write_text(
        f'[[product]]\nname = "X"\nsource = "Y"\ntables = {tables}\nlacks = "{lacks}"\n'
    )
    with pytest.raises(RuleError, match=r"1 products name a table that is not there"):
        products(KNOWN, path)
