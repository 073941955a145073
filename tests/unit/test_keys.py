"""Keys: random, their owner's only, and of one purpose each."""

import json
import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from secure_env.errors import NotInside, UsageError
from secure_env.keys import (
    derived_key,
    make_pair,
    make_secret,
    person_name,
    protect,
    public_key,
    read_secret,
    signing_key,
)


posix = pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX")


@pytest.fixture
def cheap(monkeypatch) -> None:
    """Sealing costs nothing; how dear it is has a test of its own."""
    monkeypatch.setattr("secure_env.keys.MEMORY_KIB", 8)
    monkeypatch.setattr("secure_env.keys.PASSES", 1)


@pytest.mark.parametrize("name", ["anna", "de-boer", "x2", "a" * 31])
def test_a_name_of_a_person(name: str):
    assert person_name(name) == name


@pytest.mark.parametrize("name", ["", "a", "Anna", "1a", "../x", "a b", "a" * 32])
def test_no_name_of_a_person(name: str):
    with pytest.raises(UsageError, match="small letters"):
        person_name(name)


def test_secrets_differ(tmp_path: Path):
    make_secret(tmp_path / "a.key")
    make_secret(tmp_path / "b.key")
    assert len(read_secret(tmp_path / "a.key")) == 32
    assert read_secret(tmp_path / "a.key") != read_secret(tmp_path / "b.key")


def test_a_key_is_never_made_over_another(tmp_path: Path):
    make_secret(tmp_path / "a.key")
    with pytest.raises(FileExistsError):
        make_secret(tmp_path / "a.key")


@posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o622])
def test_a_key_that_others_can_reach_is_refused(tmp_path: Path, mode: int):
    make_secret(tmp_path / "a.key")
    (tmp_path / "a.key").chmod(mode)
    with pytest.raises(NotInside, match=r"a\.key can be read by others.*0600"):
        read_secret(tmp_path / "a.key")


@posix
def test_a_key_is_made_for_its_owner_whatever_the_umask(tmp_path: Path):
    before = os.umask(0)
    try:
        make_secret(tmp_path / "a.key")
    finally:
        os.umask(before)
    assert (tmp_path / "a.key").stat().st_mode & 0o777 == 0o600


def test_a_missing_or_damaged_key_is_refused(tmp_path: Path):
    with pytest.raises(NotInside, match=r"a\.key is missing"):
        read_secret(tmp_path / "a.key")
    make_secret(tmp_path / "a.key")
    with (tmp_path / "a.key").open("ab") as file:
        file.write(b"x")
    with pytest.raises(NotInside, match=r"a\.key is damaged"):
        read_secret(tmp_path / "a.key")


def test_a_key_under_a_passphrase_opens_with_it_and_no_other(
    tmp_path: Path, monkeypatch, cheap
):
    monkeypatch.setenv("GMSD_PASSPHRASE_BERT", "correct horse battery")
    make_secret(tmp_path / "bert.key", "correct horse battery")
    secret = read_secret(tmp_path / "bert.key")
    assert len(secret) == 32
    assert secret not in (tmp_path / "bert.key").read_bytes()
    assert secret.hex().encode() not in (tmp_path / "bert.key").read_bytes()
    monkeypatch.setenv("GMSD_PASSPHRASE_BERT", "correct horse batters")
    with pytest.raises(NotInside, match="the passphrase of bert is not the one"):
        read_secret(tmp_path / "bert.key")


def test_trying_a_passphrase_is_dear(tmp_path: Path):
    make_secret(tmp_path / "bert.key", "correct horse battery")
    said = json.loads((tmp_path / "bert.key").read_bytes())["argon2id"]
    assert said["memory_kib"] >= 64 * 1024
    assert said["passes"] >= 3


def test_without_a_passphrase_and_a_terminal_it_is_said_what_to_do(
    tmp_path: Path, monkeypatch, cheap
):
    make_secret(tmp_path / "de-boer.key", "correct horse battery")
    monkeypatch.delenv("GMSD_PASSPHRASE_DE_BOER", raising=False)
    with pytest.raises(NotInside, match="set GMSD_PASSPHRASE_DE_BOER or use"):
        read_secret(tmp_path / "de-boer.key")


def test_on_a_terminal_the_passphrase_is_asked(tmp_path: Path, monkeypatch, cheap):
    make_secret(tmp_path / "bert.key", "correct horse battery")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda _: "correct horse battery")
    assert len(read_secret(tmp_path / "bert.key")) == 32


def test_a_short_passphrase_is_none(tmp_path: Path):
    with pytest.raises(UsageError, match="12 characters or more"):
        make_secret(tmp_path / "bert.key", "short")
    assert list(tmp_path.iterdir()) == []


def test_where_passphrases_are_asked_for_a_bare_key_is_refused(tmp_path: Path):
    make_secret(tmp_path / "bert.key")
    with pytest.raises(NotInside, match=r"bert\.key has no passphrase"):
        read_secret(tmp_path / "bert.key", must_be_protected=True)


def test_a_key_gets_another_passphrase(tmp_path: Path, monkeypatch, cheap):
    make_secret(tmp_path / "bert.key")
    secret = read_secret(tmp_path / "bert.key")
    protect(tmp_path / "bert.key", "correct horse battery")
    monkeypatch.setenv("GMSD_PASSPHRASE_BERT", "correct horse battery")
    assert read_secret(tmp_path / "bert.key") == secret
    assert [path.name for path in tmp_path.iterdir()] == ["bert.key"]


def test_every_flipped_bit_of_a_sealed_key_is_refused(
    tmp_path: Path, monkeypatch, cheap
):
    monkeypatch.setenv("GMSD_PASSPHRASE_BERT", "correct horse battery")
    path = tmp_path / "bert.key"
    make_secret(path, "correct horse battery")
    content = path.read_bytes()
    secret = read_secret(path)
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1
        path.write_bytes(changed)
        try:
            assert read_secret(path) == secret, place  # a blank between two words
            assert chr(content[place]).isspace()
        except NotInside:
            continue


@pytest.mark.parametrize("cost", [{"memory_kib": 1 << 30}, {"passes": 10**6}])
def test_a_file_that_would_take_the_machine_down_is_damaged(
    tmp_path: Path, cheap, cost: dict[str, int]
):
    make_secret(tmp_path / "bert.key", "correct horse battery")
    said = json.loads((tmp_path / "bert.key").read_bytes())
    said["argon2id"] |= cost
    (tmp_path / "bert.key").write_text(json.dumps(said), "utf-8")
    with pytest.raises(NotInside, match="is damaged"):
        read_secret(tmp_path / "bert.key")


def test_what_the_private_key_signs_the_public_key_verifies(tmp_path: Path):
    private = make_pair(tmp_path, "anna")
    signature = signing_key(read_secret(tmp_path / "anna.key")).sign(b"text")
    public_key(private.public_key().public_bytes_raw()).verify(signature, b"text")
    pem = load_pem_public_key((tmp_path / "anna.pub").read_bytes())
    assert pem == private.public_key()


def test_one_secret_gives_a_key_per_purpose():
    assert derived_key(b"s" * 32, "a") != derived_key(b"s" * 32, "b")
    assert derived_key(b"s" * 32, "a") == derived_key(b"s" * 32, "a")
