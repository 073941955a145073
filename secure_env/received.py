"""What was received and accepted: which delivery of a supplier counts.

Deliveries are numbered per source, period and supplier; the highest number counts, as a
whole, so records that a correction no longer has are gone. What happens later to a
delivery has a number of its own: it was withdrawn, or an earlier file came in again.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from rules.duties import Act
from rules.period import HalfYear
from secure_env.environment import Environment
from secure_env.errors import UsageError
from secure_env.store import Folder
from secure_env.supplier_report import Receipt, from_json


ROOM = "deliveries"
TABLE = "records"
RECEIPT = "receipt.json"
STANDING = "standing"

_DOCUMENT = "standing.json"

Parts = tuple[str, ...]
"""Source, period and supplier, as folders."""


@dataclass(frozen=True, slots=True)
class Life:
    """All accepted deliveries of one source, period and supplier, oldest first.

    `counting` is None when the newest word of the supplier was to withdraw.
    """

    parts: Parts
    deliveries: tuple[Folder, ...]
    counting: Folder | None
    number: int

    @property
    def is_withdrawn(self) -> bool:
        return self.counting is None


def lives(environment: Environment, period: HalfYear, *sources: str) -> list[Life]:
    """What became of every accepted delivery of the period, or of these sources."""
    top = environment.root / ROOM
    there = sorted(path.name for path in top.iterdir()) if top.is_dir() else []
    return [
        _life(environment, parts, found)
        for source in sources or there
        for parts, found in _by_parts(
            environment.store.folders(ROOM, source, str(period))
        ).items()
    ]


def current_deliveries(
    environment: Environment, period: HalfYear, *sources: str
) -> list[Folder]:
    """The delivery that counts of every source (or of these) and supplier."""
    return [
        life.counting
        for life in lives(environment, period, *sources)
        if life.counting is not None
    ]


def of_year(
    environment: Environment, source: str, year: int, *, needed: bool = True
) -> list[Folder]:
    """What counts of a source for a year: of its first half, or else of its second."""
    for half in (1, 2):
        if found := current_deliveries(environment, HalfYear(year, half), source):
            return found
    if not needed:
        return []
    raise UsageError(
        f"{source.upper()} was not received for {year}, and the regions that were "
        "asked for need it; receive it first"
    )


def between(
    environment: Environment, own: int, asked: int
) -> tuple[list[Folder], list[Folder], list[Folder]]:
    """The regions and areas of one year, and the changes between it and another."""
    first, last = sorted((asked, own))
    changes = [of_year(environment, "grenzen", y) for y in range(first + 1, last + 1)]
    regions = of_year(environment, "regio", asked)
    areas = of_year(environment, "gebieden", asked, needed=False)
    return regions, areas, list(chain.from_iterable(changes))


def receipt_of(folder: Folder) -> Receipt:
    return from_json(folder.document(RECEIPT))


def next_number(environment: Environment, parts: Parts) -> int:
    """The number of the next accepted delivery of this source, period and supplier."""
    return _life_of(environment, parts).number + 1


def newest_key_file(environment: Environment) -> Folder | None:
    """The key file of the latest period: it knows the most people."""
    by_parts = _by_parts(environment.store.folders(ROOM, "sleutel"))
    lives = (_life(environment, parts, found) for parts, found in by_parts.items())
    counting = (life.counting for life in lives if life.counting is not None)
    return max(counting, key=lambda folder: folder.parts[1], default=None)


def count_again(environment: Environment, delivery: Folder) -> bool:
    """Let a file that was delivered before, and came in again, count; False: it did.

    The caller holds the lock of `receive`.
    """
    life = _life_of(environment, delivery.parts)
    if life.counting is not None and life.counting.digest == delivery.digest:
        return False
    _stand(environment, life, delivery.digest)
    return True


def withdraw(environment: Environment, parts: tuple[str, str, str]) -> bool:
    """Let no delivery of this source, period and supplier count; False: none did."""
    with environment.alone("receive"):
        life = _life_of(environment, parts)
        if not life.deliveries:
            raise UsageError(
                f"{parts[2]} has no accepted {parts[0]} delivery for {parts[1]}; "
                "gmsd status shows what was delivered"
            )
        if life.is_withdrawn:
            return False
        _stand(environment, life, "")
        return True


def _stand(environment: Environment, life: Life, delivery: str) -> None:
    """Write down what counts from here on: the delivery of this digest, or none."""
    source, period, supplier = life.parts
    number = life.number + 1
    said: dict[str, str | int] = {"number": number, "delivery": delivery}
    digest = hashlib.sha256(f"{number}|{delivery}".encode()).hexdigest()
    deed = environment.deed(
        Act.RECEIVE,
        "received again" if delivery else "withdrawn",
        {"source": source.upper(), "period": period, "supplier": supplier, **said},
    )
    content = json.dumps(said).encode() + b"\n"
    environment.store.save(STANDING, life.parts, digest, {}, {_DOCUMENT: content}, deed)


def _life_of(environment: Environment, parts: Parts) -> Life:
    return _life(environment, parts, environment.store.folders(ROOM, *parts))


def _life(environment: Environment, parts: Parts, found: Sequence[Folder]) -> Life:
    numbered = {receipt_of(folder).number: folder for folder in found}
    counting: dict[int, Folder | None] = dict(numbered)
    by_digest = {folder.digest: folder for folder in found}
    for later in environment.store.folders(STANDING, *parts):
        said = json.loads(later.document(_DOCUMENT))
        counting[said["number"]] = by_digest.get(said["delivery"])
    newest = max(counting, default=0)
    ordered = tuple(numbered[number] for number in sorted(numbered))
    return Life(parts, ordered, counting.get(newest), newest)


def _by_parts(folders: Sequence[Folder]) -> Mapping[Parts, list[Folder]]:
    found: dict[Parts, list[Folder]] = {}
    for folder in folders:
        found.setdefault(folder.parts, []).append(folder)
    return found
