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
        "the last return taken for the first",
        "LW_STARTGROEP",
        r"min\(later.half_year\) as half_year",
        "max(later.half_year) as half_year",
    ),
    Fault(
        "who was lost before has returned",
        "LW_STARTGROEP",
        r"where ways.lost_in is null or ways.left_in < ways.lost_in",
        "where ways.left_in is not null",
    ),
    Fault(
        "the laws of the half-year of exit taken for those of the return",
        "LW_STARTGROEP",
        r"and returns.half_year = states.half_year",
        "and returns.half_year >= states.half_year",
    ),
    Fault(
        "moves over two half-years",
        "LW_STARTGROEP",
        r"states.half_year \+ 1 = later.half_year",
        "states.half_year + 2 = later.half_year",
    ),
    Fault(
        "a law that is kept left for another too",
        "LW_STARTGROEP",
        r"when moves.next_state like '%' \|\| every_law.law \|\| '%' then",
        "when false then",
    ),
    Fault(
        "a law that is kept entered",
        "LW_STARTGROEP",
        r"and moves.state not like '%' \|\| every_law.law \|\| '%'",
        "",
    ),
    Fault(
        "who comes back came from another law",
        "LW_STARTGROEP",
        r"case when moves.state in \('N', 'X'\) then 'O' else 'A' end",
        "'A'",
    ),
    Fault(
        "exits by the law that is used later",
        "LW_STARTGROEP",
        r"select person_id, law as code from laws",
        "select person_id, 'W' as code from laws",
    ),
    Fault(
        "every law of the entry with every event of anybody",
        "LW_INSTROOM",
        r"inner join laws on groups.person_id = laws.person_id",
        "cross join laws",
    ),
    Fault(
        "the half-year after the entry",
        "LW_INSTROOM",
        r"'I' \|\| cast\(first_use.half_year as string\)",
        "'I' || cast(first_use.half_year + 1 as string)",
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
