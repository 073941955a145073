"""Wrong Levenswegen: the SQL that runs, with one planted fault."""

from tests.generative.faults import Fault


FAULTS = (
    Fault(
        "who was away is taken to have left",
        "LW_STARTGROEP",
        "else 'X' end",
        "else 'N' end",
    ),
    Fault(
        "away outdoes use",
        "LW_STARTGROEP",
        r"coalesce\( used.combination, case when away.person_id is null then 'N' "
        r"else 'X' end \)",
        "case when away.person_id is null then coalesce(used.combination, 'N') "
        "else 'X' end",
    ),
    Fault(
        "everybody with a provision in the first half-year",
        "LW_STARTGROEP",
        "where on_start \\)",
        "where half_year = 1 )",
    ),
    Fault(
        "a return is a stay away",
        "LW_STARTGROEP",
        "when used_in > left_in then",
        "when used_in < left_in then",
    ),
    Fault(
        "use before leaving is a return",
        "LW_STARTGROEP",
        "max\\(case when state not in \\('N', 'X'\\) then half_year end\\)",
        "9",
    ),
    Fault(
        "an unknown household is nobody's",
        "LW_STARTGROEP",
        r"coalesce\(persons.household_type, ''\)",
        "persons.household_type",
    ),
    Fault(
        "use in any half-year",
        "LW_GEBEURTENIS",
        "where half_year = 1",
        "where half_year > 0",
    ),
    Fault(
        "events of the start date count",
        "LW_GEBEURTENIS",
        "events.day < date",
        "events.day <= date",
    ),
    Fault(
        "the window begins a day late",
        "LW_GEBEURTENIS",
        "events.day >= date",
        "events.day > date",
    ),
    Fault(
        "events after the begin",
        "LW_INSTROOM",
        "and events.day <= entries.starts",
        "and events.day is not null",
    ),
    Fault(
        "a year is a year and a day",
        "LW_INSTROOM",
        "interval '12' month",
        "interval '366' day",
    ),
    Fault(
        "old users are new",
        "LW_INSTROOM",
        "where first_use.half_year > 1",
        "where first_use.half_year > 0",
    ),
    Fault(
        "the laws of all use",
        "LW_INSTROOM",
        "and first_use.half_year = uses.half_year",
        "and first_use.half_year > 1",
    ),
    Fault(
        "rows counted",
        "LW_STARTGROEP",
        "select distinct facts.person_id",
        "select facts.person_id",
    ),
)
