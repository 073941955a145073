"""The environment folder: made once, complete, and only with the right people."""

import os
from pathlib import Path

import pytest

from secure_env.environment import initialise, open_environment
from secure_env.errors import NotInside, UsageError
from tests.support.deliveries import new_environment


def test_a_new_environment_has_people_keys_and_a_journal(tmp_path: Path):
    made = new_environment(tmp_path / "env")
    opened = open_environment(tmp_path / "env")
    assert opened == made
    assert opened.statistician == "anna"
    assert opened.checkers == ("bram", "chris")
    assert len(opened.pseudonym_key) == 32
    opened.journal.verify()
    assert [entry.step for entry in opened.journal.entries()] == ["initialised"]
    signature = opened.signing_key("bram").sign(b"vote")
    opened.public_key("bram").verify(signature, b"vote")


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX")
def test_nobody_else_can_look_into_it(tmp_path: Path):
    root = new_environment(tmp_path / "env").root
    assert root.stat().st_mode & 0o777 == 0o700
    for key in root.rglob("*.key"):
        assert key.stat().st_mode & 0o777 == 0o600


def test_a_folder_with_something_in_it_is_refused(tmp_path: Path):
    (tmp_path / "file").write_text("mine", "utf-8")
    with pytest.raises(UsageError, match="is not empty"):
        new_environment(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_an_empty_folder_will_do(tmp_path: Path):
    (tmp_path / "env").mkdir()
    assert new_environment(tmp_path / "env").root == tmp_path / "env"


@pytest.mark.parametrize("checkers", [[], ["bram"], ["bram", "bram"], ["anna", "bram"]])
def test_two_checkers_who_did_not_make_the_figures(tmp_path: Path, checkers: list[str]):
    with pytest.raises(UsageError, match="two or more checkers"):
        initialise(tmp_path / "env", statistician="anna", checkers=checkers)
    assert list(tmp_path.iterdir()) == []


def test_a_failure_half_way_leaves_nothing(tmp_path: Path, monkeypatch):
    def full(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("secure_env.environment.make_pair", full)
    with pytest.raises(OSError, match="disk full"):
        new_environment(tmp_path / "env")
    assert list(tmp_path.iterdir()) == []


def test_another_folder_is_no_environment(tmp_path: Path):
    with pytest.raises(NotInside, match="is no environment"):
        open_environment(tmp_path)


def test_an_environment_of_a_later_program_is_refused(tmp_path: Path):
    root = new_environment(tmp_path / "env").root
    toml = root / "environment.toml"
    toml.write_text(
        toml.read_text("utf-8").replace("format = 1", "format = 9"), "utf-8"
    )
    with pytest.raises(NotInside, match="environment format 9"):
        open_environment(root)


def test_somebody_else_has_no_key_here(tmp_path: Path):
    environment = new_environment(tmp_path / "env")
    with pytest.raises(NotInside, match="nobody of that name"):
        environment.signing_key("dirk")


def test_its_secrets_are_not_in_its_repr(tmp_path: Path):
    environment = new_environment(tmp_path / "env")
    secret = (environment.root / "keys" / "store.key").read_bytes()
    assert str(secret) not in repr(environment)
    assert secret.hex() not in repr(environment)
