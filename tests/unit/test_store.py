"""The store: written once, whole or not at all; every tampering is one sentence."""

import json
import multiprocessing
import os
import shutil
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap

from secure_env.encryption import write_encrypted
from secure_env.environment import open_environment
from secure_env.errors import NotInside, UsageError
from secure_env.inspection import inspect
from secure_env.journal import Deed
from secure_env.store import Folder, Store, scope_of
from tests.support.deliveries import new_environment


DIGEST = "ab" * 32
PARTS = ("wmo", "2023-H1", "GM0363")
TABLE = pa.table({"person_key": ["R000000001", "R000000002"], "line": [2, 3]})
MARK = "MARKEDPERSON"


def stored(root: Path) -> Deed:
    """What these tests tell the journal."""
    return Deed(open_environment(root).journal, "anna", "stored", {})


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_environment(tmp_path / "env").store


@pytest.fixture
def folder(store: Store) -> Folder:
    return save(store)


def save(store: Store, parts: tuple[str, ...] = PARTS, digest: str = DIGEST) -> Folder:
    return store.save(
        "deliveries",
        parts,
        digest,
        {"records": TABLE},
        {"receipt.json": b"{}\n"},
        stored(store.root),
    )


def test_what_is_saved_is_read_back(store: Store, folder: Folder):
    assert folder.path == store.root / "deliveries/wmo/2023-H1/GM0363" / DIGEST[:16]
    assert folder.names == ("records", "receipt.json")
    assert folder.rows("records") == 2
    assert folder.table("records") == TABLE
    assert folder.table("records", ["line"]) == TABLE.select(["line"])
    assert folder.document("receipt.json") == b"{}\n"
    assert store.folder("deliveries", PARTS, DIGEST) == folder


def test_a_folder_that_was_never_made_is_none(store: Store):
    assert store.folder("deliveries", PARTS, DIGEST) is None
    assert store.folders("deliveries") == []


def test_folders_are_found_by_their_first_parts(store: Store):
    save(store)
    save(store, ("wmo", "2023-H1", "GM0599"))
    save(store, ("bus", "2023-H1", "GM0363"))
    found = [folder.parts for folder in store.folders("deliveries", "wmo")]
    assert found == [PARTS, ("wmo", "2023-H1", "GM0599")]
    assert len(store.folders("deliveries")) == 3


def test_documents_may_lie_in_folders_of_their_own(store: Store):
    inner = {"candidate/manifest.json": b"1", "candidate/tables/a.csv": b"2"}
    folder = store.save("audited", ("2023-H1",), DIGEST, {}, inner, stored(store.root))
    assert folder.document("candidate/tables/a.csv") == b"2"
    assert len(store.folders("audited")) == 1


@pytest.mark.parametrize("name", ["../x", "a/../b", "", ".x", "a b", "/x", "a/"])
def test_a_name_that_leads_elsewhere_is_refused(store: Store, name: str):
    with pytest.raises(UsageError, match="a name in the store"):
        store.save("audited", ("2023-H1",), DIGEST, {}, {name: b""}, stored(store.root))
    with pytest.raises(UsageError, match="a name in the store"):
        store.folder("audited", (name,), DIGEST)


def test_a_folder_is_written_once(store: Store, folder: Folder):
    other = store.save(
        "deliveries", PARTS, DIGEST, {}, {"other.json": b""}, stored(store.root)
    )
    assert other == folder


def test_rows_come_as_a_stream_and_go_as_a_stream(store: Store):
    schema = pa.schema([("a", pa.int64())])

    def batches() -> Iterator[pa.RecordBatch]:
        for start in range(0, 300_000, 1_000):
            yield pa.record_batch([pa.array(range(start, start + 1_000))], schema)

    reader = pa.RecordBatchReader.from_batches(schema, batches())
    folder = store.save(
        "linked", ("2023-H1",), DIGEST, {"a": reader}, {}, stored(store.root)
    )
    sizes = [batch.num_rows for batch in folder.batches("a")]
    assert sum(sizes) == folder.rows("a") == 300_000
    assert max(sizes) <= 131_072


def test_an_empty_table_keeps_its_columns(store: Store):
    empty = TABLE.slice(0, 0)
    folder = store.save(
        "linked", ("2023-H1",), DIGEST, {"a": empty}, {}, stored(store.root)
    )
    assert folder.table("a").schema == TABLE.schema
    assert folder.table("a").num_rows == 0


def test_no_row_can_be_read_without_the_key(store: Store):
    marked = pa.table({"person_key": [MARK] * 1_000})
    folder = store.save(
        "linked", ("2023-H1",), DIGEST, {"a": marked}, {}, stored(store.root)
    )
    for path in store.root.rglob("*"):
        if path.is_file():
            assert MARK.encode() not in path.read_bytes()
            assert b"person_key" not in path.read_bytes()
    with pytest.raises(OSError, match="encrypted"):
        pq.read_table(folder.path / "a.parquet")


