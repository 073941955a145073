"""The checks of the layouts, word by word: what fails, where, and what stays."""

from collections import Counter
from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.layout import FieldType, FileFormat
from rules.period import HalfYear
from secure_env.checks import Checks, stored_schema
from secure_env.columns import Subject
from tests.support.deliveries import LAYOUTS, bus, jeugd, numbers, wmo


PERIOD = HalfYear(2023, 1)
ONE, OTHER = numbers(2)


def check(source: str, *lines: str, supplier: str = "GM0363") -> Checks:
    checks, _ = run(source, [list(lines)], supplier)
    return checks


def run(
    source: str, batches: list[list[str]], supplier: str = "GM0363"
) -> tuple[Checks, list[pa.Table]]:
    layout = LAYOUTS[source]
    names = [field.name for field in layout.fields]
    line = 2
    checks = Checks(Subject(layout, PERIOD, supplier, FileFormat.CSV))
    kept = []
    for batch in batches:
        rows = [[value or None for value in text.split(";")] for text in batch]
        columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
        table = pa.table(
            {name: pa.array(column, pa.string()) for name, column in columns.items()}
        )
        numbered = pa.array(range(line, line + len(batch)), pa.int32())
        kept.append(checks.judge(table.append_column("line", numbered)).table)
        line += len(batch)
    return checks, kept


def broken(checks: Checks) -> dict[str, tuple[int, ...]]:
    return {finding.rule: finding.lines for finding in checks.findings()}


def test_a_good_record_breaks_no_rule():
    for checks in (
        check("WMO", wmo(ONE), wmo(OTHER)),
        check("JEUGD", jeugd(ONE), supplier="12345678"),
        check("BUS", bus(ONE)),
    ):
        assert checks.findings() == ()
        assert checks.bad == 0


@pytest.mark.parametrize(
    ("other", "rules"),
    [
        ({"bsn": ""}, {"V01"}),
        ({"bsn": "123456789"}, {"V07"}),
        ({"bsn": "12345672"}, {"V07"}),
        ({"bsn": "999999999"}, {"V07"}),
        ({"created": ""}, {"V01"}),
        ({"created": "20230230"}, {"V04"}),
        ({"created": "2023-08-01"}, {"V04"}),
        ({"created": "01082023"}, {"V04"}),
        ({"created": "2023081"}, {"V04"}),
        ({"created": " 2023081"}, {"V04"}),
        ({"created": "00000101"}, {"V04"}),
        ({"created": "20231301"}, {"V04"}),
        ({"created": "２０２３０１０１"}, {"V04"}),  # noqa: RUF001
        ({"created": "20240229"}, set()),
        ({"created": "20230229"}, {"V04"}),
        ({"type_assigned": ""}, {"V01"}),
        ({"type_assigned": "", "type_claimed": "18"}, set()),
        ({"type_assigned": "19"}, {"V03"}),
        ({"type_assigned": "1"}, {"V03"}),
        ({"type_assigned": "01 "}, {"V03"}),
        ({"type_claimed": "XX"}, {"V03"}),
        ({"financing": "3"}, {"V03"}),
        ({"reason": "17", "ends_legally": "20230101"}, {"V03"}),
        ({"reason": "05", "ends_actually": "20230101"}, set()),
        ({"reason": "05"}, {"W05"}),
        ({"gemeente": "GM0599"}, {"V09"}),
        ({"gemeente": "0363"}, {"V03", "V09"}),
        ({"gemeente": ""}, {"V01"}),
        ({"starts_legally": ""}, {"V01"}),
        ({"starts_legally": "", "starts_actually": "20230630"}, set()),
        ({"ends_legally": "20230101"}, set()),
        ({"ends_legally": "20221231"}, {"W01", "W03"}),
        ({"starts_legally": "20220101", "ends_legally": "20230101"}, set()),
        ({"starts_legally": "20220101", "ends_legally": "20221231"}, {"W03"}),
        ({"starts_legally": "20230630"}, set()),
        ({"starts_legally": "20230701"}, {"W02"}),
        ({"allocation": "=1+1"}, {"V02"}),
        ({"allocation": "@x"}, {"V02"}),
        ({"allocation": "a\tb"}, {"V02"}),
        ({"allocation": "a\u200bb"}, {"V02"}),
        ({"allocation": "x" * 101}, {"V02"}),
        ({"allocation": "é" * 100}, set()),
        ({"costs": "-12,50"}, set()),
        ({"costs": "=cmd"}, {"V13"}),
    ],
)
def test_a_wmo_record(other: dict[str, str], rules: set[str]):
    checks = check("WMO", wmo(ONE, **other))
    assert set(broken(checks)) == rules
    assert checks.bad == bool(rules - {"V09", "W05"})


def test_what_was_claimed_prevails_over_what_was_assigned():
    lines = [
        wmo(ONE, type_claimed="02", starts_actually="20230215"),
        wmo(OTHER, ends_actually="20230301", ends_legally="20230401"),
    ]
    _, (kept,) = run("WMO", [lines])
    assert kept["type"].to_pylist() == ["02", "01"]
    assert kept["starts"].to_pylist() == [date(2023, 2, 15), date(2023, 1, 1)]
    assert kept["ends"].to_pylist() == [None, date(2023, 3, 1)]


