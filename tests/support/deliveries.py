"""Environments and deliveries for tests: small, valid, and easy to spoil."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import count, islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from rules.layout import RecordLayout, load_layouts
from rules.period import HalfYear
from secure_env.environment import Environment, initialise
from secure_env.intake import Receipt, receive


LAYOUTS: Mapping[str, RecordLayout] = {
    one.source: one for one in load_layouts() if one.covers(HalfYear(2023, 1))
}
"""The layouts of 2023-H1, by source."""


def is_bsn(number: str) -> bool:
    """The eleven-test, as the law words it."""
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    total = sum(int(d) * w for d, w in zip(number, weights, strict=True))
    return total % 11 == 0 and int(number) > 0


def numbers(many: int) -> list[str]:
    """So many valid BSNs, all below those handed out to people."""
    valid = (f"{each:09d}" for each in count(1_000) if is_bsn(f"{each:09d}"))
    return list(islice(valid, many))


def new_environment(root: Path) -> Environment:
    return initialise(root, statistician="anna", checkers=["bram", "chris"])


def wmo(number: str, **other: str) -> str:
    """A line of a Wmo file: one arrangement, running since 1 January 2023."""
    return line(
        "WMO",
        {
            "gemeente": "GM0363", "created": "20230801", "bsn": number,
            "allocation": "A1", "type_assigned": "01", "financing": "1",
            "starts_legally": "20230101",
        } | other,
    )  # fmt: skip


def jeugd(number: str, **other: str) -> str:
    """A line of a Jeugd file: youth care without stay, since 1 February 2023."""
    return line(
        "JEUGD",
        {
            "provider": "12345678", "bsn": number, "kind": "1", "form": "02",
            "referrer": "02", "starts": "20230201",
        } | other,
    )  # fmt: skip


def bus(number: str, **other: str) -> str:
    """A line of a BUS file: a general benefit in March 2023."""
    return line(
        "BUS",
        {
            "year": "2023", "month": "3", "gemeente": "GM0363", "registration": "U1",
            "scheme": "01", "living_arrangement": "1", "bsn": number,
            "starts": "20200101",
        } | other,
    )  # fmt: skip


def line(source: str, values: Mapping[str, str]) -> str:
    names = [field.name for field in LAYOUTS[source].fields]
    unknown = set(values) - set(names)
    assert not unknown, unknown
    return ";".join(values.get(name, "") for name in names)


def header(source: str) -> str:
    return ";".join(LAYOUTS[source].columns)


def csv(source: str, lines: Iterable[str]) -> bytes:
    return "".join(f"{each}\n" for each in (header(source), *lines)).encode()


def write(folder: Path, name: str, content: bytes) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    return path


def key_file(folder: Path, known: Sequence[str], period: str = "2023-H1") -> Path:
    """The key file in which the n-th of these persons has RIN n."""
    folder.mkdir(exist_ok=True)
    path = folder / f"SLEUTEL_CBS_{period}.parquet"
    rins = [f"{rin:09d}" for rin in range(1, len(known) + 1)]
    pq.write_table(pa.table({"BSN": list(known), "RINPERSOON": rins}), path)
    return path


def received(environment: Environment, *files: Path) -> list[Receipt]:
    return receive(environment, files, progress=lambda _: None)


def contents(root: Path) -> dict[str, bytes]:
    """Every file of an environment but its locks, byte for byte."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.parent.name != "locks"
    }
