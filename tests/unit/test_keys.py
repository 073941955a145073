"""Keys: random, their owner's only, and of one purpose each."""

import os
from pathlib import Path

import pytest

from secure_env.errors import NotInside, UsageError
from secure_env.keys import (
    derived_key,
    make_pair,
    make_secret,
    person_name,
    read_private,
    read_public,
    read_secret,
)


posix = pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX")


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


def test_what_the_private_key_signs_the_public_key_verifies(tmp_path: Path):
    make_pair(tmp_path, "anna")
    signature = read_private(tmp_path, "anna").sign(b"text")
    read_public(tmp_path, "anna").verify(signature, b"text")


def test_a_damaged_public_key_is_refused(tmp_path: Path):
    (tmp_path / "anna.pub").write_text("no key", "utf-8")
    with pytest.raises(NotInside, match=r"anna\.pub is missing or damaged"):
        read_public(tmp_path, "anna")


def test_one_secret_gives_a_key_per_purpose():
    assert derived_key(b"s" * 32, "a") != derived_key(b"s" * 32, "b")
    assert derived_key(b"s" * 32, "a") == derived_key(b"s" * 32, "a")
