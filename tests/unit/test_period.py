"""Half-years, years and reference days: how they are written, and their days."""

from datetime import date

import pytest

from rules import catalogue
from rules.errors import RuleError
from rules.fitting import why_none, why_not
from rules.period import Day, HalfYear, Year, parse_span


RULES = catalogue.load()
YEAR, DAY = Year(2023), Day(date(2023, 12, 31))


@pytest.mark.parametrize(
    ("text", "first", "last", "halves"),
    [
        ("2023-H1", date(2023, 1, 1), date(2023, 6, 30), ["2023-H1"]),
        ("2023-H2", date(2023, 7, 1), date(2023, 12, 31), ["2023-H2"]),
        ("2023", date(2023, 1, 1), date(2023, 12, 31), ["2023-H1", "2023-H2"]),
        ("2023-06-30", date(2023, 6, 30), date(2023, 6, 30), ["2023-H1"]),
        ("2023-12-31", date(2023, 12, 31), date(2023, 12, 31), ["2023-H2"]),
    ],
)
def test_a_span_has_a_first_and_a_last_day(text, first, last, halves):
    span = parse_span(text)
    assert (str(span), span.first_day, span.last_day) == (text, first, last)
    assert [str(each) for each in span.halves] == halves
    assert span.population_date == date(2023, 1, 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2023-H3", "a half-year is written 2023-H1, got '2023-H3'"),
        ("1923", "a year is written 2023, got 1923"),
        ("2023-02-30", "there is no day 2023-02-30"),
        ("2023-03-31", "a reference day is the last of a half-year"),
    ],
)
def test_anything_else_is_no_span(text: str, said: str):
    with pytest.raises(RuleError, match=said):
        parse_span(text)


@pytest.mark.parametrize(
    ("indicator", "table", "year", "day"),
    [
        ("WMO_CLIENTEN", "wmo_type", True, True),
        ("WMO_CLIENTEN", "wmo_samenloop", True, False),
        ("WMO_VOORZIENINGEN", "wmo_verloop", True, False),
        ("WMO_KETEN", "wmo_keten", True, False),
        ("WMO_BEEINDIGD", "wmo_reden", True, False),
        ("WMO_RESPONDENTEN", "wmo_ervaring", False, False),
        ("WMO_KOSTEN", "wmo_kosten", True, False),
        ("SBO_GEBRUIKERS", "basis_gebruik", False, False),
        ("JEU_DAGEN", "jeugd_duur", True, False),
        ("PAR_PERSONEN", "bijstand_leeftijd", True, True),
        ("PAR_INSTROOM", "bijstand_instroom", True, False),
        ("SDI_PERSONEN", "index_groep", True, False),
        ("BEV_INWONERS", "bevolking_leeftijd", True, False),
        ("VSG_PERSONEN", "vroegsignalen_soort", True, False),
        ("STA_HUISHOUDENS", "stapeling_wet", True, True),
    ],
)
def test_what_has_a_meaning(indicator: str, table: str, *, year: bool, day: bool):
    measure = RULES.indicators[indicator]
    published = RULES.tables[measure.table].published()
    shown = next(each for each in published if each.code == table)
    assert why_not(HalfYear(2023, 2), measure, shown) is None
    assert (why_not(YEAR, measure, shown) is None) == year
    assert (why_not(DAY, measure, shown) is None) == day


def test_a_refusal_says_why():
    (table,) = RULES.tables["bijstand_instroom"].published()
    assert why_none(DAY, table, RULES) == (
        "bijstand_instroom has no figures of 2023-12-31: what started is counted over "
        "more days than one"
    )
