"""Releases -> the municipal report of a gemeente, as one HTML page or a tagged PDF.

Chapters and figures are those of `figures.toml`; a chapter whose tables are not in the
release says so. The words of the gemeente itself are given with the report, unchanged.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
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
from outputs.symbols import HIDDEN, Symbol, signs_of


_OURS = re.compile(
    r"(GM[0-9]{4})(?:\.(?:html|pdf)|_[0-9A-Z.]+\.(?:svg|png|txt|csv|json))"
)
"""The names of files that are written here."""


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


@dataclass(frozen=True)
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
            self._definitions,
            self._notes,
            (HIDDEN, *signs_of({one.status for one in self.publications})),
            self._explanation(gemeente),
        )

    @cached_property
    def _figures(self) -> Mapping[Figure, tuple[Publication, ...]]:
        """What the releases have; through time only when there are two half-years."""
        found = {one: having(self.publications, one) for one in declared().figures}
        return {
            one: publications
            for one, publications in found.items()
            if len(publications) > (one.shows is Shows.PERIODS)
        }

    @cached_property
    def _texts(self) -> Mapping[Figure, TableDescription]:
        return {one: of[-1].texts[one.table] for one, of in self._figures.items()}

    def _drawn(
        self, chapter: Chapter, gemeente: str, reference: Reference
    ) -> Iterator[Illustration]:
        for figure, publications in self._figures.items():
            is_in = gemeente in publications[-1].regions
            if figure.chapter == chapter.number and is_in:
                data = figure_of(figure, publications, gemeente, reference)
                is_table = figure.shows is Shows.WIJKEN
                yield Illustration(data, "" if is_table else drawing_svg(data).decode())

    @cached_property
    def _definitions(self) -> tuple[Definition, ...]:
        found = (one.measure_in(text) for one, text in self._texts.items())
        each = (
            Definition(one.title.nl.partition(",")[0], one.definition.nl, one.unit.nl)
            for one in found
        )
        return tuple(dict.fromkeys(each))

    @cached_property
    def _notes(self) -> tuple[str, ...]:
        """What the tables say of coverage and rounding, each sentence once."""
        notes = (note for text in self._texts.values() for note in text.notes)
        return tuple(dict.fromkeys(notes))

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
    """Write what is asked of each gemeente; gives its code when that is done.

    What an earlier run left of these gemeenten, or of those that are in the release no
    more, is taken away.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written: set[str] = set()
    for gemeente in gemeenten:
        for name, content in _files(reporting.report(gemeente), kinds):
            (folder / name).write_bytes(content)
            written.add(name)
        yield gemeente
    others = set(reporting.latest.gemeenten()) - set(gemeenten)
    for path in folder.iterdir():
        ours = _OURS.fullmatch(path.name)
        if ours and path.name not in written and ours[1] not in others:
            path.unlink()


def _files(report: Report, kinds: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file of a gemeente."""
    if "html" in kinds:
        yield f"{report.code}.html", report_html(report).encode()
    if "pdf" in kinds:
        yield f"{report.code}.pdf", report_pdf(report)
    if "figures" in kinds:
        for section in report.sections:
            for one in section.illustrations:
                yield from figure_files(one.data).items()


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
        "head": data.head,
        "rows": [[of.label, *map(printed, values)] for of, values in data.rows],
        "notes": " ".join(data.notes),
    }
