"""A release of all tables for the country, in every format: time and sizes."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, product
from pathlib import Path

import numpy as np
import pyarrow as pa

from outputs.candidate import read_candidate
from outputs.export import FORMATS, export
from outputs.manifest import TableFacts
from outputs.release import release
from outputs.symbols import ReleaseStatus
from rules.catalogue import load
from rules.indicator import Indicator, RegionLevel, TableSpec
from secure_env.candidate import Figures, candidate_files
from tests.benchmarks.measured import Line, measured
from tests.support.releases import FACTS, PERIOD, SIGNING_KEY, cleared


GEMEENTEN, PROVINCES = 345, 12


def lines(*, national: bool) -> Iterator[Line]:
    """Gemeenten; nationally also ten wijken in each, in tables that go down to them."""
    instance = "wijken" if national else "gemeenten"
    with tempfile.TemporaryDirectory() as folder:
        made = a_release(Path(folder), wijken=10 if national else 1)
        for names in (*([name] for name in FORMATS), list(FORMATS)):
            what = names[0] if len(names) == 1 else "all formats"
            found, cost = measured(_exported, made, Path(folder) / what, names)
            yield Line(f"export {what}", instance, "gmsd", cost, found)


def _exported(release: Path, target: Path, names: list[str]) -> str:
    made = export(release, target, names)
    megabytes = sum(made.sizes.values()) / 1e6
    return f"{sum(made.files.values())} files, {megabytes:.1f} MB"


def a_release(folder: Path, *, wijken: int) -> Path:
    """All tables of the catalogue with invented figures, a third of them hidden."""
    rules = load()
    regions = _regions(wijken)
    tables = {
        part.code: part for table in rules.tables.values() for part in table.published()
    }
    owners = {
        part.code: table.code
        for table in rules.tables.values()
        for part in table.published()
    }
    indicators = {
        code: [one for one in rules.indicators.values() if one.table == owners[code]]
        for code in tables
    }
    policies = {code: rules.policies[indicators[code][0].disclosure] for code in tables}
    gemeenten = frozenset(regions["gemeente"].to_pylist())
    taking_part = {table.consent: gemeenten for table in tables.values()}
    figures = Figures(regions, taking_part, PERIOD, ReleaseStatus.PRELIMINARY)
    files = candidate_files(
        tables,
        {
            code: [
                _measure(
                    table, one, _codes(table, regions), policies[code].rounding.base
                )
                for one in indicators[code]
            ]
            for code, table in tables.items()
        },
        policies,
        figures,
    )
    for path, content in files.items():
        where = folder / "candidate" / path
        where.parent.mkdir(parents=True, exist_ok=True)
        where.write_bytes(content)
    facts = replace(
        FACTS,
        tables={
            code: TableFacts.of(table, indicators[code], policies[code])
            for code, table in tables.items()
        },
    )
    candidate = read_candidate(folder / "candidate")
    made = release(
        cleared(candidate), folder / "release", signing_key=SIGNING_KEY, facts=facts
    )
    return made.folder


def _codes(table: TableSpec, regions: pa.Table) -> list[str]:
    """Nederland and the regions of each level that the table has."""
    levels = [level.value for level in RegionLevel]
    below = levels[1 : levels.index(table.regions.value) + 1]
    own = (dict.fromkeys(regions[level].to_pylist()) for level in below)
    return ["NL", *chain.from_iterable(own)]


def _regions(wijken: int) -> pa.Table:
    gemeenten = [f"{number:04}" for number in range(1, GEMEENTEN + 1)]
    places = list(product(gemeenten, range(wijken)))
    provinces = [int(gemeente) % PROVINCES + 20 for gemeente, _ in places]
    return pa.table(
        {
            "wijk": [f"WK{gemeente}{wijk:02}" for gemeente, wijk in places],
            "wijk_name": [f"Wijk {wijk:02}" for _, wijk in places],
            "gemeente": [f"GM{gemeente}" for gemeente, _ in places],
            "gemeente_name": [f"Gemeente {gemeente}" for gemeente, _ in places],
            "provincie": [f"PV{province}" for province in provinces],
            "provincie_name": [f"Provincie {province}" for province in provinces],
            "areas": [[] for _ in places],
        }
    )


def _measure(
    table: TableSpec, one: Indicator, regions: list[str], base: int
) -> tuple[Indicator, pa.Table]:
    """Invented figures of 20 000: any multiples of the base, and a third hidden."""
    words = [regions, *(dimension.codes for dimension in table.dimensions)]
    rows = list(product(*words))
    names = ["region", *(dimension.name for dimension in table.dimensions)]
    random = np.random.default_rng(1)
    values = random.integers(2, 2000, len(rows)) * base
    hidden = random.random(len(rows)) < 1 / 3
    never = _impossible(table, names, rows)
    status = np.select([never, hidden], ["w", "u"], "s")
    cells = pa.table(
        {
            **dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)),
            "published": pa.array(values, pa.int64(), mask=hidden | never),
            "status": status.tolist(),
            "denominator": [20_000] * len(rows),
        }
    )
    return one, cells


def _impossible(
    table: TableSpec, names: list[str], rows: list[tuple[str, ...]]
) -> np.ndarray:
    found = np.zeros(len(rows), dtype=bool)
    for cell in table.impossible:
        places = [(names.index(name), code) for name, code in cell.items()]
        found |= np.array([all(row[at] == code for at, code in places) for row in rows])
    return found
