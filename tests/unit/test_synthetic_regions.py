"""The map of the synthetic country: invented, or read from a file."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from rules.errors import RuleError
from secure_env.synthetic.apportion import apportion, place_in_group
from secure_env.synthetic.invented import invented_regions
from secure_env.synthetic.region_file import regions_from


HEADER = (
    "WK_CODE,WK_NAAM,GM_CODE,GM_NAAM,AANT_INW,P_00_14_JR,P_15_24_JR,P_25_44_JR,"
    "P_45_64_JR,P_65_EO_JR,AANTAL_HH,P_EENP_HH,P_HH_Z_K,P_HH_M_K,GEM_HH_GR"
)
KNOWN = "15,13,25,27,20,{households},39,29,32,2.1"
ROWS = [
    "WK000101,Wijk 01 Dorp,GM0001,Eerst,3000," + KNOWN.format(households=1400),
    "WK000102,Wijk 02 Veld,GM0001,Eerst,20,,,,,,10,,,,-99997",
    "WK000201,Wijk 01 Stad,GM0002,Tweede,7000," + KNOWN.format(households=3600),
    "WK000202,Wijk 02 Plas,GM0002,Tweede,-99997,,,,,,-99997,,,,",
]


@pytest.fixture
def wijken(tmp_path: Path) -> Path:
    return written(tmp_path, ROWS)


def written(folder: Path, rows: list[str], header: str = HEADER) -> Path:
    file = folder / "wijken.csv.gz"
    file.write_bytes(gzip.compress("\n".join([header, *rows, ""]).encode()))
    return file


def test_a_total_is_divided_by_largest_remainder() -> None:
    assert apportion(np.array([10]), np.array([[1.0, 1.0, 1.0]])).tolist() == [
        [4, 3, 3]
    ]
    assert apportion(np.array([7, 0]), np.array([[0.0, 0.0], [1.0, 2.0]])).tolist() == [
        [4, 3],
        [0, 0],
    ]


def test_places_within_adjacent_groups() -> None:
    assert place_in_group(np.array([7, 7, 9, 7])).tolist() == [0, 1, 0, 0]


@pytest.mark.parametrize("persons", [1_000, 20_011, 300_000])
def test_an_invented_country_has_exactly_the_persons(persons: int) -> None:
    regions = invented_regions(persons, seed=3)
    assert regions.areas.inhabitants.sum() == persons


def test_an_invented_country_looks_like_one() -> None:
    regions = invented_regions(300_000, seed=3)
    sizes = np.sort(regions.inhabitants())
    codes = [wijk.code for wijk in regions.wijken if wijk]
    names = [gemeente.name for gemeente in regions.gemeenten]
    assert len(regions.gemeenten) == 45
    assert len(set(codes)) == len(codes)
    assert len(set(names)) == len(names)
    assert len({gemeente.provincie for gemeente in regions.gemeenten}) == 12
    assert 5 <= len(codes) / len(regions.gemeenten) <= 11
    assert sizes[-1] > 5 * np.median(sizes)


def test_the_file_gives_the_real_numbers(wijken: Path) -> None:
    regions = regions_from(wijken, None, persons=None, year=2023)
    by_wijk = {
        wijk.code if wijk else None: int(number)
        for wijk, number in zip(regions.wijken, regions.areas.inhabitants, strict=True)
    }
    assert by_wijk["WK000101"] == 3_000
    assert by_wijk["WK000102"] == 20
    assert by_wijk["WK000202"] == 0
    assert regions.inhabitants().tolist() == [3_020 + 30, 7_000 + 70]


def test_the_file_is_scaled_exactly(wijken: Path) -> None:
    regions = regions_from(wijken, None, persons=2_000, year=2023)
    assert regions.areas.inhabitants.sum() == 2_000
    assert regions.inhabitants()[1] == round(2_000 * 7_070 / 10_120)


def test_provincies_come_from_the_nearest_year(wijken: Path, tmp_path: Path) -> None:
    provinces = tmp_path / "provincies.csv"
    provinces.write_text(
        "year,gm_code,provincie\n2015,GM0001,Utrecht\n2022,GM0001,Zeeland\n"
        "2015,GM0002,Friesland\n",
        encoding="utf-8",
    )
    regions = regions_from(wijken, provinces, persons=None, year=2023)
    assert [gemeente.provincie for gemeente in regions.gemeenten] == ["PV29", "PV21"]


def test_a_gemeente_without_provincie_is_an_error(wijken: Path, tmp_path: Path) -> None:
    provinces = tmp_path / "provincies.csv"
    provinces.write_text("year,gm_code,provincie\n2022,GM0001,Utrecht\n", "utf-8")
    with pytest.raises(RuleError, match=r"lacks 1 gemeenten.*GM0002"):
        regions_from(wijken, provinces, persons=None, year=2023)


@pytest.mark.parametrize(
    ("rows", "header", "message"),
    [
        (ROWS, HEADER.replace("AANT_INW", "INW"), "lacks 1 columns: AANT_INW"),
        ([*ROWS, ROWS[0]], HEADER, "1 rows repeat a WK_CODE"),
        ([ROWS[0].replace("GM0001", "0001")], HEADER, "1 rows have no code"),
        ([ROWS[0].replace("3000", "many")], HEADER, "cannot be read"),
        ([ROWS[0].replace("Dorp", "D;rp")], HEADER, "1 rows have a semicolon"),
        ([ROWS[3]], HEADER, "no inhabitants"),
    ],
)
def test_a_file_that_is_no_map_is_refused(
    tmp_path: Path, rows: list[str], header: str, message: str
) -> None:
    with pytest.raises(RuleError, match=message):
        regions_from(written(tmp_path, rows, header), None, persons=None, year=2023)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="cannot be read"):
        regions_from(tmp_path / "none.csv", None, persons=None, year=2023)
