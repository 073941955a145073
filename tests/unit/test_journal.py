"""The journal: a chain of signed lines in which nothing can be changed unseen."""

import json
import multiprocessing
import re
from datetime import datetime
from pathlib import Path

import pytest

from secure_env.environment import Environment, open_environment
from secure_env.errors import NotInside
from secure_env.journal import forked_after
from tests.support.deliveries import new_environment


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    made = new_environment(tmp_path / "env")
    for number in range(4):
        made.journal.append("anna", "received", {"records": number})
    return made


def lines(environment: Environment) -> list[bytes]:
    return environment.journal.path.read_bytes().splitlines(keepends=True)


def rewrite(environment: Environment, changed: list[bytes]) -> None:
    environment.journal.path.write_bytes(b"".join(changed))


def test_an_entry_says_who_did_what_and_what_came_before(environment: Environment):
    environment.journal.verify()
    first, second, *_ = environment.journal.entries()
    assert (first.number, second.number) == (1, 2)
    assert (second.actor, second.step) == ("anna", "received")
    assert second.subject == {"records": 0}
    assert second.time.endswith("+00:00")


def test_the_head_is_the_hash_that_append_gave(environment: Environment):
    head = environment.journal.append("bram", "vote", {"verdict": "approve"})
    assert environment.journal.head == head
    assert re.fullmatch("[0-9a-f]{64}", head)


@pytest.mark.parametrize("place", range(5))
def test_an_edited_entry_is_named(environment: Environment, place: int):
    changed = lines(environment)
    entry = json.loads(changed[place])
    entry["subject"] = {"records": 99}
    changed[place] = json.dumps(entry, sort_keys=True, separators=(",", ":")).encode()
    changed[place] += b"\n"
    rewrite(environment, changed)
    with pytest.raises(NotInside, match=f"entry {place + 1} .*not signed"):
        environment.journal.verify()


@pytest.mark.parametrize("place", range(4))
def test_a_removed_entry_is_noticed(environment: Environment, place: int):
    changed = lines(environment)
    del changed[place]
    rewrite(environment, changed)
    with pytest.raises(NotInside, match=f"entry {place + 1} "):
        environment.journal.verify()


def test_entries_in_another_order_are_noticed(environment: Environment):
    changed = lines(environment)
    changed[1], changed[2] = changed[2], changed[1]
    rewrite(environment, changed)
    with pytest.raises(NotInside, match="entry 2 "):
        environment.journal.verify()


def test_a_cut_tail_is_noticed(environment: Environment):
    rewrite(environment, lines(environment)[:-1])
    with pytest.raises(NotInside, match=r"entry 5 .*is missing or is another"):
        environment.journal.verify()


def test_a_tail_that_was_written_anew_is_noticed(environment: Environment):
    """By somebody with a key, who regrets what was written."""
    head = environment.journal.path.with_suffix(".head").read_bytes()
    rewrite(environment, lines(environment)[:-1])
    environment.journal.append("anna", "received", {"records": 99})
    environment.journal.path.with_suffix(".head").write_bytes(head)
    with pytest.raises(NotInside, match=r"entry 5 .*is another than the one"):
        environment.journal.verify()


@pytest.mark.parametrize("change", ["gone", "edited", "of another", "no text"])
def test_a_head_that_is_not_as_signed_is_noticed(environment: Environment, change: str):
    path = environment.journal.path.with_suffix(".head")
    said = json.loads(path.read_bytes())
    path.unlink()
    if change == "edited":
        path.write_text(json.dumps(said | {"number": 4}), "utf-8")
    elif change == "of another":
        path.write_text(json.dumps(said | {"actor": "bram"}), "utf-8")
    elif change == "no text":
        path.write_bytes(b"\xff[]")
    with pytest.raises(NotInside, match=r"journal\.head is missing or not as"):
        environment.journal.verify()


def test_killed_between_a_line_and_its_head_it_is_in_order(environment: Environment):
    path = environment.journal.path.with_suffix(".head")
    before = path.read_bytes()
    environment.journal.append("anna", "received", {})
    path.write_bytes(before)
    assert len(environment.journal.verify()) == 6


def test_a_disk_that_fills_leaves_no_part_of_a_line(
    environment: Environment, monkeypatch
):
    before = environment.journal.path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        with pytest.raises(OSError, match="No space left"):
            environment.journal.append("anna", "received", {"records": 1})
    assert environment.journal.path.read_bytes() == before
    environment.journal.verify()


