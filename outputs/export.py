"""A verified release -> the same tables in other formats, in a folder per format.

Made after the release and from nothing but its files: what was voted on is what is in
them. The same release gives the same bytes with the same versions of the libraries, so
that whoever has the release can make an export again and compare.
"""

import hashlib
import importlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engine import parallel
from outputs.folders import folder_beside, put
from outputs.manifest import SEAL
from outputs.published import PublishedRelease, read_published


FORMATS = {
    "csv": "outputs.packages",
    "excel": "outputs.excel",
    "odata3": "outputs.odata3",
    "odata4": "outputs.odata4",
    "parquet": "outputs.parquet",
    "sdmx": "outputs.sdmx",
    "swing": "outputs.swing",
}
"""Name of a format, and of its folder -> the module whose `files` makes it."""

TABLE_BY_TABLE = frozenset({"excel", "parquet", "swing"})
"""Formats of which no file is about more than one table."""

SUMS = "SHA256SUMS"
"""The list of all files, as `sha256sum --check` reads it."""

Files = Callable[[PublishedRelease], Iterator[tuple[str, bytes]]]


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: files and bytes per format."""

    folder: Path
    files: dict[str, int]
    sizes: dict[str, int]

    def __str__(self) -> str:
        lines = [
            f"{name}: {self.files[name]} files, {self.sizes[name] / 1e6:.1f} MB"
            for name in self.files
        ]
        return "\n".join([*lines, f"in {self.folder}"])


def export(
    released: Path,
    target: Path,
    formats: Sequence[str] = tuple(FORMATS),
    public_key: Path | None = None,
) -> Exported:
    """Write the formats to a new folder; one that has them already is left as it is."""
    release = read_published(released, public_key)
    with folder_beside(target) as folder:
        work = [piece for name in formats for piece in _pieces(release, name, folder)]
        parallel.each(_write, work, [piece.cells for piece in work])
        _write_seal(release, folder)
        made = _exported(folder, target, formats)
        if not (target.is_dir() and _same(folder, target)):
            put(folder, target)
    return made


@dataclass(frozen=True, slots=True)
class _Piece:
    """Work for one core: these tables in this format."""

    format: str
    release: PublishedRelease
    folder: Path

    @property
    def cells(self) -> int:
        return sum(table.values.size for table in self.release.tables)


def _pieces(release: PublishedRelease, name: str, folder: Path) -> list[_Piece]:
    if name not in TABLE_BY_TABLE:
        return [_Piece(name, release, folder / name)]
    return [
        _Piece(name, replace(release, tables=(table,)), folder / name)
        for table in release.tables
    ]


def _write(piece: _Piece) -> None:
    files: Files = importlib.import_module(FORMATS[piece.format]).files
    for path, content in files(piece.release):
        where = piece.folder / path
        where.parent.mkdir(parents=True, exist_ok=True)
        where.write_bytes(content)


def _write_seal(release: PublishedRelease, folder: Path) -> None:
    """The signed manifest of the release that this is made from, and a list of all."""
    for name in SEAL:
        shutil.copyfile(release.folder / name, folder / name)
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name}\n"
        for name, path in _files(folder).items()
    ]
    (folder / SUMS).write_text("".join(lines), "utf-8")


def _exported(folder: Path, target: Path, formats: Sequence[str]) -> Exported:
    sizes = {
        name: [path.stat().st_size for path in _files(folder / name).values()]
        for name in formats
    }
    return Exported(
        target,
        {name: len(found) for name, found in sizes.items()},
        {name: sum(found) for name, found in sizes.items()},
    )


def _files(folder: Path) -> dict[str, Path]:
    """Path inside a folder -> path, sorted."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return dict(sorted((path.relative_to(folder).as_posix(), path) for path in found))


def _same(one: Path, other: Path) -> bool:
    """Whether two folders have the same files with the same bytes."""
    files, others = _files(one), _files(other)
    return files.keys() == others.keys() and all(
        path.read_bytes() == others[name].read_bytes() for name, path in files.items()
    )
