"""Invented boundary changes: what becomes of the map on 1 January of later years.

Every year the two smallest gemeenten merge into a new one, the largest wijk of the
largest gemeente is split, and of the next gemeente a part of a wijk goes to that one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from rules.errors import RuleError
from rules.period import HalfYear
from secure_env.synthetic.consent import region_table
from secure_env.synthetic.regions import Gemeente, Regions, Wijk
from secure_env.synthetic.write import in_layout, write_csv


_RECODED, _REDRAWN = "2", "3"
"""Indelingswijziging: only the codes are others, or the borders are."""
_SPLIT, _CEDED = 40, 15
"""Per cent of the inhabitants of a wijk that go."""
_FEWEST = 4


@dataclass(frozen=True, slots=True)
class Change:
    """A wijk, or the part of it with so much of its inhabitants, became another."""

    before: Wijk
    after: Wijk
    percent: int = 100


@dataclass(frozen=True, slots=True)
class Map:
    """The gemeenten and wijken of a year; inhabitants as when the country was made."""

    gemeenten: tuple[Gemeente, ...]
    wijken: tuple[Wijk, ...]

    @staticmethod
    def of(regions: Regions) -> "Map":
        numbers = regions.areas.inhabitants.tolist()
        pairs = zip(regions.wijken, numbers, strict=True)
        known = (wijk and replace(wijk, inhabitants=number) for wijk, number in pairs)
        return Map(regions.gemeenten, tuple(wijk for wijk in known if wijk))

    def wijken_of(self, gemeente: Gemeente) -> list[Wijk]:
        """The largest first."""
        own = [wijk for wijk in self.wijken if wijk.gemeente == gemeente.code]
        return sorted(own, key=lambda wijk: (-wijk.inhabitants, wijk.code))

    def by_size(self) -> list[Gemeente]:
        """The smallest first."""
        size = {
            each: sum(wijk.inhabitants for wijk in self.wijken_of(each))
            for each in self.gemeenten
        }
        return sorted(self.gemeenten, key=lambda each: (size[each], each.code))

    def after(self, changes: Sequence[Change], gemeenten: Sequence[Gemeente]) -> "Map":
        """With what these changes make; a wijk that is in none of them stays."""
        gone = {change.before.code for change in changes}
        wijken = {wijk.code: wijk for wijk in self.wijken if wijk.code not in gone}
        for change in changes:
            more = change.before.inhabitants * change.percent // 100
            there = wijken.get(change.after.code, replace(change.after, inhabitants=0))
            wijken[there.code] = replace(there, inhabitants=there.inhabitants + more)
        return Map(tuple(gemeenten), tuple(wijken[code] for code in sorted(wijken)))


def write_redrawn(
    regions: Regions, period: HalfYear, until: int, folder: Path
) -> dict[str, list[str]]:
    """The changes of every year up to this one and its map, in a folder apart.

    Gives the names of the files by that of the folder: for the half-years of those
    years there may be countries of their own.
    """
    source = f"regions-of-{until}"
    (folder / source).mkdir()
    files: dict[str, pa.Table] = {}
    redrawn = list(boundary_changes(regions, period.year, until))
    for year, changes, _ in redrawn:
        table = _changes_table(year, changes)
        files[f"{source}/GRENZEN_CBS_{HalfYear(year, 1)}.csv"] = table
    last = redrawn[-1][2]
    table = region_table(last.gemeenten, last.wijken)
    files[f"{source}/REGIO_CBS_{HalfYear(until, 1)}.csv"] = table
    for name, table in files.items():
        write_csv(folder / name, in_layout(name, table))
    return {source: list(files)}


def boundary_changes(
    regions: Regions, since: int, until: int
) -> Iterator[tuple[int, list[Change], Map]]:
    """Of every year after one and up to the other: the changes, and the map then."""
    now = Map.of(regions)
    for year in range(since + 1, until + 1):
        if len(now.gemeenten) < _FEWEST:
            raise RuleError(
                f"{len(now.gemeenten)} gemeenten are too few for boundary changes in "
                f"{year}; give {_FEWEST} or more"
            )
        smallest, smaller, *others, second, largest = now.by_size()
        merged = _together(smaller, smallest, max(each.code for each in now.gemeenten))
        changes = [
            *_merged(now.wijken_of(smaller) + now.wijken_of(smallest), merged),
            *_split(now.wijken_of(largest)),
            *_ceded(now.wijken_of(second)[0], now.wijken_of(largest)[-1]),
        ]
        now = now.after(changes, [*others, second, largest, merged])
        yield year, changes, now


def _changes_table(year: int, changes: Sequence[Change]) -> pa.Table:
    """As GRENZEN has them."""
    rows = [
        {
            "Jaar": str(year),
            "Wijkcode_oud": change.before.code,
            "Wijkcode_nieuw": change.after.code,
            "Gemeentecode_oud": change.before.gemeente,
            "Gemeentecode_nieuw": change.after.gemeente,
            "Indelingswijziging": _RECODED if change.percent == 100 else _REDRAWN,
            "Aandeel_inwoners": f"{change.percent // 100}.{change.percent % 100:02d}",
        }
        for change in changes
    ]
    return pa.Table.from_pylist(rows)


def _together(one: Gemeente, other: Gemeente, last_code: str) -> Gemeente:
    """A new gemeente in the provincie of the first."""
    code = f"GM{int(last_code[2:]) + 1:04d}"
    return replace(one, code=code, name=f"{one.name} en {other.name}")


def _merged(wijken: Sequence[Wijk], gemeente: Gemeente) -> Iterator[Change]:
    for place, wijk in enumerate(wijken):
        code = f"WK{gemeente.code[2:]}{place:02d}"
        yield Change(wijk, replace(wijk, code=code, gemeente=gemeente.code))


def _split(wijken: Sequence[Wijk]) -> Iterator[Change]:
    largest, codes = wijken[0], {wijk.code for wijk in wijken}
    numbered = (f"{largest.code[:6]}{place:02d}" for place in range(100))
    code = next(each for each in numbered if each not in codes)
    yield Change(largest, largest, 100 - _SPLIT)
    yield Change(largest, replace(largest, code=code, name="Nieuwe wijk"), _SPLIT)


def _ceded(wijk: Wijk, to: Wijk) -> Iterator[Change]:
    yield Change(wijk, wijk, 100 - _CEDED)
    yield Change(wijk, to, _CEDED)
