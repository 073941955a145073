"""A figure as files: SVG, PNG, its words, its numbers, and CBS Highcharts-editor JSON.

The JSON has the shape that CBS publication staff open in their editor (`template`,
`options`, `selectedTemplate`), as the package cbsplotlib of a CBS employee writes it; a
hidden value has no `y` and the string `.`, which the editor shows as no data.
"""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from outputs.figure import Shows
from outputs.figure_data import FigureData, Series, alt_text
from outputs.figure_svg import COLOURS, figure_svg
from outputs.symbols import HIDDEN


_BARS = {"masterID": "Bar", "id": "Barbasictemplate.bar.subtype.basic"}
_LINES = {"masterID": "Line", "id": "Linelinetemplate.line.subtype.line"}


def figure_files(data: FigureData) -> dict[str, bytes]:
    """Name of the file -> content, for one figure of one gemeente."""
    name = f"{data.region.key}_{data.figure.code}"
    svg = figure_svg(data)
    return {
        f"{name}.svg": svg,
        f"{name}.png": figure_png(svg),
        f"{name}.txt": f"{alt_text(data)}\n".encode(),
        f"{name}.csv": figure_csv(data),
        f"{name}.json": highcharts_json(data),
    }


def figure_png(svg: bytes) -> bytes:
    """The same drawing in pixels, twice as fine as it is wide."""
    import typst  # noqa: PLC0415 - only who wants pixels or PDF waits for it

    page = (
        "#set page(width: auto, height: auto, margin: 12pt)\n"
        '#image(bytes(sys.inputs.svg), format: "svg")'
    )
    made = typst.compile(
        page.encode(), format="png", ppi=144.0, sys_inputs={"svg": svg.decode()}
    )
    assert isinstance(made, bytes)  # noqa: S101 - one page, so one picture
    return made


def figure_csv(data: FigureData) -> bytes:
    """The numbers behind a figure, for a Dutch spreadsheet; a point where hidden."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow(["", *(one.name for one in data.told)])
    for at, category in enumerate(data.categories):
        values = [one.values[at] for one in data.told]
        writer.writerow(
            [category.label, *(HIDDEN.sign if v is None else v for v in values)]
        )
    return b"\xef\xbb\xbf" + file.getvalue().encode()


def highcharts_json(data: FigureData) -> bytes:
    """What the CBS Highcharts editor opens."""
    bare = tuple(replace(one, ends=()) for one in data.series)
    drawn = replace(data, series=bare)
    lines = data.figure.shows is Shows.PERIODS
    kind = "line" if lines else "bar"
    categories = [category.label for category in data.categories]
    axes = {
        "xAxis": [{"categories": categories, "title": {"text": None}}],
        "yAxis": [{"min": 0, "title": {"text": None}}],
    }
    content = {
        "template": {
            "chart": {"type": kind, "inverted": not lines, "animation": False},
            "plotOptions": {"series": {"maxPointWidth": 60}},
            "title": {"align": "left"},
            "subtitle": {"align": "left"},
            "legend": {"align": "left", "verticalAlign": "bottom"},
            "tooltip": {"shared": True},
            "credits": {"enabled": False},
            **axes,
        },
        "options": {
            "title": {"text": data.title},
            "subtitle": {"text": data.subtitle},
            "colors": list(COLOURS),
            "sources": {"prefix": "Bron: CBS,", "text": "GMSD"},
            "footNote": {"text": " ".join(data.notes[1:]) or None},
            "accessibility": {"description": alt_text(data)},
            "credits": False,
            "cultureSelection": "Dutch",
            "selectedCultureId": "nl",
            "lang": {
                "decimalPoint": ",",
                "thousandsSep": ".",
                "tooltip": {"nullDataMessage": "Data is onbekend of geheim"},
            },
            "settings": {
                "hasGroupedCategories": False,
                "csvData": figure_csv(drawn).decode("utf-8-sig").replace("\r\n", "\n"),
            },
            "series": [_highcharts_series(one, categories) for one in data.series],
            **axes,
        },
        "selectedTemplate": _LINES if lines else _BARS,
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n"


def _highcharts_series(one: Series, categories: list[str]) -> Mapping[str, Any]:
    return {
        "name": one.name,
        "isSerie": True,
        "borderColor": "#FFFFFF",
        "data": [
            {"yString": HIDDEN.sign, "name": name}
            if value is None
            else {"y": value, "yString": str(value), "name": name}
            for name, value in zip(categories, one.values, strict=True)
        ],
    }
