"""The products of the monitor: each has its tables, or a word on why not."""

from pathlib import Path

import pytest

from rules.catalogue import load
from rules.errors import RuleError
from rules.monitor import products


KNOWN = [each.code for table in load().tables.values() for each in table.published()]


def test_every_published_table_is_a_product_or_part_of_one():
    named = {code for product in products(KNOWN) for code in product.tables}
    assert named == set(KNOWN)


@pytest.mark.parametrize(
    ("tables", "lacks"), [('["no_such_table"]', "all of it"), ("[]", "")]
)
def test_a_product_without_tables_says_why(tmp_path: Path, tables: str, lacks: str):
    path = tmp_path / "monitor.toml"
    path.write_text(f'[[product]]\nname = "X"\ntables = {tables}\nlacks = "{lacks}"\n')
    with pytest.raises(RuleError, match=r"1 products name a table that is not there"):
        products(KNOWN, path)
