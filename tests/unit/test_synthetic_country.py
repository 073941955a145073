"""The synthetic country: its registers, its deliveries, and the same one next time."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from rules.errors import RuleError
from rules.layout import load_layouts
from rules.period import HalfYear
from secure_env.synthetic import SyntheticCountry, synthesise
from secure_env.synthetic.invented import invented_regions


CLAIMED = "Type_maatwerkarrangement_declaratie"
PERSONS, SEED = 30_000, 11
H1, H2 = HalfYear(2023, 1), HalfYear(2023, 2)
NEW_YEAR, JUNE, DECEMBER = date(2023, 1, 1), date(2023, 6, 30), date(2023, 12, 31)


def made(folder: Path, period: HalfYear, **changes: int) -> SyntheticCountry:
    numbers = {"persons": PERSONS, "seed": SEED} | changes
    return synthesise(folder, period, persons=numbers["persons"], seed=numbers["seed"])


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> SyntheticCountry:
    return made(tmp_path_factory.mktemp("first"), H1)


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> SyntheticCountry:
    return made(tmp_path_factory.mktemp("second"), H2)


def register(country: SyntheticCountry, name: str) -> pd.DataFrame:
    table: pd.DataFrame = pq.read_table(country.files[name][0]).to_pandas()
    return table


def delivered(file: Path) -> pd.DataFrame:
    return pd.read_csv(file, sep=";", dtype="str", keep_default_na=False)


def on(spells: pd.DataFrame, starts: str, ends: str, day: date) -> pd.DataFrame:
    running = spells[ends].isna() | (spells[ends] >= day)
    return spells[(spells[starts] <= day) & running]


def contents(folder: Path) -> Mapping[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def test_the_same_arguments_give_the_same_bytes(
    second: SyntheticCountry, tmp_path: Path
) -> None:
    made(tmp_path, H2)
    assert contents(tmp_path) == contents(second.folder)


def test_another_seed_gives_another_country(tmp_path: Path) -> None:
    one = made(tmp_path / "one", H1, persons=1_000)
    other = made(tmp_path / "other", H1, persons=1_000, seed=12)
    bsns = [set(register(country, "SLEUTEL")["BSN"]) for country in (one, other)]
    assert not bsns[0] & bsns[1]


def test_columns_are_those_of_the_layouts(second: SyntheticCountry) -> None:
    covering = (layout for layout in load_layouts() if layout.covers(H2))
    for layout in covering:
        if layout.source not in second.files:
            continue  # nobody makes it up
        file = second.files[layout.source][0]
        columns = [field.column for field in layout.fields]
        if file.suffix == ".parquet":
            assert pq.read_schema(file).names == columns
        else:
            assert delivered(file).columns.tolist() == columns


def test_file_names_say_source_supplier_and_period(second: SyntheticCountry) -> None:
    for source, files in second.files.items():
        for file in files:
            name, supplier, period = file.stem.split("_")
            assert file.exists()
            assert supplier
            if source == "redelivered":
                assert (name, period) == ("WMO", "2023-H1")
                assert file.parent.name == "redelivered"
            else:
                assert (name, period) == (source, "2023-H2")


def test_every_wijk_has_its_inhabitants_on_1_january(second: SyntheticCountry) -> None:
    living = on(register(second, "ADRESSEN"), "DATUMAANVANG", "DATUMEINDE", NEW_YEAR)
    found = living["WIJK"].value_counts().to_dict()
    regions = invented_regions(PERSONS, SEED)
    asked = {
        wijk.code: int(number)
        for wijk, number in zip(regions.wijken, regions.areas.inhabitants, strict=True)
        if wijk is not None and number
    }
    assert found == asked
    assert len(living) == PERSONS == second.inhabitants
    assert 0.005 < living["WIJK"].isna().mean() < 0.015


def test_a_buurt_lies_in_its_wijk_and_gemeente(second: SyntheticCountry) -> None:
    known = register(second, "ADRESSEN").dropna(subset="WIJK")
    assert (known["WIJK"].str[2:6] == known["GEMEENTE"].str[2:]).all()
    assert (known["BUURT"].str[2:8] == known["WIJK"].str[2:]).all()
    assert known["BUURT"].str.fullmatch(r"BU\d{8}").all()


@pytest.mark.parametrize("day", [NEW_YEAR, date(2023, 4, 15), JUNE, DECEMBER])
def test_everybody_alive_has_one_address_and_one_household(
    second: SyntheticCountry, day: date
) -> None:
    persons = register(second, "PERSONEN")
    alive = persons[
        (persons["GEBOORTEDATUM"] <= day)
        & (persons["DATUMOVERLIJDEN"].isna() | (persons["DATUMOVERLIJDEN"] >= day))
    ]["RINPERSOON"]
    addresses = on(register(second, "ADRESSEN"), "DATUMAANVANG", "DATUMEINDE", day)
    members = on(register(second, "HUISHOUDENS"), "DATUMAANVANGHH", "DATUMEINDEHH", day)
    assert sorted(addresses["RINPERSOON"]) == sorted(alive)
    assert sorted(members["RINPERSOON"]) == sorted(alive)


@pytest.mark.parametrize("day", [NEW_YEAR, JUNE, DECEMBER])
def test_households_are_composed_as_their_type_says(
    second: SyntheticCountry, day: date
) -> None:
    spells = register(second, "HUISHOUDENS")
    dead = register(second, "PERSONEN").dropna(subset="DATUMOVERLIJDEN")
    dies = spells["RINPERSOON"].isin(
        dead.loc[dead["DATUMOVERLIJDEN"] == day, "RINPERSOON"]
    )
    members = on(spells[~dies], "DATUMAANVANGHH", "DATUMEINDEHH", day)
    members = members.assign(child=members["PLHH"] == "1")
    homes = members.groupby("HUISHOUDNR").agg(
        type=("TYPHH", "first"),
        types=("TYPHH", "nunique"),
        starts=("DATUMAANVANGHH", "nunique"),
        size=("RINPERSOON", "count"),
        children=("child", "sum"),
    )
    adults = homes["size"] - homes["children"]
    assert (homes["types"] == 1).all()
    for code, grown, with_children in [
        ("1", 1, False),
        ("2", 2, False),
        ("3", 2, False),
        ("4", 2, True),
        ("5", 2, True),
        ("6", 1, True),
    ]:
        of_type = homes["type"] == code
        assert of_type.any()
        assert (adults[of_type] == grown).all()
        assert ((homes["children"][of_type] > 0) == with_children).all()
    assert (homes.loc[homes["type"] == "8", "size"] == 1).all()


def test_members_of_a_household_live_together(second: SyntheticCountry) -> None:
    lives = on(register(second, "ADRESSEN"), "DATUMAANVANG", "DATUMEINDE", DECEMBER)
    members = on(
        register(second, "HUISHOUDENS"), "DATUMAANVANGHH", "DATUMEINDEHH", DECEMBER
    )
    both = members.merge(lives, on="RINPERSOON").fillna({"BUURT": "unknown"})
    buurten = both.groupby("HUISHOUDNR")[["GEMEENTE", "BUURT"]].nunique()
    assert (buurten == 1).all(axis=None)


def test_households_on_1_january_are_those_reported(second: SyntheticCountry) -> None:
    members = on(
        register(second, "HUISHOUDENS"), "DATUMAANVANGHH", "DATUMEINDEHH", NEW_YEAR
    )
    private = members[members["TYPHH"] != "8"]
    assert private["HUISHOUDNR"].nunique() == second.households
    assert 2.0 < len(private) / second.households < 2.3


def test_people_are_born_die_and_move(second: SyntheticCountry) -> None:
    persons, addresses = (
        register(second, "PERSONEN"),
        register(second, "ADRESSEN"),
    )
    assert len(persons) == second.persons == persons["RINPERSOON"].nunique()
    born = (persons["GEBOORTEDATUM"] >= NEW_YEAR).mean()
    died = persons["DATUMOVERLIJDEN"].notna().mean()
    this_year = addresses[addresses["DATUMAANVANG"] > NEW_YEAR]
    before = addresses[addresses["DATUMEINDE"] < NEW_YEAR]
    assert 0.005 < born < 0.015
    assert 0.005 < died < 0.015
    assert 0.03 < len(this_year) / len(persons) < 0.12
    assert 0.03 < len(before) / len(persons) < 0.20


def test_the_key_file_has_everybody_once(second: SyntheticCountry) -> None:
    key = register(second, "SLEUTEL")
    assert sorted(key["RINPERSOON"]) == sorted(
        register(second, "PERSONEN")["RINPERSOON"]
    )
    assert key["BSN"].is_unique


def test_half_years_agree_on_persons(
    first: SyntheticCountry, second: SyntheticCountry
) -> None:
    known = register(second, "PERSONEN")
    until_june = known[known["GEBOORTEDATUM"] <= JUNE].copy()
    later = until_june["DATUMOVERLIJDEN"].notna() & (
        until_june["DATUMOVERLIJDEN"] > JUNE
    )
    until_june.loc[later, "DATUMOVERLIJDEN"] = None
    assert_same_rows(until_june, register(first, "PERSONEN"))


@pytest.mark.parametrize(
    ("name", "starts", "ends"),
    [
        ("ADRESSEN", "DATUMAANVANG", "DATUMEINDE"),
        ("HUISHOUDENS", "DATUMAANVANGHH", "DATUMEINDEHH"),
    ],
)
def test_half_years_agree_on_spells(
    first: SyntheticCountry, second: SyntheticCountry, name: str, starts: str, ends: str
) -> None:
    known = register(second, name)
    until_june = known[known[starts] <= JUNE].copy()
    # A spell that ends on 30 June by a move of 1 July was still running in June.
    moved = until_june[ends].notna() & (until_june[ends] >= JUNE)
    died = until_june["RINPERSOON"].isin(died_on(second, JUNE))
    until_june.loc[moved & ~died, ends] = None
    assert_same_rows(until_june, register(first, name))


def died_on(country: SyntheticCountry, day: date) -> pd.Series:
    persons = register(country, "PERSONEN")
    return persons.loc[persons["DATUMOVERLIJDEN"] == day, "RINPERSOON"]


def assert_same_rows(one: pd.DataFrame, other: pd.DataFrame) -> None:
    columns = one.columns.tolist()
    rows = [
        frame.astype("str").sort_values(columns).reset_index(drop=True)
        for frame in (one, other)
    ]
    pd.testing.assert_frame_equal(rows[0], rows[1])


def test_provisions_run_on_over_the_half_years(
    first: SyntheticCountry, second: SyntheticCountry
) -> None:
    """Nearly every clean Wmo record of H2 that started before July was in H1 too."""
    keys = ["BSN", "Type_maatwerkarrangement_toewijzing", "Toewijzingsnummer"]
    starts = "Datum_start_rechtsgeldigheid_ondersteuning"
    earlier, later = (
        pd.concat(map(delivered, country.files["WMO"])).set_index([*keys, starts])
        for country in (first, second)
    )
    running = later[later.index.get_level_values(starts) <= "20230630"]
    assert len(running) > 1_000
    assert running.index.isin(earlier.index).mean() > 0.95


def test_the_first_half_year_is_delivered_again_with_corrections(
    first: SyntheticCountry, second: SyntheticCountry
) -> None:
    again = {file.name: delivered(file) for file in second.files["redelivered"]}
    before = {file.name: delivered(file) for file in first.files["WMO"]}
    assert set(again) < set(before)
    assert len(again) >= len(before) / 3
    late = ["Aanmaakdatum_bestand", "Reden_beeindiging"]
    ends = [
        "Datum_einde_rechtsgeldigheid_ondersteuning",
        "Datum_einde_daadwerkelijke_ondersteuning",
    ]
    added = filled = 0
    for name, table in again.items():
        columns = [column for column in table.columns if column not in late + ends]
        rows = table[columns].value_counts()
        first_rows = before[name][columns].value_counts()
        assert (first_rows <= rows.reindex(first_rows.index, fill_value=0)).all()
        added += len(table) - len(before[name])
        ended = (frame[late[1]].ne("").sum() for frame in (table, before[name]))
        filled += next(ended) - next(ended)
    assert added > 0
    assert filled > 0


def test_some_gemeenten_do_not_deliver_or_object(second: SyntheticCountry) -> None:
    consent = delivered(second.files["TOESTEMMING"][0])
    delivering = {file.stem.split("_")[1] for file in second.files["WMO"]}
    assert set(consent["Gemeentecode"]) == delivering
    assert len(delivering) == second.gemeenten - 1
    assert consent["Publiceren"].value_counts().to_dict() == {
        "J": second.gemeenten - 2,
        "N": 1,
    }


def test_provisions_are_as_common_as_they_are(second: SyntheticCountry) -> None:
    clients = pd.concat(map(delivered, second.files["WMO"]))["BSN"].nunique()
    young = pd.concat(map(delivered, second.files["JEUGD"]))
    benefits = pd.concat(map(delivered, second.files["BUS"]))
    births = pd.to_datetime(register(second, "PERSONEN")["GEBOORTEDATUM"])
    under_23 = (births > pd.Timestamp(2001, 1, 1)).sum()
    stays = young["Vorm"].isin(["11", "12", "13", "14"]) & (young["Soort"] == "1")
    assert 0.045 < clients / PERSONS < 0.07
    assert 0.08 < young["BSN"].nunique() / under_23 < 0.12
    assert 0.01 < young.loc[stays, "BSN"].nunique() / under_23 < 0.025
    general = benefits[benefits["Statistiekcode"].isin(["01", "02", "03", "14"])]
    shared = general["Registratienummer_uitkering"].nunique()
    assert 0.04 < shared / second.households < 0.065
    assert general["BSN"].nunique() > shared


def test_wmo_files_differ_as_gemeenten_do(second: SyntheticCountry) -> None:
    files = [delivered(file) for file in second.files["WMO"]]
    numbered = [table["Toewijzingsnummer"].ne("").mean() for table in files]
    claimed = {bool(table[CLAIMED].ne("").any()) for table in files}
    assert 0.0 in numbered
    assert 1.0 in numbered
    assert claimed == {True, False}
    everything = pd.concat(files)
    assert {"1", "2"} == set(everything["Leveringsvorm"])
    homes = register(second, "ADRESSEN").merge(register(second, "SLEUTEL"))
    lived_in = homes.groupby("BSN")["GEMEENTE"].agg(set)
    known = everything[everything["BSN"].isin(lived_in.index)]
    elsewhere = [
        gemeente not in lived_in[bsn]
        for bsn, gemeente in zip(known["BSN"], known["Gemeentecode"], strict=True)
    ]
    assert 0.001 < sum(elsewhere) / len(known) < 0.02


@pytest.mark.parametrize("persons", [0, 999, 100_000_000])
def test_an_impossible_number_of_persons_is_refused(
    tmp_path: Path, persons: int
) -> None:
    with pytest.raises(RuleError, match="give a number from 1000"):
        made(tmp_path, H1, persons=persons)


def test_provincies_without_regions_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="give both or neither"):
        synthesise(tmp_path, H1, persons=1_000, seed=1, provinces=tmp_path / "p.csv")


def test_making_it_again_makes_nothing(tmp_path: Path) -> None:
    told: list[str] = []
    country = made(tmp_path, H1, persons=1_000)
    again = synthesise(tmp_path, H1, persons=1_000, seed=SEED, progress=told.append)
    assert again == country
    assert told == []


def test_a_folder_with_another_country_is_refused(tmp_path: Path) -> None:
    made(tmp_path, H1, persons=1_000)
    with pytest.raises(RuleError, match="other settings"):
        made(tmp_path, H1, persons=1_001)


def test_a_folder_with_real_deliveries_is_left_alone(tmp_path: Path) -> None:
    delivery = tmp_path / "WMO_GM0363_2023-H1.csv"
    delivery.write_text("real", "utf-8")
    with pytest.raises(RuleError, match="1 deliveries for 2023-H1"):
        made(tmp_path, H1, persons=1_000)
    assert list(tmp_path.iterdir()) == [delivery]


def test_an_interrupted_making_starts_over(tmp_path: Path) -> None:
    def interrupt(_: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        synthesise(tmp_path, H1, persons=1_000, seed=SEED, progress=interrupt)
    assert not list(tmp_path.glob("*_2023-H1.*"))
    country = made(tmp_path, H1, persons=1_000)
    assert all(file.exists() for files in country.files.values() for file in files)
    assert not list(tmp_path.glob(".making*"))


def test_early_warnings_are_of_the_half_year_and_of_who_delivers(
    first: SyntheticCountry, second: SyntheticCountry
) -> None:
    for country, days in ((first, ("20230101", "20230630")), (second, ("20230701",))):
        files = country.files["VROEGSIGNALEN"]
        assert {file.name.split("_")[1] for file in files} <= {
            file.name.split("_")[1] for file in country.files["WMO"]
        }
        warnings = pd.concat(map(delivered, files))
        assert warnings["Datum_signaal"].min() >= days[0]
        assert warnings["Datum_signaal"].max() <= (*days, "20231231")[1]
        assert warnings["BSN"].isin(register(country, "SLEUTEL")["BSN"]).all()
        assert 1.2 < len(warnings) / warnings["BSN"].nunique() < 3
