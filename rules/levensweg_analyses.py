"""The codes of the further analyses of a cohort, and how they add up.

As in `rules/levensweg_tables.py`: a hierarchy for every sum that a reader can make,
also with the codes of the table that an analysis stands beside.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise

from rules.classification import Additivity, Hierarchy
from rules.indicator import Text
from rules.levensweg import Cohort, Levensweg, Shown
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
    TOTAL,
    USES,
    Codes,
    Sum,
    at_start,
    exits_after,
    overall,
    tree,
    with_,
)


def analysis_codes(
    shows: Shown, rules: Levensweg, cohort: Cohort
) -> tuple[Codes, tuple[Hierarchy, ...]]:
    """Labels of the codes that an analysis adds, and its sums."""
    labels, trees = _SHOWN[shows](rules, cohort)
    return labels, tuple(trees)


def _later(cohort: Cohort) -> dict[int, Text]:
    """Every half-year but the first, and what it is called."""
    numbered = list(enumerate(cohort.periods, start=1))[1:]
    return {number: Text(period.dutch, str(period)) for number, period in numbered}


# --- time to exit ---------------------------------------------------------------------


def _time_to_exit(
    rules: Levensweg, cohort: Cohort
) -> tuple[Codes, Iterable[Hierarchy]]:
    households = {each.code: each.title for each in rules.households}
    laws = {law: at_start(title) for law, title in LAWS.items()}
    ways = _ways(cohort)
    labels = {
        f"{group}{way}": with_("{}; {}", name, title)
        for group, name in (households | laws).items()
        for way, title in ways.items()
    }
    return labels, [
        *_ways_by(households, ways, EXACT),
        *_ways_by(laws, ways, OVERLAP),
        *(_ways_in(number, households, cohort) for number in _later(cohort)),
        *(_laws_left_in(number) for number in _later(cohort)),
    ]


def _ways(cohort: Cohort) -> Codes:
    """Used throughout, or first without use or not to be followed in a half-year."""
    found = {STAYED: Text("elk halfjaar met voorziening", "a provision throughout")}
    for number, when in _later(cohort).items():
        found[f"{LEFT}{number}"] = with_(
            "{}: {}", Text("eerst zonder voorziening", "first without"), when
        )
        found[f"{LOST}{number}"] = with_(
            "{}: {}", Text("eerst niet te volgen", "first not followed"), when
        )
    return found


def _ways_by(
    groups: Iterable[str], ways: Iterable[str], kind: Additivity
) -> Iterator[Hierarchy]:
    """Every group and every way out is the sum of where they meet."""
    yield tree(
        (TOTAL, ways, EXACT),
        *((way, [f"{group}{way}" for group in groups], kind) for way in ways),
    )
    yield tree(
        (TOTAL, groups, kind),
        *((group, [f"{group}{way}" for way in ways], EXACT) for group in groups),
    )


def _ways_in(number: int, households: Iterable[str], cohort: Cohort) -> Hierarchy:
    """As for all together: who leaves first in a half-year is without use in it."""
    kind = EXACT if number == 2 else AT_MOST
    after = [STAYED, *exits_after(number, cohort.half_years)]
    found: list[Sum] = [(TOTAL, households, EXACT)]
    for group in households:
        own = f"{group}{number}"
        found += [
            (group, [f"{own}{state}" for state in STATES], EXACT),
            (f"{own}{USES}", [f"{group}{way}" for way in after], kind),
            (f"{own}{NONE}", [f"{group}{LEFT}{number}"], kind),
            (f"{own}{GONE}", [f"{group}{LOST}{number}"], kind),
        ]
    return tree(*found)


def _laws_left_in(number: int) -> Hierarchy:
    """Of who used a law at the start: the same, as far as it is not by law used."""
    kind = EXACT if number == 2 else AT_MOST
    found: list[Sum] = [(TOTAL, LAWS, OVERLAP)]
    for law in LAWS:
        found += [
            (law, [f"{law}{number}{NONE}", f"{law}{number}{GONE}"], AT_MOST),
            (f"{law}{number}{NONE}", [f"{law}{LEFT}{number}"], kind),
            (f"{law}{number}{GONE}", [f"{law}{LOST}{number}"], kind),
        ]
    return tree(*found)


# --- return ---------------------------------------------------------------------------


def _return(_: Levensweg, cohort: Cohort) -> tuple[Codes, Iterable[Hierarchy]]:
    later = _later(cohort)
    labels = _when_back(cohort)
    trees: list[Hierarchy] = []
    for left in list(later)[:-1]:
        back = f"{LEFT}{left}{RETURNED}"
        when = [f"{back}{n}" for n in later if n > left]
        laws = {f"{back}{law}": title for law, title in LAWS.items()}
        name = with_("{}: {}; {}", _EXIT, later[left], _RETURNED)
        labels |= {code: with_("{}: {}", name, title) for code, title in laws.items()}
        way = (f"{left}{NONE}", [f"{LEFT}{left}"], EXACT if left == 2 else AT_MOST)
        out = (f"{LEFT}{left}", [back], AT_MOST)
        trees += [
            tree(overall(f"{left}"), way, out, (back, when, EXACT)),
            tree(overall(f"{left}"), way, out, (back, laws, OVERLAP)),
        ]
    for number in list(later)[1:]:
        back_in = [f"{LEFT}{n}{RETURNED}{number}" for n in later if n < number]
        ways = [STAYED, *exits_after(number, cohort.half_years), *back_in]
        trees.append(tree(overall(f"{number}"), (f"{number}{USES}", ways, AT_MOST)))
    return labels, trees


_EXIT, _RETURNED = Text("uitstroom", "exit"), Text("teruggekeerd", "returned")


def _when_back(cohort: Cohort) -> Codes:
    """Of everybody who left: the half-year of the return."""
    later = _later(cohort)
    return {
        f"{LEFT}{left}{RETURNED}{number}": with_(
            "{}: {}; {}: {}", _EXIT, later[left], _RETURNED, later[number]
        )
        for left in later
        for number in later
        if number > left
    }


# --- transitions ----------------------------------------------------------------------


MOVE, OTHER, OUTSIDE = "K", "A", "O"
_LEAVES = {
    OTHER: Text("naar een andere wet", "to another law"),
    NONE: Text("naar geen voorziening", "to no provision"),
    GONE: Text("naar niet te volgen", "to not followed"),
}
_ENTERS = {
    OTHER: Text("van een andere wet naar", "from another law to"),
    OUTSIDE: Text("zonder voorziening of niet te volgen naar", "from neither to"),
}
_STILL = Text("en nog steeds", "and still")
_TO = Text("naar", "to")


def _transitions(_: Levensweg, cohort: Cohort) -> tuple[Codes, Iterable[Hierarchy]]:
    """Of every law who keeps, leaves and enters it from a half-year to the next.

    Who uses it then is who used it, less who left it, and who entered it.
    """
    periods = {
        number: Text(period.dutch, str(period))
        for number, period in enumerate(cohort.periods, start=1)
    }
    labels = _when_back(cohort)
    trees: list[Hierarchy] = []
    for number, when in periods.items():
        labels |= {
            f"{number}{law}": with_("{}: {}", when, t) for law, t in LAWS.items()
        }
        trees.append(_by_law_at_start(number))
    for number, after in pairwise(periods):
        moves = _moves(number).items()
        when = with_("{} - {}", periods[number], periods[after])
        labels |= {code: with_("{}: {}", when, title) for code, title in moves}
        trees += [_leaving(number), _entering(number), *_moving(number)]
    return labels, trees


def _moves(number: int) -> Codes:
    """Who keeps, leaves or enters a law after a half-year.

    `K2WW` keeps the Wmo, `K2WN` leaves it for nothing, `K2WJ` for the Jeugdwet; `K2AW`
    enters it from another law. `K2UN` leaves all laws, `K2OU` comes back to any.
    """
    begin, any_law = f"{MOVE}{number}", STATES[USES]
    found: Codes = {}
    for law, name in LAWS.items():
        found[_kept(number, law)] = with_("{} {}", name, _STILL)
        for other in _others(law):
            found[f"{begin}{law}{other}"] = with_("{} {} {}", name, _TO, LAWS[other])
        for to, title in _LEAVES.items():
            found[f"{begin}{law}{to}"] = with_("{} {}", name, title)
        for since in _origins(number):
            found[f"{begin}{since}{law}"] = with_("{} {}", _ENTERS[since], name)
    if number > 1:
        found[f"{begin}{USES}{USES}"] = with_("{} {}", any_law, _STILL)
        for to in (NONE, GONE):
            found[f"{begin}{USES}{to}"] = with_("{} {}", any_law, _LEAVES[to])
        found[_back(number)] = with_("{} {}", _ENTERS[OUTSIDE], any_law)
    return found


def _kept(number: int, law: str) -> str:
    return f"{MOVE}{number}{law}{law}"


def _back(number: int) -> str:
    return f"{MOVE}{number}{OUTSIDE}{USES}"


def _others(law: str) -> list[str]:
    return [other for other in LAWS if other != law]


def _origins(number: int) -> list[str]:
    """In the first half-year all of the start group use a law."""
    return [OTHER, OUTSIDE] if number > 1 else [OTHER]


def _entered(number: int, law: str) -> list[str]:
    return [f"{MOVE}{number}{since}{law}" for since in _origins(number)]


def _goes(number: int, state: str) -> str:
    """Who used any law, and in the next half-year is in this state."""
    return f"{MOVE}{number}{USES}{state}" if number > 1 else f"2{state}"


def _by_law(number: int) -> list[Sum]:
    users = f"{number}{USES}" if number > 1 else TOTAL
    by_law = (users, [f"{number}{law}" for law in LAWS], OVERLAP)
    return [overall(f"{number}"), by_law] if number > 1 else [by_law]


def _by_law_at_start(number: int) -> Hierarchy:
    """Who uses a law in a half-year, by the laws on the start date."""
    if number == 1:
        return tree(*_by_law(1), *((f"1{law}", [law], AT_MOST) for law in LAWS))
    parts = {law: [f"{start}{number}{law}" for start in LAWS] for law in LAWS}
    own = ((f"{number}{law}", parts[law], OVERLAP) for law in LAWS)
    return tree(*_by_law(number), *own)


def _leaving(number: int) -> Hierarchy:
    """Who uses a law keeps it, or leaves it; so do those who had it at the start."""
    found = _by_law(number)
    for law in LAWS:
        left = {to: f"{MOVE}{number}{law}{to}" for to in (*_others(law), *_LEAVES)}
        out = [_kept(number, law), *(left[to] for to in _LEAVES)]
        found.append((f"{number}{law}", out, EXACT))
        found.append((left[OTHER], [left[other] for other in _others(law)], OVERLAP))
        if number == 1:
            found.append((_kept(1, law), [f"{law}2{law}"], AT_MOST))
            found += [(left[to], [f"{law}2{to}"], AT_MOST) for to in (NONE, GONE)]
    return tree(*found)


def _entering(number: int) -> Hierarchy:
    """Who uses a law in the next half-year kept it, or entered it."""
    after = number + 1
    sources = {law: [_kept(number, law), *_entered(number, law)] for law in LAWS}
    own = ((f"{after}{law}", sources[law], EXACT) for law in LAWS)
    return tree(*_by_law(after), *own)


def _moving(number: int) -> Iterator[Hierarchy]:
    """Of all laws together: who goes on, who leaves, and who comes back.

    Who goes on keeps a law, or leaves one for another, or enters one from another.
    """
    states = [_goes(number, state) for state in STATES]
    top = [overall("2")]
    if number > 1:
        top = [overall(f"{number}"), (f"{number}{USES}", states, EXACT)]
        yield tree((TOTAL, [f"{number}{USES}", _back(number)], AT_MOST))
        yield from _coming_back(number)
    kept = {law: _kept(number, law) for law in LAWS}
    left = {law: f"{MOVE}{number}{law}{OTHER}" for law in LAWS}
    entered = {law: f"{MOVE}{number}{OTHER}{law}" for law in LAWS}
    goes_on = _goes(number, USES)
    out = [
        (_goes(number, to), [f"{MOVE}{number}{law}{to}" for law in LAWS], OVERLAP)
        for to in (NONE, GONE)
    ]
    yield tree(*top, (goes_on, [*kept.values(), *left.values()], OVERLAP), *out)
    yield tree(*top, (goes_on, [*kept.values(), *entered.values()], OVERLAP))
    for law in LAWS:
        for other in (left, entered):
            yield tree(*top, (goes_on, [kept[law], other[law]], AT_MOST))


def _coming_back(number: int) -> Iterator[Hierarchy]:
    """Who uses in the next half-year went on, or comes back.

    First exits are among those who leave, first returns among those who come back.
    """
    after, back = number + 1, _back(number)
    top = [overall(f"{after}"), (f"{after}{USES}", [_goes(number, USES), back], EXACT)]
    by_law = [f"{MOVE}{number}{OUTSIDE}{law}" for law in LAWS]
    out: list[Sum] = []
    for to, first in ((NONE, LEFT), (GONE, LOST)):
        out.append((f"{after}{to}", [_goes(number, to)], AT_MOST))
        out.append((_goes(number, to), [f"{first}{after}"], AT_MOST))
    yield tree(*top, (back, by_law, OVERLAP), *out)
    first_returns = [f"{LEFT}{left}{RETURNED}{after}" for left in range(2, after)]
    yield tree(*top, (back, first_returns, AT_MOST))


# --- paths ----------------------------------------------------------------------------


def _paths(rules: Levensweg, cohort: Cohort) -> tuple[Codes, Iterable[Hierarchy]]:
    events = {each.code: each.title for each in rules.events}
    events[NOTHING] = Text("Geen van deze gebeurtenissen", "None of these events")
    entries = {f"I{number}": when for number, when in _later(cohort).items()}
    groups = events | entries
    labels = {
        f"{g}{law}": with_("{}; {}", groups[g], LAWS[law])
        for g in groups
        for law in LAWS
    }
    labels |= {code: with_("{}: {}", _ENTRY, when) for code, when in entries.items()}
    overlapping, exact = (OVERLAP, list(events)), (EXACT, list(entries))
    trees = []
    for kind, codes in (overlapping, exact):
        trees += [
            tree(
                (TOTAL, codes, kind),
                *((code, [f"{code}{law}" for law in LAWS], OVERLAP) for code in codes),
            ),
            tree(
                (TOTAL, LAWS, OVERLAP),
                *((law, [f"{code}{law}" for code in codes], kind) for law in LAWS),
            ),
        ]
    for each in rules.events:
        apart = [NOTHING, each.code]
        own = ((law, [f"{code}{law}" for code in apart], AT_MOST) for law in LAWS)
        trees.append(tree((TOTAL, LAWS, OVERLAP), *own))
    return labels, trees


_ENTRY = Text("Instroom", "Entry")


_SHOWN: Mapping[
    Shown, Callable[[Levensweg, Cohort], tuple[Codes, Iterable[Hierarchy]]]
] = {
    Shown.TIME_TO_EXIT: _time_to_exit,
    Shown.RETURN: _return,
    Shown.TRANSITIONS: _transitions,
    Shown.PATHS: _paths,
}
