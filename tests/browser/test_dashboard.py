"""The dashboard, opened from a folder: choose, compare, by time, by wijk, English."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from outputs.figure import Figures, declared
from outputs.released import open_releases
from outputs.site import Extras, write_site
from outputs.symbols import ReleaseStatus
from tests.support.pages import published_numbers, unexplained
from tests.support.releases import a_release, edit_rows, sign_again
from tests.unit.test_figure import (
    BY_SERIES,
    BY_WIJK,
    NUMBER,
    THROUGH_TIME,
    published_as,
)


pytestmark = pytest.mark.browser

FIGURES = tuple(
    replace(figure, tile=tile)
    for tile, figure in (
        (1, NUMBER),
        (1, THROUGH_TIME),
        (None, BY_WIJK),
        (None, BY_SERIES),
    )
)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """Two half-years; in the last, one number of De Bilt is hidden."""
    folder = tmp_path_factory.mktemp("releases")
    before = published_as(folder / "a", "2022-H2", ReleaseStatus.FINAL)
    now = a_release(folder / "b").folder
    for measure in ("STA_HUISHOUDENS", "STA_HUISHOUDENS_PER_1000"):
        cell = {"region_code": "GM0310", "number": "1", "combination": "T"}
        edit_rows(
            now / "tables" / "stapeling.csv",
            cell | {"measure": measure},
            lambda row: row.update(value="", symbol="."),
        )
    sign_again(now)
    return open_releases([before, now])


@pytest.fixture(scope="module")
def site(published, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    square = {"WK034401": "M0,0L500,0L500,400Z", "WK034402": "M500,0L900,0L900,400Z"}
    with pytest.MonkeyPatch.context() as patch:
        figures = Figures(declared().chapters, FIGURES)
        patch.setattr("outputs.site.declared", lambda: figures)
        write_site(published, folder, Extras(boundaries={"GM0344": square}))
    return folder


@pytest.fixture
def page(new_page, site):
    made = new_page()
    made.goto((site / "index.html").as_uri())
    made.wait_for_selector("article svg")
    return made


def values(page) -> list[str]:
    """The numbers of the first table, hidden ones as they are heard."""
    page.locator("article details summary").first.click()
    return [
        words.replace(".geheim", "geheim")
        for words in page.locator("article table")
        .first.locator("td.n")
        .all_inner_texts()
    ]


def test_a_gemeente_is_chosen_and_compared(page):
    assert page.title().startswith("De Bilt")
    page.select_option("#gemeente", "GM0344")
    page.wait_for_function("document.title.startsWith('Utrecht')")
    page.select_option("#compare", "GM0310")
    page.wait_for_function("location.hash.includes('c=GM0310')")
    assert page.locator(".legend").inner_text().split() == ["Utrecht", "De", "Bilt"]
    assert values(page) == ["267", ".\ngeheim of onbekend", "90", "16"]


def test_a_hidden_value_is_hatched_and_said_and_never_zero(page):
    drawing = page.locator("article svg").first
    assert "1 voorziening geheim of onbekend" in drawing.get_attribute("aria-label")
    assert drawing.locator("rect[fill='url(#hatch)']").count() == 1
    words = drawing.locator("text").all_text_contents()
    assert "16" in words
    assert "0" not in words


def test_through_time_and_by_wijk(page):
    page.select_option("#gemeente", "GM0344")
    page.get_by_role("button", name="Ontwikkelingen").click()
    page.wait_for_selector(".multiples svg")
    assert page.locator(".multiples svg").count() == 2
    page.get_by_role("button", name="Wijkprofiel").click()
    page.wait_for_selector(".map svg")
    page.get_by_label("Onderwerp").select_option(label="Alleen Wmo")
    titles = page.locator(".map path title")
    assert [titles.nth(n).text_content() for n in range(2)] == [
        "Wijk 01 West: 90",
        "Wijk 02 Noordwest: 125",
    ]
    page.select_option("#gemeente", "GM0310")
    page.wait_for_function("document.title.startsWith('De Bilt')")
    assert "geen grenzen van wijken" in page.locator("article").inner_text()


def test_a_life_course_has_its_own_series(page):
    page.select_option("#gemeente", "GM0344")
    page.get_by_role("button", name="Levensweg").click()
    page.wait_for_function("location.hash.includes('v=life')")
    legend = page.locator("article .legend").inner_text()
    assert legend == "Alleen de eerste wet Ook Wmo"
    drawing = page.locator("article svg").first.get_attribute("aria-label")
    assert "Alleen de eerste wet: Alleen Jeugd 485. Ook Wmo: Alleen Jeugd 30" in drawing


def test_what_is_hidden_at_the_end_is_said_under_the_line(page):
    page.get_by_role("button", name="Ontwikkelingen").click()
    page.wait_for_selector(".multiples svg")
    words = page.locator(".multiples svg").first.locator("text").all_text_contents()
    assert ". geheim of onbekend" in words
    assert "." not in words


def test_on_a_telephone_labels_stand_above_the_bars(new_page, site):
    page = new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto((site / "index.html").as_uri())
    page.wait_for_selector("article svg")
    label = page.locator("article svg text").first
    assert label.get_attribute("text-anchor") == "start"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_other_language_has_no_dutch_left(page):
    page.get_by_role("button", name="English").click()
    page.wait_for_function("document.documentElement.lang === 'en'")
    for view in ("Life", "Current situation", "Developments", "District profile"):
        page.get_by_role("button", name=view).click()
        words = page.locator("body").inner_text().lower()
        for dutch in ("huishoudens", "voorziening", "gemeenten", "geheim", "halfjaar"):
            assert dutch not in words
    assert "First half of 2023*" in page.locator("body").inner_text()


def test_all_can_be_done_with_the_keyboard(page):
    """Tab goes through everything in order; keys choose; the focus is seen."""
    reached = []
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    for _ in range(10):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                "[document.activeElement.id || document.activeElement.dataset.view"
                " || document.activeElement.tagName,"
                " getComputedStyle(document.activeElement).outlineStyle]"
            )
        )
        if reached[-1][0] == "gemeente":
            page.keyboard.press("ArrowDown")
        if reached[-1][0] == "time":
            page.keyboard.press("Enter")
    names = [name for name, _ in reached]
    for name in ("nl", "en", "gemeente", "compare", "now", "time", "wijk", "SUMMARY"):
        assert name in names
    assert [name for name, outline in reached if outline != "solid"] == []
    assert "v=time" in page.url
    assert "g=GM0344" in page.url


def test_the_numbers_behind_a_figure_can_be_downloaded(page):
    with page.expect_download() as waiting:
        page.locator("a.download").first.click()
    text = Path(waiting.value.path()).read_text("utf-8-sig")
    assert waiting.value.suggested_filename == "gmsd_GM0310_1.6.csv"
    assert text.splitlines()[1:] == [
        '"1 voorziening";.;100',
        '"2 of meer voorzieningen";16;33',
    ]


@pytest.mark.parametrize("view", ["now", "time", "wijk", "life"])
@pytest.mark.parametrize("gemeente", ["GM0310", "GM0344"])
def test_no_number_on_the_dashboard_is_its_own(
    new_page, site, published, view, gemeente
):
    page = new_page()
    page.goto((site / "index.html").as_uri() + f"#g={gemeente}&v={view}")
    page.wait_for_selector("article")
    shown = re.sub(r'href="data:[^"]*"', "", page.content())
    text = published[-1].texts["stapeling"]
    words = [
        *text.texts,
        *(one.label for one in published),
        *(region.name for region in published[-1].regions.values()),
    ]
    assert unexplained(shown, published_numbers(published, "stapeling"), words) == set()


@pytest.mark.parametrize("view", ["now", "time", "wijk", "life"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_axe_finds_nothing(new_page, site, violations, view, language):
    page = new_page()
    page.goto((site / "index.html").as_uri() + f"#g=GM0344&v={view}&l={language}")
    page.wait_for_selector("article")
    assert violations(page) == []


def test_nothing_is_asked_of_a_network(new_page, site):
    page = new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((site / "index.html").as_uri())
    page.wait_for_selector("article svg")
    assert asked
    assert [url for url in asked if not url.startswith("file:")] == []
