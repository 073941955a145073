"""The faults F1 to F20, by number: what goes wrong, and what then has to hold.

A number that has more than one test says so in its first one. Hundreds of random
kills: `python -m tests.integration.faults --runs 300`.
"""

import json
import os
import resource
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from outputs.errors import VerificationFailed
from outputs.verify import verify
from rules.duties import Role
from secure_env import environment as environments
from secure_env.environment import Environment, open_environment
from secure_env.errors import NotInside
from secure_env.inspection import inspect
from secure_env.journal import Deed
from secure_env.register import releases
from tests.support.deliveries import contents, csv, new_environment, wmo, write
from tests.support.stages import (
    PEOPLE,
    PERIOD,
    approve,
    done,
    gmsd,
    period_of,
    proposed_in,
    same_but,
    state,
)


DIGEST = "ab" * 32
TABLE = pa.table({"person_key": ["R000000001", "R000000002"], "line": [2, 3]})
PARTS = ("wmo", "2023-H1", "GM0363")


@pytest.fixture
def inside(tmp_path: Path) -> Environment:
    """A small environment with one delivery, and nothing done with it."""
    made = new_environment(tmp_path / "env")
    save(made, PARTS)
    return made


def save(inside: Environment, parts: tuple[str, ...]) -> None:
    deed = Deed(inside.journal, "intake", "received", {})
    inside.store.save(
        "deliveries", parts, DIGEST, {"records": TABLE}, {"receipt.json": b"{}"}, deed
    )


def read_all(root: Path) -> None:
    for folder in open_environment(root).store.folders("deliveries"):
        folder.table("records")
        folder.document("receipt.json")


def look_at_all(root: Path) -> None:
    inspect(open_environment(root))
    read_all(root)


