"""The faults F1 to F12, by number: what goes wrong, and what then has to hold.

F13 to F20 are in `test_faults_13_to_20.py`. A number that has more tests elsewhere
says so. Hundreds of faults of every kind: `python -m tests.integration.faults`.
"""

import json
import os
import re
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from secure_env.environment import Environment, open_environment
from secure_env.errors import NotInside
from secure_env.inspection import inspect
from secure_env.journal import Deed
from tests.integration.faults.disks import can_mount, disk, leave_room, open_up, shut
from tests.integration.faults.flips import FILES
from tests.integration.faults.small import (
    look_at_all,
    read_all,
    save,
)
from tests.support.deliveries import contents, csv, is_bsn, new_environment, wmo, write
from tests.support.stages import (
    PERIOD,
    done,
    gmsd,
    same_but,
    state,
)


# --- F1: killed -----------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX")
def test_f01_killed_at_random_moments_nothing_is_lost():
    """Also: `test_killed_runs.py`. Every command, killed, full, and given again."""
    command = [sys.executable, "-m", "tests.integration.faults"]
    said = subprocess.run(
        [*command, "--runs", "8", "--flips", "1", "--seed", "7"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stdout + said.stderr
    runs, flips = re.findall(r"^(?:runs|flips) .*, seed 7$", said.stdout, re.MULTILINE)
    assert re.match(r"runs 8, struck [1-9]\d*, losses 0,", runs)
    assert re.match(r"flips noticed \d+, harmless \d, losses 0,", flips)
    assert sum(map(int, re.findall(r"\d+", flips)[:2])) == len(FILES)


# --- F2: full -------------------------------------------------------------------------

FULL = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
limit = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
from secure_env import cli
sys.exit(cli.main(sys.argv[2:]))
"""


def on_a_full_disk(limit: int, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run gmsd where no file can grow beyond so many bytes."""
    command = [sys.executable, "-c", FULL, str(limit), *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


needs_a_disk = pytest.mark.skipif(
    not can_mount(), reason="no disk can be mounted here; root may"
)


@needs_a_disk
def test_f02_a_full_disk_leaves_the_store_as_it_was(tmp_path: Path):
    """Also: `test_a_disk_that_fills_leaves_nothing_behind` (the release).

    A real disk, on which the records of a delivery do not fit.
    """
    made = new_environment(tmp_path / "made" / "env")
    people = filter(is_bsn, (f"{n:09d}" for n in range(100_000, 150_000)))
    content = csv("WMO", map(wmo, people))
    file = write(tmp_path / "in", "WMO_GM0363_2023-H1.csv", content)
    root = tmp_path / "disk" / "env"
    with disk(tmp_path / "disk", made.root.parent):
        before = state(root)
        leave_room(tmp_path / "disk", 40)
        said = gmsd("receive", root, file)
        assert said.code == 15
        assert re.search(r"records\.parquet: No space left on device; ", said.sentence)
        assert not (root / "deliveries").exists()
        assert same_but(before, state(root), "keys")
        inspect(open_environment(root))
        open_up(tmp_path / "disk")
        assert "accepted" in gmsd("receive", root, file).err
        inspect(open_environment(root))


@pytest.mark.skipif(os.name != "posix", reason="limits are POSIX")
def test_f02_a_journal_that_is_full_stops_everything(inside: Environment):
    size = inside.journal.path.stat().st_size
    before = contents(inside.root)
    said = on_a_full_disk(size + 50, "appoint", inside.root, "dirk", "checker")
    assert said.returncode == 15
    assert "journal.jsonl" in said.stderr
    after = contents(inside.root)
    assert {n: c for n, c in after.items() if "dirk" not in n} == before
    inspect(open_environment(inside.root))


# --- F3 to F7: files that are not what they were --------------------------------------


def test_f03_a_truncated_file_is_refused(inside: Environment):
    """Also: `test_a_file_cut_anywhere_is_refused` (a delivery)."""
    for path in sorted(inside.root.rglob("*")):
        if path.is_file() and path.suffix in {".parquet", ".json", ".jsonl", ".toml"}:
            content = path.read_bytes()
            for part in range(0, 16, 5):
                path.write_bytes(content[: len(content) * part // 16])
                with pytest.raises(NotInside):
                    look_at_all(inside.root)
            path.write_bytes(content)
    inspect(open_environment(inside.root))


KINDS = ("parquet", "manifest", "receipt", "journal", "head", "periods", "settings")


@pytest.mark.parametrize("kind", KINDS)
def test_f04_one_flipped_bit_in_any_kind_of_file_is_refused(
    inside: Environment, kind: str
):
    """Also: `test_one_flipped_byte_of_any_file_is_noticed` (the release)."""
    (folder,) = inside.store.folders("deliveries")
    path = {
        "parquet": folder.path / "records.parquet",
        "manifest": folder.path / "manifest.json",
        "receipt": folder.path / "receipt.json",
        "journal": inside.journal.path,
        "head": inside.root / "journal.head",
        "periods": inside.root / "keys/periods.json",
        "settings": inside.root / "environment.toml",
    }[kind]
    content = path.read_bytes()
    step = max(1, len(content) // 40)
    for place in range(0, len(content), step):
        changed = bytearray(content)
        changed[place] ^= 1
        if json_equal(content, bytes(changed)):
            continue
        path.write_bytes(changed)
        with pytest.raises(NotInside):
            look_at_all(inside.root)
    path.write_bytes(content)
    inspect(open_environment(inside.root))


def json_equal(one: bytes, other: bytes) -> bool:
    """Whether only a blank became another blank."""
    try:
        return bool(json.loads(one) == json.loads(other))
    except ValueError:
        return False


def test_f05_two_gemeenten_swapped_are_refused(inside: Environment):
    """Also: `test_two_swapped_tables_are_refused` (table by table)."""
    save(inside, ("wmo", "2023-H1", "GM0599"))
    one, two = (folder.path for folder in inside.store.folders("deliveries"))
    aside = inside.root / "aside"
    one.rename(aside)
    two.rename(one)
    aside.rename(two)
    with pytest.raises(NotInside, match=r"manifest\.json .* does not open"):
        inspect(open_environment(inside.root))


def test_f06_a_folder_of_yesterday_is_refused(inside: Environment):
    """Also: `test_a_table_of_an_earlier_run_is_refused`, and of the votes
    `test_an_approval_of_last_time_does_not_release_this_time`.
    """
    yesterday = shutil.copytree(inside.root, inside.root.parent / "yesterday")
    shutil.rmtree(inside.root / "deliveries")
    deed = Deed(inside.journal, "intake", "purged", {})
    deed.write()
    shutil.copytree(yesterday / "deliveries", inside.root / "deliveries")
    read_all(inside.root)  # it is a folder of ours ...
    shutil.copy(yesterday / "journal.jsonl", inside.root)
    with pytest.raises(NotInside, match=r"entry 3 .*is missing"):
        inspect(open_environment(inside.root))  # ... and the journal knows better


@pytest.mark.parametrize("kind", ["wrong", "missing", "open", "rotated"])
def test_f07_a_key_that_is_not_the_key_gives_one_sentence(
    inside: Environment, kind: str
):
    (key,) = (inside.root / "keys").glob("store-*.key")
    before = key.read_bytes()
    if kind == "wrong":
        key.write_bytes(os.urandom(32))
    elif kind == "missing":
        key.unlink()
    elif kind == "open":
        key.chmod(0o644)
    else:
        inside.store.keys.rotate()
        (new,) = (inside.root / "keys").glob("store-*.key")
        new.write_bytes(before)
    said = gmsd("journal", "verify", inside.root)
    assert said.code == 15
    assert said.err.count("\n") == 1
    assert said.out == ""
    assert "R000000001" not in said.err


# --- F8: two at once ------------------------------------------------------------------

ROUNDS = 10


def test_f08_two_at_once_lose_no_line(inside: Environment):
    """Also: `test_two_at_once.py`; here both write the same folders and the journal."""
    program = (
        "import sys; from pathlib import Path\n"
        "from tests.integration.faults.small import save\n"
        "from secure_env.environment import open_environment\n"
        "inside = open_environment(Path(sys.argv[1]))\n"
        f"for n in range({ROUNDS}): save(inside, ('wmo', '2023-H1', f'GM{{n:04d}}'))\n"
    )
    command = [sys.executable, "-c", program, str(inside.root)]
    both = [subprocess.Popen(command) for _ in range(2)]
    assert [each.wait() for each in both] == [0, 0]
    steps = [entry.step for entry in inside.journal.entries()]
    assert ROUNDS + 1 <= steps.count("received") <= 2 * ROUNDS + 1
    assert len(inside.store.folders("deliveries")) == ROUNDS + 1
    inspect(open_environment(inside.root))


def test_f08_a_lock_of_somebody_who_died_is_free(inside: Environment):
    (inside.root / "locks/journal.lock").write_text("999999\n")
    began = time.monotonic()
    inside.journal.append("anna", "linked", {})
    assert time.monotonic() - began < 30


# --- F9: clocks and languages ---------------------------------------------------------


@pytest.mark.parametrize("language", ["C", "tr_TR.UTF-8"])
def test_f09_another_clock_and_language_change_nothing(
    inside: Environment, language: str
):
    """Also: `test_a_clock_that_jumps_back_changes_no_order`."""
    surroundings = {**os.environ, "LC_ALL": language, "TZ": "Pacific/Kiritimati"}
    command = [sys.executable, "-m", "secure_env", "journal", "show", str(inside.root)]
    said = subprocess.run(command, env=surroundings, capture_output=True, check=True)
    assert said.stdout.decode() == done("journal", "show", inside.root).out


# --- F10, F11: a disk that cannot be written, memory that is short --------------------


@needs_a_disk
@pytest.mark.parametrize(
    "words", ["keys rotate ENV", "appoint ENV dirk checker", "purge ENV 2023-H1"]
)
def test_f10_a_read_only_disk_is_one_sentence(
    inside: Environment, tmp_path: Path, words: str
):
    root = tmp_path / "disk" / "env"
    with disk(tmp_path / "disk", inside.root.parent):
        before = contents(root)
        shut(tmp_path / "disk")
        said = gmsd(*words.replace("ENV", str(root)).split())
        assert said.code == 15
        assert "Read-only file system; mend that" in said.sentence
        assert contents(root) == before
        read_all(root)


@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_AS is Linux")
def test_f11_short_of_memory_it_fails_and_spills_nothing(tmp_path: Path):
    """Also: `test_what_does_not_fit_in_memory_fails_and_spills_nothing`."""
    root = new_environment(tmp_path / "env").root
    people = [f"{n:09d}" for n in range(100_000, 160_000)]
    file = write(
        tmp_path / "in", "WMO_GM0363_2023-H1.csv", csv("WMO", map(wmo, people))
    )
    spill = tmp_path / "spill"
    spill.mkdir()

    def short() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))

    said = subprocess.run(
        [sys.executable, "-m", "secure_env", "receive", str(root), str(file)],
        env={**os.environ, "TMPDIR": str(spill), "OPENBLAS_NUM_THREADS": "1"},
        preexec_fn=short,
        capture_output=True,
        text=True,
        check=False,
    )
    assert list(spill.iterdir()) == []
    if said.returncode != 0:
        assert not any((root / "deliveries").rglob("*.parquet"))
    assert "000100" not in said.stderr


# --- F12: the journal -----------------------------------------------------------------


def test_f12_a_cut_journal_shows_even_with_its_head_of_then(inside: Environment):
    """Also: all of `test_journal.py`. Here somebody kept an older journal and head."""
    kept = {
        n: (inside.root / n).read_bytes() for n in ("journal.jsonl", "journal.head")
    }
    save(inside, ("wmo", "2023-H1", "GM0599"))
    for name, content in kept.items():
        (inside.root / name).write_bytes(content)
    with pytest.raises(NotInside, match="1 folders are not in the journal"):
        inspect(open_environment(inside.root))


def test_f12_a_copy_that_went_on_by_itself_is_found(
    inside: Environment, tmp_path: Path
):
    other = Path(shutil.copytree(inside.root, tmp_path / "copy"))
    assert "in order" in inspect(inside, other)
    inside.journal.append("anna", "linked", {"n": 1})
    assert "in order" in inspect(inside, other)  # the copy is older, no more
    open_environment(other).journal.append("anna", "linked", {"n": 2})
    with pytest.raises(NotInside, match="the two journals part after entry 2"):
        inspect(inside, other)


def test_f12_a_journal_that_was_put_back_does_not_have_the_release(
    proposed: Path, released: Path
):
    assert "in order" in done("journal", "verify", proposed, "--with", released).out
    lines = (proposed / "journal.jsonl").read_bytes().splitlines(keepends=True)
    (proposed / "journal.jsonl").write_bytes(b"".join(lines[:-1]))
    (proposed / "journal.head").unlink()
    inside = open_environment(proposed)
    inside.journal.append("publisher", "released", {"period": PERIOD, "candidate": "0"})
    said = gmsd("journal", "verify", proposed, "--with", released)
    assert said.code == 15
    assert "was not released by this journal" in said.sentence
