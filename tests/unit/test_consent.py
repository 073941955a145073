"""Consent per gemeente, part and half-year: asked, given, silent, and what it needs."""

from pathlib import Path

import pytest

from rules.consent import load_consent, taking_part
from rules.errors import RuleError
from rules.layout import load_layouts
from rules.period import HalfYear


RULES = load_consent()
EVERYTHING = {
    source: frozenset({"GM0363"}) for part in RULES.parts for source in part.delivered
}
OF_WMO = ("wmo_basis", "wmo_facultatief", "wmo_kosten", "wmo_ervaring")
OPT_IN, OPT_OUT = HalfYear(2016, 2), HalfYear(2017, 1)


def parts(period: HalfYear, delivered=EVERYTHING, **decided: bool) -> set[str]:
    found = taking_part(RULES, period, "GM0363", delivered, decided)
    return {part for part, takes_part in found.items() if takes_part}


def test_silence_is_no_up_to_2016_and_yes_after_it():
    assert parts(OPT_IN) == {"statutory"}
    assert parts(OPT_OUT) == {
        "kosten_jeugd", "sbo", "stapeling", "statutory", "wmo_basis",
        "vroegsignalen", "wmo_ervaring", "wmo_facultatief", "wmo_kosten",
    }  # fmt: skip


def test_a_word_decides_in_both_times():
    for period in (OPT_IN, OPT_OUT):
        assert "wmo_basis" in parts(period, wmo_basis=True)
        assert "wmo_basis" not in parts(period, wmo_basis=False)


def test_every_part_is_decided_apart():
    """Opt-out of the facultative set with opt-in of the basic one is possible."""
    said = {"wmo_basis": True, "wmo_facultatief": False, "sbo": True}
    assert {"wmo_basis", "sbo"} <= parts(OPT_IN, **said)
    assert not {"wmo_facultatief", "kosten_jeugd"} & parts(OPT_IN, **said)


def test_before_the_parts_were_asked_apart_the_basis_decides_for_all_of_wmo():
    first = HalfYear(2015, 1)
    assert {"wmo_basis", "wmo_facultatief"} <= parts(first, wmo_basis=True)
    assert not {"wmo_basis", "wmo_facultatief"} & parts(first)


def test_who_objects_to_the_basis_is_in_no_part_of_wmo_and_not_in_stapeling():
    found = parts(OPT_OUT, wmo_basis=False, wmo_facultatief=True)
    assert found == {"kosten_jeugd", "sbo", "statutory"}


@pytest.mark.parametrize(
    ("missing", "lost"),
    [
        ("wmo", {*OF_WMO, "stapeling", "vroegsignalen"}),
        ("wmokosten", {"wmo_kosten"}),
        ("wmoceo", {"wmo_ervaring"}),
        ("bus", {"stapeling", "vroegsignalen"}),
        ("vroegsignalen", {"vroegsignalen"}),
    ],
)
def test_what_was_not_delivered_cannot_be_published(missing: str, lost: set[str]):
    delivered = EVERYTHING | {missing: frozenset({"GM0392"})}
    assert parts(OPT_OUT) - parts(OPT_OUT, delivered) == lost


def test_what_is_statutory_has_every_gemeente():
    assert parts(OPT_OUT, {}) == {"statutory"}


@pytest.mark.parametrize("source", ["TOESTEMMING", "BESLUIT"])
def test_every_part_that_is_asked_can_be_answered(source: str):
    layout = next(each for each in load_layouts() if each.source == source)
    asked = {part.code for part in RULES.parts if part.asked_since is not None}
    assert {code.lower() for code in layout.field("part").codes} == asked


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[part.a]\nsince = 'x'", "unknown are ['since']"),
        ("[part.a]\nwithin = 'b'\ndelivered = []", "within 'b'"),
    ],
)
def test_a_rule_that_cannot_be_used_is_named(tmp_path: Path, text: str, problem: str):
    path = tmp_path / "consent.toml"
    path.write_text(f"opt_in_until = '2016-H2'\n{text}\n")
    with pytest.raises(RuleError) as refused:
        load_consent(path)
    assert problem in str(refused.value)
