"""The dashboard: its data are what was published, its maps fit, no page loads more."""

import json
import re
from pathlib import Path

import pytest

from outputs.errors import ReleaseRefused
from outputs.figure import Figures, declared
from outputs.figure_data import Reference
from outputs.released import open_releases
from outputs.site import STATIC, Extras, write_site
from outputs.symbols import ReleaseStatus
from outputs.wijkmap import SIDE, read_boundaries
from tests.support.releases import a_release, edit_rows, sign_again
from tests.unit.test_figure import BY_WIJK, NUMBER, THROUGH_TIME, published_as


@pytest.fixture(autouse=True)
def _example_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    figures = Figures(declared().chapters, (NUMBER, THROUGH_TIME, BY_WIJK))
    monkeypatch.setattr("outputs.site.declared", lambda: figures)


def data_of(folder: Path, name: str) -> dict[str, object]:
    script = (folder / "data" / f"{name}.js").read_text("utf-8")
    found = re.fullmatch(r'GMSD\.(?:start\(|receive\("\w+",)(.*)\)\n', script)
    assert found is not None
    content = json.loads(found[1])
    assert isinstance(content, dict)
    return content


def test_a_region_has_its_published_values_and_null_where_hidden(tmp_path):
    made = a_release(tmp_path / "now").folder
    for measure in ("STA_HUISHOUDENS", "STA_HUISHOUDENS_PER_1000"):
        cell = {"region_code": "GM0344", "number": "1", "combination": "T"}
        edit_rows(
            made / "tables" / "stapeling.csv",
            cell | {"measure": measure},
            lambda row: row.update(value="", symbol="."),
        )
    sign_again(made)
    before = published_as(tmp_path / "before", "2022-H2", ReleaseStatus.FINAL)
    group = Reference("Alle", ("GM0310", "GM0344"))
    extras = Extras(
        {"GM0310": group, "GM0344": group}, {"GM0344": {"WK034401": "M0,0Z"}}
    )
    folder = tmp_path / "site"
    write_site(open_releases([before, made]), folder, extras)

    utrecht = data_of(folder, "GM0344")
    assert utrecht["rows"]["1.6"] == [[267, 90], [None, 90]]
    assert utrecht["byWijk"]["W4"]["WK034402"] == [55, 125, 190]
    assert utrecht["map"] == {"WK034401": "M0,0Z"}
    assert data_of(folder, "G1")["rows"]["1.6"] == [[53, 16], [53, 16]]
    assert data_of(folder, "NL")["wijken"] == {}
    index = data_of(folder, "index")
    assert index["figures"][0]["periods"] == [
        {"nl": "2e halfjaar 2022", "en": "Second half of 2022"},
        {"nl": "1e halfjaar 2023*", "en": "First half of 2023*"},
    ]
    assert index["regions"] == {
        "GM0310": "De Bilt",
        "GM0344": "Utrecht",
        "NL": "Nederland",
        "PV26": "Utrecht",
    }
    assert [sign for sign, _ in index["symbols"]] == [".", "*"]
    assert not (folder / "data" / "WK034401.js").exists()


def test_a_region_that_left_has_no_data_any_more(tmp_path):
    folder, made = tmp_path / "site", a_release(tmp_path / "now").folder
    group = Reference("Alle", ("GM0310", "GM0344"))
    write_site(open_releases([made]), folder, Extras({"GM0310": group}))
    (folder / "data" / "GM9999.js").write_text("an earlier run")
    (folder / "data" / "own.js").write_text("of somebody else")
    files = write_site(open_releases([made]), folder)
    left = sorted(path.name for path in (folder / "data").iterdir())
    assert left == ["GM0310.js", "GM0344.js", "NL.js", "PV26.js", "index.js", "own.js"]
    assert files == len(left) - 1 + len([*STATIC.iterdir(), "style.css"])


def test_the_pages_load_nothing_from_elsewhere():
    for path in STATIC.iterdir():
        words = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?:|//cdn|fetch\(|XMLHttpRequest|eval\(", words), (
            path
        )


def test_both_languages_say_the_same_things():
    words = (STATIC / "words.js").read_text("utf-8")
    dutch, english = words.split("en: {")
    keys = re.compile(r"\b([a-zA-Z]+): \"")
    assert set(keys.findall(dutch)) == set(keys.findall(english))


WIJK = {"properties": {"statcode": "WK034401"}}


def a_map(folder: Path, *features: object) -> Path:
    path = folder / "wijken.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def a_square(code: str, x: float, y: float, side: float) -> dict[str, object]:
    ring = [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]
    return {
        "properties": {"statcode": code, "statnaam": "Wijk"},
        "geometry": {"type": "MultiPolygon", "coordinates": [[ring]]},
    }


def test_wijken_of_a_gemeente_fit_its_map_north_up(tmp_path):
    found = read_boundaries(
        a_map(
            tmp_path,
            a_square("WK034401", 136_000, 455_000, 1_000),
            a_square("WK034402", 137_000, 456_000, 1_000),
            a_square("BU03440101", 0, 0, 1),
        )
    )
    assert list(found) == ["GM0344"]
    assert found["GM0344"]["WK034402"] == (
        f"M{SIDE // 2},{SIDE // 2}L{SIDE},{SIDE // 2}L{SIDE},0L{SIDE // 2},0"
        f"L{SIDE // 2},{SIDE // 2}Z"
    )


def test_degrees_are_narrowed_to_what_they_are_on_the_ground(tmp_path):
    """A degree east at 52 north is about 0,62 of a degree north."""
    square = {**a_square("WK034401", 5.0, 52.0, 0.1)}
    square["geometry"] = {
        "type": "Polygon",
        "coordinates": square["geometry"]["coordinates"][0],
    }
    path = read_boundaries(a_map(tmp_path, square))["GM0344"]["WK034401"]
    across = max(int(x) for x, _ in re.findall(r"(\d+),(\d+)", path))
    assert across == pytest.approx(0.615 * SIDE, abs=5)


@pytest.mark.parametrize(
    ("features", "problem"),
    [
        ([], "none of 0 features has the code of a wijk"),
        ([{"properties": {"x": 1}}], "none of 1 features"),
        ([WIJK], "is no GeoJSON"),
        (
            [{**WIJK, "geometry": {"type": "Point", "coordinates": []}}],
            "is no GeoJSON",
        ),
    ],
)  # fmt: skip
def test_what_has_no_boundaries_is_refused(tmp_path, features, problem):
    with pytest.raises(ReleaseRefused, match=problem):
        read_boundaries(a_map(tmp_path, *features))
