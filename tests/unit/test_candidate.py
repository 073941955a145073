"""What a candidate calls its totals."""

from dataclasses import replace

import pyarrow as pa
import pytest

from outputs.symbols import ReleaseStatus
from rules import catalogue
from rules.period import HalfYear
from secure_env.candidate import Figures, candidate_files


RULES = catalogue.load()
INDICATOR = RULES.indicators["WMO_CLIENTEN"]
TABLE = RULES.tables["wmo"].published()[0]
REGIONS = pa.table(
    {
        "wijk": ["WK000101", "WK000201", "WK000301"],
        "wijk_name": ["Een", "Twee", "Drie"],
        "gemeente": ["GM0001", "GM0002", "GM0003"],
        "gemeente_name": ["Aa", "Bee", "Cee"],
        "provincie": ["PV20", "PV20", "PV21"],
        "provincie_name": ["Noord", "Noord", "Zuid"],
        "areas": [
            [{"type": "jeugdregio", "code": "JR01", "name": "Kust"}],
            [{"type": "jeugdregio", "code": "JR02", "name": "Rand"}],
            [{"type": "jeugdregio", "code": "JR02", "name": "Rand"}],
        ],
    }
)
FIGURES = Figures(
    REGIONS,
    {"wmo_basis": frozenset({"GM0001", "GM0002", "GM0003"})},
    HalfYear(2023, 1),
    ReleaseStatus.PRELIMINARY,
)


def names(figures: Figures, taking_part: list[str]) -> set[str]:
    """The region names in the table of a candidate."""
    regions = ["NL", "PV20", "PV21", "JR01", "JR02", *taking_part]
    codes = TABLE.dimensions[0].codes
    cells = pa.table(
        {
            "region": [region for region in regions for _ in codes],
            "wmo_type": list(codes) * len(regions),
            "published": [10] * len(regions) * len(codes),
            "status": ["s"] * len(regions) * len(codes),
            "denominator": [1000] * len(regions) * len(codes),
        }
    )
    files = candidate_files(
        {"wmo_type": TABLE},
        {"wmo_type": [(INDICATOR, cells)]},
        {"wmo_type": RULES.policies["social_domain"]},
        figures,
    )
    lines = files["tables/wmo_type.csv"].decode().splitlines()[1:]
    return {line.split(",")[3] for line in lines}


def test_a_total_of_all_has_the_name_of_its_region():
    assert names(FIGURES, []) == {"Nederland", "Noord", "Zuid", "Kust", "Rand"}


@pytest.mark.parametrize(
    ("absent", "called"),
    [
        (
            "GM0003",
            {
                "Noord",
                "Zuid (deelnemende gemeenten)",
                "Kust",
                "Rand (deelnemende gemeenten)",
            },
        ),
        (
            "GM0001",
            {
                "Noord (deelnemende gemeenten)",
                "Zuid",
                "Kust (deelnemende gemeenten)",
                "Rand",
            },
        ),
    ],
)
def test_a_total_of_some_says_so(absent, called):
    others = FIGURES.taking_part["wmo_basis"] - {absent}
    some = replace(FIGURES, taking_part={"wmo_basis": others})
    assert names(some, []) == called | {"Nederland (deelnemende gemeenten)"}
