"""Boundaries of wijken -> SVG paths per gemeente, drawn to fit a square.

From a GeoJSON file of the user (CBS, Wijk- en Buurtkaart), in degrees or in metres of
the Rijksdriehoek; a feature is of the wijk whose code is one of its properties.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import cos, radians
from pathlib import Path

from outputs.errors import ReleaseRefused
from outputs.layout import REGION_CODE


SIDE = 1000
"""Width and height of a map; a tenth of a percent is as fine as a screen shows."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Frame:
    """From coordinates on the ground to places on the map, north up."""

    west: float
    north: float
    across: float
    up: float

    def place(self, point: Point) -> tuple[int, int]:
        x, y = point[0], point[1]
        return (
            round((x - self.west) * self.across),
            round((self.north - y) * self.up),
        )


def read_boundaries(path: Path) -> dict[str, dict[str, str]]:
    """Gemeente -> wijk -> the path of its boundary on the map of the gemeente."""
    rings: dict[str, dict[str, list[list[Point]]]] = {}
    try:
        features = json.loads(path.read_text("utf-8"))["features"]
        for feature in features:
            wijk = _wijk(feature["properties"])
            if wijk is not None:
                found = list(_rings(feature["geometry"]))
                rings.setdefault(f"GM{wijk[2:6]}", {}).setdefault(wijk, []).extend(
                    found
                )
    except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
        raise ReleaseRefused(
            f"{path}: is no GeoJSON of features with polygons; give another file"
        ) from error
    if not rings:
        raise ReleaseRefused(
            f"{path}: none of {len(features)} features has the code of a wijk "
            f"(WK and six digits) among its properties; give another file"
        )
    return {gemeente: _paths(of) for gemeente, of in rings.items()}


def _wijk(properties: Mapping[str, object]) -> str | None:
    """The first of the properties that is the code of a wijk."""
    texts = (value for value in properties.values() if isinstance(value, str))
    codes = (text for text in texts if REGION_CODE.fullmatch(text))
    return next((code for code in codes if code.startswith("WK")), None)


def _rings(geometry: Mapping[str, object]) -> Iterator[list[Point]]:
    """Every ring of a polygon, or of several."""
    polygons = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        polygons = [polygons]
    elif geometry["type"] != "MultiPolygon":
        raise ValueError("no polygon")
    assert isinstance(polygons, list)  # noqa: S101 - json has lists
    for polygon in polygons:
        for ring in polygon:
            yield [(float(point[0]), float(point[1])) for point in ring]


def _paths(wijken: Mapping[str, list[list[Point]]]) -> dict[str, str]:
    points = [point for rings in wijken.values() for ring in rings for point in ring]
    frame = _frame(points)
    return {
        wijk: "".join(_path([frame.place(point) for point in ring]) for ring in rings)
        for wijk, rings in wijken.items()
    }


def _frame(points: list[Point]) -> _Frame:
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    in_degrees = max(abs(east), abs(north)) <= 180
    narrow = cos(radians((south + north) / 2)) if in_degrees else 1.0
    scale = SIDE / max((east - west) * narrow, north - south, 1e-9)
    return _Frame(west, north, scale * narrow, scale)


def _path(places: list[tuple[int, int]]) -> str:
    """A closed path, without places that fall on the one before."""
    kept = [p for at, p in enumerate(places) if at == 0 or p != places[at - 1]]
    return "M" + "L".join(f"{x},{y}" for x, y in kept) + "Z"