@pytest.mark.parametrize(
    ("other", "rules"),
    [
        ({"bsn": "999999999"}, {"V10"}),
        ({"bsn": "000000000"}, {"V12"}),
        ({"bsn": "999999998"}, {"V07"}),
        ({"kind": "2", "form": "11", "referrer": ""}, set()),
        ({"kind": "2", "form": "02", "referrer": ""}, {"J05"}),
        ({"kind": "3", "form": "41"}, {"J06"}),
        ({"kind": "1", "form": "21"}, {"J05"}),
        ({"kind": "4"}, {"J05", "J06"}),
        ({"provider": "87654321"}, {"V09"}),
        ({"birth_date": "20100500"}, set()),
        ({"sex": "X"}, {"V03"}),
    ],
)
def test_a_jeugd_record(other: dict[str, str], rules: set[str]):
    assert (
        set(broken(check("JEUGD", jeugd(ONE, **other), supplier="12345678"))) == rules
    )


@pytest.mark.parametrize(
    ("other", "rules"),
    [
        ({"month": "06"}, set()),
        ({"month": "7"}, {"B05"}),
        ({"year": "2022"}, {"B05"}),
        ({"month": "maart"}, {"V05"}),
        ({"month": "-3"}, {"V05"}),
        ({"year": ""}, {"V01"}),
        ({"scheme": "10"}, {"V03"}),
    ],
)
def test_a_bus_record(other: dict[str, str], rules: set[str]):
    assert set(broken(check("BUS", bus(ONE, **other)))) == rules


def test_every_failing_line_counts_and_twenty_are_named():
    checks = check("WMO", wmo(ONE), *[wmo(OTHER, financing="9")] * 30)
    (finding,) = checks.findings()
    assert finding.count == 30
    assert finding.lines == tuple(range(3, 23))


def test_a_record_that_breaks_two_rules_is_one_bad_record():
    checks = check("WMO", wmo("1", financing="9"), wmo(ONE))
    assert (checks.records, checks.bad) == (2, 1)
    assert set(broken(checks)) == {"V07", "V03"}


def test_exact_copies_are_kept_once_also_across_batches():
    first = [wmo(ONE), wmo(OTHER), wmo(ONE)]
    later = [wmo(OTHER), wmo(ONE, allocation="A2")]
    checks, kept = run("WMO", [first, later])
    assert broken(checks) == {"W04": (4, 5)}
    assert [table["line"].to_pylist() for table in kept] == [[2, 3], [6]]


RECORDS = st.lists(
    st.builds(
        wmo,
        st.sampled_from([ONE, OTHER, "123456789", ""]),
        allocation=st.sampled_from(["", "A1", "111 222 333", "=1"]),
        starts_legally=st.sampled_from(["20230101", "20230701", "20230230", ""]),
        ends_legally=st.sampled_from(["", "20230301", "20221231"]),
        costs=st.sampled_from(["", "1,50", "1.555"]),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=30, deadline=None)
@given(RECORDS, st.integers(0, 12))
def test_it_does_not_matter_where_a_batch_ends(records: list[str], cut: int):
    whole, (kept,) = run("WMO", [records])
    parts = [part for part in (records[:cut], records[cut:]) if part]
    cut_up, pieces = run("WMO", parts)
    assert cut_up.findings() == whole.findings()
    assert cut_up.bad == whole.bad
    assert pa.concat_tables(pieces) == kept


@settings(max_examples=20, deadline=None)
@given(RECORDS)
def test_a_record_is_judged_by_itself_but_for_copies(records: list[str]):
    together = check("WMO", *records)
    alone = [check("WMO", record) for record in records]
    assert counts(together) == sum(map(counts, alone), Counter())
    assert together.bad == sum(one.bad for one in alone)


def counts(checks: Checks) -> Counter[str]:
    """How often each rule was broken by a record on its own."""
    found: Counter[str] = Counter()
    for finding in checks.findings():
        found[finding.rule] += finding.count * (finding.rule != "W04")
    return +found


def test_a_value_and_an_empty_field_are_no_copies():
    lines = [wmo(ONE, unit="", intensity="1"), wmo(ONE, unit="1", intensity="")]
    assert broken(check("WMO", *lines)) == {}


def test_the_stored_columns_have_the_types_of_the_layout():
    _, (kept,) = run("BUS", [[bus(ONE)]])
    schema = stored_schema(LAYOUTS["BUS"])
    assert kept.column_names == [*LAYOUTS["BUS"].stored, "person", "line"]
    assert [kept.schema.field(name).type for name in LAYOUTS["BUS"].stored] == [
        schema.field(name).type for name in LAYOUTS["BUS"].stored
    ]
    assert "person_key" in schema.names


def test_no_stored_schema_has_a_bsn():
    for layout in LAYOUTS.values():
        bsn = {field.name for field in layout.fields if field.type is FieldType.BSN}
        assert bsn.isdisjoint(stored_schema(layout).names)