def test_every_file_has_a_key_of_its_own(store: Store):
    save(store)
    save(store, ("wmo", "2023-H1", "GM0599"))
    one, other = (
        (folder.path / "records.parquet").read_bytes()
        for folder in store.folders("deliveries")
    )
    assert one != other


def every_byte_of(folder: Folder) -> Iterator[tuple[Path, int]]:
    for name in ("records.parquet", "receipt.json", "manifest.json"):
        path = folder.path / name
        for place in (0, *range(3, path.stat().st_size, 7)):
            yield path, place


def read_all(store: Store) -> None:
    folder = store.folder("deliveries", PARTS, DIGEST)
    assert folder is not None
    folder.table("records")
    folder.document("receipt.json")


def test_a_flipped_bit_anywhere_is_refused(store: Store, folder: Folder):
    for path, place in every_byte_of(folder):
        content = path.read_bytes()
        changed = bytearray(content)
        changed[place] ^= 1
        path.write_bytes(changed)
        with pytest.raises(NotInside, match=r"does not open|has no"):
            read_all(store)
        path.write_bytes(content)
    read_all(store)


@pytest.mark.parametrize("part", range(16))
def test_a_truncated_table_is_refused(store: Store, folder: Folder, part: int):
    path = folder.path / "records.parquet"
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * part // 16])
    with pytest.raises(NotInside, match=r"records\.parquet .* does not open"):
        read_all(store)


def test_two_swapped_tables_are_refused(store: Store, folder: Folder):
    other = save(store, ("wmo", "2023-H1", "GM0599"))
    one, two = folder.path / "records.parquet", other.path / "records.parquet"
    content = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(content)
    for each in (folder, other):
        with pytest.raises(NotInside, match=r"records\.parquet .* does not open"):
            each.table("records")


def test_a_table_replayed_with_its_wrapped_key_is_refused(store: Store, folder: Folder):
    """Even someone who could seal the manifest anew cannot pass off another table."""
    other = save(store, ("wmo", "2023-H1", "GM0599"))
    shutil.copy(other.path / "records.parquet", folder.path / "records.parquet")
    forged = Folder(
        folder.path, folder.room, folder.parts, folder.digest, folder.run,
        other.tables, folder.documents, folder.sha256, folder._wrapping,
    )  # fmt: skip
    with pytest.raises(NotInside, match=r"records\.parquet .* does not open"):
        forged.table("records")


def test_a_table_that_a_holder_of_the_keys_wrote_anew_is_noticed(
    store: Store, folder: Folder
):
    """It opens, under its own key and name; it is not what the journal knows."""
    path = folder.path / "records.parquet"
    path.unlink()
    place = (folder.room, folder.parts, folder.digest, folder.run)
    key = aes_key_unwrap(
        folder._wrapping, bytes.fromhex(folder.tables["records"]["key"])
    )
    name = "/".join(("gmsd", "v2", place[0], *place[1], *place[2:], "records"))
    write_encrypted(path, TABLE.slice(1), key=key, name=name)
    assert folder.table("records").num_rows == 1
    with pytest.raises(NotInside, match=r"records\.parquet .* does not open"):
        inspect(open_environment(store.root))


def test_a_folder_under_another_name_is_refused(store: Store, folder: Folder):
    elsewhere = folder.path.parent.parent / "GM0599" / folder.path.name
    shutil.copytree(folder.path, elsewhere)
    with pytest.raises(NotInside, match=r"manifest\.json .* does not open"):
        store.folder("deliveries", ("wmo", "2023-H1", "GM0599"), DIGEST)
    with pytest.raises(NotInside, match=r"manifest\.json .* does not open"):
        store.folders("deliveries")


def test_a_document_changed_together_with_the_manifest_is_refused(
    store: Store, folder: Folder
):
    manifest = folder.path / "manifest.json"
    said = json.loads(manifest.read_text("utf-8"))
    (folder.path / "receipt.json").write_bytes(b"{ }\n")
    said["documents"]["receipt.json"] = "0" * 64
    manifest.write_text(json.dumps(said), "utf-8")
    with pytest.raises(NotInside, match=r"manifest\.json .* does not open"):
        read_all(store)


def test_a_table_of_an_earlier_run_is_refused(store: Store, folder: Folder):
    """The same delivery, stored again: its old file does not pass for the new one."""
    old = (folder.path / "records.parquet").read_bytes()
    shutil.rmtree(folder.path)
    again = save(store)
    assert (again.digest, again.run) != (folder.digest, folder.run)
    (again.path / "records.parquet").write_bytes(old)
    with_its_key = replace(again, tables=folder.tables)
    for each in (again, with_its_key):
        with pytest.raises(NotInside, match=r"records\.parquet .* does not open"):
            each.table("records")


