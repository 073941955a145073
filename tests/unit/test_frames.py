import pandas as pd
import pytest

from outputs import frames
from outputs.errors import ReleaseRefused, VerificationFailed
from outputs.figure import Figure, Figures, Shows
from outputs.frames import read_release
from rules.indicator import Text
from tests.support.releases import a_release


@pytest.fixture
def frame(tmp_path):
    a_release(tmp_path)
    return read_release(tmp_path / "release")["stapeling"]


def test_a_frame_has_one_row_per_cell_and_the_types_of_its_columns(frame):
    assert len(frame) == 216
    assert list(frame.columns) == [
        "period", "region_level", "region_code", "region_name",
        "combination", "number", "measure", "value", "symbol",
    ]  # fmt: skip
    types = {name: str(kind) for name, kind in frame.dtypes.items()}
    assert types.pop("value") == "Int64"
    assert set(types.values()) == {"category"}


def test_codes_are_in_the_order_of_their_classification(frame):
    assert list(frame["combination"].cat.categories) == ["T", "J", "W", "JW"]
    assert list(frame["region_level"].cat.categories) == [
        "land", "provincie", "gemeente", "wijk",
    ]  # fmt: skip
    assert list(frame["region_code"].cat.categories)[:2] == ["NL", "PV26"]


def test_a_hidden_value_is_missing_and_not_zero(frame):
    hidden = frame[frame["symbol"] == "."]
    assert len(hidden) > 0
    assert hidden["value"].isna().all()
    shown = frame[frame["symbol"] == "*"]
    assert shown["value"].notna().all()


def test_the_frame_written_again_is_the_released_file(frame, tmp_path):
    again = frame.to_csv(index=False, lineterminator="\n").encode()
    assert again == (tmp_path / "release/tables/stapeling.csv").read_bytes()


def test_a_pivot_is_one_line(frame):
    counts = frame[frame["measure"] == "STA_HUISHOUDENS"]
    counts = counts[counts["number"] == "T"]
    wide = counts.pivot_table(
        index="region_code", columns="combination", values="value", observed=True
    )
    assert wide.loc["NL", "T"] == 16385
    assert pd.isna(wide.loc["GM0310", "JW"])


def test_an_edited_release_is_not_read(tmp_path):
    a_release(tmp_path)
    table = tmp_path / "release/tables/stapeling.csv"
    table.write_bytes(table.read_bytes().replace(b",16385,", b",16390,"))
    with pytest.raises(VerificationFailed, match="SHA-256 differs"):
        read_release(tmp_path / "release")


FIGURE = Figure(
    "1.6", 1, Text("Aantal voorzieningen", "Number of provisions"),
    "stapeling", "STA_HUISHOUDENS_PER_1000", "number", Shows.CODES,
)  # fmt: skip


@pytest.fixture
def release(tmp_path, monkeypatch):
    monkeypatch.setattr(frames, "declared", lambda: Figures((), (FIGURE,)))
    a_release(tmp_path)
    return read_release(str(tmp_path / "release"))


def test_a_standard_figure_is_shown_in_a_notebook_and_told_in_words(release):
    picture = release.plot("1.6", "GM0310")
    assert picture._repr_svg_().startswith("<svg")
    assert "De Bilt: 1 voorziening 53, 2 of meer voorzieningen 16" in picture.text
    assert "Nederland: 1 voorziening 100, 2 of meer voorzieningen 33" in picture.text


def test_a_figure_that_cannot_be_made_names_those_that_can(release):
    with pytest.raises(ReleaseRefused, match=r"5\.3 cannot be made .* there are 1\.6"):
        release.plot("5.3", "GM0310")
    with pytest.raises(ReleaseRefused, match="no figures for GM9999"):
        release.plot("1.6", "GM9999")


def test_a_notebook_has_the_exits_of_a_cohort(release):
    counts = {"S": 80, "E2": 20, "L2": 0}
    release["levensweg_2015_uitstroom"] = pd.DataFrame(
        {"region_code": "NL", "startgroep": list(counts), "value": counts.values()}
    )
    (step,) = release.exits("levensweg_2015").to_dict("records")
    assert (step["group"], step["half_year"], step["survival"]) == ("", 2, 0.8)
    with pytest.raises(ReleaseRefused, match="no levensweg_2023_uitstroom in this"):
        release.exits("levensweg_2023")


def test_a_notebook_has_the_course_of_a_cohort_where_nothing_is_hidden(release):
    counts = {"T": 100, "2U": 80, "2N": 20, "2X": None}
    release["levensweg_2015_startgroep"] = pd.DataFrame(
        {
            "region_code": ["NL"] * len(counts),
            "startgroep": list(counts),
            "value": pd.array(list(counts.values()), "Int64"),
        }
    )
    course = release.course("levensweg_2015")
    assert list(course["half_year"]) == [2]
    assert course.loc[0, "percentage"] == 80.0
    assert course.loc[0, "percentage_A"] is None
    with pytest.raises(ReleaseRefused, match="no levensweg_2023_startgroep in this"):
        release.course("levensweg_2023")
