"""Makes the linked room: of a half-year, a year, a cohort; in other regions too."""

import json
from collections.abc import Callable
from dataclasses import asdict

import pyarrow as pa
import pyarrow.compute as pc

from engine.cohort import COHORT_SCHEMAS
from engine.duckdb_database import DuckDBDatabase
from engine.microdata import SCHEMAS, LinkedMicrodata
from rules.period import Year
from secure_env import inputs
from secure_env.areas import regions_of
from secure_env.boundaries import moved, moves, steps
from secure_env.cohort import FollowedHalfYear, follow
from secure_env.linkage import link as link_deliveries
from secure_env.received import TABLE
from secure_env.rooms import MADE_FROM, Period
from secure_env.store import Folder
from secure_env.year import link_year


Progress = Callable[[str], None]


def link(period: Period, progress: Progress) -> Folder:
    """The folder of linked microdata; what it is made from is there."""
    if period.cohort is not None:
        return _link_cohort(period, progress)
    if period.regions_of is not None:
        return _move(period, progress)
    if isinstance(period.span, Year):
        return _link_year(period, period.span, progress)
    return _link(period, progress)


def opened(folder: Folder) -> LinkedMicrodata:
    """What a linked room holds, without its report."""
    return LinkedMicrodata(**{name: folder.table(name) for name in SCHEMAS})


def _link(period: Period, progress: Progress) -> Folder:
    progress(f"linking {len(period.deliveries)} deliveries")
    with DuckDBDatabase() as database:
        linked = link_deliveries(inputs.sources(period), period.half_year, database)
        summary = asdict(linked.summary) if linked.summary else {}
        tables = {name: getattr(linked, name) for name in (*SCHEMAS, "report")}
        taken = {MADE_FROM: json.dumps(period.made_from).encode()}
        return period.save("linked", period.linked_digest, tables, summary, taken)


def _move(period: Period, progress: Progress) -> Folder:
    """The linked microdata of the half-year, in the regions of another year."""
    progress(f"moving to the regions of {period.regions_of}")
    own = period.in_own_regions
    linked = opened(own.existing("linked", own.linked_digest, "link"))
    regions, areas, changes = (
        [each.table(TABLE) for each in folders] for folders in period.boundaries
    )
    target = regions_of(pa.concat_tables(regions), areas)
    since, until = period.half_year.year, period.regions_of or 0
    to = moves(linked, steps(changes, since, until), target)
    found = moved(linked, to, target)
    summary = {
        "regions_of": until,
        "gemeenten": len(set(target["gemeente"].to_pylist())),
        "gemeenten_torn": len(to.torn),
        "wijken_without_gemeente": list(to.gemeente_of.values()).count(None),
        "inhabitants_left_out": _inhabitants(linked) - _inhabitants(found),
    }
    tables = {name: getattr(found, name) for name in SCHEMAS}
    return period.save("linked", period.linked_digest, tables, summary)


def _link_year(period: Period, year: Year, progress: Progress) -> Folder:
    progress(f"linking the deliveries of both halves of {year}")
    halves = [
        opened(each.existing("linked", each.linked_digest, "link"))
        for each in period.followed
    ]
    with DuckDBDatabase() as database:
        delivered = [inputs.sources(each) for each in period.followed]
        linked = link_year(delivered, halves, year, database)
    tables = {name: getattr(linked, name) for name in SCHEMAS}
    persons = pc.count_distinct(linked.provisions["person_id"]).as_py()
    summary = {"persons": persons, "half_years": len(halves)}
    return period.save("linked", period.linked_digest, tables, summary)


def _link_cohort(period: Period, progress: Progress) -> Folder:
    progress(f"following persons through {len(period.followed)} half-years")
    with DuckDBDatabase() as database:
        made = follow(
            [
                FollowedHalfYear(
                    each.half_year,
                    opened(each.existing("linked", each.linked_digest, "link")),
                    inputs.register(each, "adressen"),
                    inputs.life_events(each),
                )
                for each in period.followed
            ],
            inputs.register(period.followed[0], "huishoudens"),
            database,
        )
    tables = {name: getattr(made, name) for name in COHORT_SCHEMAS}
    tables |= {name: getattr(made.linked, name) for name in SCHEMAS}
    summary = {"persons": made.persons.num_rows, "half_years": len(period.followed)}
    return period.save("linked", period.linked_digest, tables, summary)


def _inhabitants(linked: LinkedMicrodata) -> int:
    return pc.sum(linked.population["inhabitants"]).as_py() or 0
