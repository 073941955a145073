"""A figure of one gemeente: its categories, series and words, from published values.

What is hidden has no number here either, and no number is computed: a reference group
is shown by the middle one of its published values.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

from outputs.errors import ReleaseRefused
from outputs.figure import Figure, Shows
from outputs.released import COUNTRY, Publication, Row, having
from outputs.symbols import HIDDEN, dutch_number, signs_of


UNKNOWN = "geheim of onbekend"
SOURCE = "Bron: CBS, Gemeentelijke Monitor Sociaal Domein."


@dataclass(frozen=True, slots=True)
class Item:
    """A category or series: its code or half-year, and how it is called."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Series:
    """The values of one region or code per category; None where hidden."""

    item: Item
    values: Row
    ends: tuple[Row, ...] = ()
    """The lower and the upper ends of the interval around each value, if any."""

    @property
    def name(self) -> str:
        return self.item.label


@dataclass(frozen=True, slots=True)
class FigureData:
    """All that is drawn, and nothing that is not published."""

    figure: Figure
    region: Item
    title: str
    subtitle: str
    categories: tuple[Item, ...]
    series: tuple[Series, ...]
    notes: tuple[str, ...]

    @property
    def told(self) -> tuple[Series, ...]:
        """What stands in tables and words: every series, and its ends after it."""
        return tuple(
            part
            for one in self.series
            for part in (one, *map(Series, _ends_of(one.item), one.ends))
        )

    @property
    def head(self) -> tuple[str, ...]:
        """Above the columns of its table; down the rows goes what there is more of."""
        return tuple(
            one.label for one in (self.categories if self._turned else self._names)
        )

    @property
    def rows(self) -> tuple[tuple[Item, Row], ...]:
        """The rows of its table: what they are of, and their values."""
        columns = tuple(one.values for one in self.told)
        if self._turned:
            return tuple(zip(self._names, columns, strict=True))
        return tuple(zip(self.categories, zip(*columns, strict=True), strict=True))

    @property
    def _names(self) -> tuple[Item, ...]:
        return tuple(one.item for one in self.told)

    @property
    def _turned(self) -> bool:
        return len(self.told) > len(self.categories)

    @property
    def hides(self) -> bool:
        return any(value is None for one in self.series for value in one.values)


@dataclass(frozen=True, slots=True)
class Reference:
    """What a gemeente is compared with: one region, or the middle one of a group."""

    name: str
    members: tuple[str, ...]

    def row(self, publication: Publication, figure: Figure) -> Row:
        """Per code the middle published value (of two the lower); one that is there."""
        rows = [publication.row(figure, member) for member in self.members]
        return tuple(_middle(values) for values in zip(*rows, strict=True))

    def ends(self, publication: Publication, figure: Figure) -> tuple[Row, ...]:
        """The ends of the intervals; the middle one of a group has none."""
        if len(self.members) > 1:
            return ()
        return ends_of(publication, figure, self.members[0])


def nederland(publication: Publication) -> Reference:
    return Reference(publication.name(COUNTRY), (COUNTRY,))


def ends_of(publication: Publication, figure: Figure, region: str) -> tuple[Row, ...]:
    """The lower and upper ends of a region's intervals, if the figure has any."""
    return tuple(publication.row(end, region) for end in figure.ends)


def figure_of(
    figure: Figure,
    publications: Sequence[Publication],
    gemeente: str,
    reference: Reference,
) -> FigureData:
    """The figure of one gemeente, of the latest release that has it or through all."""
    publications = having(publications, figure)
    if not publications or gemeente not in publications[-1].regions:
        raise ReleaseRefused(
            f"no figures for {gemeente}: it is not in a release that has "
            f"table {figure.table}; name a gemeente that takes part"
        )
    latest = publications[-1]
    codes = _code_items(figure, latest)
    own = Item(gemeente, latest.name(gemeente))
    if figure.shows is Shows.CODES:
        compared = Item(",".join(reference.members), reference.name)
        ends = reference.ends(latest, figure)
        each = (
            _parts(figure, _own(figure, own, latest)),
            _parts(figure, Series(compared, reference.row(latest, figure), ends)),
        )
        series = list(chain(*zip(*each, strict=True)))
        categories: Sequence[Item] = codes
        if figure.most is not None:
            kept = _largest(series[0].values, figure.most)
            series = [
                Series(one.item, tuple(one.values[at] for at in kept)) for one in series
            ]
            categories = [codes[at] for at in kept]
        about = f"{own.label} en {reference.name}"
    elif figure.shows is Shows.OWN:
        categories, series = codes, _parts(figure, _own(figure, own, latest))
        about = own.label
    elif figure.shows is Shows.PERIODS:
        categories = [Item(str(one.period), one.label) for one in publications]
        series = _by_code(codes, [one.row(figure, gemeente) for one in publications])
        about = own.label
    else:
        regions = (*latest.wijken(gemeente), gemeente)
        categories = [Item(region, latest.name(region)) for region in regions]
        series = _by_code(codes, [latest.row(figure, region) for region in regions])
        about = f"{own.label} naar wijk"
    unit = figure.measure_in(latest.texts[figure.table]).unit.nl
    period = "" if figure.shows is Shows.PERIODS else f", {latest.label}"
    data = FigureData(
        figure,
        own,
        figure.title.nl,
        f"{about}, {unit}{period}",
        tuple(categories),
        tuple(series),
        (),
    )
    return _with_notes(data, publications, reference)


