"""The array types of the synthetic country."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray


Ints: TypeAlias = NDArray[np.int64]
"""Whole numbers: positions, codes, or days since 1 January 1970."""

Floats: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]
