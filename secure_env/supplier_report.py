"""What goes back to the supplier: which rule, how often, on which lines; no values."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from rules.layout import Severity


LINES_SHOWN = 20
"""So many line numbers are named per finding; the count is of all."""


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


@dataclass(frozen=True, slots=True)
class Words:
    """What a report says in one language."""

    delivery: str
    accepted: str
    refused: str
    counted: str
    read: str
    lines: str
    records: str
    caption: str
    columns: tuple[str, str]
    text: str
    severities: Mapping[str, str]

    def verdict(self, receipt: Receipt) -> str:
        return self.accepted if receipt.accepted else self.refused

    def counts(self, receipt: Receipt) -> str:
        return self.counted.format(
            records=receipt.records, kept=receipt.kept, set_aside=receipt.set_aside
        )

    def read_as(self, receipt: Receipt) -> str:
        """How the file was read, where it came that far."""
        return self.read.format(form=receipt.read_as) if receipt.read_as else ""

    def numbered(self, receipt: Receipt) -> str:
        """What the numbers in the report are of: lines, or records."""
        return self.records if receipt.counts_records else self.lines

    def heads(self, receipt: Receipt) -> tuple[str, ...]:
        return (*self.columns, self.numbered(receipt).capitalize(), self.text)


_WORDS = {
    "nl": Words(
        "Aanlevering {name}: {verdict}.",
        "goedgekeurd",
        "afgekeurd; niets is overgenomen, verbeter het bestand en lever opnieuw",
        "{records} records, {kept} overgenomen, {set_aside} niet overgenomen.",
        "Gelezen als {form}.",
        "regels",
        "records",
        "Bevindingen",
        ("Ernst", "Aantal"),
        "Toelichting",
        {"file": "bestand", "record": "record", "signal": "signaal"},
    ),
    "en": Words(
        "Delivery {name}: {verdict}.",
        "accepted",
        "refused; nothing was taken in, correct the file and deliver again",
        "{records} records, {kept} taken in, {set_aside} set aside.",
        "Read as {form}.",
        "lines",
        "records",
        "Findings",
        ("Severity", "Count"),
        "Explanation",
        {"file": "file", "record": "record", "signal": "signal"},
    ),
}


def words(language: str) -> Words:
    """The words of `nl` or `en`."""
    return _WORDS[language]


def spoken_name(receipt: Receipt) -> str:
    """The name of the file; a name of another form may say anything, about anybody."""
    return receipt.file_name if receipt.source else receipt.sha256[:12]


def as_text(receipt: Receipt, language: str) -> str:
    """The report as a letter, in `nl` or `en`."""
    said = words(language)
    verdict = said.verdict(receipt)
    counts = f"{said.counts(receipt)} {said.read_as(receipt)}".rstrip()
    lines = [said.delivery.format(name=spoken_name(receipt), verdict=verdict), counts]
    for finding in receipt.findings:
        text = finding.text_nl if language == "nl" else finding.text_en
        where = shown_lines(finding)
        lines.append(
            f"{finding.rule} ({finding.severity}) {finding.count}x: {text}"
            + (f" ({said.numbered(receipt)} {where})" if where else "")
        )
    return "\n".join(lines) + "\n"


def shown_lines(finding: Finding) -> str:
    """The first lines where the rule was broken; dots where there are more."""
    more = ", ..." if finding.count > len(finding.lines) and finding.lines else ""
    return ", ".join(map(str, finding.lines)) + more
