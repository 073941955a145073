"""What custody costs: deliveries to linked microdata, sealed and keyed, and plain."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from types import SimpleNamespace

from rules.period import HalfYear
from secure_env import encryption, pseudonym, store
from secure_env.environment import initialise
from secure_env.intake import receive
from secure_env.rooms import Period
from secure_env.synthetic import synthesise
from secure_env.workflow import link, tabulate
from tests.benchmarks.measured import Cost, Line, measured


WORK = "custody"
HALF_YEAR = HalfYear(2023, 1)
PERSONS, TIMES = 100_000, 3
NATIONAL = 17_900_000
"""Once each: that takes long enough for chance to even out."""


def lines(*, national: bool) -> Iterator[Line]:
    yield from compared(PERSONS, TIMES)
    if national:
        yield from compared(NATIONAL, 1)


def compared(persons: int, times: int) -> Iterator[Line]:
    """So many persons through the same rooms, so often each way, in turn."""
    with TemporaryDirectory() as folder:
        country = Path(folder) / "country"
        synthesise(country, HALF_YEAR, persons=persons, seed=1)
        costs: dict[bool, list[Cost]] = {True: [], False: []}
        for number in range(times * 2):
            plain = number % 2 == 0
            env = Path(folder) / "env"
            costs[plain].append(measured(_pipeline, country, env, plain)[1])
            shutil.rmtree(env)
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


_ODD = 0x9E3779B97F4A7C15F39CC0605CEDC835
"""Spreads numbers over 128 bits, as looking them up expects; anybody can undo it."""


def _without_custody() -> None:
    """The same files without a key, persons by their number, no disk to wait for."""

    def no_key(*_: object, **__: object) -> None:
        return None

    def bare(_: object, purpose: bytes, values: Iterator[bytes]) -> bytes:
        spread = (int.from_bytes(value) * _ODD % 2**128 for value in values)
        return b"".join(number.to_bytes(16) for number in spread)

    in_place_of: dict[object, dict[str, object]] = {
        encryption: {
            "encryption": SimpleNamespace(
                create_encryption_properties=no_key, create_decryption_properties=no_key
            ),
            "_MAGIC": b"PAR1",
        },
        store: {
            "hashlib": SimpleNamespace(
                sha256=hashlib.sha256, file_digest=lambda *_: hashlib.sha256()
            )
        },
        pseudonym.Pseudonymiser: {"_hmacs": bare},
        os: {"fsync": lambda _: None},
    }
    for owner, names in in_place_of.items():
        for name, instead in names.items():
            setattr(owner, name, instead)
