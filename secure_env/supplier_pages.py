"""The supplier's report as files that go back: a page to read, a table to work with.

As in the receipt there is no value of a record in it: rules, counts, line numbers.
"""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from secure_env.supplier_report import Receipt, Words, shown_lines, spoken_name, words


_HEADS = (
    "bestand", "oordeel", "code", "ernst", "aantal", "regels", "toelichting",
    "explanation",
)  # fmt: skip


def write_reports(folder: Path, receipts: Sequence[Receipt]) -> list[Path]:
    """An HTML page and a CSV for each receipt; gives the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for receipt in receipts:
        for suffix, content in (("html", as_html(receipt)), ("csv", as_csv(receipt))):
            path = folder / f"{spoken_name(receipt)}.{suffix}"
            path.write_text(content, "utf-8-sig" if suffix == "csv" else "utf-8")
            written.append(path)
    return written


def as_csv(receipt: Receipt) -> str:
    """A line per finding, or one that says that there is none; separated by `;`."""
    dutch = words("nl")
    start = (spoken_name(receipt), dutch.verdict(receipt))
    rows = [
        (*start, f.rule, dutch.severities[f.severity], f.count, shown_lines(f),
         f.text_nl, f.text_en)
        for f in receipt.findings
    ]  # fmt: skip
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(_HEADS)
    writer.writerows(rows or [(*start, *[""] * (len(_HEADS) - len(start)))])
    return text.getvalue()


def as_html(receipt: Receipt) -> str:
    """One page that needs nothing else, in Dutch and then in English."""
    pages = Environment(
        loader=PackageLoader("secure_env", "templates"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
    )
    parts = [_part(receipt, words(language), language) for language in ("nl", "en")]
    page = pages.get_template("supplier_report.html")
    return page.render(name=spoken_name(receipt), parts=parts)


def _part(receipt: Receipt, said: Words, language: str) -> dict[str, object]:
    return {
        "language": language,
        "verdict": said.verdict(receipt).capitalize(),
        "counts": said.counts(receipt),
        "read_as": said.read_as(receipt),
        "caption": said.caption,
        "heads": ("Code", *said.heads(receipt)),
        "rows": [
            {
                "rule": finding.rule,
                "severity": said.severities[finding.severity],
                "count": finding.count,
                "lines": shown_lines(finding),
                "text": finding.text_nl if language == "nl" else finding.text_en,
            }
            for finding in receipt.findings
        ],
    }
