"""An indicator entry of the catalogue: the published measure that it declares."""

from collections.abc import Collection, Mapping

from rules.classification import Dimension
from rules.entry import Entry
from rules.errors import RuleError
from rules.indicator import (
    Characteristic,
    CountedUnit,
    Denominator,
    Indicator,
    RegionRule,
    TableSpec,
    TimeRule,
)
from rules.period import HalfYear
from rules.vocabulary import DOMAINS, TOLD


_KEYS = (
    "code", "title", "definition", "table", "counts", "where", "time", "region",
    "denominator", "disclosure", "since", "until", "source",
)  # fmt: skip
_PLACES = {
    CountedUnit.INHABITANTS: (RegionRule.RESIDENCE,),
    CountedUnit.PERSONS: (RegionRule.RESIDENCE,),
    CountedUnit.HOUSEHOLDS: (RegionRule.RESIDENCE,),
    CountedUnit.CLIENTS: (RegionRule.CLIENT,),
    CountedUnit.PROVISIONS: (RegionRule.RESIDENCE, RegionRule.CLIENT),
    CountedUnit.EUROS: (RegionRule.CLIENT,),
    CountedUnit.DAYS: (RegionRule.CLIENT,),
    CountedUnit.RESPONDENTS: (RegionRule.CLIENT,),
    CountedUnit.USERS: (RegionRule.CLIENT,),
}
"""Where a unit may count: in one place only, so that regions add up."""


_PERSONAL = (CountedUnit.PERSONS, CountedUnit.CLIENTS)
_OF_EVERYBODY = (*_PERSONAL, CountedUnit.INHABITANTS)
_TOGETHER = (*_PERSONAL, CountedUnit.HOUSEHOLDS)
_ALL_UNITS = (*_TOGETHER, CountedUnit.PROVISIONS)
_ADDED_UP = (CountedUnit.EUROS, CountedUnit.DAYS, CountedUnit.USERS)
UNITS = {
    Characteristic.TYPE: (*_ALL_UNITS, *_ADDED_UP),
    Characteristic.REASON: _PERSONAL,
    Characteristic.REFERRER: (CountedUnit.PROVISIONS, CountedUnit.DAYS),
    Characteristic.LIVING: (CountedUnit.PROVISIONS,),
    Characteristic.COURSE: (CountedUnit.PROVISIONS,),
    Characteristic.INTENSITY: (CountedUnit.PROVISIONS,),
    Characteristic.PERSPECTIVE: (CountedUnit.PROVISIONS,),
    Characteristic.CHAIN: _PERSONAL,
    Characteristic.COMBINATION: _TOGETHER,
    Characteristic.NUMBER: _TOGETHER,
    Characteristic.FINANCING: _TOGETHER,
    Characteristic.MEASURES: _PERSONAL,
    Characteristic.PAIR: _TOGETHER,
    Characteristic.AGE: _OF_EVERYBODY,
    Characteristic.SEX: _OF_EVERYBODY,
    Characteristic.PENSION: _PERSONAL,
    Characteristic.HOUSEHOLD: (*_TOGETHER, CountedUnit.INHABITANTS),
    Characteristic.CHILD: _PERSONAL,
    Characteristic.CARE: _PERSONAL,
    Characteristic.INCOME: _OF_EVERYBODY,
    Characteristic.ORIGIN: _OF_EVERYBODY,
    Characteristic.INDEX: _PERSONAL,
    Characteristic.USE: (CountedUnit.PERSONS, CountedUnit.HOUSEHOLDS),
    Characteristic.ANSWER: (CountedUnit.RESPONDENTS,),
}
"""What has a code by a characteristic, so that it adds up as its dimension says."""
_OF_HALF_YEAR = frozenset(
    {Characteristic.COURSE, Characteristic.CHAIN, Characteristic.USE}
)


def indicator_from(
    entry: Entry, tables: Mapping[str, TableSpec], policies: Collection[str]
) -> Indicator:
    """The indicator; not to be used when reading it added a problem."""
    before = len(entry.problems)
    entry.only(_KEYS)
    indicator = Indicator(
        code=entry.string("code"),
        title=entry.text("title"),
        definition=entry.text("definition"),
        table=entry.named("table", tables),
        counts=entry.word("counts", CountedUnit),
        time=entry.word("time", TimeRule),
        region=entry.word("region", RegionRule),
        disclosure=entry.named("disclosure", policies),
        since=_half_year(entry, "since"),
        where=_where(entry),
        denominator=_denominator(entry),
        source=entry.string("source"),
        until=_half_year(entry, "until") if "until" in entry.keys else None,
    )
    if len(entry.problems) == before:
        entry.matches(indicator.code, "[A-Z][A-Z0-9_]*", "'code'")
        _must_have_one_place(entry, indicator)
        table = tables[indicator.table]
        _must_be_counted(entry, indicator, table)
        _must_be_of_their_day(entry, indicator, table)
        for dimension in table.dimensions:
            if table.by[dimension.name] is Characteristic.TYPE:
                _must_have_codes(entry, indicator, dimension)
    return indicator


