"""Releases -> the municipal report of a gemeente, as one HTML page or a tagged PDF.

Chapters and figures are those of `figures.toml`; a chapter whose tables are not in the
release says so. The words of the gemeente itself are given with the report, unchanged.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from outputs.description import TableDescription
from outputs.errors import ReleaseRefused
from outputs.figure import Chapter, Figure, Shows, declared
from outputs.figure_data import (
    FigureData,
    Reference,
    alt_text,
    figure_of,
    nederland,
    printed,
)
from outputs.figure_files import figure_files
from outputs.figure_svg import drawing_svg
from outputs.pages import TEMPLATES, page
from outputs.released import Publication, having
from outputs.symbols import HIDDEN, SHOWN, ReleaseStatus, Symbol


KINDS = ("html", "pdf", "figures")


@dataclass(frozen=True, slots=True)
class Illustration:
    """A figure of the report: its data, and the drawing; a table has none."""

    data: FigureData
    svg: str

    @property
    def alt(self) -> str:
        return alt_text(self.data)


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter with the figures that the releases have for it."""

    chapter: Chapter
    illustrations: tuple[Illustration, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """What a measure in the report counts, and in what unit."""

    title: str
    text: str
    unit: str


@dataclass(frozen=True, slots=True)
class Report:
    """All that is in the report of one gemeente."""

    code: str
    name: str
    period: str
    status: str
    reference: str
    sections: tuple[Section, ...]
    definitions: tuple[Definition, ...]
    notes: tuple[str, ...]
    symbols: tuple[Symbol, ...]
    explanation: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reporting:
    """What all reports of one run have in common."""

    publications: Sequence[Publication]
    groups: Mapping[str, Reference] = field(default_factory=dict)
    explanations: Path | None = None

    @property
    def latest(self) -> Publication:
        return self.publications[-1]

    def report(self, gemeente: str) -> Report:
        """The report of a gemeente that is in the latest release."""
        if gemeente not in self.latest.gemeenten():
            raise ReleaseRefused(
                f"no report for {gemeente}: it is not in the release of "
                f"{self.latest.period}; name a gemeente that takes part"
            )
        reference = self.groups.get(gemeente) or nederland(self.latest)
        figures = self._figures()
        return Report(
            gemeente,
            self.latest.name(gemeente),
            self.latest.label,
            self.latest.status.value,
            reference.name,
            tuple(
                Section(chapter, tuple(self._drawn(chapter, gemeente, reference)))
                for chapter in declared().chapters
            ),
            tuple(dict.fromkeys(self._definition(one) for one in figures)),
            tuple(self._notes(figures)),
            tuple(self._symbols()),
            self._explanation(gemeente),
        )

    def _figures(self) -> tuple[Figure, ...]:
        """What the releases have; through time only when there are two half-years."""
        return tuple(
            one
            for one in declared().figures
            if len(having(self.publications, one)) > (one.shows is Shows.PERIODS)
        )

    def _text(self, figure: Figure) -> TableDescription:
        return having(self.publications, figure)[-1].texts[figure.table]

    def _drawn(
        self, chapter: Chapter, gemeente: str, reference: Reference
    ) -> Iterator[Illustration]:
        for figure in self._figures():
            taking_part = having(self.publications, figure)[-1].regions
            if figure.chapter == chapter.number and gemeente in taking_part:
                data = figure_of(figure, self.publications, gemeente, reference)
                is_table = figure.shows is Shows.WIJKEN
                yield Illustration(data, "" if is_table else drawing_svg(data).decode())

    def _definition(self, figure: Figure) -> Definition:
        measure = figure.measure_in(self._text(figure))
        return Definition(
            measure.title.nl.partition(",")[0], measure.definition.nl, measure.unit.nl
        )

    def _notes(self, figures: Sequence[Figure]) -> Iterator[str]:
        """What the tables say of coverage and rounding, each sentence once."""
        texts = [self._text(one) for one in figures]
        yield from dict.fromkeys(note.lstrip("- ") for t in texts for note in t.notes)

    def _symbols(self) -> Iterator[Symbol]:
        statuses = {one.status for one in self.publications}
        yield HIDDEN
        for status in ReleaseStatus:
            if status in statuses and SHOWN[status].sign:
                yield SHOWN[status]

    def _explanation(self, gemeente: str) -> tuple[str, ...]:
        """The paragraphs of GM0344.txt in the folder of explanations."""
        if self.explanations is None:
            return ()
        path = self.explanations / f"{gemeente}.txt"
        if not path.is_file():
            return ()
        paragraphs = path.read_text("utf-8-sig").replace("\r\n", "\n").split("\n\n")
        return tuple(one.strip() for one in paragraphs if one.strip())


def write_reports(
    reporting: Reporting, gemeenten: Sequence[str], folder: Path, kinds: Sequence[str]
) -> Iterator[str]:
    """Write what is asked of each gemeente; gives its code when that is done."""
    folder.mkdir(parents=True, exist_ok=True)
    for gemeente in gemeenten:
        report = reporting.report(gemeente)
        if "html" in kinds:
            (folder / f"{gemeente}.html").write_text(report_html(report), "utf-8")
        if "pdf" in kinds:
            (folder / f"{gemeente}.pdf").write_bytes(report_pdf(report))
        if "figures" in kinds:
            for section in report.sections:
                for one in section.illustrations:
                    for name, content in figure_files(one.data).items():
                        (folder / name).write_bytes(content)
        yield gemeente


def report_html(report: Report) -> str:
    return page("report.html", r=report)


def report_pdf(report: Report) -> bytes:
    """PDF/UA-1: tagged, with a title, a language and words beside every drawing."""
    import typst  # noqa: PLC0415 - only who wants a PDF waits for it

    made = typst.compile(
        str(TEMPLATES / "report.typ"),
        format="pdf",
        pdf_standards=["ua-1"],
        sys_inputs={"report": json.dumps(_plain(report), ensure_ascii=False)},
    )
    assert isinstance(made, bytes)  # noqa: S101 - a PDF is one file
    return made


def _plain(report: Report) -> dict[str, object]:
    """The report as the template of the PDF takes it: texts, lists and drawings."""
    return {
        "name": report.name,
        "period": report.period,
        "status": report.status,
        "reference": report.reference,
        "explanation": report.explanation,
        "notes": report.notes,
        "symbols": [[one.sign, one.meaning.nl] for one in report.symbols],
        "definitions": [[one.title, one.text, one.unit] for one in report.definitions],
        "sections": [
            {
                "number": section.chapter.number,
                "title": section.chapter.title.nl,
                "text": section.chapter.text.nl,
                "figures": [_plain_figure(one) for one in section.illustrations],
            }
            for section in report.sections
        ],
    }


def _plain_figure(one: Illustration) -> dict[str, object]:
    data = one.data
    return {
        "code": data.figure.code,
        "title": data.title,
        "subtitle": data.subtitle,
        "svg": one.svg,
        "alt": one.alt,
        "head": [each.name for each in data.series],
        "rows": [
            [category.label, *(printed(each.values[at]) for each in data.series)]
            for at, category in enumerate(data.categories)
        ],
        "notes": " ".join(data.notes),
    }
