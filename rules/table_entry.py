"""A table entry of the catalogue: the published table that it declares."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from rules.classification import Dimension
from rules.classification_file import LabelledDimension, read_dimension
from rules.entry import Entry
from rules.errors import RuleError
from rules.indicator import (
    Characteristic,
    Margin,
    RegionLevel,
    Statement,
    TableSpec,
)
from rules.region import area_types, crossing
from rules.vocabulary import CODES, PARTS


_KEYS = (
    "title", "dimensions", "regions", "areas", "impossible", "consent", "source",
    "margin", "statement", "half_yearly",
)  # fmt: skip


_MARGIN_KEYS = (
    "code", "title", "dimensions", "regions", "areas", "codes", "source", "half_yearly",
)  # fmt: skip
MOST_DIMENSIONS = 2
"""Crossed in one published table, besides region."""


def table_from(code: str, entry: Entry, classifications: Path) -> TableSpec | None:
    """The table, or None when one of its classifications cannot be used."""
    entry.only(_KEYS)
    entry.matches(code, "[a-z][a-z0-9_]*", "the table's code")
    title = entry.text("title")
    consent = entry.named("consent", PARTS)
    source = entry.string("source", "")
    by = _characteristics(entry)
    found = [_dimension(name, entry, classifications) for name in by]
    usable = [each for each in found if each is not None]
    if not by or len(usable) < len(by):
        return None
    dimensions = tuple(each.dimension for each in usable)
    for dimension in dimensions:
        _must_fit(by[dimension.name], dimension, entry)
    margins = tuple(_margins(entry, dimensions))
    if not margins and len(dimensions) > MOST_DIMENSIONS:
        entry.wrong(f"more than {MOST_DIMENSIONS} dimensions; publish margins")
    return TableSpec(
        code=code,
        title=title,
        by=by,
        dimensions=dimensions,
        labels={each.dimension.name: each.labels for each in usable},
        impossible=_impossible(entry, dimensions),
        consent=consent,
        source=source,
        regions=_regions(entry),
        areas=_areas(entry),
        half_yearly=entry.yes("half_yearly"),
        margins=margins,
        statements=tuple(_statements(entry, dimensions)),
    )


def _characteristics(entry: Entry) -> Mapping[str, Characteristic]:
    """Dimension -> what its codes say."""
    words = entry.keys.get("dimensions")
    if not isinstance(words, dict) or not words:
        entry.wrong("'dimensions' must be a table: what each of them says")
        return {}
    said = Entry(f"{entry.where}, dimensions", words, entry.problems)
    return {name: said.word(name, Characteristic) for name in words}


def _regions(entry: Entry) -> RegionLevel:
    if "regions" not in entry.keys:
        return RegionLevel.WIJK
    return entry.word("regions", RegionLevel)


def _areas(entry: Entry) -> tuple[str, ...]:
    """Types of region; what cuts across others needs the gemeenten that both are of.

    Without those nobody could say how the figures hang together.
    """
    if "areas" not in entry.keys:
        return ()
    areas = entry.strings(entry.keys["areas"], "'areas'")
    entry.among(areas, area_types(), "'areas'")
    known = [each for each in areas if each in area_types()]
    across = crossing(_regions(entry), known)
    if across:
        entry.wrong(f"'areas' has {', '.join(across)}; that needs gemeenten as regions")
    return areas


def _margins(entry: Entry, dimensions: tuple[Dimension, ...]) -> Iterator[Margin]:
    """The margins that are published; each dimension has to be in one of them."""
    names = [dimension.name for dimension in dimensions]
    listed = _list_of_tables(entry, "margin")
    unused = set(names) if listed else set()
    for number, keys in enumerate(listed, start=1):
        margin = Entry(f"{entry.where}, margin {number}", keys, entry.problems)
        margin.only(_MARGIN_KEYS)
        kept = margin.strings(keys.get("dimensions"), "'dimensions'")
        margin.among(kept, names, "'dimensions'")
        unused -= set(kept)
        code = margin.string("code")
        margin.matches(code, "[a-z][a-z0-9_]*", "the margin's code")
        if len(kept) > MOST_DIMENSIONS:
            margin.wrong(f"more than {MOST_DIMENSIONS} dimensions; cross fewer")
        yield Margin(
            code,
            margin.text("title"),
            kept,
            regions=_regions(margin),
            areas=_areas(margin),
            codes=_kept_codes(margin, dimensions),
            source=margin.string("source", ""),
            half_yearly=margin.yes("half_yearly"),
        )
    if unused:
        entry.wrong(f"no margin has the dimensions {', '.join(sorted(unused))}")


def _kept_codes(
    margin: Entry, dimensions: tuple[Dimension, ...]
) -> Mapping[str, tuple[str, ...]]:
    """Per dimension the codes that are published; of a parent all parts, or none."""
    keys = margin.keys.get("codes", {})
    if not isinstance(keys, dict):
        margin.wrong("'codes' must be a table of dimensions and codes")
        return {}
    found = {}
    own = {each.name: each for each in dimensions}
    margin.among(keys, own, "'codes'")
    for name in sorted(keys.keys() & own.keys()):
        codes = margin.strings(keys[name], f"'codes.{name}'")
        margin.among(codes, own[name].codes, f"'codes.{name}'")
        parts = [
            (parent, {*children} & {*codes}, {*children})
            for tree in own[name].hierarchies
            for parent, children in tree.children().items()
        ]
        if split := sum(bool(kept) and kept != whole for _, kept, whole in parts):
            margin.wrong(f"'codes.{name}' keeps some parts only of {split} parents")
        known = {own[name].total, *codes}
        if lost := sum(bool(kept) and parent not in known for parent, kept, _ in parts):
            margin.wrong(f"'codes.{name}' keeps parts without their {lost} parents")
        found[name] = codes
    return found


def _statements(entry: Entry, dimensions: tuple[Dimension, ...]) -> Iterator[Statement]:
    for number, keys in enumerate(_list_of_tables(entry, "statement"), start=1):
        said = Entry(f"{entry.where}, statement {number}", keys, entry.problems)
        said.only(("text", "smaller", "larger"))
        yield Statement(
            said.text("text"),
            _cells(said, "smaller", dimensions),
            _cells(said, "larger", dimensions),
        )


def _list_of_tables(entry: Entry, key: str) -> list[dict[str, object]]:
    """The entries [[table.CODE.key]]."""
    listed = entry.keys.get(key, [])
    if isinstance(listed, list) and all(isinstance(one, dict) for one in listed):
        return listed
    entry.wrong(f"write every {key} as [[table.CODE.{key}]]")
    return []


def _dimension(name: str, entry: Entry, folder: Path) -> LabelledDimension | None:
    entry.matches(name, "[a-z][a-z0-9_]*", "a dimension")
    if not (folder / f"{name}.csv").is_file():
        entry.wrong(f"dimension {name!r} needs the file classifications/{name}.csv")
        return None
    try:
        return read_dimension(folder / f"{name}.csv")
    except RuleError as error:
        entry.problems.extend(
            f"classifications/{line}"
            for line in str(error).splitlines()
            if f"classifications/{line}" not in entry.problems
        )
        return None


def _must_fit(word: Characteristic, dimension: Dimension, entry: Entry) -> None:
    """What is counted gives certain codes only."""
    expected = CODES.get(word.value)
    if expected is None:
        return
    found = [
        code
        for tree in dimension.hierarchies
        for code, parent in tree.parents.items()
        if parent == dimension.total
    ]
    if set(found) != set(expected):
        entry.wrong(
            f"dimension {dimension.name!r} must have the codes "
            f"{', '.join(expected)} under its total"
        )


def _impossible(
    entry: Entry, dimensions: tuple[Dimension, ...]
) -> tuple[Mapping[str, str], ...]:
    return _cells(entry, "impossible", dimensions) if "impossible" in entry.keys else ()


def _cells(
    entry: Entry, key: str, dimensions: tuple[Dimension, ...]
) -> tuple[Mapping[str, str], ...]:
    """A list of cells, as code per dimension."""
    codes = {dimension.name: dimension.codes for dimension in dimensions}
    listed = entry.keys.get(key)
    if not isinstance(listed, list) or not all(
        isinstance(cell, dict) and cell for cell in listed
    ):
        entry.wrong(f"{key!r} must be a list of cells, as code per dimension")
        return ()
    for cell in listed:
        entry.among(cell, codes, f"{key!r}")
        for name in set(cell) & set(codes):
            entry.among([cell[name]], codes[name], f"'{key}.{name}'")
    return tuple(listed)
