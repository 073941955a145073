"""What intake does after deliveries came in: commands over one half-year.

A function here has the name of its command, as in `secure_env.commands`.
"""

import csv
import io
from argparse import Namespace

import pyarrow as pa

from secure_env.asked import opened, say
from secure_env.op_orde import write_op_orde
from secure_env.outdated import outdated
from secure_env.received import withdraw
from secure_env.rooms import Period
from secure_env.status import as_csv as status_csv
from secure_env.status import as_text as status_text
from secure_env.status import status_of


def status(given: Namespace) -> int:
    """Where the half-year stands; every supplier in a file where that is asked."""
    inside = opened(given)
    found = status_of(inside, given.period)
    if given.csv is not None:
        given.csv.write_text(status_csv(found), "utf-8-sig")
    late = [each.dutch for each in outdated(inside, given.period)]
    return say("\n".join([status_text(found), *late]))


def withdraw_delivery(given: Namespace) -> int:
    period, supplier = str(given.period), given.supplier
    changed = withdraw(opened(given), (given.source.lower(), period, supplier))
    verb = "is withdrawn" if changed else "was withdrawn already"
    return say(f"{given.source} of {supplier} for {period} {verb}")


def op_orde(given: Namespace) -> int:
    files = write_op_orde(opened(given), given.period, given.gemeente, given.to)
    return say(f"for {given.gemeente} only: {' and '.join(map(str, files))}")


def linkage(given: Namespace) -> int:
    """Per source how persons were found and lost; per gemeente in a file."""
    period = Period.of(opened(given), given.period)
    linked = period.existing("linked", period.linked_digest, "link")
    report = linked.table("report")
    if given.csv is not None:
        given.csv.write_text(_as_csv(report), "utf-8-sig")
    counts = report.column_names[2:]
    whole = report.group_by("source").aggregate([(name, "sum") for name in counts])
    rows = [("source", *(name.replace("_", " ") for name in counts))]
    for row in whole.sort_by("source").to_pylist():
        shown = (_share(row[f"{name}_sum"], row["records_sum"]) for name in counts[1:])
        rows.append((row["source"], str(row["records_sum"]), *shown))
    return say("\n".join(_turned(rows)))


def _share(count: int, records: int) -> str:
    return f"{count} ({100 * count / records:.1f}%)"


def _turned(rows: list[tuple[str, ...]]) -> list[str]:
    """A column per source: there are more counts than sources."""
    lines = list(zip(*rows, strict=True))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return [
        "  ".join(
            [f"{first:<{widths[0]}}"]
            + [f"{each:>{w}}" for each, w in zip(rest, widths[1:], strict=True)]
        )
        for first, *rest in lines
    ]


def _as_csv(report: pa.Table) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(report.column_names)
    writer.writerows(row.values() for row in report.to_pylist())
    return text.getvalue()