def test_a_clock_that_jumps_back_changes_no_order(
    environment: Environment, monkeypatch
):
    class Earlier(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(1999, 1, 1, tzinfo=tz)

    monkeypatch.setattr("secure_env.journal.datetime", Earlier)
    environment.journal.append("anna", "received", {})
    assert len(environment.journal.verify()) == 6
    *_, before, last = environment.journal.entries()
    assert last.time < before.time
    assert last.number == before.number + 1


def test_two_journals_part_where_they_part():
    assert forked_after(["a", "b"], ["a", "b", "c"]) is None
    assert forked_after(["a", "b", "x"], ["a", "b", "c"]) == 2
    assert forked_after(["x"], ["y"]) == 0


@pytest.mark.parametrize("content", [b"", None])
def test_an_emptied_journal_is_noticed(environment: Environment, content: bytes | None):
    if content is None:
        environment.journal.path.unlink()
    else:
        environment.journal.path.write_bytes(content)
    with pytest.raises(NotInside, match=r"entry 1 .*missing"):
        environment.journal.verify()


@pytest.mark.parametrize("text", ["[]", '{"number":1}', "no json", '"subject"'])
def test_a_line_of_another_form_is_noticed(environment: Environment, text: str):
    rewrite(environment, [*lines(environment), f"{text}\n".encode()])
    with pytest.raises(NotInside, match=r"entry 6 .*cannot be read"):
        environment.journal.verify()


def test_a_forged_entry_of_another_person_is_noticed(environment: Environment):
    changed = lines(environment)
    entry = json.loads(changed[-1])
    entry["actor"] = "bram"
    changed[-1] = json.dumps(entry, sort_keys=True, separators=(",", ":")).encode()
    rewrite(environment, [*changed[:-1], changed[-1] + b"\n"])
    with pytest.raises(NotInside, match=r"entry 5 .*not signed by its actor"):
        environment.journal.verify()


def test_a_signature_taken_away_is_noticed(environment: Environment):
    changed = lines(environment)
    changed[-1] = re.sub(rb'"signature":"[0-9a-f]+"', b'"signature":""', changed[-1])
    rewrite(environment, changed)
    with pytest.raises(NotInside, match=r"entry 5 .*not signed by its actor"):
        environment.journal.verify()


def test_every_flipped_bit_of_the_last_line_is_noticed(environment: Environment):
    whole = environment.journal.path.read_bytes()
    start = whole.rfind(b"\n", 0, -1) + 1
    for place in range(start, len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 1
        environment.journal.path.write_bytes(changed)
        with pytest.raises(NotInside, match="entry"):
            environment.journal.verify()


def test_who_has_no_key_at_hand_cannot_write_in_that_name(environment: Environment):
    (environment.root / "keys" / "people" / "bram.key").unlink()
    before = environment.journal.path.read_bytes()
    with pytest.raises(NotInside, match=r"bram\.key is missing"):
        environment.journal.append("bram", "vote", {})
    assert environment.journal.path.read_bytes() == before


def test_a_step_is_somebodys(environment: Environment):
    with pytest.raises(NotInside, match="nobody of that name"):
        environment.journal.append("dirk", "received", {})


def test_a_line_cut_by_a_crash_is_taken_away_by_the_next(environment: Environment):
    whole = environment.journal.path.read_bytes()
    environment.journal.path.write_bytes(whole + b'{"actor":"an')
    with pytest.raises(NotInside, match=r"entry 6 .*incomplete"):
        environment.journal.verify()
    environment.journal.append("anna", "linked", {})
    environment.journal.verify()
    assert [entry.number for entry in environment.journal.entries()][-1] == 6


def test_long_lines_are_followed(environment: Environment):
    for _ in range(2):
        environment.journal.append("anna", "audited", {"text": "x" * 100_000})
    environment.journal.verify()
    assert sum(1 for _ in environment.journal.entries()) == 7


def append_many(root: Path, times: int) -> None:
    journal = open_environment(root).journal
    for number in range(times):
        journal.append("anna", "received", {"number": number})


def test_two_writers_at_once_lose_nothing(environment: Environment):
    spawned = multiprocessing.get_context("spawn")
    writers = [
        spawned.Process(target=append_many, args=(environment.root, 20))
        for _ in range(2)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    environment.journal.verify()
    assert sum(1 for _ in environment.journal.entries()) == 5 + 40
