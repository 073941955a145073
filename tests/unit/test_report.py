"""The municipal report: its chapters, its words, and that no number is its own."""

import re
from pathlib import Path

import pytest

from outputs.errors import ReleaseRefused
from outputs.figure import Figures, declared
from outputs.groups import read_groups
from outputs.released import Publication, open_releases
from outputs.report import Reporting, report_html, report_pdf, write_reports
from outputs.symbols import ReleaseStatus
from tests.support.pages import published_numbers, unexplained
from tests.support.releases import a_release
from tests.unit.test_figure import BY_WIJK, NUMBER, THROUGH_TIME, published_as


@pytest.fixture(autouse=True)
def _example_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """The figures of the example's table, in the chapters of the real report."""
    figures = Figures(declared().chapters, (NUMBER, THROUGH_TIME, BY_WIJK))
    monkeypatch.setattr("outputs.report.declared", lambda: figures)


@pytest.fixture
def published(tmp_path: Path) -> tuple[Publication, ...]:
    before = published_as(tmp_path / "a", "2022-H2", ReleaseStatus.FINAL)
    return open_releases([before, a_release(tmp_path / "b").folder])


def test_the_report_has_five_chapters_and_says_where_there_are_no_figures(published):
    page = report_html(Reporting(published).report("GM0344"))
    assert re.findall(r'<h2 id="h-(\d)">(.+?)</h2>', page) == [
        ("1", "1. Huidige situatie"),
        ("2", "2. Ontwikkelingen"),
        ("3", "3. Uitgangspositie"),
        ("4", "4. Resultaten"),
        ("5", "5. Levensweg"),
    ]
    assert page.count("Deze publicatie bevat geen cijfers voor dit hoofdstuk.") == 4
    assert "Particuliere huishoudens op de peildatum." in page
    assert "Voorlopig cijfer" in page


@pytest.mark.parametrize("gemeente", ["GM0310", "GM0344"])
def test_no_number_of_a_report_is_its_own(published, gemeente):
    report = Reporting(published).report(gemeente)
    text = published[-1].texts["stapeling"]
    words = [
        *text.texts, *report.notes, report.period, "2e halfjaar 2022",
        *(f"Figuur {one.code}" for one in (NUMBER, THROUGH_TIME, BY_WIJK)),
        *(f"bij figuur {one.code}" for one in (NUMBER, THROUGH_TIME, BY_WIJK)),
        *(region.name for region in published[-1].regions.values()),
        *(f"{number}. " for number in range(1, 6)),
    ]  # fmt: skip
    numbers = published_numbers(published, "stapeling")
    page = report_html(report)
    assert unexplained(page, numbers, words) == set()
    changed = page.replace('<td class="n">', '<td class="n">9', 1)
    assert len(unexplained(changed, numbers, words)) == 1


def test_one_half_year_is_no_development(published):
    sections = Reporting(published[-1:]).report("GM0344").sections
    codes = [one.data.figure.code for s in sections for one in s.illustrations]
    assert codes == ["1.6", "W4"]


def test_what_the_gemeente_says_is_given_as_it_is(published, tmp_path):
    said = "Wij deden <iets> anders.\r\n\r\nIn 2022 begon & eindigde een project."
    (tmp_path / "GM0344.txt").write_text(said, "utf-8")
    reporting = Reporting(published, explanations=tmp_path)
    page = report_html(reporting.report("GM0344"))
    assert "<p>Wij deden &lt;iets&gt; anders.</p>" in page
    assert "begon &amp; eindigde" in page
    assert "Toelichting van de gemeente" not in report_html(reporting.report("GM0310"))


def test_a_gemeente_is_compared_with_its_group(published, tmp_path):
    file = tmp_path / "groups.csv"
    file.write_text(
        "Gemeentecode;Referentiegroep\nGM0344;Groot\nGM0310;Groot\n", "utf-8"
    )
    report = Reporting(published, read_groups(file)).report("GM0344")
    first = report.sections[0].illustrations[0].data
    assert [one.values for one in first.series] == [(267, 90), (53, 16)]
    assert report.reference == "Groot"
    assert "Groot: steeds het middelste van de gepubliceerde cijfers." in first.notes


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("Gemeente;Groep\n", "the first line is not Gemeentecode;Referentiegroep"),
        ("Gemeentecode;Referentiegroep\nGM1;\n", "1 lines have not two filled columns"),
        ("Gemeentecode;Referentiegroep\nGM1;a\nGM1;b\n", "1 gemeenten are there twice"),
        ("", "the first line is not"),
    ],
)
def test_a_wrong_file_of_groups_is_refused(tmp_path, content, problem):
    file = tmp_path / "groups.csv"
    file.write_text(content, "utf-8")
    with pytest.raises(ReleaseRefused, match=problem):
        read_groups(file)


def test_the_pdf_is_tagged_and_has_a_language(published):
    content = report_pdf(Reporting(published).report("GM0344"))
    assert content.startswith(b"%PDF-1.")
    for mark in (b"/StructTreeRoot", b"/MarkInfo", b"/Lang(nl", b"pdfuaid"):
        assert mark in content


def test_every_kind_of_file_of_every_gemeente_is_written(published, tmp_path):
    folder = tmp_path / "out"
    kinds = ["html", "pdf", "figures"]
    done = write_reports(Reporting(published), ["GM0344"], folder, kinds)
    assert list(done) == ["GM0344"]
    names = {path.name for path in folder.iterdir()}
    assert {"GM0344.html", "GM0344.pdf", "GM0344_1.6.svg", "GM0344_W4.json"} <= names
    assert len(names) == 2 + 3 * 5


def test_files_of_an_earlier_run_do_not_stay(published, tmp_path):
    """Of who was asked for, and of who left; not of others, nor of somebody else."""
    folder, reporting = tmp_path / "out", Reporting(published)
    everybody = reporting.latest.gemeenten()
    list(write_reports(reporting, everybody, folder, ["html", "figures"]))
    (folder / "GM9999.pdf").write_text("x")
    (folder / "GM9999_1.6.svg").write_text("x")
    (folder / "GM0344 notes.html").write_text("x")
    list(write_reports(reporting, ["GM0344"], folder, ["html"]))
    names = {path.name for path in folder.iterdir()}
    assert {"GM0344.html", "GM0310.html", "GM0310_1.6.svg"} <= names
    assert "GM0344 notes.html" in names
    assert not any(name.startswith(("GM9999", "GM0344_")) for name in names)


def test_who_does_not_take_part_has_no_report(published):
    with pytest.raises(ReleaseRefused, match="no report for GM9999"):
        Reporting(published).report("GM9999")