# --- F1: killed -----------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX")
def test_f01_killed_at_random_moments_nothing_is_lost():
    """Also: `test_killed_runs.py`. Every command, killed, full, and given again."""
    command = [sys.executable, "-m", "tests.integration.faults"]
    said = subprocess.run(
        [*command, "--runs", "10", "--seed", "7"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stdout + said.stderr
    assert "runs 10, struck " in said.stdout
    assert ", losses 0, seed 7" in said.stdout
    assert ", struck 0," not in said.stdout.splitlines()[-1]


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


@pytest.mark.skipif(os.name != "posix", reason="limits are POSIX")
def test_f02_a_full_disk_leaves_the_store_as_it_was(tmp_path: Path):
    """Also: `test_a_disk_that_fills_leaves_nothing_behind` (the release)."""
    root = new_environment(tmp_path / "env").root
    people = [f"{n:09d}" for n in range(100_000, 120_000)]
    file = write(
        tmp_path / "in", "WMO_GM0363_2023-H1.csv", csv("WMO", map(wmo, people))
    )
    before = state(root)
    said = on_a_full_disk(20_000, "receive", root, file)
    assert said.returncode != 0
    assert "Traceback" not in said.stderr
    assert not (root / "deliveries").exists()
    after = state(root)
    assert same_but(before, after, "journal.jsonl", "journal.head", "rejected", "keys")
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
        "from tests.integration.test_faults import save\n"
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


def test_f10_a_read_only_disk_is_one_sentence(inside: Environment, monkeypatch):
    def read_only(*_: object, **__: object) -> int:
        raise OSError(30, "Read-only file system", "journal.jsonl")

    before = contents(inside.root)
    monkeypatch.setattr("os.open", read_only)
    said = gmsd("keys", "rotate", inside.root)
    monkeypatch.undo()
    assert said.code == 15
    assert "Read-only file system" in said.sentence
    assert contents(inside.root) == before


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


# --- F13, F14: votes ------------------------------------------------------------------


def test_f13_a_checker_who_made_the_figures_before_does_not_clear_them(proposed: Path):
    """By the journal, not by the role of today. Also: `test_clearance.py`."""
    done("appoint", proposed, "emma", "statistician")
    done("appoint", proposed, "anna", "checker")
    before = state(proposed)
    said = gmsd("clear", proposed, PERIOD, "--as", "anna", "--vote", "approve")
    assert said.code == 14
    assert "anna made these tables and cannot clear them" in said.sentence
    assert state(proposed) == before


def test_f13_the_vote_of_a_checker_who_left_is_void(proposed: Path, tmp_path: Path):
    approve(proposed)
    done("appoint", proposed, "dirk", "checker")
    done("appoint", proposed, "bert", "former")
    said = gmsd("release", proposed, PERIOD, "--to", tmp_path / "release")
    assert said.code == 14
    assert "1 of 2 votes are in" in said.sentence
    done("clear", proposed, PERIOD, "--as", "dirk", "--vote", "approve")
    said = done("release", proposed, PERIOD, "--to", tmp_path / "release")
    assert "cleared by carla and dirk" in said.out


def test_f13_nobody_sees_a_vote_before_all_are_in(proposed: Path):
    """Not even the publisher, whose program refuses; and no file tells the verdict."""
    sizes = []
    for name, verdict in (("bert", "approve"), ("carla", "reject")):
        done("clear", proposed, PERIOD, "--as", name, "--vote", verdict)
        path = next((proposed / "cleared").rglob(f"{name}/*/vote.publisher"))
        content = path.read_bytes()
        assert verdict.encode() not in content
        sizes.append(len(content))
        if name == "bert":
            said = gmsd("votes", proposed, PERIOD)
            assert said.code == 14
            assert "1 of 2 votes are in" in said.sentence
    assert len(set(sizes)) == 1
    assert "bert: approve\ncarla: reject\n" in done("votes", proposed, PERIOD).out
    said = gmsd("votes", proposed, PERIOD, "--as", "anna")
    assert said.code == 15
    assert "is for a publisher, and anna is not" in said.sentence


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("run ENV 2023-H1 --as bert", "is for a statistician, and bert is not"),
        ("release ENV 2023-H1 --to OUT --as anna", "is for a publisher, and anna"),
        ("purge ENV 2023-H1 --as publisher", "is for an administrator"),
        ("keys rotate ENV --as anna", "is for an administrator, and anna is not"),
        ("receive ENV FILE --as anna", "is for an intake, and anna is not"),
        ("appoint ENV anna checker --as anna", "is for an administrator"),
    ],
)
def test_f13_nobody_does_what_is_for_another(
    proposed: Path, tmp_path: Path, words: str, sentence: str
):
    shutil.rmtree(proposed / "candidate")
    file = write(tmp_path / "in", "WMO_GM0363_2023-H1.csv", b"x\n")
    places = {"ENV": proposed, "OUT": tmp_path / "out", "FILE": file}
    said = gmsd(*(places.get(word, word) for word in words.split()))
    if words.startswith("release"):
        assert said.code in {2, 15}
    else:
        assert said.code == 15
        assert sentence in said.sentence
    assert not (tmp_path / "out").exists()


def test_f14_a_byte_changed_after_the_vote_does_not_leave(
    proposed: Path, tmp_path: Path
):
    """Also: `test_a_candidate_that_changed_after_clearance_does_not_leave`."""
    approve(proposed)
    table = next((proposed_in(proposed).path / "candidate/tables").glob("*.csv"))
    table.write_bytes(table.read_bytes().replace(b"2023-H1", b"2023-H2", 1))
    said = gmsd("release", proposed, PERIOD, "--to", tmp_path / "release")
    assert said.code == 14
    assert "0 of 2 votes are in" in said.sentence
    assert not (tmp_path / "release").exists()


# --- F15, F16: keys that change, programs that change ---------------------------------


def test_f15_another_store_key_and_the_work_goes_on(proposed: Path, tmp_path: Path):
    """Also: `test_a_rotation_killed_anywhere_loses_no_key`."""
    before = proposed_in(proposed).digest
    assert "the store key is" in done("keys", "rotate", proposed).out
    approve(proposed)
    done("keys", "rotate", proposed)
    done("release", proposed, PERIOD, "--to", tmp_path / "release")
    assert proposed_in(proposed).digest == before
    assert "in order" in done("journal", "verify", proposed).out


def test_f16_what_another_version_wrote_is_refused_with_that_version(
    inside: Environment,
):
    (folder,) = inside.store.folders("deliveries")
    manifest = folder.path / "manifest.json"
    manifest.write_bytes(manifest.read_bytes().replace(b'"format":2', b'"format":1'))
    with pytest.raises(NotInside, match="store format 1, this program knows 2"):
        read_all(inside.root)


