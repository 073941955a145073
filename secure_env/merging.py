"""Which records are one provision: Wmo arrangements, measures handed over, benefits.

Records that belong together directly are pairs from the database; what belongs together
are the connected components. No fixed number of joins finds those: of A-B and C-D that
run side by side the chains cross.
"""

import numpy as np
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from engine.database import Database
from engine.query import Query, identifier, listed, literal, phrase
from rules.period import HalfYear, Year
from rules.vocabulary import wmo_main_groups
from secure_env.sources import PROVISION_SOURCES


def hold_provisions(period: HalfYear | Year, database: Database) -> int:
    """Make `held`: all provisions and warnings. Gives the Wmo records merged away.

    No end is ever taken from absence in a later delivery (that was the error in the
    figures of 2020 and 2021): a later delivery changes only what it has.
    """
    own = period.halves[-1].half
    halves = {"own": literal(own), "other": literal(3 - own)}
    asked = listed(literal(each.half) for each in period.halves)
    records = _query("wmo_records").fill(**halves, asked=asked)
    database.materialise("wmo_records", records)
    merged = _together("wmo_records", "wmo_links", "arrangement", database)
    database.materialise("jeugd_records", _query("jeugd_records"))
    _together("jeugd_records", "jeugd_links", "measure", database)
    database.register("main_groups", main_groups())
    first, last = literal(period.first_day), literal(period.last_day)
    ran = phrase(
        "starts <= {last} and (ends is null or ends >= {first})", first=first, last=last
    )
    for source in PROVISION_SOURCES:
        database.materialise(f"{source}_held", _query(f"{source}_held").fill(ran=ran))
    for name in ("held", "served"):
        database.materialise(name, _query(name))
    database.forget("wmo_records", "arrangements", "main_groups")
    database.forget("jeugd_records", "measures")
    database.forget("wmo_held", "bus_held", "srg_held", "wsw_held")
    database.forget("vroegsignalen_held")
    return merged


def main_groups() -> pa.Table:
    """Category of iWmo, and the main group of the monitor that it is in."""
    groups = wmo_main_groups()
    return pa.table({"category": list(groups), "main_group": list(groups.values())})


def _together(records: str, links: str, whole: str, database: Database) -> int:
    """Make the table of which record is part of what; gives how many lost their own."""
    counted = database.run(_query("how_many").fill(table=identifier(records)))
    size = counted["many"][0].as_py()
    pairs = database.run(_query(links))
    one, other = (pairs[side].to_numpy() for side in ("one", "other"))
    together = coo_array((np.ones(len(one), bool), (one, other)), (size, size))
    count, part_of = connected_components(together, directed=False)
    found = pa.table({"record": np.arange(size), whole: part_of})
    database.register(f"{whole}s", found)
    return int(size - count)


def _query(name: str) -> Query:
    return Query.load(name, "secure_env")
