"""Figures: what is declared, what is drawn, and in which files."""

import csv
import io
import json
import re
import shutil
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from outputs.description import TableDescription, describe_table
from outputs.errors import ReleaseRefused, VerificationFailed
from outputs.figure import DECLARED, Figure, Part, Shows, declared
from outputs.figure_data import (
    FigureData,
    Item,
    Reference,
    Series,
    alt_text,
    figure_of,
    nederland,
)
from outputs.figure_files import figure_files, highcharts_json
from outputs.figure_svg import COLOURS, figure_svg
from outputs.released import Publication, open_releases
from outputs.symbols import ReleaseStatus
from rules.catalogue import load
from rules.errors import RuleError
from rules.estimate import load_estimates
from rules.indicator import Text
from rules.levensweg import load_levensweg
from rules.levensweg_tables import measures_of
from tests.support.releases import (
    a_release,
    edit_rows,
    sign_again,
)


SVG = "{http://www.w3.org/2000/svg}"
NUMBER = Figure(
    "1.6", 1, Text("Aantal voorzieningen", "Number of provisions"),
    "stapeling", "STA_HUISHOUDENS_PER_1000", "number", Shows.CODES,
)  # fmt: skip
MOST = replace(
    NUMBER, code="1.7", measure="STA_HUISHOUDENS", along="combination", most=2
)
THROUGH_TIME = replace(NUMBER, code="2.6", shows=Shows.PERIODS)
BY_SERIES = replace(
    NUMBER, code="5.2", measure="STA_HUISHOUDENS", along="combination", codes=("J",),
    shows=Shows.OWN, series=(
        Part("", Text("Alleen de eerste wet", "The first law alone")),
        Part("W", Text("Ook Wmo", "Wmo too")),
    ),
)  # fmt: skip
BY_WIJK = replace(
    NUMBER, code="W4", measure="STA_HUISHOUDENS", along="combination",
    codes=("J", "W", "T"), shows=Shows.WIJKEN,
)  # fmt: skip


@pytest.fixture
def published(tmp_path: Path) -> tuple[Publication, ...]:
    return open_releases([a_release(tmp_path).folder])


def drawn(
    figure: Figure, published: tuple[Publication, ...], gemeente: str = "GM0344"
) -> FigureData:
    return figure_of(figure, published, gemeente, nederland(published[-1]))


def test_the_most_frequent_codes_of_the_gemeente_come_first(published):
    """Of those that are shown; Nederland has the same codes beside it."""
    whole, most = drawn(replace(MOST, most=None), published), drawn(MOST, published)
    own = dict(zip(whole.categories, whole.series[0].values, strict=True))
    shown = [value for value in own.values() if value is not None]
    assert list(most.series[0].values) == sorted(shown, reverse=True)[:2]
    assert [own[item] for item in most.categories] == list(most.series[0].values)
    other = dict(zip(whole.categories, whole.series[1].values, strict=True))
    assert [other[item] for item in most.categories] == list(most.series[1].values)


def test_a_gemeente_stands_beside_nederland(published):
    data = drawn(NUMBER, published, "GM0310")
    assert [one.label for one in data.categories] == [
        "1 voorziening",
        "2 of meer voorzieningen",
    ]
    assert [(one.name, one.values) for one in data.series] == [
        ("De Bilt", (53, 16)),  # 100/1890, 30/1890
        ("Nederland", (100, 33)),  # 12330/123456, 4060/123456
    ]
    assert data.subtitle == (
        "De Bilt en Nederland, per 1 000 particuliere huishoudens, 1e halfjaar 2023*"
    )


def test_a_gemeente_by_itself_has_its_series_beside_each_code(published):
    data = drawn(BY_SERIES, published)
    assert [one.label for one in data.categories] == ["Alleen Jeugd"]
    assert [(one.name, one.values) for one in data.series] == [
        ("Alleen de eerste wet", (485,)),
        ("Ook Wmo", (30,)),
    ]
    assert not replace(BY_SERIES, codes=("W",)).is_in(published[-1].texts)  # no WW


def test_beside_a_reference_series_and_intervals_have_the_name_of_the_region(published):
    """A rate and a count for the ends: any two measures of the table."""
    measures = ("STA_HUISHOUDENS_PER_1000", "STA_HUISHOUDENS")
    figure = replace(BY_SERIES, shows=Shows.CODES, interval=measures)
    data = drawn(figure, published)
    assert [one.name for one in data.series] == [
        "Utrecht: Alleen de eerste wet",
        "Nederland: Alleen de eerste wet",
        "Utrecht: Ook Wmo",
        "Nederland: Ook Wmo",
    ]
    assert data.series[2].values == (30,)
    (low,), (high,) = data.series[2].ends
    assert [(of.label, values) for of, values in data.rows][6:9] == [
        ("Utrecht: Ook Wmo", (30,)),
        ("Utrecht: Ook Wmo: ondergrens 95%-interval", (low,)),
        ("Utrecht: Ook Wmo: bovengrens 95%-interval", (high,)),
    ]
    assert f"ondergrens 95%-interval: Alleen Jeugd {low}" in alt_text(data)
    assert "het interval van 95 procent" in data.notes[-1]
    assert figure_svg(data).count(b"<path ") == 2 * 4
    group = Reference("Alle", ("GM0310", "GM0344"))
    middle = figure_of(figure, published, "GM0344", group)
    assert [len(one.ends) for one in middle.series] == [2, 0, 2, 0]


