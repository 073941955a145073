"""Wrong engines: the SQL that runs, with one planted fault."""

import re
from dataclasses import dataclass

import pyarrow as pa

from engine.database import Database
from engine.query import Query


MERGING = "merging of Wmo records"


@dataclass(frozen=True, slots=True)
class Fault:
    """A way to go wrong: what to replace in the finished SQL."""

    what: str
    subject: str
    """The indicator that is counted, or `MERGING`."""
    right: str
    """A regular expression, in which a space stands for any white space."""
    wrong: str
    shown: str = ""
    """The published table to look at; without it, the indicator's first."""

    @property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(self.right.replace(" ", r"\s+"))


COUNTING_FAULTS = (
    Fault(
        "a crisis that is not known taken for none",
        "JEU_TRAJECTEN",
        r"when not held.crisis then",
        "when held.crisis is null or not held.crisis then",
        "jeugd_verloop",
    ),
    Fault(
        "what runs on taken for ended",
        "PAR_UITKERINGEN",
        r"then 'UD' else 'ED'",
        "then 'UD' else 'UD'",
        "uitkering_verloop",
    ),
    Fault(
        "rows counted instead of clients",
        "WMO_CLIENTEN",
        r"select distinct",
        "select",
    ),
    Fault(
        "who bears alike counted once for all",
        "STA_CLIENTEN",
        r"greatest\(count\(case when is_first then 1 end\), 1\)",
        "1",
    ),
    Fault(
        "who bears more taken for who bears this alone",
        "WMO_CLIENTEN",
        r"units.provisions = 1 as is_only",
        "true as is_only",
    ),
    Fault(
        "what else a unit bears left out",
        "WMO_CLIENTEN",
        r"where true",
        "where is_first",
    ),
    Fault(
        "provisions counted instead of persons",
        "STA_CLIENTEN",
        r"from held cross join half_year group by unit",
        "from held cross join half_year group by unit, provision_id",
    ),
    Fault(
        "a shared benefit counted for each partner",
        "STA_HUISHOUDENS",
        r"where unit is not null group by unit, provision_id",
        "where unit is not null group by unit, provision_id, person_id",
        "stapeling_aantal",
    ),
    Fault(
        "a client of two gemeenten counted once",
        "WMO_CLIENTEN",
        r"person_id \|\| ' ' \|\| client_gemeente",
        "person_id",
    ),
    Fault(
        "no household counted as a household",
        "STA_HUISHOUDENS",
        r"household_id as unit",
        "coalesce(household_id, 'none') as unit",
    ),
    Fault(
        "the last day of the half-year left out",
        "STA_CLIENTEN",
        r"starts <= date",
        "starts < date",
    ),
    Fault(
        "the first day of the half-year left out",
        "STA_CLIENTEN",
        r"ends >= date",
        "ends > date",
    ),
    Fault(
        "provisions that still run left out",
        "WMO_CLIENTEN",
        r"ends is null or",
        "",
    ),
    Fault(
        "an unknown wijk mistaken for the total",
        "STA_CLIENTEN",
        r"coalesce\(wijk, gemeente\)",
        "coalesce(wijk, 'NL')",
    ),
    Fault(
        "a gemeente not counted in an area that cuts across",
        "JEU_JONGEREN",
        r"select frame.position, coalesce\(counted.value, 0\)",
        "select frame.position, case when frame.region like 'JR%' then 0 "
        "else coalesce(counted.value, 0) end",
        "jeugd_combinatie",
    ),
    Fault(
        "who has no known wijk left out",
        "STA_HUISHOUDENS",
        r"coalesce\(wijk, gemeente\)",
        "wijk",
    ),
    Fault(
        "a client counted in a wijk of another gemeente",
        "WMO_CLIENTEN",
        r"coalesce\(client_wijk, client_gemeente\)",
        "coalesce(wijk, client_gemeente)",
    ),
    Fault(
        "the number capped at five",
        "STA_CLIENTEN",
        r"count\(\*\) < 6",
        "count(*) < 5",
        "stapeling_aantal",
    ),
    Fault(
        "one law forgotten in the combination",
        "STA_HUISHOUDENS",
        r"domain = 'pwet' then 'P'",
        "domain = 'pwet' then ''",
    ),
    Fault(
        "clients of a gemeente that does not take part kept",
        "STA_CLIENTEN",
        r"or client_gemeente in \(select gemeente from participating\)",
        "or true",
    ),
    Fault(
        "residents of a gemeente that does not take part kept",
        "WMO_CLIENTEN",
        r"or gemeente in \(select gemeente from participating\)",
        "or true",
    ),
    Fault(
        "empty cells missing",
        "STA_CLIENTEN",
        r"left join counted",
        "inner join counted",
    ),
    Fault(
        "what ends on the last day in the closing stock",
        "WMO_VOORZIENINGEN",
        r"held.ends <= date",
        "held.ends < date",
    ),
    Fault(
        "what begins on the first day in the opening stock",
        "WMO_VOORZIENINGEN",
        r"held.starts < date",
        "held.starts <= date",
    ),
    Fault(
        "a trajectory that follows another taken for a new one",
        "JEU_TRAJECTEN",
        r"< starts as again",
        "< date '2023-01-01' as again",
        "jeugd_verloop",
    ),
    Fault(
        "a full month that is one day short",
        "JEU_TRAJECTEN",
        r"\)\) < day\(held.starts\)",
        ")) <= day(held.starts)",
        "jeugd_verloop",
    ),
    Fault(
        "who has both forms of financing counted as in kind",
        "WMO_CLIENTEN",
        r"when financing = '2' then 'P'",
        "when financing = '2' then ''",
        "wmo_financiering",
    ),
    Fault(
        "an unknown reason left out",
        "WMO_BEEINDIGD",
        r"coalesce\(held.reason, 'ONB'\)",
        "held.reason",
    ),
    Fault(
        "who has three provisions counted as a pair",
        "WMO_CLIENTEN",
        r"count\(\*\) = 2 then min\(type\)",
        "count(*) >= 2 then min(type)",
        "wmo_combinatie",
    ),
    Fault(
        "a parent taken for a child at home",
        "JEU_JONGEREN",
        r"units.household_place = '1' and units.household_type = '6'",
        "units.household_type = '6'",
        "jeugd_huishouden",
    ),
    Fault(
        "an unknown age taken for one before the pension",
        "PAR_PERSONEN",
        r"units.known > 0",
        "true",
        "bijstand_aow",
    ),
    Fault(
        "care by both laws counted as by one",
        "WMO_CLIENTEN",
        r"units.care",
        "case when units.care = 'BEIDE' then 'WLZ' else units.care end",
        "wmo_samenloop",
    ),
    Fault(
        "who has care too counted by law",
        "SDI_PERSONEN",
        r"units.care <> 'GEEN'",
        "units.care = 'BEIDE'",
    ),
    Fault(
        "who uses nothing beside its early warnings left out",
        "VSG_PERSONEN",
        r"coalesce\(uses.laws, 'G'\)",
        "uses.laws",
        "vroegsignalen_gebruik",
    ),
    Fault(
        "what a gemeente without part grants seen beside early warnings",
        "VSG_HUISHOUDENS",
        r"\) and \( client_gemeente is null or client_gemeente in "
        r"\(select gemeente from participating\) \) \), uses as",
        ")), uses as",
        "vroegsignalen_gebruik",
    ),
    Fault(
        "an unknown income left out",
        "WMO_CLIENTEN",
        r"coalesce\(cast\(units.income as string\), 'ONB'\)",
        "cast(units.income as string)",
        "wmo_inkomen",
    ),
    Fault(
        "help that ended in the half-year before forgotten",
        "JEU_TRAJECTEN",
        r"least\(ended_before, min\(ends\) over \(partition by person_id\)\)",
        "min(ends) over (partition by person_id)",
        "jeugd_verloop",
    ),
    Fault(
        "what ends on the last day there at the end",
        "WMO_KETEN",
        r"ends > last_day",
        "ends >= last_day",
    ),
    Fault(
        "what begins on the first day there at the start",
        "WMO_KETEN",
        r"starts < first_day",
        "starts <= first_day",
    ),
    Fault(
        "basic support forgotten among the ways out",
        "WMO_KETEN",
        r"reason = '12'",
        "reason = '13'",
    ),
    Fault(
        "residence as light as support at home",
        "WMO_KETEN",
        r"then 3",
        "then 2",
    ),
    Fault(
        "an unknown intensity left out",
        "WMO_INTENSITEIT",
        r"coalesce\(cast\(held.hours as string\), 'ONB'\)",
        "cast(held.hours as string)",
    ),
    Fault(
        "an unknown perspective left out",
        "JEU_PERSPECTIEF",
        r"coalesce\(held.perspective, 'ONB'\)",
        "held.perspective",
    ),
    Fault(
        "who paid back taken from what others were paid",
        "WMO_KOSTEN",
        r"given.amount > 0",
        "given.amount <> 0",
    ),
    Fault(
        "amounts rounded down",
        "WMO_KOSTEN",
        r"sum\(amount\) \+ 50000",
        "sum(amount)",
    ),
    Fault(
        "a provider of two gemeenten taken for two",
        "WMO_KOSTEN",
        r"group by regions.ancestor, kinds.code, given.contributor",
        "group by regions.ancestor, kinds.code, given.contributor, given.gemeente",
    ),
    Fault(
        "records counted as clients",
        "WMO_KOSTEN",
        r"count\(distinct spent.person_id\)",
        "count(spent.person_id)",
    ),
    Fault(
        "answers counted instead of respondents",
        "WMO_RESPONDENTEN",
        r"count\(distinct borne.respondent\)",
        "count(borne.respondent)",
    ),
    Fault(
        "who does neither taken for who agrees",
        "WMO_RESPONDENTEN",
        r"where answer <> 'E'",
        "where answer = 'O'",
    ),
    Fault(
        "users of two totals of one gemeente added up",
        "JEU_KOSTEN",
        r"max\(spent.users\) as users",
        "sum(spent.users) as users",
    ),
    Fault(
        "a total taken for a person",
        "SBO_KOSTEN",
        r"where spent.person_id is null",
        "where spent.person_id is not null",
    ),
    Fault(
        "users counted as totals",
        "SBO_GEBRUIKERS",
        r"users as amount",
        "1 as amount",
    ),
    Fault(
        "a detail without its main group",
        "WMO_CLIENTEN",
        r"held.detail as type_2",
        "held.type as type_2",
        "wmo_detail",
    ),
)

