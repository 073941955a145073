"""Our patterns and risks beside those of R packages.

Debian has R and none of the packages, so that stand-ins take their place: of the same
name and arguments, doing the least that can be checked by hand. Run by `make test-r`.
"""

import os
import shutil
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

from secure_env import r_packages
from secure_env.errors import UsageError
from secure_env.r_packages import asked
from tests.support.stages import PERIOD, gmsd
from tests.support.tables import EXACT, LEAVES, TABLE, Folder


needs_r = pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not here")

STAND_INS = {
    "GaussSuppression": """
        SuppressSmallCounts <- function(
          data, maxN, freqVar, hierarchies, protectZeros, printInc
        ) {
          all <- with_margins(data, hierarchies, freqVar)
          all$primary <- all$n <= maxN & (all$n > 0 | protectZeros)
          all$suppressed <- all$primary
          all
        }
    """,
    "sdcTable": """
        makeProblem <- function(data, dimList, freqVarInd)
          with_margins(data, dimList, freqVarInd)
        primarySuppression <- function(object, type, maxN, allowZeros) {
          stopifnot(type == "freq")
          small <- object$n <= maxN & (object$n > 0 | allowZeros)
          object$sdcStatus <- ifelse(small, "u", "z")
          object
        }
        protectTable <- function(object, method) object
        getInfo <- function(object, type) object
    """,
    "sdcMicro": """
        freqCalc <- function(x, keyVars) {
          key <- do.call(paste, x[keyVars])
          list(fk = as.vector(table(key)[key]))
        }
        suda2 <- function(obj, variables) list(score = rep(0, nrow(obj)))
    """,
    "broken": "",
}
"""Each hides the sensitive cells and nothing to protect them."""

WITH_MARGINS = """
    above <- function(tree) {
      depth <- nchar(tree$levels)
      of <- function(i) if (depth[i] == 1) i else
        c(i, of(max(which(seq_along(depth) < i & depth == depth[i] - 1))))
      setNames(lapply(seq_along(depth), function(i) tree$codes[of(i)]), tree$codes)
    }
    with_margins <- function(data, trees, value) {
      for (name in names(trees)) {
        up <- above(trees[[name]])[data[[name]]]
        data <- data[rep(seq_len(nrow(data)), lengths(up)), ]
        data[[name]] <- unlist(up)
      }
      sums <- aggregate(data[[value]], data[names(trees)], sum)
      names(sums)[ncol(sums)] <- "n"
      sums
    }
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory) -> Path:
    """A library of R that has the stand-ins and no other package."""
    folder = tmp_path_factory.mktemp("r")
    installed = folder / "library"
    installed.mkdir()
    for name, code in STAND_INS.items():
        source = folder / name
        (source / "R").mkdir(parents=True)
        (source / "DESCRIPTION").write_text(
            f"Package: {name}\nVersion: 1.0\nTitle: Stands in\nDescription: So.\n"
            "Author: gmsd\nMaintainer: gmsd <gmsd@example.org>\nLicense: EUPL-1.2\n"
            "Imports: stats\n"
        )
        (source / "NAMESPACE").write_text('exportPattern(".")\nimport(stats)\n')
        (source / "R" / "all.R").write_text(WITH_MARGINS + code)
        subprocess.run(
            ["R", "CMD", "INSTALL", "--no-docs", f"--library={installed}", str(source)],
            check=True,
            capture_output=True,
        )
    return installed


@pytest.fixture(params=["Rscript", "rpy2"])
def r(request, library, monkeypatch) -> Path:
    """R with that library, asked in the one way and in the other."""
    if request.param == "rpy2":
        robjects = _rpy2()
        robjects.r(f'.libPaths("{library}")')
        monkeypatch.setattr(shutil, "which", lambda _: None)
    else:
        monkeypatch.setenv("R_LIBS", str(library))
    return library


def _rpy2() -> ModuleType:
    """R in this process, that changes nothing for whom we start later."""
    name = "LD_LIBRARY_PATH"
    before = os.environ.get(name)
    robjects = pytest.importorskip("rpy2.robjects", reason="rpy2 is not here")
    os.environ[name] = before or ""
    if before is None:
        del os.environ[name]
    return robjects


@needs_r
@pytest.mark.parametrize("package", ["GaussSuppression", "sdcTable"])
def test_a_pattern_beside_ours(r, package, tmp_path):
    """n1 has 3 at home: what others leave of the total if it is hidden alone."""
    folder = Folder(tmp_path, TABLE, EXACT)
    folder.cells("in.csv", LEAVES)
    said = gmsd(
        "table", "compare", tmp_path / "in.csv", "--spec", tmp_path / "spec.toml",
        "--with", package,
    )  # fmt: skip
    ours, theirs = said.out.splitlines()
    assert "1 sensitive, 3 hidden to protect those" in ours
    assert "; 0 sensitive cells can be narrowed" in ours
    assert theirs == (
        f"{package}: 1 sensitive, 0 hidden to protect those, together 0; 1 sensitive "
        "cells can be narrowed below their safety interval"
    )


@needs_r
def test_a_risk_beside_ours(r, proposed):
    """The stand-in counts who is alike, and finds no uniques at all."""
    said = gmsd(
        "risk", proposed, PERIOD,
        "--keys", "gemeente", "domains", "types", "--with", "sdcMicro",
    )  # fmt: skip
    alike, suda = said.out.splitlines()[-2:]
    assert alike.startswith("sdcMicro: alike is another for 0 of ")
    alone = next(line for line in said.out.splitlines() if line.startswith("alone"))
    assert suda.startswith(f"sdcMicro: suda is another for {alone.split()[6]} of ")


@needs_r
def test_a_package_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setenv("R_LIBS", "")
    with pytest.raises(UsageError, match=r'install\.packages\("sdcTable"\)'):
        asked("sdcTable", "a,value\nx,1", "dimension,levels,codes\na,@,x", "4", "no")


@needs_r
def test_what_r_says_of_an_error_is_kept(r):
    """It may name a value: 31 and Tiel are nowhere in the message."""
    with pytest.raises(UsageError, match="stopped with an error") as told:
        asked("sdcMicro", '"unfinished,31\nTiel')
    assert "31" not in str(told.value)
    assert "Tiel" not in str(told.value)


def test_without_r_there_is_one_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr(r_packages.importlib.util, "find_spec", lambda _: None)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    folder = Folder(tmp_path, TABLE, EXACT)
    folder.cells("in.csv", LEAVES)
    said = gmsd(
        "table", "compare", tmp_path / "in.csv", "--spec", tmp_path / "spec.toml",
        "--with", "sdcTable",
    )  # fmt: skip
    assert said.code == 2
    assert said.sentence.startswith("gmsd: R is not there, so that sdcTable cannot be")


@pytest.mark.parametrize(
    ("policy", "what"),
    [
        ("[policy]\np_percent = 10\nprotection = { width = 1 }", "no hidden range"),
        (EXACT + 'rounding = { base = 5, method = "random" }', "random rounding"),
    ],
)
def test_what_packages_cannot_be_asked(tmp_path, policy, what):
    folder = Folder(tmp_path, TABLE, policy)
    folder.cells("in.csv", LEAVES)
    said = gmsd(
        "table", "compare", tmp_path / "in.csv", "--spec", tmp_path / "spec.toml",
        "--with", "sdcTable",
    )  # fmt: skip
    assert said.code == 11
    assert what in said.sentence
