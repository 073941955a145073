"""Real figures of CBS: our rates of its counts are its own published rates."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from outputs.formats import rates_per_1000


SHARED = Path(os.environ.get("GMSD_SHARED", Path(__file__).parents[3] / "shared"))
FILE = SHARED / "data/kwb_wijk_gemeente_2021.csv.gz"


@pytest.mark.skipif(
    not FILE.exists(), reason="the folder GMSD_SHARED has no kwb_wijk_gemeente_2021"
)
def test_wmo_clients_per_1000_of_every_gemeente():
    """Kerncijfers wijken en buurten 2021: a_wmo_t, a_inw (exact) and p_wmo_t."""
    frame = pd.read_csv(FILE, dtype=str)
    gemeenten = frame[frame["recs"] == "Gemeente"]
    known = gemeenten.dropna(subset=["a_wmo_t", "p_wmo_t"])
    counts, inhabitants, published = (
        known[name].astype(np.int64).to_numpy()
        for name in ("a_wmo_t", "a_inw", "p_wmo_t")
    )
    assert len(known) == 334
    assert np.all(counts % 5 == 0)
    assert np.sum(rates_per_1000(counts, inhabitants) != published) == 0
    # Rounded half to even, or cut off, it would show.
    assert np.sum(1000 * counts // inhabitants != published) > 100