MERGING_FAULTS = (
    Fault(
        "a margin of two days",
        MERGING,
        r"interval '3' day",
        "interval '2' day",
    ),
    Fault(
        "no margin for an overlap",
        MERGING,
        r"between cast\(one.ends - interval '3' day as date\)",
        "between one.ends",
    ),
    Fault(
        "the reason of ending ignored",
        MERGING,
        r"and one.reason is not distinct from other.reason",
        "",
    ),
    Fault(
        "no reason taken for another reason",
        MERGING,
        r"one.reason is not distinct from other.reason",
        "one.reason = other.reason",
    ),
    Fault(
        "the type ignored",
        MERGING,
        r"and one.type = other.type",
        "",
    ),
    Fault(
        "the gemeente ignored",
        MERGING,
        r"and one.gemeente = other.gemeente",
        "",
    ),
    Fault(
        "two that still run taken for different",
        MERGING,
        r"one.ends is not distinct from other.ends",
        "one.ends = other.ends",
    ),
    Fault(
        "numbers used of a gemeente that gives some",
        MERGING,
        r"count\(\*\) over \(partition by gemeente\) = "
        r"count\(allocation\) over \(partition by gemeente\)",
        "count(allocation) over (partition by gemeente) > 0",
    ),
    Fault(
        "an arrangement ended while a record still runs",
        MERGING,
        r"case when count\(\*\) filter \(where half = newest\) = "
        r"count\(ends\) filter \(where half = newest\) then max\([^)]*\) end",
        "max(case when half = newest then ends end)",
    ),
)


class FaultyDatabase:
    """A database that rewrites what it runs; the rest is the database it stands for."""

    def __init__(self, database: Database, fault: Fault) -> None:
        self._database = database
        self._fault = fault
        self.replaced = 0

    def _rewritten(self, query: Query) -> Query:
        text, times = self._fault.pattern.subn(
            lambda _match: self._fault.wrong, query.finished_text()
        )
        self.replaced += times
        return Query(query.name, text)

    def register(self, name: str, data: pa.Table | pa.RecordBatchReader) -> None:
        self._database.register(name, data)

    def run(self, query: Query) -> pa.Table:
        return self._database.run(self._rewritten(query))

    def materialise(self, name: str, query: Query) -> None:
        self._database.materialise(name, self._rewritten(query))

    def forget(self, *names: str) -> None:
        self._database.forget(*names)
