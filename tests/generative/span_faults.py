"""Wrong engines that count a year or a day, and wrong linkages of a year."""

from tests.generative.faults import Fault


YEAR_FAULTS = (
    Fault(
        "a year that ends with its first half",
        "STA_CLIENTEN",
        r"date '2023-12-31'",
        "date '2023-06-30'",
    ),
    Fault(
        "what ran in the first half alone left out",
        "WMO_CLIENTEN",
        r"ends >= date '2023-01-01'",
        "ends >= date '2023-07-01'",
    ),
    Fault(
        "the opening stock that of the second half",
        "WMO_VOORZIENINGEN",
        r"held.starts < date '2023-01-01' then 'B'",
        "held.starts < date '2023-07-01' then 'B'",
    ),
    Fault(
        "months of stay up to the end of the first half",
        "JEU_TRAJECTEN",
        r"least\(held.ends, date '2023-12-31'\)",
        "least(held.ends, date '2023-06-30')",
        "jeugd_verloop",
    ),
)

DAY_FAULTS = (
    Fault(
        "the half-year counted instead of its last day",
        "STA_CLIENTEN",
        r"ends >= date '2023-06-30'",
        "ends >= date '2023-01-01'",
    ),
    Fault(
        "what starts on the day left out",
        "WMO_CLIENTEN",
        r"starts <= date '2023-06-30'",
        "starts < date '2023-06-30'",
    ),
    Fault(
        "what ends on the day left out",
        "PAR_PERSONEN",
        r"ends >= date '2023-06-30'",
        "ends > date '2023-06-30'",
    ),
)

LINKING = "linkage of a year"

LINKAGE_FAULTS = (
    Fault(
        "Wmo of the first half alone left out",
        LINKING,
        r"half in \(1, 2\)",
        "half in (2)",
    ),
    Fault(
        "the Wmo of the first half knows the end",
        LINKING,
        r"max\(records.half\) over",
        "min(records.half) over",
    ),
    Fault(
        "youth care of the first half alone left out",
        LINKING,
        r"bool_or\(half > 0 and",
        "bool_or(half > 1 and",
    ),
    Fault(
        "youth care of both halves taken for two",
        LINKING,
        r"from versions where half = newest\s*$",
        "from versions",
    ),
    Fault(
        "an employment of both halves taken for two",
        LINKING,
        r"from versions where half = newest and starts",
        "from versions where half = half and starts",
    ),
    Fault(
        "the employment of the first half forgotten",
        LINKING,
        r"from wsw_first where person_key is not null",
        "from wsw_first where person_key is null",
    ),
    Fault(
        "the month that was first taken for the newest",
        LINKING,
        r"year desc nulls last, month desc nulls last",
        "year asc nulls last, month asc nulls last",
    ),
)
