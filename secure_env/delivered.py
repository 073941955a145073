"""What a file says it is by its name: a delivery, or an archive of several."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rules.layout import FileFormat, RecordLayout
from rules.period import HalfYear
from secure_env.reading import Content, Refused, breach
from secure_env.reading.archive import members
from secure_env.supplier_report import Finding, Receipt


_WHAT = r"(?P<source>[A-Z]{2,20})"
_WHOSE = r"(?P<supplier>(?![A-Z]*\d{9})[A-Z0-9]{1,20})_(?P<period>20\d\d-H[12])"
"""Nine digits could be a person's."""
_DELIVERY = re.compile(
    rf"{_WHAT}_{_WHOSE}\.(?P<extension>{'|'.join(one.value for one in FileFormat)})"
)
_ARCHIVE = re.compile(rf"{_WHAT}_{_WHOSE}\.zip")


class Turned(Exception):  # a verdict, not an error of ours
    """The file was refused, with this receipt."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__("refused")
        self.receipt = receipt


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file, or a member of an archive, whose name says what it is."""

    content: Content
    layout: RecordLayout
    period: HalfYear
    supplier: str

    @property
    def parts(self) -> tuple[str, str, str]:
        return self.layout.folder, str(self.period), self.supplier

    def receipt(self, sha256: str, findings: Sequence[Finding]) -> Receipt:
        return Receipt(
            self.layout.source, str(self.period), self.supplier, self.content.name,
            accepted=False, records=0, kept=0, set_aside=0, findings=tuple(findings),
            sha256=sha256 or digest_of(self.content.path),
        )  # fmt: skip


def contents_of(path: Path) -> list[Content]:
    """The file itself; of an archive its members, when none of them can do harm.

    Several files that belong together come as SOURCE_supplier_period.zip, where the
    source may be any word, and every file in it is of that supplier and period.
    """
    match = _ARCHIVE.fullmatch(path.name)
    if match is None:
        return [Content(path)]
    whose = f"{match['supplier']}_{match['period']}"
    name = re.compile(rf"[A-Z]{{2,20}}_{re.escape(whose)}\.(csv|txt|xml)")
    try:
        return members(path, name)
    except Refused as refused:
        raise Turned(_unread(match, path, refused.findings)) from None


def delivery_of(content: Content, layouts: Sequence[RecordLayout]) -> Delivery:
    """The layout, period and supplier by the name; Turned when there is none."""
    match = _DELIVERY.fullmatch(content.name)
    if match is None:
        raise Turned(_unread(None, content.path, [breach("F01")]))
    period = HalfYear.parse(match["period"])
    for layout in layouts:
        if (
            layout.source == match["source"]
            and layout.covers(period)
            and content.format in layout.forms.formats
            and re.fullmatch(layout.supplier.value, match["supplier"])
        ):
            return Delivery(content, layout, period, match["supplier"])
    raise Turned(_unread(match, content.path, [breach("F02")]))


def turn(path: Path) -> tuple[int, str]:
    """Registers before deliveries, and before all else the key file."""
    first = 0 if path.name.startswith("SLEUTEL") else 1
    return first + (path.suffix != f".{FileFormat.PARQUET.value}"), path.name


def digest_of(path: Path) -> str:
    """SHA-256 of the content; of the name where there is no content to be read."""
    try:
        if path.is_file():
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        pass  # the verdict is given already
    return hashlib.sha256(path.name.encode()).hexdigest()


def _unread(
    match: re.Match[str] | None, path: Path, findings: Sequence[Finding]
) -> Receipt:
    """The receipt of a file that was not opened because of its name or its kind."""
    said = match.groupdict() if match else {"source": "", "period": "", "supplier": ""}
    return Receipt(
        said["source"], said["period"], said["supplier"], path.name, accepted=False,
        records=0, kept=0, set_aside=0, findings=tuple(findings),
        sha256=digest_of(path),
    )  # fmt: skip
