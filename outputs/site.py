"""Releases -> a dashboard of static pages that works from a folder, without network.

The page is plain HTML and JavaScript (`outputs/site`); its data are scripts, one for
each region, since a page that was opened from a folder may load no other kind of file.
They hold published values only: null is a hidden one.
"""

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from outputs.figure import Figure, Shows, declared
from outputs.figure_data import Reference, ends_of
from outputs.layout import REGION_CODE
from outputs.pages import TEMPLATES
from outputs.released import COUNTRY, Publication, having
from outputs.symbols import HIDDEN, period_label, signs_of


STATIC = Path(__file__).parent / "site"

_OURS = re.compile(rf"{REGION_CODE.pattern}|G[0-9]+")
"""The names of scripts that are written here."""

Json = object
Having = Mapping[Figure, tuple[Publication, ...]]
"""Figure -> the releases that have it, oldest first."""


@dataclass(frozen=True, slots=True)
class Extras:
    """What a user may add: reference groups, and boundaries of wijken by gemeente."""

    groups: Mapping[str, Reference] = field(default_factory=dict)
    boundaries: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def write_site(
    publications: Sequence[Publication], folder: Path, extras: Extras | None = None
) -> int:
    """Write the pages into a folder; gives the number of files.

    Data that an earlier run left, of a gemeente that takes part no more for example,
    are taken away.
    """
    more = extras or Extras()
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    static = [*STATIC.iterdir(), TEMPLATES / "style.css"]
    for path in static:
        shutil.copyfile(path, folder / path.name)
    latest = publications[-1]
    found = {one: having(publications, one) for one in declared().figures}
    figures = {one: those for one, those in found.items() if those}
    groups = _groups(more.groups)
    index = _index(publications, figures, groups)
    scripts = {"index": f"GMSD.start({_text(index)})\n"}
    regions = [code for code in latest.regions if code[:2] != "WK"]
    for code in regions:
        content = _region(latest, figures, code, more)
        scripts[code] = f"GMSD.receive({_text(code)},{_text(content)})\n"
    for code, group in groups.items():
        content = _group(figures, group)
        scripts[code] = f"GMSD.receive({_text(code)},{_text(content)})\n"
    for name, script in scripts.items():
        (data / f"{name}.js").write_text(script, "utf-8")
    for path in data.glob("*.js"):
        if _OURS.fullmatch(path.stem) and path.stem not in scripts:
            path.unlink()
    return len(scripts) + len(static)


def _text(content: Json) -> str:
    """JSON that is a script too: nothing in it can end the script or the line."""
    said = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return re.sub("[\u2028\u2029<]", lambda found: f"\\u{ord(found[0]):04x}", said)


def _groups(by_gemeente: Mapping[str, Reference]) -> dict[str, Reference]:
    """Each group under a code of its own."""
    each = dict.fromkeys(by_gemeente.values())
    return {f"G{number}": group for number, group in enumerate(each, start=1)}


def _index(
    publications: Sequence[Publication],
    figures: Having,
    groups: Mapping[str, Reference],
) -> Json:
    latest = publications[-1]
    signs = [HIDDEN, *signs_of({one.status for one in publications})]
    return {
        "country": COUNTRY,
        "regions": {
            code: region.name
            for code, region in sorted(latest.regions.items())
            if code[:2] != "WK"
        },
        "groups": {code: group.name for code, group in groups.items()},
        "figures": [_figure(one, those) for one, those in figures.items()],
        "symbols": [[one.sign, asdict(one.meaning)] for one in signs],
    }


def _figure(figure: Figure, publications: Sequence[Publication]) -> Json:
    """The words of a figure, in both languages, and the half-years that have it."""
    text = publications[-1].texts[figure.table]
    measure = figure.measure_in(text)
    labels = figure.dimension_in(text).codes
    return {
        "code": figure.code,
        "title": asdict(figure.title),
        "unit": asdict(measure.unit),
        "definition": asdict(measure.definition),
        "shows": figure.shows.value,
        "tile": figure.tile,
        "periods": [asdict(period_label(p.period, p.status)) for p in publications],
        "series": [asdict(one.title) for one in figure.series],
        "codes": [[code, asdict(labels[code])] for code in figure.codes_in(text)],
    }


def _region(latest: Publication, figures: Having, region: str, extras: Extras) -> Json:
    """A region's values per figure, a row per half-year; and those of its wijken."""
    rows = {
        one.code: [each.row(one, region) for each in those]
        for one, those in figures.items()
    }
    ends = {
        one.code: [ends_of(each, one, region) for each in those]
        for one, those in figures.items()
        if one.interval
    }
    wijken = latest.wijken(region) if region.startswith("GM") else ()
    by_wijk = {
        one.code: {wijk: those[-1].row(one, wijk) for wijk in wijken}
        for one, those in figures.items()
        if one.shows is Shows.WIJKEN
    }
    known = extras.boundaries.get(region, {})
    return {
        "rows": rows,
        "ends": ends,
        "wijken": {wijk: latest.name(wijk) for wijk in wijken},
        "byWijk": by_wijk,
        "map": {wijk: known[wijk] for wijk in wijken if wijk in known},
    }


def _group(figures: Having, group: Reference) -> Json:
    rows = {
        one.code: [group.row(each, one) for each in those]
        for one, those in figures.items()
    }
    ends = {
        one.code: [group.ends(each, one) for each in those]
        for one, those in figures.items()
        if one.interval
    }
    return {"rows": rows, "ends": ends, "wijken": {}, "byWijk": {}, "map": {}}
