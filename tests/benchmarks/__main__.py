"""`python -m tests.benchmarks [NAME...] [--national]`: a line per measurement."""

import argparse
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from tests import benchmarks


def benches() -> Mapping[str, ModuleType]:
    """Every module beside this one that has `lines(*, national)`."""
    names = sorted(module.name for module in iter_modules(benchmarks.__path__))
    found = {
        name: import_module(f"{benchmarks.__name__}.{name}")
        for name in names
        if not name.startswith("_")
    }
    return {name: module for name, module in found.items() if hasattr(module, "lines")}


def report(names: list[str], *, national: bool) -> Iterator[str]:
    """The lines of the named benches, each as soon as it is measured."""
    for name, bench in benches().items():
        if not names or name in names:
            yield from map(str, bench.lines(national=national))


def main(given: list[str]) -> None:
    there = ", ".join(benches())
    parser = argparse.ArgumentParser("tests.benchmarks", description=f"{there}")
    parser.add_argument("names", nargs="*", help="the benches to run; all without")
    parser.add_argument("--national", action="store_true", help="the whole country too")
    chosen = parser.parse_args(given)
    if strange := sorted(set(chosen.names) - set(benches())):
        parser.error(f"no such bench: {', '.join(strange)}; there are {there}")
    for line in report(chosen.names, national=chosen.national):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
