"""Seeded tables in the shape of the monitor, from one province to the whole country.

`two-way`: NL > provincie > gemeente > wijk > buurt by 7 combinations of domains.
`three-way`: NL > provincie > gemeente (> wijk) by 8 ages and 5 types.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.celltable import CellTable
from rules.classification import Dimension, Hierarchy
from secure_env.table_files import write_rows


COMBINATIONS = ("J", "W", "P", "JW", "JP", "WP", "JWP")
AGES = tuple(f"A{number}" for number in range(1, 9))
TYPES = tuple(f"S{number}" for number in range(1, 6))

_SHARE = np.array([0.26, 0.42, 0.19, 0.035, 0.018, 0.070, 0.007])
_AGE = np.array([0.06, 0.10, 0.09, 0.12, 0.16, 0.15, 0.18, 0.14])
_TYPE = np.array([0.48, 0.27, 0.15, 0.08, 0.02])
_GEMEENTEN, _PROVINCES, _USE = 400, 12, 0.115

Paths = list[tuple[str, ...]]


@dataclass(frozen=True)
class Instance:
    """A frequency table: its lowest regions and the counts in each."""

    name: str
    paths: Paths
    """Per lowest region its codes, from provincie down."""
    others: tuple[tuple[str, tuple[str, ...]], ...]
    """The other dimensions: name and codes below the total `T`."""
    counts: NDArray[np.int64]
    """An axis for the lowest regions and one for each other dimension."""

    @cached_property
    def parents(self) -> dict[str, str]:
        """The parent of every region but NL."""
        return {
            code: above
            for path in self.paths
            for above, code in zip(("NL", *path), path, strict=False)
        }

    def table(self) -> CellTable:
        """All cells, margins included."""
        tree = Dimension("region", "NL", (Hierarchy(self.parents),))
        number = {code: place for place, code in enumerate(tree.codes)}
        value = np.zeros((len(number), *self.counts.shape[1:]), dtype=np.int64)
        for place in zip(*[("NL", *path) for path in self.paths], strict=True):
            np.add.at(value, [number[code] for code in place], self.counts)
        for axis in range(1, value.ndim):
            value = np.concatenate([value.sum(axis, keepdims=True), value], axis)
        flat = [Dimension.flat(name, "T", own) for name, own in self.others]
        return _as_cells(self.name, (tree, *flat), value)

    def write(self, folder: Path, policy: str) -> tuple[Path, Path]:
        """The table and its specification as files for `gmsd table`."""
        table, spec = folder / f"{self.name}.csv", folder / f"{self.name}.toml"
        names = ["region", *(name for name, _ in self.others)]
        cells = self.table().cells
        rows = zip(
            *(cells[name].to_pylist() for name in (*names, "value")), strict=True
        )
        write_rows(table, [*names, "value"], rows)
        tree = folder / f"{self.name}_region.csv"
        write_rows(tree, ["code", "parent"], self.parents.items())
        axes = [f'name = "region"\ntotal = "NL"\nhierarchy = "{tree.name}"']
        axes += [f'name = "{name}"\ntotal = "T"' for name in names[1:]]
        dimensions = "\n".join(f"[[table.dimension]]\n{axis}" for axis in axes)
        spec.write_text(
            f'[table]\nvalue = "value"\n{dimensions}\n[policy]\n{policy}', "utf-8"
        )
        return table, spec


def _as_cells(
    name: str, dimensions: tuple[Dimension, ...], value: NDArray[np.int64]
) -> CellTable:
    codes = list(zip(*product(*(d.codes for d in dimensions)), strict=True))
    flat = value.ravel()
    cells = pa.table(
        {
            **{
                dimension.name: pa.array(column, pa.string())
                for dimension, column in zip(dimensions, codes, strict=True)
            },
            "value": flat,
            "contributors": flat,
            "largest": np.minimum(flat, 1),
            "second_largest": np.clip(flat - 1, 0, 1),
            "status": pa.array(["s"] * flat.size, pa.string()),
        }
    )
    return CellTable(name, dimensions, cells, name)


def two_way(gemeenten: int) -> Instance:
    """The first gemeenten of the country, down to buurten, by combination."""
    rng = np.random.default_rng(20240602)
    paths, inhabitants = _country(rng)
    counts = _drawn(rng, paths, inhabitants, _SHARE)
    own = [number for number, path in enumerate(paths) if _among(path, gemeenten)]
    return Instance(
        f"ii_{gemeenten}",
        [paths[number] for number in own],
        (("combo", COMBINATIONS),),
        counts[own],
    )


def three_way(gemeenten: int, *, wijken: bool) -> Instance:
    """The first gemeenten, or their wijken, by age and type."""
    paths, inhabitants = _country(np.random.default_rng(20240602))
    whole: dict[tuple[str, ...], int] = {}
    for path, number in zip(paths, inhabitants, strict=True):
        whole[path[:3]] = whole.get(path[:3], 0) + number
    lowest = sorted(whole)
    rng = np.random.default_rng(20240603)
    share = np.outer(_AGE, _TYPE) * np.exp(rng.normal(0, 0.6, (len(AGES), len(TYPES))))
    counts = _drawn(
        rng, lowest, [whole[path] for path in lowest], (share / share.sum()).ravel()
    )
    drawn = [
        (path if wijken else path[:2], row)
        for path, row in zip(lowest, counts, strict=True)
        if _among(path, gemeenten)
    ]
    summed: dict[tuple[str, ...], NDArray[np.int64]] = {}
    for path, row in drawn:
        summed[path] = summed.get(path, np.zeros_like(row)) + row
    return Instance(
        f"iii_{'wijk' if wijken else 'gem'}{gemeenten}",
        list(summed),
        (("age", AGES), ("type", TYPES)),
        np.array(list(summed.values())).reshape(-1, len(AGES), len(TYPES)),
    )


def _among(path: tuple[str, ...], gemeenten: int) -> bool:
    return int(path[1].removeprefix("GM")) <= gemeenten


def _country(rng: np.random.Generator) -> tuple[Paths, list[int]]:
    """Every buurt of the country, with its inhabitants."""
    size = rng.lognormal(0.0, 0.75, _GEMEENTEN)
    wijken = np.maximum(2, np.round(size / size.mean() * 8.0)).astype(int).tolist()
    paths: Paths = []
    inhabitants: list[int] = []
    for gemeente, count in enumerate(wijken, start=1):
        province = f"PV{(gemeente - 1) % _PROVINCES + 1:02d}"
        for wijk in range(1, count + 1):
            code = f"{gemeente:04d}{wijk:02d}"
            for buurt in range(1, max(1, rng.poisson(4.4)) + 1):
                inhabitants.append(int(rng.lognormal(6.55, 0.95)))
                paths.append(
                    (province, f"GM{gemeente:04d}", f"WK{code}", f"BU{code}{buurt:02d}")
                )
    return paths, inhabitants


def _drawn(
    rng: np.random.Generator,
    paths: Paths,
    inhabitants: list[int],
    share: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Counts per region and share: gemeenten differ, and so do their parts."""
    gemeenten = np.unique([path[1] for path in paths], return_inverse=True)[1]
    of_gemeente = rng.normal(0, 0.2, (gemeenten.max() + 1, len(share)))[gemeenten]
    own = rng.normal(0, 0.45, (len(paths), 1))
    own = own + rng.normal(0, 0.30, (len(paths), len(share)))
    expected = np.array(inhabitants)[:, None] * _USE * share[None, :]
    return rng.poisson(expected * np.exp(of_gemeente + own))
