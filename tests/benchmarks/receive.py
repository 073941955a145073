"""Receiving one Wmo file: from CSV to the encrypted store, every check included."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from secure_env.environment import open_environment
from secure_env.intake import Receipt, receive
from tests.benchmarks.measured import Line, measured
from tests.support.deliveries import header, key_file, new_environment, numbers


SMALL, NATIONAL = (25_000, 100_000), (1_250_000, 5_000_000)
_PER_PERSON = 3
"""Records of a person in a half-year."""
_BAR = 200_000
"""Records per second and core that are asked of it."""


def lines(*, national: bool) -> Iterator[Line]:
    """Rate and peak; the largest is a file twice the size of the whole country.

    Of the same persons at two sizes, so that it shows what a record takes: the peak
    grows by 16 bytes for each, by which records that come again are found. The records
    of a person far apart, which is the worst (a key is made for each), and one after
    the other, as suppliers send them.
    """
    sizes = NATIONAL if national else SMALL
    with TemporaryDirectory() as folder:
        root = Path(folder)
        new_environment(root / "env")
        people = numbers(sizes[-1] // _PER_PERSON)
        known = key_file(root, people[: len(people) * 9 // 10])
        measured(_receive, root / "env", known)
        file = root / "WMO_GM0363_2023-H1.csv"
        for records, order in product(sizes, ("scattered", "by person")):
            _write(file, records, people, together=order == "by person")
            receipt, cost = measured(_receive, root / "env", file)
            rate = records / cost.seconds
            yield Line(
                "receive (Wmo, CSV)",
                f"{records} {order}",
                "gmsd",
                cost,
                f"{rate:.0f} records/s per core (asked: {_BAR}), {receipt.kept} kept",
            )


def _receive(environment: Path, file: Path) -> Receipt:
    inside = open_environment(environment)
    (receipt,) = receive(inside, [file], progress=lambda _: None)
    return receipt


def _write(file: Path, records: int, people: list[str], *, together: bool) -> None:
    with file.open("w", encoding="utf-8") as out:
        out.write(f"{header('WMO')}\n")
        for place in range(records):
            day, type_code = 1 + place % 28, 1 + place % 18
            person = place // _PER_PERSON if together else place
            out.write(
                f"GM0363;20230801;{people[person % len(people)]};{place:010d};"
                f"{type_code:02d};;1;202301{day:02d};;;;02;030;01;2;2;"
                f"{200 + place % 700};\n"
            )
