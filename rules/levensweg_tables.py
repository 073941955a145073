"""The codes that a person of a cohort can have, and how they add up.

All that is published of one measure is one dimension, with a hierarchy for every sum
that a reader can make: what is published together is protected together.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from rules.classification import Dimension, Hierarchy
from rules.indicator import (
    Characteristic,
    CountedUnit,
    Indicator,
    RegionLevel,
    RegionRule,
    TableSpec,
    Text,
    TimeRule,
)
from rules.levensweg import Analysis, Cohort, Followed, FollowedMeasure, Levensweg
from rules.levensweg_analyses import analysis_codes
from rules.levensweg_codes import (
    AT_MOST,
    EXACT,
    GONE,
    LAWS,
    LEFT,
    LOST,
    NONE,
    NOTHING,
    OVERLAP,
    RETURNED,
    STATES,
    STAYED,
    STAYED_AWAY,
    TOTAL,
    USES,
    Codes,
    at_start,
    exits_after,
    overall,
    tree,
    with_,
)
from rules.period import HalfYear


@dataclass(frozen=True, slots=True)
class CohortMeasure:
    """A measure of one cohort, also in the words of the other rooms."""

    rules: Levensweg
    cohort: Cohort
    follows: Followed
    indicator: Indicator
    tables: tuple[TableSpec, ...]
    """The first is the measure itself; the others have some of its codes in smaller
    regions, or are further analyses."""

    @property
    def dimension(self) -> Dimension:
        """Every code of the measure."""
        every = [dimension for table in self.tables for dimension in table.dimensions]
        trees = tuple(tree for each in every for tree in each.hierarchies)
        return Dimension(every[0].name, TOTAL, trees)


def measures_of(rules: Levensweg, cohort: Cohort) -> tuple[CohortMeasure, ...]:
    """What is published of a cohort.

    Per wijk only how many of the start group still use: the rest would be hidden. A
    further analysis tells nothing new of two half-years.
    """
    found = []
    for each in rules.measures:
        tables = [_table(each, rules, cohort)]
        if each.follows is Followed.START_GROUP:
            tables.append(_in_wijken(tables[0], cohort))
        if cohort.half_years > FEWEST_TO_ANALYSE:
            tables += [
                _analysed(tables[0], analysis, rules, cohort)
                for analysis in rules.analyses
                if analysis.of == each.code
            ]
        indicator = _indicator(each, tables[0], cohort)
        found.append(
            CohortMeasure(rules, cohort, each.follows, indicator, tuple(tables))
        )
    return tuple(found)


FEWEST_TO_ANALYSE = 2


def _analysed(
    table: TableSpec, analysis: Analysis, rules: Levensweg, cohort: Cohort
) -> TableSpec:
    """A further analysis beside the table of its measure."""
    (whole,) = table.dimensions
    labels, trees = analysis_codes(analysis.shows, rules, cohort)
    dimension = Dimension(whole.name, TOTAL, trees)
    known = {**table.labels[whole.name], **labels}
    when = f"startdatum {cohort.first.first_day:%d-%m-%Y}"
    return replace(
        table,
        code=f"{cohort.code.replace('-', '_')}_{analysis.code}",
        title=Text(
            f"{analysis.title.nl}; {when}", f"{analysis.title.en}; {cohort.code}"
        ),
        dimensions=(dimension,),
        labels={whole.name: {code: known[code] for code in dimension.codes}},
        regions=analysis.regions,
    )


def _in_wijken(table: TableSpec, cohort: Cohort) -> TableSpec:
    (whole,) = table.dimensions
    later = [str(number) for number in range(2, cohort.half_years + 1)]
    trees = tuple(tree(overall(number)) for number in later)
    dimension = Dimension(whole.name, TOTAL, trees)
    labels = {code: table.labels[whole.name][code] for code in dimension.codes}
    return replace(
        table,
        code=f"{table.code}_wijken",
        title=Text(f"{table.title.nl}; wijken", f"{table.title.en}; wijken"),
        dimensions=(dimension,),
        labels={whole.name: labels},
        regions=RegionLevel.WIJK,
    )


def _table(measure: FollowedMeasure, rules: Levensweg, cohort: Cohort) -> TableSpec:
    labels, trees = _CODES[measure.follows](rules, cohort)
    name = measure.code.removeprefix("LW_").lower()
    dimension = Dimension(name, TOTAL, trees)
    when = f"startdatum {cohort.first.first_day:%d-%m-%Y}"
    return TableSpec(
        code=f"{cohort.code.replace('-', '_')}_{name}",
        title=Text(f"{measure.title.nl}; {when}", f"{measure.title.en}; {cohort.code}"),
        by={dimension.name: Characteristic.TYPE},
        dimensions=(dimension,),
        labels={name: {TOTAL: Text("Totaal", "Total"), **labels}},
        source=measure.source,
        regions=RegionLevel.GEMEENTE,
    )


def _indicator(measure: FollowedMeasure, table: TableSpec, cohort: Cohort) -> Indicator:
    return Indicator(
        code=measure.code,
        title=measure.title,
        definition=measure.definition,
        table=table.code,
        counts=CountedUnit.PERSONS,
        time=TimeRule.DURING,
        region=RegionRule.RESIDENCE,
        disclosure=measure.disclosure,
        since=cohort.first,
        source=measure.source,
    )


# --- the start group ------------------------------------------------------------------


def _start_group(
    rules: Levensweg, cohort: Cohort
) -> tuple[Codes, tuple[Hierarchy, ...]]:
    groups = {each.code: each.title for each in rules.households}
    labels = groups | {law: at_start(title) for law, title in LAWS.items()}
    trees: list[Hierarchy] = []
    later = dict(list(enumerate(cohort.periods, start=1))[1:])
    for number, period in later.items():
        when = Text(period.dutch, str(period))
        labels |= _labels_of_half_year(str(number), when, groups)
        trees += _trees_of_half_year(str(number), groups)
    if len(later) > 1:
        last = cohort.half_years
        labels |= _exit_labels(later)
        trees += [_exits_in(number, last) for number in later]
        trees.append(tree((TOTAL, [STAYED, *exits_after(1, last)], EXACT)))
    return labels, tuple(trees)


def _labels_of_half_year(n: str, when: Text, groups: Codes) -> Codes:
    outcomes = {
        **{law: Text(f"met {t.nl}", f"with {t.en}") for law, t in LAWS.items()},
        NONE: STATES[NONE],
        GONE: STATES[GONE],
    }
    together = {f"{n}{s}": with_("{}: {}", when, title) for s, title in STATES.items()}
    by_group = {
        f"{group}{n}{state}": with_("{}; {}: {}", name, when, title)
        for group, name in groups.items()
        for state, title in STATES.items()
    }
    by_law = {
        f"{law}{n}{outcome}": with_("{}; {}: {}", at_start(name), when, title)
        for law, name in LAWS.items()
        for outcome, title in outcomes.items()
    }
    return together | by_group | by_law


def _trees_of_half_year(n: str, groups: Iterable[str]) -> Iterator[Hierarchy]:
    """By household: all sums are exact. By law: who has several is in several.

    Who uses nothing, or cannot be followed, uses no law: a tree for each says so.
    """
    whole = overall(n)
    yield tree(
        whole, *((f"{n}{s}", [f"{g}{n}{s}" for g in groups], EXACT) for s in STATES)
    )
    yield tree(
        (TOTAL, groups, EXACT),
        *((g, [f"{g}{n}{s}" for s in STATES], EXACT) for g in groups),
    )
    used = [f"{law}{n}{other}" for law in LAWS for other in LAWS]
    without = [
        (f"{n}{state}", [f"{law}{n}{state}" for law in LAWS], OVERLAP)
        for state in (NONE, GONE)
    ]
    yield tree(whole, (f"{n}{USES}", used, OVERLAP), *without)
    outcomes = [*LAWS, NONE, GONE]
    yield tree(
        (TOTAL, LAWS, OVERLAP),
        *((law, [f"{law}{n}{o}" for o in outcomes], OVERLAP) for law in LAWS),
    )
    for used_law in LAWS:
        apart = [used_law, NONE, GONE]
        yield tree(
            (TOTAL, LAWS, OVERLAP),
            *((law, [f"{law}{n}{o}" for o in apart], AT_MOST) for law in LAWS),
        )


def _exit_labels(periods: Mapping[int, HalfYear]) -> Codes:
    labels = {STAYED: Text("elk halfjaar met voorziening", "a provision throughout")}
    for n, period in periods.items():
        nl, en = f"eerst zonder voorziening: {period.dutch}", f"first without: {period}"
        labels[f"{LEFT}{n}"] = Text(nl, en)
        labels[f"{LOST}{n}"] = Text(
            f"eerst niet te volgen: {period.dutch}", f"first not followed: {period}"
        )
        if n < max(periods):
            labels[f"{LEFT}{n}{RETURNED}"] = Text(
                f"{nl}; teruggekeerd", f"{en}; returned"
            )
            labels[f"{LEFT}{n}{STAYED_AWAY}"] = Text(
                f"{nl}; niet teruggekeerd", f"{en}; did not return"
            )
    return labels


def _exits_in(number: int, last: int) -> Hierarchy:
    """Who leaves first in a half-year is without use in it; who leaves later uses.

    In the second half-year nobody can have left before: there it is exact. In the last
    one use all who left just before it and returned.
    """
    n, kind = str(number), EXACT if number == 2 else AT_MOST
    left = f"{LEFT}{n}"
    after = (left, [f"{left}{RETURNED}", f"{left}{STAYED_AWAY}"], EXACT)
    back = [f"{LEFT}{number - 1}{RETURNED}"] if 2 < number == last else []
    return tree(
        overall(n),
        (f"{n}{USES}", [STAYED, *exits_after(number, last), *back], kind),
        (f"{n}{NONE}", [left], kind),
        (f"{n}{GONE}", [f"{LOST}{n}"], kind),
        *([after] if number < last else []),
    )


# --- life events ----------------------------------------------------------------------


def _event(rules: Levensweg, _: Cohort) -> tuple[Codes, tuple[Hierarchy, ...]]:
    events = {each.code: each.title for each in rules.events}
    states = {state: STATES[state] for state in (USES, NONE)}
    labels = {
        f"{event}{state}": with_("{}; {}", name, title)
        for event, name in events.items()
        for state, title in states.items()
    }
    by_event = [(event, [f"{event}{s}" for s in states], EXACT) for event in events]
    return events | labels, (tree((TOTAL, events, OVERLAP), *by_event),)


def _entry(rules: Levensweg, _: Cohort) -> tuple[Codes, tuple[Hierarchy, ...]]:
    events = {each.code: each.title for each in rules.events}
    events[NOTHING] = Text("Geen van deze gebeurtenissen", "None of these events")
    return events | LAWS, (
        tree((TOTAL, events, OVERLAP)),
        *(tree((TOTAL, [NOTHING, each.code], AT_MOST)) for each in rules.events),
        tree((TOTAL, LAWS, OVERLAP)),
    )


_CODES: Mapping[
    Followed, Callable[[Levensweg, Cohort], tuple[Codes, tuple[Hierarchy, ...]]]
] = {
    Followed.START_GROUP: _start_group,
    Followed.EVENT: _event,
    Followed.ENTRY: _entry,
}
