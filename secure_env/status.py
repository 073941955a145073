"""Where a half-year stands: who delivered, what was approved, who takes part.

Delivered is who sent a file that could be recognised; approved is whose newest delivery
passed the technical checks and was not withdrawn. A file that was refused after another
was approved leaves the approved one standing.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

import pyarrow as pa

from rules.consent import ConsentPart, load_consent
from rules.layout import Supplier, load_layouts
from rules.period import HalfYear
from rules.windows import closes
from secure_env.consent import participation
from secure_env.environment import Environment
from secure_env.received import TABLE, lives, receipt_of
from secure_env.sources import COLUMNS


class Standing(Enum):
    """What became of what a supplier delivered; the value is what is published."""

    APPROVED = "goedgekeurd"
    REFUSED = "afgekeurd"
    """Every file so far."""
    WITHDRAWN = "ingetrokken"
    MISSING = "niet ontvangen"
    """Of a gemeente that exists in the half-year."""

    @property
    def is_delivered(self) -> bool:
        return self is not Standing.MISSING


@dataclass(frozen=True, slots=True)
class SupplierStatus:
    """One supplier of one source."""

    source: str
    supplier: str
    standing: Standing
    records: int
    """That were taken in, of the delivery that counts."""
    accepted: int
    refused: int
    """How many files were accepted and refused."""
    late: bool
    """The first file came in after the window for deliveries."""


@dataclass(frozen=True, slots=True)
class PeriodStatus:
    """All suppliers of a half-year, and what the gemeenten take part in."""

    period: HalfYear
    suppliers: tuple[SupplierStatus, ...]
    gemeenten: tuple[str, ...]
    participation: Mapping[str, Mapping[str, bool]]
    """Gemeente -> part -> takes part."""

    def count(self, source: str) -> Counter[Standing]:
        return Counter(s.standing for s in self.suppliers if s.source == source)

    def delivered(self, source: str) -> int:
        """How many suppliers sent a file, whatever came of it."""
        return sum(n for word, n in self.count(source).items() if word.is_delivered)

    def late(self, source: str) -> int:
        return sum(s.late for s in self.suppliers if s.source == source)

    def able(self, part: ConsentPart) -> frozenset[str]:
        """The gemeenten of which everything was approved that the part needs."""
        found = set(self.gemeenten)
        for source in part.delivered:
            found &= self._approved(source.upper())
        if part.within is not None:
            found &= self.taking_part(part.within)
        return frozenset(found)

    def taking_part(self, part: str) -> frozenset[str]:
        return frozenset(g for g, parts in self.participation.items() if parts[part])

    def _approved(self, source: str) -> set[str]:
        return {
            s.supplier
            for s in self.suppliers
            if s.source == source and s.standing is Standing.APPROVED
        }


def status_of(environment: Environment, period: HalfYear) -> PeriodStatus:
    """How the deliveries of a half-year stand at this moment."""
    sent = _Sent.of(environment, period)
    found: dict[tuple[str, str], SupplierStatus] = {}
    tables: dict[str, list[pa.Table]] = {
        name: [] for name in ("regio", "toestemming", "besluit")
    }
    for life in lives(environment, period):
        source, supplier = life.parts[0].upper(), life.parts[2]
        standing = Standing.WITHDRAWN if life.is_withdrawn else Standing.APPROVED
        records = receipt_of(life.counting).kept if life.counting else 0
        found[source, supplier] = sent.status(
            source, supplier, standing, records, len(life.deliveries)
        )
        if life.counting and life.parts[0] in tables:
            tables[life.parts[0]].append(life.counting.table(TABLE))
    for source, supplier in sent.refused.keys() - found.keys():
        found[source, supplier] = sent.status(source, supplier, Standing.REFUSED, 0, 0)
    gemeenten = _gemeenten(tables["regio"])
    for key in _missing(found, gemeenten):
        found[key] = sent.status(*key, Standing.MISSING, 0, 0)
    taking_part = participation(
        gemeenten,
        period,
        _approved(found),
        _consent(tables["toestemming"]),
        _consent(tables["besluit"]),
    )
    by_gemeente: dict[str, dict[str, bool]] = {each: {} for each in gemeenten}
    for row in taking_part.to_pylist():
        by_gemeente[row["gemeente"]][row["part"]] = row["participates"]
    ordered = tuple(found[key] for key in sorted(found))
    return PeriodStatus(period, ordered, gemeenten, by_gemeente)


def as_text(status: PeriodStatus) -> str:
    """The counts of the half-year, as two small tables."""
    sources = dict.fromkeys(each.source for each in status.suppliers)
    words = ("bron", "aangeleverd", "goedgekeurd", "afgekeurd", "ingetrokken",
             "te laat", "niet ontvangen")  # fmt: skip
    counts = [words, *(_source_row(status, source) for source in sources)]
    heads = ("onderdeel", "kan meedoen", "doet niet mee", "doet mee")
    parts = [heads, *(_part_row(status, part) for part in load_consent().parts)]
    said = [f"{status.period}: {len(status.gemeenten)} gemeenten", *_aligned(counts)]
    return "\n".join([*said, "", *_aligned(parts)])


def as_csv(status: PeriodStatus) -> str:
    """A line per source and supplier; of a gemeente also what it takes part in."""
    parts = [part.code for part in load_consent().parts]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(
        ["bron", "leverancier", "stand", "records", "goedgekeurde_bestanden",
         "afgekeurde_bestanden", "te_laat", *parts]
    )  # fmt: skip
    for each in status.suppliers:
        said = status.participation.get(each.supplier, {})
        writer.writerow(
            [each.source, each.supplier, each.standing.value, each.records,
             each.accepted, each.refused, "JN"[not each.late],
             *("JN"[not said[part]] if said else "" for part in parts)]
        )  # fmt: skip
    return text.getvalue()


@dataclass(frozen=True, slots=True)
class _Sent:
    """What the journal says of the files of a half-year."""

    period: HalfYear
    first: Mapping[tuple[str, str], date]
    refused: Mapping[tuple[str, str], int]

    @staticmethod
    def of(environment: Environment, period: HalfYear) -> "_Sent":
        first: dict[tuple[str, str], date] = {}
        refused: Counter[tuple[str, str]] = Counter()
        for entry in environment.journal.entries():
            said = entry.subject
            if entry.step not in {"received", "refused"} or said.get("period") != str(
                period
            ):
                continue
            key = (str(said["source"]), str(said["supplier"]))
            first.setdefault(key, datetime.fromisoformat(entry.time).date())
            refused[key] += entry.step == "refused"
        return _Sent(period, first, +refused)

    def status(
        self,
        source: str,
        supplier: str,
        standing: Standing,
        records: int,
        accepted: int,
    ) -> SupplierStatus:
        key, last = (source, supplier), closes(source, self.period)
        late = last is not None and key in self.first and self.first[key] > last
        return SupplierStatus(
            source,
            supplier,
            standing,
            records,
            accepted,
            self.refused.get(key, 0),
            late,
        )


def _missing(
    found: Mapping[tuple[str, str], SupplierStatus], gemeenten: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Of sources that any gemeente delivered, the gemeenten that did not."""
    by_gemeente = {
        each.source for each in load_layouts() if each.supplier is Supplier.GEMEENTE
    }
    for source in {source for source, _ in found} & by_gemeente:
        for gemeente in gemeenten:
            if (source, gemeente) not in found:
                yield source, gemeente


