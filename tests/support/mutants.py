"""Whether the tests notice a fault in the modules that keep cells hidden.

    python -m tests.support.mutants [MODULE...] [--list FILE] [--share N] [--seed S]

Each mutant is loaded in a process of its own, in the place of its module, and the tests
of `mutants.toml` are run until one fails. One that survives them all has to be in that
file, with the reason why no test can tell it from the module. With `--share N` one in N
mutants is tried, others with another seed. Exit code 1: a mutant survives without a
reason, or has a reason and does not survive.
"""

import argparse
import importlib.abc
import importlib.machinery
import io
import os
import random
import resource
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.support.mutation import Mutant, mutants


LIST = Path(__file__).with_name("mutants.toml")

QUIET = ("-x", "-q", "--noconftest", "--assert=plain", "-p", "no:cacheprovider")

PATIENCE = 3
"""A mutant that takes so many times as long as the module runs for ever."""

MOST_BYTES = 8 << 30


@dataclass(frozen=True, slots=True)
class Subject:
    """A module, the tests that know it (the quick ones first), and whom they spare."""

    module: str
    tests: tuple[str, ...]
    spared: Mapping[tuple[str, str], str]

    def mutants(self) -> list[Mutant]:
        path = Path(*self.module.split(".")).with_suffix(".py")
        return list(mutants(path.read_text(encoding="utf-8"), self.module))


def subjects(text: str) -> Iterator[Subject]:
    """Every module of a list of mutants."""
    found = tomllib.loads(text)
    for module, tests in found["tests"].items():
        spared = {
            (each["in"], change): each["why"]
            for each in found.get("spared", [])
            for change in each["changes"]
            if each["in"].startswith(module)
        }
        yield Subject(module, tuple(f"tests/{test}" for test in tests), spared)


class _Instead(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives other code for one module."""

    def __init__(self, module: str, code: CodeType) -> None:
        self._module, self._code = module, code

    def find_spec(
        self, fullname: str, _path: object, _target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self._module:
            return None
        return importlib.machinery.ModuleSpec(fullname, self)

    def exec_module(self, module: ModuleType) -> None:
        module.__file__ = str(Path(*self._module.split(".")).with_suffix(".py"))
        exec(self._code, module.__dict__)  # noqa: S102


def passes(subject: Subject, mutant: Mutant | None, seconds: int) -> tuple[bool, float]:
    """Whether all tests pass with this mutant (None: the module), and CPU seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    if not (child := os.fork()):
        os._exit(_run(subject, mutant, seconds))
    _, status = os.waitpid(child, 0)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return not status, after.ru_utime - before.ru_utime


def _run(subject: Subject, mutant: Mutant | None, seconds: int) -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    sys.dont_write_bytecode = True
    if mutant is not None:
        sys.meta_path.insert(0, _Instead(subject.module, mutant.code))
    return int(any(pytest.main([*QUIET, test]) for test in subject.tests))


def prepare(tests: Iterable[str]) -> None:
    """Load what is not ours once, for all mutants.

    Hypothesis looks for a failing example, and not for the smallest.
    """
    settings.register_profile(
        "mutants",
        max_examples=200,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    settings.load_profile("mutants")
    with redirect_stdout(io.StringIO()):
        pytest.main([*QUIET, "--collect-only", *tests])
    for name in [name for name, module in sys.modules.items() if _is_ours(module)]:
        del sys.modules[name]


def _is_ours(module: ModuleType) -> bool:
    path = Path(getattr(module, "__file__", None) or "/")
    return path.is_relative_to(Path.cwd()) and "site-packages" not in path.parts


def main(arguments: Sequence[str]) -> int:
    given = _parser().parse_args(arguments)
    everything = list(subjects(given.list.read_text(encoding="utf-8")))
    wanted = [s for s in everything if not given.module or s.module in given.module]
    prepare({test for subject in wanted for test in subject.tests})
    return int(sum(_tried(subject, given) for subject in wanted) > 0)


def _tried(subject: Subject, given: Any) -> int:
    """Try a module; gives how many mutants survive or are spared as they should not."""
    own = subject.mutants()
    chance = random.Random(f"{subject.module} {given.seed}")  # noqa: S311
    chosen = [m for m in own if given.share == 1 or not chance.randrange(given.share)]
    green, seconds = passes(subject, None, 3600)
    if not green:
        _say(f"{subject.module}: its tests fail without a mutant")
        return 1
    limit = int(PATIENCE * seconds) + 5
    wrong = spared = 0
    for mutant in chosen:
        survives, _ = passes(subject, mutant, limit)
        reason = (mutant.where, mutant.change) in subject.spared
        spared += survives and reason
        if survives != reason:
            wrong += 1
            what = "survives" if survives else "is spared, and noticed"
            _say(f"  {what} in {mutant.where}:\n    {mutant.change}")
    for where, change in subject.spared.keys() - {(m.where, m.change) for m in own}:
        wrong += 1
        _say(f"  is spared, and no mutant of {where}:\n    {change}")
    _say(
        f"{subject.module}: {len(chosen)} of {len(own)} mutants tried, {spared} spared "
        f"for a reason, {wrong} to look at"
    )
    return wrong


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.support.mutants")
    parser.add_argument("module", nargs="*", help="engine.verify, for example")
    parser.add_argument("--list", type=Path, default=LIST, metavar="FILE")
    parser.add_argument("--share", type=int, default=1, metavar="N")
    parser.add_argument("--seed", type=int, default=0, metavar="S")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
