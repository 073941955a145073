"""The codes of linked microdata that a catalogue entry may name."""

import csv
from collections.abc import Mapping
from pathlib import Path

from rules.consent import load_consent


DOMAINS: Mapping[str, tuple[str, ...]] = {
    "wmo": ("HH", "OT", "VO", "HD", "OV"),
    "jeugd": ("JH", "JB", "JR"),
    "pwet": ("BU", "SR"),
    "wsw": ("WS",),
    "signal": ("SH", "SE", "SW", "SZ", "SO"),
}
"""Domain -> the types of its provisions, and of early warnings (`signal`) their kinds:
arrears of rent, energy, water, health insurance, other charges."""

TOLD = {"sbo": ("SB",), "care": ("WLZ", "ZVW")}
"""What is told in totals of a gemeente only, without persons: basic support, and care
by the Wlz and the Zvw -> its types."""

PARTS = tuple(part.code for part in load_consent().parts)
"""What a gemeente consents to, part by part."""

STACKED = ("wmo", "jeugd", "pwet")
"""The domains that stapeling is of."""

COMBINATIONS = ("J", "P", "W", "JP", "JW", "PW", "JPW")
"""The laws that a unit has provisions from."""

NUMBERS = ("1", "2", "3", "4", "5", "6+")
"""How many provisions a unit has."""

CODES: Mapping[str, tuple[str, ...]] = {
    "combination": COMBINATIONS,
    "number": NUMBERS,
    "financing": ("P", "Z", "ZP"),
    "measures": ("H", "B", "R", "HB", "HR", "BR", "HBR"),
    "sex": ("1", "2"),
    "pension": ("TOT", "VANAF"),
    "child": ("EEN", "PAAR", "ANDER"),
    "household": ("EEN", "PAAR", "PAARKIND", "OUDER", "OVERIG", "INST"),
    "course": ("B", "I", "U", "E"),
    "chain": ("I", "G", "L", "Z", "U", "K"),
    "perspective": ("01", "02", "03", "04", "ONB"),
    "care": ("WLZ", "ZVW", "BEIDE", "GEEN"),
    "origin": ("NL", "EUR", "BUI"),
    "index": ("W", "J", "P", "M", "V"),
    "use": ("G", *COMBINATIONS),
    "answer": ("1", "2", "3", "4"),
}
"""Characteristic -> the codes directly under the total of a dimension by it."""

_CATEGORIES = Path(__file__).parent / "classifications" / "wmo_category.csv"


def wmo_main_groups() -> Mapping[str, str]:
    """Category of iWmo (01..18) -> main group of the monitor.

    CBS publishes category 10 under `Overig` since 2019 as far as can be seen; its
    definition of 2020 says `Ondersteuning thuis`. An assumption until CBS confirms it.
    """
    with _CATEGORIES.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["group"] for row in csv.DictReader(file)}