def _gemeenten(regions: Sequence[pa.Table]) -> tuple[str, ...]:
    found = [code for table in regions for code in table["gemeente"].to_pylist()]
    return tuple(sorted(set(found)))


def _consent(delivered: Sequence[pa.Table]) -> pa.Table:
    schema = pa.schema(list(COLUMNS["toestemming"].items()))
    tables = [table.select(schema.names).cast(schema) for table in delivered]
    return pa.concat_tables([schema.empty_table(), *tables])


def _approved(
    found: Mapping[tuple[str, str], SupplierStatus],
) -> dict[str, frozenset[str]]:
    approved: dict[str, frozenset[str]] = {}
    for (source, supplier), each in found.items():
        if each.standing is Standing.APPROVED:
            before = approved.get(source.lower(), frozenset())
            approved[source.lower()] = before | {supplier}
    return approved


def _source_row(status: PeriodStatus, source: str) -> tuple[str, ...]:
    count = status.count(source)
    numbers = (
        status.delivered(source), count[Standing.APPROVED], count[Standing.REFUSED],
        count[Standing.WITHDRAWN], status.late(source), count[Standing.MISSING],
    )  # fmt: skip
    return (source, *map(str, numbers))


def _part_row(status: PeriodStatus, part: ConsentPart) -> tuple[str, ...]:
    able, taking_part = status.able(part), status.taking_part(part.code)
    numbers = (len(able), len(able - taking_part), len(taking_part))
    return (part.code, *map(str, numbers))


def _aligned(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *rest in rows:
        numbers = (f"{each:>{w}}" for each, w in zip(rest, widths[1:], strict=True))
        yield "  ".join([f"{first:<{widths[0]}}", *numbers])
