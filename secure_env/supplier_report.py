"""What goes back to the supplier: which rule, how often, on which lines; no values."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rules.layout import Severity


LINES_SHOWN = 20
"""So many line numbers are named per finding; the count is of all."""
_WORDS = {
    "nl": (
        "Aanlevering {name}: {verdict}.",
        "goedgekeurd",
        "afgekeurd; niets is overgenomen, verbeter het bestand en lever opnieuw",
        "{records} records, {kept} overgenomen, {set_aside} niet overgenomen.",
        "regels",
    ),
    "en": (
        "Delivery {name}: {verdict}.",
        "accepted",
        "refused; nothing was taken in, correct the file and deliver again",
        "{records} records, {kept} taken in, {set_aside} set aside.",
        "lines",
    ),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that was broken: how often, and the first lines where."""

    rule: str
    severity: str
    count: int
    lines: tuple[int, ...]
    text_nl: str
    text_en: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """The verdict on one delivered file.

    `number` counts the accepted deliveries of this source, period and supplier; the
    highest one counts. `already_received`: nothing new was taken in. `read_as` is what
    was seen of the form of the file; where it has no lines, records are numbered.
    """

    source: str
    period: str
    supplier: str
    file_name: str
    accepted: bool
    records: int
    kept: int
    set_aside: int
    findings: tuple[Finding, ...]
    sha256: str = ""
    number: int = 0
    already_received: bool = False
    read_as: str = ""
    counts_records: bool = False

    @property
    def broken(self) -> tuple[str, ...]:
        """The rules for which the file was refused."""
        refusing = (f.rule for f in self.findings if f.severity == Severity.FILE.value)
        return tuple(dict.fromkeys(refusing))


def to_json(receipt: Receipt) -> bytes:
    said = asdict(receipt)
    del said["already_received"]
    if not receipt.source:
        said["file_name"] = ""  # a name of another form may say anything, about anybody
    return (json.dumps(said, indent=2, ensure_ascii=False) + "\n").encode()


def from_json(content: bytes) -> Receipt:
    said = json.loads(content)
    findings = tuple(
        Finding(**{**each, "lines": tuple(each["lines"])}) for each in said["findings"]
    )
    return Receipt(**{**said, "findings": findings})


def as_text(receipt: Receipt, language: str) -> str:
    """The report as a letter, in `nl` or `en`."""
    title, accepted, refused, counts, lines = _WORDS[language]
    name = receipt.file_name if receipt.source else receipt.sha256[:12]
    said = [
        title.format(name=name, verdict=accepted if receipt.accepted else refused),
        counts.format(
            records=receipt.records, kept=receipt.kept, set_aside=receipt.set_aside
        ),
    ]
    for finding in receipt.findings:
        text = finding.text_nl if language == "nl" else finding.text_en
        said.append(
            f"{finding.rule} ({finding.severity}) {finding.count}x: {text}"
            f"{_shown(finding.lines, finding.count, lines)}"
        )
    return "\n".join(said) + "\n"


def _shown(numbers: Sequence[int], count: int, word: str) -> str:
    if not numbers:
        return ""
    more = ", ..." if count > len(numbers) else ""
    return f" ({word} {', '.join(map(str, numbers))}{more})"
