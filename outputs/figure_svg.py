"""A figure as SVG: real text, own title and description, no number but published ones.

Written by hand: a drawing library takes a hundred times as long and has axes with
numbers of its own. Same data, same bytes.
"""

from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise

from outputs.figure import Shows
from outputs.figure_data import UNKNOWN, FigureData, Series, alt_text, printed


COLOURS = ("#0058b8", "#00a1cd", "#7d4791", "#c90c0f", "#163a72", "#53a31d", "#d9328a")
"""Of CBS's palette those with 3:1 or more on white (WCAG 1.4.11)."""

WIDTH = 720
_BAR, _GAP, _LINE, _CHARACTER = 18, 16, 16, 6.7
_DASHES = ("", "8 3", "2 3", "10 3 2 3", "5 5", "12 4", "1 4")
_STYLE = (
    "svg text{font-family:'Segoe UI',Roboto,'Liberation Sans',Arial,sans-serif;"
    "font-size:13px;fill:#1d1d1b}svg .t{font-size:17px;font-weight:600;fill:#163a72}"
    "svg .s,svg .n{font-size:12px;fill:#4a4a49}svg .v{font-size:12px;font-weight:600}"
)


def figure_svg(data: FigureData) -> bytes:
    """The figure as a file of its own; a table of wijken is drawn as bars."""
    drawing = _Drawing(data)
    return _svg(data, drawing, [*drawing.head(), *drawing.body()])


def drawing_svg(data: FigureData) -> bytes:
    """The figure for a page that has its title beside it already."""
    drawing = _Drawing(data)
    return _svg(data, drawing, [*drawing.body()])


def _svg(data: FigureData, drawing: "_Drawing", drawn: Sequence[str]) -> bytes:
    name = f"{data.region.key}-{data.figure.code}".replace(".", "-")
    size = f'viewBox="0 0 {WIDTH} {drawing.y}" width="{WIDTH}" height="{drawing.y}"'
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" '
        f'aria-labelledby="t-{name} d-{name}">'
        f'<title id="t-{name}">{escape(data.title)}</title>'
        f'<desc id="d-{name}">{escape(alt_text(data))}</desc>'
        f"<style>{_STYLE}</style>{_hatching(name)}"
        f'<rect width="100%" height="100%" fill="#fff"/>{"".join(drawn)}</svg>\n'
    )
    return svg.replace("url(#hatch)", f"url(#hatch-{name})").encode()


