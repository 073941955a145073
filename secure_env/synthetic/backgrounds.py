"""What households earn and where their members come from."""

from dataclasses import dataclass

import numpy as np

from secure_env.synthetic.arrays import Ints, Mask
from secure_env.synthetic.population import Population


ORIGINS = ("NL", "EUR", "TUR", "MAR", "SUR", "CAR", "IND", "OVB")
"""Codes of the register of origin."""

_ORIGIN_SHARES = [0.735, 0.085, 0.025, 0.025, 0.02, 0.01, 0.02, 0.08]
# Median of a standardised income by kind of household, and its spread.
_MEDIANS = np.array([22_000, 33_000, 34_000, 22_000, 27_000, 17_000])
_SPREAD = 0.5
_UNKNOWN = 0.02


@dataclass(frozen=True, slots=True)
class Backgrounds:
    """One element per household; its members share them."""

    income: Ints
    """Standardised disposable income of the year in euros."""
    is_known: Mask
    """Whether the register of income has the household."""
    origin: Ints
    """Position in `ORIGINS`."""


def backgrounds(population: Population, random: np.random.Generator) -> Backgrounds:
    kind = population.households.kind
    spread = np.exp(random.normal(0, _SPREAD, len(kind)))
    return Backgrounds(
        (_MEDIANS[kind] * spread).astype(np.int64),
        random.random(len(kind)) >= _UNKNOWN,
        random.choice(len(ORIGINS), len(kind), p=_ORIGIN_SHARES),
    )