# --- F17, F18: what others could see --------------------------------------------------


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX")
def test_f17_whatever_the_umask_others_read_nothing(tmp_path: Path):
    before = os.umask(0)
    try:
        made = new_environment(tmp_path / "env")
        save(made, PARTS)
    finally:
        os.umask(before)
    assert made.root.stat().st_mode & 0o077 == 0
    for path in made.root.rglob("*"):
        if path.suffix in {".key", ".parquet", ".json", ".toml", ".head"}:
            assert path.stat().st_mode & 0o077 == 0, path


MARKED = "987650017"


@pytest.mark.parametrize("trips", ["pa.table", "Store.draft", "Checks.judge"])
def test_f18_an_error_tells_no_number_of_a_person(
    tmp_path: Path, monkeypatch, trips: str
):
    """Also: `test_an_error_from_below_tells_no_value`, for the rooms after intake."""

    def fails(*_: object, **__: object) -> None:
        raise ValueError(f"cannot convert {MARKED}")

    place = {
        "pa.table": "secure_env.intake.stored_schema",
        "Store.draft": "secure_env.store.Store.draft",
        "Checks.judge": "secure_env.checks.Checks.judge",
    }[trips]
    root = new_environment(tmp_path / "env").root
    file = write(tmp_path / "in", "WMO_GM0363_2023-H1.csv", csv("WMO", [wmo(MARKED)]))
    monkeypatch.setattr(place, fails)
    said = gmsd("receive", root, file)
    assert said.code == 1
    assert MARKED not in said.err + said.out
    for path in root.rglob("*"):
        assert not path.is_file() or MARKED.encode() not in path.read_bytes()


# --- F19, F20: ways out ---------------------------------------------------------------


def test_f19_a_release_is_written_nowhere_but_where_it_was_said(
    proposed: Path, tmp_path: Path
):
    """Also: `test_a_name_that_leads_elsewhere_is_refused`, and of formulas
    `test_a_region_name_that_a_spreadsheet_would_run_is_refused`.
    """
    approve(proposed)
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    said = gmsd("release", proposed, PERIOD, "--to", tmp_path / "link")
    assert said.code == 15
    assert "is not a folder" in said.sentence
    assert not (tmp_path / "elsewhere").exists()


