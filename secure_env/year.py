"""From the deliveries and the linked halves of a year to its microdata.

What both halves delivered is linked anew, as one provision may be in both; registers
are those of the second half, which know the last day. Costs are those of both halves
together, and a gemeente takes part that takes part in both.
"""

from collections.abc import Sequence
from dataclasses import replace

import pyarrow as pa

from engine.database import Database
from engine.microdata import ANSWERS, LinkedMicrodata
from rules.period import Year
from secure_env.cohort import taking_part_throughout
from secure_env.linkage import link
from secure_env.sources import DeliveredSources


def link_year(
    delivered: Sequence[DeliveredSources],
    halves: Sequence[LinkedMicrodata],
    year: Year,
    database: Database,
) -> LinkedMicrodata:
    """The microdata of a year, from what its halves delivered and what was linked.

    Answers of a survey are left out: nobody knows who answered in both halves.
    """
    found = link(both(*delivered), year, database)
    return replace(
        found,
        costs=pa.concat_tables([half.costs for half in halves]),
        answers=ANSWERS.empty_table(),
        participation=taking_part_throughout(halves),
        summary=None,
        report=None,
    )


def both(first: DeliveredSources, last: DeliveredSources) -> DeliveredSources:
    """The deliveries of both halves of a year as linkage takes them.

    Care by the Wlz and the Zvw is known of the year if it is of both halves.
    """

    def together(source: str) -> pa.Table:
        return pa.concat_tables([first.arrow(source), last.arrow(source)])

    care_is_known = first.wlzzvw is not None and last.wlzzvw is not None
    return replace(
        last,
        wmo_other=first.wmo,
        jeugd_first=first.jeugd,
        jeugd_previous=first.jeugd_previous,
        bus=together("bus"),
        srg=together("srg"),
        wsw_first=first.wsw,
        vroegsignalen=together("vroegsignalen"),
        wlzzvw=together("wlzzvw") if care_is_known else None,
    )
