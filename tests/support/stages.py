"""A synthetic country at each stage of its way to a release, made once per session.

Workers of one session share what was made; a test gets a copy of its own.
"""

import contextlib
import io
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from rules.period import HalfYear
from secure_env import cli
from secure_env.environment import initialise, open_environment
from secure_env.lock import locked
from secure_env.rooms import Period
from secure_env.store import Folder
from secure_env.synthetic import SyntheticCountry, synthesise
from secure_env.workflow import candidate


HALF_YEAR = HalfYear(2023, 1)
PERIOD = str(HALF_YEAR)
PERSONS = 8_000
PEOPLE = ("anna", "bert", "carla")
"""The statistician and the checkers of every stage."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """The error as it is told, after all lines of progress."""
        assert "Traceback" not in self.err
        assert "gmsd: " in self.err, self.err
        return self.err[self.err.rindex("gmsd: ") :].strip()


def gmsd(*words: str | Path) -> Said:
    """Run a command here, as the shell would."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = cli.main([str(word) for word in words])
        except SystemExit as ended:  # of argparse
            code = ended.code if isinstance(ended.code, int) else 1
    return Said(code, out.getvalue(), err.getvalue())


def done(*words: str | Path) -> Said:
    """Run a command that has to succeed."""
    said = gmsd(*words)
    assert said.code == 0, said.err
    return said


def approve(environment: Path, period: str = PERIOD) -> None:
    for name in PEOPLE[1:]:
        done("clear", environment, period, "--as", name, "--vote", "approve")


def period_of(environment: Path, half_year: HalfYear = HALF_YEAR) -> Period:
    return Period.of(open_environment(environment), half_year)


def proposed_in(environment: Path, half_year: HalfYear = HALF_YEAR) -> Folder:
    """The candidate of an environment that was run."""
    return candidate(period_of(environment, half_year))


def files_of(country: SyntheticCountry) -> list[Path]:
    return [path for paths in country.files.values() for path in paths]


Times = dict[str, tuple[int, bytes]]


def state(root: Path) -> Times:
    """Every file but the locks: when it was written, and what it holds."""
    return {
        path.relative_to(root).as_posix(): (path.stat().st_mtime_ns, path.read_bytes())
        for path in root.rglob("*")
        if path.is_file() and "locks" not in path.relative_to(root).parts
    }


def same_but(before: Times, after: Times, *changing: str) -> bool:
    """Whether nothing came, went or was written again, but in these places."""

    def rest(times: Times) -> Times:
        return {k: v for k, v in times.items() if k.split("/")[0] not in changing}

    return rest(before) == rest(after)


def _once(
    factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]
) -> Path:
    base = factory.getbasetemp()
    if base.name.startswith("popen-"):  # a worker's; what it starts has its own
        base = base.parent
    folder = base / f"stage-{name}"
    with locked(base / f"{name}.lock", seconds=600):
        if not folder.exists():
            draft = base / f"making-{name}"
            make(draft)
            draft.rename(folder)
    return folder


@pytest.fixture(scope="session")
def country(tmp_path_factory: pytest.TempPathFactory) -> SyntheticCountry:
    """Registers and deliveries of the first half-year."""

    def make(folder: Path) -> SyntheticCountry:
        return synthesise(folder, HALF_YEAR, persons=PERSONS, seed=1)

    return make(_once(tmp_path_factory, "country", make))


@pytest.fixture(scope="session")
def received_stage(
    tmp_path_factory: pytest.TempPathFactory, country: SyntheticCountry
) -> Path:
    def make(root: Path) -> None:
        initialise(root, statistician=PEOPLE[0], checkers=PEOPLE[1:])
        done("receive", root, *files_of(country))

    return _once(tmp_path_factory, "received", make)


@pytest.fixture(scope="session")
def proposed_stage(
    tmp_path_factory: pytest.TempPathFactory, received_stage: Path
) -> Path:
    def make(root: Path) -> None:
        shutil.copytree(received_stage, root)
        done("run", root, PERIOD)

    return _once(tmp_path_factory, "proposed", make)


@pytest.fixture
def received(received_stage: Path, tmp_path: Path) -> Path:
    """An environment that took in all deliveries, and did nothing with them yet."""
    return Path(shutil.copytree(received_stage, tmp_path / "received"))


@pytest.fixture
def proposed(proposed_stage: Path, tmp_path: Path) -> Path:
    """An environment with a candidate that nobody voted on."""
    return Path(shutil.copytree(proposed_stage, tmp_path / "proposed"))


@pytest.fixture
def released(proposed: Path, tmp_path: Path) -> Path:
    """The release of the candidate; its environment is `proposed`."""
    approve(proposed)
    done("release", proposed, PERIOD, "--to", tmp_path / "release")
    return tmp_path / "release"