def test_f20_nothing_asks_for_the_network(tmp_path: Path, monkeypatch):
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked for")

    monkeypatch.setattr(socket, "socket", refused)
    monkeypatch.setattr(socket, "create_connection", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    env = tmp_path / "env"
    done("init", env)
    file = write(tmp_path / "in", "WMO_GM0363_2023-H1.csv", csv("WMO", [wmo("1" * 9)]))
    gmsd("receive", env, file)
    done("journal", "verify", env)
    done("keys", "rotate", env)


# --- releases that do not stand any more ----------------------------------------------


def test_a_withdrawn_release_is_known_outside(
    proposed: Path, released: Path, tmp_path: Path
):
    key = proposed / "keys/people/publisher.pub"
    register = tmp_path / "register.json"
    (one,) = releases(open_environment(proposed))
    done("releases", proposed, "--to", register)
    assert (
        "; released."
        in done("verify", released, "--key", key, "--register", register).out
    )
    done("withdraw-release", proposed, str(one.number), "--reason", "dubbel geteld")
    assert (
        verify(released, key, register).listed.state.value == "released"
    )  # an old one
    done("releases", proposed, "--to", register)
    with pytest.raises(VerificationFailed, match=r"it was withdrawn \(dubbel geteld\)"):
        verify(released, key, register)


def test_a_superseded_release_is_known_outside(
    proposed: Path, released: Path, tmp_path: Path
):
    key = proposed / "keys/people/publisher.pub"
    done("audit", proposed, PERIOD, "--status", "definitief")
    approve(proposed)
    done("release", proposed, PERIOD, "--to", tmp_path / "final")
    done("releases", proposed, "--to", tmp_path / "register")
    states = [
        verify(folder, key, tmp_path / "register").listed.state.value
        for folder in (released, tmp_path / "final")
    ]
    assert states == ["superseded", "released"]


def test_a_register_of_somebody_else_is_refused(
    released: Path, proposed: Path, tmp_path: Path
):
    other = new_environment(tmp_path / "other")
    done("releases", other.root, "--to", tmp_path / "register")
    with pytest.raises(VerificationFailed, match="is not a register of who signed"):
        verify(released, proposed / "keys/people/publisher.pub", tmp_path / "register")


@pytest.mark.parametrize("reason", [" ", "zie 123456782", "R123456789"])
def test_a_reason_names_nobody(proposed: Path, released: Path, reason: str):
    (one,) = releases(open_environment(proposed))
    said = gmsd("withdraw-release", proposed, str(one.number), "--reason", reason)
    assert said.code == 2
    assert "say why in words" in said.sentence
    assert gmsd("withdraw-release", proposed, "1", "--reason", "x").code == 2


# --- forgetting -----------------------------------------------------------------------


def test_what_was_purged_is_gone_and_the_figures_stay(proposed: Path, released: Path):
    kept = shutil.copytree(proposed / "deliveries", proposed.parent / "backup")
    old = (proposed / "keys/periods.json").read_bytes()
    assert "folders with persons" in done("purge", proposed, PERIOD).out
    assert not list(proposed.glob("linked/*")) + list(proposed.glob("deliveries/*/*"))
    inside = open_environment(proposed)
    for room in ("cells", "protected", "audited", "candidate"):
        (folder,) = inside.store.folders(room)
        for name in folder.tables:
            assert folder.table(name).num_rows == folder.rows(name)
    assert "in order" in done("journal", "verify", proposed, "--with", released).out
    assert done("purge", proposed, PERIOD).out.startswith(f"{PERIOD}: 0 folders")
    steps = [entry.step for entry in inside.journal.entries()]
    assert steps.count("purged") == 1

    shutil.copytree(kept, proposed / "deliveries", dirs_exist_ok=True)  # a backup
    for periods in (inside.store.keys.path.read_bytes(), old):
        inside.store.keys.path.write_bytes(periods)
        with pytest.raises(NotInside):
            open_environment(proposed).store.folders("deliveries")


def test_a_purge_that_was_killed_goes_on(proposed: Path, monkeypatch):
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("secure_env.retention.shutil.rmtree", killed)
        assert gmsd("purge", proposed, PERIOD).code == 130
    assert list(proposed.glob("linked/*"))
    done("purge", proposed, PERIOD)
    assert not list(proposed.glob("linked/*"))


def test_a_redelivery_that_changes_no_figure_releases_on_old_votes(
    proposed: Path, tmp_path: Path
):
    """Votes are for bytes: what was reviewed is what leaves, with the newer proof."""
    approve(proposed)
    before = proposed_in(proposed)
    period = period_of(proposed)
    (delivery, *_) = (f for f in period.deliveries if f.parts[0] == "toestemming")
    deed = Deed(period.environment.journal, "intake", "received", {"period": PERIOD})
    receipt = json.loads(delivery.document("receipt.json")) | {"number": 2}
    period.environment.store.save(
        "deliveries",
        delivery.parts,
        "cd" * 32,
        {"records": delivery.table("records")},
        {"receipt.json": json.dumps(receipt).encode()},
        deed,
    )
    done("run", proposed, PERIOD)
    after = proposed_in(proposed)
    assert after.digest != before.digest
    done("release", proposed, PERIOD, "--to", tmp_path / "release")
    manifest = verify(tmp_path / "release").manifest
    assert manifest.checkers == PEOPLE[1:]
    (audited,) = (
        f
        for f in open_environment(proposed).store.folders("audited")
        if f.sha256 == manifest.facts.certificate
    )
    assert audited.path.name != period.folder("audited", str(audited.digest))


def every_role(inside: Environment) -> Iterator[Role]:
    return (person.role for person in inside.settings.people.values())


def test_people_are_made_once(inside: Environment):
    """Appointed twice, a person keeps the key: what was signed stays signed."""
    environments.appoint(inside, "dirk", Role.CHECKER)
    key = inside.root / "keys/people/dirk.key"
    before = key.read_bytes()
    environments.appoint(open_environment(inside.root), "dirk", Role.PUBLISHER)
    assert key.read_bytes() == before
    assert set(every_role(open_environment(inside.root))) == set(Role) - {Role.FORMER}
