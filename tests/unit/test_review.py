"""What checkers are shown: the list answered from the files, and what changed."""

from dataclasses import replace

import numpy as np
import pytest

from outputs.changes import (
    ChangedCell,
    Changes,
    changed_cells,
    changes,
    outliers,
)
from outputs.checklist import checklist
from outputs.published import IS_HIDDEN, Region, ReleasedTable, read_published
from outputs.review import (
    Comparison,
    Dossier,
    HiddenCell,
    Level,
    MeasureReview,
    Proof,
    dossier_html,
)
from outputs.symbols import ReleaseStatus
from tests.support.releases import FACTS, a_candidate, a_release


@pytest.fixture
def files(tmp_path) -> dict[str, bytes]:
    candidate = a_candidate(tmp_path / "candidate")
    return {path: candidate.read(path) for path in candidate.files}


@pytest.fixture
def table(tmp_path) -> ReleasedTable:
    return read_published(a_release(tmp_path).folder).tables[0]


def wrong_in(files: dict[str, bytes]) -> dict[str, int]:
    """Title -> how much is wrong, of the questions that are not in order."""
    asked = checklist(files, FACTS.tables, FACTS.status)
    return {check.title: check.wrong for check in asked if not check.passed}


def test_a_good_candidate_passes_every_question(files):
    asked = list(checklist(files, FACTS.tables, FACTS.status))
    assert len(asked) == 7
    assert [check.title for check in asked if not check.passed] == []
    assert all(check.examined for check in asked)


TABLE, CELL = "tables/stapeling.csv", b"T,1,STA_CLIENTEN,"
DE_BILT = b"2023-H1,gemeente,GM0310,De Bilt,"


@pytest.mark.parametrize(
    ("path", "old", "new", "found"),
    [
        (TABLE, CELL + b"100,*", CELL + b"101,*", "Afgerond"),
        (TABLE, CELL + b"100,*", CELL + b"5,*", "Geen kleine aantallen"),
        (TABLE, b"PER_1000,53,*", b"PER_1000,54,*", "Verhoudingen"),
        (TABLE, b"STA_HUISHOUDENS,100,*", b"STA_HUISHOUDENS,,.", "Verhoudingen"),
        (
            TABLE,
            b"1,STA_CLIENTEN,,\n",
            b"1,STA_CLIENTEN,0,*\n",
            "Geen kleine aantallen",
        ),
        (TABLE, CELL + b"100,*", CELL + b"100,", "Symbolen"),
        (TABLE, CELL + b"100,*", CELL + b",", "Symbolen"),
        (TABLE, CELL + b"100,*", CELL + b"1e2,*", "Symbolen"),
        (TABLE, b"measure,value", b"bsn,measure,value", "Geen personen"),
        (TABLE, DE_BILT, b"2023-H1,gemeente,GM0310,123456782,", "Geen personen"),
        ("docs/stapeling.md", b"## Symbolen", b"## Tekens", "Context"),
        ("docs/stapeling.json", b'"nl": "aantal"', b'"nl": "aantal', "Context"),
        ("docs/stapeling.json", b'"code": "STA_CLIENTEN"', b'"code": "X"', "Context"),
    ],
)
def test_what_is_planted_is_found(files, path, old, new, found):
    assert old in files[path]
    files[path] = files[path].replace(old, new)
    assert wrong_in(files).get(found, 0) >= 1


def test_a_file_of_another_kind_is_found(files):
    assert wrong_in(files | {"tables/persons.parquet": b"PAR1"})["Bestanden"] == 1
    assert wrong_in(files | {"docs/x.md": b"\x00"})["Bestanden"] == 1
    assert wrong_in(files | {"tables/other.csv": b"a\n"})["Context"] == 1


def test_a_line_that_is_cut_off_and_an_unknown_description_are_found(files):
    broken = files | {TABLE: files[TABLE] + b"2023-H1,land\n"}
    assert wrong_in(broken) == {"Symbolen": 1}
    assert wrong_in(files | {"docs/stapeling.json": b"[]"}) == {"Context": 1}


def test_a_question_about_nothing_is_no_answer():
    asked = list(checklist({}, FACTS.tables, FACTS.status))
    assert not any(check.passed for check in asked)


def test_the_same_table_has_no_changes(table):
    assert changes(table, table) == Changes(
        "stapeling", table.values.size, 0, 0, 0, (), ()
    )


def test_changes_are_counted_by_what_became_of_the_cell(table):
    values, states = table.values.copy(), table.states.copy()
    values[0, 0, 0, 0] += 5
    states[1, 0, 0, 0] = IS_HIDDEN
    assert changes(table, replace(table, values=values, states=states)) == Changes(
        "stapeling", table.values.size - 2, 1, 1, 0, (), ()
    )
    back = changes(replace(table, values=values, states=states), table)
    assert (back.now_hidden, back.now_shown) == (0, 1)


