"""What custody costs: deliveries to linked microdata, sealed and keyed, and plain."""

import os
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from rules.period import HalfYear
from secure_env import pseudonym, store
from secure_env.environment import initialise
from secure_env.intake import receive
from secure_env.rooms import Period
from secure_env.synthetic import synthesise
from secure_env.workflow import link, tabulate
from tests.benchmarks.measured import Cost, Line, measured


WORK = "custody"
HALF_YEAR = HalfYear(2023, 1)
TIMES = 3


def lines(*, national: bool) -> Iterator[Line]:
    persons = 1_000_000 if national else 100_000
    with TemporaryDirectory() as folder:
        country = Path(folder) / "country"
        synthesise(country, HALF_YEAR, persons=persons, seed=1)
        costs: dict[bool, list[Cost]] = {True: [], False: []}
        for number in range(TIMES * 2):
            plain = number % 2 == 0
            env = Path(folder) / str(number)
            costs[plain].append(measured(_pipeline, country, env, plain)[1])
    seconds = {p: median(cost.seconds for cost in costs[p]) for p in costs}
    ratio = seconds[False] / seconds[True]
    yield Line(WORK, f"{persons}", "plain", _middle(costs[True]), "no key, no seal")
    yield Line(WORK, f"{persons}", "gmsd", _middle(costs[False]), f"{ratio:.2f}x plain")


def _middle(costs: list[Cost]) -> Cost:
    return sorted(costs, key=lambda cost: cost.seconds)[len(costs) // 2]


def _pipeline(country: Path, env: Path, plain: bool) -> None:
    if plain:
        _without_custody()
    inside = initialise(env, statistician="anna", checkers=["bert", "carla"])
    receive(inside, sorted(country.glob("[A-Z]*")), progress=lambda _: None)
    period = Period.of(inside, HALF_YEAR)
    link(period, lambda _: None)
    tabulate(period, lambda _: None)


def _without_custody() -> None:
    """Plain Parquet, the number as the person's key, and no disk to wait for."""

    def write(path: Path, data: Any, *, key: bytes, name: str) -> int:
        table = data if isinstance(data, pa.Table) else data.read_all()
        pq.write_table(table, path, compression="zstd", compression_level=1)
        return int(table.num_rows)

    def read(path: Path, *, key: bytes, name: str) -> pq.ParquetFile:
        return pq.ParquetFile(path, pre_buffer=False)

    def bare(_: object, purpose: bytes, values: Iterator[bytes]) -> bytes:
        return b"".join(value.rjust(16, b"0")[-16:] for value in values)

    store.write_encrypted, store.open_encrypted = write, read
    pseudonym.Pseudonymiser._hmacs = bare  # type: ignore[method-assign]
    os.fsync = lambda _: None
