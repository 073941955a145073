"""The dirt in the files is the dirt that is reported, kind by kind."""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from rules.period import HalfYear
from secure_env.synthetic import SyntheticCountry, synthesise


PERIOD = HalfYear(2023, 2)
WITHHELD, UNBORN = "999999999", "000000000"
CODES = {
    "WMO": {f"{code:02d}" for code in range(1, 19)},
    "JEUGD": {
        "01",
        "02",
        "03",
        "04",
        "11",
        "12",
        "13",
        "14",
        "21",
        "23",
        "41",
        "42",
        "62",
    },
    "BUS": {"01", "02", "03", "11", "12", "14"},
    "SRG": {"01", "02", "03", "04", "05", "06", "07", "08", "99"},
}
COLUMNS = {
    "JEUGD": ("Vorm", "Datum_aanvang", "Datum_einde"),
    "BUS": ("Statistiekcode", "Aanvangsdatum_uitkering", "Einddatum_uitkering"),
    "SRG": ("Type_voorziening", "Begindatum", "Einddatum"),
}
OPEN = "99999999"


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> SyntheticCountry:
    folder = tmp_path_factory.mktemp("dirt")
    return synthesise(folder, PERIOD, persons=60_000, seed=4)


def records(source: str, files: Iterable[Path]) -> pd.DataFrame:
    """All records, with what prevails as `code`, `starts` and `ends`."""
    tables = [
        pd.read_csv(file, sep=";", dtype="str", keep_default_na=False).assign(
            file=file.name
        )
        for file in files
    ]
    table = pd.concat(tables, ignore_index=True)
    if source == "WMO":
        kind, support = "Type_maatwerkarrangement", "ondersteuning"
        claimed = table[f"{kind}_declaratie"]
        table["code"] = claimed.where(claimed != "", table[f"{kind}_toewijzing"])
        for name, column in (("starts", "Datum_start"), ("ends", "Datum_einde")):
            actual = table[f"{column}_daadwerkelijke_{support}"]
            legal = table[f"{column}_rechtsgeldigheid_{support}"]
            table[name] = actual.where(actual != "", legal)
    else:
        for name, column in zip(
            ("code", "starts", "ends"), COLUMNS[source], strict=True
        ):
            table[name] = table[column]
    table["ends"] = table["ends"].replace("", OPEN)
    return table


def passes_eleven_test(bsn: str) -> bool:
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(w * int(c) for w, c in zip(weights, bsn, strict=True)) % 11 == 0


def dirt_in(
    table: pd.DataFrame, source: str, known: set[str], period: HalfYear
) -> dict[str, int]:
    first, last = (f"{day:%Y%m%d}" for day in (period.first_day, period.last_day))
    once = table.drop_duplicates()
    real = ~table["BSN"].isin([WITHHELD, UNBORN])
    passes = table["BSN"].map(passes_eleven_test)
    found = {
        "bsn_failing": (real & ~passes).sum(),
        "bsn_unknown": (real & passes & ~table["BSN"].isin(known)).sum(),
        "duplicate": len(table) - len(once),
        "end_before_start": (table["ends"] < table["starts"]).sum(),
        "ends_before_period": (table["ends"] < first).sum(),
        "starts_after_period": (table["starts"] > last).sum(),
        "unknown_code": (~table["code"].isin(CODES[source])).sum(),
    }
    if source == "JEUGD":
        found["bsn_withheld"] = (table["BSN"] == WITHHELD).sum()
        found["unborn"] = (table["BSN"] == UNBORN).sum()
    if source == "WMO":
        found |= extensions(once[(once["ends"] >= first) & (once["starts"] <= last)])
    return {kind: int(count) for kind, count in found.items()}


def extensions(table: pd.DataFrame) -> dict[str, int]:
    """Records that are followed by one of the same person, type and gemeente."""
    keys = ["file", "BSN", "code"]
    ordered = table.sort_values([*keys, "starts"])
    following = ordered.groupby(keys)["starts"].shift(-1)
    has_next = following.notna()
    runs_on = has_next & (ordered["ends"] >= following)
    ended = has_next & ~runs_on
    gap = pd.to_datetime(following[ended]) - pd.to_datetime(ordered["ends"][ended])
    return {"adjoining": (gap.dt.days <= 3).sum(), "overlapping": runs_on.sum()}


@pytest.mark.parametrize("source", ["WMO", "JEUGD", "BUS", "SRG"])
def test_dirt_in_the_files_is_the_dirt_reported(
    country: SyntheticCountry, source: str
) -> None:
    known = set(pq.read_table(country.files["SLEUTEL"][0])["BSN"].to_pylist())
    table = records(source, country.files[source])
    assert dirt_in(table, source, known, PERIOD) == dict(country.dirt[source])


def test_dirt_in_redelivered_files_is_the_dirt_reported(
    country: SyntheticCountry,
) -> None:
    known = set(pq.read_table(country.files["SLEUTEL"][0])["BSN"].to_pylist())
    table = records("WMO", country.files["redelivered"])
    found = dirt_in(table, "WMO", known, PERIOD.previous)
    assert found == dict(country.dirt["redelivered"])


def test_every_kind_of_dirt_occurs(country: SyntheticCountry) -> None:
    assert all(country.dirt["WMO"].values())
    assert country.dirt["JEUGD"]["bsn_withheld"] > 0


def test_no_file_is_dirtier_than_a_fiftieth(country: SyntheticCountry) -> None:
    known = set(pq.read_table(country.files["SLEUTEL"][0])["BSN"].to_pylist())
    for file in country.files["WMO"][:6]:
        table = records("WMO", [file])
        found = dirt_in(table, "WMO", known, PERIOD)
        errors = sum(found.values()) - found["adjoining"] - found["overlapping"]
        assert errors <= 0.02 * len(table)


def test_nothing_is_quoted_and_lines_end_alike(country: SyntheticCountry) -> None:
    for file in (country.files[source][0] for source in ("WMO", "JEUGD", "REGIO")):
        content = file.read_bytes()
        assert b'"' not in content
        assert b"\r" not in content
        assert content.endswith(b"\n")
