"""The door: delivered files in, accepted deliveries in the store, reports to suppliers.

Everything is decided before anything becomes visible: an accepted delivery appears
whole, of a refused one only the report and a line in the journal remain.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pyarrow as pa

from rules.layout import FileFormat, RecordLayout, load_layouts
from rules.period import HalfYear
from secure_env.checks import Checks, Judged, checking_database, stored_schema
from secure_env.environment import Environment
from secure_env.lock import locked
from secure_env.pseudonym import Pseudonymiser, load_key_file, rin_keys
from secure_env.reading import Look, Refused, breach, look, records
from secure_env.received import (
    RECEIPT,
    ROOM,
    TABLE,
    count_again,
    current_deliveries,
    newest_key_file,
    next_number,
    receipt_of,
)
from secure_env.store import Draft
from secure_env.supplier_report import Finding, Receipt, to_json


__all__ = ["Finding", "Receipt", "current_deliveries", "receive"]

_NAME = re.compile(
    r"(?P<source>[A-Z]{2,20})_(?P<supplier>(?![A-Z]*\d{9})[A-Z0-9]{1,20})_"
    r"(?P<period>20\d\d-H[12])\.(?P<extension>csv|parquet)"
)
_PATIENCE = 3600.0
_TELL_EVERY = 1_000_000
Progress = Callable[[str], None]


def receive(
    environment: Environment, files: Sequence[Path], *, progress: Progress
) -> list[Receipt]:
    """Judge the files, registers first, and take in those that pass.

    A file that fails is refused, never an exception. One process at a time.
    """
    layouts = load_layouts()
    with (
        locked(
            environment.root / "locks" / "receive.lock",
            seconds=_PATIENCE,
            waiting=progress,
        ),
        checking_database() as database,
    ):
        door = _Door(environment, layouts, database, progress)
        return [door.receive(file) for file in sorted(files, key=_turn)]


@dataclass(frozen=True, slots=True)
class _Delivery:
    """A file whose name says what it is."""

    path: Path
    layout: RecordLayout
    period: HalfYear
    supplier: str

    @property
    def parts(self) -> tuple[str, str, str]:
        return self.layout.folder, str(self.period), self.supplier

    def receipt(self, sha256: str, findings: Sequence[Finding]) -> Receipt:
        return Receipt(
            self.layout.source, str(self.period), self.supplier, self.path.name,
            accepted=False, records=0, kept=0, set_aside=0, findings=tuple(findings),
            sha256=sha256,
        )  # fmt: skip


class _Turned(Exception):  # never leaves this module
    """The file was refused, with this receipt; leaves no trace of its draft."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__("refused")
        self.receipt = receipt


