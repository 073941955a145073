"""Linked microdata of one year in the regions of another.

Boundary changes say per wijk which ones it became on 1 January of a year. A wijk goes
as a whole to where most of its inhabitants went; a gemeente, for who lives in no known
wijk of it, likewise. Where that is not known (back over a merger) it goes nowhere, and
a gemeente that cannot be put together takes no part.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from engine.microdata import PARTICIPATION, SCHEMAS, LinkedMicrodata


Weights = dict[str | None, Fraction | None]
"""Region -> how much of a region went there; None: something, not known how much."""
Step = Mapping[str, Weights]
"""Wijk before a 1 January -> what it became on it; a wijk that stayed is not in it."""

_PLACES = {"gemeente": "wijk", "client_gemeente": "client_wijk"}
"""Column with a gemeente -> the column with its wijk."""


@dataclass(frozen=True, slots=True)
class Moves:
    """What became of every wijk and gemeente; None: nobody can say."""

    wijken: Mapping[str, str | None]
    gemeente_of: Mapping[str, str | None]
    """Wijk as it was -> the gemeente that it lies in now."""
    gemeenten: Mapping[str, str | None]
    parts: Mapping[str, frozenset[str]]
    """Gemeente now -> every gemeente of which something may have come to it."""
    torn: frozenset[str]
    """Gemeenten of now of which perhaps a part went nowhere."""


def steps(changes: Iterable[pa.Table], since: int, until: int) -> list[Step]:
    """The changes of every year after one and up to the other, back when it is earlier.

    `changes` are accepted deliveries of GRENZEN, each with the changes of its years.
    """
    rows = [row for table in changes for row in table.to_pylist()]
    if until >= since:
        years, from_, to = range(since + 1, until + 1), "wijk_before", "wijk"
    else:
        years, from_, to = range(since, until, -1), "wijk", "wijk_before"
    return [
        _step(
            (row[from_], row[to], row["share"] if until >= since else None)
            for row in rows
            if row["year"] == year
        )
        for year in years
    ]


def _step(rows: Iterable[tuple[str, str, object]]) -> Step:
    found: dict[str, Weights] = {}
    for from_, to, share in rows:
        known = None if share is None else Fraction(str(share))
        found.setdefault(from_, {})[to] = known
    one = Fraction(1)
    return {
        wijk: dict.fromkeys(became, one) if len(became) == 1 else became
        for wijk, became in found.items()
    }


def moves(linked: LinkedMicrodata, taken: Sequence[Step], regions: pa.Table) -> Moves:
    """Where everything of this microdata lies in these regions."""
    lies_in = dict(_pairs(regions, "wijk", "gemeente"))
    inhabitants = dict(_pairs(linked.population, "wijk", "inhabitants"))
    wijken: dict[str, str | None] = {}
    gemeente_of: dict[str, str | None] = {}
    gathered: dict[str, list[tuple[str | None, Fraction | None]]] = {}
    parts: dict[str, set[str]] = {}
    torn: set[str] = set()
    for wijk, gemeente in _pairs(linked.regions, "wijk", "gemeente"):
        became = _became(wijk, taken)
        within = _added((lies_in.get(f"{w}"), much) for w, much in became.items())
        goes_to, most = _most(within), _most(became)
        gemeente_of[wijk] = goes_to
        wijken[wijk] = most if lies_in.get(f"{most}") == goes_to else None
        lived = inhabitants.get(wijk, 0)
        gathered.setdefault(gemeente, []).extend(
            (to, None if much is None else much * lived) for to, much in within.items()
        )
        for to in filter(None, within):
            parts.setdefault(to, set()).add(gemeente)
        if goes_to is None:
            torn |= set(filter(None, within))
    return Moves(
        wijken,
        gemeente_of,
        {gemeente: _most(_added(found)) for gemeente, found in gathered.items()},
        {gemeente: frozenset(found) for gemeente, found in parts.items()},
        frozenset(torn),
    )


def moved(linked: LinkedMicrodata, to: Moves, regions: pa.Table) -> LinkedMicrodata:
    """The microdata in these regions; what lies in none of them is left out."""
    tables = {name: _moved(getattr(linked, name), to) for name in SCHEMAS}
    tables["regions"] = regions
    tables["participation"] = _taking_part(linked.participation, to, regions)
    return LinkedMicrodata(**tables)


def _moved(table: pa.Table, to: Moves) -> pa.Table:
    placed = _placed(table, to)
    if not table.schema.field("gemeente").nullable:
        placed = placed.filter(pc.is_valid(placed["gemeente"]))
    return _summed(placed) if "inhabitants" in table.column_names else placed


def _became(wijk: str, taken: Sequence[Step]) -> Weights:
    """Everything that a wijk became after these steps."""
    weights: Weights = {wijk: Fraction(1)}
    for step in taken:
        weights = _added(
            (to, None if much is None or share is None else much * share)
            for from_, much in weights.items()
            for to, share in step.get(f"{from_}", {from_: Fraction(1)}).items()
        )
    return weights


def _added(pairs: Iterable[tuple[str | None, Fraction | None]]) -> Weights:
    """The weights of each region together; something unknown stays unknown."""
    found: Weights = {}
    for region, much in pairs:
        before = found.get(region, Fraction(0))
        found[region] = None if before is None or much is None else before + much
    return found


def _most(weights: Weights) -> str | None:
    """Where most went; None where that is not known, or two are alike."""
    if len(weights) == 1:
        return next(iter(weights))
    known = [much for much in weights.values() if much is not None]
    if len(known) < len(weights):
        return None
    first = [region for region, much in weights.items() if much == max(known)]
    return first[0] if len(first) == 1 else None


def _placed(table: pa.Table, to: Moves) -> pa.Table:
    for gemeente, wijk in _PLACES.items():
        if gemeente not in table.column_names:
            continue
        place = _looked_up(table[gemeente], to.gemeenten)
        if wijk in table.column_names:
            before = table[wijk]
            by_wijk = _looked_up(before, to.gemeente_of)
            place = pc.if_else(pc.is_valid(before), by_wijk, place)
            table = _with(table, wijk, _looked_up(before, to.wijken))
        table = _with(table, gemeente, place)
    return table


def _looked_up(
    codes: pa.ChunkedArray, found: Mapping[str, str | None]
) -> pa.ChunkedArray:
    keys = pa.array(list(found), pa.string())
    values = pa.array(list(found.values()), pa.string())
    return values.take(pc.index_in(codes, keys))


def _with(table: pa.Table, name: str, column: pa.ChunkedArray) -> pa.Table:
    place = table.schema.get_field_index(name)
    return table.set_column(place, table.schema.field(place), column)


def _summed(table: pa.Table) -> pa.Table:
    """Rows of one place together: every whole number is a count."""
    counts = [each.name for each in table.schema if pa.types.is_integer(each.type)]
    keys = [name for name in table.column_names if name not in counts]
    grouped = table.group_by(keys).aggregate([(n, "sum") for n in counts])
    named = grouped.rename_columns(
        [n.removesuffix("_sum") for n in grouped.column_names]
    )
    order = [(key, "ascending") for key in keys]
    return named.select(table.column_names).sort_by(order).cast(table.schema)


def _taking_part(before: pa.Table, to: Moves, regions: pa.Table) -> pa.Table:
    """A gemeente takes part where all do that any of it was."""
    took_part = {
        (row["gemeente"], row["part"]): row["participates"]
        for row in before.to_pylist()
    }
    parts = sorted({part for _, part in took_part})
    return pa.Table.from_pylist(
        list(_rows(took_part, parts, to, sorted(set(regions["gemeente"].to_pylist())))),
        PARTICIPATION,
    )


def _rows(
    took_part: Mapping[tuple[str, str], bool],
    parts: Sequence[str],
    to: Moves,
    gemeenten: Sequence[str],
) -> Iterator[dict[str, object]]:
    for gemeente in gemeenten:
        was = to.parts.get(gemeente, frozenset())
        for part in parts:
            all_did = all(took_part.get((each, part), False) for each in was)
            takes_part = bool(was) and gemeente not in to.torn and all_did
            yield {"gemeente": gemeente, "part": part, "participates": takes_part}


def _pairs(table: pa.Table, one: str, other: str) -> Iterator[tuple[str, Any]]:
    return zip(table[one].to_pylist(), table[other].to_pylist(), strict=True)
