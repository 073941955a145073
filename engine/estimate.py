"""The whole of a country of which some parts are not known: a model, and its interval.

Of each region that is known the rate among inhabitants is explained by what is known of
all regions; those that are not known are predicted. Weighted least squares, weights the
inhabitants: the variance of a rate falls as they are more (Särndal, Swensson, Wretman,
Model Assisted Survey Sampling, 7.4, the ratio model with more features).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit


Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

FEWEST_FREE = 10
"""With fewer known regions beyond the features there is no estimate."""
_TAIL = 0.975


@dataclass(frozen=True, slots=True)
class Regions:
    """One element per region: inhabitants, and features (a row each, no constant)."""

    inhabitants: Floats
    features: Floats


@dataclass(frozen=True, slots=True)
class Estimate:
    """A count, and the ends of its 95 per cent prediction interval."""

    value: float
    lower: float
    upper: float


def estimate_of_missing(
    regions: Regions, counts: Floats, known: Mask, missing: Mask
) -> Estimate | None:
    """How many there are in the missing regions together; None: too little is known.

    `counts` are looked at where `known`; a region may be neither known nor missing.
    """
    if not missing.any():
        return Estimate(0.0, 0.0, 0.0)
    size = regions.inhabitants
    known = known & (size > 0)
    design = np.column_stack([np.ones(len(size)), regions.features])
    free = int(known.sum()) - design.shape[1]
    if free < FEWEST_FREE:
        return None
    weighted = design[known] * np.sqrt(size[known])[:, None]
    rates = counts[known] / np.sqrt(size[known])
    inverse = np.linalg.pinv(weighted.T @ weighted)
    slopes = inverse @ weighted.T @ rates
    noise = float(np.sum((rates - weighted @ slopes) ** 2)) / free
    asked = size[missing] @ design[missing]
    value = float(asked @ slopes)
    variance = float(asked @ inverse @ asked) + float(size[missing].sum())
    margin = float(stdtrit(free, _TAIL)) * (noise * variance) ** 0.5
    return Estimate(
        *(max(each, 0.0) for each in (value, value - margin, value + margin))
    )