def _half_year(entry: Entry, key: str) -> HalfYear:
    before = len(entry.problems)
    text = entry.string(key)
    try:
        return HalfYear.parse(text)
    except RuleError as error:
        if len(entry.problems) == before:
            entry.wrong(f"{key!r}: {error}")
        return HalfYear(2015, 1)


def _denominator(entry: Entry) -> Denominator | None:
    if "denominator" not in entry.keys:
        return None
    return entry.word("denominator", Denominator)


def _where(entry: Entry) -> Mapping[str, tuple[str, ...]]:
    """Allowed codes per column, checked against the code lists."""
    domains = {**DOMAINS, **TOLD}
    known = {
        "domain": tuple(domains),
        "type": tuple(code for codes in domains.values() for code in codes),
    }
    keys = entry.keys.get("where", {})
    if not isinstance(keys, dict):
        entry.wrong("'where' must be a table of columns and codes")
        return {}
    entry.among(keys, known, "'where'")
    found = {}
    for column in sorted(keys.keys() & known.keys()):
        found[column] = entry.strings(keys[column], f"'where.{column}'")
        entry.among(found[column], known[column], f"'where.{column}'")
    return found


def _must_have_one_place(entry: Entry, indicator: Indicator) -> None:
    allowed = [rule.value for rule in _PLACES[indicator.counts]]
    if indicator.region.value not in allowed:
        entry.wrong(
            f"'region' is {indicator.region.value!r}, but {indicator.counts.value} "
            f"count in one place only; choose from: {', '.join(allowed)}"
        )


def _must_be_counted(entry: Entry, indicator: Indicator, table: TableSpec) -> None:
    for name, word in table.by.items():
        allowed = UNITS[word]
        if indicator.counts not in allowed:
            entry.wrong(
                f"{indicator.counts.value} have no {word.value!r} (dimension {name!r} "
                f"of table {table.code!r}); "
                f"choose from: {', '.join(unit.value for unit in allowed)}"
            )
    whole = bool(_OF_HALF_YEAR & {*table.by.values()})
    of_half_year = {CountedUnit.EUROS, CountedUnit.USERS, CountedUnit.RESPONDENTS}
    whole |= indicator.counts in of_half_year
    if whole and indicator.time is not TimeRule.DURING:
        entry.wrong(
            "a course, a chain, a use, costs and answers are of the half-year; 'time' "
            "must be 'during'"
        )
    told = {*indicator.where.get("domain", ())} & {*TOLD}
    if told and indicator.counts not in {CountedUnit.EUROS, CountedUnit.USERS}:
        entry.wrong(
            f"of {', '.join(sorted(told))} only totals are told; 'counts' must be "
            "'euros' or 'users'"
        )
    if indicator.counts is CountedUnit.DAYS and indicator.time is not TimeRule.ENDED_IN:
        entry.wrong("days are of what ended; 'time' must be 'ended_in'")


def _must_be_of_their_day(entry: Entry, indicator: Indicator, table: TableSpec) -> None:
    """Inhabitants are those of 1 January, and have no provisions to choose from."""
    everybody = indicator.counts is CountedUnit.INHABITANTS
    if everybody is not (indicator.time is TimeRule.ON_FIRST_OF_JANUARY):
        entry.wrong(
            "inhabitants are counted 'on_first_of_january', and nothing else is; "
            "correct 'time' or 'counts'"
        )
    crossed = any(len(each.dimensions) != 1 for each in table.published())
    if everybody and (indicator.where or crossed):
        entry.wrong(
            "inhabitants are counted by one characteristic, without 'where'; leave "
            "the rest out"
        )


def _must_have_codes(entry: Entry, indicator: Indicator, dimension: Dimension) -> None:
    """Every type that the indicator allows needs a code on a dimension by type."""
    domains = indicator.where.get("domain", tuple(DOMAINS))
    types = [code for domain in domains for code in {**DOMAINS, **TOLD}[domain]]
    allowed = [code for code in types if code in indicator.where.get("type", types)]
    if not allowed:
        entry.wrong("'where' allows no type at all; correct its domains and types")
    missing = [
        code
        for code in allowed
        if not any(known.startswith(code) for known in dimension.codes)
    ]
    if missing:
        entry.wrong(
            f"{len(missing)} types that 'where' allows are no code of dimension "
            f"{dimension.name!r} ({', '.join(missing)}); narrow 'where'"
        )
