"""Where people live: gemeenten, their wijken, and how many inhabitants each has.

An *area* is a wijk, or the part of a gemeente whose wijk is unknown. A *place* is a
buurt of a wijk, or the one place of an area without wijk.
"""

from dataclasses import dataclass

import numpy as np

from rules.errors import RuleError
from secure_env.synthetic.apportion import apportion
from secure_env.synthetic.arrays import Floats, Ints


AGE_SHARES = (0.15, 0.13, 0.25, 0.27, 0.20)
"""National shares of inhabitants of 0-14, 15-24, 25-44, 45-64, 65 and older."""

HOUSEHOLD_SHARES = (0.39, 0.29, 0.32)
"""Shares of households: single, without children, with children."""

HOUSEHOLD_SIZE = 2.15
UNKNOWN_WIJK = 0.01
"""The share of a gemeente's inhabitants whose wijk is unknown."""

_PERSONS_PER_BUURT = 1_400
_FEWEST_BUURTEN = 3
_MOST_BUURTEN = 9


@dataclass(frozen=True, slots=True)
class Gemeente:
    """A gemeente and the provincie it lies in."""

    code: str
    name: str
    provincie: str
    provincie_name: str


@dataclass(frozen=True, slots=True)
class Wijk:
    """A wijk as a file or an invention describes it; shares as in the constants."""

    code: str
    name: str
    gemeente: str
    inhabitants: int
    households: int
    age_shares: tuple[float, ...]
    household_shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Areas:
    """Areas in the order of their gemeenten; the unknown wijk last within each."""

    gemeente: Ints
    inhabitants: Ints
    households: Ints
    age_shares: Floats
    household_shares: Floats
    first_place: Ints
    places: Ints

    def part(self, rows: slice) -> "Areas":
        return Areas(
            self.gemeente[rows],
            self.inhabitants[rows],
            self.households[rows],
            self.age_shares[rows],
            self.household_shares[rows],
            self.first_place[rows],
            self.places[rows],
        )


@dataclass(frozen=True, slots=True)
class Regions:
    """The map of the country: its gemeenten, its wijken and its areas."""

    gemeenten: tuple[Gemeente, ...]
    wijken: tuple[Wijk | None, ...]
    """Per area; None where the wijk is unknown."""
    areas: Areas

    def rows(self, gemeente: int) -> slice:
        """The areas of a gemeente."""
        first, last = np.searchsorted(self.areas.gemeente, [gemeente, gemeente + 1])
        return slice(int(first), int(last))

    def inhabitants(self) -> Ints:
        """Per gemeente."""
        return np.bincount(
            self.areas.gemeente,
            weights=self.areas.inhabitants,
            minlength=len(self.gemeenten),
        ).astype(np.int64)


def settle(
    gemeenten: tuple[Gemeente, ...], wijken: tuple[Wijk, ...], persons: int | None
) -> Regions:
    """The regions with so many inhabitants in all, or as many as the wijken say."""
    rows = _areas_in_order(gemeenten, wijken)
    inhabitants = np.array([wijk.inhabitants for _, wijk in rows])
    households = np.array([wijk.households for _, wijk in rows])
    if not inhabitants.sum():
        raise RuleError("the regions have no inhabitants; give wijken with inhabitants")
    if persons is not None:
        size = np.maximum(inhabitants / np.maximum(households, 1), 1.0)
        weights = inhabitants.astype(np.float64)
        inhabitants = apportion(np.array([persons]), weights[None, :])[0]
        households = np.rint(inhabitants / size).astype(np.int64)
    known = tuple(wijk if wijk.code else None for _, wijk in rows)
    places = _buurten(inhabitants, known)
    areas = Areas(
        gemeente=np.array([place for place, _ in rows]),
        inhabitants=inhabitants,
        households=households,
        age_shares=np.array([wijk.age_shares for _, wijk in rows]),
        household_shares=np.array([wijk.household_shares for _, wijk in rows]),
        first_place=np.cumsum(places) - places,
        places=places,
    )
    return Regions(gemeenten, known, areas)


def _areas_in_order(
    gemeenten: tuple[Gemeente, ...], wijken: tuple[Wijk, ...]
) -> list[tuple[int, Wijk]]:
    of_gemeente: dict[str, list[Wijk]] = {gemeente.code: [] for gemeente in gemeenten}
    for wijk in wijken:
        of_gemeente[wijk.gemeente].append(wijk)
    rows: list[tuple[int, Wijk]] = []
    for place, gemeente in enumerate(gemeenten):
        parts = of_gemeente[gemeente.code]
        rows += [(place, wijk) for wijk in parts]
        rows.append((place, _without_wijk(gemeente.code, parts)))
    return rows


def _without_wijk(gemeente: str, parts: list[Wijk]) -> Wijk:
    inhabitants = round(UNKNOWN_WIJK * sum(wijk.inhabitants for wijk in parts))
    households = round(UNKNOWN_WIJK * sum(wijk.households for wijk in parts))
    return Wijk("", "", gemeente, inhabitants, households, AGE_SHARES, HOUSEHOLD_SHARES)


def _buurten(inhabitants: Ints, wijken: tuple[Wijk | None, ...]) -> Ints:
    by_size = inhabitants // _PERSONS_PER_BUURT + 1
    buurten = np.clip(by_size, _FEWEST_BUURTEN, _MOST_BUURTEN)
    return np.where([wijk is None for wijk in wijken], 1, buurten)
