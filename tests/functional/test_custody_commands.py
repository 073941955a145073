"""The commands for keys, people and the journal, on an environment without data."""

import shutil
from pathlib import Path

import pytest

from secure_env.environment import open_environment
from tests.support.stages import done, gmsd


WORDS = "correct horse battery"


@pytest.fixture
def env(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.setattr("secure_env.keys.MEMORY_KIB", 8)
    done("init", tmp_path / "env")
    return tmp_path / "env"


@pytest.mark.parametrize("name", ["checker-a", "store", "pseudonym"])
def test_a_key_gets_a_passphrase_and_is_asked_for_it(env: Path, monkeypatch, name: str):
    variable = name.upper().replace("-", "_")
    monkeypatch.setenv(f"GMSD_PASSPHRASE_NEW_{variable}", WORDS)
    done("keys", "protect", env, name)
    inside = open_environment(env)
    sealed = [
        path
        for path in (env / "keys").rglob("*.key")
        if b"argon2id" in path.read_bytes()
    ]
    assert len(sealed) == 1
    assert sealed[0].name.startswith(name)
    ask = {
        "checker-a": lambda: inside.people.private(name),
        "store": lambda: inside.store.keys.key_or_new("linked/2023-H1"),
        "pseudonym": lambda: inside.pseudonym_key,
    }[name]
    with pytest.raises(Exception, match=f"set GMSD_PASSPHRASE_{variable} or use"):
        ask()
    monkeypatch.setenv(f"GMSD_PASSPHRASE_{variable}", WORDS)
    assert ask()


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ("keys protect ENV checker-a", 15, "set GMSD_PASSPHRASE_NEW_CHECKER_A"),
        ("keys protect ENV nobody", 2, "there are 0 files with a nobody key, not one"),
        ("appoint ENV Bad checker", 2, "small letters"),
        ("withdraw-release ENV 1 --reason x", 2, "there are none"),
        ("journal verify ENV --with NONE", 2, "neither a release nor an environment"),
        ("journal verify ENV --with ODD", 2, "has no manifest that can be read"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    env: Path, tmp_path: Path, words: str, code: int, sentence: str
):
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd/manifest.json").write_text("{}")
    places = {"ENV": env, "NONE": tmp_path / "none", "ODD": tmp_path / "odd"}
    said = gmsd(*(places.get(word, word) for word in words.split()))
    assert said.code == code
    assert sentence in said.sentence


def test_who_makes_an_environment_is_told_that_its_keys_are_bare(
    env: Path, tmp_path: Path, monkeypatch
):
    assert "its keys have no passphrase" in done("init", tmp_path / "bare").out
    for owner in (*open_environment(env).people.names, "store", "pseudonym"):
        variable = owner.upper().replace("-", "_")
        monkeypatch.setenv(f"GMSD_PASSPHRASE_{variable}", WORDS)
    said = done("init", tmp_path / "sealed", "--passphrases")
    assert "no passphrase" not in said.out


def test_two_store_keys_are_not_sealed_blindly(env: Path, monkeypatch):
    monkeypatch.setenv("GMSD_PASSPHRASE_NEW_STORE", WORDS)
    (key,) = (env / "keys").glob("store-*.key")
    shutil.copy(key, env / "keys/store-0000000000000000.key")
    said = gmsd("keys", "protect", env, "store")
    assert said.code == 2
    assert "there are 2 files with a store key, not one" in said.sentence


def test_the_journal_is_shown_line_by_line(env: Path):
    done("keys", "rotate", env)
    first, second = done("journal", "show", env).out.splitlines()
    assert first.split()[0] == "1"
    assert "administrator initialised" in first
    assert "administrator store key changed" in second
    assert "2 entries in order, 0 folders" in done("journal", "verify", env).out


def test_every_word_of_an_environment_with_another_store_key(
    tmp_path: Path, monkeypatch
):
    monkeypatch.setenv("GMSD_STORE_KEY", "11" * 32)
    env = tmp_path / "env"
    done("init", env, "--store-key", "variable")
    assert not list((env / "keys").glob("store-*"))
    said = gmsd("keys", "rotate", env)
    assert said.code == 15
    assert "there is no next store key yet" in said.sentence
    monkeypatch.setenv("GMSD_STORE_KEY_NEXT", "22" * 32)
    done("keys", "rotate", env)
    monkeypatch.delenv("GMSD_STORE_KEY_NEXT")
    inside = open_environment(env)
    with pytest.raises(Exception, match="is not in GMSD_STORE_KEY; ask"):
        inside.store.keys.key_or_new("linked/2023-H1")
