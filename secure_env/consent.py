"""Who takes part in which part of the monitor: what was delivered and what was said."""

from collections.abc import Iterable, Mapping

import pyarrow as pa

from rules.consent import load_consent, taking_part
from rules.period import HalfYear


def participation(
    gemeenten: Iterable[str],
    period: HalfYear,
    delivered: Mapping[str, frozenset[str]],
    consent: pa.Table,
    own: pa.Table,
) -> pa.Table:
    """Gemeente, part, participates: a row for every gemeente and part.

    `delivered` has per source the suppliers whose delivery counts; `consent` is the
    newest list of VNG. `own` has what gemeenten decided with their newest delivery;
    that goes before the list.
    """
    rules = load_consent()
    said: dict[str, dict[str, bool]] = {}
    for row in (*consent.to_pylist(), *own.to_pylist()):
        decided = said.setdefault(row["gemeente"], {})
        decided[row["part"].lower()] = row["publishes"]
    rows = [
        {"gemeente": gemeente, "part": part, "participates": participates}
        for gemeente in sorted(set(gemeenten))
        for part, participates in taking_part(
            rules, period, gemeente, delivered, said.get(gemeente, {})
        ).items()
    ]
    schema = {"gemeente": pa.string(), "part": pa.string(), "participates": pa.bool_()}
    return pa.Table.from_pylist(rows, pa.schema(list(schema.items())))