def test_of_a_table_the_longer_list_goes_down(published):
    long, wide = drawn(NUMBER, published), drawn(BY_SERIES, published)
    assert (long.head, len(long.rows)) == (("Utrecht", "Nederland"), 2)
    assert wide.head == ("Alleen Jeugd",)
    assert [(of.label, values) for of, values in wide.rows] == [
        ("Alleen de eerste wet", (485,)),
        ("Ook Wmo", (30,)),
    ]


def test_wijken_stand_beside_their_gemeente_and_no_other(published):
    data = drawn(BY_WIJK, published)
    assert [one.key for one in data.categories] == ["WK034401", "WK034402", "GM0344"]
    assert [(one.item.key, one.values) for one in data.series] == [
        ("J", (60, 55, 485)),
        ("W", (90, 125, 995)),
        ("T", (155, 190, 1510)),
    ]
    assert "aantal" in data.subtitle


def test_half_years_stand_in_their_order_and_the_most_final_counts(tmp_path):
    first = published_as(tmp_path / "a", "2022-H2", ReleaseStatus.PRELIMINARY)
    final = published_as(tmp_path / "b", "2022-H2", ReleaseStatus.FINAL)
    later = a_release(tmp_path / "c").folder
    found = open_releases([later, first, final])
    data = figure_of(THROUGH_TIME, found, "GM0310", nederland(found[-1]))
    assert [one.label for one in data.categories] == [
        "2e halfjaar 2022",
        "1e halfjaar 2023*",
    ]
    assert data.series[0].values == (53, 53)
    with pytest.raises(ReleaseRefused, match="two of the 2 releases are of 2022-H2"):
        open_releases([final, final])


def test_other_tables_of_the_same_half_year_stand_beside_it(tmp_path):
    monitor = open_releases([a_release(tmp_path / "a").folder])[0]
    cohort = tmp_path / "b" / "release"
    shutil.copytree(a_release(tmp_path / "c").folder, cohort)
    for path in sorted(cohort.rglob("stapeling.*")):
        path.rename(path.with_name(f"cohort{path.suffix}"))
    for path in (cohort / "manifest.json", cohort / "docs" / "cohort.json"):
        text = path.read_text("utf-8").replace("stapeling.", "cohort.")
        text = text.replace('"stapeling"', '"cohort"')
        path.write_text(text, "utf-8")
    sign_again(cohort)
    both = open_releases([monitor.release.folder, cohort])
    assert [sorted(one.tables) for one in both] in (
        [["stapeling"], ["cohort"]],
        [["cohort"], ["stapeling"]],
    )
    own = replace(NUMBER, code="5.1", table="cohort", shows=Shows.OWN)
    assert drawn(own, both, "GM0310").series[0].values == (53, 16)
    assert len(drawn(own, both, "GM0310").series) == 1
    assert len(drawn(NUMBER, both).series) == 2


def published_as(folder: Path, period: str, status: ReleaseStatus) -> Path:
    """The example as the release of another half-year, properly signed."""
    made = a_release(folder).folder
    for path in (made / "tables" / "stapeling.csv", made / "manifest.json"):
        text = path.read_text("utf-8").replace("2023-H1", period)
        if status is ReleaseStatus.FINAL:
            text = text.replace(",*\n", ",\n").replace('"voorlopig"', '"definitief"')
        path.write_text(text, "utf-8")
    sign_again(made)
    return made


def test_a_reference_group_is_its_middle_published_value_and_never_a_mean(published):
    group = Reference("Groep", ("GM0310", "GM0344"))
    assert group.row(published[-1], NUMBER) == (53, 16)  # beside 267 and 90
    assert Reference("Groep", ("GM0310",)).row(published[-1], NUMBER) == (53, 16)
    nobody = Reference("Groep", ("GM9999",))
    assert nobody.row(published[-1], NUMBER) == (None, None)


