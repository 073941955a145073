"""A small environment with one delivery, and nothing done with it."""

from pathlib import Path

import pyarrow as pa

from secure_env.environment import Environment, open_environment
from secure_env.inspection import inspect
from secure_env.journal import Deed


DIGEST = "ab" * 32
TABLE = pa.table({"person_key": ["R000000001", "R000000002"], "line": [2, 3]})
PARTS = ("wmo", "2023-H1", "GM0363")


def save(inside: Environment, parts: tuple[str, ...]) -> None:
    deed = Deed(inside.journal, "intake", "received", {})
    inside.store.save(
        "deliveries", parts, DIGEST, {"records": TABLE}, {"receipt.json": b"{}"}, deed
    )


def read_all(root: Path) -> None:
    for folder in open_environment(root).store.folders("deliveries"):
        folder.table("records")
        folder.document("receipt.json")


def look_at_all(root: Path) -> None:
    inspect(open_environment(root))
    read_all(root)
