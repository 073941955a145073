"""Kill every command that changes an environment, and give it again; count losses.

    python -m tests.integration.faults --runs 300    # at random moments
    python -m tests.integration.faults --steps run   # at every moment of a command

Prints a line per command, and the seed, so that a run can be done again.
"""

import argparse
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.integration.faults.dying import Fault, run
from tests.integration.faults.story import Scene, losses, problems, scenes


LONG = {"receive": (150, 4_000), "run": (150, 6_000)}
"""Moments at which something reaches the disk, and thousandths of a second, that a
command has; others have fewer."""
SHORT = (24, 300)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.integration.faults")
    parser.add_argument("--runs", type=int, default=0, help="at random moments")
    parser.add_argument("--steps", nargs="*", default=[], help="all moments of these")
    parser.add_argument("--every", type=int, default=1, help="every so many moments")
    parser.add_argument(
        "--seed", type=int, default=random.SystemRandom().randrange(10**6)
    )
    parser.add_argument("--persons", type=int, default=1_000)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        told = scenes(Path(folder), given.persons)
        here, tally = Path(folder) / "now", Tally()
        for scene in (scene for scene in told if scene.name in given.steps):
            at = 1
            while tally.strikes(scene, Fault("kill", at), here):
                at += given.every
        for scene, fault in _at_random(told, given.runs, random.Random(given.seed)):  # noqa: S311
            tally.strikes(scene, fault, here)
        sys.stdout.write(f"{tally}, seed {given.seed}\n")
        return min(tally.lost.total(), 99)


def _at_random(
    told: list[Scene], runs: int, chance: random.Random
) -> Iterator[tuple[Scene, Fault]]:
    for _ in range(runs):
        scene = chance.choice(told)
        kind = chance.choice(["kill", "kill", "full", "later"])
        moments, thousandths = LONG.get(scene.name, SHORT)
        last = thousandths if kind == "later" else moments
        yield scene, Fault(kind, chance.randint(1, last))


@dataclass
class Tally:
    """How often each command was tried, struck by its fault, and lost something."""

    tried: Counter[str] = field(default_factory=Counter)
    struck: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)

    def strikes(self, scene: Scene, fault: Fault, here: Path) -> bool:
        """Whether the fault came before the command was done."""
        code, found = _once(scene, fault, here)
        self.tried[scene.name] += 1
        self.struck[scene.name] += code != 0
        if found:
            self.lost[scene.name] += 1
            sys.stdout.write(f"LOST {scene.name} {fault}: {'; '.join(found)}\n")
            sys.stdout.flush()
        return code != 0

    def __str__(self) -> str:
        lines = [
            f"{name}: {self.tried[name]} runs, {self.struck[name]} struck, "
            f"{self.lost[name]} lost\n"
            for name in self.tried
        ]
        total = (self.tried.total(), self.struck.total(), self.lost.total())
        return "".join(lines) + "runs {}, struck {}, losses {}".format(*total)


def _once(scene: Scene, fault: Fault, here: Path) -> tuple[int, list[str]]:
    """Strike, look, give the command again, look again."""
    shutil.rmtree(here, ignore_errors=True)
    shutil.copytree(scene.before, here)
    words = scene.said(here)
    code = run(words, fault)
    found = [
        f"right after: {each}" for each in problems(here, purging=scene.name == "purge")
    ]
    again = run(words)
    if again not in scene.ends:
        found.append(f"given again it gave {again}")
    return code, found + losses(here, scene)


if __name__ == "__main__":
    sys.exit(main())