def test_another_store_key_opens_nothing(store: Store, folder: Folder):
    (key,) = (store.root / "keys").glob("store-*.key")
    key.write_bytes(b"k" * 32)
    with pytest.raises(NotInside, match="the store key is another"):
        read_all(open_environment(store.root).store)


def test_the_journal_knows_a_folder_before_it_shows(store: Store, monkeypatch):
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("secure_env.store._publish", killed)
    with pytest.raises(KeyboardInterrupt):
        save(store)
    *_, last = open_environment(store.root).journal.entries()
    assert last.step == "stored"
    assert store.folders("deliveries") == []


def test_a_folder_that_the_journal_cannot_have_does_not_appear(
    store: Store, monkeypatch
):
    def full(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("secure_env.journal.Journal._write", full)
    with pytest.raises(OSError, match="disk full"):
        save(store)
    assert store.folders("deliveries") == []


def test_a_draft_that_is_not_finished_leaves_nothing(store: Store):
    with store.draft("linked", ("2023-H1",), DIGEST) as draft:
        draft.write_table("a", TABLE)
    assert store.folders("linked") == []
    assert list((store.root / ".staging").iterdir()) == []


@pytest.mark.parametrize(
    ("parts", "scope"),
    [
        (("wmo", "2023-H1", "GM0363"), "deliveries/2023-H1"),
        (("regio", "2023", "CBS"), "deliveries/2023"),
        (("levensweg-2015",), "deliveries/levensweg-2015"),
        (("x",), "deliveries"),
    ],
)
def test_a_room_has_a_key_per_period(parts: tuple[str, ...], scope: str):
    assert scope_of("deliveries", parts) == scope


def test_a_missing_file_is_refused(store: Store, folder: Folder):
    (folder.path / "records.parquet").unlink()
    with pytest.raises(NotInside, match=r"records\.parquet .* does not open"):
        read_all(store)


def test_a_table_that_is_not_there_is_named(folder: Folder):
    with pytest.raises(NotInside, match="has no 'persons'; it has records"):
        folder.table("persons")


def test_a_failure_half_way_leaves_nothing(store: Store):
    def batches() -> Iterator[pa.RecordBatch]:
        yield from TABLE.to_batches()
        raise OSError("disk full")

    reader = pa.RecordBatchReader.from_batches(TABLE.schema, batches())
    with pytest.raises(OSError, match="disk full"):
        store.save(
            "linked", ("2023-H1",), DIGEST, {"a": reader}, {}, stored(store.root)
        )
    assert store.folders("linked") == []
    assert list((store.root / ".staging").iterdir()) == []


def save_slowly(root: Path, started: Path) -> None:
    def batches() -> Iterator[pa.RecordBatch]:
        for _ in range(100):
            yield pa.record_batch({"a": list(range(200_000))})
        started.touch()
        time.sleep(60)

    schema = pa.schema([("a", pa.int64())])
    reader = pa.RecordBatchReader.from_batches(schema, batches())
    store = open_environment(root).store
    store.save("linked", ("2023-H1",), DIGEST, {"a": reader}, {}, stored(store.root))


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX")
def test_a_killed_writer_leaves_nothing_that_anyone_sees(store: Store, tmp_path: Path):
    started = tmp_path / "started"
    spawned = multiprocessing.get_context("spawn")
    writer = spawned.Process(target=save_slowly, args=(store.root, started))
    writer.start()
    until = time.monotonic() + 50
    while not started.exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert started.exists()
    os.kill(writer.pid or 0, signal.SIGKILL)
    writer.join()
    assert store.folder("linked", ("2023-H1",), DIGEST) is None
    assert len(list((store.root / ".staging").iterdir())) == 1
    save(store)  # the next writer clears what the killed one left
    assert list((store.root / ".staging").iterdir()) == []
    assert list((store.root / "locks").glob("draft-*")) == []


def test_a_living_writer_is_left_alone(store: Store):
    with store.draft("linked", ("2023-H1",), DIGEST) as draft:
        save(store)
        draft.write_table("a", TABLE)
        draft.finish(stored(store.root))
    folder = store.folder("linked", ("2023-H1",), DIGEST)
    assert folder is not None
    assert folder.table("a") == TABLE


def test_of_two_who_write_the_same_folder_the_first_stays(store: Store):
    with store.draft("linked", ("2023-H1",), DIGEST) as late:
        first = store.save(
            "linked", ("2023-H1",), DIGEST, {"a": TABLE}, {}, stored(store.root)
        )
        late.write_table("b", TABLE)
        late.finish(stored(store.root))
    folder = store.folder("linked", ("2023-H1",), DIGEST)
    assert folder == first
