"""An invented map: gemeenten of very different sizes, wijken and provincies."""

import numpy as np

from secure_env.synthetic.apportion import apportion
from secure_env.synthetic.regions import (
    AGE_SHARES,
    HOUSEHOLD_SHARES,
    HOUSEHOLD_SIZE,
    UNKNOWN_WIJK,
    Gemeente,
    Regions,
    Wijk,
    settle,
)


PROVINCIES = (
    "Noorderland", "Wadgouw", "Veenmark", "Oosterhage", "Middelzand", "Rivierenoord",
    "Sticht en Horst", "Duinstreek", "Maasmonden", "Schorreland", "Zuiderkempen",
    "Heuvelrijk",
)  # fmt: skip
"""Twelve invented provincies; they bear the codes PV20 to PV31."""

_BEGINNINGS = (
    "Eiken", "Wester", "Ooster", "Olden", "Nieuw", "Berken", "Groene", "Ruinen", "Hoge",
    "Lage", "Zwane", "Linden", "Vosse", "Haver", "Korne", "Molen", "Sluis", "Tol",
    "Wilge", "Raven", "Reiger", "Zilver", "Steen", "Braam",
)  # fmt: skip
_ENDINGS = (
    "dam", "veen", "drecht", "wijk", "burg", "horst", "loo", "beek", "hoven", "rode",
    "zijl", "kerke", "muiden", "schoten", "gouw", "mark", "berg", "wold",
)  # fmt: skip
_QUARTERS = (
    "Centrum", "Noord", "Oost", "Zuid", "West", "Nieuwbouw", "Havens", "Buitengebied",
    "Noordoost", "Zuidwest", "Singels", "Plantage",
)  # fmt: skip

_REAL_GEMEENTEN = 345
_REAL_PERSONS = 17_600_000
_FIRST_CODE = 7001
"""No gemeente ever had a code from here on."""


def invented_regions(persons: int, seed: int) -> Regions:
    """With fewer persons, fewer and smaller gemeenten: both by the square root."""
    random = np.random.default_rng([seed, 1])
    share = (persons / _REAL_PERSONS) ** 0.5
    number = int(np.clip(round(_REAL_GEMEENTEN * share), 4, _REAL_GEMEENTEN))
    gemeenten = tuple(
        Gemeente(
            f"GM{_FIRST_CODE + place:04d}",
            _name(place),
            f"PV{20 + place % len(PROVINCIES)}",
            PROVINCIES[place % len(PROVINCIES)],
        )
        for place in range(number)
    )
    wijken: list[Wijk] = []
    sizes = np.exp(random.normal(0, 1.0, number))
    for gemeente, size in zip(gemeenten, sizes / sizes.sum(), strict=True):
        wijken += _wijken(gemeente.code, size * persons, random)
    return settle(gemeenten, tuple(wijken), persons)


def _name(place: int) -> str:
    # A step without common divisor spreads the names over the alphabet.
    pair = place * 101 % (len(_BEGINNINGS) * len(_ENDINGS))
    return _BEGINNINGS[pair // len(_ENDINGS)] + _ENDINGS[pair % len(_ENDINGS)]


def _wijken(gemeente: str, persons: float, random: np.random.Generator) -> list[Wijk]:
    number = int(random.integers(5, len(_QUARTERS)))
    weights = np.exp(random.normal(0, 0.9, number))[None, :]
    known = round(persons * (1 - UNKNOWN_WIJK))
    inhabitants = apportion(np.array([known]), weights)[0]
    ages = random.dirichlet(np.array(AGE_SHARES) * 60, number)
    households = random.dirichlet(np.array(HOUSEHOLD_SHARES) * 25, number)
    return [
        Wijk(
            f"WK{gemeente[2:]}{place:02d}",
            f"Wijk {place:02d} {_QUARTERS[place]}",
            gemeente,
            int(inhabitants[place]),
            round(inhabitants[place] / HOUSEHOLD_SIZE),
            tuple(ages[place]),
            tuple(households[place]),
        )
        for place in range(number)
    ]