def alt_text(data: FigureData) -> str:
    """The figure in words, number for number; goes beside it as a text file."""
    parts = [
        f"{one.name}: "
        + ", ".join(
            f"{category.label} {UNKNOWN if value is None else dutch_number(value)}"
            for category, value in zip(data.categories, one.values, strict=True)
        )
        for one in data.told
    ]
    kind = {Shows.PERIODS: "Lijndiagram", Shows.WIJKEN: "Tabel"}
    drawn = kind.get(data.figure.shows, "Staafdiagram")
    told = f"{drawn}. {data.title}. {data.subtitle}. {'; '.join(parts)}."
    return f"{told} {' '.join(data.notes)}"


def printed(value: int | None) -> str:
    """As in the tables of StatLine: 1.234, or a point."""
    return HIDDEN.sign if value is None else dutch_number(value)


def _code_items(figure: Figure, publication: Publication) -> tuple[Item, ...]:
    table = publication.texts[figure.table]
    labels = figure.dimension_in(table).codes
    return tuple(Item(code, labels[code].nl) for code in figure.codes_in(table))


def _largest(row: Row, most: int) -> Sequence[int]:
    """The places of the largest published values, the largest first."""
    shown = [at for at, value in enumerate(row) if value is not None]
    return sorted(shown, key=lambda at: (-(row[at] or 0), at))[:most]


def _ends_of(item: Item) -> tuple[Item, Item]:
    return (
        Item(f"{item.key}<", f"{item.label}: ondergrens 95%-interval"),
        Item(f"{item.key}>", f"{item.label}: bovengrens 95%-interval"),
    )


def _own(figure: Figure, own: Item, publication: Publication) -> Series:
    values = publication.row(figure, own.key)
    return Series(own, values, ends_of(publication, figure, own.key))


def _parts(figure: Figure, whole: Series) -> list[Series]:
    """The series of a region: one, or those that stand beside each code.

    The name of the region is in them where it stands beside another.
    """
    number = len(figure.series)
    if not number:
        return [whole]
    of = f"{whole.name}: " if figure.shows is Shows.CODES else ""
    return [
        Series(
            Item(f"{whole.item.key}{part.suffix}", f"{of}{part.title.nl}"),
            whole.values[n::number],
            tuple(end[n::number] for end in whole.ends),
        )
        for n, part in enumerate(figure.series)
    ]


def _by_code(
    codes: Sequence[Item], rows: Sequence[Sequence[int | None]]
) -> list[Series]:
    """A row per category, turned into a series per code."""
    return [
        Series(code, tuple(row[at] for row in rows)) for at, code in enumerate(codes)
    ]


def _middle(values: Sequence[int | None]) -> int | None:
    known = sorted(value for value in values if value is not None)
    return known[(len(known) - 1) // 2] if known else None


def _with_notes(
    data: FigureData, publications: Sequence[Publication], reference: Reference
) -> FigureData:
    notes = [SOURCE]
    if data.hides:
        notes.append(f"{HIDDEN.sign} = {HIDDEN.meaning.nl.lower()}.")
    statuses = {one.status for one in publications}
    notes += [f"{one.sign} = {one.meaning.nl.lower()}." for one in signs_of(statuses)]
    if data.figure.interval:
        notes.append("Streep op de staaf: het interval van 95 procent.")
    if data.figure.shows is Shows.CODES and len(reference.members) > 1:
        notes.append(
            f"{reference.name}: steeds het middelste van de gepubliceerde cijfers."
        )
    return replace(data, notes=tuple(notes))
