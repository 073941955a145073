"""What becomes of releases and of persons afterwards; what old votes are worth."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from outputs.errors import VerificationFailed
from outputs.verify import verify
from rules.duties import Role
from secure_env import environment as environments
from secure_env.environment import Environment, open_environment
from secure_env.errors import NotInside
from secure_env.journal import Deed
from secure_env.register import releases
from tests.support.deliveries import new_environment
from tests.support.stages import (
    PEOPLE,
    PERIOD,
    approve,
    done,
    gmsd,
    period_of,
    proposed_in,
)


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
