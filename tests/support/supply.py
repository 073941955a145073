"""What the code and its packages are made of: insecure code, holes, licences.

    python -m tests.support.supply            # part of `make check`

Known holes are looked up in the files of osv.dev that GMSD_ADVISORIES names (a zip or a
folder), else by pip-audit where GMSD_ONLINE=1 says that there is a network.
"""

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.utils import canonicalize_name

from tests.support import advisories


ROOT = Path(__file__).parents[2]
PACKAGES = ("rules", "engine", "secure_env", "outputs")
KNOWN = re.compile(
    r"MIT|BSD|Apache|PSF|Python Software Foundation|MPL|Mozilla|ISC|Zlib|Unlicense"
    r"|HPND|CC0|Historical Permission",
    re.IGNORECASE,
)
"""Licences that somebody may use and pass on, with a notice at most."""

SKIPPED = "B608,B610"
"""SQL is looked at by ruff (S608), line by line; and this is no Django."""


def main() -> int:
    return max(insecure_code(), known_holes(), strange_licences())


def insecure_code() -> int:
    if importlib.util.find_spec("bandit") is None:
        return _say("bandit: skipped, it is not installed")
    words = ["-q", "-ll", "--skip", SKIPPED, "-r", *PACKAGES]
    return _run("bandit", words, "nothing insecure found")


def known_holes() -> int:
    if database := os.environ.get("GMSD_ADVISORIES"):
        lock = (ROOT / "requirements.lock").read_text("utf-8")
        found = advisories.holes(lock, Path(database))
        for hole in found:
            _say(f"known hole in {hole}")
        return int(bool(found)) or _say("advisories: no known holes")
    if os.environ.get("GMSD_ONLINE") != "1":
        return _say(
            "known holes: skipped, as neither GMSD_ADVISORIES names the files of "
            "osv.dev nor GMSD_ONLINE=1 says that there is a network"
        )
    words = ["-r", "requirements.lock", "--disable-pip", "--progress-spinner", "off"]
    # Strict, as a package that cannot be looked up would pass for one without holes.
    return _run("pip_audit", [*words, "--strict"], "no known holes")


def strange_licences() -> int:
    found = licences()
    strange = {name: said for name, said in found.items() if not KNOWN.search(said)}
    for licence in sorted(set(found.values())):
        names = ", ".join(sorted(n for n, said in found.items() if said == licence))
        _say(f"{licence or 'no licence'}: {names}")
    for name, said in sorted(strange.items()):
        _say(f"licence of {name}: {said or 'unknown'}; ask before you pass it on")
    _say(f"licences: {len(found)} packages to run, {len(strange)} to ask about")
    return int(bool(strange))


def licences() -> dict[str, str]:
    """The licence that each package declares which gmsd needs to run, gmsd left out."""
    found: dict[str, str] = {}
    todo = ["gmsd"]
    while todo:
        for needed in _needs(_installed(todo.pop())):
            package = _installed(needed)
            if package is not None and needed not in found:
                found[needed] = _licence(package)
                todo.append(needed)
    return found


def _needs(package: Distribution | None) -> Iterator[str]:
    for line in (package.requires or []) if package else []:
        if "extra ==" not in line:
            yield canonicalize_name(re.split(r"[^\w.-]", line, maxsplit=1)[0])


def _installed(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def _licence(package: Distribution) -> str:
    said = package.metadata
    classifiers = [
        one.rpartition(" :: ")[2]
        for one in said.get_all("Classifier") or []
        if one.startswith("License ::")
    ]
    stated = [*(said.get_all("License-Expression") or []), ", ".join(classifiers)]
    stated += said.get_all("License") or []
    return next(filter(None, stated), "").split("\n", maxsplit=1)[0]


def _run(module: str, words: list[str], good: str) -> int:
    said = subprocess.run(
        [sys.executable, "-m", module, *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if said.returncode != 0:
        sys.stdout.write(said.stdout + said.stderr)
        return 1
    return _say(f"{module}: {good}")


def _say(line: str) -> int:
    sys.stdout.write(f"{line}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
