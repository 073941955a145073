"""Which figures have no meaning for a year or for a reference day, and why.

What is counted, when, and by what decides, never the name of a table: a new indicator
needs no entry here. The reasons: docs/adr/0049.
"""

from rules.catalogue import Catalogue
from rules.indicator import (
    Characteristic,
    CountedUnit,
    Indicator,
    TableSpec,
    TimeRule,
)
from rules.period import Day, Span, Year


_NOT_OF_A_YEAR = {
    CountedUnit.USERS: "users are told by half-year, and may be the same in both",
    CountedUnit.RESPONDENTS: "who answered in both half-years is not known",
}
_NOT_OF_A_DAY: dict[CountedUnit | TimeRule | Characteristic, str] = {
    CountedUnit.EUROS: "costs are of a half-year",
    CountedUnit.USERS: "users are told by half-year",
    CountedUnit.RESPONDENTS: "a survey is of a half-year",
    TimeRule.STARTED_IN: "what started is counted over more days than one",
    TimeRule.ENDED_IN: "what ended is counted over more days than one",
    TimeRule.ON_FIRST_OF_JANUARY: "inhabitants are those of 1 January",
    Characteristic.COURSE: "what started or ended is counted over more days than one",
    Characteristic.CHAIN: "movement is from a first day to a last",
    Characteristic.REASON: "what runs has no reason of ending",
    Characteristic.CARE: "care by the Wlz and the Zvw is known by half-year",
    Characteristic.INDEX: "care by the Wlz and the Zvw is known by half-year",
}


_WARNINGS = "signal"
"""The domain of early warnings, which have a day and no length."""


def why_not(span: Span, indicator: Indicator, table: TableSpec) -> str | None:
    """Why an indicator on this table has no meaning for this span; None: it has."""
    if isinstance(span, Year):
        return _NOT_OF_A_YEAR.get(indicator.counts)
    if isinstance(span, Day):
        if _WARNINGS in indicator.where.get("domain", ()):
            return "an early warning is given on one day, and runs on none"
        words = (indicator.counts, indicator.time, *table.by.values())
        return next(
            (_NOT_OF_A_DAY[each] for each in words if each in _NOT_OF_A_DAY), None
        )
    return None


def why_none(span: Span, table: TableSpec, catalogue: Catalogue) -> str:
    """The sentence where no indicator of a table has a meaning for a span."""
    whys = [
        why
        for indicator in catalogue.indicators.values()
        for published in catalogue.tables[indicator.table].published()
        if published.code == table.code and (why := why_not(span, indicator, published))
    ]
    because = "; ".join(dict.fromkeys(whys)) or "its indicators were not asked for"
    return f"{table.code} has no figures of {span}: {because}"
