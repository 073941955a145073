"""Who holds the store key: every place keeps the same promises."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from secure_env.environment import initialise, open_environment
from secure_env.errors import NotInside
from secure_env.hardware import InModule
from secure_env.keyholders import (
    PLACES,
    InFile,
    InKeyring,
    InVariable,
    KeyPlace,
    place,
)
from secure_env.settings import Custody
from tests.integration.faults.small import PARTS, read_all, save


DATA_KEY = b"\x07" * 32
MODULES = (
    os.environ.get("GMSD_PKCS11_MODULE", ""),
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/softhsm/libsofthsm2.so",
)
"""Where SoftHSM2 is, a hardware module in software."""


@pytest.fixture(params=PLACES)
def kind(request, tmp_path: Path, monkeypatch) -> str:
    prepare = {"keyring": _keyring, "module": _module, "variable": _variable}
    prepare.get(request.param, lambda *_: None)(tmp_path, monkeypatch)
    return str(request.param)


@pytest.fixture
def kept(kind: str, tmp_path: Path) -> KeyPlace:
    return place(kind, tmp_path, service="gmsd-test", passphrases=False)


def _variable(_: Path, monkeypatch) -> None:
    monkeypatch.setenv("GMSD_STORE_KEY", "11" * 32)


def _keyring(_: Path, monkeypatch) -> None:
    keyring = pytest.importorskip("keyring", reason="the extra keyring is not there")
    kept: dict[tuple[str, str], str] = {}

    class InMemory(keyring.backend.KeyringBackend):
        priority = 1

        def set_password(self, service, username, password):
            kept[service, username] = password

        def get_password(self, service, username):
            return kept.get((service, username))

        def delete_password(self, service, username):
            if kept.pop((service, username), None) is None:
                raise keyring.errors.PasswordDeleteError

    monkeypatch.setattr(keyring.core, "_keyring_backend", InMemory())


def _module(folder: Path, monkeypatch) -> None:
    pkcs11 = pytest.importorskip("pkcs11", reason="the extra pkcs11 is not there")
    module = next((path for path in MODULES if path and Path(path).exists()), None)
    tool = shutil.which("softhsm2-util", path=os.environ["PATH"] + _beside(module))
    if module is None or tool is None:
        pytest.skip("SoftHSM2 is not installed")
    (folder / "tokens").mkdir()
    (folder / "softhsm.conf").write_text(f"directories.tokendir = {folder}/tokens\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(folder / "softhsm.conf"))
    words = ["--init-token", "--free", "--label", "gmsd", "--pin", "1234"]
    command = [tool, "--module", module, *words, "--so-pin", "5678"]
    subprocess.run(command, check=True, capture_output=True)
    monkeypatch.setenv("GMSD_PKCS11_MODULE", module)
    monkeypatch.setenv("GMSD_PKCS11_TOKEN", "gmsd")
    monkeypatch.setenv("GMSD_PASSPHRASE_PKCS11", "1234")
    if _started:
        pkcs11.lib(module).reinitialize()
    _started.append(module)


_started: list[str] = []
"""A module reads its settings once; another test has other ones."""


def _beside(module: str | None) -> str:
    return "" if module is None else f"{os.pathsep}{Path(module).parents[2] / 'bin'}"


def next_one(kept: KeyPlace, monkeypatch) -> str:
    """Make another key; for a variable, its keeper sets it first."""
    monkeypatch.setenv("GMSD_STORE_KEY_NEXT", "22" * 32)
    return kept.make().identity


def test_what_was_wrapped_is_unwrapped_by_the_same_key(kept: KeyPlace):
    made = kept.make()
    wrapped = made.wrap(DATA_KEY)
    assert DATA_KEY not in wrapped
    assert kept.find(made.identity).unwrap(wrapped) == DATA_KEY


def test_another_key_unwraps_nothing(kept: KeyPlace, monkeypatch):
    one = kept.make()
    other = kept.find(next_one(kept, monkeypatch))
    assert one.identity != other.identity
    with pytest.raises(NotInside, match="the store key is another"):
        other.unwrap(one.wrap(DATA_KEY))
    with pytest.raises(NotInside, match="the store key is another"):
        one.unwrap(one.wrap(DATA_KEY)[:-8])


def test_a_key_that_is_not_there_is_one_sentence(kept: KeyPlace):
    kept.make()
    with pytest.raises(NotInside, match=r"missing|is not in"):
        kept.find("0" * 16)


def test_of_two_keys_one_is_kept(kept: KeyPlace, monkeypatch):
    before, after = kept.make().identity, next_one(kept, monkeypatch)
    kept.find(before)  # until the change is complete both are there
    kept.keep_only(after)
    kept.find(after)
    if isinstance(kept, InVariable):
        monkeypatch.setenv("GMSD_STORE_KEY", "22" * 32)  # what its keeper does
    with pytest.raises(NotInside, match=r"missing|is not in"):
        kept.find(before)


def test_a_key_does_not_show(kept: KeyPlace):
    made = kept.make()
    for secret in ("11" * 32, str(bytes.fromhex("11" * 32))):
        assert secret not in repr(made)


def test_an_environment_opens_with_it_and_with_the_next(
    kind: str, tmp_path: Path, monkeypatch
):
    people = {"statistician": "anna", "checkers": ["bram", "chris"]}
    made = initialise(tmp_path / "env", **people, custody=Custody(kind))
    save(made, PARTS)
    monkeypatch.setenv("GMSD_STORE_KEY_NEXT", "22" * 32)
    open_environment(made.root).store.keys.rotate()
    read_all(made.root)
    if kind == "variable":
        monkeypatch.delenv("GMSD_STORE_KEY")
        read_all(made.root)
        monkeypatch.delenv("GMSD_STORE_KEY_NEXT")
        with pytest.raises(NotInside, match="is not in GMSD_STORE_KEY"):
            read_all(made.root)


@pytest.mark.parametrize("content", ["", "11" * 31, "no digits"])
def test_a_variable_that_holds_no_key(monkeypatch, content: str):
    monkeypatch.setenv("GMSD_STORE_KEY", content)
    with pytest.raises(NotInside, match="does not hold 64 hexadecimal digits"):
        InVariable().make()


def test_a_file_with_the_key_of_another(tmp_path: Path):
    kept = InFile(tmp_path, passphrases=False)
    one, other = kept.make(), kept.make()
    (tmp_path / f"store-{one.identity}.key").replace(
        tmp_path / f"store-{other.identity}.key"
    )
    with pytest.raises(NotInside, match="the store key is another"):
        kept.find(other.identity)


def test_a_module_that_does_not_open(monkeypatch):
    pytest.importorskip("pkcs11", reason="the extra pkcs11 is not there")
    monkeypatch.setenv("GMSD_PKCS11_MODULE", "/nowhere.so")
    monkeypatch.setenv("GMSD_PKCS11_TOKEN", "gmsd")
    monkeypatch.setenv("GMSD_PASSPHRASE_PKCS11", "1234")
    with pytest.raises(NotInside, match="the hardware module does not open"):
        InModule("gmsd-test").make()


def test_a_library_that_is_not_installed(monkeypatch):
    def absent(_: str) -> None:
        raise ImportError

    monkeypatch.setattr("secure_env.keyholder.import_module", absent)
    with pytest.raises(NotInside, match=r"install gmsd\[keyring\]"):
        InKeyring("gmsd-test").make()
