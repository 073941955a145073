"""Making a country: registers gemeente by gemeente, then the deliveries."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from rules.period import HalfYear
from secure_env.synthetic.areas import area_table
from secure_env.synthetic.backgrounds import backgrounds
from secure_env.synthetic.care import CareRecords, care_records, care_table
from secure_env.synthetic.consent import Participation, consent_table, region_table
from secure_env.synthetic.days import day
from secure_env.synthetic.deliveries import (
    Post,
    World,
    send_bus,
    send_costs,
    send_jeugd,
    send_signals,
    send_srg,
    send_surveys,
    send_wmo,
    send_wmo_again,
)
from secure_env.synthetic.dirt import Dirt
from secure_env.synthetic.events import Destinations, happen
from secure_env.synthetic.households import Kind
from secure_env.synthetic.identity import Numbering
from secure_env.synthetic.jeugd import JeugdRecords, Providers, jeugd_records
from secure_env.synthetic.life_events import live
from secure_env.synthetic.need import Deprivation, Lives
from secure_env.synthetic.population import Origin, populate
from secure_env.synthetic.pwet import BusRecords, SrgRecords, bus_records, srg_records
from secure_env.synthetic.receipt import Made
from secure_env.synthetic.regions import Regions
from secure_env.synthetic.registers import SCHEMAS, Gemeenteregister, PlaceCodes
from secure_env.synthetic.signals import SignalRecords, signal_records
from secure_env.synthetic.wmo import WmoRecords, wmo_records
from secure_env.synthetic.write import RegisterFiles


_STEPS = 20
"""How often progress is told while gemeenten are made."""


@dataclass
class Tally:
    """What the gemeenten made so far have together."""

    persons: int = 0
    """With everybody who is born in the year."""
    registered: int = 0
    households: int = 0
    """With residents of institutions, who have a number of their own."""
    private: int = 0
    wmo: list[WmoRecords] = field(default_factory=list)
    jeugd: list[JeugdRecords] = field(default_factory=list)
    bus: list[BusRecords] = field(default_factory=list)
    srg: list[SrgRecords] = field(default_factory=list)
    care: list[CareRecords] = field(default_factory=list)
    signals: list[SignalRecords] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Plan:
    """What holds for the whole country, whichever gemeente is made."""

    regions: Regions
    seed: int
    period: HalfYear
    destinations: Destinations
    deprivation: Deprivation
    providers: Providers
    codes: PlaceCodes

    @staticmethod
    def of(regions: Regions, seed: int, period: HalfYear) -> "Plan":
        inhabitants = int(regions.areas.inhabitants.sum())
        return Plan(
            regions,
            seed,
            period,
            Destinations.of(regions.areas),
            Deprivation.of(len(regions.wijken), seed),
            Providers.of(inhabitants, len(regions.gemeenten), seed),
            PlaceCodes.of(regions),
        )


def make(
    regions: Regions,
    seed: int,
    period: HalfYear,
    folder: Path,
    progress: Callable[[str], None],
) -> Made:
    """All files in the folder, under their own names."""
    plan, tally, post = Plan.of(regions, seed, period), Tally(), Post(folder)
    number = len(regions.gemeenten)
    files = {name: f"{name}_CBS_{period}.parquet" for name in SCHEMAS}
    with RegisterFiles({name: folder / files[name] for name in SCHEMAS}) as registers:
        for place in range(number):
            _make_gemeente(plan, place, tally, registers)
            if (place + 1) * _STEPS // number > place * _STEPS // number:
                progress(f"{place + 1} of {number} gemeenten, {tally.persons} persons")
    post.files.update({name: [file] for name, file in files.items()})
    _send(plan, tally, post, progress)
    return Made(
        persons=tally.registered,
        inhabitants=int(regions.areas.inhabitants.sum()),
        households=tally.private,
        gemeenten=number,
        files=dict(post.files),
        dirt={
            source: {kind.value: planted[kind] for kind in Dirt if kind in planted}
            for source, planted in post.dirt.items()
        },
    )


def _make_gemeente(
    plan: Plan, place: int, tally: Tally, registers: RegisterFiles
) -> None:
    """Drawn for the whole year; the registers show it up to the end of the period."""
    rows, year = plan.regions.rows(place), plan.period.year
    areas = plan.regions.areas.part(rows)
    if not areas.inhabitants.sum():
        return
    random = np.random.default_rng([plan.seed, 2, year, place])
    population = populate(areas, year, random)
    events = happen(population, plan.destinations, rows, random)
    origin = Origin(place, tally.persons, tally.households)
    lived = live(population, events, np.random.default_rng([plan.seed, 9, year, place]))
    last_day = day(plan.period.last_day)
    random = np.random.default_rng([plan.seed, 10, year, place])
    means = backgrounds(population, random)
    register = Gemeenteregister(population, events, lived, means, last_day, origin)
    tables = register.tables(Numbering(plan.seed), plan.codes)
    registers.append(tables)
    random = np.random.default_rng([plan.seed, 3, year, place])
    deprivation = plan.deprivation.part(rows)
    lives = Lives.of(population, events, origin, deprivation, random)
    benefits = bus_records(lives, random)
    number = len(plan.regions.gemeenten)
    tally.bus.append(benefits)
    tally.srg.append(srg_records(lives, benefits, random))
    tally.wmo.append(wmo_records(lives, benefits.person, number, random))
    tally.jeugd.append(jeugd_records(lives, plan.providers, random))
    random = np.random.default_rng([plan.seed, 11, year, place])
    tally.care.append(care_records(population, origin, random))
    random = np.random.default_rng([plan.seed, 12, year, place])
    tally.signals.append(signal_records(lives, random))
    tally.registered += tables["PERSONEN"].num_rows
    tally.persons += len(population.persons.sex) + len(events.newborn_household)
    tally.households += len(population.households.kind)
    tally.private += int((population.households.kind != Kind.INSTITUTION).sum())


def _send(
    plan: Plan, tally: Tally, post: Post, progress: Callable[[str], None]
) -> None:
    participation = Participation.of(plan.regions, plan.seed)
    world = World(
        seed=plan.seed,
        regions=plan.regions,
        providers=plan.providers,
        participation=participation,
        wmo=WmoRecords.joined(tally.wmo),
        jeugd=JeugdRecords.joined(tally.jeugd),
        bus=BusRecords.joined(tally.bus),
        srg=SrgRecords.joined(tally.srg),
        signals=SignalRecords.joined(tally.signals),
    )
    period = plan.period
    delivering = send_wmo(world, period, post)
    send_costs(world, period, delivering, post)
    send_surveys(world, period, delivering, post)
    send_signals(world, period, delivering, post)
    if period.half == 2:
        send_wmo_again(world, period.previous, post)
    send_jeugd(world, period, post)
    send_bus(world, period, post)
    send_srg(world, period, post)
    care = care_table(CareRecords.joined(tally.care), Numbering(plan.seed))
    post.write("WLZZVW", f"WLZZVW_VEKTIS_{period}.csv", care)
    regions = region_table(plan.regions.gemeenten, plan.regions.wijken)
    post.write("REGIO", f"REGIO_CBS_{period}.csv", regions)
    post.write("GEBIEDEN", f"GEBIEDEN_CBS_{period}.csv", area_table(plan.regions))
    consent = consent_table(plan.regions, participation, delivering)
    post.write("TOESTEMMING", f"TOESTEMMING_VNG_{period}.csv", consent)
    sent = sum(len(files) for files in post.files.values())
    progress(f"{sent} files")
