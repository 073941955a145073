"""The door: delivered files in, accepted deliveries in the store, reports to suppliers.

Everything is decided before anything becomes visible: an accepted delivery appears
whole, of a refused one only the report and a line in the journal remain.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from rules.duties import Act
from rules.layout import RecordLayout, load_layouts
from secure_env.checks import Checks, Judged, stored_schema
from secure_env.columns import Mask, Subject
from secure_env.delivered import Delivery, Turned, contents_of, delivery_of, turn
from secure_env.environment import Environment
from secure_env.journal import Deed
from secure_env.plausibility import (
    PROFILE,
    Profile,
    Profiles,
    Profiling,
    differences,
)
from secure_env.pseudonym import Pseudonymiser, load_key_file, rin_keys
from secure_env.reading import Content, Look, Refused, breach, look, records
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

_TELL_EVERY = 1_000_000
Progress = Callable[[str], None]


def receive(
    environment: Environment, files: Sequence[Path], *, progress: Progress
) -> list[Receipt]:
    """Judge the files, registers first, and take in those that pass.

    A file that fails is refused, never an exception. One process at a time.
    """
    layouts = load_layouts()
    with environment.alone("receive", progress):
        door = _Door(environment, layouts, progress)
        return [r for file in sorted(files, key=turn) for r in door.receive(file)]


class _Door:
    """One call of `receive`: what its files share."""

    def __init__(
        self,
        environment: Environment,
        layouts: Sequence[RecordLayout],
        progress: Progress,
    ) -> None:
        self._environment = environment
        self._layouts = layouts
        self._progress = progress
        self._pseudonyms = self._load_pseudonyms()
        self._profiles = Profiles(environment)

    def receive(self, path: Path) -> list[Receipt]:
        """The verdict on a file, carried out; on each of the files of an archive."""
        try:
            return [self._receive(content) for content in contents_of(path)]
        except Turned as turned:
            return [self._told(self._refuse(turned.receipt))]

    def _receive(self, content: Content) -> Receipt:
        try:
            delivery = delivery_of(content, self._layouts)
            return self._told(self._judge(delivery))
        except Turned as turned:
            return self._told(self._refuse(turned.receipt))

    def _told(self, receipt: Receipt) -> Receipt:
        verdict = "accepted" if receipt.accepted else "refused"
        if receipt.already_received:
            verdict = "already received, nothing new"
        name = receipt.file_name if receipt.source else "a file of another name"
        self._progress(f"{name}: {verdict} ({receipt.kept} of {receipt.records})")
        return receipt

    def _judge(self, delivery: Delivery) -> Receipt:
        store = self._environment.store
        try:
            seen = look(delivery.content, delivery.layout)
            digest = self._digest(delivery.layout, seen)
            known = store.folder(ROOM, delivery.parts, digest)
            if known is not None:
                receipt = receipt_of(known)
                again = count_again(self._environment, known)
                return replace(receipt, already_received=not again)
            with store.draft(ROOM, delivery.parts, digest) as draft:
                receipt = self._fill(draft, delivery, seen)
                draft.write_document(RECEIPT, to_json(receipt))
                draft.finish(self._deed(receipt, digest))
        except Refused as refused:
            receipt = delivery.receipt(refused.sha256, refused.findings)
            raise Turned(receipt) from None
        if delivery.layout.is_key_file:
            self._pseudonyms = self._load_pseudonyms()
        return receipt

    def _fill(self, draft: Draft, delivery: Delivery, seen: Look) -> Receipt:
        """Write what passes into the draft; turn the file away if too little does."""
        layout = delivery.layout
        subject = Subject(layout, delivery.period, delivery.supplier, seen.format)
        checks = Checks(subject)
        profiling = Profiling(layout.comparisons)
        passed = self._passed(checks, delivery, seen)
        if layout.is_key_file:
            data = self._pseudonyms.key_file((j.table for j in passed), "person", "rin")
        else:
            schema = stored_schema(layout)
            keyed = (self._keyed(each, checks, profiling, seen) for each in passed)
            data = pa.RecordBatchReader.from_batches(
                schema, (b for t in keyed for b in t.select(schema.names).to_batches())
            )
        kept = draft.write_table(TABLE, data)
        findings = list(checks.findings())
        if checks.bad * 100 > layout.tolerated_percent * checks.records:
            percent = str(layout.tolerated_percent)
            findings.insert(0, breach("F16", checks.bad, percent=percent))
        findings += self._implausible(delivery, profiling.profile())
        judged = replace(
            delivery.receipt(seen.sha256, findings),
            records=checks.records,
            set_aside=checks.records,
            read_as=str(seen),
            counts_records=seen.counts_records,
        )
        if judged.broken:
            raise Turned(judged)
        self._remember(draft, delivery, profiling.profile())
        return replace(
            judged,
            accepted=True,
            kept=kept,
            set_aside=checks.records - kept,
            number=next_number(self._environment, delivery.parts),
        )

    def _passed(
        self, checks: Checks, delivery: Delivery, seen: Look
    ) -> Iterator[Judged]:
        told = 0
        for batch in records(delivery.content, delivery.layout, seen):
            yield checks.judge(batch)
            if checks.records - told >= _TELL_EVERY:
                told = checks.records
                self._progress(f"{delivery.content.name}: {told} records")

    def _keyed(
        self, judged: Judged, checks: Checks, profiling: Profiling, seen: Look
    ) -> pa.Table:
        """The records with the person's key in the place of the number."""
        table = self._minimised(judged, checks.layout)
        unknown = np.zeros(table.num_rows, bool)
        if "person" in table.column_names:
            keys, unknown = self._person_keys(judged, checks.layout, seen)
            table = table.append_column("person_key", keys)
            lines = table["line"].combine_chunks().to_numpy()
            checks.note_unknown(lines[unknown & ~judged.withheld])
        profiling.add(table, unknown)
        return table

    def _minimised(self, judged: Judged, layout: RecordLayout) -> pa.Table:
        """The records; a text that may have a number of a person in it is replaced.

        What may find a person stays only where the number does not.
        """
        table = judged.table
        for name, mask in judged.naming.items():
            if mask.any():
                column, chosen = table[name].combine_chunks(), pa.array(mask)
                stand_in = self._pseudonyms.references(column.filter(chosen))
                kept = pc.replace_with_mask(column, chosen, stand_in)
                table = _with(table, name, kept)
        withheld = pa.array(judged.withheld)
        for name in (field.name for field in layout.fields if field.finds_person):
            table = _with(table, name, pc.if_else(withheld, table[name], None))
        return table

    def _person_keys(
        self, judged: Judged, layout: RecordLayout, seen: Look
    ) -> tuple[pa.Array, Mask]:
        """A key per record, and whose are not in the key file where there is one."""
        person = judged.table["person"].combine_chunks()
        nobody = np.zeros(len(person), bool)
        if not layout.looks_up:
            return rin_keys(person), nobody
        lines = judged.table["line"].combine_chunks()
        keys, known = self._pseudonyms.person_keys(
            person, judged.withheld, seen.sha256, lines
        )
        return keys, nobody if self._pseudonyms.known is None else ~known

    def _implausible(self, delivery: Delivery, profile: Profile) -> list[Finding]:
        """How the delivery differs from the one before, and from those of others."""
        if not delivery.layout.comparisons:
            return []
        earlier = self._profiles.of(delivery.layout.folder, delivery.period.previous)
        now = self._profiles.of(delivery.layout.folder, delivery.period)
        return differences(
            delivery.layout.comparisons,
            profile,
            earlier.get(delivery.supplier),
            [other for name, other in now.items() if name != delivery.supplier],
        )

    def _remember(self, draft: Draft, delivery: Delivery, profile: Profile) -> None:
        if delivery.layout.comparisons:
            draft.write_table(PROFILE, profile.table())
            now = self._profiles.of(delivery.layout.folder, delivery.period)
            now[delivery.supplier] = profile

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
        subject = _which(receipt) | said
        self._environment.deed(Act.RECEIVE, "refused", subject).write()
        return receipt

    def _deed(self, receipt: Receipt, digest: str) -> Deed:
        said: dict[str, str | int] = {
            "sha256": receipt.sha256,
            "digest": digest,
            "number": receipt.number,
            "records": receipt.records,
            "kept": receipt.kept,
        }
        subject = _which(receipt) | said
        return self._environment.deed(Act.RECEIVE, "received", subject)


def _which(receipt: Receipt) -> dict[str, str | int]:
    if not receipt.source:
        return {}
    return {
        "source": receipt.source,
        "period": receipt.period,
        "supplier": receipt.supplier,
    }


def _with(table: pa.Table, name: str, column: pa.Array) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, column)
