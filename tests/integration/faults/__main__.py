"""Strike every command that changes an environment, give it again; count losses.

    python -m tests.integration.faults --runs 300    # at random moments, of every kind
    python -m tests.integration.faults --lines run   # at every line it journals
    python -m tests.integration.faults --steps run   # whenever it reaches the disk
    python -m tests.integration.faults --flips 20    # bits, in every kind of file

Prints a line per command and per kind of fault, and the seed, so that a run can be done
again. Ends with the number of losses.
"""

import argparse
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from tests.integration.faults.disks import can_mount, disk
from tests.integration.faults.dying import KINDS, ON_A_DISK, Fault, run, strike
from tests.integration.faults.flips import Flips
from tests.integration.faults.story import Scene, losses, problems, scenes


MOMENTS = {"receive": 150, "run": 150}
"""At which something reaches the disk; other commands have fewer."""
THOUSANDTHS = {"receive": 4_000, "run": 6_000}
"""Of a second that a command takes; others take less."""
KILOBYTES = {"receive": 600, "run": 1_500}
"""That a command writes; others write less."""
ONE_SENTENCE = frozenset({0, 14, 15})
"""How a command ends that was not killed: done, or stopped with a sentence."""


def main(arguments: list[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    chance = random.Random(given.seed)  # noqa: S311 - faults, no secrets
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        told = scenes(Path(folder), given.persons)
        tally = Tally(Path(folder) / "now")
        flips = Flips(next(scene.after for scene in told if scene.name == "release"))
        with suppress(KeyboardInterrupt):  # then what was counted until then is told
            for line in flips.of_each_kind(given.flips, chance):
                _say(line)
            for scene in told:
                steps, lines = scene.name in given.steps, scene.name in given.lines
                for kind in ["kill"] * steps + ["line"] * lines:
                    tally.strikes_until_done(scene, kind)
            kinds = _kinds(given.kinds)
            for scene, fault in _at_random(told, given.runs, kinds, chance):
                tally.strikes(scene, fault)
    for told_of in [tally] * bool(tally.tried) + [flips] * bool(given.flips):
        _say(f"{told_of}, seed {given.seed}")
    return min(tally.lost.total() + flips.lost.total(), 99)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.integration.faults")
    parser.add_argument("--runs", type=int, default=0, help="at random moments")
    parser.add_argument("--kinds", nargs="*", default=list(KINDS), choices=KINDS)
    parser.add_argument("--lines", nargs="*", default=[], help="all lines of these")
    parser.add_argument("--steps", nargs="*", default=[], help="all moments of these")
    parser.add_argument("--flips", type=int, default=0, help="bits per kind of file")
    parser.add_argument(
        "--seed", type=int, default=random.SystemRandom().randrange(10**6)
    )
    parser.add_argument("--persons", type=int, default=1_000)
    return parser


def _kinds(asked: Sequence[str]) -> list[str]:
    """The kinds that were asked for and can be had here."""
    if can_mount() or not ON_A_DISK & set(asked):
        return list(asked)
    _say("no disk can be mounted here: small and read-only disks are left out")
    return [kind for kind in asked if kind not in ON_A_DISK]


def _at_random(
    told: Sequence[Scene], runs: int, kinds: Sequence[str], chance: random.Random
) -> Iterator[tuple[Scene, Fault]]:
    for _ in range(runs):
        scene, kind = chance.choice(told), chance.choice(kinds)
        most = {
            "later": THOUSANDTHS.get(scene.name, 300),
            "twice": THOUSANDTHS.get(scene.name, 300),
            "small disk": KILOBYTES.get(scene.name, 40),
            "clock": 9_000,
        }.get(kind, MOMENTS.get(scene.name, 24))
        yield scene, Fault(kind, chance.randint(1, most))


@dataclass
class Tally:
    """How often each command and kind of fault was tried, struck, and lost something.

    Struck: the command did not end as one that is left alone.
    """

    here: Path
    tried: Counter[str] = field(default_factory=Counter)
    struck: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)

    def strikes_until_done(self, scene: Scene, kind: str) -> None:
        """At every moment that the command has."""
        next(at for at in count(1) if not self.strikes(scene, Fault(kind, at)))

    def strikes(self, scene: Scene, fault: Fault) -> bool:
        """Whether the fault came before the command was done."""
        came, found = _once(scene, fault, self.here)
        self.tried[scene.name] += 1
        self.struck[scene.name] += came
        self.kinds[fault.kind, "runs"] += 1
        self.kinds[fault.kind, "lost"] += bool(found)
        if found:
            self.lost[scene.name] += 1
            _say(f"LOST {scene.name} {fault}: {'; '.join(found)}")
        return came

    def __str__(self) -> str:
        lines = [
            f"{name}: {self.tried[name]} runs, {self.struck[name]} struck, "
            f"{self.lost[name]} lost\n"
            for name in self.tried
        ]
        lines += [
            f"{kind}: {runs} runs, {self.kinds[kind, 'lost']} lost\n"
            for kind in KINDS
            if (runs := self.kinds[kind, "runs"])
        ]
        total = (self.tried.total(), self.struck.total(), self.lost.total())
        return "".join(lines) + "runs {}, struck {}, losses {}".format(*total)


def _once(scene: Scene, fault: Fault, here: Path) -> tuple[bool, list[str]]:
    """Strike, look, give the command again, look again; whether the fault came."""
    shutil.rmtree(here, ignore_errors=True)
    on_a_disk = fault.kind in ON_A_DISK
    if not on_a_disk:
        shutil.copytree(scene.before, here)
    with disk(here, scene.before) if on_a_disk else nullcontext():
        words = scene.said(here)
        codes = strike(words, fault, here)
        found = [
            f"right after: {each}"
            for each in problems(here, purging=scene.name == "purge")
        ]
        allowed = scene.ends if fault.kind == "clock" else ONE_SENTENCE
        found += [f"ended with {c}" for c in codes if c not in allowed | {-9}]
        again = run(words)
        if again not in scene.ends:
            found.append(f"given again it gave {again}")
        return any(codes), found + losses(here, scene)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
