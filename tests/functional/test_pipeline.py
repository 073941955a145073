"""Deliveries of every kind through all rooms: what counts, what changes, what stays."""

from pathlib import Path

import pytest

from outputs.verify import verify
from rules.period import HalfYear
from secure_env.environment import open_environment
from secure_env.received import receipt_of
from secure_env.rooms import summary_of
from secure_env.synthetic import SyntheticCountry, synthesise
from secure_env.workflow import link
from tests.support.deliveries import write
from tests.support.stages import (
    PEOPLE,
    PERIOD,
    PERSONS,
    approve,
    done,
    files_of,
    gmsd,
    period_of,
    proposed_in,
    same_but,
    state,
)


ROOMS = ("linked", "cells", "protected", "audited", "candidate")


# --- what is wrong stays out ----------------------------------------------------------


def spoilt(content: bytes) -> dict[str, tuple[bytes, str]]:
    """How a delivery can be wrong, and what its report says."""
    lines = content.splitlines(keepends=True)
    in_kind = sum(b";1;" in line for line in lines)
    return {
        "wrong": (content.replace(b";1;", b";7;"), f"F16 (file) {in_kind}x"),
        "of other columns": (content.replace(b"BSN;", b"Naam;", 1), "F07 (file) 1x"),
        "truncated": (content[: len(content) // 2], "F10 (file) 1x"),
        "empty": (b"", "F04 (file) 1x"),
        "mis-encoded": (content.decode().encode("utf-16"), "F05 (file) 1x"),
        "half-written": (content[:-40] + b"\0" * 40, "F05 (file) 1x"),
    }


KINDS = tuple(spoilt(b"BSN;\n1;\n"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_delivery_changes_nothing(
    country: SyntheticCountry, proposed: Path, tmp_path: Path, kind: str
):
    good = country.files["WMO"][0]
    content, report = spoilt(good.read_bytes())[kind]
    before, candidate = state(proposed), proposed_in(proposed).digest
    said = gmsd("receive", proposed, write(tmp_path / "inbox", good.name, content))
    assert said.code == 10
    assert f"Aanlevering {good.name}: afgekeurd; niets is overgenomen" in said.out
    assert report in said.out
    assert "0 accepted (0 records, 0 set aside), 1 refused" in said.out
    assert same_but(
        before, state(proposed), "journal.jsonl", "journal.head", "rejected"
    )
    assert candidate in state(proposed)["journal.jsonl"][1].decode()
    again = state(proposed)
    done("run", proposed, PERIOD)
    assert state(proposed) == again
    assert proposed_in(proposed).digest == candidate


def test_wrong_deliveries_beside_good_ones(
    country: SyntheticCountry, proposed_stage: Path, tmp_path: Path
):
    """The good ones go through, and the figures are those without the wrong ones."""
    good = country.files["WMO"][0]
    bad = [
        write(tmp_path / kind, good.name, content)
        for kind, (content, _) in spoilt(good.read_bytes()).items()
    ]
    env = tmp_path / "env"
    done("init", env, "--statistician", PEOPLE[0], "--checkers", *PEOPLE[1:])
    said = gmsd("receive", env, *bad, *files_of(country))
    assert said.code == 10
    assert f"{len(bad)} refused" in said.out
    made = period_of(env)
    there = period_of(proposed_stage)
    assert len(made.deliveries) == len(there.deliveries)
    # Keys of persons who are not in the key file differ between environments; their
    # numbers do not.
    mine = summary_of(link(made, lambda _: None))
    assert mine == summary_of(link(there, lambda _: None))


# --- the second half-year, with the first delivered again -----------------------------


@pytest.fixture(scope="module")
def second(tmp_path_factory) -> SyntheticCountry:
    """The same country half a year later; Wmo files of the first half come again."""
    folder = tmp_path_factory.mktemp("second")
    return synthesise(folder, HalfYear(2023, 2), persons=PERSONS, seed=1)


def test_the_first_half_year_delivered_again(
    second: SyntheticCountry, proposed: Path, released: Path, tmp_path: Path
):
    """The new deliveries count; what was released stays what it was."""
    linked, first = period_of(proposed).linked_digest, proposed_in(proposed).digest
    files = [shorter(path, tmp_path) for path in second.files["redelivered"]]
    done("receive", proposed, *files)

    again = {path.name.split("_")[1] for path in files}
    numbers = {
        folder.parts[2]: receipt_of(folder).number
        for folder in period_of(proposed).deliveries
        if folder.parts[0] == "wmo"
    }
    assert again
    assert numbers == {gm: 2 if gm in again else 1 for gm in numbers}

    assert period_of(proposed).linked_digest != linked
    said = gmsd("clear", proposed, PERIOD, "--as", "bert", "--vote", "approve")
    assert said.code == 2
    assert "run gmsd run first" in said.sentence
    done("run", proposed, PERIOD)
    assert proposed_in(proposed).digest != first
    for target in (released, tmp_path / "again"):
        said = gmsd("release", proposed, PERIOD, "--to", target)
        assert said.code == 14
        assert "0 of 2 votes are in, 2 are for other bytes than these" in said.sentence
    approve(proposed)
    done("release", proposed, PERIOD, "--to", tmp_path / "again")

    old, new = verify(released).manifest, verify(tmp_path / "again").manifest
    assert old.files["tables/wmo_type.csv"] != new.files["tables/wmo_type.csv"]
    assert old.facts.certificate != new.facts.certificate


def shorter(path: Path, folder: Path) -> Path:
    """A quarter of the clients left out, so that the figures change."""
    lines = path.read_bytes().splitlines(keepends=True)
    return write(folder / "inbox", path.name, b"".join(lines[: len(lines) * 3 // 4]))


def test_two_halves_of_a_year_are_merged_each_with_the_other(
    second: SyntheticCountry, proposed: Path, released: Path
):
    """The first half is linked again, as its records may go on in the second."""
    first = period_of(proposed)
    found = summary_of(first.existing("linked", first.linked_digest, "link"))
    done("receive", proposed, *(f for f in files_of(second) if "2023-H2" in f.name))
    assert period_of(proposed).linked_digest != first.linked_digest
    done("link", proposed, "2023-H2")
    done("tabulate", proposed, "2023-H2")
    done("link", proposed, PERIOD)
    again = period_of(proposed)
    later = summary_of(again.existing("linked", again.linked_digest, "link"))
    assert later["persons"] == found["persons"]
    assert later["records"] == found["records"]


# --- the journal ----------------------------------------------------------------------


def test_the_journal_tells_the_whole_story(
    country: SyntheticCountry, proposed: Path, released: Path
):
    inside = open_environment(proposed)
    inside.journal.verify()
    steps = [entry.step for entry in inside.journal.entries()]
    assert steps == [
        "initialised",
        *["received"] * len(files_of(country)),
        *ROOMS,
        *("voted", "voted", "released"),
    ]
    head = list(inside.journal.entries())[-1]
    assert verify(released).manifest.facts.journal == inside.journal.head
    assert head.subject["candidate"]


def test_no_folder_is_without_its_line(proposed: Path):
    """A line comes before its folder, so a cut journal shows in the folders."""
    assert "as they were written" in done("journal", "verify", proposed).out
    inside = open_environment(proposed)
    (proposed / "journal.head").unlink()
    lines = inside.journal.path.read_bytes().splitlines(keepends=True)
    inside.journal.path.write_bytes(b"".join(lines[:-1]))
    said = gmsd("journal", "verify", proposed)
    assert said.code == 15
    assert "journal.head is missing" in said.sentence


# --- the demo -------------------------------------------------------------------------


def test_the_demo_tells_what_happened(tmp_path: Path):
    out = tmp_path / "demo"
    said = done("demo", "--out", out, "--persons", "2000")
    for part in (
        "The monitor of 1e halfjaar 2023, on a synthetic country",
        "Country: 2000 inhabitants",
        "refused: WMO_GM",
        "records: ",
        "gemeenten take part",
        "Tables: 11 with ",
        " 0 given away; ",
        "At the door: 0 problems",
        "cleared by bert and carla, made by anna",
        "Verified outside: ",
    ):
        assert part in said.out
    assert {path.suffix for path in out.glob("GM*_1.6.*")} == {
        ".svg",
        ".png",
        ".txt",
        ".csv",
        ".json",
    }
    verify(out / "release", out / "environment/keys/people/publisher.pub")

    before = state(out)
    again = done("demo", "--out", out, "--persons", "2000")
    assert again.out == said.out
    after = state(out)
    written = {name for name in after if after[name] != before.get(name)}
    assert {name.split("/")[0] for name in written} <= {
        "environment",
        "half a file",
        *(path.name for path in out.glob("GM*_1.6.*")),
    }
    inside = {name.split("/")[1] for name in written if name.startswith("environment/")}
    # half a file was refused again
    assert inside == {"journal.jsonl", "journal.head", "rejected"}