def test_each_changed_cell_is_told_before_and_after(table):
    values, states = table.values.copy(), table.states.copy()
    values[0, 0, 0, 0] += 5
    states[1, 0, 0, 0] = IS_HIDDEN
    later = replace(table, values=values, states=states)
    cell = "Huishoudens met voorzieningen, Totaal, Totaal"
    assert list(changed_cells(table, later)) == [
        ChangedCell("stapeling", "Nederland", cell, 16_385, 16_390),
        ChangedCell("stapeling", "Utrecht", cell, 1_640, None),
    ]
    assert list(changed_cells(table, table)) == []
    text = replace(table.text, dimensions=table.text.dimensions[:1])
    assert list(changed_cells(table, replace(table, text=text))) == []


def test_regions_that_come_or_go_are_named(table):
    fewer = replace(
        table,
        regions=table.regions[:-1],
        values=table.values[:-1],
        states=table.states[:-1],
    )
    assert changes(table, fewer).regions_gone == ("WK034402",)
    assert changes(fewer, table).regions_new == ("WK034402",)


def test_tables_of_other_codes_are_not_compared(table):
    text = replace(table.text, dimensions=table.text.dimensions[:1])
    assert changes(table, replace(table, text=text)) is None
    assert list(outliers(table, replace(table, text=text), ["STA_HUISHOUDENS"])) == []


def many_gemeenten(table: ReleasedTable, values: list[int]) -> ReleasedTable:
    """The table with so many gemeenten, all cells of each of one value."""
    regions = tuple(
        Region("gemeente", f"GM{n:04}", f"G{n}") for n in range(len(values))
    )
    shape = (len(values), *table.values.shape[1:])
    filled = np.broadcast_to(np.array(values).reshape(-1, 1, 1, 1), shape).copy()
    return replace(
        table, regions=regions, values=filled, states=np.zeros(shape, dtype=np.uint8)
    )


def test_a_gemeente_that_moves_otherwise_than_the_others_stands_out(table):
    before = many_gemeenten(table, [100, 200, 300, 400, 500, 600])
    after = many_gemeenten(table, [105, 205, 310, 410, 510, 1200])
    found = list(outliers(before, after, ["STA_CLIENTEN"]))
    assert {(one.region, one.before, one.after) for one in found} == {("G5", 600, 1200)}
    assert found[0].cell == "Cliënten met voorzieningen, Totaal, Totaal"
    assert list(outliers(before, before, ["STA_CLIENTEN"])) == []


def test_of_a_handful_of_gemeenten_none_stands_out(table):
    few = many_gemeenten(table, [100, 200, 300])
    assert (
        list(outliers(few, many_gemeenten(table, [100, 200, 900]), ["STA_CLIENTEN"]))
        == []
    )
    assert list(outliers(table, table, ["STA_CLIENTEN"])) == []


CHANGED = ChangedCell("stapeling", "De Bilt", "Alleen Wmo", 60, None)
REVISED = Changes("stapeling", 9, 1, 2, 3, (), ("WK1",))


def a_dossier(files: dict[str, bytes], *, exposed: int = 0) -> Dossier:
    return Dossier(
        "1e halfjaar 2023*",
        "voorlopig",
        "anna",
        "d" * 64,
        (("tables/stapeling.csv", 12_345, "a" * 64),),
        tuple(checklist(files, FACTS.tables, ReleaseStatus.PRELIMINARY)),
        (),
        (
            MeasureReview(
                "stapeling",
                "Huishoudens",
                (Level("gemeente", 10, 2, 1, 1), Level("wijk", 30, 10, 0, 0)),
                (
                    HiddenCell(
                        "De <b>Bilt", "Alleen Jeugd", "gevoelig", "hidden range", 0, 7
                    ),
                    HiddenCell("Utrecht", "Alleen Wmo", "ter bescherming", "", 3, None),
                ),
                12,
            ),
        ),
        Proof("c" * 64, hidden=14, exposed=exposed, exact=14, worlds=3),
        (
            Comparison("2e halfjaar 2022", False, (), ("stapeling",), ()),
            Comparison("1e halfjaar 2023*", True, (REVISED,), (), (), (CHANGED,)),
        ),
    )


def test_what_totals_tell_of_who_came_is_said_to_checkers(files):
    made = a_dossier(files)
    assert "Te veel verteld" not in dossier_html(made)
    revised = tuple(replace(one, narrowed=12) for one in made.comparisons)
    page = dossier_html(replace(made, comparisons=revised))
    assert "dat verraadt 12 geheime cellen" in page


def test_the_dossier_tells_all_and_escapes_what_comes_from_data(files):
    page = dossier_html(a_dossier(files))
    assert "De &lt;b&gt;Bilt" in page
    for said in (
        "0 van 7",
        "0 tot en met 7",
        "3 of meer",
        "14",
        "Herziening van 1e halfjaar 2023*",
        "Niet te vergelijken, want nieuw of anders ingedeeld: stapeling",
        "12.345",
        "35,0 %",
        "En nog 12 verborgen cellen",
        "Geen beschermde cel",
        "de eerste 1 van 6",
    ):
        assert said in page
    assert "http" not in page.replace("http-equiv", "")
    assert "<script" not in page
    assert "<form" not in page


def test_the_dossier_says_so_when_the_audit_gave_cells_away(files):
    assert "2 cellen zijn te nauw bekend" in dossier_html(a_dossier(files, exposed=2))
