"""What was received and accepted: which delivery of a supplier counts."""

from rules.period import HalfYear
from secure_env.environment import Environment
from secure_env.store import Folder
from secure_env.supplier_report import Receipt, from_json


ROOM = "deliveries"
TABLE = "records"
RECEIPT = "receipt.json"


def current_deliveries(environment: Environment, period: HalfYear) -> list[Folder]:
    """The newest accepted delivery of every source and supplier for the period."""
    newest: dict[tuple[str, ...], tuple[int, Folder]] = {}
    top = environment.root / ROOM
    for source in sorted(p.name for p in top.iterdir()) if top.is_dir() else []:
        for folder in environment.store.folders(ROOM, source, str(period)):
            number = receipt_of(folder).number
            if number > newest.get(folder.parts, (0, folder))[0]:
                newest[folder.parts] = (number, folder)
    return [folder for _, folder in newest.values()]


def receipt_of(folder: Folder) -> Receipt:
    return from_json(folder.document(RECEIPT))


def next_number(environment: Environment, parts: tuple[str, str, str]) -> int:
    """The number of the next accepted delivery of this source, period and supplier."""
    earlier = environment.store.folders(ROOM, *parts)
    return 1 + max((receipt_of(folder).number for folder in earlier), default=0)


def newest_key_file(environment: Environment) -> Folder | None:
    """The key file of the latest period: it knows the most people."""
    return max(
        environment.store.folders(ROOM, "sleutel"),
        key=lambda folder: (folder.parts[1], receipt_of(folder).number),
        default=None,
    )
