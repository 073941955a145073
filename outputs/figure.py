"""First figure of the municipal report: provisions per household, beside Nederland.

Takes the published table only (candidate or release): what is hidden there has no
number here either. Same table, same bytes.
"""

import csv
import html
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from outputs.errors import ReleaseRefused
from outputs.layout import rate_code
from outputs.symbols import HIDDEN, dutch_number
from rules.indicator import Indicator, TableSpec
from rules.period import HalfYear


COLOURS = ("#0058b8", "#00a1cd")
"""CBS blue and CBS light blue: both 3:1 or more on white (WCAG 1.4.11)."""
UNKNOWN = "geheim of onbekend"

_BAR, _SIZE = 0.38, (8.0, 4.8)


@dataclass(frozen=True, slots=True)
class Series:
    """One region's values per category; None where hidden."""

    name: str
    values: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class FigureData:
    """All that is drawn, and nothing that is not published."""

    title: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    notes: tuple[str, ...]


def households_by_number(
    table_csv: bytes, table: TableSpec, gemeente: str, indicator: Indicator
) -> FigureData:
    """Households by number of provisions, per 1 000: a gemeente beside Nederland.

    The indicator is the one on the table that counts households.
    """
    number = next(one for one in table.dimensions if one.name == "number")
    codes = [code for code in number.codes if code != number.total]
    rows: dict[tuple[str, str], Mapping[str, str]] = {}
    for row in _selected(table_csv, table, {gemeente, "NL"}, rate_code(indicator.code)):
        rows[row["region_code"], row["number"]] = row
    missing = sum(
        (region, code) not in rows for region in (gemeente, "NL") for code in codes
    )
    if missing:
        raise ReleaseRefused(
            f"no figure for {gemeente}: {missing} of its cells are not in table "
            f"{table.code}; name a gemeente that takes part"
        )
    first = rows[gemeente, codes[0]]
    signs = {row["symbol"] for row in rows.values()} - {HIDDEN.sign}
    period = HalfYear.parse(first["period"]).dutch + max(signs, default="")
    return FigureData(
        f"Aantal voorzieningen per huishouden, {first['region_name']} en Nederland\n"
        f"(per 1.000 huishoudens), {period}",
        tuple(table.labels["number"][code].nl for code in codes),
        tuple(
            Series(
                rows[region, codes[0]]["region_name"],
                tuple(_value(rows[region, code]) for code in codes),
            )
            for region in (gemeente, "NL")
        ),
        (
            "Nederland: totaal van de deelnemende gemeenten.",
            "Gemaakt van afgeronde aantallen. Een gearceerd vakje is geen waarde.",
        ),
    )


def figure_svg(data: FigureData) -> bytes:
    """SVG with real text, and a title and description for screen readers."""
    metadata = {"Title": data.title.replace("\n", " "), "Date": None, "Creator": None}
    drawn = _save(data, "svg", metadata).decode()
    described = f"</title>\n <desc>{html.escape(alt_text(data))}</desc>"
    return drawn.replace("</title>", described, 1).encode()


def figure_png(data: FigureData) -> bytes:
    return _save(data, "png", {"Software": None})


def alt_text(data: FigureData) -> str:
    """The figure in words, number for number; goes beside it as a text file."""
    parts = [
        f"{one.name}: "
        + ", ".join(
            f"{category} {UNKNOWN if value is None else dutch_number(value)}"
            for category, value in zip(data.categories, one.values, strict=True)
        )
        for one in data.series
    ]
    title = data.title.replace("\n", " ")
    return f"Staafdiagram. {title}. {'; '.join(parts)}. {' '.join(data.notes)}"


def _selected(
    table_csv: bytes, table: TableSpec, regions: set[str], measure: str
) -> Iterator[Mapping[str, str]]:
    """The rate's rows of these regions, at the total of every other dimension."""
    others = {d.name: d.total for d in table.dimensions if d.name != "number"}
    for row in csv.DictReader(io.StringIO(table_csv.decode(), newline="")):
        wanted = row["region_code"] in regions and row["measure"] == measure
        if wanted and all(row[name] == total for name, total in others.items()):
            yield row


def _value(row: Mapping[str, str]) -> int | None:
    return int(row["value"]) if row["value"] else None


def _label(value: int | None) -> str:
    return f"{HIDDEN.sign} {UNKNOWN}" if value is None else dutch_number(value)


def _save(data: FigureData, kind: str, metadata: dict[str, str | None]) -> bytes:
    with mpl.rc_context({"svg.hashsalt": "gmsd", "svg.fonttype": "none"}):
        figure = _draw(data)
        file = io.BytesIO()
        figure.savefig(file, format=kind, metadata=metadata, dpi=150)
    return file.getvalue()


def _draw(data: FigureData) -> Figure:
    figure = Figure(figsize=_SIZE, layout="constrained")
    axes = figure.add_subplot()
    shown = [v for one in data.series for v in one.values if v is not None]
    longest = max(shown, default=0) or 1
    for place, (one, colour) in enumerate(zip(data.series, COLOURS, strict=True)):
        _draw_series(axes, one, colour, offset=(place - 0.5) * _BAR, longest=longest)
    axes.set_yticks(range(len(data.categories)), data.categories)
    axes.invert_yaxis()
    axes.set_xlim(0, longest * 1.12)
    axes.xaxis.set_major_formatter(lambda x, _: dutch_number(round(x)))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("per 1.000 huishoudens")
    axes.spines[["top", "right"]].set_visible(False)
    handles = [
        Patch(color=colour, label=one.name)
        for one, colour in zip(data.series, COLOURS, strict=True)
    ]
    axes.legend(handles=handles, loc="lower right", frameon=False)
    figure.suptitle(data.title, x=0.01, ha="left", fontsize=11, fontweight="bold")
    figure.supxlabel("\n".join(data.notes), x=0.01, ha="left", fontsize=8)
    return figure


def _draw_series(
    axes: Axes, one: Series, colour: str, *, offset: float, longest: int
) -> None:
    """Bars with their number; a hidden value is a hatched stub with a point."""
    for place, value in enumerate(one.values):
        hidden = value is None
        length = longest * 0.03 if value is None else value
        axes.barh(
            place + offset,
            length,
            _BAR,
            color="white" if hidden else colour,
            edgecolor=colour,
            hatch="////" if hidden else None,
            linestyle="--" if hidden else "-",
        )
        axes.annotate(
            _label(value),
            (length, place + offset),
            xytext=(3, 0),
            textcoords="offset points",
            va="center",
            fontsize=8 if hidden else 9,
        )