class _Door:
    """One call of `receive`: what its files share."""

    def __init__(
        self,
        environment: Environment,
        layouts: Sequence[RecordLayout],
        database: duckdb.DuckDBPyConnection,
        progress: Progress,
    ) -> None:
        self._environment = environment
        self._layouts = layouts
        self._database = database
        self._progress = progress
        self._pseudonyms = self._load_pseudonyms()
        self._journalled: set[str] | None = None

    def receive(self, path: Path) -> Receipt:
        """The verdict on one file, carried out."""
        try:
            delivery = _named(path, self._layouts)
            receipt = self._judge(delivery)
        except _Turned as turned:
            receipt = self._refuse(turned.receipt)
        verdict = "accepted" if receipt.accepted else "refused"
        if receipt.already_received:
            verdict = "already received, nothing new"
        name = path.name if receipt.source else "a file of another name"
        self._progress(f"{name}: {verdict} ({receipt.kept} of {receipt.records})")
        return receipt

    def _judge(self, delivery: _Delivery) -> Receipt:
        store = self._environment.store
        try:
            seen = look(delivery.path, delivery.layout)
            digest = self._digest(delivery.layout, seen)
            known = store.folder(ROOM, delivery.parts, digest)
            if known is not None:
                receipt = receipt_of(known)
                self._journal_once(receipt, digest)
                again = count_again(self._environment, known)
                return replace(receipt, already_received=not again)
            with store.draft(ROOM, delivery.parts, digest) as draft:
                receipt = self._fill(draft, delivery, seen)
                draft.write_document(RECEIPT, to_json(receipt))
        except Refused as refused:
            sha256 = refused.sha256 or _sha256(delivery.path)
            raise _Turned(delivery.receipt(sha256, refused.findings)) from None
        self._journal(receipt, digest)
        if delivery.layout.is_key_file:
            self._pseudonyms = self._load_pseudonyms()
        return receipt

    def _fill(self, draft: Draft, delivery: _Delivery, seen: Look) -> Receipt:
        """Write what passes into the draft; turn the file away if too little does."""
        layout = delivery.layout
        checks = Checks(layout, delivery.period, delivery.supplier, self._database)
        passed = self._passed(checks, delivery, seen)
        if layout.is_key_file:
            data = self._pseudonyms.key_file((j.table for j in passed), "person", "rin")
        else:
            schema = stored_schema(layout)
            keyed = (self._keyed(judged, checks, layout, seen) for judged in passed)
            data = pa.RecordBatchReader.from_batches(
                schema, (b for t in keyed for b in t.select(schema.names).to_batches())
            )
        kept = draft.write_table(TABLE, data)
        findings = list(checks.findings())
        if checks.bad * 100 > layout.tolerated_percent * checks.records:
            percent = str(layout.tolerated_percent)
            findings.insert(0, breach("F16", checks.bad, percent=percent))
        judged = replace(
            delivery.receipt(seen.sha256, findings),
            records=checks.records,
            set_aside=checks.records,
        )
        if judged.broken:
            raise _Turned(judged)
        return replace(
            judged,
            accepted=True,
            kept=kept,
            set_aside=checks.records - kept,
            number=next_number(self._environment, delivery.parts),
        )

    def _passed(
        self, checks: Checks, delivery: _Delivery, seen: Look
    ) -> Iterator[Judged]:
        told = 0
        for batch in records(delivery.path, delivery.layout, seen):
            yield checks.judge(batch)
            if checks.records - told >= _TELL_EVERY:
                told = checks.records
                self._progress(f"{delivery.path.name}: {told} records")

    def _keyed(
        self, judged: Judged, checks: Checks, layout: RecordLayout, seen: Look
    ) -> pa.Table:
        """The records with the person's key in the place of the number."""
        table = judged.table
        if "person" not in table.column_names:
            return table
        person = table["person"].combine_chunks()
        if not layout.looks_up:
            return table.append_column("person_key", rin_keys(person))
        lines = table["line"].combine_chunks()
        keys, known = self._pseudonyms.person_keys(
            person, judged.withheld, seen.sha256, lines
        )
        if self._pseudonyms.known is not None:
            checks.note_unknown(lines.to_numpy()[~known & ~judged.withheld])
        return table.append_column("person_key", keys)

    def _digest(self, layout: RecordLayout, seen: Look) -> str:
        """Stands for the file and, where persons were looked up, for the key file.

        So a file that was received before a newer key file can be received again.
        """
        known = self._pseudonyms.known
        if known is None or not layout.looks_up:
            return seen.sha256
        return hashlib.sha256(f"{seen.sha256}|{known.digest}".encode()).hexdigest()

    def _load_pseudonyms(self) -> Pseudonymiser:
        folder = newest_key_file(self._environment)
        known = load_key_file(folder, self._progress) if folder else None
        return Pseudonymiser(self._environment.pseudonym_key, known)

    def _refuse(self, receipt: Receipt) -> Receipt:
        """Leave the report for the supplier, and nothing else."""
        folder = self._environment.root / "rejected"
        folder.mkdir(mode=0o700, exist_ok=True)
        path = folder / f"{receipt.sha256[:12]}.json"
        draft = path.with_suffix(".new")
        draft.write_bytes(to_json(receipt))
        draft.replace(path)
        said: dict[str, str | int] = {
            "sha256": receipt.sha256,
            "rules": " ".join(receipt.broken),
        }
        self._write_journal("refused", _which(receipt) | said)
        return receipt

    def _journal(self, receipt: Receipt, digest: str) -> None:
        said: dict[str, str | int] = {
            "sha256": receipt.sha256,
            "digest": digest,
            "number": receipt.number,
            "records": receipt.records,
            "kept": receipt.kept,
        }
        self._write_journal("received", _which(receipt) | said)

    def _journal_once(self, receipt: Receipt, digest: str) -> None:
        """Make up for a call that was killed between storing and writing its line."""
        if self._journalled is None:
            entries = self._environment.journal.entries()
            self._journalled = {str(e.subject.get("digest")) for e in entries}
        if digest not in self._journalled:
            self._journal(receipt, digest)

    def _write_journal(self, step: str, subject: Mapping[str, str | int]) -> None:
        actor = self._environment.statistician
        self._environment.journal.append(actor, step, subject)


def _named(path: Path, layouts: Sequence[RecordLayout]) -> _Delivery:
    """What the file's name says it is."""
    match = _NAME.fullmatch(path.name)
    if match is None:
        raise _Turned(_unread("", "", "", path, "F01"))
    period = HalfYear.parse(match["period"])
    for layout in layouts:
        if (
            layout.source == match["source"]
            and layout.covers(period)
            and layout.format.value == match["extension"]
            and re.fullmatch(layout.supplier.value, match["supplier"])
        ):
            return _Delivery(path, layout, period, match["supplier"])
    raise _Turned(
        _unread(match["source"], match["period"], match["supplier"], path, "F02")
    )


def _unread(source: str, period: str, supplier: str, path: Path, rule: str) -> Receipt:
    """The receipt of a file that was not opened because of its name."""
    return Receipt(
        source, period, supplier, path.name, accepted=False, records=0, kept=0,
        set_aside=0, findings=(breach(rule),), sha256=_sha256(path),
    )  # fmt: skip


def _turn(path: Path) -> tuple[int, str]:
    """Registers before deliveries, and before all else the key file."""
    first = 0 if path.name.startswith("SLEUTEL") else 1
    return first + (not path.name.endswith(FileFormat.PARQUET.value)), path.name


def _which(receipt: Receipt) -> dict[str, str | int]:
    if not receipt.source:
        return {}
    return {
        "source": receipt.source,
        "period": receipt.period,
        "supplier": receipt.supplier,
    }


def _sha256(path: Path) -> str:
    """Of the content; of the name where there is no content to be read."""
    try:
        if path.is_file():
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        pass  # the verdict is given already
    return hashlib.sha256(path.name.encode()).hexdigest()
