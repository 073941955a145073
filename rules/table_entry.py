"""A table entry of the catalogue: the published table that it declares."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from rules.classification import Dimension
from rules.classification_file import LabelledDimension, read_dimension
from rules.entry import Entry
from rules.errors import RuleError
from rules.indicator import Breakdown, Margin, Statement, TableSpec
from rules.vocabulary import PARTS, STACKED


_KEYS = (
    "title", "breakdown", "dimensions", "impossible", "consent", "source", "margin",
    "statement",
)  # fmt: skip


def table_from(code: str, entry: Entry, classifications: Path) -> TableSpec | None:
    """The table, or None when one of its classifications cannot be used."""
    entry.only(_KEYS)
    entry.matches(code, "[a-z][a-z0-9_]*", "the table's code")
    title = entry.text("title")
    breakdown = entry.word("breakdown", Breakdown)
    consent = entry.named("consent", PARTS)
    source = entry.string("source", "")
    names = entry.strings(entry.keys.get("dimensions"), "'dimensions'")
    found = [_dimension(name, entry, classifications) for name in names]
    usable = [each for each in found if each is not None]
    if not names or len(usable) < len(names):
        return None
    dimensions = tuple(each.dimension for each in usable)
    _must_fit(breakdown, dimensions, entry)
    return TableSpec(
        code=code,
        title=title,
        breakdown=breakdown,
        dimensions=dimensions,
        labels={each.dimension.name: each.labels for each in usable},
        impossible=_impossible(entry, dimensions),
        consent=consent,
        source=source,
        margins=tuple(_margins(entry, dimensions)),
        statements=tuple(_statements(entry, dimensions)),
    )


def _margins(entry: Entry, dimensions: tuple[Dimension, ...]) -> Iterator[Margin]:
    """The margins that are published; each dimension has to be in one of them."""
    names = [dimension.name for dimension in dimensions]
    listed = _list_of_tables(entry, "margin")
    unused = set(names) if listed else set()
    for number, keys in enumerate(listed, start=1):
        margin = Entry(f"{entry.where}, margin {number}", keys, entry.problems)
        margin.only(("code", "title", "dimensions"))
        kept = margin.strings(keys.get("dimensions"), "'dimensions'")
        margin.among(kept, names, "'dimensions'")
        unused -= set(kept)
        code = margin.string("code")
        margin.matches(code, "[a-z][a-z0-9_]*", "the margin's code")
        yield Margin(code, margin.text("title"), kept)
    if unused:
        entry.wrong(f"no margin has the dimensions {', '.join(sorted(unused))}")


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


def _must_fit(
    breakdown: Breakdown, dimensions: tuple[Dimension, ...], entry: Entry
) -> None:
    """A breakdown gives a code on certain dimensions only."""
    if breakdown is Breakdown.TYPE:
        if len(dimensions) != 1:
            entry.wrong("breakdown 'type' has one dimension, the types")
        return
    if [dimension.name for dimension in dimensions] != list(STACKED):
        entry.wrong(f"breakdown 'stapeling' has the dimensions {', '.join(STACKED)}")
        return
    for dimension in dimensions:
        parts = tuple(code for code in dimension.codes if code != dimension.total)
        if parts != STACKED[dimension.name]:
            entry.wrong(
                f"dimension {dimension.name!r} must have the codes "
                f"{', '.join(STACKED[dimension.name])}, in this order"
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
