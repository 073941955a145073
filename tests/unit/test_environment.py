"""The environment folder: made once, complete, and only with the right people."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from rules.duties import DUTIES, Act, Role
from secure_env.environment import (
    Environment,
    appoint,
    initialise,
    open_environment,
)
from secure_env.errors import NotInside, UsageError
from secure_env.settings import Custody
from tests.support.deliveries import contents, new_environment


def test_a_new_environment_has_people_keys_and_a_journal(tmp_path: Path):
    made = new_environment(tmp_path / "env")
    opened = open_environment(tmp_path / "env")
    assert opened == made
    assert opened.statistician == "anna"
    assert opened.checkers == ("bram", "chris")
    assert len(opened.pseudonym_key) == 32
    opened.journal.verify()
    assert [entry.step for entry in opened.journal.entries()] == ["initialised"]
    signature = opened.people.private("bram").sign(b"vote")
    opened.people.public("bram").verify(signature, b"vote")
    assert len(opened.verify()) == 1


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
        toml.read_text("utf-8").replace("format = 3", "format = 9"), "utf-8"
    )
    with pytest.raises(NotInside, match="environment format 9"):
        open_environment(root)


def test_somebody_else_has_no_key_here(tmp_path: Path):
    environment = new_environment(tmp_path / "env")
    with pytest.raises(NotInside, match="nobody of that name"):
        environment.people.private("dirk")


def test_its_secrets_are_not_in_its_repr(tmp_path: Path):
    environment = new_environment(tmp_path / "env")
    (key,) = (environment.root / "keys").glob("store-*.key")
    secret = key.read_bytes()
    environment.store.keys.key_or_new("deliveries/2023-H1")
    assert str(secret) not in repr(environment)
    assert secret.hex() not in repr(environment)


def test_another_pseudonym_key_is_refused(tmp_path: Path):
    """Under it nobody who came in before would be found again."""
    environment = new_environment(tmp_path / "env")
    path = environment.root / "keys/pseudonym.key"
    path.write_bytes(bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:])
    with pytest.raises(NotInside, match="not the key that persons were keyed with"):
        _ = environment.pseudonym_key


# --- people ---------------------------------------------------------------------------


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return new_environment(tmp_path / "env")


def test_everybody_has_one_role(environment: Environment):
    people = environment.settings.people
    assert {name: person.role.value for name, person in people.items()} == {
        "anna": "statistician", "bram": "checker", "chris": "checker",
        "intake": "intake", "publisher": "publisher", "administrator": "administrator",
    }  # fmt: skip


def test_one_person_in_two_roles_is_refused(tmp_path: Path):
    with pytest.raises(UsageError, match="5 people for 6 roles"):
        initialise(
            tmp_path / "env",
            statistician="anna",
            checkers=["bram", "chris"],
            others={Role.PUBLISHER: "anna"},
        )


@pytest.mark.parametrize("act", Act)
def test_an_act_is_for_its_role_and_for_no_other(environment: Environment, act: Act):
    for name, person in environment.settings.people.items():
        acting = replace(environment, acting=name)
        if person.role is DUTIES[act]:
            assert acting.actor(act) == name
        else:
            with pytest.raises(
                NotInside, match=f"for an? {DUTIES[act].value}, and {name}"
            ):
                acting.actor(act)


def test_who_acts_is_asked_where_several_may(environment: Environment):
    assert environment.actor(Act.MAKE) == "anna"
    with pytest.raises(NotInside, match="nobody was named; say --as bram or chris"):
        environment.actor(Act.VOTE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('role = "checker"', 'role = "publisher"'),
        ("passphrases = false", "passphrases = true"),
        ('signed_by = "administrator"', 'signed_by = "anna"'),
        ("# signature ", "# signature 00"),
        ("# signature ", "# "),
    ],
)
def test_settings_that_were_edited_are_refused(
    environment: Environment, old: str, new: str
):
    path = environment.root / "environment.toml"
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(NotInside, match="not as an administrator signed it"):
        open_environment(environment.root)


def test_every_flipped_bit_of_the_settings_is_refused(environment: Environment):
    path = environment.root / "environment.toml"
    content = path.read_bytes()
    for place in range(0, len(content), 3):
        changed = bytearray(content)
        changed[place] ^= 1
        path.write_bytes(changed)
        with pytest.raises(NotInside):
            open_environment(environment.root)


def test_an_administrator_of_ones_own_is_found(
    environment: Environment, tmp_path: Path
):
    """Mallory gives the environment new settings, with keys she made herself."""
    mallory = new_environment(tmp_path / "mallory")
    shutil.copy(mallory.root / "environment.toml", environment.root)
    shutil.rmtree(environment.root / "keys" / "people")
    shutil.copytree(mallory.root / "keys/people", environment.root / "keys/people")
    with pytest.raises(NotInside, match=r"entry 1 .*not signed by its actor"):
        open_environment(environment.root).verify()


def test_settings_of_an_earlier_time_are_found(environment: Environment):
    before = (environment.root / "environment.toml").read_bytes()
    appoint(environment, "dirk", Role.CHECKER)
    (environment.root / "environment.toml").write_bytes(before)
    with pytest.raises(NotInside, match="not those that the journal names last"):
        open_environment(environment.root).verify()


def test_people_come_and_go(environment: Environment):
    environment.journal.append("bram", "voted", {})
    appoint(environment, "dirk", Role.CHECKER)
    appoint(open_environment(environment.root), "bram", Role.FORMER)
    after = open_environment(environment.root)
    assert after.checkers == ("chris", "dirk")
    assert len(after.verify()) == 4  # and what bram signed is still bram's
    with pytest.raises(NotInside, match="is for a checker, and bram is not"):
        replace(after, acting="bram").actor(Act.VOTE)


def test_an_appointment_that_was_killed_can_be_given_again(
    environment: Environment, monkeypatch
):
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("secure_env.environment.write_settings", killed)
        with pytest.raises(KeyboardInterrupt):
            appoint(environment, "dirk", Role.CHECKER)
    with pytest.raises(NotInside, match="give gmsd appoint again"):
        open_environment(environment.root).verify()
    appoint(open_environment(environment.root), "dirk", Role.CHECKER)
    after = open_environment(environment.root)
    after.verify()
    assert after.checkers == ("bram", "chris", "dirk")


def test_the_last_two_checkers_cannot_go(environment: Environment):
    before = contents(environment.root)
    with pytest.raises(UsageError, match="at least 2 checkers"):
        appoint(environment, "bram", Role.FORMER)
    with pytest.raises(UsageError, match="administrator is no administrator"):
        appoint(environment, "administrator", Role.CHECKER)
    assert contents(environment.root) == before


def test_only_the_administrator_appoints(environment: Environment):
    with pytest.raises(NotInside, match="is for an administrator, and anna is not"):
        appoint(replace(environment, acting="anna"), "dirk", Role.CHECKER)


def test_a_swapped_key_is_refused(environment: Environment):
    people = environment.root / "keys" / "people"
    shutil.copy(people / "chris.key", people / "bram.key")
    with pytest.raises(NotInside, match=r"bram\.key is not the key that the settings"):
        environment.people.private("bram")


def test_every_key_under_a_passphrase(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("secure_env.keys.MEMORY_KIB", 8)
    names = ("anna", "bram", "chris", "intake", "publisher", "administrator")
    for name in (*names, "pseudonym", "store"):
        monkeypatch.setenv(f"GMSD_PASSPHRASE_{name.upper()}", f"the word of {name}")
    made = initialise(
        tmp_path / "env",
        statistician="anna",
        checkers=["bram", "chris"],
        custody=Custody(passphrases=True),
    )
    keys = list((made.root / "keys").rglob("*.key"))
    assert len(keys) == 8
    assert all(b"argon2id" in key.read_bytes() for key in keys)
    assert len(made.pseudonym_key) == 32
    made.store.keys.key_or_new("linked/2023-H1")
    monkeypatch.delenv("GMSD_PASSPHRASE_INTAKE")
    opened = open_environment(made.root)
    with pytest.raises(NotInside, match="the key of intake has a passphrase"):
        opened.people.private("intake")
    opened.people.private("anna")
