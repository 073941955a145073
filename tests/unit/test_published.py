"""What is read from a release folder, and what is refused."""

import json

import pytest

from outputs import published
from outputs.errors import ReleaseRefused
from outputs.names import safe_codes, statline_key
from outputs.published import IS_HIDDEN, IS_IMPOSSIBLE, read_published, spread
from outputs.verify import verify
from tests.support.releases import a_release, edit_rows, sign_again


@pytest.fixture
def folder(tmp_path):
    a_release(tmp_path)
    return tmp_path / "release"


def edit_description(folder, edit):
    path = folder / "docs/stapeling.json"
    said = json.loads(path.read_text("utf-8"))
    edit(said)
    text = json.dumps(said, ensure_ascii=False, indent=2)
    path.write_text(f"{text}\n", "utf-8")
    sign_again(folder)


def test_a_cube_has_a_cell_for_every_line_of_the_file(folder):
    (table,) = read_published(folder).tables
    assert table.values.shape == (6, 4, 3, 3)
    assert table.codes[1:3] == [["T", "J", "W", "JW"], ["T", "1", "2+"]]
    assert table.period_label == "1e halfjaar 2023*"
    place = [one.code for one in table.regions].index("GM0310")
    assert table.values[place, 0, 0].tolist() == [130, 69, 130]
    assert (table.states[:, 3, 1] == IS_IMPOSSIBLE).all()
    assert (table.states[place, 3, 2] == IS_HIDDEN).all()
    assert table.values[table.states != 0].max() == 0


def test_the_order_of_the_lines_of_a_region_does_not_matter(folder):
    before = read_published(folder).tables[0]
    path = folder / "tables/stapeling.csv"
    header, first, second, *rest = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([header, second, first, *rest, ""]), "utf-8")
    sign_again(folder)
    after = read_published(folder).tables[0]
    assert (after.values == before.values).all()


def test_words_are_spread_over_the_cells_of_a_cube():
    assert "".join(spread("ab", 0, (2, 3))) == "aaabbb"
    assert "".join(spread("xyz", 1, (2, 3))) == "xyzxyz"
    assert "".join(spread("pq", 1, (2, 2, 2))) == "ppqqppqq"


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (lambda said: said.update(more=1), "not the description of a table"),
        (lambda said: said.update(code="other"), "does not describe"),
        (lambda said: said["measures"].pop(), "does not describe"),
        (lambda said: said["dimensions"].pop(), "does not describe"),
        (lambda said: said["dimensions"][0]["codes"].pop("J"), "does not describe"),
        (lambda said: said["title"].update(nl="=1+1"), "1 texts would be run"),
        (lambda said: said["notes"].append("een\ntwee"), "1 texts would be run"),
    ],
)
def test_a_description_of_something_else_is_refused(folder, edit, why):
    edit_description(folder, edit)
    with pytest.raises(ReleaseRefused, match=why):
        read_published(folder)


def test_a_file_that_changes_after_it_was_verified_is_refused(folder, monkeypatch):
    def verify_and_edit(*given):
        report = verify(*given)
        path = folder / "tables/stapeling.csv"
        assert edit_rows(path, {"value": "16385"}, lambda row: row.update(value="0"))
        return report

    monkeypatch.setattr(published, "verify", verify_and_edit)
    with pytest.raises(ReleaseRefused, match="changed while it was read"):
        read_published(folder)


def test_codes_that_would_become_one_are_refused():
    assert safe_codes(["T", "6+", "a-b"]) == ["T", "6_PLUS", "a_b"]
    with pytest.raises(ReleaseRefused, match="1 of 3 codes are the same"):
        safe_codes(["a-b", "a b", "c"])


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("Wmo-cliënten", "WmoClienten"),
        ("0 tot 4 jaar", "k_0Tot4Jaar"),
        ("Regio's", "RegioS"),
        (
            "Totaal jongeren met jeugdzorg in natura",
            "TotaalJongerenMetJeugdzorgInNatura",
        ),
    ],
)
def test_a_key_is_written_as_statline_does(title, key):
    """StatLine 83267NED, 85994NED, 86204NED."""
    assert statline_key(title) == key
