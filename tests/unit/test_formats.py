from dataclasses import replace

import numpy as np
import pytest

from outputs.documentation import Edition, table_markdown
from outputs.errors import ReleaseRefused
from outputs.formats import MeasureCells, rates_per_1000, region_names, table_csv
from outputs.symbols import ReleaseStatus
from rules.classification import Additivity, Dimension
from rules.disclosure import DisclosurePolicy, Rounding, RoundingMethod, Zeros
from tests.support.releases import (
    CLIENTS,
    HOUSEHOLDS,
    PERIOD,
    POLICY,
    TABLE,
    cells,
    pa,
    per,
    table_bytes,
)


NUMBERS = replace(
    TABLE, dimensions=(Dimension.flat("number", "T", ["1", "2+"]),), impossible=()
)
PLACES = {"NL": "Nederland", "GM0010": "Delfzijl", "GM0003": "Appingedam"}


def written(rows, *, regions=PLACES, denominators=None, **options):
    """The CSV of these cells of one measure, on a table by number."""
    measure = MeasureCells(
        options.get("indicator", HOUSEHOLDS),
        per(
            cells(rows, ["number"]),
            denominators or dict.fromkeys(regions, 0) | {"NL": 1000, "GM0003": 70},
        ),
    )
    status = options.get("status", ReleaseStatus.PRELIMINARY)
    return table_csv(NUMBERS, [measure], regions=regions, period=PERIOD, status=status)


GOLDEN = """\
period,region_level,region_code,region_name,number,measure,value,symbol
2023-H1,land,NL,Nederland,T,STA_HUISHOUDENS,325,*
2023-H1,land,NL,Nederland,T,STA_HUISHOUDENS_PER_1000,325,*
2023-H1,land,NL,Nederland,1,STA_HUISHOUDENS,,.
2023-H1,land,NL,Nederland,1,STA_HUISHOUDENS_PER_1000,,.
2023-H1,land,NL,Nederland,2+,STA_HUISHOUDENS,,
2023-H1,land,NL,Nederland,2+,STA_HUISHOUDENS_PER_1000,,
2023-H1,gemeente,GM0003,Appingedam,T,STA_HUISHOUDENS,15,*
2023-H1,gemeente,GM0003,Appingedam,T,STA_HUISHOUDENS_PER_1000,214,*
2023-H1,gemeente,GM0010,Delfzijl,T,STA_HUISHOUDENS,10,*
2023-H1,gemeente,GM0010,Delfzijl,T,STA_HUISHOUDENS_PER_1000,,.
"""


def test_golden_table():
    """Hidden is a point, impossible is blank, without denominator there is no rate."""
    rows = [
        ("GM0010", "T", 10, "s"),
        ("NL", "2+", None, "w"),
        ("NL", "1", None, "x"),
        ("GM0003", "T", 15, "s"),
        ("NL", "T", 325, "z"),
    ]
    assert written(rows).decode() == GOLDEN
    assert written(rows[::-1]).decode() == GOLDEN


def test_regions_go_from_the_whole_to_its_parts_and_codes_as_classified():
    lines = table_bytes().decode().splitlines()[1:]
    regions = list(dict.fromkeys(line.split(",")[2] for line in lines))
    assert regions == ["NL", "PV26", "GM0310", "GM0344", "WK034401", "WK034402"]
    first = [tuple(line.split(",")[4:7]) for line in lines[:4]]
    assert first == [
        ("T", "T", "STA_HUISHOUDENS"),
        ("T", "T", "STA_HUISHOUDENS_PER_1000"),
        ("T", "T", "STA_CLIENTEN"),
        ("T", "1", "STA_HUISHOUDENS"),
    ]


@pytest.mark.parametrize(
    ("count", "population", "rate"),
    [
        (6320, 343_038, 18),  # published: Utrecht 2017
        (345, 15_334, 22),  # published, just below a half: GM0798 2019
        (1495, 36_026, 41),  # published, just below a half: GM1955 2019
        (395, 37_612, 11),  # published, just above a half: GM0882 2018
        (30, 1_132, 27),  # published, just above a half: GM0096 2018
        (5, 2_000, 3),  # a half exactly goes up
        (0, 12, 0),
        (10**12, 1, 10**15),
    ],
)
def test_rates_are_rounded_half_up(count, population, rate):
    assert rates_per_1000(np.array([count]), np.array([population])) == [rate]


def test_an_unknown_denominator_gives_no_rate():
    text = written([("NL", "T", 15, "s")], denominators={"NL": None}).decode()
    assert text.splitlines()[1:] == [
        "2023-H1,land,NL,Nederland,T,STA_HUISHOUDENS,15,*",
        "2023-H1,land,NL,Nederland,T,STA_HUISHOUDENS_PER_1000,,.",
    ]


def test_an_indicator_without_denominator_has_no_rate():
    text = written([("NL", "T", 15, "s")], indicator=CLIENTS).decode()
    assert "PER_1000" not in text
    assert text.endswith("T,STA_CLIENTEN,15,*\n")


def test_a_final_figure_has_no_symbol():
    text = written([("NL", "T", 15, "s")], status=ReleaseStatus.FINAL).decode()
    assert "STA_HUISHOUDENS,15,\n" in text


