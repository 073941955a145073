"""The map of a file in the format of the CBS "wijk- en buurtkaart"."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from rules.errors import RuleError
from secure_env.synthetic.arrays import Floats
from secure_env.synthetic.invented import PROVINCIES
from secure_env.synthetic.regions import (
    AGE_SHARES,
    HOUSEHOLD_SHARES,
    HOUSEHOLD_SIZE,
    Gemeente,
    Regions,
    Wijk,
    settle,
)


_NAMES = ("WK_CODE", "WK_NAAM", "GM_CODE", "GM_NAAM")
_AGES = ("P_00_14_JR", "P_15_24_JR", "P_25_44_JR", "P_45_64_JR", "P_65_EO_JR")
_HOUSEHOLDS = ("P_EENP_HH", "P_HH_Z_K", "P_HH_M_K")
_COUNTS = ("AANT_INW", "AANTAL_HH", "GEM_HH_GR")

_PROVINCIE_CODES = {
    "Groningen": "PV20", "Friesland": "PV21", "Fryslân": "PV21", "Drenthe": "PV22",
    "Overijssel": "PV23", "Flevoland": "PV24", "Gelderland": "PV25", "Utrecht": "PV26",
    "Noord-Holland": "PV27", "Zuid-Holland": "PV28", "Zeeland": "PV29",
    "Noord-Brabant": "PV30", "Limburg": "PV31",
}  # fmt: skip


_FORMS = {"WK_CODE": r"^WK\d{6}$", "GM_CODE": r"^GM\d{4}$"}


def regions_from(
    file: Path, provinces: Path | None, *, persons: int | None, year: int
) -> Regions:
    """The wijken of the file; the provincies of the other file, else invented ones."""
    table = _read(file, _NAMES, _COUNTS + _AGES + _HOUSEHOLDS)
    _must_be_a_map(file, table)
    names = dict(
        zip(
            table["GM_CODE"].to_pylist(),
            table["GM_NAAM"].to_pylist(),
            strict=True,
        )
    )
    codes = sorted(names)
    lies_in = _invented_provincies(codes)
    if provinces is not None:
        lies_in = _provincies(provinces, codes, year)
    gemeenten = tuple(Gemeente(code, names[code], *lies_in[code]) for code in codes)
    return settle(gemeenten, _wijken(table), persons)


def _read(file: Path, texts: Iterable[str], numbers: Iterable[str]) -> pa.Table:
    types = dict.fromkeys(texts, pa.string()) | dict.fromkeys(numbers, pa.float64())
    try:
        with pyarrow.csv.open_csv(file) as reader:
            missing = types.keys() - set(reader.schema.names)
        if missing:
            raise RuleError(
                f"{file.name} lacks {len(missing)} columns: "
                f"{', '.join(sorted(missing))}; give a file that has them"
            )
        return pyarrow.csv.read_csv(
            file,
            convert_options=pyarrow.csv.ConvertOptions(
                include_columns=list(types), column_types=types
            ),
        )
    except (OSError, pa.ArrowInvalid) as error:
        raise RuleError(
            f"{file.name} cannot be read as a CSV with commas (or .csv.gz); "
            "give the wijken or provincies as published"
        ) from error


def _must_be_a_map(file: Path, table: pa.Table) -> None:
    for name, form in _FORMS.items():
        wrong = table.num_rows - (
            pc.sum(pc.match_substring_regex(table[name], form)).as_py() or 0
        )
        if wrong:
            raise RuleError(f"{file.name}: {wrong} rows have no code {form} in {name}")
    twice = table.num_rows - pc.count_distinct(table["WK_CODE"]).as_py()
    if twice:
        raise RuleError(f"{file.name}: {twice} rows repeat a WK_CODE; give each once")
    for name in ("WK_NAAM", "GM_NAAM"):
        unfit = pc.sum(pc.match_substring_regex(table[name], '[;"\r\n]')).as_py()
        if unfit:
            raise RuleError(
                f"{file.name}: {unfit} rows have a semicolon, quote or line end in "
                f"{name}, which no delivery can hold; take it out"
            )


def _wijken(table: pa.Table) -> tuple[Wijk, ...]:
    ages = _shares(table, _AGES, AGE_SHARES)
    types = _shares(table, _HOUSEHOLDS, HOUSEHOLD_SHARES)
    inhabitants = _number(table, "AANT_INW", np.zeros(table.num_rows))
    size = _number(table, "GEM_HH_GR", np.full(table.num_rows, HOUSEHOLD_SIZE))
    households = _number(table, "AANTAL_HH", inhabitants / np.maximum(size, 1.0))
    wijken = [
        Wijk(
            code,
            name,
            gemeente,
            int(inhabitants[row]),
            int(households[row]),
            tuple(ages[row]),
            tuple(types[row]),
        )
        for row, (code, name, gemeente) in enumerate(
            zip(*(table[name].to_pylist() for name in _NAMES[:3]), strict=True)
        )
    ]
    return tuple(sorted(wijken, key=lambda wijk: wijk.code))


def _number(table: pa.Table, name: str, otherwise: Floats) -> Floats:
    """A column; where it is empty or a special negative value, the other one."""
    values = table[name].to_numpy(zero_copy_only=False).astype(np.float64)
    return np.where(np.nan_to_num(values, nan=-1.0) >= 0, values, otherwise)


def _shares(
    table: pa.Table, names: tuple[str, ...], national: tuple[float, ...]
) -> Floats:
    """Percentages as shares that add up to 1; the national ones when one is unknown."""
    unknown = np.full(table.num_rows, np.nan)
    shares: Floats = np.column_stack([_number(table, name, unknown) for name in names])
    fit = np.nan_to_num(shares.sum(axis=1), nan=0.0) > 0
    shares = np.where(fit[:, None], shares, np.array(national))
    total: Floats = shares.sum(axis=1, keepdims=True)
    return shares / total


def _invented_provincies(codes: list[str]) -> dict[str, tuple[str, str]]:
    """Neighbouring codes together, as many gemeenten in each of the twelve."""
    ranks = {code: place * 12 // len(codes) for place, code in enumerate(codes)}
    return {code: (f"PV{20 + n}", PROVINCIES[n]) for code, n in ranks.items()}


def _provincies(file: Path, codes: list[str], year: int) -> dict[str, tuple[str, str]]:
    """The provincie of each gemeente in the year of the file nearest to this one."""
    table = _read(file, ("gm_code", "provincie"), ("year",))
    rows = zip(*(table[n].to_pylist() for n in table.column_names), strict=True)
    nearest_last = sorted(rows, key=lambda row: (-abs(row[2] - year), row[2]))
    names = {code: provincie for code, provincie, _ in nearest_last}
    missing = [code for code in codes if code not in names]
    if missing:
        raise RuleError(
            f"{file.name} lacks {len(missing)} gemeenten of the regions, the first is "
            f"{missing[0]}; add them or leave the provincies out"
        )
    foreign = sorted({names[code] for code in codes} - _PROVINCIE_CODES.keys())
    if foreign:
        raise RuleError(
            f"{file.name} has {len(foreign)} names that are no provincie: "
            f"{', '.join(foreign)}; use the twelve names of CBS"
        )
    return {code: (_PROVINCIE_CODES[names[code]], names[code]) for code in codes}
