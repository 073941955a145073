import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from outputs.errors import ReleaseRefused
from outputs.figure import (
    COLOURS,
    FigureData,
    Series,
    _draw,
    alt_text,
    figure_png,
    figure_svg,
    households_by_number,
)
from outputs.symbols import ReleaseStatus
from tests.support.releases import HOUSEHOLDS, TABLE, table_bytes


SVG = "{http://www.w3.org/2000/svg}"
DATA = FigureData(
    "Aantal voorzieningen per huishouden",
    ("1 voorziening", "2 voorzieningen", "3 voorzieningen"),
    (
        Series("Ameland & co", (81, None, 0)),
        Series("Nederland", (1097, 49, 25)),
    ),
    ("Een noot.",),
)


def test_the_figure_is_the_published_rates_of_a_gemeente_beside_nederland():
    data = households_by_number(table_bytes(), TABLE, "GM0310", HOUSEHOLDS)
    assert data.categories == ("1 voorziening", "2 of meer voorzieningen")
    assert data.series == (  # 100/1890, 30/1890; 12330/123456, 4060/123456
        Series("De Bilt", (53, 16)),
        Series("Nederland", (100, 33)),
    )
    assert data.title == (
        "Aantal voorzieningen per huishouden, De Bilt en Nederland\n"
        "(per 1.000 huishoudens), 1e halfjaar 2023*"
    )


def test_final_figures_have_no_star():
    data = households_by_number(
        table_bytes(ReleaseStatus.FINAL), TABLE, "GM0310", HOUSEHOLDS
    )
    assert data.title.endswith("1e halfjaar 2023")


def test_a_hidden_value_stays_hidden():
    hidden = table_bytes().replace(
        b"De Bilt,T,1,STA_HUISHOUDENS_PER_1000,53,*",
        b"De Bilt,T,1,STA_HUISHOUDENS_PER_1000,,.",
    )
    assert hidden != table_bytes()
    data = households_by_number(hidden, TABLE, "GM0310", HOUSEHOLDS)
    assert data.series[0].values == (None, 16)


def test_a_gemeente_that_is_not_in_the_table_has_no_figure():
    with pytest.raises(ReleaseRefused, match="no figure for GM9999: 2 of its cells"):
        households_by_number(table_bytes(), TABLE, "GM9999", HOUSEHOLDS)


def test_hidden_is_hatched_and_labelled_and_never_a_zero():
    (axes,) = _draw(DATA).axes
    hatched = [bar for bar in axes.patches if bar.get_hatch()]
    assert len(hatched) == 1
    assert hatched[0].get_y() > axes.patches[0].get_y()  # the second category
    labels = [text.get_text() for text in axes.texts]
    assert labels == ["81", ". geheim of onbekend", "0", "1.097", "49", "25"]


def test_a_zero_is_a_bar_without_length_and_without_hatching():
    (axes,) = _draw(DATA).axes
    zero = axes.patches[2]
    assert (zero.get_width(), zero.get_hatch()) == (0, None)


def test_a_figure_of_which_all_is_hidden_can_be_drawn():
    nothing = FigureData("t", ("1",), (Series("a", (None,)), Series("b", (None,))), ())
    (axes,) = _draw(nothing).axes
    assert all(bar.get_hatch() for bar in axes.patches)


def test_the_svg_has_real_text_a_title_and_a_description():
    root = ElementTree.fromstring(figure_svg(DATA))  # noqa: S314 - our own bytes
    assert root.findtext(f"{SVG}title") == DATA.title
    assert root.findtext(f"{SVG}desc") == alt_text(DATA)
    words = {text.text for text in root.iter(f"{SVG}text")}
    assert {"1 voorziening", "81", "1.097", ". geheim of onbekend"} <= words


def test_the_alternative_text_tells_every_number():
    assert alt_text(DATA) == (
        "Staafdiagram. Aantal voorzieningen per huishouden. "
        "Ameland & co: 1 voorziening 81, 2 voorzieningen geheim of onbekend, "
        "3 voorzieningen 0; Nederland: 1 voorziening 1.097, 2 voorzieningen 49, "
        "3 voorzieningen 25. Een noot."
    )


@pytest.mark.parametrize("draw", [figure_svg, figure_png])
def test_the_same_figure_has_the_same_bytes_and_no_date(draw):
    first, second = draw(DATA), draw(DATA)
    assert first == second
    assert not re.search(rb"dc:date|Software|matplotlib\.org", first)


def test_a_png_is_a_png():
    assert figure_png(DATA).startswith(b"\x89PNG\r\n")


@pytest.mark.parametrize("colour", COLOURS)
def test_colours_have_contrast_enough_on_white(colour):
    """WCAG 2.1, 1.4.11: graphics at least 3:1."""
    assert 1.05 / (luminance(colour) + 0.05) >= 3


def test_the_two_colours_differ_in_lightness_too():
    light, dark = sorted(map(luminance, COLOURS), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 2


def luminance(colour):
    parts = [int(colour[a:b], 16) / 255 for a, b in pairwise((1, 3, 5, 7))]
    linear = [
        p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    ]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
