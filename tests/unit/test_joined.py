"""Which measures laws of counting join, and in which regions these are used."""

from types import SimpleNamespace

from rules.catalogue import load
from rules.period import HalfYear
from secure_env.joined import joined_measures
from secure_env.rooms import Period


def period(asked: str | None = None) -> Period:
    nowhere = SimpleNamespace()
    return Period(nowhere, HalfYear(2023, 1), load(), asked=asked)  # type: ignore[arg-type]


def test_the_half_yearly_measures_fall_in_groups():
    found = [
        ({group[0].indicator.code for group in each.groups}, len(each.cases))
        for each in joined_measures(period())
        if len(each.groups) > 1
    ]
    social = {
        "STA_HUISHOUDENS",
        "STA_CLIENTEN",
        "WMO_CLIENTEN",
        "WMO_HUISHOUDENS",
        "WMO_BEEINDIGD",
        "PAR_PERSONEN",
    }
    assert sorted(found, key=lambda each: each[1]) == [
        ({"JEU_JONGEREN", "JEU_JONGEREN_PEILDATUM"}, 18),
        (social, 39),
    ]


def test_of_one_table_only_laws_of_its_own_cells_are_used():
    (found,) = joined_measures(period("stapeling_wet"))
    assert len(found.groups) == 2
    assert {name for _, case in found.cases for name in case.names} == {
        "STA_HUISHOUDENS.stapeling_wet",
        "STA_CLIENTEN.stapeling_wet",
    }