def test_names_with_commas_quotes_and_letters_outside_ascii_are_kept():
    regions = {"NL": 'Súdwest, "Noord"'}
    text = written([("NL", "T", 15, "s")], regions=regions).decode("utf-8")
    assert ',"Súdwest, ""Noord""",' in text


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "a\n", "a\x00"])
def test_a_region_name_that_a_spreadsheet_would_run_is_refused(start):
    with pytest.raises(ReleaseRefused, match="1 a name that would be run"):
        written([("NL", "T", 15, "s")], regions={"NL": start + "cmd"})


def test_a_region_of_an_unknown_level_is_refused():
    with pytest.raises(ReleaseRefused, match="1 regions have a code of no known"):
        written([("NL", "T", 15, "s")], regions={**PLACES, "BU00030101": "Buurt"})


@pytest.mark.parametrize(
    ("value", "status"), [(15, "u"), (15, "x"), (15, "o"), (15, "w"), (None, "s")]
)
def test_a_value_that_its_status_denies_is_refused(value, status):
    with pytest.raises(ReleaseRefused, match="1 cells have a value and a status"):
        written([("NL", "T", value, status), ("NL", "1", 15, "s")])


@pytest.mark.parametrize(
    ("region", "number"), [("GM9999", "T"), ("NL", "7"), (None, "T")]
)
def test_a_code_that_the_table_does_not_have_is_refused(region, number):
    with pytest.raises(ReleaseRefused, match="1 cells have a code"):
        written([(region, number, 15, "s")])


def test_a_table_without_measures_is_refused():
    with pytest.raises(ReleaseRefused, match="without measures"):
        table_csv(
            NUMBERS, [], regions=PLACES, period=PERIOD, status=ReleaseStatus.FINAL
        )


def test_names_come_from_the_linked_regions():
    regions = pa.table(
        {
            "wijk": ["WK000301", "WK000302"],
            "wijk_name": ["West", "Oost"],
            "gemeente": ["GM0003", "GM0003"],
            "gemeente_name": ["Appingedam", "Appingedam"],
            "provincie": ["PV20", "PV20"],
            "provincie_name": ["Groningen", "Groningen"],
            "areas": [[{"type": "corop", "code": "CR02", "name": "Delfzijl"}], None],
        }
    )
    assert region_names(regions) == {
        "NL": "Nederland",
        "CR02": "Delfzijl",
        "PV20": "Groningen",
        "GM0003": "Appingedam",
        "WK000301": "West",
        "WK000302": "Oost",
    }


def explained(
    table=TABLE,
    policy=POLICY,
    status=ReleaseStatus.PRELIMINARY,
    indicators=(HOUSEHOLDS, CLIENTS),
):
    edition = Edition(PERIOD, status, 338, 1342)
    return table_markdown(table, indicators, policy, edition).decode()


def test_the_explanation_says_what_a_reader_needs():
    text = explained()
    for needed in (
        "# Gebruik voorzieningen, 1e halfjaar 2023",
        "Particuliere huishoudens op de peildatum.",
        "Eenheid: personen",
        "`STA_HUISHOUDENS_PER_1000`: per 1 000 particuliere huishoudens",
        "Aantallen van 0 tot en met 7 zijn geheim.",
        "dichtstbijzijnde veelvoud van 5, halverwege naar boven",
        "delen tellen daardoor niet altijd op tot hun totaal",
        "338 van de 1.342 gemeenten nemen deel",
        "| J | Alleen Jeugd |",
        "| `.` | Het cijfer is onbekend",
        "| `*` | Voorlopig cijfer |",
        "| (leeg) |",
    ):
        assert needed in text
    assert "STA_CLIENTEN_PER_1000" not in text


def test_the_explanation_follows_policy_status_and_table():
    zeros_shown = DisclosurePolicy(
        (1, 7), Rounding(10, RoundingMethod.CONTROLLED), Zeros.PUBLISH
    )
    overlapping = replace(
        TABLE,
        dimensions=(
            Dimension.flat("combination", "T", ["J", "W"], Additivity.OVERLAP),
        ),
        impossible=(),
    )
    text = explained(overlapping, zeros_shown, ReleaseStatus.FINAL)
    assert "Aantallen van 1 tot en met 7 zijn geheim." in text
    assert "Het aantal 0 wordt wel getoond." in text
    assert "van 10, zo dat delen blijven optellen" in text
    assert "delen tellen daardoor niet altijd op" not in text
    assert "telt in het totaal één keer" in text
    assert "Voorlopig" not in text
    assert "(leeg)" not in text


def test_an_unrounded_table_says_nothing_of_rounding():
    text = explained(policy=DisclosurePolicy(None, Rounding()))
    assert "zijn geheim." not in text
    assert "veelvoud" not in text


def test_the_explanation_names_the_sources_of_the_domains_that_are_counted():
    every = explained(indicators=[CLIENTS])
    wmo = explained(indicators=[replace(CLIENTS, where={"domain": ("wmo",)})])
    assert "BUS, SRG" in every
    assert "Verhoudingscijfers" not in every
    assert "maatwerkvoorzieningen Wmo; bevolkings-" in wmo
    assert "BUS, SRG" not in wmo
