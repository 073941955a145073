"""What each supplier sends for a half-year: its records, soiled and written."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pyarrow as pa

from rules.period import HalfYear
from secure_env.synthetic.arrays import Ints, Mask
from secure_env.synthetic.consent import Participation
from secure_env.synthetic.costs import costs_table
from secure_env.synthetic.days import OPEN, day
from secure_env.synthetic.dirt import JEUGD_SHARES, SHARES, Dirt, Ground, Sheet, soiled
from secure_env.synthetic.identity import Numbering
from secure_env.synthetic.jeugd import JeugdRecords, Providers
from secure_env.synthetic.pwet import BusRecords, SrgRecords
from secure_env.synthetic.records import Grouped
from secure_env.synthetic.regions import Regions
from secure_env.synthetic.sheets import (
    WmoManner,
    bus_table,
    jeugd_table,
    srg_table,
    wmo_table,
)
from secure_env.synthetic.signals import SignalRecords, signals_table
from secure_env.synthetic.survey import survey_table
from secure_env.synthetic.wmo import WmoRecords
from secure_env.synthetic.write import in_layout, write_csv


REDELIVERED = "redelivered"
"""The folder of files for an earlier half-year; also names their dirt."""

_SOURCES = ("WMO", "JEUGD", "BUS", "SRG", "WMOKOSTEN", "WMOCEO", "VROEGSIGNALEN")
_DAYS_TO_MAKE_A_FILE = 45
_ADJOINS = 3
_LATE_RECORDS = 0.015
_LATE_ENDS = 0.06

Spell: TypeAlias = WmoRecords | JeugdRecords | BusRecords | SrgRecords | SignalRecords


@dataclass(frozen=True, slots=True)
class World:
    """A country in a year, and all its provisions."""

    seed: int
    regions: Regions
    providers: Providers
    participation: Participation
    wmo: WmoRecords
    jeugd: JeugdRecords
    bus: BusRecords
    srg: SrgRecords
    signals: SignalRecords


@dataclass(frozen=True, slots=True)
class Post:
    """What was sent: the files of each source and the dirt in them."""

    folder: Path
    files: defaultdict[str, list[str]] = field(
        default_factory=lambda: defaultdict(list)
    )
    dirt: defaultdict[str, Counter[Dirt]] = field(
        default_factory=lambda: defaultdict(Counter)
    )

    def write(self, source: str, name: str, table: pa.Table) -> None:
        write_csv(self.folder / name, in_layout(name, table))
        self.files[source].append(name)

    def send(
        self, source: str, name: str, table: pa.Table, planted: Counter[Dirt]
    ) -> bool:
        """Whether there was anything to send; a file without records is none."""
        if not table.num_rows:
            return False
        self.write(source, name, table)
        self.dirt[source].update(planted)
        return True


def send_wmo(world: World, period: HalfYear, post: Post) -> frozenset[int]:
    """The Wmo files of the gemeenten that deliver; those gemeenten."""
    delivering = set()
    for place, code, rows in _by_gemeente(world, world.wmo.gemeente):
        if place in world.participation.silent:
            continue
        file = WmoFile.of(world, place, rows, period)
        name = f"WMO_{code}_{period}.csv"
        if post.send("WMO", name, file.first_sent(), file.planted):
            delivering.add(place)
    return frozenset(delivering)


def send_costs(
    world: World, period: HalfYear, delivering: frozenset[int], post: Post
) -> None:
    """What gemeenten paid for their Wmo records, of those that fill in all columns."""
    for place, code, rows in _by_gemeente(world, world.wmo.gemeente):
        if place in delivering and WmoManner.of(place, world.seed).optional:
            ground = _ground(world, period, "WMOKOSTEN", place)
            sheet = _sheet(world.wmo, rows, world.wmo.type, ground)
            table = costs_table(world.wmo, sheet, gemeente=code, ground=ground)
            post.send("WMOKOSTEN", f"WMOKOSTEN_{code}_{period}.csv", table, Counter())


def send_surveys(
    world: World, period: HalfYear, delivering: frozenset[int], post: Post
) -> None:
    """What clients of the half-year answered, of the gemeenten that deliver."""
    for place, code, rows in _by_gemeente(world, world.wmo.gemeente):
        if place in delivering:
            ground = _ground(world, period, "WMOCEO", place)
            sheet = _sheet(world.wmo, rows, world.wmo.type, ground)
            table = survey_table(sheet.person, gemeente=code, ground=ground)
            post.send("WMOCEO", f"WMOCEO_{code}_{period}.csv", table, Counter())


def send_signals(
    world: World, period: HalfYear, delivering: frozenset[int], post: Post
) -> None:
    """The early warnings of the half-year, of the gemeenten that deliver."""
    signals = world.signals
    for place, code, rows in _by_gemeente(world, signals.gemeente):
        if place in delivering:
            ground = _ground(world, period, "VROEGSIGNALEN", place)
            sheet = _sheet(signals, rows, signals.kind, ground)
            table = signals_table(signals, sheet, gemeente=code)
            name = f"VROEGSIGNALEN_{code}_{period}.csv"
            post.send("VROEGSIGNALEN", name, table, Counter())


def send_wmo_again(world: World, period: HalfYear, post: Post) -> None:
    """The files of the first half-year once more, with what came late."""
    (post.folder / REDELIVERED).mkdir()
    for place, code, rows in _by_gemeente(world, world.wmo.gemeente):
        if place in world.participation.redelivering:
            file = WmoFile.of(world, place, rows, period)
            name = f"{REDELIVERED}/WMO_{code}_{period}.csv"
            post.send(REDELIVERED, name, file.corrected(), file.planted)


def send_jeugd(world: World, period: HalfYear, post: Post) -> None:
    jeugd, last_day = world.jeugd, day(period.last_day)
    codes = pa.array([gemeente.code for gemeente in world.regions.gemeenten])
    grouped = Grouped.by(jeugd.provider, len(world.providers.codes))
    for place, provider in enumerate(world.providers.codes):
        ground = _ground(world, period, "JEUGD", place)
        sheet = _sheet(jeugd, grouped.of(place), jeugd.form, ground)
        sheet, planted = soiled(sheet, _every(sheet), JEUGD_SHARES, ground)
        table = jeugd_table(
            jeugd, sheet, provider=provider, codes=codes, last_day=last_day
        )
        post.send("JEUGD", f"JEUGD_{provider}_{period}.csv", table, planted)


def send_bus(world: World, period: HalfYear, post: Post) -> None:
    bus = world.bus
    for place, code, rows in _by_gemeente(world, bus.gemeente):
        ground = _ground(world, period, "BUS", place)
        sheet = _monthly(_sheet(bus, rows, bus.scheme, ground), bus.ends, period)
        sheet, planted = soiled(sheet, _every(sheet), SHARES, ground)
        table = bus_table(bus, sheet, gemeente=code, year=period.year)
        post.send("BUS", f"BUS_{code}_{period}.csv", table, planted)


def send_srg(world: World, period: HalfYear, post: Post) -> None:
    srg = world.srg
    for place, code, rows in _by_gemeente(world, srg.gemeente):
        ground = _ground(world, period, "SRG", place)
        sheet = _monthly(_sheet(srg, rows, srg.type, ground), srg.ends, period)
        sheet, planted = soiled(sheet, _every(sheet), SHARES, ground)
        table = srg_table(srg, sheet, gemeente=code, year=period.year)
        post.send("SRG", f"SRG_{code}_{period}.csv", table, planted)


@dataclass(frozen=True, slots=True)
class WmoFile:
    """The Wmo records of a gemeente for a half-year, and what it first did not know."""

    world: World
    place: int
    period: HalfYear
    sheet: Sheet
    planted: Counter[Dirt]
    late_records: Ints
    late_ends: Ints

    @staticmethod
    def of(world: World, place: int, rows: Ints, period: HalfYear) -> "WmoFile":
        wmo, ground = world.wmo, _ground(world, period, "WMO", place)
        sheet = _sheet(wmo, rows, wmo.type, ground)
        serial, counts = np.unique(wmo.arrangement[sheet.row], return_counts=True)
        number = counts[np.searchsorted(serial, wmo.arrangement[sheet.row])]
        # Only records that stand alone are late or dirty: extensions stay countable.
        alone = (number == 1) & (wmo.next_starts[sheet.row] == OPEN)
        corrects = period.half == 1 and place in world.participation.redelivering
        chance = ground.random.random(len(sheet))
        new = alone & corrects & (chance < _LATE_RECORDS)
        ended = alone & corrects & (chance > 1 - _LATE_ENDS) & (sheet.ends != OPEN)
        late, late_ends = sheet.row[new], sheet.row[ended]
        dirty, planted = soiled(sheet, alone & ~new & ~ended, SHARES, ground)
        planted.update(_extensions(wmo, sheet, ground.last_day))
        return WmoFile(world, place, period, dirty, planted, late, late_ends)

    def first_sent(self) -> pa.Table:
        """Without the records and the ends that came late."""
        known = self.sheet.of(~np.isin(self.sheet.row, self.late_records))
        unknown_end = np.isin(known.row, self.late_ends)
        ends = np.where(unknown_end, OPEN, known.ends)
        return self._table(replace(known, ends=ends), self.period)

    def corrected(self) -> pa.Table:
        """As delivered again with the next half-year."""
        return self._table(self.sheet, self.period.next)

    def _table(self, sheet: Sheet, sent_with: HalfYear) -> pa.Table:
        made = day(sent_with.last_day) + _DAYS_TO_MAKE_A_FILE
        return wmo_table(
            self.world.wmo,
            sheet,
            gemeente=self.world.regions.gemeenten[self.place].code,
            manner=WmoManner.of(self.place, self.world.seed),
            days=(day(self.period.last_day), made),
        )


def _extensions(wmo: WmoRecords, sheet: Sheet, last_day: int) -> Counter[Dirt]:
    """How many records are followed by another one of the same arrangement."""
    following = wmo.next_starts[sheet.row]
    gap = (following - sheet.ends)[following <= last_day]
    adjoining = int(((gap > 0) & (gap <= _ADJOINS)).sum())
    return Counter({Dirt.ADJOINING: adjoining, Dirt.OVERLAPPING: int((gap <= 0).sum())})


def _by_gemeente(world: World, gemeente: Ints) -> Iterator[tuple[int, str, Ints]]:
    """Every gemeente with the positions of its records."""
    grouped = Grouped.by(gemeente, len(world.regions.gemeenten))
    for place, known in enumerate(world.regions.gemeenten):
        yield place, known.code, grouped.of(place)


def _ground(world: World, period: HalfYear, source: str, supplier: int) -> Ground:
    stream = [world.seed, 6, period.year, period.half, _SOURCES.index(source), supplier]
    return Ground(
        day(period.first_day),
        day(period.last_day),
        Numbering(world.seed),
        np.random.default_rng(stream),
    )


def _sheet(records: Spell, rows: Ints, code: Ints, ground: Ground) -> Sheet:
    """The records that ran in the period, with the ends that are known by its end."""
    ran = records.starts[rows] <= ground.last_day
    ran &= records.ends[rows] >= ground.first_day
    rows = rows[ran]
    return Sheet(
        person=records.person[rows],
        row=rows,
        bsn=ground.numbering.bsn(records.person[rows]),
        starts=records.starts[rows],
        ends=_known(records.ends[rows], ground.last_day),
        code=code[rows],
        month=np.zeros(len(rows), np.int64),
    )


def _known(ends: Ints, by: int) -> Ints:
    return np.where(ends <= by, ends, OPEN)


def _monthly(sheet: Sheet, ends: Ints, period: HalfYear) -> Sheet:
    """One record per month that it ran in, each knowing the ends by that month."""
    months = []
    first_month = period.first_day.month
    for month in range(first_month, first_month + 6):
        first = day(date(period.year, month, 1))
        last = day(
            period.last_day if month % 6 == 0 else date(period.year, month + 1, 1)
        )
        last -= month % 6 != 0
        real = ends[sheet.row]
        ran = sheet.of((sheet.starts <= last) & (real >= first))
        months.append(
            replace(
                ran,
                ends=_known(ends[ran.row], last),
                month=np.full(len(ran), month),
            )
        )
    return Sheet.joined(months)


def _every(sheet: Sheet) -> Mask:
    return np.ones(len(sheet), np.bool_)