def test_a_hidden_value_stays_hidden(tmp_path):
    folder = a_release(tmp_path).folder
    for measure in ("STA_HUISHOUDENS", "STA_HUISHOUDENS_PER_1000"):
        cell = {"region_code": "GM0310", "number": "1", "measure": measure}
        edit_rows(
            folder / "tables" / "stapeling.csv",
            cell | {"combination": "T"},
            lambda row: row.update(value="", symbol="."),
        )
    sign_again(folder)
    data = drawn(NUMBER, open_releases([folder]), "GM0310")
    assert data.series[0].values == (None, 16)
    assert any("geheim" in note for note in data.notes)


def test_a_gemeente_that_is_not_in_the_release_has_no_figure(published):
    with pytest.raises(ReleaseRefused, match="no figures for GM9999: it is not in"):
        drawn(NUMBER, published, "GM9999")


def test_what_is_not_as_released_is_not_drawn(tmp_path):
    folder = a_release(tmp_path).folder
    with (folder / "tables" / "stapeling.csv").open("ab") as file:
        file.write(b"x")
    with pytest.raises(VerificationFailed):
        open_releases([folder])


def test_a_figure_is_left_out_when_its_table_measure_or_codes_are_not_released(
    published,
):
    tables = published[-1].texts
    assert NUMBER.is_in(tables)
    assert not replace(NUMBER, table="other").is_in(tables)
    assert not replace(NUMBER, measure="OTHER").is_in(tables)
    assert not replace(NUMBER, along="other").is_in(tables)
    assert not replace(NUMBER, codes=("1", "9")).is_in(tables)


def published_tables() -> dict[str, TableDescription]:
    """Every table that can be released: of a half-year, and of a cohort."""
    catalogue, followed = load(), load_levensweg()
    found = {}
    for code, spec in catalogue.tables.items():
        on_it = [one for one in catalogue.indicators.values() if one.table == code]
        for table in spec.published():
            found[table.code] = describe_table(table, on_it, [])
    for rule in load_estimates(catalogue):
        found[rule.table.code] = describe_table(rule.table, rule.measures, [])
    for cohort in followed.cohorts.values():
        for measure in measures_of(followed, cohort):
            for table in measure.tables:
                found[table.code] = describe_table(table, [measure.indicator], [])
    return found


def test_every_declared_figure_is_of_a_published_table():
    tables, figures = published_tables(), declared().figures
    assert [one.code for one in figures if not one.is_in(tables)] == []
    assert {1, 2, 3, 4, 5} == {one.tile for one in figures if one.tile}
    codes = {one.code for one in figures}
    assert {
        "1.6",
        "2.8",
        "3.1",
        "4.1",
        "5.1",
        "5.2",
        "5.3",
        "W4",
    } <= codes  # named in the sources


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("chapter = 1\n", "chapter = 9\n"), "chapter 9 is not declared"),
        (("chapter = 1\n", 'chapter = "x"\n'), "'chapter' must be a whole number"),
        (('"codes"', '"bars"'), "'shows' is 'bars'; choose from: codes, own, periods"),
        (('"1.6"', '"1.5"'), "a code is declared twice"),
        (("tile = 1", "size = 1"), "unknown key 'size'"),
        (('shows = "own"', 'shows = "periods"'), "only a figure by code"),
        (('_VAN", "WMO_ERVARING_TOT"]', '"]'), "'interval' is two measures"),
        (("most = 10", 'most = "x"'), "'most' must be a whole number"),
        (('"codes"\nmost', '"own"\nmost'), "of codes beside a reference can have"),
        (('suffix = "2U"', "suffix = 2"), "series: 'suffix' must be a text"),
    ],
)
def test_a_wrong_declaration_is_told(tmp_path, change, problem):
    right = DECLARED.read_text("utf-8")
    wrong = tmp_path / "figures.toml"
    wrong.write_text(right.replace(*change), "utf-8")
    with pytest.raises(RuleError, match=problem):
        declared(wrong)


DATA = FigureData(
    NUMBER,
    Item("GM0060", "Ameland & co"),
    "Aantal voorzieningen per huishouden",
    "Ameland & co en Nederland",
    tuple(Item(f"{n}", f"{n} voorzieningen") for n in (1, 2, 3)),
    (
        Series(Item("GM0060", "Ameland & co"), (81, None, 0)),
        Series(Item("NL", "Nederland"), (1097, 49, 25)),
    ),
    ("Een noot.",),
)
LINES = replace(DATA, figure=THROUGH_TIME)
NOTHING = replace(DATA, series=(Series(Item("x", "x"), (None, None, None)),))


def words_of(svg: bytes) -> list[str]:
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own bytes
    return [text.text or "" for text in root.iter(f"{SVG}text")]


def test_bars_have_their_number_and_hidden_is_hatched_and_never_a_zero():
    svg = figure_svg(DATA)
    words = words_of(svg)
    assert {"81", "0", "1.097", "49", "25", ". geheim of onbekend"} <= set(words)
    assert svg.count(b'fill="url(#hatch-GM0060-1-6)"') == 1
    assert svg.count(b'width="0"') == 1  # the zero that is published