class _Drawing:
    """A figure while it is drawn from the top down; `y` is where it has come."""

    def __init__(self, data: FigureData) -> None:
        self.data = data
        self.y = 24
        shown = [v for one in data.told for v in one.values if v is not None]
        self.longest = max(shown, default=0) or 1

    def head(self) -> Iterator[str]:
        for kind, words, step in (
            ("t", self.data.title, 22),
            ("s", self.data.subtitle, 18),
        ):
            for line in _wrapped(words, 78 if kind == "t" else 108):
                yield _text(0, self.y, line, kind=kind)
                self.y += step

    def body(self) -> Iterator[str]:
        through_time = self.data.figure.shows is Shows.PERIODS
        yield from self._lines() if through_time else self._bars()
        yield from self._notes()

    def _bars(self) -> Iterator[str]:
        """Per category a bar for each series, its number beside it."""
        yield from self._legend()
        longest = max(len(category.label) for category in self.data.categories)
        left = min(12 + int(longest * _CHARACTER), WIDTH // 2)
        fits = int((left - 11) / _CHARACTER)
        top = self.y
        for at, category in enumerate(self.data.categories):
            yield from self._category(at, _wrapped(category.label, fits), left)
        yield _line(left, top - 4, left, self.y - _GAP + 4)

    def _category(self, at: int, label: Sequence[str], left: int) -> Iterator[str]:
        """A label of one line or more, and a bar for each series beside it."""
        bars, words = _BAR * len(self.data.series), _LINE * len(label)
        middle = self.y + max(bars, words) / 2
        for number, line in enumerate(label):
            place = middle - words / 2 + _LINE * number + 12
            yield _text(left - 8, place, line, anchor="end")
        bottom = self.y + max(bars, words)
        self.y = int(middle - bars / 2)
        for number, one in enumerate(self.data.series):
            yield self._bar(left, number, one, at)
            self.y += _BAR
        self.y = bottom + _GAP

    def _bar(self, left: int, number: int, one: Series, at: int) -> str:
        """A bar, the interval over it, and the value after both."""
        colour, value = COLOURS[number % len(COLOURS)], one.values[at]
        if value is None:
            shape = _hatched(left, self.y + 1, 14, _BAR - 2, colour)
            return shape + _text(left + 20, self.y + 13, f". {UNKNOWN}", kind="s")
        scale = (WIDTH - left - 150) / self.longest
        length = round(scale * value, 1)
        drawn = _square(left, self.y + 1, length, _BAR - 2, colour)
        ends = [round(scale * (end[at] or 0), 1) for end in one.ends]
        if ends:
            low, high = (left + end for end in ends)
            drawn += _whisker(low, high, self.y + _BAR // 2)
        beside = left + max(length, *ends, 0.0) + 6
        return drawn + _text(beside, self.y + 13, printed(value), kind="v")

    def _lines(self) -> Iterator[str]:
        """Per series a line from half-year to half-year, broken where hidden."""
        top, height, left = self.y + 8, 260, 24
        names = [f"{one.name} {printed(one.values[-1])}" for one in self.data.series]
        known = [
            n for n, one in enumerate(self.data.series) if one.values[-1] is not None
        ]
        longest = max((len(names[number]) for number in known), default=0)
        right = WIDTH - 28 - int(longest * _CHARACTER)
        step = (right - left) / max(len(self.data.categories) - 1, 1)
        yield _line(left, top + height, right, top + height)
        for at, category in enumerate(self.data.categories):
            last = at == len(self.data.categories) - 1
            anchor = "end" if last and at else "start" if not at else "middle"
            yield _text(left + at * step, top + height + 20, category.label, anchor)
        ends = []
        for number, one in enumerate(self.data.series):
            points = [
                (left + at * step, self._height(value, top, height))
                for at, value in enumerate(one.values)
            ]
            yield from _polyline(points, number)
            if points[-1][1] is not None:
                ends.append((points[-1][1], number))
        yield from self._ends(ends, names, right, top + height)
        self.y = top + height + 44
        for number, one in enumerate(self.data.series):
            if number not in known:
                yield self._unknown(number, one.name)

    def _unknown(self, number: int, name: str) -> str:
        """Under the chart, a line that has no end to stand beside: it is not zero."""
        colour = COLOURS[number % len(COLOURS)]
        shape = _hatched(24, self.y - 10, 14, 11, colour)
        drawn = shape + _text(46, self.y, f"{name}: {UNKNOWN}")
        self.y += 18
        return drawn

    def _height(self, value: int | None, top: int, height: int) -> float | None:
        if value is None:
            return None
        return round(top + height - height * value / self.longest, 1)

    def _ends(
        self,
        ends: Sequence[tuple[float, int]],
        names: Sequence[str],
        x: float,
        lowest: float,
    ) -> Iterator[str]:
        """The name of each line at its end, moved apart where they would overlap."""
        places: list[tuple[float, int]] = []
        below = lowest + 8
        for y, number in sorted(ends, reverse=True):
            below = min(y + 4, below - 16)
            places.append((below, number))
        for y, number in places:
            colour = COLOURS[number % len(COLOURS)]
            yield _square(x + 10, y - 9, 8, 8, colour)
            yield _text(x + 22, y, names[number])

    def _legend(self) -> Iterator[str]:
        x = 0.0
        self.y += 4
        for number, one in enumerate(self.data.series):
            wide = 34 + len(one.name) * _CHARACTER
            if x + wide > WIDTH:
                x, self.y = 0.0, self.y + 20
            colour = COLOURS[number % len(COLOURS)]
            yield _square(x, self.y - 10, 22, 11, colour)
            yield _text(x + 28, self.y, one.name)
            x = round(x + wide + 8, 1)
        self.y += 20

    def _notes(self) -> Iterator[str]:
        self.y += 14
        for note in _wrapped(" ".join(self.data.notes), 112):
            yield _text(0, self.y, note, kind="n")
            self.y += 16


def _polyline(
    points: Sequence[tuple[float, float | None]], number: int
) -> Iterator[str]:
    colour, dash = COLOURS[number % len(COLOURS)], _DASHES[number % len(_DASHES)]
    for (x1, y1), (x2, y2) in pairwise(points):
        if y1 is not None and y2 is not None:
            yield (
                f'<line x1="{x1:.1f}" y1="{y1}" x2="{x2:.1f}" y2="{y2}" '
                f'stroke="{colour}" stroke-width="2.5" stroke-dasharray="{dash}"/>'
            )
    for x, y in points:
        if y is not None:
            yield f'<circle cx="{x:.1f}" cy="{y}" r="4" fill="{colour}"/>'


def _text(x: float, y: float, words: str, anchor: str = "", kind: str = "") -> str:
    given = {"text-anchor": anchor, "class": kind}
    more = "".join(f' {name}="{value}"' for name, value in given.items() if value)
    return f'<text x="{x:g}" y="{y:g}"{more}>{escape(words)}</text>'


def _square(x: float, y: float, width: float, height: float, colour: str) -> str:
    place = f'x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"'
    return f'<rect {place} fill="{colour}"/>'


def _hatched(x: float, y: float, width: float, height: float, colour: str) -> str:
    place = f'x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"'
    return (
        f'<rect {place} fill="url(#hatch)" stroke="{colour}" stroke-dasharray="3 2"/>'
    )


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" stroke="#4a4a49"/>'


def _whisker(low: float, high: float, middle: int) -> str:
    """An interval: a line with an end on either side, light around dark."""
    across = f"M{low:g} {middle - 4}v8M{high:g} {middle - 4}v8"
    path = f'd="M{low:g} {middle}H{high:g}{across}" fill="none"'
    return (
        f'<path {path} stroke="#fff" stroke-width="4"/>'
        f'<path {path} stroke="#1d1d1b" stroke-width="1.5"/>'
    )


def _hatching(name: str) -> str:
    return (
        f'<defs><pattern id="hatch-{name}" width="6" height="6" '
        'patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="6" height="6" fill="#fff"/>'
        '<line x1="0" y1="0" x2="0" y2="6" stroke="#4a4a49" stroke-width="2"/>'
        "</pattern></defs>"
    )


def _wrapped(words: str, most: int) -> list[str]:
    lines = [""]
    for word in words.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > most:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
