"""A verified release folder -> its tables as cubes, which every format is written from.

A cube holds what the table file holds and nothing else: no format can show more.
"""

import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from outputs.description import TableDescription, described, description_path
from outputs.errors import ReleaseRefused
from outputs.layout import columns
from outputs.manifest import Manifest, table_path
from outputs.symbols import HIDDEN, ReleaseStatus, period_label
from outputs.verify import verify
from rules.period import HalfYear


Values = npt.NDArray[np.int64]
States = npt.NDArray[np.uint8]

IS_SHOWN, IS_HIDDEN, IS_IMPOSSIBLE = 0, 1, 2
"""A cell has a value, or hides one, or cannot occur."""


@dataclass(frozen=True, slots=True)
class Region:
    """A region with rows in a table: its level, code and name as published."""

    level: str
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class ReleasedTable:
    """A table as it was cleared.

    `values` and `states` have an axis for regions, one for each dimension and one for
    measures; a value is 0 where none is published.
    """

    text: TableDescription
    period: HalfYear
    status: ReleaseStatus
    regions: tuple[Region, ...]
    values: Values
    states: States

    @property
    def code(self) -> str:
        return self.text.code

    @property
    def period_label(self) -> str:
        return period_label(self.period, self.status).nl

    @property
    def codes(self) -> list[list[str]]:
        """The codes along each axis, measures last."""
        return [
            [region.code for region in self.regions],
            *(list(dimension.codes) for dimension in self.text.dimensions),
            [measure.code for measure in self.text.measures],
        ]


@dataclass(frozen=True, slots=True)
class PublishedRelease:
    """A release that was found whole, and its tables in the order of the manifest."""

    folder: Path
    manifest: Manifest
    tables: tuple[ReleasedTable, ...]

    def read(self, path: str) -> bytes:
        """The bytes of a released file."""
        return _released(self.folder, self.manifest, path)


def read_published(folder: Path, public_key: Path | None = None) -> PublishedRelease:
    """The tables of a release; VerificationFailed when the folder is not whole."""
    manifest = verify(folder, public_key).manifest
    tables = tuple(read_table(folder, manifest, name) for name in manifest.facts.tables)
    return PublishedRelease(folder, manifest, tables)


def spread(words: Sequence[str], axis: int, shape: Sequence[int]) -> list[str]:
    """The words of one axis, one for each cell of a cube of this shape, in its order.

    Of axis 0 of a cube of 2 by 3: a a a b b b; of axis 1: x y z x y z.
    """
    repeat = int(np.prod(shape[axis + 1 :]))
    once = [word for word in words for _ in range(repeat)]
    return once * int(np.prod(shape[:axis]))


def read_table(folder: Path, manifest: Manifest, name: str) -> ReleasedTable:
    facts = manifest.facts.tables[name]
    if description_path(name) not in manifest.files:
        raise ReleaseRefused(
            f"{description_path(name)} is not in this release: it was made by an older "
            f"gmsd; release it again"
        )
    text = described(_released(folder, manifest, description_path(name)), name, facts)
    content = _released(folder, manifest, table_path(name))
    return cube(text, content, manifest.facts.period, manifest.facts.status)


def cube(
    text: TableDescription, content: bytes, period: HalfYear, status: ReleaseStatus
) -> ReleasedTable:
    """A table file, described by `text`, as a cube."""
    dimensions = {one.name: list(one.codes) for one in text.dimensions}
    cells = _columns(content, dimensions)
    regions, codes = _regions(cells)
    axes = [codes, *dimensions.values(), [one.code for one in text.measures]]
    names = ["region_code", *dimensions, "measure"]
    places = [
        pc.index_in(cells[name], value_set=pa.array(words)).to_numpy()
        for name, words in zip(names, axes, strict=True)
    ]
    shape = tuple(map(len, axes))
    order = np.ravel_multi_index(places, shape)
    values = np.zeros(shape, dtype=np.int64)
    states = np.full(shape, IS_IMPOSSIBLE, dtype=np.uint8)
    values.flat[order] = pc.fill_null(cells["value"], 0).to_numpy()
    hidden = pc.equal(cells["symbol"], HIDDEN.sign).to_numpy()
    shown = pc.is_valid(cells["value"]).to_numpy()
    states.flat[order] = np.select(
        [hidden, shown], [IS_HIDDEN, IS_SHOWN], IS_IMPOSSIBLE
    )
    return ReleasedTable(text, period, status, regions, values, states)


def _released(folder: Path, manifest: Manifest, path: str) -> bytes:
    """The bytes of a file, if they still are those that were verified."""
    content = (folder / path).read_bytes()
    if hashlib.sha256(content).hexdigest() != manifest.files[path].sha256:
        raise ReleaseRefused(f"{path} changed while it was read; try again")
    return content


def _columns(content: bytes, dimensions: Iterable[str]) -> pa.Table:
    """The file as text, but for its values; only the value may be missing."""
    names = columns(dimensions)
    types = {name: pa.string() for name in names} | {"value": pa.int64()}
    return arrow_csv.read_csv(
        io.BytesIO(content),
        convert_options=arrow_csv.ConvertOptions(
            column_types=types, null_values=[""], strings_can_be_null=False
        ),
    )


def _regions(content: pa.Table) -> tuple[tuple[Region, ...], list[str]]:
    """The regions in the order of the file, and their codes."""
    names = ["region_level", "region_code", "region_name"]
    found = dict.fromkeys(
        zip(*(content[name].to_pylist() for name in names), strict=True)
    )
    regions = tuple(Region(*one) for one in found)
    return regions, [region.code for region in regions]
