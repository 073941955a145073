"""The population registers of a gemeente as they stand at the end of a half-year."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from secure_env.synthetic.backgrounds import ORIGINS, Backgrounds
from secure_env.synthetic.days import OPEN, as_dates
from secure_env.synthetic.events import Event, Events
from secure_env.synthetic.identity import Numbering, digits
from secure_env.synthetic.life_events import LifeEvents
from secure_env.synthetic.population import Origin, Population
from secure_env.synthetic.regions import Regions
from secure_env.synthetic.spells import (
    NUMBERS_PER_HOUSEHOLD,
    addresses,
    born,
    memberships,
)


SCHEMAS = {
    "SLEUTEL": pa.schema({"BSN": pa.string(), "RINPERSOON": pa.string()}),
    "PERSONEN": pa.schema(
        {
            "RINPERSOON": pa.string(),
            "GEBOORTEDATUM": pa.date32(),
            "GESLACHT": pa.string(),
            "DATUMOVERLIJDEN": pa.date32(),
        }
    ),
    "ADRESSEN": pa.schema(
        {
            "RINPERSOON": pa.string(),
            "DATUMAANVANG": pa.date32(),
            "DATUMEINDE": pa.date32(),
            "GEMEENTE": pa.string(),
            "WIJK": pa.string(),
            "BUURT": pa.string(),
        }
    ),
    "HUISHOUDENS": pa.schema(
        {
            "RINPERSOON": pa.string(),
            "HUISHOUDNR": pa.string(),
            "DATUMAANVANGHH": pa.date32(),
            "DATUMEINDEHH": pa.date32(),
            "TYPHH": pa.string(),
            "PLHH": pa.string(),
        }
    ),
    "GEBEURTENISSEN": pa.schema(
        {"RINPERSOON": pa.string(), "SOORT": pa.string(), "DATUM": pa.date32()}
    ),
    "INKOMEN": pa.schema(
        {
            "RINPERSOON": pa.string(),
            "JAAR": pa.int64(),
            "HUISHOUDKERN": pa.string(),
            "HUISHOUDINKOMEN": pa.int64(),
            "PERCENTIEL": pa.int64(),
            "INKOMENSBRON": pa.string(),
        }
    ),
    "HERKOMST": pa.schema({"RINPERSOON": pa.string(), "HERKOMST": pa.string()}),
}
"""The registers, with their columns as delivered."""


_TYPES = pa.array([str(code) for code in range(9)])
_ROLES = pa.array([str(code) for code in range(11)])
_SEXES = pa.array(["0", "1", "2"])
_ORIGINS = pa.array(ORIGINS)


@dataclass(frozen=True, slots=True)
class PlaceCodes:
    """Gemeente, wijk and buurt of every place; null where unknown."""

    gemeente: pa.Array
    wijk: pa.Array
    buurt: pa.Array

    @staticmethod
    def of(regions: Regions) -> "PlaceCodes":
        gemeente: list[str] = []
        wijk: list[str | None] = []
        buurt: list[str | None] = []
        areas = regions.areas
        for known, lies_in, places in zip(
            regions.wijken, areas.gemeente, areas.places, strict=True
        ):
            code = known.code if known else None
            gemeente += [regions.gemeenten[lies_in].code] * places
            wijk += [code] * places
            buurt += [code and f"BU{code[2:]}{n:02d}" for n in range(places)]
        text = pa.string()
        return PlaceCodes(
            pa.array(gemeente, text), pa.array(wijk, text), pa.array(buurt, text)
        )


@dataclass(frozen=True, slots=True)
class Gemeenteregister:
    """What the registers of one gemeente know at the end of a half-year."""

    population: Population
    events: Events
    life_events: LifeEvents
    backgrounds: Backgrounds
    last_day: int
    origin: Origin

    def tables(self, numbering: Numbering, codes: PlaceCodes) -> dict[str, pa.Table]:
        everybody = self.origin.first_person + np.arange(
            len(self.population.persons.sex) + len(self.events.newborn_household)
        )
        rins = digits(numbering.rin(everybody), 9)
        bsns = digits(numbering.bsn(everybody), 9)
        known = self._known()
        return {
            "SLEUTEL": _table("SLEUTEL", bsns.take(known), rins.take(known)),
            "PERSONEN": self._persons(rins.take(known)),
            "ADRESSEN": self._addresses(rins, codes),
            "HUISHOUDENS": self._households(rins),
            "GEBEURTENISSEN": self._life_events(rins),
            "INKOMEN": self._incomes(rins),
            "HERKOMST": self._origins(rins.take(known)),
        }

    def _known(self) -> pa.Array:
        newborn = born(self.population, self.events, self.last_day)
        return pa.array(np.r_[np.arange(len(self.population.persons.sex)), newborn])

    def _persons(self, rins: pa.Array) -> pa.Table:
        persons, events = self.population.persons, self.events
        newborn = born(self.population, events, self.last_day) - len(persons.sex)
        when = events.day[events.newborn_household[newborn]]
        died = np.full(len(rins), OPEN)
        dead = events.until(self.last_day) == Event.DEATH
        died[events.actor[dead]] = events.day[dead]
        return _table(
            "PERSONEN",
            rins,
            as_dates(np.r_[persons.birth, when]),
            _SEXES.take(pa.array(np.r_[persons.sex, events.newborn_sex[newborn]])),
            as_dates(died),
        )

    def _addresses(self, rins: pa.Array, codes: PlaceCodes) -> pa.Table:
        spells = addresses(self.population, self.events, self.last_day)
        place = pa.array(spells.place)
        return _table(
            "ADRESSEN",
            rins.take(pa.array(spells.person)),
            as_dates(spells.starts),
            as_dates(spells.ends),
            codes.gemeente.take(place),
            codes.wijk.take(place),
            codes.buurt.take(place),
        )

    def _households(self, rins: pa.Array) -> pa.Table:
        spells = memberships(self.population, self.events, self.last_day)
        first_number = self.origin.first_household * NUMBERS_PER_HOUSEHOLD
        return _table(
            "HUISHOUDENS",
            rins.take(pa.array(spells.person)),
            digits(first_number + spells.number, 9),
            as_dates(spells.starts),
            as_dates(spells.ends),
            _TYPES.take(pa.array(spells.type)),
            _ROLES.take(pa.array(spells.role)),
        )

    def _life_events(self, rins: pa.Array) -> pa.Table:
        known = self.life_events.day <= self.last_day
        return _table(
            "GEBEURTENISSEN",
            rins.take(pa.array(self.life_events.person[known])),
            digits(self.life_events.event[known], 2),
            as_dates(self.life_events.day[known]),
        )

    def _incomes(self, rins: pa.Array) -> pa.Table:
        """Of the year before, of who lived on 1 January; core and source are bare."""
        of, known = self.population.persons.household, self.backgrounds.is_known
        there = np.flatnonzero(known[of])
        size = len(there)
        return _table(
            "INKOMEN",
            rins.take(pa.array(there)),
            pa.array(np.full(size, self.population.year - 1)),
            pa.nulls(size, pa.string()),
            pa.array(self.backgrounds.income[of[there]]),
            pa.nulls(size, pa.int64()),
            pa.nulls(size, pa.string()),
        )

    def _origins(self, rins: pa.Array) -> pa.Table:
        newborn = born(self.population, self.events, self.last_day)
        of = self.population.persons.household
        home = self.events.newborn_household[newborn - len(of)]
        origin = self.backgrounds.origin[np.r_[of, home]]
        return _table("HERKOMST", rins, _ORIGINS.take(pa.array(origin)))


def _table(register: str, *columns: pa.Array) -> pa.Table:
    return pa.Table.from_arrays(list(columns), schema=SCHEMAS[register])
