"""The keys of rooms and periods: re-wrapped, destroyed, and never half of it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from secure_env.environment import Environment, open_environment
from secure_env.errors import NotInside
from secure_env.journal import Deed
from secure_env.period_keys import PeriodKeys
from tests.support.deliveries import contents, new_environment


SCOPES = ("deliveries/2023-H1", "deliveries/2023-H2", "linked/2023-H1")


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    made = new_environment(tmp_path / "env")
    for scope in SCOPES:
        made.store.keys.key_or_new(scope)
    return made


def reopened(environment: Environment) -> PeriodKeys:
    return open_environment(environment.root).store.keys


def all_keys(keys: PeriodKeys) -> dict[str, bytes]:
    return {scope: keys.key(scope) for scope in keys.scopes()}


def test_every_scope_has_a_key_of_its_own_and_keeps_it(environment: Environment):
    keys = environment.store.keys
    assert len({keys.key_or_new(scope) for scope in SCOPES}) == 3
    assert all_keys(reopened(environment)) == all_keys(keys)


def test_a_scope_that_was_never_written_has_no_key(environment: Environment):
    with pytest.raises(NotInside, match="there is no key of cells/2023-H1"):
        environment.store.keys.key("cells/2023-H1")


def test_another_store_key_opens_the_same_data(environment: Environment):
    """Only the small file and the key file change; no table is written again."""
    keys, deed = environment.store.keys, Deed(environment.journal, "anna", "x", {})
    environment.store.save("linked", ("2023-H1",), "ab" * 32, {}, {"a": b"1"}, deed)
    before, opened = contents(environment.root), all_keys(keys)
    identity = keys.rotate()
    after = contents(environment.root)
    changed = {
        name for name in {*before, *after} if before.get(name) != after.get(name)
    }
    (old,) = (name for name in before if name.startswith("keys/store-"))
    assert changed == {"keys/periods.json", old, f"keys/store-{identity}.key"}
    assert old not in after
    assert all_keys(reopened(environment)) == opened
    (folder,) = open_environment(environment.root).store.folders("linked")
    assert folder.document("a") == b"1"


def test_the_file_of_before_opens_nothing_any_more(environment: Environment):
    path = environment.store.keys.path
    before = path.read_bytes()
    environment.store.keys.rotate()
    path.write_bytes(before)
    with pytest.raises(NotInside, match=r"store-[0-9a-f]{16}\.key is missing"):
        reopened(environment).key(SCOPES[0])


def test_a_destroyed_key_is_gone_from_every_copy(environment: Environment):
    keys = environment.store.keys
    before, stays = keys.path.read_bytes(), keys.key("deliveries/2023-H2")
    keys.destroy(["deliveries/2023-H1", "linked/2023-H1"])
    assert keys.scopes() == ("deliveries/2023-H2",)
    assert reopened(environment).key("deliveries/2023-H2") == stays
    with pytest.raises(NotInside, match="it was destroyed by gmsd purge"):
        keys.key("deliveries/2023-H1")
    keys.path.write_bytes(before)
    with pytest.raises(NotInside, match="missing"):
        reopened(environment).key("deliveries/2023-H1")


def test_every_flipped_bit_is_refused_or_harmless(environment: Environment):
    path = environment.store.keys.path
    content, good = path.read_bytes(), all_keys(environment.store.keys)
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1
        path.write_bytes(changed)
        try:
            found = all_keys(reopened(environment))
        except NotInside:
            continue
        assert set(found.values()) <= set(good.values()), place


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff", None])
def test_a_damaged_file_is_one_sentence(
    environment: Environment, content: bytes | None
):
    path = environment.store.keys.path
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(NotInside, match=r"periods\.json is missing or damaged"):
        reopened(environment).key(SCOPES[0])
    with pytest.raises(NotInside, match=r"periods\.json is missing or damaged"):
        reopened(environment).key_or_new("new/2023-H1")


def test_a_file_of_another_format_says_so(environment: Environment):
    path = environment.store.keys.path
    said = json.loads(path.read_bytes())
    path.write_text(json.dumps(said | {"format": 9}), "utf-8")
    with pytest.raises(NotInside, match="has format 9, this program knows 1"):
        reopened(environment).scopes()


def test_without_a_next_key_there_is_no_change(environment: Environment, monkeypatch):
    keys = environment.store.keys
    holder = keys.place.find(json.loads(keys.path.read_bytes())["store_key"])
    monkeypatch.setattr(type(keys.place), "make", lambda _: holder)
    with pytest.raises(NotInside, match="there is no next store key yet"):
        keys.rotate()


ROTATE = """
import os, signal, sys
from pathlib import Path
from secure_env import disk, keyholders, period_keys
from secure_env.environment import open_environment

at = int(sys.argv[2])
done = 0

def counted(real):
    def call(*given, **named):
        global done
        if done == at:
            os.kill(os.getpid(), signal.SIGKILL)
        done += 1
        return real(*given, **named)
    return call

period_keys.replace = counted(period_keys.replace)
os.fsync = counted(os.fsync)
Path.rename, Path.replace = counted(Path.rename), counted(Path.replace)
Path.unlink = counted(Path.unlink)
open_environment(Path(sys.argv[1])).store.keys.rotate()
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX")
def test_a_rotation_killed_anywhere_loses_no_key(environment: Environment):
    """Killed before each of its steps; then everything opens, and it can go again."""
    opened = all_keys(environment.store.keys)
    kills = 0
    for step in range(30):
        command = [sys.executable, "-c", ROTATE, str(environment.root), str(step)]
        code = subprocess.run(command, check=False).returncode
        assert all_keys(reopened(environment)) == opened
        if code == 0:
            break
        kills += code == -9
    assert kills >= 5
    reopened(environment).rotate()
    assert len(list((environment.root / "keys").glob("store-*"))) == 1
    assert all_keys(reopened(environment)) == opened
