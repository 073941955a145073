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

    @property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(self.right.replace(" ", r"\s+"))


COUNTING_FAULTS = (
    Fault(
        "rows counted instead of clients",
        "WMO_CLIENTEN",
        r"select distinct",
        "select",
    ),
    Fault(
        "provisions counted instead of persons",
        "STA_CLIENTEN",
        r"from held group by unit",
        "from held group by unit, provision_id",
    ),
    Fault(
        "a shared benefit counted for each partner",
        "STA_HUISHOUDENS",
        r"max\(place\) as place, max\(domain\) as domain from facts group by [a-z_, ]+",
        "place, domain from facts",
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
        r"household_id is not null",
        "true",
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
    ),
    Fault(
        "the number capped at seven",
        "STA_CLIENTEN",
        r"count\(\*\) < 6",
        "count(*) < 7",
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
        r"records = allocations as allocated",
        "allocations > 0 as allocated",
    ),
    Fault(
        "an arrangement ended while a record still runs",
        MERGING,
        r"case when count\(\*\) = count\(records.ends\) then max\(records.ends\) end",
        "max(records.ends)",
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