def test_a_line_is_broken_where_it_is_hidden():
    broken = figure_svg(LINES).count(b'stroke-width="2.5"')
    whole = replace(LINES, series=(LINES.series[1], LINES.series[1]))
    assert broken == 2
    assert figure_svg(whole).count(b'stroke-width="2.5"') == 4


def test_a_line_that_ends_hidden_is_named_under_the_chart_and_not_at_zero():
    hidden = Series(Item("GM0060", "Ameland & co"), (81, 79, None))
    words = words_of(figure_svg(replace(LINES, series=(hidden, LINES.series[1]))))
    assert "Ameland & co: geheim of onbekend" in words
    assert "Nederland 25" in words
    assert not any(word.startswith("Ameland & co .") for word in words)


@pytest.mark.parametrize("data", [NOTHING, replace(NOTHING, figure=THROUGH_TIME)])
def test_a_figure_of_which_all_is_hidden_can_be_drawn(data):
    assert not any(word.isdigit() for word in words_of(figure_svg(data)))


@pytest.mark.parametrize("data", [DATA, LINES])
def test_a_drawing_has_no_number_but_those_of_its_data(data):
    labels = {one.label for one in data.categories}
    numbers = {
        number
        for word in words_of(figure_svg(data))
        if word not in labels
        for number in re.findall(r"\d[\d.]*", word)
    }
    assert numbers <= {"81", "0", "1.097", "49", "25"}
    assert numbers


def test_the_svg_has_a_title_and_a_description_with_every_number():
    root = ElementTree.fromstring(figure_svg(DATA))  # noqa: S314 - our own bytes
    assert root.findtext(f"{SVG}title") == DATA.title
    assert root.findtext(f"{SVG}desc") == alt_text(DATA)
    assert root.get("role") == "img"
    assert "Ameland & co: 1 voorzieningen 81, 2 voorzieningen geheim" in alt_text(DATA)


def test_a_long_label_stands_on_lines_that_fit_beside_the_bars():
    label = (
        "Gehuwd of ongehuwd samenwonend met kind(eren); 1e halfjaar: met voorziening"
    )
    data = replace(DATA, categories=(Item("1", label), *DATA.categories[1:]))
    words = words_of(figure_svg(data))
    assert label not in words
    assert " ".join(words[5:7]) == label or " ".join(words[4:6]) == label


def test_long_words_are_wrapped_and_stay_in_the_drawing():
    notes = ("Een lange toelichting op dit figuur. " * 9,)
    assert len(words_of(figure_svg(replace(DATA, notes=notes)))) > len(
        words_of(figure_svg(DATA))
    )


def test_a_figure_is_five_files_with_the_same_bytes_each_time():
    files = figure_files(DATA)
    assert set(files) == {
        f"GM0060_1.6.{k}" for k in ("svg", "png", "txt", "csv", "json")
    }
    assert files["GM0060_1.6.png"].startswith(b"\x89PNG\r\n")
    assert files == figure_files(DATA)


def test_the_numbers_behind_a_figure_have_a_point_where_hidden():
    content = figure_files(DATA)["GM0060_1.6.csv"].decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content), delimiter=";"))
    assert rows == [
        ["", "Ameland & co", "Nederland"],
        ["1 voorzieningen", "81", "1097"],
        ["2 voorzieningen", ".", "49"],
        ["3 voorzieningen", "0", "25"],
    ]


@pytest.mark.parametrize(("data", "kind"), [(DATA, "bar"), (LINES, "line")])
def test_the_highcharts_editor_gets_what_it_opens(data, kind):
    made = json.loads(highcharts_json(data))
    assert list(made) == ["template", "options", "selectedTemplate"]
    assert made["template"]["chart"]["type"] == kind
    assert made["selectedTemplate"]["masterID"] == kind.title()
    first = made["options"]["series"][0]
    assert [point.get("y") for point in first["data"]] == [81, None, 0]
    assert [point["yString"] for point in first["data"]] == ["81", ".", "0"]
    assert (
        made["options"]["settings"]["csvData"].splitlines()[2] == "2 voorzieningen;.;49"
    )


@pytest.mark.parametrize("colour", COLOURS)
def test_colours_have_contrast_enough_on_white(colour):
    """WCAG 2.1, 1.4.11: graphics at least 3:1."""
    assert 1.05 / (luminance(colour) + 0.05) >= 3


def test_the_first_two_colours_differ_in_lightness_too():
    light, dark = sorted(map(luminance, COLOURS[:2]), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 2


def luminance(colour: str) -> float:
    parts = [int(colour[a:b], 16) / 255 for a, b in pairwise((1, 3, 5, 7))]
    linear = [
        p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    ]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
