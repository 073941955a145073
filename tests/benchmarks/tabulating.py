"""All indicators of a half-year from the linked store, beside one query by hand.

By hand: a DuckDB query over plain Parquet that reads the registers and deliveries once,
and counts households by the laws of their provisions: one table of the many.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow.parquet as pq

from engine.duckdb_database import DuckDBDatabase
from engine.tabulate import tabulate_all
from rules.period import HalfYear
from secure_env import linking, workflow
from secure_env.environment import initialise, open_environment
from secure_env.intake import receive
from secure_env.received import TABLE
from secure_env.rooms import Period
from secure_env.synthetic import synthesise
from tests.benchmarks.measured import Line, measured


HALF_YEAR = HalfYear(2023, 1)
SMALL, NATIONAL = 100_000, 17_900_000
READ = ("adressen", "huishoudens", "wmo", "jeugd", "bus", "srg", "regio")
_BAR = 3
"""So many times the query by hand is asked of it."""

BY_HAND = """
with held as (
    select distinct person_key, 'W' as law, type || starts || gemeente as provision
    from '{wmo}' where ends is null or ends >= date '2023-01-01'
    union all
    select distinct person_key, 'J', kind || form || provider || starts
    from '{jeugd}' where ends is null or ends >= date '2023-01-01'
    union all
    select distinct person_key, 'P', gemeente || registration
    from '{bus}' where scheme in ('01', '02', '03', '14')
    union all
    select distinct person_key, 'P', gemeente || registration || type from '{srg}'
),
homes as (
    select
        person_key, arg_max(gemeente, starts) as gemeente,
        arg_max(wijk, starts) as wijk
    from '{adressen}'
    where starts <= date '2023-06-30' and (ends is null or ends >= date '2023-06-30')
        and person_key in (select person_key from held)
    group by person_key
),
members as (
    select
        person_key, arg_max(household, starts) as household,
        arg_max(type, starts) as type
    from '{huishoudens}'
    where starts <= date '2023-06-30' and (ends is null or ends >= date '2023-06-30')
        and person_key in (select person_key from held)
    group by person_key
),
households as (
    select
        members.household, max(homes.gemeente) as gemeente, max(homes.wijk) as wijk,
        string_agg(distinct held.law, '' order by held.law) as laws,
        least(count(distinct held.provision), 6) as number
    from held
    inner join members on held.person_key = members.person_key and members.type <> '8'
    inner join homes on held.person_key = homes.person_key
    group by members.household
)
select
    regio.provincie, households.gemeente, households.wijk, households.laws,
    households.number, count(*) as households
from households
left join '{regio}' as regio on households.wijk = regio.wijk
group by grouping sets (
    (laws, number), (regio.provincie, laws, number),
    (households.gemeente, laws, number), (households.wijk, laws, number)
)
"""


def lines(*, national: bool) -> Iterator[Line]:
    persons = NATIONAL if national else SMALL
    with TemporaryDirectory() as folder:
        environment, country = Path(folder) / "env", Path(folder) / "country"
        synthesise(country, HALF_YEAR, persons=persons, seed=1)
        initialise(environment, statistician="anna", checkers=["bert", "carla"])
        measured(_receive, environment, country)
        yield from of_environment(environment, f"{persons}")


def of_environment(environment: Path, instance: str) -> Iterator[Line]:
    """The lines of an environment in which the half-year was received."""
    with TemporaryDirectory() as folder:
        measured(_write_plain, environment, Path(folder))
        rows, by_hand = measured(_by_hand, Path(folder))
    yield Line("one stapeling table", instance, "by hand", by_hand, f"{rows} cells")
    _, linking = measured(_link, environment)
    yield Line("link", instance, "gmsd", linking, "deliveries to linked microdata")
    (tables, cells), tabulating = measured(_tabulate, environment)
    ratio = tabulating.seconds / by_hand.seconds
    yield Line(
        "all indicators",
        instance,
        "gmsd",
        tabulating,
        f"{tables} tables, {cells} cells: {ratio:.1f}x by hand (asked: {_BAR}x)",
    )


def _receive(environment: Path, country: Path) -> None:
    inside = open_environment(environment)
    receive(inside, sorted(country.glob("[A-Z]*")), progress=lambda _: None)


def _write_plain(environment: Path, folder: Path) -> None:
    """What the query by hand reads, not encrypted."""
    period = Period.of(open_environment(environment), HALF_YEAR)
    for source in READ:
        found = [each for each in period.deliveries if each.parts[0] == source]
        schema = found[0].batches(TABLE).schema
        with pq.ParquetWriter(folder / f"{source}.parquet", schema) as writer:
            for delivery in found:
                for batch in delivery.batches(TABLE):
                    writer.write_batch(batch)


def _by_hand(folder: Path) -> int:
    files = {source: str(folder / f"{source}.parquet") for source in READ}
    return len(duckdb.sql(BY_HAND.format(**files)).fetchall())


def _link(environment: Path) -> None:
    workflow.link(Period.of(open_environment(environment), HALF_YEAR), lambda _: None)


def _tabulate(environment: Path) -> tuple[int, int]:
    """Every table of every indicator, from the store; how many, with their cells."""
    period = Period.of(open_environment(environment), HALF_YEAR)
    folder = period.existing("linked", period.linked_digest, "link")
    microdata = linking.opened(folder)
    tables = cells = 0
    with DuckDBDatabase() as database:
        for indicator in period.catalogue.indicators.values():
            specs = period.catalogue.tables[indicator.table].published()
            found = tabulate_all(microdata, indicator, specs, HALF_YEAR, database)
            tables += len(found)
            cells += sum(each.cells.num_rows for each in found)
    return tables, cells
